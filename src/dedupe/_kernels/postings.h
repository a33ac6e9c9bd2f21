/* What `postings.c`, `tail.c` and `tally.c` offer to their doors; see `_postings.py` for what it means. */
#ifndef DEDUPE_POSTINGS_H
#define DEDUPE_POSTINGS_H

#include "kernels.h"

enum { ROW_BITS = 24, ROW_MASK = (1 << ROW_BITS) - 1, FILTER_WORDS = 128, BLOCK_HEAD = 11, BLOCK_POSTINGS = 1 << 16 };

/* ---- postings.c ---- */

/* A sorted run: the first posting of each block, and each block's filter. */
typedef struct {
    const uint64_t *firsts, *filters;
    size_t blocks;
} directory_t;

/* Where to look: the number of the run, the position of the key, the block. */
typedef struct {
    int64_t (*rows)[3];
    size_t count, capacity;
} looks_t;

bool looks_add(looks_t *looks, size_t number, size_t position, size_t block);
/* Adds the blocks that keys may stand in; false without memory. */
bool directory_ask(const directory_t *directory, size_t number, const uint64_t *keys, size_t count, looks_t *looks);

/* A block where it lies, and how far it was read: up to a posting, with the gaps behind it. */
typedef struct {
    const uint8_t *gap, *end;
    uint64_t posting, mask;
    size_t left; /* gaps */
    unsigned width;
} reading_t;

typedef struct {
    reading_t begin, at; /* `at` the first posting that is not below `from` */
    uint64_t from;
} opened_t;

/* Has bytes that will be read soon brought near. */
void block_expect(const uint8_t *payload, size_t size);
/* False for bytes that are no block. */
bool block_open(opened_t *block, const uint8_t *payload, size_t size);
/* Adds a hit for every row that a key of the block has; false without memory. Fastest for keys that ascend. */
bool block_search(opened_t *block, unsigned row_bits, uint64_t key, uint64_t position, values_t *hits);

/* Writes the first of some ascending, distinct postings as a block of `room` bytes of gaps at most, from 8 up and below
 * BLOCK_POSTINGS, and BLOCK_HEAD before them; returns how many went in, and sets the bytes written. */
size_t block_write(const uint64_t *postings, size_t count, size_t room, uint8_t *payload, size_t *size);
void filter_fill(uint64_t *filter, const uint64_t *postings, size_t count);

/* ---- tail.c ---- */

/* New postings in the order they came; chains of those whose keys share a slot. */
typedef struct {
    uint64_t *postings;
    uint32_t *next, *slots; /* a place plus one; 0 ends a chain */
    size_t count, capacity;
    unsigned bits;
    uint64_t secret; /* changes where keys stand in memory, never the answer */
} tail_t;

bool tail_add(tail_t *tail, const uint64_t *postings, size_t count);
bool tail_find(const tail_t *tail, const uint64_t *keys, size_t count, values_t *hits);
void tail_free(tail_t *tail);

/* ---- tally.c ---- */

/* What a key is to nomination. */
enum { NO_CHANNEL, BAND, PRINT, HEADING, CHANNELS };

typedef struct {
    const uint64_t *hits; /* ascending, distinct; every position below `keys` */
    size_t count, keys;
    const uint8_t *channels; /* of each key, below CHANNELS */
    size_t band_cap, cap;    /* holders from which a key is crowded */
    const int64_t *centres;  /* position and row for each crowded key, in their order */
} tally_t;

typedef struct {
    uint64_t row;
    int64_t counts[CHANNELS];
    double rarity, share;
} tallied_t;

/* Where the hits of one position end. */
size_t run_end(const uint64_t *hits, size_t count, size_t begin);
bool is_crowded(const tally_t *tally, uint64_t position, size_t holders);
/* Sets `rows` to `made` rows, the most alike first; the caller frees them. False without memory. */
bool tally_rows(const tally_t *tally, tallied_t **rows, size_t *made);

#endif
