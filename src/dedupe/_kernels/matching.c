/* Which phrase marks a line: `_phrases.py`, step by step the same. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#ifndef DEDUPE_TINY_BUFFERS
enum { FIRST_CODES = 1 << 12, FIRST_PARTS = 1 << 10 };
#else
enum { FIRST_CODES = 4, FIRST_PARTS = 1 };
#endif

bool folded_reserve(folded_t *folded, size_t codes, size_t parts) {
    if (folded->capacity - folded->length < codes) {
        size_t capacity = folded->capacity;
        while (capacity - folded->length < codes) {
            if (capacity > SIZE_MAX / 16) return false;
            capacity = capacity ? capacity * 2 : FIRST_CODES;
        }
        uint32_t *larger = realloc(folded->codes, capacity * sizeof *larger);
        if (!larger) return false;
        folded->codes = larger;
        folded->capacity = capacity;
    }
    if (folded->parts_capacity - folded->count < parts) {
        size_t capacity = folded->parts_capacity;
        while (capacity - folded->count < parts) {
            if (capacity > SIZE_MAX / 128) return false;
            capacity = capacity ? capacity * 2 : FIRST_PARTS;
        }
        part_t *larger = realloc(folded->parts, capacity * sizeof *larger);
        if (!larger) return false;
        folded->parts = larger;
        folded->parts_capacity = capacity;
    }
    return true;
}

void folded_free(folded_t *folded) {
    free(folded->codes);
    free(folded->parts);
    *folded = (folded_t){0};
}

bool matcher_init(matcher_t *matcher, const alphabet_t *alphabet, const vocabulary_t *vocabulary) {
    *matcher = (matcher_t){.alphabet = alphabet, .vocabulary = vocabulary};
    return folded_reserve(&matcher->line, 1, 1);
}

void matcher_free(matcher_t *matcher) {
    folded_free(&matcher->line);
    folded_free(&matcher->behind);
    free(matcher->tried);
    matcher->tried = NULL;
}

/* The bits of a character; of one whose sheet is missing none, and the sheet is wanted. */
uint32_t matcher_bits(matcher_t *matcher, uint32_t code) {
    const sheet_t *sheet = alphabet_sheet(matcher->alphabet, code);
    if (sheet) return sheet->letters[code % PAGE_SIZE].bits;
    matcher->wants = true;
    matcher->wanted = code / PAGE_SIZE;
    return 0;
}

static bool begins(const folded_t *folded, size_t at, const phrase_t *phrase) {
    return at <= folded->length && phrase->length <= folded->length - at &&
           !memcmp(folded->codes + at, phrase->codes, phrase->length * sizeof *phrase->codes);
}

static bool holds(const folded_t *folded, const phrase_t *phrase) {
    if (phrase->length > folded->length) return false;
    size_t last = folded->length - phrase->length;
    uint32_t first = phrase->codes[0];
    for (size_t i = 0; i <= last; i++) {
        if (folded->codes[i] == first && begins(folded, i, phrase)) return true;
    }
    return false;
}

uint32_t find_whole(matcher_t *matcher, const folded_t *folded) {
    size_t begin = 0, end = folded->length;
    while (begin < end && matcher_bits(matcher, folded->codes[begin]) & IS_TRIM) begin++;
    while (end > begin && matcher_bits(matcher, folded->codes[end - 1]) & IS_TRIM) end--;
    const phrase_t *whole = vocabulary_whole(matcher->vocabulary, folded->codes + begin, end - begin);
    return whole ? whole->marker : 0;
}

static const word_t *starting(const matcher_t *matcher, const uint32_t *codes, size_t length) {
    const word_t *known = vocabulary_word(matcher->vocabulary, codes, length, hash_codes(codes, length));
    return known && known->starts_count ? known : NULL;
}

static bool all_decimal(matcher_t *matcher, const folded_t *folded, const part_t *part) {
    for (size_t i = part->begin; i < part->end; i++) {
        if (!(matcher_bits(matcher, folded->codes[i]) & IS_DECIMAL)) return false;
    }
    return true;
}

