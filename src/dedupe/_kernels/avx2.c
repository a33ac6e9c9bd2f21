/* What is written for each instruction set, for AVX2: every x86-64 server since 2013. */
#include "kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))

/* ---- characters ---- */

/* 16 codes in 16 bits each, quarters in the order 0, 2, 1, 3: ASCII as it is, typographic punctuation as 0x01, anything
 * else as 0xFF. */
TARGET static inline __m256i reduce(const uint32_t *text) {
    const __m256i *from = (const __m256i *)(const void *)text;
    __m256i codes = _mm256_packus_epi32(_mm256_loadu_si256(from), _mm256_loadu_si256(from + 1));
    __m256i place = _mm256_sub_epi16(codes, _mm256_set1_epi16(0x2010));
    __m256i typographic = _mm256_cmpeq_epi16(_mm256_min_epu16(place, _mm256_set1_epi16(0x17)), place);
    __m256i reduced = _mm256_min_epu16(codes, _mm256_set1_epi16(0xFF));
    return _mm256_blendv_epi8(reduced, _mm256_set1_epi16(1), typographic);
}

TARGET static inline __m256i within(__m256i bytes, char low, char count) {
    __m256i place = _mm256_sub_epi8(bytes, _mm256_set1_epi8(low));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(place, _mm256_set1_epi8((char)(count - 1))), place);
}

TARGET static inline uint64_t bits_of(__m256i bytes) { return (uint32_t)_mm256_movemask_epi8(bytes); }

/* Writes letters in lower case, digits, and spaces for the rest; returns which are letters and digits. */
TARGET static inline __m256i fold(__m256i bytes, uint8_t *to) {
    __m256i lower = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
    __m256i letter = within(lower, 'a', 26), digit = within(bytes, '0', 10);
    __m256i word = _mm256_or_si256(letter, digit);
    __m256i folded = _mm256_blendv_epi8(_mm256_set1_epi8(' '), lower, word); /* digits have the bit already */
    _mm256_storeu_si256((__m256i *)(void *)to, folded);
    return word;
}

TARGET static inline void classify(const uint32_t *text, block_t *block) {
    uint64_t words = 0, quick = 0;
    for (unsigned half = 0; half < 2; half++) {
        __m256i bytes = _mm256_packus_epi16(reduce(text + half * 32), reduce(text + half * 32 + 16));
        bytes = _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
        words |= bits_of(fold(bytes, block->bytes + half * 32)) << (half * 32);
        quick |= (bits_of(bytes) ^ UINT32_MAX) << (half * 32);
    }
    block->words = words;
    block->quick = quick;
}

TARGET static inline void classify_utf8(const uint8_t *text, block_t *block) {
    uint64_t words = 0, ascii = 0, leads = 0, seconds = 0, thirds = 0;
    for (unsigned half = 0; half < 2; half++) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(text + half * 32));
        __m256i word = fold(bytes, block->bytes + half * 32);
        words |= bits_of(word) << (half * 32);
        ascii |= (bits_of(bytes) ^ UINT32_MAX) << (half * 32);
        leads |= bits_of(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)0xE2))) << (half * 32);
        seconds |= bits_of(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)0x80))) << (half * 32);
        thirds |= bits_of(within(bytes, (char)0x90, 0x18)) << (half * 32);
    }
    block->words = words;
    mark_quick(block, ascii, leads, seconds, thirds);
}

