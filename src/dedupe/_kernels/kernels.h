/* The native kernel's parts, bottom up: xxh3, tables, tokenizer, isa, overlap, sketch; `pairs.h` has
 * what compares texts. None of them knows Python; `texts.c`, `rules.c`, `crew.c`, `batch.c`, `pairs.c` and the doors do.
 *
 * Texts arrive as UCS-4 or as UTF-8. What a character means is read from pages of 256 characters, and what several characters fold
 * to together from a memo of chunks; both are filled from the Python rules in `_unicode.py` when first needed, so there
 * is one set of rules and no generated file. A reader never waits: pages and memo entries are published once, complete,
 * and never change.
 */
#ifndef DEDUPE_KERNELS_H
#define DEDUPE_KERNELS_H

#include "bits.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- xxh3.c: XXH3 64 bits, seed 0, default secret (xxHash specification, Yann Collet) ---- */
uint64_t xxh3_64(const uint8_t *input, size_t length);
/* What `hash_tokens` of an instruction set does, for any processor. */
void xxh3_64_tokens(const uint8_t *bytes, const size_t *edges, size_t count, uint64_t *hashes);

/* ---- tables.c: what characters mean ---- */
enum { CODE_POINTS = 0x110000, PAGE_SIZE = 256, PAGES = CODE_POINTS / PAGE_SIZE };
enum { CHUNK_LIMIT = 32, PIECES_LIMIT = 64, MARK_LIMIT = 30 };
enum { MEMO_SLOTS = 1 << 16, MEMO_FULL = MEMO_SLOTS / 4 * 3, MEMO_PROBES = 64 };

typedef enum { SEPARATOR, LETTER, ALONE, MARK, SEVERAL, INVISIBLE, KINDS } kind_t;

/* One folded character in UTF-8, or where several are to be found in the page's pieces. */
typedef struct {
    union {
        uint8_t utf8[4];
        uint16_t several[2]; /* first piece and how many */
    } as;
    uint8_t length; /* of utf8; 0 for what never enters a token */
    uint8_t kind;
    uint8_t mark;      /* counts towards MARK_LIMIT before folding */
    uint8_t continues; /* may compose or reorder with what stands before */
} character_t;

typedef struct {
    character_t characters[PAGE_SIZE];
    size_t pieces_count;
    character_t pieces[]; /* what the characters of kind SEVERAL fold to */
} page_t;

typedef struct {
    size_t chunk_length;
    size_t pieces_count;
    uint32_t chunk[CHUNK_LIMIT];
    character_t pieces[];
} memo_t;

typedef struct {
    _Atomic(page_t *) pages[PAGES];
    _Atomic(memo_t *) memo[MEMO_SLOTS];
    size_t memo_count;
} tables_t;

tables_t *tables_new(void);
void tables_free(tables_t *tables);
/* Both return false for bytes that make no page or no pieces, or without memory. One writer at a time. */
bool tables_add_page(tables_t *tables, size_t number, const uint8_t *bytes, size_t length);
bool tables_add_chunk(tables_t *tables, const uint32_t *chunk, size_t count, const uint8_t *bytes, size_t length);
/* A piece is one folded character, so it is neither several nor invisible. */
bool pieces_valid(const character_t *pieces, size_t count);
const memo_t *tables_find_chunk(const tables_t *tables, const uint32_t *chunk, size_t count);

static inline const page_t *tables_page(const tables_t *tables, uint32_t code) {
    return code < CODE_POINTS ? atomic_load_explicit(&tables->pages[code / PAGE_SIZE], memory_order_acquire) : NULL;
}

