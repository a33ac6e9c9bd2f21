/* The lines of a text as columns: `_lines.py` in one pass over the code points. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD = 120, LATE_WORDS = 6, TITLE_WORDS = 16, NAME_LENGTH = 60, UNSPACED_PER_WORD = 4 };
#ifndef DEDUPE_TINY_BUFFERS
enum { FIRST_ROWS = 256 };
#else
enum { FIRST_ROWS = 1 };
#endif

/* The bits of `Trait`. */
enum {
    ENDED = 1 << 0,
    LOWER = 1 << 1,
    BULLET = 1 << 2,
    CLAUSE_END = 1 << 3,
    SAME = 1 << 4,
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
    DATED = 1 << 16,
    NAMED = 1 << 17,
    UNLETTERED = 1 << 18,
    QUOTED = 1 << 19
};

/* A line as it stands in the text, without the blanks around it. */
typedef struct {
    const uint32_t *codes;
    size_t start, length;
    size_t spaces, unspaced;
    uint32_t seen; /* code points, or-ed */
    uint32_t seen_bits, head_bits;
    bool headed; /* the head has been passed */
} line_t;

bool scan_init(scan_t *scan, const alphabet_t *alphabet, const vocabulary_t *vocabulary, const uint32_t *text, size_t length) {
    *scan = (scan_t){.text = text, .length = length};
    return matcher_init(&scan->matcher, alphabet, vocabulary);
}

void scan_free(scan_t *scan) {
    matcher_free(&scan->matcher);
    free(scan->rows);
    scan->rows = NULL;
}

/* Whether any character belongs to a script without spaces; all of those lie beyond `first`. */
static bool look_for_unspaced(scan_t *scan) {
    const uint32_t first = 0xE00;
    for (size_t i = 0; i < scan->length; i++) {
        if (scan->text[i] >= first && matcher_bits(&scan->matcher, scan->text[i]) & IS_UNSPACED) {
            scan->unspaced = true;
            break;
        }
    }
    scan->looked = !scan->matcher.wants;
    return scan->looked;
}

static inline bool close_part(matcher_t *matcher, size_t begin, uint32_t hash) {
    folded_t *folded = &matcher->line;
    if (folded->count == folded->parts_capacity && !folded_reserve(folded, 0, 1)) return false;
    const word_t *known = vocabulary_word(matcher->vocabulary, folded->codes + begin, folded->length - begin, hash);
    folded->parts[folded->count++] = (part_t){begin, folded->length, known};
    return true;
}

/* Reads a stretch between blanks from `*position` on: folds it and looks it up. */
static inline outcome_t read_part(scan_t *scan, line_t *line, size_t *position) {
    matcher_t *matcher = &scan->matcher;
    folded_t *folded = &matcher->line;
    size_t i = *position, begin = folded->length, to = begin;
    uint32_t hash = HASH_START, seen = 0, bits = 0;
    for (; i < scan->length; i++) {
        uint32_t code = scan->text[i];
        const sheet_t *sheet = alphabet_sheet(matcher->alphabet, code);
        if (!sheet) {
            matcher_bits(matcher, code);
            return WANTS_PAGE;
        }
        const letter_t *letter = &sheet->letters[code % PAGE_SIZE];
        if (letter->bits & IS_SPACE) break;
        if (folded->capacity - to < FOLDS) {
            folded->length = to;
            if (!folded_reserve(folded, FOLDS, 0)) return NO_MEMORY;
        }
        if (i - line->start == HEAD) line->head_bits = line->seen_bits | bits, line->headed = true;
        hash = hash_more(hash, folded->codes[to++] = letter->fold[0]);
        for (uint32_t k = 1; k < letter->folds; k++) hash = hash_more(hash, folded->codes[to++] = letter->fold[k]);
        seen |= code;
        bits |= letter->bits;
        line->unspaced += (letter->bits & IS_UNSPACED) != 0;
    }
    line->seen |= seen;
    line->seen_bits |= bits;
    folded->length = to;
    *position = i;
    return close_part(matcher, begin, hash) ? READ_ALL : NO_MEMORY;
}

/* Reads a line from `scan->position`, which moves behind it; folds it and finds its words. A missing sheet is wanted. */
static outcome_t read_line(scan_t *scan, line_t *line) {
    matcher_t *matcher = &scan->matcher;
    folded_t *folded = &matcher->line;
    size_t i = scan->position, end = i, spaces = 0;
    uint32_t blanks = 0;
    folded->length = folded->count = 0;
    *line = (line_t){.start = i};
    while (i < scan->length) {
        uint32_t code = scan->text[i];
        const sheet_t *sheet = alphabet_sheet(matcher->alphabet, code);
        if (!sheet) {
            matcher_bits(matcher, code);
            return WANTS_PAGE;
        }
        uint32_t bits = sheet->letters[code % PAGE_SIZE].bits;
        if (bits & IS_BREAK) break;
        if (bits & IS_SPACE) {
            i++;
            if (!folded->count) continue;
            if (!folded_reserve(folded, 1, 0)) return NO_MEMORY;
            folded->codes[folded->length++] = code;
            spaces += code == ' ';
            blanks |= code;
            continue;
        }
        if (!folded->count) line->start = i;
        if (!line->headed && i - line->start > HEAD) line->head_bits = line->seen_bits, line->headed = true;
        line->spaces = spaces;
        line->seen |= blanks;
        outcome_t outcome = read_part(scan, line, &i);
        if (outcome != READ_ALL) return outcome;
        end = i;
    }
    if (!line->headed) line->head_bits = line->seen_bits;
    scan->position = i + (i < scan->length);
    line->codes = scan->text + line->start;
    line->length = folded->count ? end - line->start : 0;
    if (folded->count) folded->length = folded->parts[folded->count - 1].end;
    return READ_ALL;
}

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