/* For each byte of a mask, the places of its bits as a shuffle wants them. BMI2 could do without, but is slow on Zen 2. */
static const uint64_t KEPT_PLACES[256] = {
    0x0, 0x0, 0x1, 0x100, 0x2, 0x200, 0x201, 0x20100, 0x3, 0x300, 0x301, 0x30100, 0x302, 0x30200, 0x30201, 0x3020100, 0x4,
    0x400, 0x401, 0x40100, 0x402, 0x40200, 0x40201, 0x4020100, 0x403, 0x40300, 0x40301, 0x4030100, 0x40302, 0x4030200,
    0x4030201, 0x403020100, 0x5, 0x500, 0x501, 0x50100, 0x502, 0x50200, 0x50201, 0x5020100, 0x503, 0x50300, 0x50301, 0x5030100,
    0x50302, 0x5030200, 0x5030201, 0x503020100, 0x504, 0x50400, 0x50401, 0x5040100, 0x50402, 0x5040200, 0x5040201, 0x504020100,
    0x50403, 0x5040300, 0x5040301, 0x504030100, 0x5040302, 0x504030200, 0x504030201, 0x50403020100, 0x6, 0x600, 0x601, 0x60100,
    0x602, 0x60200, 0x60201, 0x6020100, 0x603, 0x60300, 0x60301, 0x6030100, 0x60302, 0x6030200, 0x6030201, 0x603020100, 0x604,
    0x60400, 0x60401, 0x6040100, 0x60402, 0x6040200, 0x6040201, 0x604020100, 0x60403, 0x6040300, 0x6040301, 0x604030100,
    0x6040302, 0x604030200, 0x604030201, 0x60403020100, 0x605, 0x60500, 0x60501, 0x6050100, 0x60502, 0x6050200, 0x6050201,
    0x605020100, 0x60503, 0x6050300, 0x6050301, 0x605030100, 0x6050302, 0x605030200, 0x605030201, 0x60503020100, 0x60504,
    0x6050400, 0x6050401, 0x605040100, 0x6050402, 0x605040200, 0x605040201, 0x60504020100, 0x6050403, 0x605040300, 0x605040301,
    0x60504030100, 0x605040302, 0x60504030200, 0x60504030201, 0x6050403020100, 0x7, 0x700, 0x701, 0x70100, 0x702, 0x70200,
    0x70201, 0x7020100, 0x703, 0x70300, 0x70301, 0x7030100, 0x70302, 0x7030200, 0x7030201, 0x703020100, 0x704, 0x70400, 0x70401,
    0x7040100, 0x70402, 0x7040200, 0x7040201, 0x704020100, 0x70403, 0x7040300, 0x7040301, 0x704030100, 0x7040302, 0x704030200,
    0x704030201, 0x70403020100, 0x705, 0x70500, 0x70501, 0x7050100, 0x70502, 0x7050200, 0x7050201, 0x705020100, 0x70503,
    0x7050300, 0x7050301, 0x705030100, 0x7050302, 0x705030200, 0x705030201, 0x70503020100, 0x70504, 0x7050400, 0x7050401,
    0x705040100, 0x7050402, 0x705040200, 0x705040201, 0x70504020100, 0x7050403, 0x705040300, 0x705040301, 0x70504030100,
    0x705040302, 0x70504030200, 0x70504030201, 0x7050403020100, 0x706, 0x70600, 0x70601, 0x7060100, 0x70602, 0x7060200,
    0x7060201, 0x706020100, 0x70603, 0x7060300, 0x7060301, 0x706030100, 0x7060302, 0x706030200, 0x706030201, 0x70603020100,
    0x70604, 0x7060400, 0x7060401, 0x706040100, 0x7060402, 0x706040200, 0x706040201, 0x70604020100, 0x7060403, 0x706040300,
    0x706040301, 0x70604030100, 0x706040302, 0x70604030200, 0x70604030201, 0x7060403020100, 0x70605, 0x7060500, 0x7060501,
    0x706050100, 0x7060502, 0x706050200, 0x706050201, 0x70605020100, 0x7060503, 0x706050300, 0x706050301, 0x70605030100,
    0x706050302, 0x70605030200, 0x70605030201, 0x7060503020100, 0x7060504, 0x706050400, 0x706050401, 0x70605040100, 0x706050402,
    0x70605040200, 0x70605040201, 0x7060504020100, 0x706050403, 0x70605040300, 0x70605040301, 0x7060504030100, 0x70605040302,
    0x7060504030200, 0x7060504030201, 0x706050403020100,
};

/* Eight bytes at a time, without a branch. Where the edges are is asked when all is read: to look at bytes just written
 * would mean to wait for them. */
TARGET static inline size_t compact(const block_t *block, uint64_t keep, uint64_t seps, tokens_t *tokens) {
    uint8_t *start = tokens->joined + tokens->joined_length, *to = start;
    for (unsigned i = 0; i < BLOCK; i += 8) {
        unsigned mask = keep >> i & 0xFF;
        __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)(block->bytes + i));
        __m128i places = _mm_loadl_epi64((const __m128i *)(const void *)&KEPT_PLACES[mask]);
        _mm_storel_epi64((__m128i *)(void *)to, _mm_shuffle_epi8(bytes, places));
        to += _mm_popcnt_u32(mask);
    }
    tokens->count += (size_t)_mm_popcnt_u64(seps);
    return (size_t)(to - start);
}

TARGET static inline uint64_t spaces_in(const uint8_t *bytes) {
    const __m256i space = _mm256_set1_epi8(' ');
    __m256i first = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i second = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(first, space)) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(second, space)) << 32;
}

/* Every space ends a token: nothing else in `joined` is one. Most blocks have no more than 12; those that are too many
 * are written over. */
