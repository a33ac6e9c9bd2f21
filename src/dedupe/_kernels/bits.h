/* Bits of one word. */
#ifndef DEDUPE_BITS_H
#define DEDUPE_BITS_H

#include <stdint.h>

/* Into every version of what is compiled for several instruction sets. */
#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

/* Of a word that is not 0: the place of its lowest bit, and of its highest. */
INLINE unsigned trailing_zeros(uint64_t word) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(word);
#else
    unsigned place = 0;
    for (; !(word & 1); word >>= 1) place++;
    return place;
#endif
}

INLINE unsigned highest_bit(uint64_t word) {
#if defined(__GNUC__)
    return 63 - (unsigned)__builtin_clzll(word);
#else
    unsigned place = 0;
    while (word >>= 1) place++;
    return place;
#endif
}

/* Bits from the highest that is set on; none of 0. */
INLINE unsigned bit_length(uint64_t word) { return word ? highest_bit(word) + 1 : 0; }

/* Pairs, fours and bytes, all at once: compilers make one instruction of it where there is one, and vectors of it in a
 * loop; the builtin would be a call into a library for processors without that instruction. */
INLINE uint64_t ones_by_byte(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555ULL;
    word = (word & 0x3333333333333333ULL) + (word >> 2 & 0x3333333333333333ULL);
    return (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FULL;
}

INLINE unsigned count_ones(uint64_t word) { return (unsigned)(ones_by_byte(word) * 0x0101010101010101ULL >> 56); }

/* The sum of eight bytes. */
INLINE unsigned sum_bytes(uint64_t bytes) {
    uint64_t pairs = (bytes & 0x00FF00FF00FF00FFULL) + (bytes >> 8 & 0x00FF00FF00FF00FFULL);
    return (unsigned)(pairs * 0x0001000100010001ULL >> 48);
}

#endif
