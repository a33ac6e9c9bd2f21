/* The parts of XXH3 that loops over many short inputs inline: xxh3.c has the rest, and the source of the formulas. */
#ifndef DEDUPE_XXH3_H
#define DEDUPE_XXH3_H

#include "kernels.h"

#include <string.h>

/* Not `static`, and its bytes unknown to those who inline: read from memory they cost no registers. */
#if defined(__GNUC__)
__attribute__((visibility("hidden")))
#endif
extern const uint8_t xxh3_secret[192];

#define PRIME32_1 0x9E3779B1U
#define PRIME32_2 0x85EBCA77U
#define PRIME32_3 0xC2B2AE3DU
#define PRIME64_1 0x9E3779B185EBCA87ULL
#define PRIME64_2 0xC2B2AE3D27D4EB4FULL
#define PRIME64_3 0x165667B19E3779F9ULL
#define PRIME64_4 0x85EBCA77C2B2AE63ULL
#define PRIME64_5 0x27D4EB2F165667C5ULL
#define PRIME_MX1 0x165667919E3779F9ULL
#define PRIME_MX2 0x9FB21C651E98DF25ULL

enum { XXH3_STRIPE = 64, XXH3_LANES = 8 };

static inline uint64_t swap64(uint64_t x) {
    x = ((x << 8) & 0xFF00FF00FF00FF00ULL) | ((x >> 8) & 0x00FF00FF00FF00FFULL);
    x = ((x << 16) & 0xFFFF0000FFFF0000ULL) | ((x >> 16) & 0x0000FFFF0000FFFFULL);
    return (x << 32) | (x >> 32);
}

static inline uint64_t read64(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, sizeof x);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = swap64(x);
#endif
    return x;
}

static inline void write64(uint8_t *p, uint64_t x) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = swap64(x);
#endif
    memcpy(p, &x, sizeof x);
}

static inline uint32_t read32(const uint8_t *p) {
    uint32_t x;
    memcpy(&x, p, sizeof x);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = (uint32_t)(swap64(x) >> 32);
#endif
    return x;
}

static inline uint64_t rotate_left(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static inline uint64_t fold_product(uint64_t x, uint64_t y) {
#if defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 wide_t;
    wide_t product = (wide_t)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (x & 0xFFFFFFFFU) * (y & 0xFFFFFFFFU), high_low = (x >> 32) * (y & 0xFFFFFFFFU);
    uint64_t low_high = (x & 0xFFFFFFFFU) * (y >> 32), high = (x >> 32) * (y >> 32);
    uint64_t cross = (low >> 32) + (high_low & 0xFFFFFFFFU) + low_high;
    uint64_t upper = (high_low >> 32) + (cross >> 32) + high, lower = (cross << 32) | (low & 0xFFFFFFFFU);
    return upper ^ lower;
#endif
}

static inline uint64_t avalanche64(uint64_t h) {
    h ^= h >> 33;
    h *= PRIME64_2;
    h ^= h >> 29;
    h *= PRIME64_3;
    return h ^ (h >> 32);
}

static inline uint64_t avalanche(uint64_t h) {
    h ^= h >> 37;
    h *= PRIME_MX1;
    return h ^ (h >> 32);
}

static inline uint64_t mix16(const uint8_t *input, const uint8_t *secret) {
    return fold_product(read64(input) ^ read64(secret), read64(input + 8) ^ read64(secret + 8));
}

/* Most shingles of five words have 17 to 64 bytes. */
static inline bool xxh3_is_usual(size_t length) { return length - 17 < 48; }

/* 17 to 64 bytes, without a branch on the length: half of all shingles of five words are longer than 32. Any other length
 * gives a wrong hash and no harm, where 32 bytes before and behind the input can be read. */
static inline uint64_t xxh3_from_17_upto_64(const uint8_t *input, size_t length) {
    uint64_t inner = mix16(input + 16, xxh3_secret + 32) + mix16(input + length - 32, xxh3_secret + 48);
    uint64_t outer = mix16(input, xxh3_secret) + mix16(input + length - 16, xxh3_secret + 16);
    uint64_t longer = 0 - (uint64_t)((32 - length) >> 63); /* all ones beyond 32 */
    return avalanche(length * PRIME64_1 + outer + (inner & longer));
}

#endif