/* The phrase ends where a word does. */
static bool is_whole(matcher_t *matcher, const folded_t *folded, size_t at, const phrase_t *phrase) {
    size_t next = at + phrase->length;
    return next >= folded->length || !(matcher_bits(matcher, phrase->codes[phrase->length - 1]) & IS_ALPHA) ||
           !(matcher_bits(matcher, folded->codes[next]) & IS_ALPHA);
}

static uint32_t find_start(matcher_t *matcher, const folded_t *folded) {
    const part_t *parts = folded->parts;
    size_t at = 0, begin = parts[0].begin, end = parts[0].end;
    const word_t *known = parts[0].known && parts[0].known->starts_count ? parts[0].known : NULL;
    if (!known) {
        if (folded->count > 1 && all_decimal(matcher, folded, &parts[0])) {
            at = end - begin + 1;
            begin = parts[1].begin, end = parts[1].end;
        } else if (!(matcher_bits(matcher, folded->codes[begin]) & IS_ALNUM)) {
            while (at < folded->length && matcher_bits(matcher, folded->codes[at]) & IS_LEADING) at++;
            for (begin = end = at; end < folded->length && folded->codes[end] != ' ';) end++;
        }
        known = end > begin ? starting(matcher, folded->codes + begin, end - begin) : NULL;
    }
    for (size_t i = begin; !known && i < end; i++) { /* "More:Nancy Pelosi ..." */
        if (folded->codes[i] != ':') continue;
        known = starting(matcher, folded->codes + begin, i + 1 - begin);
        break;
    }
    for (uint32_t i = 0; known && i < known->starts_count; i++) {
        const phrase_t *phrase = &matcher->vocabulary->phrases[known->starts[i]];
        if (folded->count <= phrase->longest && begins(folded, at, phrase) && is_whole(matcher, folded, at, phrase)) return phrase->marker;
    }
    return 0;
}

/* Whether the phrases of a word are to be looked for; once in a line, however often it stands there. */
static bool is_new(matcher_t *matcher, const folded_t *folded, size_t at) {
    const word_t *word = folded->parts[at].known;
    const vocabulary_t *vocabulary = matcher->vocabulary;
    if (!matcher->tried) matcher->tried = calloc(vocabulary->words_count, sizeof *matcher->tried);
    for (size_t i = 0; !matcher->tried && i < at; i++) { /* without memory only slower */
        if (folded->parts[i].known == word) return false;
    }
    if (!matcher->tried) return true;
    uint32_t *tried = &matcher->tried[word - vocabulary->words];
    bool fresh = *tried != matcher->round;
    *tried = matcher->round;
    return fresh;
}

/* One phrase up to the length that one may mark, one more for every twice of it. */
static size_t phrases_needed(size_t length, size_t sole) { return (length + 3 * sole - 1) / (2 * sole); }

static uint32_t find_inside(matcher_t *matcher, const folded_t *folded) {
    size_t missing = phrases_needed(folded->count, SOLE_WORDS);
    uint32_t first = 0;
    matcher->round++;
    for (size_t i = 0; i < folded->count; i++) {
        const word_t *known = folded->parts[i].known;
        if (!known || !known->contains_count || !is_new(matcher, folded, i)) continue;
        for (uint32_t k = 0; k < known->contains_count; k++) {
            const phrase_t *phrase = &matcher->vocabulary->phrases[known->contains[k]];
            if (folded->count > phrase->longest || !holds(folded, phrase)) continue;
            if (!first) first = phrase->marker;
            if (!--missing) return first;
            break;
        }
    }
    return 0;
}

uint32_t find_within(matcher_t *matcher, const folded_t *folded, bool every) {
    uint32_t flags = 0;
    matcher->round++;
    for (size_t i = 0; i < folded->count; i++) {
        const word_t *known = folded->parts[i].known;
        if (!known || !known->within_count || !is_new(matcher, folded, i)) continue;
        for (uint32_t k = 0; k < known->within_count; k++) {
            const phrase_t *phrase = &matcher->vocabulary->phrases[known->within[k]];
            if (phrase->marker & ~flags && (every || holds(folded, phrase))) flags |= phrase->marker;
        }
    }
    return flags;
}