/* ---- utf8.c: bytes to UCS-4 ---- */
/* Bytes of the character that begins with a byte of 0x80 or more; 0 for none that is well formed. */
static inline size_t utf8_read(const uint8_t *bytes, size_t left, uint32_t *code) {
    uint32_t first = bytes[0];
    if (first - 0xC2 < 0x1E && left > 1) { /* most letters that are no ASCII */
        *code = (first & 0x1F) << 6 | (bytes[1] & 0x3F);
        return (bytes[1] & 0xC0) == 0x80 ? 2 : 0;
    }
    size_t size = first >= 0xF0 ? 4 : 3;
    if (first < 0xE0 || first > 0xF4 || left < size) return 0;
    uint32_t value = first & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xC0) != 0x80) return 0;
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    if (value < (size == 4 ? 0x10000U : 0x800U) || value >= CODE_POINTS) return 0;
    *code = value;
    return size;
}
/* Fills at most `length` codes; false for what is no UTF-8. Surrogates pass. */
bool utf8_decode(const uint8_t *bytes, size_t length, uint32_t *codes, size_t *count);

/* ---- tokenizer.c: a text in, normalised tokens out ---- */

/* One text: code points, or where there are none UTF-8. */
typedef struct {
    const uint32_t *codes;
    const uint8_t *bytes;
    size_t length; /* of what there is */
} text_t;

enum { BLOCK = 64, JOINED_MARGIN = 64 };

/* Tokens of one text, joined by single spaces, in memory used again for the next. 64 bytes behind the last can be read. */
typedef struct {
    uint8_t *joined; /* JOINED_MARGIN bytes before it can be read */
    size_t joined_length, joined_capacity;
    size_t count, capacity;
    size_t *edges;    /* in `joined`: token i begins one behind edges[i] and ends at edges[i + 1]; edges[0] is -1 */
    bool places;      /* whether starts and ends are wanted */
    bool split;       /* a character, or what composes with it, folded to several: tokens may share its place */
    uint32_t *starts; /* of each token in the text, in code points */
    uint32_t *ends;
    uint32_t *codes; /* of the chunk being read */
    size_t codes_capacity;
} tokens_t;

/* A character and what may compose with it: code points `start` to `end`, of which `count` are kept. */
typedef struct {
    size_t start, end, count;
    size_t next, next_trailing; /* position and trailing bytes behind it */
    const page_t *page;         /* of the first one */
    const character_t *first;
} chunk_t;

typedef enum { CLOSED, OPEN_WORD, OPEN_ALONE } open_t;

typedef struct {
    tokens_t *tokens;
    const tables_t *tables;
    text_t text;
    size_t position;
    size_t trailing;     /* bytes of UTF-8 before the position that begin no code point */
    size_t marks;        /* in a row, before folding */
    size_t folded_marks; /* in a row, after folding */
    open_t open;
    uint32_t page; /* wanted */
    chunk_t chunk; /* wanted; its codes are in `tokens` */
} reader_t;

typedef enum { READ_ALL, WANTS_PAGE, WANTS_CHUNK, NO_MEMORY, NOT_UTF8 } outcome_t;

bool tokens_init(tokens_t *tokens); /* with places */
void tokens_free(tokens_t *tokens);
/* Room that a block or one folded character may need: its bytes, a space for every token, and slack for wide copies. */
enum { BYTES_AT_ONCE = 4 * BLOCK, TOKENS_AT_ONCE = BLOCK };
bool tokens_grow(tokens_t *tokens);
static inline bool tokens_reserve(tokens_t *tokens) {
    bool room = tokens->joined_capacity - tokens->joined_length >= BYTES_AT_ONCE && tokens->capacity - tokens->count >= TOKENS_AT_ONCE;
    return room || tokens_grow(tokens);
}
/* Ends the open token. */
static inline void tokens_close(reader_t *reader) {
    if (reader->open == CLOSED) return;
    tokens_t *tokens = reader->tokens;
    tokens->edges[++tokens->count] = tokens->joined_length;
    tokens->joined[tokens->joined_length++] = ' ';
    reader->open = CLOSED;
}
void reader_start(reader_t *reader, tokens_t *tokens, const tables_t *tables, text_t text);
/* Reads on until all is read or something is wanted: a page, to be added to the tables, or a chunk, to be supplied. UTF-8
 * is what Python's decoder takes with "surrogatepass", and nothing else. */
outcome_t reader_read(reader_t *reader);
/* False for bytes that are no pieces, or without memory. */
bool reader_supply(reader_t *reader, const uint8_t *bytes, size_t length);

