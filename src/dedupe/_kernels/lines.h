/* Lines as columns: `_lines.py` and `_phrases.py` in C. Bottom up: alphabet, vocabulary, lines; `lines_door.c` knows
 * Python. */
#ifndef DEDUPE_LINES_H
#define DEDUPE_LINES_H

#include "kernels.h"

/* ---- alphabet.c: what single characters are, asked of Python page by page and never changed ---- */
enum {
    IS_SPACE = 1 << 0,
    IS_BREAK = 1 << 1,
    IS_ALPHA = 1 << 2,
    IS_ALNUM = 1 << 3,
    IS_LOWER = 1 << 4,
    IS_UPPER = 1 << 5,
    IS_DIGIT = 1 << 6,
    IS_DECIMAL = 1 << 7,
    IS_UNSPACED = 1 << 8,
    IS_END = 1 << 9,
    IS_CLOSER = 1 << 10,
    IS_CLAUSE_END = 1 << 11,
    IS_BULLET = 1 << 12,
    IS_OPENING = 1 << 13,
    IS_CLOSING = 1 << 14,
    IS_CREDIT_BRACKET = 1 << 15,
    IS_TRIM = 1 << 16,
    IS_LEADING = 1 << 17,
    IS_EDGE = 1 << 18,
    IS_DASH = 1 << 19,
    IS_HEADING = 1 << 20, /* ( [ / */
    IS_TITLE = 1 << 21,
    IS_WORD = 1 << 22, /* letters, digits, underscore */
    IS_QUOTE = 1 << 23
};
enum { FOLDS = 3 };

typedef struct {
    uint32_t bits;
    uint32_t folds; /* how many */
    uint32_t fold[FOLDS];
    uint32_t spare;
} letter_t;

typedef struct {
    letter_t letters[PAGE_SIZE];
} sheet_t;

typedef struct {
    _Atomic(sheet_t *) sheets[PAGES];
} alphabet_t;

void alphabet_free(alphabet_t *alphabet);
/* False for bytes that make no sheet, or without memory. One writer at a time. */
bool alphabet_add(alphabet_t *alphabet, size_t number, const uint8_t *bytes, size_t length);

static inline const sheet_t *alphabet_sheet(const alphabet_t *alphabet, uint32_t code) {
    return code < CODE_POINTS ? atomic_load_explicit(&alphabet->sheets[code / PAGE_SIZE], memory_order_acquire) : NULL;
}

/* ---- vocabulary.c: words and phrases, looked up by their code points ---- */
enum { PHRASE_FLAG = 1 };
enum { PREFIX_HEADS = 256, FILTER_SIZE = 2048 };
enum { MAY_DATE = 1, MAY_OPEN_DATE = 2, MAY_NAME = 4 };

typedef struct {
    const uint32_t *codes;
    uint32_t length, marker, longest;
} phrase_t;

typedef struct {
    const uint32_t *codes;
    uint32_t length, hash;
    uint32_t opener, inside, may;
    const uint32_t *starts, *contains, *within; /* numbers of phrases */
    uint32_t starts_count, contains_count, within_count;
} word_t;

typedef struct {
    uint32_t phrase, at_start;
} unspaced_t;

typedef struct {
    uint32_t *data; /* what everything points into */
    phrase_t *phrases, *whole, *prefixes; /* a prefix's flag stands as its marker */
    word_t *words;
    unspaced_t *unspaced;
    uint32_t phrases_count, words_count, whole_count, unspaced_count, prefixes_count;
    uint32_t *prefix_links;             /* of each prefix, the number of the next one to try, from 1 */
    uint32_t prefix_heads[PREFIX_HEADS]; /* by first code point, likewise */
    uint32_t *word_slots, *whole_slots; /* numbers from 1, 0 for none; as many as the masks plus one */
    uint32_t word_mask, whole_mask;
    uint32_t longest_whole;
    uint32_t filter[FILTER_SIZE]; /* bits of the words' hashes: most words of most texts are not in it */
    uint32_t inner[FILTER_SIZE];  /* of those that say something wherever in a line they stand: far fewer */
} vocabulary_t;

/* NULL without memory or for numbers that make none; `data` is copied. */
vocabulary_t *vocabulary_new(const uint32_t *data, size_t count);
void vocabulary_free(vocabulary_t *vocabulary);
/* NULL for what is not in it. */
const word_t *vocabulary_word(const vocabulary_t *vocabulary, const uint32_t *codes, size_t length, uint32_t hash);
const phrase_t *vocabulary_whole(const vocabulary_t *vocabulary, const uint32_t *codes, size_t length);

