/* Texts made ready to be compared: what every pair asks for at once, the rest when a pair is aligned. */
#include "pairs.h"

#include <stdlib.h>
#include <string.h>

enum { FULL = 255 };

/* What a side keeps when it is given back: books do not leave theirs to pages of news. */
#ifndef DEDUPE_TINY_BUFFERS
enum { KEPT_BYTES = 1 << 20 };
#else
enum { KEPT_BYTES = 0 };
#endif

/* A bucket that overflows begins again: the side is full, and nobody looks at it. */
static bool count_tokens(const uint64_t *tokens, size_t count, uint8_t *buckets) {
    bool full = false;
    for (size_t i = 0; i < count; i++) {
        uint8_t *bucket = &buckets[tokens[i] & (BUCKETS - 1)];
        *bucket = (uint8_t)(*bucket + 1);
        full |= *bucket == FULL;
    }
    return full;
}

/* ---- sides and those nobody needs ---- */

static side_t *side_take(pool_t *pool) {
    side_t *side = pool->first;
    if (!side) return calloc(1, sizeof *side);
    pool->first = side->next;
    pool->size -= side->memory.size;
    *side = (side_t){.memory = side->memory};
    return side;
}

void side_give_back(pool_t *pool, side_t *side) {
    arena_reset(&side->memory);
    if (side->memory.size > KEPT_BYTES) arena_free(&side->memory);
    pool->size += side->memory.size;
    side->next = pool->first;
    pool->first = side;
}

void pool_free(pool_t *pool) {
    for (side_t *side = pool->first; side;) {
        side_t *next = side->next;
        arena_free(&side->memory);
        free(side);
        side = next;
    }
    *pool = (pool_t){0};
}

static bool take_arrays(side_t *side, size_t count, size_t length) {
    arena_t *arena = &side->memory;
    side->tokens = arena_take(arena, count, sizeof *side->tokens);
    side->starts = arena_take(arena, count, sizeof *side->starts);
    side->ends = arena_take(arena, count, sizeof *side->ends);
    side->digits = arena_take(arena, bit_words(length), sizeof *side->digits);
    side->separators = arena_take(arena, bit_words(length), sizeof *side->separators);
    side->buckets = arena_take_zeros(arena, BUCKETS);
    return side->tokens && side->starts && side->ends && side->digits && side->separators && side->buckets;
}

side_t *side_new(pool_t *pool, const tokens_t *tokens, const text_t *text) {
    size_t count = tokens->count;
    side_t *side = side_take(pool);
    if (!side) return NULL;
    if (!take_arrays(side, count, text->length)) {
        side_give_back(pool, side);
        return NULL;
    }
    side->count = count;
    isa_current()->hash_tokens(tokens->joined, tokens->edges, count, side->tokens);
    memcpy(side->starts, tokens->starts, count * sizeof *side->starts);
    memcpy(side->ends, tokens->ends, count * sizeof *side->ends);
    size_t marked = mark_text(text, side->digits, side->separators);
    side->digit_count = count_bits(side->digits, 0, marked);
    side->separator_count = count_bits(side->separators, 0, marked);
    side->apart = !tokens->split;
    side->full = count_tokens(side->tokens, count, side->buckets);
    return side;
}

bool side_index(side_t *side, size_t shingle_size, const uint64_t *secret) {
    if (side->indexed) return true;
    arena_t *arena = &side->memory;
    side->indexed = grams_init(&side->grams, arena, side->tokens, side->count, secret) &&
                    shingles_init(&side->shingles, arena, &side->grams, shingle_size, secret);
    return side->indexed;
}

/* ---- what is asked of them ---- */

size_t count_numeric(const side_t *side, size_t start, size_t end) {
    size_t count = 0;
    for (size_t token = start; token < end; token++) count += is_numeric(side, token);
    return count;
}

size_t most_numeric(const side_t *side, size_t start, size_t end) {
    return side->apart ? count_bits(side->digits, side->starts[start], side->ends[end - 1]) : end - start;
}

size_t separators_between(const side_t *side, size_t start, size_t end) {
    return count_bits(side->separators, side->starts[start], end < side->count ? side->starts[end] : side->ends[side->count - 1]);
}
