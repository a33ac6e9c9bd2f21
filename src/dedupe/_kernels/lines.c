/* The lines of a text as columns: `_lines.py` in one pass over the code points. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD = 120, LATE_WORDS = 6, UNSPACED_PER_WORD = 4 };
#ifndef DEDUPE_TINY_BUFFERS
enum { FIRST_ROWS = 256 };
#else
enum { FIRST_ROWS = 1 };
#endif

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

static uint32_t wanted_traits(const scan_t *scan) {
    const marks_t *marks = scan->marks;
    return marks ? marks->flags[TRAITS] | (scan->unspaced ? marks->foreign : 0) : UINT32_MAX;
}

static inline bool close_part(scan_t *scan, size_t begin, uint32_t hash) {
    matcher_t *matcher = &scan->matcher;
    folded_t *folded = &matcher->line;
    if (folded->count == folded->parts_capacity && !folded_reserve(folded, 0, 1)) return false;
    const vocabulary_t *vocabulary = matcher->vocabulary;
    /* Too late in a line to begin it or to be part of a date, a word is asked for only where it counts anywhere. */
    bool asked = may_hold(folded->count < scan->early_words ? vocabulary->filter : vocabulary->inner, hash);
    const word_t *known = asked ? vocabulary_word(vocabulary, folded->codes + begin, folded->length - begin, hash) : NULL;
    folded->parts[folded->count++] = (part_t){begin, folded->length, known};
    return true;
}

/* Characters of the first sheet in one number each: bits, and above them what the character folds to. 0 for blanks and
 * for what folds to more than a byte. */
enum { FOLD_SHIFT = 24 };

static void learn_plain(scan_t *scan) {
    const sheet_t *sheet = alphabet_sheet(scan->matcher.alphabet, 0);
    for (size_t i = 0; sheet && i < PAGE_SIZE; i++) {
        const letter_t *letter = &sheet->letters[i];
        bool plain = letter->folds == 1 && letter->fold[0] <= UINT8_MAX && !(letter->bits & (IS_SPACE | IS_BREAK | IS_UNSPACED));
        if (plain && !(letter->bits >> FOLD_SHIFT)) scan->plain[i] = letter->bits | letter->fold[0] << FOLD_SHIFT;
    }
}

/* What a stretch between blanks has come to so far. */
typedef struct {
    size_t position, to;
    uint32_t hash, seen, bits;
} stretch_t;

/* Reads on as long as characters are plain, memory lasts and the head of the line is not passed. */
static inline void read_plain(const scan_t *scan, const line_t *line, const folded_t *folded, stretch_t *stretch) {
    const uint32_t *text = scan->text, *plain = scan->plain;
    stretch_t own = *stretch;
    size_t left = scan->length - own.position, room = folded->capacity - own.to;
    if (room < left) left = room;
    if (!line->headed && line->start + HEAD - own.position < left) left = line->start + HEAD - own.position;
    for (size_t end = own.position + left; own.position < end; own.position++) {
        uint32_t code = text[own.position], letter = code < PAGE_SIZE ? plain[code] : 0;
        if (!letter) break;
        own.hash = hash_more(own.hash, folded->codes[own.to++] = letter >> FOLD_SHIFT);
        own.seen |= code;
        own.bits |= letter;
    }
    own.bits &= (1U << FOLD_SHIFT) - 1;
    *stretch = own;
}