static bool is_ascii(const folded_t *folded) {
    uint32_t all = 0;
    for (size_t i = 0; i < folded->length; i++) all |= folded->codes[i];
    return all < 0x80;
}

static uint32_t find_unspaced(const matcher_t *matcher, const folded_t *folded) {
    const vocabulary_t *vocabulary = matcher->vocabulary;
    bool is_short = folded->length <= UNSPACED_CHARACTERS;
    size_t missing = phrases_needed(folded->length, SOLE_CHARACTERS);
    uint32_t first = 0;
    for (uint32_t i = 0; i < vocabulary->unspaced_count; i++) {
        const phrase_t *phrase = &vocabulary->phrases[vocabulary->unspaced[i].phrase];
        if (!(vocabulary->unspaced[i].at_start ? is_short && begins(folded, 0, phrase) : holds(folded, phrase))) continue;
        if (!first) first = phrase->marker;
        if (!--missing) return first;
    }
    return 0;
}

uint32_t find_marker(matcher_t *matcher, const folded_t *folded, bool unspaced) {
    uint32_t marker = folded->count <= START_WORDS ? find_whole(matcher, folded) : 0;
    if (!marker && folded->count <= LABEL_WORDS) marker = find_start(matcher, folded);
    if (!marker) marker = find_inside(matcher, folded);
    if (!marker && unspaced && !is_ascii(folded)) marker = find_unspaced(matcher, folded);
    return marker;
}

/* A word without the punctuation around it, and what the vocabulary knows of that. */
static part_t bare(matcher_t *matcher, const folded_t *folded, const part_t *part) {
    part_t found = *part;
    while (found.begin < found.end && matcher_bits(matcher, folded->codes[found.begin]) & IS_EDGE) found.begin++;
    while (found.end > found.begin && matcher_bits(matcher, folded->codes[found.end - 1]) & IS_EDGE) found.end--;
    size_t length = found.end - found.begin;
    if (length != part->end - part->begin) {
        const uint32_t *codes = folded->codes + found.begin;
        found.known = length ? vocabulary_word(matcher->vocabulary, codes, length, hash_codes(codes, length)) : NULL;
    }
    return found;
}

static bool may(const part_t *part, uint32_t what) { return part->known && part->known->may & what; }

bool is_dated(matcher_t *matcher, const folded_t *folded) {
    if (folded->count > DATE_WORDS) return false;
    for (size_t i = 0; i < folded->count; i++) {
        const part_t *part = &folded->parts[i];
        part_t word = bare(matcher, folded, part);
        bool empty = word.begin == word.end;
        if (may(&word, MAY_DATE)) continue;
        bool decimal = !empty && matcher_bits(matcher, folded->codes[word.begin]) & IS_DECIMAL;
        if (!decimal && (!empty || !i)) return false;
        if (folded->count == 1 && part->end - part->begin < DATE_LENGTH && !may(&word, MAY_OPEN_DATE)) return false;
    }
    return true;
}

bool find_behind_date(matcher_t *matcher, const folded_t *folded, uint32_t *marker) {
    *marker = 0;
    if (folded->count > DATE_WORDS) return true;
    size_t at = 0;
    for (; at < folded->count; at++) {
        part_t word = bare(matcher, folded, &folded->parts[at]);
        bool digit = word.begin < word.end && matcher_bits(matcher, folded->codes[word.begin]) & IS_DIGIT;
        if (!digit && !may(&word, MAY_OPEN_DATE)) break;
    }
    if (!at || at == folded->count) return true;
    folded_t *behind = &matcher->behind;
    behind->length = behind->count = 0;
    for (; at < folded->count; at++) {
        part_t word = folded->parts[at];
        size_t length = word.end - word.begin;
        if (!folded_reserve(behind, length + 1, 1)) return false;
        if (behind->length) behind->codes[behind->length++] = ' ';
        memcpy(behind->codes + behind->length, folded->codes + word.begin, length * sizeof *folded->codes);
        behind->parts[behind->count++] = (part_t){behind->length, behind->length + length, word.known};
        behind->length += length;
    }
    *marker = find_marker(matcher, behind, false);
    return true;
}
