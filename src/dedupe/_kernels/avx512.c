/* What is written for each instruction set, for AVX-512 with VBMI2: Intel since Ice Lake (2019), AMD since Zen 4. The
 * first processors with AVX-512 have no VBMI2, and take the AVX2 way. */
#include "kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi,bmi2,popcnt")))

/* What each ASCII character becomes in a token; a space what stands in none. */
static const uint8_t FOLDED[129] = "                                                0123456789       abcdefghijklmnopqrstuvwxyz      "
                                   "abcdefghijklmnopqrstuvwxyz     ";

/* 32 codes in 16 bits each: ASCII as it is, typographic punctuation as 0x01, anything else as 0xFF. */
TARGET static inline __m512i reduce(const uint32_t *text) {
    __m512i codes = _mm512_packus_epi32(_mm512_loadu_si512(text), _mm512_loadu_si512(text + 16));
    __mmask32 typographic = _mm512_cmplt_epu16_mask(_mm512_sub_epi16(codes, _mm512_set1_epi16(0x2010)), _mm512_set1_epi16(0x18));
    return _mm512_mask_mov_epi16(_mm512_min_epu16(codes, _mm512_set1_epi16(0xFF)), typographic, _mm512_set1_epi16(1));
}

TARGET static inline void classify(const uint32_t *text, block_t *block) {
    /* Packing works within each quarter of a vector, so quarters of both inputs alternate. */
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    __m512i bytes = _mm512_packus_epi16(reduce(text), reduce(text + 32));
    bytes = _mm512_permutexvar_epi32(order, bytes);
    __m512i folded = _mm512_permutex2var_epi8(_mm512_loadu_si512(FOLDED), bytes, _mm512_loadu_si512(FOLDED + 64));
    _mm512_storeu_si512(block->bytes, folded);
    block->words = _mm512_cmpneq_epi8_mask(folded, _mm512_set1_epi8(' '));
    block->quick = ~_mm512_movepi8_mask(bytes);
}

TARGET static inline void classify_utf8(const uint8_t *text, block_t *block) {
    __m512i bytes = _mm512_loadu_si512(text);
    uint64_t ascii = ~_mm512_movepi8_mask(bytes);
    __m512i folded = _mm512_permutex2var_epi8(_mm512_loadu_si512(FOLDED), bytes, _mm512_loadu_si512(FOLDED + 64));
    folded = _mm512_mask_mov_epi8(_mm512_set1_epi8(' '), ascii, folded);
    _mm512_storeu_si512(block->bytes, folded);
    block->words = _mm512_cmpneq_epi8_mask(folded, _mm512_set1_epi8(' '));
    uint64_t leads = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)0xE2));
    uint64_t seconds = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)0x80));
    uint64_t thirds = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8((char)0x90)), _mm512_set1_epi8(0x18));
    mark_quick(block, ascii, leads, seconds, thirds);
}

static const uint8_t PLACES[BLOCK] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                  22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
                                  44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

/* The bits of a block without those of bytes that begin no code point. */
TARGET static inline uint64_t begun_only(uint64_t bits, uint64_t trailing) { return _pext_u64(bits, ~trailing); }

/* Writes the places of the bits of a block, at most every second one, that begins there; there is room for 32. */
TARGET static inline void store_places(uint32_t *to, uint64_t bits, size_t position) {
    __m512i places = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(PLACES)), base = _mm512_set1_epi32((int)position);
    _mm512_storeu_si512(to, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places))));
    if (_mm_popcnt_u64(bits) > 16) {
        _mm512_storeu_si512(to + 16, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 1))));
    }
}

TARGET static inline size_t compact(const block_t *block, uint64_t keep, uint64_t seps, tokens_t *tokens) {
    __m512i kept = _mm512_maskz_compress_epi8(keep, _mm512_loadu_si512(block->bytes));
    _mm512_storeu_si512(tokens->joined + tokens->joined_length, kept);
    __m512i places = _mm512_maskz_compress_epi8(_pext_u64(seps, keep), _mm512_loadu_si512(PLACES));
    __m512i base = _mm512_set1_epi64((long long)tokens->joined_length);
    size_t *edges = tokens->edges + tokens->count + 1, count = (size_t)_mm_popcnt_u64(seps);
    /* At most every second character is such a separator; most blocks have fewer than 16. */
    __m128i some = _mm512_castsi512_si128(places);
    _mm512_storeu_si512(edges, _mm512_add_epi64(base, _mm512_cvtepu8_epi64(some)));
    _mm512_storeu_si512(edges + 8, _mm512_add_epi64(base, _mm512_cvtepu8_epi64(_mm_srli_si128(some, 8))));
    if (count > 16) {
        some = _mm512_extracti32x4_epi32(places, 1);
        _mm512_storeu_si512(edges + 16, _mm512_add_epi64(base, _mm512_cvtepu8_epi64(some)));
        _mm512_storeu_si512(edges + 24, _mm512_add_epi64(base, _mm512_cvtepu8_epi64(_mm_srli_si128(some, 8))));
    }
    tokens->count += count;
    return (size_t)_mm_popcnt_u64(keep);
}

