/* XXH3, 64 bits, seed 0: written from the xxHash specification (doc/xxhash_spec.md, Yann Collet).
 *
 * Tokens and shingles are short, so the work is in the paths up to 128 bytes; the long path is plain and portable.
 */
#include "kernels.h"

#include <string.h>

static const uint8_t SECRET[192] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c, 0xde, 0xd4, 0x6d, 0xe9,
    0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f, 0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78,
    0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21, 0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6,
    0x81, 0x3a, 0x26, 0x4c, 0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8, 0xa8, 0xfa, 0x76, 0x3f,
    0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d, 0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31,
    0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64, 0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff,
    0xfa, 0x13, 0x63, 0xeb, 0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce, 0x45, 0xcb, 0x3a, 0x8f,
    0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};

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

enum { STRIPE = 64, LANES = 8, STRIPES_IN_BLOCK = 16, BLOCK_BYTES = STRIPE * STRIPES_IN_BLOCK };

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

static inline uint64_t upto_3(const uint8_t *input, size_t length) {
    uint32_t first = input[0], middle = input[length >> 1], last = input[length - 1];
    uint32_t combined = (first << 16) | (middle << 24) | last | ((uint32_t)length << 8);
    return avalanche64((uint64_t)combined ^ (uint64_t)(read32(SECRET) ^ read32(SECRET + 4)));
}

static inline uint64_t upto_8(const uint8_t *input, size_t length) {
    uint64_t keyed = (read32(input + length - 4) + ((uint64_t)read32(input) << 32)) ^ (read64(SECRET + 8) ^ read64(SECRET + 16));
    keyed ^= rotate_left(keyed, 49) ^ rotate_left(keyed, 24);
    keyed *= PRIME_MX2;
    keyed ^= (keyed >> 35) + length;
    keyed *= PRIME_MX2;
    return keyed ^ (keyed >> 28);
}

static inline uint64_t from_9_upto_16(const uint8_t *input, size_t length) {
    uint64_t low = read64(input) ^ (read64(SECRET + 24) ^ read64(SECRET + 32));
    uint64_t high = read64(input + length - 8) ^ (read64(SECRET + 40) ^ read64(SECRET + 48));
    return avalanche(length + swap64(low) + high + fold_product(low, high));
}

static inline uint64_t upto_16(const uint8_t *input, size_t length) {
    if (length > 8) return from_9_upto_16(input, length);
    if (length >= 4) return upto_8(input, length);
    if (length) return upto_3(input, length);
    return avalanche64(read64(SECRET + 56) ^ read64(SECRET + 64));
}

static inline uint64_t upto_128(const uint8_t *input, size_t length) {
    uint64_t sum = length * PRIME64_1;
    if (length > 32) {
        if (length > 64) {
            if (length > 96) {
                sum += mix16(input + 48, SECRET + 96) + mix16(input + length - 64, SECRET + 112);
            }
            sum += mix16(input + 32, SECRET + 64) + mix16(input + length - 48, SECRET + 80);
        }
        sum += mix16(input + 16, SECRET + 32) + mix16(input + length - 32, SECRET + 48);
    }
    return avalanche(sum + mix16(input, SECRET) + mix16(input + length - 16, SECRET + 16));
}

static uint64_t upto_240(const uint8_t *input, size_t length) {
    uint64_t sum = length * PRIME64_1;
    for (size_t i = 0; i < 8; i++) sum += mix16(input + 16 * i, SECRET + 16 * i);
    sum = avalanche(sum);
    for (size_t i = 8; i < length / 16; i++) sum += mix16(input + 16 * i, SECRET + 16 * (i - 8) + 3);
    return avalanche(sum + mix16(input + length - 16, SECRET + 136 - 17));
}

static inline void accumulate(uint64_t *lanes, const uint8_t *stripe, const uint8_t *secret) {
    for (size_t i = 0; i < LANES; i++) {
        uint64_t value = read64(stripe + 8 * i), keyed = value ^ read64(secret + 8 * i);
        lanes[i ^ 1] += value;
        lanes[i] += (keyed & 0xFFFFFFFFU) * (keyed >> 32);
    }
}

