/* What is true of a line by its characters and words, whatever they mean: `Trait` of `_lines.py`. */
#include "lines.h"

#include <string.h>

enum { TITLE_WORDS = 16, NAME_LENGTH = 60 };

/* The bits of `Trait`, but SAME, which is no line's own, and DATED. */
enum {
    ENDED = 1 << 0,
    LOWER = 1 << 1,
    BULLET = 1 << 2,
    CLAUSE_END = 1 << 3,
    NONASCII = 1 << 5,
    SLASH = 1 << 6,
    OPENING = 1 << 7,
    CLOSING = 1 << 8,
    BRACKETED = 1 << 9,
    PARENTHESIS = 1 << 10,
    HEADED = 1 << 11,
    WIRED = 1 << 12,
    COPYRIGHT = 1 << 13,
    COUNTED = 1 << 14,
    REPEATED = 1 << 15,
    NAMED = 1 << 17,
    UNLETTERED = 1 << 18,
    QUOTED = 1 << 19
};

static uint32_t last_behind(matcher_t *matcher, const line_t *line, uint32_t bits) {
    size_t end = line->length;
    while (end && matcher_bits(matcher, line->codes[end - 1]) & bits) end--;
    return end ? matcher_bits(matcher, line->codes[end - 1]) : 0;
}

/* Ends with a bracket, a full stop and blanks before that aside. */
static bool is_bracketed(matcher_t *matcher, const line_t *line) {
    size_t end = line->length;
    if (line->codes[end - 1] == '.') {
        for (end--; end && matcher_bits(matcher, line->codes[end - 1]) & IS_SPACE;) end--;
    }
    return end && matcher_bits(matcher, line->codes[end - 1]) & IS_CREDIT_BRACKET;
}

/* `str.isupper` of the first two characters: one has case, and none is small or of title case. */
static bool has_capitals(matcher_t *matcher, const line_t *line) {
    uint32_t first = matcher_bits(matcher, line->codes[0]);
    uint32_t second = line->length > 1 ? matcher_bits(matcher, line->codes[1]) : 0;
    return (first | second) & IS_UPPER && !((first | second) & (IS_LOWER | IS_TITLE));
}

static uint32_t traits_of_characters(matcher_t *matcher, const line_t *line) {
    uint32_t first = matcher_bits(matcher, line->codes[0]), last = matcher_bits(matcher, line->codes[line->length - 1]);
    uint32_t traits = 0;
    if (last & IS_END || (last & IS_CLOSER && last_behind(matcher, line, IS_CLOSER) & IS_END)) traits |= ENDED;
    if (first & IS_LOWER) traits |= LOWER;
    if (first & IS_BULLET) traits |= BULLET;
    if (last & IS_CLAUSE_END) traits |= CLAUSE_END;
    if (line->seen >= 0x80) traits |= NONASCII;
    if (first & IS_OPENING) traits |= OPENING;
    if (last & IS_CLOSING) traits |= CLOSING;
    if (is_bracketed(matcher, line)) traits |= BRACKETED;
    if (line->codes[line->length - 1] == ')') traits |= PARENTHESIS;
    if (line->head_bits & IS_HEADING) traits |= HEADED;
    if (line->head_bits & IS_DASH && has_capitals(matcher, line)) traits |= WIRED;
    return traits;
}

/* Whether a part holds some code points, two or more. */
static bool part_holds(const folded_t *folded, const part_t *part, const uint32_t *wanted, size_t length) {
    for (size_t i = part->begin; i + length <= part->end; i++) {
        const uint32_t *at = folded->codes + i;
        if (at[0] == wanted[0] && at[1] == wanted[1] && !memcmp(at, wanted, length * sizeof *wanted)) return true;
    }
    return false;
}

static bool has_copyright(const folded_t *folded, const line_t *line) {
    static const uint32_t word[] = {'c', 'o', 'p', 'y', 'r', 'i', 'g', 'h', 't'}, sign[] = {'(', 'c', ')'};
    enum { WORD = sizeof word / sizeof *word, SIGN = sizeof sign / sizeof *sign };
    for (size_t i = 0; i < folded->count; i++) {
        const part_t *part = &folded->parts[i];
        if (part->end - part->begin >= WORD && part_holds(folded, part, word, WORD)) return true;
        if (line->seen_bits & IS_HEADING && part_holds(folded, part, sign, SIGN)) return true;
    }
    for (size_t i = 0; line->seen >= 0x80 && line->seen_bits & IS_OPENING && i < line->length; i++) {
        if (line->codes[i] == 0xA9) return true;
    }
    return false;
}

