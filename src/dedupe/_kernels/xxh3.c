/* XXH3, 64 bits, seed 0: written from the xxHash specification (doc/xxhash_spec.md, Yann Collet).
 *
 * Tokens and shingles are short, so the work is in the paths up to 128 bytes; the long path is plain and portable.
 */
#include "xxh3.h"

const uint8_t xxh3_secret[192] = {
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

static inline uint64_t upto_3(const uint8_t *input, size_t length) {
    uint32_t first = input[0], middle = input[length >> 1], last = input[length - 1];
    uint32_t combined = (first << 16) | (middle << 24) | last | ((uint32_t)length << 8);
    return avalanche64((uint64_t)combined ^ (uint64_t)(read32(xxh3_secret) ^ read32(xxh3_secret + 4)));
}

static inline uint64_t upto_8(const uint8_t *input, size_t length) {
    uint64_t keyed = (read32(input + length - 4) + ((uint64_t)read32(input) << 32)) ^ (read64(xxh3_secret + 8) ^ read64(xxh3_secret + 16));
    keyed ^= rotate_left(keyed, 49) ^ rotate_left(keyed, 24);
    keyed *= PRIME_MX2;
    keyed ^= (keyed >> 35) + length;
    keyed *= PRIME_MX2;
    return keyed ^ (keyed >> 28);
}

static inline uint64_t from_9_upto_16(const uint8_t *input, size_t length) {
    uint64_t low = read64(input) ^ (read64(xxh3_secret + 24) ^ read64(xxh3_secret + 32));
    uint64_t high = read64(input + length - 8) ^ (read64(xxh3_secret + 40) ^ read64(xxh3_secret + 48));
    return avalanche(length + swap64(low) + high + fold_product(low, high));
}

static inline uint64_t upto_16(const uint8_t *input, size_t length) {
    if (length > 8) return from_9_upto_16(input, length);
    if (length >= 4) return upto_8(input, length);
    if (length) return upto_3(input, length);
    return avalanche64(read64(xxh3_secret + 56) ^ read64(xxh3_secret + 64));
}

static inline uint64_t upto_128(const uint8_t *input, size_t length) {
    uint64_t sum = length * PRIME64_1;
    if (length > 32) {
        if (length > 64) {
            if (length > 96) {
                sum += mix16(input + 48, xxh3_secret + 96) + mix16(input + length - 64, xxh3_secret + 112);
            }
            sum += mix16(input + 32, xxh3_secret + 64) + mix16(input + length - 48, xxh3_secret + 80);
        }
        sum += mix16(input + 16, xxh3_secret + 32) + mix16(input + length - 32, xxh3_secret + 48);
    }
    return avalanche(sum + mix16(input, xxh3_secret) + mix16(input + length - 16, xxh3_secret + 16));
}

static uint64_t upto_240(const uint8_t *input, size_t length) {
    uint64_t sum = length * PRIME64_1;
    for (size_t i = 0; i < 8; i++) sum += mix16(input + 16 * i, xxh3_secret + 16 * i);
    sum = avalanche(sum);
    for (size_t i = 8; i < length / 16; i++) sum += mix16(input + 16 * i, xxh3_secret + 16 * (i - 8) + 3);
    return avalanche(sum + mix16(input + length - 16, xxh3_secret + 136 - 17));
}

static uint64_t beyond_240(const uint8_t *input, size_t length) {
    enum { STRIPES_IN_BLOCK = 16, BLOCK_BYTES = XXH3_STRIPE * STRIPES_IN_BLOCK };
    const isa_t *isa = isa_current();
    uint64_t lanes[XXH3_LANES] = {PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1};
    size_t blocks = (length - 1) / BLOCK_BYTES;
    for (size_t block = 0; block < blocks; block++) {
        isa->accumulate(lanes, input + block * BLOCK_BYTES, xxh3_secret, STRIPES_IN_BLOCK);
        for (size_t i = 0; i < XXH3_LANES; i++) {
            lanes[i] = (lanes[i] ^ (lanes[i] >> 47) ^ read64(xxh3_secret + 128 + 8 * i)) * PRIME32_1;
        }
    }
    isa->accumulate(lanes, input + blocks * BLOCK_BYTES, xxh3_secret, (length - 1 - blocks * BLOCK_BYTES) / XXH3_STRIPE);
    isa->accumulate(lanes, input + length - XXH3_STRIPE, xxh3_secret + 192 - XXH3_STRIPE - 7, 1);
    uint64_t sum = length * PRIME64_1;
    for (size_t i = 0; i < 4; i++) {
        sum += fold_product(lanes[2 * i] ^ read64(xxh3_secret + 11 + 16 * i), lanes[2 * i + 1] ^ read64(xxh3_secret + 11 + 16 * i + 8));
    }
    return avalanche(sum);
}

uint64_t xxh3_64(const uint8_t *input, size_t length) {
    if (length <= 16) return upto_16(input, length);
    if (length <= 128) return upto_128(input, length);
    if (length <= 240) return upto_240(input, length);
    return beyond_240(input, length);
}

/* Sorts each group of runs into classes of length first, so that no branch has to guess a length. */
void xxh3_64_tokens(const uint8_t *bytes, const size_t *edges, size_t count, uint64_t *hashes) {
    enum { GROUP = 256, CLASSES = 4 };
    static const uint8_t class_of[18] = {3, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3};
    for (; count; edges += GROUP, hashes += GROUP) {
        size_t group = count < GROUP ? count : GROUP, counts[CLASSES] = {0};
        uint8_t members[CLASSES][GROUP];
        for (size_t i = 0; i < group; i++) {
            size_t length = edges[i + 1] - edges[i] - 1;
            uint8_t class = class_of[length < 17 ? length : 17];
            members[class][counts[class]++] = (uint8_t)i;
        }
        for (size_t n = 0; n < counts[0]; n++) {
            size_t i = members[0][n];
            hashes[i] = upto_3(bytes + edges[i] + 1, edges[i + 1] - edges[i] - 1);
        }
        for (size_t n = 0; n < counts[1]; n++) {
            size_t i = members[1][n];
            hashes[i] = upto_8(bytes + edges[i] + 1, edges[i + 1] - edges[i] - 1);
        }
        for (size_t n = 0; n < counts[2]; n++) {
            size_t i = members[2][n];
            hashes[i] = from_9_upto_16(bytes + edges[i] + 1, edges[i + 1] - edges[i] - 1);
        }
        for (size_t n = 0; n < counts[3]; n++) {
            size_t i = members[3][n];
            hashes[i] = xxh3_64(bytes + edges[i] + 1, edges[i + 1] - edges[i] - 1);
        }
        count -= group;
    }
}