TARGET static void find_edges(tokens_t *tokens) {
    enum { MOST = 12 };
    size_t *edges = tokens->edges + 1, left = tokens->count;
    size_t place = 0;
    for (; left > BLOCK; place += BLOCK) {
        uint64_t spaces = spaces_in(tokens->joined + place);
        size_t count = (size_t)_mm_popcnt_u64(spaces);
        for (unsigned i = 0; i < MOST; i++, spaces = _blsr_u64(spaces)) edges[i] = place + _tzcnt_u64(spaces);
        for (unsigned i = MOST; spaces; i++, spaces = _blsr_u64(spaces)) edges[i] = place + _tzcnt_u64(spaces);
        edges += count;
        left -= count;
    }
    for (; left; place += BLOCK) {
        for (uint64_t spaces = spaces_in(tokens->joined + place); spaces && left; spaces = _blsr_u64(spaces), left--) {
            *edges++ = place + _tzcnt_u64(spaces);
        }
    }
}

#include "loops.h"

/* ---- shingles ---- */

#define SIDES 4
typedef __m256i lanes_t;

TARGET static inline lanes_t lanes_of(uint64_t value) { return _mm256_set1_epi64x((long long)value); }
TARGET static inline lanes_t lanes_add(lanes_t x, lanes_t y) { return _mm256_add_epi64(x, y); }
TARGET static inline lanes_t lanes_xor(lanes_t x, lanes_t y) { return _mm256_xor_si256(x, y); }
TARGET static inline lanes_t lanes_right(lanes_t x, int by) { return _mm256_srli_epi64(x, by); }
TARGET static inline lanes_t lanes_multiply_32(lanes_t x, lanes_t y) { return _mm256_mul_epu32(x, y); }
TARGET static inline lanes_t lanes_low_32(lanes_t x) { return _mm256_blend_epi32(x, _mm256_setzero_si256(), 0xAA); }
/* The lower halves of both: of `low` below, of `high` above. */
TARGET static inline lanes_t lanes_join_32(lanes_t low, lanes_t high) {
    return _mm256_blend_epi32(low, _mm256_slli_epi64(high, 32), 0xAA);
}
TARGET static inline lanes_t lanes_multiply(lanes_t x, uint64_t y) {
    lanes_t low = lanes_of(y), high = lanes_of(y >> 32);
    lanes_t cross = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(x, 32), low), _mm256_mul_epu32(x, high));
    return _mm256_add_epi64(_mm256_mul_epu32(x, low), _mm256_slli_epi64(cross, 32));
}
/* Of an x below 2**32. */
TARGET static inline lanes_t lanes_multiply_small(lanes_t x, uint64_t y) {
    return _mm256_add_epi64(_mm256_mul_epu32(x, lanes_of(y)), _mm256_slli_epi64(_mm256_mul_epu32(x, lanes_of(y >> 32)), 32));
}
TARGET static inline lanes_t lanes_where_beyond_32(lanes_t lengths, lanes_t x) {
    return _mm256_and_si256(_mm256_cmpgt_epi64(lengths, _mm256_set1_epi64x(32)), x);
}
/* A bit for each lane greater than `low` and less than `high`. */
TARGET static inline unsigned lanes_within(lanes_t x, int low, int high) {
    __m256i above = _mm256_cmpgt_epi64(x, _mm256_set1_epi64x(low)), below = _mm256_cmpgt_epi64(_mm256_set1_epi64x(high), x);
    return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_and_si256(above, below)));
}
TARGET static inline void lanes_store(uint64_t *to, lanes_t x) { _mm256_storeu_si256((__m256i *)(void *)to, x); }
TARGET static inline lanes_t lanes_lengths(const size_t *from, const size_t *to) {
    lanes_t start = _mm256_loadu_si256((const __m256i *)(const void *)from);
    lanes_t stop = _mm256_loadu_si256((const __m256i *)(const void *)to);
    return _mm256_sub_epi64(_mm256_sub_epi64(stop, start), _mm256_set1_epi64x(1));
}

TARGET static inline __m256i secret_words(size_t first, size_t second, size_t third, size_t fourth) {
    return _mm256_setr_epi64x((long long)read64(xxh3_secret + first), (long long)read64(xxh3_secret + second),
                              (long long)read64(xxh3_secret + third), (long long)read64(xxh3_secret + fourth));
}