/* FNV-1a (Fowler, Noll, Vo) over code points. */
#define HASH_START 0x811C9DC5U
static inline uint32_t hash_more(uint32_t hash, uint32_t code) { return (hash ^ code) * 0x01000193U; }
static inline uint32_t hash_codes(const uint32_t *codes, size_t length) {
    uint32_t hash = HASH_START;
    for (size_t i = 0; i < length; i++) hash = hash_more(hash, codes[i]);
    return hash;
}

static inline uint32_t slot_of(uint32_t hash) { return hash ^ hash >> 15; }
static inline uint32_t filter_place(uint32_t hash) { return slot_of(hash) / 32 % FILTER_SIZE; }
static inline uint32_t filter_bit(uint32_t hash) { return 1U << slot_of(hash) % 32; }
static inline bool may_hold(const uint32_t *filter, uint32_t hash) { return filter[filter_place(hash)] & filter_bit(hash); }

/* ---- matching.c: which phrase marks a line ---- */

/* A stretch between blanks of a casefolded line, and what the vocabulary knows of it. */
typedef struct {
    size_t begin, end;
    const word_t *known;
} part_t;

/* A casefolded line and its parts, in memory used again for the next. */
typedef struct {
    uint32_t *codes;
    part_t *parts;
    size_t length, capacity;
    size_t count, parts_capacity;
} folded_t;

bool folded_reserve(folded_t *folded, size_t codes, size_t parts);
void folded_free(folded_t *folded);

typedef struct {
    const alphabet_t *alphabet;
    const vocabulary_t *vocabulary;
    folded_t line, behind;
    uint32_t *tried; /* of each word of the vocabulary, the last round in which its phrases were looked for */
    uint32_t round;
    uint32_t wanted; /* number of a sheet that was missing; answers that needed it are void */
    bool wants;
} matcher_t;

bool matcher_init(matcher_t *matcher, const alphabet_t *alphabet, const vocabulary_t *vocabulary);
void matcher_free(matcher_t *matcher);
uint32_t matcher_bits(matcher_t *matcher, uint32_t code);
uint32_t find_whole(matcher_t *matcher, const folded_t *folded);
uint32_t find_marker(matcher_t *matcher, const folded_t *folded, bool unspaced);
/* `every`: all phrases are taken to stand in the line. */
uint32_t find_within(matcher_t *matcher, const folded_t *folded, bool every);
bool is_dated(matcher_t *matcher, const folded_t *folded);
/* False without memory. */
bool find_behind_date(matcher_t *matcher, const folded_t *folded, uint32_t *marker);

enum { START_WORDS = 14, LABEL_WORDS = 24, OPENED_WORDS = 40, DATE_WORDS = 14, DATE_LENGTH = 8, UNSPACED_CHARACTERS = 56, SOLE_WORDS = 160, SOLE_CHARACTERS = 640 };

/* ---- traits.c: what is true of a line ---- */

/* A line as it stands in the text, without the blanks around it. */
typedef struct {
    const uint32_t *codes;
    size_t start, length;
    size_t spaces, unspaced;
    uint32_t seen; /* code points, or-ed */
    uint32_t seen_bits, head_bits;
    bool headed; /* the head has been passed */
} line_t;

/* Bits of `Trait` for a line that repeats the one above, and for one that holds nothing but parts of dates. */
enum { SAME = 1 << 4, DATED = 1 << 16 };

/* Those of all other bits that are wanted, of a line that is not empty; `matcher` holds it casefolded. */
uint32_t traits_of(matcher_t *matcher, const line_t *line, uint32_t wanted);

/* ---- lines.c: one row a line ---- */
enum { COLUMNS = 11 };
typedef enum {
    STARTS, ENDS, WORDS, PARTS, OPENERS, INSIDE, LATE, PREFIXES, MARKERS, BEHIND, TRAITS
} column_t;

/* What lines must have any of to be kept: flags by column, and more traits where a script without spaces occurs. */
typedef struct {
    uint32_t flags[COLUMNS], foreign;
} marks_t;

typedef struct {
    matcher_t matcher;
    const marks_t *marks; /* NULL: all lines and all columns; else only those of the marks, and where the line is */
    const uint32_t *text;
    size_t length, position;
    size_t above, above_length; /* the line above */
    bool unspaced, looked;      /* whether `unspaced` is known yet */
    size_t early_words;         /* how many words of a line count for standing at its beginning */
    uint32_t plain[PAGE_SIZE];  /* of the first sheet, what is quickly read */
    uint32_t (*rows)[COLUMNS];
    size_t count, capacity;
} scan_t;

bool scan_init(scan_t *scan, const alphabet_t *alphabet, const vocabulary_t *vocabulary, const uint32_t *text, size_t length);
void scan_free(scan_t *scan);
/* Reads on until all is read or a sheet is wanted: `scan->matcher.wanted`. */
outcome_t scan_read(scan_t *scan);

#endif