/* Eight at a time: those that are not what follows. The last has no follower, and stays. */
TARGET static inline size_t drop_repeats(const uint64_t *values, size_t count, uint64_t *kept) {
    size_t runs = 0, i = 0;
    for (; i + 9 <= count; i += 8) {
        __m512i here = _mm512_loadu_si512(values + i);
        __mmask8 last = _mm512_cmpneq_epi64_mask(here, _mm512_loadu_si512(values + i + 1));
        _mm512_storeu_si512(kept + runs, _mm512_maskz_compress_epi64(last, here));
        runs += (size_t)_mm_popcnt_u32(last);
    }
    for (; i < count; i++) {
        kept[runs] = values[i];
        runs += i + 1 == count || values[i + 1] != values[i];
    }
    return runs;
}

#define HAS_DROP_REPEATS 1
#define HAS_STORE_PLACES 1
#include "loops.h"

/* ---- shingles ---- */

#define SIDES 8
typedef __m512i lanes_t;

TARGET static inline lanes_t lanes_of(uint64_t value) { return _mm512_set1_epi64((long long)value); }
TARGET static inline lanes_t lanes_add(lanes_t x, lanes_t y) { return _mm512_add_epi64(x, y); }
TARGET static inline lanes_t lanes_xor(lanes_t x, lanes_t y) { return _mm512_xor_si512(x, y); }
TARGET static inline lanes_t lanes_right(lanes_t x, unsigned by) { return _mm512_srli_epi64(x, by); }
TARGET static inline lanes_t lanes_multiply_32(lanes_t x, lanes_t y) { return _mm512_mul_epu32(x, y); }
TARGET static inline lanes_t lanes_low_32(lanes_t x) { return _mm512_maskz_mov_epi32(0x5555, x); }
/* The lower halves of both: of `low` below, of `high` above. */
TARGET static inline lanes_t lanes_join_32(lanes_t low, lanes_t high) {
    return _mm512_mask_shuffle_epi32(low, 0xAAAA, high, _MM_PERM_CCAA);
}
TARGET static inline lanes_t lanes_multiply(lanes_t x, uint64_t y) { return _mm512_mullo_epi64(x, lanes_of(y)); }
TARGET static inline lanes_t lanes_multiply_small(lanes_t x, uint64_t y) { return lanes_multiply(x, y); }
TARGET static inline lanes_t lanes_where_beyond_32(lanes_t lengths, lanes_t x) {
    return _mm512_maskz_mov_epi64(_mm512_cmpgt_epi64_mask(lengths, _mm512_set1_epi64(32)), x);
}
/* A bit for each lane greater than `low` and less than `high`. */
TARGET static inline unsigned lanes_within(lanes_t x, int low, int high) {
    return _mm512_mask_cmplt_epi64_mask(_mm512_cmpgt_epi64_mask(x, _mm512_set1_epi64(low)), x, _mm512_set1_epi64(high));
}
TARGET static inline void lanes_store(uint64_t *to, lanes_t x) { _mm512_storeu_si512(to, x); }
TARGET static inline lanes_t lanes_lengths(const size_t *from, const size_t *to) {
    lanes_t start = _mm512_loadu_si512(from), stop = _mm512_loadu_si512(to);
    return _mm512_sub_epi64(_mm512_sub_epi64(stop, start), _mm512_set1_epi64(1));
}

TARGET static inline __m512i secret_words(size_t first, size_t second, size_t third, size_t fourth) {
    return _mm512_broadcast_i64x4(_mm256_setr_epi64x((long long)read64(xxh3_secret + first), (long long)read64(xxh3_secret + second),
                                                     (long long)read64(xxh3_secret + third), (long long)read64(xxh3_secret + fourth)));
}