/* ---- isa.c, baseline.c, avx2.c, avx512.c: what is done differently on different processors, to the same bits ---- */
typedef struct {
    uint8_t bytes[2 * BLOCK]; /* letters in lower case, digits, spaces for the rest; the upper half is room to copy from */
    uint64_t words;           /* letters and digits */
    uint64_t quick;           /* ASCII, and typographic punctuation that folds to separators */
    uint64_t trailing;        /* bytes of UTF-8 that begin no code point, where they are quick */
} block_t;

/* Multipliers and offsets, and the smallest values found so far. */
typedef struct {
    const uint32_t *a, *b;
    uint32_t *smallest;
    size_t count;
} slots_t;

/* Runs of `size` tokens to be hashed: shingle i begins one behind edges[i] and ends at edges[i + size]. */
typedef struct {
    const uint8_t *bytes;
    const size_t *edges;
    size_t size, count;
    uint64_t *hashes;
} spans_t;

enum { CHUNK = 256 }; /* hashes at once */

/* Of token hashes, the least mixed hash of `size` tokens in every window. */
typedef struct {
    uint64_t *values;           /* hashes of tokens; change */
    uint64_t *spare, *more;     /* room for as many */
    size_t count, size, window; /* at least `size` values */
} winnow_t;

/* Bits of bytes: ASCII digits, ASCII separators, what is not ASCII, and of that what begins no code point. */
typedef struct {
    uint64_t digits, separators, wide, trailing;
} ascii_t;

typedef struct {
    const char *name;
    /* Both read quick characters until one must go with a chunk; false without memory. */
    bool (*read_quick)(reader_t *reader);
    bool (*read_quick_utf8)(reader_t *reader);
    /* Writes all edges when all is read; NULL where they were written on the way. */
    void (*find_edges)(tokens_t *tokens);
    /* Hashes spans of any length; those of 17 to 64 bytes fast. */
    void (*hash_spans)(const spans_t *spans);
    /* Hashes `count` tokens, mostly of 1 to 16 bytes; token i begins one behind edges[i] and ends at edges[i + 1]. */
    void (*hash_tokens)(const uint8_t *bytes, const size_t *edges, size_t count, uint64_t *hashes);
    /* Writes the least of every window to `kept`, but not the same twice in a row; returns how many. */
    size_t (*winnow)(const winnow_t *work, uint64_t *kept);
    /* Lowers the slots by at most CHUNK hashes: the least a[k] * x + b[k] mod 2**32 of every slot k, where x is the mixed
     * lower half of a hash. */
    void (*permute)(const uint64_t *hashes, size_t count, const slots_t *slots);
    /* XXH3's accumulation over stripes of a long input. */
    void (*accumulate)(uint64_t *lanes, const uint8_t *stripes, const uint8_t *secret, size_t count);
    /* Bits of the ASCII digits, and of the separators that make lists, among BLOCK code points. */
    void (*mark)(const uint32_t *text, uint64_t *digits, uint64_t *separators);
    /* The sum of the lesser of each two bytes; below 2**32. */
    uint32_t (*overlap)(const uint8_t *x, const uint8_t *y, size_t count);
    /* The same among blocks of BLOCK bytes of UTF-8, of ASCII only. */
    void (*mark_bytes)(const uint8_t *bytes, size_t blocks, ascii_t *found);
    /* Hashes `count` grams, of the tokens from each of them on. */
    void (*hash_grams)(const uint64_t *tokens, size_t count, const uint64_t *secret, uint32_t *hashes);
} isa_t;

/* A run of three tokens as one number. */
#define GRAM_MULTIPLIER 0x9E3779B97F4A7C15ULL

static inline uint64_t gram_at(const uint64_t *tokens) {
    return (tokens[0] * GRAM_MULTIPLIER + tokens[1]) * GRAM_MULTIPLIER + tokens[2];
}

