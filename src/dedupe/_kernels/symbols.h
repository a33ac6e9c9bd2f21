/* Runs of bytes written as numbers: `_symbols.py` in C. It knows nothing of Python; `symbols_door.c` does. */
#ifndef DEDUPE_SYMBOLS_H
#define DEDUPE_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LONGEST_RUN = 8, ESCAPE = 255, PAIRS_OF_BYTES = 1 << 16, BYTES = 1 << 8, SLOT_BITS = 12 };

typedef struct {
    uint64_t runs[ESCAPE];    /* little-endian, zeros behind */
    uint64_t masks[ESCAPE];   /* the bytes that a run has */
    uint8_t lengths[ESCAPE + 1]; /* 1 for ESCAPE */
    uint8_t shorter[ESCAPE];  /* the next run of the same slot; ESCAPE for none */
    uint8_t longs[1 << SLOT_BITS]; /* by a hash of three bytes, the longest run of three and more with that hash */
    uint8_t pairs[PAIRS_OF_BYTES]; /* by two bytes, the longer run of one or two that fits */
    uint8_t singles[BYTES];   /* the run of one byte */
    size_t count;
} codebook_t;

void codebook_init(codebook_t *codebook);
/* Adds a run; runs of two bytes and more must come longest first. False for one that cannot be, or is there. */
bool codebook_add(codebook_t *codebook, unsigned number, const uint8_t *run, size_t length);
/* Into room for 2 * size bytes; returns how many were written. */
size_t squeeze(const codebook_t *codebook, const uint8_t *data, size_t size, uint8_t *to);
/* Into room for (size + 1) * LONGEST_RUN bytes; false for bytes that were not written with this codebook. */
bool unsqueeze(const codebook_t *codebook, const uint8_t *written, size_t size, uint8_t *to, size_t *read);

#endif