/* Four words from each of eight places, each xored by a word of the key: word w of all of them goes to words[w]. */
TARGET static inline void load_words(const uint8_t *bytes, const size_t *places, __m512i key, lanes_t *words) {
    const __m512i below = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), above = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    __m512i rows[SIDES / 2]; /* row i and row i + 4 */
    for (unsigned i = 0; i < SIDES / 2; i++) {
        __m256i lower = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + places[i]));
        __m256i upper = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + places[i + SIDES / 2]));
        rows[i] = _mm512_xor_si512(key, _mm512_inserti64x4(_mm512_castsi256_si512(lower), upper, 1));
    }
    __m512i even = _mm512_unpacklo_epi64(rows[0], rows[1]), odd = _mm512_unpackhi_epi64(rows[0], rows[1]);
    __m512i even_2 = _mm512_unpacklo_epi64(rows[2], rows[3]), odd_2 = _mm512_unpackhi_epi64(rows[2], rows[3]);
    words[0] = _mm512_permutex2var_epi64(even, below, even_2);
    words[1] = _mm512_permutex2var_epi64(odd, below, odd_2);
    words[2] = _mm512_permutex2var_epi64(even, above, even_2);
    words[3] = _mm512_permutex2var_epi64(odd, above, odd_2);
}

#include "lanes.h"

/* ---- tokens ---- */

TARGET static inline lanes_t lanes_rotate(lanes_t x, const int by) { return _mm512_rolv_epi64(x, _mm512_set1_epi64(by)); }

/* Eight words, each from its own place. */
TARGET static inline lanes_t load_word(const uint8_t *bytes, const size_t *places) {
    uint64_t words[SIDES];
    for (unsigned i = 0; i < SIDES; i++) words[i] = read64(bytes + places[i]);
    return _mm512_setr_epi64((long long)words[0], (long long)words[1], (long long)words[2], (long long)words[3],
                             (long long)words[4], (long long)words[5], (long long)words[6], (long long)words[7]);
}

/* The three formulas below are those of `xxh3.c`; `head` has the first eight bytes, `tail` the last eight. */
TARGET static inline lanes_t upto_3_lanes(lanes_t head, lanes_t tail, lanes_t lengths) {
    const lanes_t byte = lanes_of(0xFF), key = lanes_of(read32(xxh3_secret) ^ read32(xxh3_secret + 4));
    lanes_t first = _mm512_slli_epi64(_mm512_and_si512(head, byte), 16);
    lanes_t place = _mm512_slli_epi64(lanes_right(lengths, 1), 3);
    lanes_t middle = _mm512_slli_epi64(_mm512_and_si512(_mm512_srlv_epi64(head, place), byte), 24);
    lanes_t last = _mm512_or_si512(lanes_right(tail, 56), _mm512_slli_epi64(lengths, 8));
    lanes_t h = lanes_xor(_mm512_or_si512(_mm512_or_si512(first, middle), last), key);
    h = lanes_multiply(lanes_xor(h, lanes_right(h, 33)), PRIME64_2);
    h = lanes_multiply(lanes_xor(h, lanes_right(h, 29)), PRIME64_3);
    return lanes_xor(h, lanes_right(h, 32));
}

TARGET static inline lanes_t upto_8_lanes(lanes_t head, lanes_t tail, lanes_t lengths) {
    const lanes_t key = lanes_of(read64(xxh3_secret + 8) ^ read64(xxh3_secret + 16));
    lanes_t h = lanes_xor(lanes_add(lanes_right(tail, 32), _mm512_slli_epi64(head, 32)), key);
    h = lanes_xor(h, lanes_xor(lanes_rotate(h, 49), lanes_rotate(h, 24)));
    h = lanes_multiply(h, PRIME_MX2);
    h = lanes_multiply(lanes_xor(h, lanes_add(lanes_right(h, 35), lengths)), PRIME_MX2);
    return lanes_xor(h, lanes_right(h, 28));
}

