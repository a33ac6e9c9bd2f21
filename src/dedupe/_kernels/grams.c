/* Where each run of three tokens stands in a text: made once for a text, asked by every pair it is in. */
#include "pairs.h"

#include <string.h>

enum { HASH_BITS = 32, LEAST_BITS = 4, MOST_BITS = 30, SPARSE = 2 };

size_t count_bits(const uint64_t *bits, size_t start, size_t end) {
    enum { AT_ONCE = 31 }; /* words whose bits a byte can count */
    if (start >= end) return 0;
    size_t first = start / 64, last = (end - 1) / 64, count = 0;
    uint64_t head = ~0ULL << (start % 64), tail = ~0ULL >> (63 - (end - 1) % 64);
    if (first == last) return count_ones(bits[first] & head & tail);
    for (size_t word = first + 1; word < last;) {
        uint64_t bytes = 0;
        for (size_t stop = last - word < AT_ONCE ? last : word + AT_ONCE; word < stop; word++) bytes += ones_by_byte(bits[word]);
        count += sum_bytes(bytes);
    }
    return count + count_ones(bits[first] & head) + count_ones(bits[last] & tail);
}

/* As many copies of a number as a power of two; what is written is copied, twice as much each time. */
static void fill(uint32_t *values, size_t count, uint32_t value) {
    enum { FIRST = 1 << LEAST_BITS };
    for (size_t i = 0; i < FIRST; i++) values[i] = value;
    for (size_t filled = FIRST; filled < count; filled *= 2) memcpy(values + filled, values, filled * sizeof *values);
}

static bool take_arrays(grams_t *grams, arena_t *arena) {
    size_t count = grams->gram_count;
    unsigned bits = LEAST_BITS;
    while (bits < MOST_BITS && ((size_t)1 << bits) < count * SPARSE) bits++;
    size_t chains = (size_t)1 << bits;
    grams->shift = HASH_BITS - bits;
    grams->hashes = arena_take(arena, count + 1, sizeof *grams->hashes);
    grams->before = arena_take(arena, count + 1, sizeof *grams->before);
    grams->chains = arena_take(arena, chains, sizeof *grams->chains);
    grams->earlier = arena_take(arena, count, sizeof *grams->earlier);
    grams->latest = arena_take(arena, count, sizeof *grams->latest);
    grams->times = arena_take(arena, count, sizeof *grams->times);
    grams->repeated = arena_take_zeros(arena, bit_words(count) * sizeof *grams->repeated);
    if (!grams->hashes || !grams->before || !grams->chains || !grams->earlier || !grams->latest || !grams->times ||
        !grams->repeated) {
        return false;
    }
    fill(grams->chains, chains, (uint32_t)count);
    memset(grams->times, 1, count);
    return true;
}

/* Enters places into the chains of their hashes; bits of those before which another one stands in the chain. */
static uint64_t enter_places(const grams_t *grams, size_t start, size_t end) {
    const uint32_t *hashes = grams->hashes, none = (uint32_t)grams->gram_count;
    uint32_t *chains = grams->chains, *before = grams->before;
    unsigned shift = grams->shift;
    uint64_t others = 0;
    for (size_t place = start; place < end; place++) {
        uint32_t *chain = &chains[hashes[place] >> shift], other = *chain;
        before[place] = other;
        *chain = (uint32_t)place;
        others |= (uint64_t)(other != none) << (place - start);
    }
    return others;
}

static inline void note_repetition(const grams_t *grams, size_t place, size_t before) {
    uint8_t times = grams->times[before];
    if (times == 1) grams->earlier[before] = NOTHING;
    grams->earlier[place] = (uint32_t)before;
    grams->latest[place] = (uint32_t)place;
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
            uint32_t earlier = grams->earlier[place];
            if (earlier == NOTHING) continue;
            grams->times[earlier] = grams->times[place];
            grams->latest[earlier] = grams->latest[place];
        }
    }
}

/* Of places before which others stand in their chains, those whose gram may be among these. */
static uint64_t may_repeat(const grams_t *grams, size_t start, uint64_t others) {
    uint64_t found = 0;
    for (; others; others &= others - 1) {
        unsigned bit = trailing_zeros(others);
        found |= (uint64_t)may_stand_in(grams, grams->before[start + bit], grams->hashes[start + bit]) << bit;
    }
    return found;
}

bool grams_init(grams_t *grams, arena_t *arena, const uint64_t *tokens, size_t count, const uint64_t *secret) {
    *grams = (grams_t){.tokens = tokens, .count = count};
    grams->gram_count = count < SEED_TOKENS ? 0 : count - SEED_TOKENS + 1;
    if (!take_arrays(grams, arena)) return false;
    isa_current()->hash_grams(tokens, grams->gram_count, secret, grams->hashes);
    grams->hashes[grams->gram_count] = 0;
    grams->before[grams->gram_count] = (uint32_t)grams->gram_count;
    for (size_t start = 0; start < grams->gram_count; start += 64) {
        size_t end = grams->gram_count - start < 64 ? grams->gram_count : start + 64;
        uint64_t found = may_repeat(grams, start, enter_places(grams, start, end));
        for (; found; found &= found - 1) {
            size_t place = start + trailing_zeros(found);
            uint32_t before = find_in_chain(grams, grams->before[place], grams->hashes[place], gram_at(tokens + place));
            if (before != grams->gram_count) note_repetition(grams, place, before);
        }
    }
    tell_times(grams);
    return true;
}