static bool part_holds(const folded_t *folded, const part_t *part, const uint32_t *wanted, size_t length) {
    for (size_t i = part->begin; i + length <= part->end; i++) {
        if (folded->codes[i] == wanted[0] && !memcmp(folded->codes + i, wanted, length * sizeof *wanted)) return true;
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
    for (size_t i = 0; line->seen >= 0x80 && i < line->length; i++) {
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

static uint32_t traits_of_words(matcher_t *matcher, const line_t *line) {
    const folded_t *folded = &matcher->line;
    uint32_t traits = 0;
    if (holds_slash(line)) traits |= SLASH;
    if (has_copyright(folded, line)) traits |= COPYRIGHT;
    if (is_counted(folded, line)) traits |= COUNTED;
    if (repeats_first(folded)) traits |= REPEATED;
    if (is_dated(matcher, folded)) traits |= DATED;
    if (is_named(matcher, line)) traits |= NAMED;
    uint32_t first = matcher_bits(matcher, folded->codes[0]);
    if (!(first & IS_ALPHA)) traits |= UNLETTERED;
    if (first & IS_QUOTE) traits |= QUOTED;
    return traits;
}

static bool is_above(const scan_t *scan, const line_t *line) {
    return scan->count && scan->above_length == line->length &&
           !memcmp(scan->text + scan->above, line->codes, line->length * sizeof *line->codes);
}

static bool has_colon(const folded_t *folded) {
    for (size_t i = 0; i < folded->parts[0].end; i++) {
        if (folded->codes[i] == ':') return true;
    }
    return false;
}

static uint32_t prefixes_of(const matcher_t *matcher) {
    const folded_t *folded = &matcher->line;
    const vocabulary_t *vocabulary = matcher->vocabulary;
    uint32_t flags = 0, number = vocabulary->prefix_heads[folded->codes[0] % PREFIX_HEADS];
    for (; number; number = vocabulary->prefix_links[number - 1]) {
        const phrase_t *prefix = &vocabulary->prefixes[number - 1];
        if (prefix->length <= folded->length && !memcmp(prefix->codes, folded->codes, prefix->length * sizeof *prefix->codes)) {
            flags |= prefix->marker;
        }
    }
    return flags;
}

/* What the vocabulary says of a line. False without memory. */
static bool look_up(scan_t *scan, uint32_t *row) {
    matcher_t *matcher = &scan->matcher;
    const folded_t *folded = &matcher->line;
    const word_t *first = folded->parts[0].known;
    uint32_t opener = first ? first->opener : 0, inside = 0, late = 0;
    for (size_t i = 0; i < folded->count; i++) {
        const word_t *known = folded->parts[i].known;
        if (!known) continue;
        inside |= known->inside;
        if (i + LATE_WORDS >= folded->count) late |= known->inside;
    }
    bool phrased = scan->unspaced || inside & PHRASE_FLAG || (opener & PHRASE_FLAG && folded->count <= OPENED_WORDS) ||
                   !(matcher_bits(matcher, folded->codes[0]) & IS_ALPHA) || has_colon(folded);
    if (phrased) row[MARKERS] = find_marker(matcher, folded, scan->unspaced);
    else row[MARKERS] = folded->count < START_WORDS ? find_whole(matcher, folded) : 0;
    row[BEHIND] = 0;
    row[OPENERS] = opener, row[INSIDE] = inside, row[LATE] = late;
    row[PREFIXES] = prefixes_of(matcher);
    return row[MARKERS] || find_behind_date(matcher, folded, &row[BEHIND]);
}

static bool reserve_row(scan_t *scan) {
    if (scan->count < scan->capacity) return true;
    size_t capacity = scan->capacity ? scan->capacity * 2 : FIRST_ROWS;
    if (capacity > SIZE_MAX / sizeof *scan->rows) return false;
    void *larger = realloc(scan->rows, capacity * sizeof *scan->rows);
    if (!larger) return false;
    scan->rows = larger;
    scan->capacity = capacity;
    return true;
}

static outcome_t add_row(scan_t *scan, const line_t *line) {
    matcher_t *matcher = &scan->matcher;
    if (!reserve_row(scan)) return NO_MEMORY;
    uint32_t *row = scan->rows[scan->count];
    if (!look_up(scan, row)) return NO_MEMORY;
    row[STARTS] = (uint32_t)line->start;
    row[ENDS] = (uint32_t)(line->start + line->length);
    row[PARTS] = (uint32_t)matcher->line.count;
    row[WORDS] = scan->unspaced ? (uint32_t)(line->spaces + 1 + line->unspaced / UNSPACED_PER_WORD) : row[PARTS];
    row[TRAITS] = traits_of_characters(matcher, line) | traits_of_words(matcher, line) | (is_above(scan, line) ? SAME : 0);
    if (matcher->wants) return WANTS_PAGE;
    scan->above = line->start;
    scan->above_length = line->length;
    scan->count++;
    return READ_ALL;
}

outcome_t scan_read(scan_t *scan) {
    scan->matcher.wants = false;
    if (!scan->looked && !look_for_unspaced(scan)) return WANTS_PAGE;
    while (scan->position < scan->length) {
        size_t begun = scan->position;
        line_t line;
        outcome_t outcome = read_line(scan, &line);
        if (outcome == READ_ALL && line.length) outcome = add_row(scan, &line);
        if (outcome != READ_ALL) {
            scan->position = begun;
            return outcome;
        }
    }
    return READ_ALL;
}
