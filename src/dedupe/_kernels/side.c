/* One text made ready to be compared: what every pair asks for at once, the rest when a pair is aligned. */
#include "pairs.h"

#include <string.h>

enum { FULL = 255 };

/* Which code points are digits, and which are separators. */
static void mark_text(side_t *side, const uint32_t *text, size_t length) {
    const isa_t *isa = isa_current();
    size_t block = 0;
    for (; (block + 1) * BLOCK <= length; block++) isa->mark(text + block * BLOCK, &side->digits[block], &side->separators[block]);
    uint32_t padded[BLOCK] = {0};
    if (length % BLOCK) memcpy(padded, text + block * BLOCK, length % BLOCK * sizeof *text);
    isa->mark(padded, &side->digits[block], &side->separators[block]);
}

static void count_tokens(side_t *side) {
    memset(side->buckets, 0, BUCKETS);
    for (size_t i = 0; i < side->count; i++) {
        uint8_t *bucket = &side->buckets[side->tokens[i] & (BUCKETS - 1)];
        *bucket = (uint8_t)(*bucket + (*bucket < FULL));
    }
    side->full = side->count >= FULL && memchr(side->buckets, FULL, BUCKETS) != NULL;
}

side_t *side_new(arena_t *arena, const tokens_t *tokens, const uint32_t *text, size_t length) {
    size_t count = tokens->count, words = bit_words(length);
    side_t *side = arena_take(arena, 1, sizeof *side);
    if (!side) return NULL;
    *side = (side_t){.count = count};
    side->tokens = arena_take(arena, count, sizeof *side->tokens);
    side->starts = arena_take(arena, count, sizeof *side->starts);
    side->ends = arena_take(arena, count, sizeof *side->ends);
    side->digits = arena_take(arena, words, sizeof *side->digits);
    side->separators = arena_take(arena, words, sizeof *side->separators);
    side->buckets = arena_take(arena, BUCKETS, 1);
    if (!side->tokens || !side->starts || !side->ends || !side->digits || !side->separators || !side->buckets) return NULL;
    isa_current()->hash_tokens(tokens->joined, tokens->edges, count, side->tokens);
    memcpy(side->starts, tokens->starts, count * sizeof *side->starts);
    memcpy(side->ends, tokens->ends, count * sizeof *side->ends);
    mark_text(side, text, length);
    count_tokens(side);
    return side;
}

void mark_numeric(const side_t *side, uint64_t *numeric) {
    memset(numeric, 0, bit_words(side->count) * sizeof *numeric);
    for (size_t i = 0; i < side->count; i++) {
        size_t start = side->starts[i], end = side->ends[i];
        /* Most words lie in one piece of the bits, and in most pieces there is no digit. */
        if (!(side->digits[start / 64] | side->digits[end / 64]) && end - start < 64) continue;
        if (any_bit(side->digits, start, end)) set_bit(numeric, i);
    }
}

bool side_index(side_t *side, arena_t *arena, size_t shingle_size, const uint64_t *secret) {
    if (side->indexed) return true;
    side->numeric = arena_take(arena, bit_words(side->count), sizeof *side->numeric);
    if (!side->numeric || !grams_init(&side->grams, arena, side->tokens, side->count, secret)) return false;
    mark_numeric(side, side->numeric);
    side->indexed = shingles_init(&side->shingles, arena, &side->grams, shingle_size);
    return side->indexed;
}

size_t separators_between(const side_t *side, size_t start, size_t end) {
    return count_bits(side->separators, side->starts[start], end < side->count ? side->starts[end] : side->ends[side->count - 1]);
}