TARGET static inline lanes_t upto_16_lanes(lanes_t head, lanes_t tail, lanes_t lengths) {
    const lanes_t backwards = _mm512_broadcast_i32x4(_mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
    lanes_t low = lanes_xor(head, lanes_of(read64(xxh3_secret + 24) ^ read64(xxh3_secret + 32)));
    lanes_t high = lanes_xor(tail, lanes_of(read64(xxh3_secret + 40) ^ read64(xxh3_secret + 48)));
    lanes_t h = lanes_add(lanes_add(lengths, _mm512_shuffle_epi8(low, backwards)), lanes_add(high, fold_products(low, high)));
    h = lanes_multiply(lanes_xor(h, lanes_right(h, 37)), PRIME_MX1);
    return lanes_xor(h, lanes_right(h, 32));
}

/* Eight tokens by all three formulas, of which each takes one; the rare longer ones again. */
TARGET static void hash_tokens(const uint8_t *bytes, const size_t *edges, size_t count, uint64_t *hashes) {
    size_t i = 0;
    for (; i + SIDES <= count; i += SIDES) {
        lanes_t head = load_word(bytes + 1, edges + i), tail = load_word(bytes - 8, edges + i + 1);
        lanes_t lengths = lanes_lengths(edges + i, edges + i + 1);
        lanes_t made = upto_3_lanes(head, tail, lengths);
        __mmask8 beyond_3 = _mm512_cmpgt_epi64_mask(lengths, lanes_of(3)), beyond_8 = _mm512_cmpgt_epi64_mask(lengths, lanes_of(8));
        made = _mm512_mask_mov_epi64(made, beyond_3, upto_8_lanes(head, tail, lengths));
        made = _mm512_mask_mov_epi64(made, beyond_8, upto_16_lanes(head, tail, lengths));
        lanes_store(hashes + i, made);
        unsigned longer = _mm512_cmpgt_epi64_mask(lengths, lanes_of(16));
        for (; longer; longer &= longer - 1) {
            size_t place = i + trailing_zeros(longer);
            hashes[place] = xxh3_64(bytes + edges[place] + 1, edges[place + 1] - edges[place] - 1);
        }
    }
    xxh3_64_tokens(bytes, edges + i, count - i, hashes + i);
}

/* ---- slots ---- */

enum { WIDTH = 16, VECTORS = 8 };

/* Some vectors of slots; how many is known when it is compiled. With 8 of them, 24 of the 32 registers hold their factors,
 * offsets and minima. */
TARGET TWICE static inline void lower(const uint32_t *x, size_t count, const slots_t *slots, size_t first, const unsigned vectors) {
    __m512i factor[VECTORS], offset[VECTORS], least[VECTORS];
    for (unsigned v = 0; v < vectors; v++) {
        factor[v] = _mm512_loadu_si512(slots->a + first + v * WIDTH);
        offset[v] = _mm512_loadu_si512(slots->b + first + v * WIDTH);
        least[v] = _mm512_loadu_si512(slots->smallest + first + v * WIDTH);
    }
    for (size_t i = 0; i < count; i++) {
        __m512i value = _mm512_set1_epi32((int)x[i]);
        for (unsigned v = 0; v < vectors; v++) {
            least[v] = _mm512_min_epu32(least[v], _mm512_add_epi32(_mm512_mullo_epi32(value, factor[v]), offset[v]));
        }
    }
    for (unsigned v = 0; v < vectors; v++) _mm512_storeu_si512(slots->smallest + first + v * WIDTH, least[v]);
}

TARGET static void permute(const uint64_t *hashes, size_t count, const slots_t *slots) {
    uint32_t x[CHUNK];
    size_t first = 0, left;
    mix(hashes, count, x);
    for (; (left = (slots->count - first) / WIDTH) >= VECTORS; first += VECTORS * WIDTH) lower(x, count, slots, first, VECTORS);
    switch (left) {
        case 7: lower(x, count, slots, first, 7); break;
        case 6: lower(x, count, slots, first, 6); break;
        case 5: lower(x, count, slots, first, 5); break;
        case 4: lower(x, count, slots, first, 4); break;
        case 3: lower(x, count, slots, first, 3); break;
        case 2: lower(x, count, slots, first, 2); break;
        case 1: lower(x, count, slots, first, 1); break;
    }
    permute_avx2(x, count, slots, first + left * WIDTH);
}

TARGET static void accumulate(uint64_t *lanes, const uint8_t *stripes, const uint8_t *secret, size_t count) {
    __m512i sums = _mm512_loadu_si512(lanes);
    for (size_t stripe = 0; stripe < count; stripe++) {
        __m512i value = _mm512_loadu_si512(stripes + XXH3_STRIPE * stripe);
        __m512i keyed = _mm512_xor_si512(value, _mm512_loadu_si512(secret + 8 * stripe));
        __m512i product = _mm512_mul_epu32(keyed, _mm512_srli_epi64(keyed, 32));
        sums = _mm512_add_epi64(sums, _mm512_add_epi64(product, _mm512_shuffle_epi32(value, _MM_PERM_BADC)));
    }
    _mm512_storeu_si512(lanes, sums);
}

const isa_t isa_avx512 = {"avx512", read_quick, read_quick_utf8, NULL, hash_spans, hash_tokens, winnow, permute, accumulate, mark_avx512, overlap_avx512,
                          mark_bytes_avx512, hash_grams_avx512};

#endif
