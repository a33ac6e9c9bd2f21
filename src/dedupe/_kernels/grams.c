/* Where each run of three tokens stands in a text: made once for a text, asked by every pair it is in. */
#include "pairs.h"

#include <string.h>

#define GRAM_MULTIPLIER 0x9E3779B97F4A7C15ULL

static inline unsigned ones(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555ULL;
    word = (word & 0x3333333333333333ULL) + (word >> 2 & 0x3333333333333333ULL);
    word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FULL;
    return (unsigned)(word * 0x0101010101010101ULL >> 56);
}

size_t count_bits(const uint64_t *bits, size_t start, size_t end) {
    if (start >= end) return 0;
    size_t first = start / 64, last = (end - 1) / 64, count = 0;
    uint64_t head = ~0ULL << (start % 64), tail = ~0ULL >> (63 - (end - 1) % 64);
    if (first == last) return ones(bits[first] & head & tail);
    for (size_t word = first + 1; word < last; word++) count += ones(bits[word]);
    return count + ones(bits[first] & head) + ones(bits[last] & tail);
}

static bool take_arrays(grams_t *grams, arena_t *arena) {
    size_t count = grams->gram_count;
    unsigned bits = 4;
    while (((size_t)1 << bits) < count * 2) bits++;
    grams->shift = 64 - bits;
    grams->slots = arena_take(arena, (size_t)1 << bits, sizeof *grams->slots);
    grams->values = arena_take(arena, count, sizeof *grams->values);
    grams->earlier = arena_take(arena, count, sizeof *grams->earlier);
    grams->times = arena_take(arena, count, sizeof *grams->times);
    grams->repeated = arena_take(arena, bit_words(count), sizeof *grams->repeated);
    if (!grams->slots || !grams->values || !grams->earlier || !grams->times || !grams->repeated) return false;
    memset(grams->slots, 0xFF, ((size_t)1 << bits) * sizeof *grams->slots);
    memset(grams->repeated, 0, bit_words(count) * sizeof *grams->repeated);
    return true;
}

static void enter(grams_t *grams, size_t place) {
    uint64_t value = grams->values[place];
    size_t mask = ((size_t)1 << (64 - grams->shift)) - 1, slot = gram_slot(grams, value);
    uint32_t before;
    while ((before = grams->slots[slot]) != NOTHING && grams->values[before] != value) slot = (slot + 1) & mask;
    grams->slots[slot] = (uint32_t)place;
    grams->earlier[place] = before;
    grams->times[place] = 1;
    if (before == NOTHING) return;
    grams->times[place] = (uint8_t)(grams->times[before] + (grams->times[before] <= SEED_OCCURRENCES));
    set_bit(grams->repeated, before);
    set_bit(grams->repeated, place);
}

bool grams_init(grams_t *grams, arena_t *arena, const uint64_t *tokens, size_t count, const uint64_t *secret) {
    *grams = (grams_t){.tokens = tokens, .count = count, .secret = {secret[0], secret[1]}};
    grams->gram_count = count < SEED_TOKENS ? 0 : count - SEED_TOKENS + 1;
    if (!take_arrays(grams, arena)) return false;
    for (size_t i = 0; i < grams->gram_count; i++) {
        grams->values[i] = (tokens[i] * GRAM_MULTIPLIER + tokens[i + 1]) * GRAM_MULTIPLIER + tokens[i + 2];
    }
    for (size_t i = 0; i < grams->gram_count; i++) enter(grams, i);
    /* The last place of each knows how many there are; it tells those before it. */
    for (size_t i = grams->gram_count; i-- > 0;) {
        if (!grams->repeated[i / 64]) i -= i % 64; /* none among these */
        else if (grams->earlier[i] != NOTHING) grams->times[grams->earlier[i]] = grams->times[i];
    }
    return true;
}
