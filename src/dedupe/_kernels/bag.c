/* The words of a text, however ordered, in 288 bytes: enough to tell most texts apart that share too few of them.
 *
 * The bound is the one of `measure.c` made coarser, so what it refuses would not have been aligned either: tokens fall
 * into fewer buckets, a bucket counts to three, and what is beyond that is counted by groups of buckets.
 */
#include "bags.h"
#include "fetch.h"
#include "kernels.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* A bucket that has ENOUGH fills its group; AT_ONCE more can be counted in 16 bits. */
enum { MOST = 3, PLANE = BAG_BUCKETS / 8, WORDS = PLANE / 8, ENOUGH = MOST + UINT8_MAX, AT_ONCE = INT16_MAX - ENOUGH, AHEAD = 8 };

/* The lowest bits of sixteen bytes, and the second lowest, that of the first byte lowest. */
INLINE void gather_bits(const uint8_t *bytes, uint8_t *low, uint8_t *high) {
#if defined(__SSE2__)
    __m128i counts = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    uint16_t lows = (uint16_t)_mm_movemask_epi8(_mm_slli_epi16(counts, 7));
    uint16_t highs = (uint16_t)_mm_movemask_epi8(_mm_slli_epi16(counts, 6));
    memcpy(low, &lows, sizeof lows);
    memcpy(high, &highs, sizeof highs);
#else
    for (unsigned half = 0; half < 2; half++) {
        unsigned lows = 0, highs = 0;
        for (unsigned i = 0; i < 8; i++) {
            lows |= (bytes[8 * half + i] & 1U) << i;
            highs |= (bytes[8 * half + i] >> 1 & 1U) << i;
        }
        low[half] = (uint8_t)lows, high[half] = (uint8_t)highs;
    }
#endif
}

INLINE int16_t at_most(int16_t count, int16_t most) { return count < most ? count : most; }

/* What stands in each bucket up to MOST times, and what is beyond that by groups. */
INLINE void part_counts(int16_t *counts, uint8_t *kept, uint8_t *groups) {
    int16_t beyond[BAG_GROUPS] = {0};
    for (size_t first = 0; first < BAG_BUCKETS; first += BAG_GROUPS) {
        for (size_t i = 0; i < BAG_GROUPS; i++) {
            int16_t some = at_most(counts[first + i], MOST);
            beyond[i] = (int16_t)(beyond[i] + at_most(counts[first + i], ENOUGH) - some);
            kept[first + i] = (uint8_t)some;
        }
    }
    for (size_t i = 0; i < BAG_GROUPS; i++) groups[i] = (uint8_t)at_most(beyond[i], UINT8_MAX);
}

INLINE void fill(const uint64_t *tokens, size_t count, uint8_t *bag) {
    int16_t counts[BAG_BUCKETS] = {0};
    uint8_t kept[BAG_BUCKETS];
    for (size_t done = 0; done < count;) {
        size_t stop = count - done < AT_ONCE ? count : done + AT_ONCE;
        for (size_t i = 0; done && i < BAG_BUCKETS; i++) counts[i] = at_most(counts[i], ENOUGH);
        for (; done < stop; done++) counts[tokens[done] % BAG_BUCKETS]++;
    }
    part_counts(counts, kept, bag + 2 * PLANE);
    for (size_t i = 0; i < PLANE; i += 2) gather_bits(kept + 8 * i, bag + i, bag + PLANE + i);
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"))) static void fill_fast(const uint64_t *tokens, size_t count, uint8_t *bag) { fill(tokens, count, bag); }
#endif

void bag_fill(const uint64_t *tokens, size_t count, uint8_t *bag) {
#if defined(__x86_64__) && defined(__GNUC__)
    if (isa_current() != &isa_baseline) {
        fill_fast(tokens, count, bag);
        return;
    }
#endif
    fill(tokens, count, bag);
}

/* At least as many tokens as two texts have in common, but for those that groups count. */
INLINE uint32_t common_in_buckets(const uint8_t *a, const uint8_t *b) {
    uint64_t planes_a[2 * WORDS], planes_b[2 * WORDS];
    uint32_t common = 0;
    memcpy(planes_a, a, sizeof planes_a);
    memcpy(planes_b, b, sizeof planes_b);
    for (size_t i = 0; i < WORDS; i++) {
        uint64_t low_a = planes_a[i], high_a = planes_a[WORDS + i], low_b = planes_b[i], high_b = planes_b[WORDS + i];
        common += count_ones((low_a | high_a) & (low_b | high_b)) + count_ones(high_a & high_b) + count_ones(low_a & high_a & low_b & high_b);
    }
    return common;
}

/* The same of groups; `full` where one of them may count too little. */
INLINE uint32_t common_in_groups(const uint8_t *a, const uint8_t *b, bool *full) {
    uint8_t lesser[BAG_GROUPS], beyond = 0;
    uint64_t words[BAG_GROUPS / 8], sums = 0;
    for (size_t i = 0; i < BAG_GROUPS; i++) {
        uint8_t larger = a[i] > b[i] ? a[i] : b[i];
        lesser[i] = a[i] < b[i] ? a[i] : b[i];
        beyond |= (uint8_t)(larger >= BAG_FULL ? UINT8_MAX : 0);
    }
    memcpy(words, lesser, sizeof words);
    for (size_t i = 0; i < BAG_GROUPS / 8; i++) {
        sums += (words[i] & 0x00FF00FF00FF00FFULL) + (words[i] >> 8 & 0x00FF00FF00FF00FFULL); /* four, below 2**16 each */
    }
    *full = beyond != 0;
    return (uint32_t)(sums * 0x0001000100010001ULL >> 48);
}

/* Whose bag stands where no other did: bags are met at random, and a cache line holds a fifth of one. */
INLINE void fetch(const bags_t *bags, uint64_t pair) {
    const uint8_t *bag = bags->rows + (size_t)(uint32_t)pair * BAG_BYTES;
    fetch_bytes(bag, BAG_BYTES, BAG_BYTES);
    FETCH(bag + BAG_BYTES - 1); /* most bags do not begin where a line does */
}

INLINE void mark_all(const bags_t *bags, const uint64_t *pairs, size_t count, double reach, uint8_t *marked) {
    for (size_t n = 0; n < count; n++) {
        if (n + AHEAD < count) fetch(bags, pairs[n + AHEAD]);
        size_t first = (size_t)(pairs[n] >> 32), second = (size_t)(uint32_t)pairs[n];
        const uint8_t *a = bags->rows + first * BAG_BYTES, *b = bags->rows + second * BAG_BYTES;
        uint32_t shorter = bags->counts[first] < bags->counts[second] ? bags->counts[first] : bags->counts[second];
        bool full;
        uint32_t common = common_in_buckets(a, b) + common_in_groups(a + 2 * PLANE, b + 2 * PLANE, &full);
        marked[n] = full | ((double)common >= reach * (double)shorter);
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
/* Bits are counted by one instruction. */
__attribute__((target("avx2,popcnt"))) static void mark_fast(const bags_t *bags, const uint64_t *pairs, size_t count,
                                                             double reach, uint8_t *marked) {
    mark_all(bags, pairs, count, reach, marked);
}
#endif

void bags_mark(const bags_t *bags, const uint64_t *pairs, size_t count, double reach, uint8_t *marked) {
#if defined(__x86_64__) && defined(__GNUC__)
    if (isa_current() != &isa_baseline) {
        mark_fast(bags, pairs, count, reach, marked);
        return;
    }
#endif
    mark_all(bags, pairs, count, reach, marked);
}