/* Four words from each of four places, each xored by a word of the key: word w of all of them goes to words[w]. */
TARGET static inline void load_words(const uint8_t *bytes, const size_t *places, __m256i key, lanes_t *words) {
    __m256i row[SIDES];
    for (unsigned i = 0; i < SIDES; i++) {
        row[i] = _mm256_xor_si256(key, _mm256_loadu_si256((const __m256i *)(const void *)(bytes + places[i])));
    }
    __m256i even = _mm256_unpacklo_epi64(row[0], row[1]), odd = _mm256_unpackhi_epi64(row[0], row[1]);
    __m256i even_2 = _mm256_unpacklo_epi64(row[2], row[3]), odd_2 = _mm256_unpackhi_epi64(row[2], row[3]);
    words[0] = _mm256_permute2x128_si256(even, even_2, 0x20);
    words[1] = _mm256_permute2x128_si256(odd, odd_2, 0x20);
    words[2] = _mm256_permute2x128_si256(even, even_2, 0x31);
    words[3] = _mm256_permute2x128_si256(odd, odd_2, 0x31);
}

#include "lanes.h"

/* ---- slots ---- */

enum { WIDTH = 8, VECTORS = 4 };

/* Some vectors of slots, as many as is known when it is compiled: their factors, offsets and minima stay in registers. */
TARGET TWICE static inline void lower(const uint32_t *x, size_t count, const slots_t *slots, size_t first, const unsigned vectors) {
    __m256i factor[VECTORS], offset[VECTORS], least[VECTORS];
    for (unsigned v = 0; v < vectors; v++) {
        factor[v] = _mm256_loadu_si256((const __m256i *)(const void *)(slots->a + first + v * WIDTH));
        offset[v] = _mm256_loadu_si256((const __m256i *)(const void *)(slots->b + first + v * WIDTH));
        least[v] = _mm256_loadu_si256((const __m256i *)(const void *)(slots->smallest + first + v * WIDTH));
    }
    for (size_t i = 0; i < count; i += 2) { /* two at a time: half as many branches */
        __m256i value = _mm256_set1_epi32((int)x[i]), other = _mm256_set1_epi32((int)x[i + 1 < count ? i + 1 : i]);
        for (unsigned v = 0; v < vectors; v++) {
            __m256i permuted = _mm256_add_epi32(_mm256_mullo_epi32(value, factor[v]), offset[v]);
            __m256i other_permuted = _mm256_add_epi32(_mm256_mullo_epi32(other, factor[v]), offset[v]);
            least[v] = _mm256_min_epu32(least[v], _mm256_min_epu32(permuted, other_permuted));
        }
    }
    for (unsigned v = 0; v < vectors; v++) {
        _mm256_storeu_si256((__m256i *)(void *)(slots->smallest + first + v * WIDTH), least[v]);
    }
}

TARGET void permute_avx2(const uint32_t *x, size_t count, const slots_t *slots, size_t first) {
    for (; first + VECTORS * WIDTH <= slots->count; first += VECTORS * WIDTH) lower(x, count, slots, first, VECTORS);
    for (; first + 2 * WIDTH <= slots->count; first += 2 * WIDTH) lower(x, count, slots, first, 2);
    permute_baseline(x, count, slots, first);
}

TARGET static void permute(const uint64_t *hashes, size_t count, const slots_t *slots) {
    uint32_t x[CHUNK];
    mix(hashes, count, x);
    permute_avx2(x, count, slots, 0);
}

TARGET static void accumulate(uint64_t *lanes, const uint8_t *stripes, const uint8_t *secret, size_t count) {
    __m256i *kept = (__m256i *)(void *)lanes, sums[2] = {_mm256_loadu_si256(kept), _mm256_loadu_si256(kept + 1)};
    for (size_t stripe = 0; stripe < count; stripe++) {
        for (unsigned half = 0; half < 2; half++) {
            __m256i value = _mm256_loadu_si256((const __m256i *)(const void *)(stripes + XXH3_STRIPE * stripe + 32 * half));
            __m256i keyed = _mm256_loadu_si256((const __m256i *)(const void *)(secret + 8 * stripe + 32 * half));
            keyed = _mm256_xor_si256(keyed, value);
            __m256i product = _mm256_mul_epu32(keyed, _mm256_srli_epi64(keyed, 32));
            __m256i swapped = _mm256_shuffle_epi32(value, 0x4E);
            sums[half] = _mm256_add_epi64(sums[half], _mm256_add_epi64(product, swapped));
        }
    }
    _mm256_storeu_si256(kept, sums[0]);
    _mm256_storeu_si256(kept + 1, sums[1]);
}

const isa_t isa_avx2 = {"avx2", read_quick, read_quick_utf8, find_edges, hash_spans, xxh3_64_tokens, winnow, permute, accumulate, mark_avx2, overlap_avx2,
                        mark_bytes_avx2, hash_grams_baseline};

#endif