/* overlap.c: the last four */
void mark_baseline(const uint32_t *text, uint64_t *digits, uint64_t *separators);
void mark_avx2(const uint32_t *text, uint64_t *digits, uint64_t *separators);
void mark_avx512(const uint32_t *text, uint64_t *digits, uint64_t *separators);
uint32_t overlap_baseline(const uint8_t *x, const uint8_t *y, size_t count);
uint32_t overlap_avx2(const uint8_t *x, const uint8_t *y, size_t count);
uint32_t overlap_avx512(const uint8_t *x, const uint8_t *y, size_t count);
void mark_bytes_baseline(const uint8_t *bytes, size_t blocks, ascii_t *found);
void mark_bytes_avx2(const uint8_t *bytes, size_t blocks, ascii_t *found);
void mark_bytes_avx512(const uint8_t *bytes, size_t blocks, ascii_t *found);
void hash_grams_baseline(const uint64_t *tokens, size_t count, const uint64_t *secret, uint32_t *hashes);
void hash_grams_avx512(const uint64_t *tokens, size_t count, const uint64_t *secret, uint32_t *hashes);

enum { ISA_COUNT = 3 };
extern const isa_t isa_baseline, isa_avx2, isa_avx512;
/* The part of `permute` behind the first slots, for what is no multiple of a vector. */
void permute_baseline(const uint32_t *x, size_t count, const slots_t *slots, size_t first);
void permute_avx2(const uint32_t *x, size_t count, const slots_t *slots, size_t first);
/* Best first; NULL ends the list of those this processor has. */
const isa_t *isa_available(size_t place);
const isa_t *isa_current(void);
bool isa_choose(const char *name);

static inline bool is_quick(uint32_t code) {
    /* U+2010..U+2027: dashes, quotes, dagger, bullets, dots. All fold to what separates tokens. */
    return code < 0x80 || code - 0x2010U < 0x18U;
}

/* Which bytes of UTF-8 are part of a quick character, by the bits of those that can be: ASCII, and 0xE2, 0x80 and 0x90
 * to 0xA7 in that order. */
static inline void mark_quick(block_t *block, uint64_t ascii, uint64_t leads, uint64_t seconds, uint64_t thirds) {
    uint64_t typographic = leads & seconds >> 1 & thirds >> 2;
    block->trailing = typographic << 1 | typographic << 2;
    block->quick = ascii | typographic | block->trailing;
}

/* Bytes of the quick character that begins here in UTF-8; 0 where none does. */
static inline size_t quick_size(const uint8_t *bytes, size_t left) {
    if (bytes[0] < 0x80) return 1;
    return left > 2 && bytes[0] == 0xE2 && bytes[1] == 0x80 && bytes[2] - 0x90U < 0x18U ? 3 : 0;
}

/* ---- sketch.c: what is computed from tokens ---- */
typedef struct {
    size_t shingle_size, fingerprint_tokens, fingerprint_window, slots;
    const uint32_t *a, *b;
    bool distinct; /* fingerprints of a text sorted, each once; else in the order of the text */
} recipe_t;

typedef struct {
    uint64_t *values;
    size_t count, capacity;
} values_t;

typedef struct {
    values_t hashes; /* of shingles, tokens, rolling windows: one after the other */
    values_t spare, more;
} scratch_t;

void scratch_free(scratch_t *scratch);
bool values_reserve(values_t *values, size_t more);
bool sketch_shingles(const tokens_t *tokens, size_t size, values_t *hashes);
bool sketch_tokens(const tokens_t *tokens, values_t *hashes);
/* Where one text's row goes. */
typedef struct {
    uint32_t *signature;    /* keeps its values where the text is shorter than a shingle */
    values_t *fingerprints; /* appended */
    uint8_t *bag;           /* see `bags.h`; NULL where nobody wants it */
} sketched_t;

bool sketch_text(const tokens_t *tokens, const recipe_t *recipe, scratch_t *scratch, const sketched_t *sketched);
/* Sorts, drops repetitions, returns how many are left; `spare` has room for as many. No recursion, and n log n
 * whatever the values. */
size_t sort_unique(uint64_t *values, size_t count, uint64_t *spare);
/* How a signature is cut, and how far the key of a band is from that of the band before. */
typedef struct {
    size_t count, rows, stride;
} bands_t;

void band_keys(const uint32_t *signature, const bands_t *bands, uint64_t *keys);
size_t intersection_size(const uint64_t *x, size_t x_count, const uint64_t *y, size_t y_count);

#endif
