/* The words of a text, however ordered, in 288 bytes: enough to tell most texts apart that share too few of them.
 *
 * The bound is the one of `measure.c` made coarser, so what it refuses would not have been aligned either: tokens fall
 * into fewer buckets, a bucket counts to three, and what is beyond that is counted by groups of buckets.
 */
#include "bags.h"
#include "kernels.h"

#include <string.h>

enum { MOST = 3, PLANE = BAG_BUCKETS / 8, WORDS = PLANE / 8, LINE = 64, AHEAD = 8 };

/* Into both versions of what marks pairs. */
#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

INLINE unsigned ones(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555ULL;
    word = (word & 0x3333333333333333ULL) + (word >> 2 & 0x3333333333333333ULL);
    word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FULL;
    return (unsigned)(word * 0x0101010101010101ULL >> 56);
}

/* The lowest bits of eight bytes, that of the first lowest. */
static inline uint8_t gather_bits(const uint8_t *bytes, unsigned shift) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return (uint8_t)((word >> shift & 0x0101010101010101ULL) * 0x0102040810204080ULL >> 56);
#else
    unsigned bits = 0;
    for (unsigned i = 0; i < 8; i++) bits |= (unsigned)(bytes[i] >> shift & 1) << i;
    return (uint8_t)bits;
#endif
}

void bag_fill(const uint64_t *tokens, size_t count, uint8_t *bag) {
    uint8_t counts[BAG_BUCKETS] = {0}, *groups = bag + 2 * PLANE;
    memset(groups, 0, BAG_GROUPS);
    for (size_t i = 0; i < count; i++) {
        uint8_t *bucket = &counts[tokens[i] % BAG_BUCKETS], *group = &groups[tokens[i] % BAG_GROUPS];
        bool beyond = *bucket == MOST;
        *bucket = (uint8_t)(*bucket + !beyond);
        *group = (uint8_t)(*group + (beyond && *group < UINT8_MAX));
    }
    for (size_t i = 0; i < PLANE; i++) {
        bag[i] = gather_bits(counts + 8 * i, 0);
        bag[PLANE + i] = gather_bits(counts + 8 * i, 1);
    }
}

/* At least as many tokens as two texts have in common, but for those that groups count. */
INLINE uint32_t common_in_buckets(const uint8_t *a, const uint8_t *b) {
    uint64_t planes_a[2 * WORDS], planes_b[2 * WORDS];
    uint32_t common = 0;
    memcpy(planes_a, a, sizeof planes_a);
    memcpy(planes_b, b, sizeof planes_b);
    for (size_t i = 0; i < WORDS; i++) {
        uint64_t low_a = planes_a[i], high_a = planes_a[WORDS + i], low_b = planes_b[i], high_b = planes_b[WORDS + i];
        common += ones((low_a | high_a) & (low_b | high_b)) + ones(high_a & high_b) + ones(low_a & high_a & low_b & high_b);
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
#if defined(__GNUC__)
    const uint8_t *bag = bags->rows + (size_t)(uint32_t)pair * BAG_BYTES;
    for (size_t i = 0; i < BAG_BYTES; i += LINE) __builtin_prefetch(bag + i);
#else
    (void)bags, (void)pair;
#endif
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
