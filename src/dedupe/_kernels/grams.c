/* Where each run of three tokens stands in a text: made once for a text, asked by every pair it is in. */
#include "pairs.h"

#include <string.h>

enum { SPARSE = 1 << 12 };

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
    size_t room = count < SPARSE ? 4 : 2; /* slots a gram: a small table may be sparse and still be at hand */
    unsigned bits = 4;
    while (((size_t)1 << bits) < count * room) bits++;
    grams->shift = 64 - bits;
    grams->place_bits = bits - 1 < 31 ? bits : 31; /* of a place, and not all of them set */
    grams->slots = arena_take(arena, (size_t)1 << bits, sizeof *grams->slots);
    grams->earlier = arena_take(arena, count, sizeof *grams->earlier);
    grams->times = arena_take(arena, count, sizeof *grams->times);
    grams->repeated = arena_take(arena, bit_words(count), sizeof *grams->repeated);
    if (!grams->slots || !grams->earlier || !grams->times || !grams->repeated) return false;
    memset(grams->slots, 0xFF, ((size_t)1 << bits) * sizeof *grams->slots);
    memset(grams->times, 1, count);
    memset(grams->repeated, 0, bit_words(count) * sizeof *grams->repeated);
    return true;
}

static inline void note_repetition(const grams_t *grams, size_t place, size_t before) {
    uint8_t times = grams->times[before];
    if (times == 1) grams->earlier[before] = NOTHING;
    grams->earlier[place] = (uint32_t)before;
    grams->times[place] = (uint8_t)(times + (times <= SEED_OCCURRENCES));
    set_bit(grams->repeated, before);
    set_bit(grams->repeated, place);
}

/* The last place of each gram knows how often it stands in the text; it tells those before it. */
static void tell_times(const grams_t *grams) {
    for (size_t word = bit_words(grams->gram_count); word-- > 0;) {
        for (uint64_t left = grams->repeated[word]; left;) {
            unsigned last = highest_bit(left);
            size_t place = word * 64 + last;
            left ^= 1ULL << last;
            if (grams->earlier[place] != NOTHING) grams->times[grams->earlier[place]] = grams->times[place];
        }
    }
}

bool grams_init(grams_t *grams, arena_t *arena, const uint64_t *tokens, size_t count, const uint64_t *secret) {
    *grams = (grams_t){.tokens = tokens, .count = count, .secret = {secret[0], secret[1]}};
    grams->gram_count = count < SEED_TOKENS ? 0 : count - SEED_TOKENS + 1;
    if (!take_arrays(grams, arena)) return false;
    const grams_t made = *grams; /* which no slot can be part of, for all the compiler knows */
    for (size_t place = 0; place < made.gram_count; place++) {
        uint32_t bits, *slot = find_gram_slot(&made, gram_at(tokens + place), &bits);
        if (*slot != NOTHING) note_repetition(&made, place, *slot - bits);
        *slot = bits | (uint32_t)place;
    }
    tell_times(grams);
    return true;
}