/* Reads a stretch between blanks from `*position` on: folds it and looks it up. */
static inline outcome_t read_part(scan_t *scan, line_t *line, size_t *position) {
    matcher_t *matcher = &scan->matcher;
    folded_t *folded = &matcher->line;
    size_t begin = folded->length;
    stretch_t stretch = {.position = *position, .to = begin, .hash = HASH_START};
    for (;; stretch.position++) {
        read_plain(scan, line, folded, &stretch);
        if (stretch.position == scan->length) break;
        uint32_t code = scan->text[stretch.position];
        const sheet_t *sheet = alphabet_sheet(matcher->alphabet, code);
        if (!sheet) {
            matcher_bits(matcher, code);
            return WANTS_PAGE;
        }
        const letter_t *letter = &sheet->letters[code % PAGE_SIZE];
        if (letter->bits & IS_SPACE) break;
        if (folded->capacity - stretch.to < FOLDS) {
            folded->length = stretch.to;
            if (!folded_reserve(folded, FOLDS, 0)) return NO_MEMORY;
        }
        if (stretch.position - line->start == HEAD) line->head_bits = line->seen_bits | stretch.bits, line->headed = true;
        for (uint32_t k = 0; k < letter->folds; k++) {
            stretch.hash = hash_more(stretch.hash, folded->codes[stretch.to++] = letter->fold[k]);
        }
        stretch.seen |= code;
        stretch.bits |= letter->bits;
        line->unspaced += (letter->bits & IS_UNSPACED) != 0;
    }
    line->seen |= stretch.seen;
    line->seen_bits |= stretch.bits;
    folded->length = stretch.to;
    *position = stretch.position;
    return close_part(scan, begin, stretch.hash) ? READ_ALL : NO_MEMORY;
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

static bool is_above(const scan_t *scan, const line_t *line) {
    return scan->above_length == line->length &&
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

/* Whether letters stand in a line that a pattern takes for an i whatever its case, and casefolding does not. */
static bool has_dotless(const line_t *line) {
    for (size_t i = 0; line->seen >= 0x80 && i < line->length; i++) {
        if (line->codes[i] == 0x130 || line->codes[i] == 0x131) return true;
    }
    return false;
}

/* What the vocabulary says of the words of a line. */
static void look_up_words(scan_t *scan, const line_t *line, uint32_t *row) {
    matcher_t *matcher = &scan->matcher;
    const folded_t *folded = &matcher->line;
    const word_t *first = folded->parts[0].known;
    uint32_t inside = 0, late = 0;
    bool worded = false;
    for (size_t i = 0; i < folded->count; i++) {
        const word_t *known = folded->parts[i].known;
        if (!known) continue;
        inside |= known->inside;
        worded |= known->within_count != 0;
        if (i + LATE_WORDS >= folded->count) late |= known->inside;
    }
    if (worded) inside |= find_within(matcher, folded, has_dotless(line));
    row[OPENERS] = first ? first->opener : 0, row[INSIDE] = inside, row[LATE] = late;
    row[PREFIXES] = prefixes_of(matcher);
}

/* Which phrases mark a line whose words are looked up. False without memory. */
static bool look_up_phrases(scan_t *scan, uint32_t *row) {
    matcher_t *matcher = &scan->matcher;
    const folded_t *folded = &matcher->line;
    uint32_t opener = row[OPENERS], inside = row[INSIDE];
    bool phrased = scan->unspaced || inside & PHRASE_FLAG || (opener & PHRASE_FLAG && folded->count <= OPENED_WORDS) ||
                   !(matcher_bits(matcher, folded->codes[0]) & IS_ALPHA) || has_colon(folded);
    if (phrased) row[MARKERS] = find_marker(matcher, folded, scan->unspaced);
    else row[MARKERS] = folded->count < START_WORDS ? find_whole(matcher, folded) : 0;
    row[BEHIND] = 0;
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

/* Leaves of the flags of a line those asked for, and tells whether there are any. */
static bool is_marked(const marks_t *marks, uint32_t wanted, uint32_t *row) {
    uint32_t found = row[TRAITS] &= wanted;
    for (size_t i = OPENERS; i <= PREFIXES; i++) found |= row[i] &= marks->flags[i];
    return found;
}

static outcome_t add_row(scan_t *scan, const line_t *line) {
    matcher_t *matcher = &scan->matcher;
    const marks_t *marks = scan->marks;
    uint32_t wanted = wanted_traits(scan);
    if (!reserve_row(scan)) return NO_MEMORY;
    uint32_t *row = scan->rows[scan->count];
    look_up_words(scan, line, row);
    if (!marks && !look_up_phrases(scan, row)) return NO_MEMORY;
    row[STARTS] = (uint32_t)line->start;
    row[ENDS] = (uint32_t)(line->start + line->length);
    row[PARTS] = (uint32_t)matcher->line.count;
    row[WORDS] = scan->unspaced ? (uint32_t)(line->spaces + 1 + line->unspaced / UNSPACED_PER_WORD) : row[PARTS];
    row[TRAITS] = traits_of(matcher, line, wanted) | (is_above(scan, line) ? SAME : 0);
    if (matcher->wants) return WANTS_PAGE;
    scan->above = line->start;
    scan->above_length = line->length;
    if (!marks || is_marked(marks, wanted, row)) scan->count++;
    return READ_ALL;
}

outcome_t scan_read(scan_t *scan) {
    scan->matcher.wants = false;
    if (!scan->looked && !look_for_unspaced(scan)) return WANTS_PAGE;
    learn_plain(scan);
    scan->early_words = scan->marks && !(wanted_traits(scan) & DATED) ? 1 : DATE_WORDS;
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