static uint64_t beyond_240(const uint8_t *input, size_t length) {
    uint64_t lanes[LANES] = {PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1};
    size_t blocks = (length - 1) / BLOCK_BYTES;
    for (size_t block = 0; block < blocks; block++) {
        for (size_t i = 0; i < STRIPES_IN_BLOCK; i++) accumulate(lanes, input + block * BLOCK_BYTES + i * STRIPE, SECRET + 8 * i);
        for (size_t i = 0; i < LANES; i++) {
            lanes[i] = (lanes[i] ^ (lanes[i] >> 47) ^ read64(SECRET + 128 + 8 * i)) * PRIME32_1;
        }
    }
    const uint8_t *rest = input + blocks * BLOCK_BYTES;
    size_t stripes = (length - 1 - blocks * BLOCK_BYTES) / STRIPE;
    for (size_t i = 0; i < stripes; i++) accumulate(lanes, rest + i * STRIPE, SECRET + 8 * i);
    accumulate(lanes, input + length - STRIPE, SECRET + 192 - STRIPE - 7);
    uint64_t sum = length * PRIME64_1;
    for (size_t i = 0; i < 4; i++) {
        sum += fold_product(lanes[2 * i] ^ read64(SECRET + 11 + 16 * i), lanes[2 * i + 1] ^ read64(SECRET + 11 + 16 * i + 8));
    }
    return avalanche(sum);
}

uint64_t xxh3_64(const uint8_t *input, size_t length) {
    if (length <= 16) return upto_16(input, length);
    if (length <= 128) return upto_128(input, length);
    if (length <= 240) return upto_240(input, length);
    return beyond_240(input, length);
}

/* 17 to 64 bytes without a branch on the length: reads up to 15 bytes before `input` and 15 behind it. */
static inline uint64_t from_17_upto_64(const uint8_t *input, size_t length) {
    uint64_t inner = mix16(input + 16, SECRET + 32) + mix16(input + length - 32, SECRET + 48);
    uint64_t outer = mix16(input, SECRET) + mix16(input + length - 16, SECRET + 16);
    return avalanche(length * PRIME64_1 + outer + (length > 32 ? inner : 0));
}

void xxh3_64_long_runs(const uint8_t *bytes, const size_t *offsets, const size_t *stops, size_t count, uint64_t *hashes) {
    for (size_t i = 0; i < count; i++) {
        size_t offset = offsets[i], length = stops[i] - offset;
        hashes[i] = length - 17 < 48 && offset >= 16 ? from_17_upto_64(bytes + offset, length) : xxh3_64(bytes + offset, length);
    }
}

/* Sorts each group of runs into classes of length first, so that no branch has to guess a length. */
void xxh3_64_short_runs(const uint8_t *bytes, const size_t *offsets, const size_t *stops, size_t count, uint64_t *hashes) {
    enum { GROUP = 256, CLASSES = 4 };
    static const uint8_t class_of[18] = {3, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3};
    for (; count; offsets += GROUP, stops += GROUP, hashes += GROUP) {
        size_t group = count < GROUP ? count : GROUP, counts[CLASSES] = {0};
        uint8_t members[CLASSES][GROUP];
        for (size_t i = 0; i < group; i++) {
            size_t length = stops[i] - offsets[i];
            uint8_t class = class_of[length < 17 ? length : 17];
            members[class][counts[class]++] = (uint8_t)i;
        }
        for (size_t n = 0; n < counts[0]; n++) {
            size_t i = members[0][n];
            hashes[i] = upto_3(bytes + offsets[i], stops[i] - offsets[i]);
        }
        for (size_t n = 0; n < counts[1]; n++) {
            size_t i = members[1][n];
            hashes[i] = upto_8(bytes + offsets[i], stops[i] - offsets[i]);
        }
        for (size_t n = 0; n < counts[2]; n++) {
            size_t i = members[2][n];
            hashes[i] = from_9_upto_16(bytes + offsets[i], stops[i] - offsets[i]);
        }
        for (size_t n = 0; n < counts[3]; n++) {
            size_t i = members[3][n];
            hashes[i] = xxh3_64(bytes + offsets[i], stops[i] - offsets[i]);
        }
        count -= group;
    }
}
