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

TARGET static inline void classify(const uint32_t *text, block_t *block) {
    uint64_t words = 0, quick = 0;
    for (unsigned half = 0; half < 2; half++) {
        __m256i bytes = _mm256_packus_epi16(reduce(text + half * 32), reduce(text + half * 32 + 16));
        bytes = _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
        __m256i lower = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
        __m256i letter = within(lower, 'a', 26), digit = within(bytes, '0', 10);
        __m256i word = _mm256_or_si256(letter, digit);
        __m256i folded = _mm256_blendv_epi8(_mm256_set1_epi8(' '), lower, word); /* digits have the bit already */
        _mm256_storeu_si256((__m256i *)(void *)(block->bytes + half * 32), folded);
        words |= (uint64_t)(uint32_t)_mm256_movemask_epi8(word) << (half * 32);
        quick |= (uint64_t)(uint32_t)~_mm256_movemask_epi8(bytes) << (half * 32);
    }
    block->words = words;
    block->quick = quick;
}

#define COMPACT_RUNS 1
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

/* Four words from each of four places: word w of all of them goes to words[w]. */
TARGET static inline void load_words(const uint8_t *bytes, const size_t *places, lanes_t *words) {
    __m256i row[SIDES];
    for (unsigned i = 0; i < SIDES; i++) row[i] = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + places[i]));
    __m256i even = _mm256_unpacklo_epi64(row[0], row[1]), odd = _mm256_unpackhi_epi64(row[0], row[1]);
    __m256i even_2 = _mm256_unpacklo_epi64(row[2], row[3]), odd_2 = _mm256_unpackhi_epi64(row[2], row[3]);
    words[0] = _mm256_permute2x128_si256(even, even_2, 0x20);
    words[1] = _mm256_permute2x128_si256(odd, odd_2, 0x20);
    words[2] = _mm256_permute2x128_si256(even, even_2, 0x31);
    words[3] = _mm256_permute2x128_si256(odd, odd_2, 0x31);
}

#include "lanes.h"

/* ---- slots ---- */

/* 32 slots at a time: their factors, offsets and minima stay in registers. */
TARGET void permute_avx2(const uint32_t *x, size_t count, const slots_t *slots, size_t first) {
    enum { WIDTH = 8, VECTORS = 4, STEP = WIDTH * VECTORS };
    for (; first + STEP <= slots->count; first += STEP) {
        __m256i factor[VECTORS], offset[VECTORS], least[VECTORS];
        for (unsigned v = 0; v < VECTORS; v++) {
            factor[v] = _mm256_loadu_si256((const __m256i *)(const void *)(slots->a + first + v * WIDTH));
            offset[v] = _mm256_loadu_si256((const __m256i *)(const void *)(slots->b + first + v * WIDTH));
            least[v] = _mm256_loadu_si256((const __m256i *)(const void *)(slots->smallest + first + v * WIDTH));
        }
        for (size_t i = 0; i < count; i++) {
            __m256i value = _mm256_set1_epi32((int)x[i]);
            for (unsigned v = 0; v < VECTORS; v++) {
                least[v] = _mm256_min_epu32(least[v], _mm256_add_epi32(_mm256_mullo_epi32(value, factor[v]), offset[v]));
            }
        }
        for (unsigned v = 0; v < VECTORS; v++) {
            _mm256_storeu_si256((__m256i *)(void *)(slots->smallest + first + v * WIDTH), least[v]);
        }
    }
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

const isa_t isa_avx2 = {"avx2", read_quick, hash_spans, xxh3_64_tokens, winnow, permute, accumulate, mark_avx2, overlap_avx2};

#endif