/* A 2 between blanks that are spaces, or before a slash. */
static bool is_counted(const folded_t *folded, const line_t *line) {
    for (size_t i = 1; i + 1 < folded->count; i++) {
        const part_t *part = &folded->parts[i];
        const uint32_t *at = folded->codes + part->begin;
        if (part->end - part->begin == 1 && *at == '2' && at[-1] == ' ' && at[1] == ' ') return true;
    }
    for (size_t i = 1; line->seen_bits & IS_HEADING && i < line->length; i++) {
        if (line->codes[i] == '/' && line->codes[i - 1] == '2') return true;
    }
    return false;
}

static bool holds_slash(const line_t *line) {
    for (size_t i = 0; line->seen_bits & IS_HEADING && i < line->length; i++) {
        if (line->codes[i] == '/') return true;
    }
    return false;
}

static bool are_same(const folded_t *folded, size_t one, size_t other) {
    const part_t *a = &folded->parts[one], *b = &folded->parts[other];
    size_t length = a->end - a->begin;
    return b->end - b->begin == length && !memcmp(folded->codes + a->begin, folded->codes + b->begin, length * sizeof *folded->codes);
}

/* Whether the first word recurs soon, as a label or with the second one behind it. */
static bool repeats_first(const folded_t *folded) {
    size_t count = folded->count < TITLE_WORDS ? folded->count : TITLE_WORDS;
    bool label = folded->codes[folded->parts[0].end - 1] == ':';
    for (size_t i = 1; i < count; i++) {
        if (are_same(folded, 0, i) && (label || (i + 1 < folded->count && are_same(folded, 1, i + 1)))) return true;
    }
    return false;
}

/* Whether the first stretch of letters, digits and underscores begins a name. */
static bool is_named(matcher_t *matcher, const line_t *line) {
    uint32_t codes[FOLDS * NAME_LENGTH], hash = HASH_START;
    size_t i = 0, count = 0;
    if (line->length > NAME_LENGTH) return false;
    while (i < line->length && !(matcher_bits(matcher, line->codes[i]) & IS_WORD)) i++;
    for (; i < line->length && matcher_bits(matcher, line->codes[i]) & IS_WORD; i++) {
        const letter_t *letter = &alphabet_sheet(matcher->alphabet, line->codes[i])->letters[line->codes[i] % PAGE_SIZE];
        for (uint32_t k = 0; k < letter->folds; k++) hash = hash_more(hash, codes[count++] = letter->fold[k]);
    }
    const word_t *known = count ? vocabulary_word(matcher->vocabulary, codes, count, hash) : NULL;
    return known && known->may & MAY_NAME;
}

static uint32_t traits_of_words(matcher_t *matcher, const line_t *line, uint32_t wanted) {
    const folded_t *folded = &matcher->line;
    uint32_t traits = 0;
    if (holds_slash(line)) traits |= SLASH;
    if (wanted & COPYRIGHT && has_copyright(folded, line)) traits |= COPYRIGHT;
    if (wanted & COUNTED && is_counted(folded, line)) traits |= COUNTED;
    if (wanted & REPEATED && repeats_first(folded)) traits |= REPEATED;
    if (wanted & DATED && is_dated(matcher, folded)) traits |= DATED;
    if (wanted & NAMED && is_named(matcher, line)) traits |= NAMED;
    uint32_t first = matcher_bits(matcher, folded->codes[0]);
    if (!(first & IS_ALPHA)) traits |= UNLETTERED;
    if (first & IS_QUOTE) traits |= QUOTED;
    return traits;
}

uint32_t traits_of(matcher_t *matcher, const line_t *line, uint32_t wanted) {
    return (traits_of_characters(matcher, line) | traits_of_words(matcher, line, wanted)) & wanted;
}
