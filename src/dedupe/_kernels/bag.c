/* The words of a text, however ordered, in 288 bytes: enough to tell most texts apart that share too few of them.
 *
 * The bound is the one of `measure.c` made coarser, so what it refuses would not have been aligned either: tokens fall
 * into fewer buckets, a bucket counts to three, and what is beyond that is counted by groups of buckets.
 */
#include "bags.h"

#include <string.h>

enum { MOST = 3, PLANE = BAG_BUCKETS / 8, WORDS = PLANE / 8 };

static inline unsigned ones(uint64_t word) {
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

/* At least as many tokens as two texts have in common. */
static uint32_t bags_common(const uint8_t *a, const uint8_t *b) {
    uint64_t planes_a[2 * WORDS], planes_b[2 * WORDS];
    uint32_t common = 0;
    memcpy(planes_a, a, sizeof planes_a);
    memcpy(planes_b, b, sizeof planes_b);
    for (size_t i = 0; i < WORDS; i++) {
        uint64_t low_a = planes_a[i], high_a = planes_a[WORDS + i], low_b = planes_b[i], high_b = planes_b[WORDS + i];
        common += ones((low_a | high_a) & (low_b | high_b)) + ones(high_a & high_b) + ones(low_a & high_a & low_b & high_b);
    }
    for (size_t i = 2 * PLANE; i < BAG_BYTES; i++) common += a[i] < b[i] ? a[i] : b[i];
    return common;
}

static bool is_full(const uint8_t *bag) {
    bool full = false;
    for (size_t i = 2 * PLANE; i < BAG_BYTES; i++) full |= bag[i] >= BAG_FULL;
    return full;
}

bool bags_reach(const uint8_t *bags, const uint32_t *counts, const int64_t *pair, double reach) {
    const uint8_t *a = bags + (size_t)pair[0] * BAG_BYTES, *b = bags + (size_t)pair[1] * BAG_BYTES;
    uint32_t shorter = counts[pair[0]] < counts[pair[1]] ? counts[pair[0]] : counts[pair[1]];
    return (double)bags_common(a, b) >= reach * (double)shorter || is_full(a) || is_full(b);
}
