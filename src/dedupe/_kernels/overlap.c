/* Four more loops worth writing for each instruction set, with the same bits as answer: which code points, or bytes,
 * are digits and separators, how many tokens two texts have in common at most, and where grams are looked for.
 */
#include "kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_X86 1
#include <immintrin.h>
#endif

/* ---- baseline: any processor ---- */

static inline bool is_separator(uint32_t code) {
    switch (code) {
    case '\n': case ',': case ':': case ';': case '|': case '/':
    case 0xB7: case 0x2022: case 0x3001: case 0xFF0C: case 0xFF1A: case 0xFF1B:
        return true;
    default:
        return false;
    }
}

void mark_baseline(const uint32_t *text, uint64_t *digits, uint64_t *separators) {
    uint64_t digit = 0, separator = 0;
    for (unsigned i = 0; i < BLOCK; i++) {
        digit |= (uint64_t)(text[i] - '0' < 10U) << i;
        separator |= (uint64_t)is_separator(text[i]) << i;
    }
    *digits = digit;
    *separators = separator;
}

void mark_bytes_baseline(const uint8_t *bytes, size_t blocks, ascii_t *found) {
    for (; blocks; blocks--, bytes += BLOCK, found++) {
        *found = (ascii_t){0};
        for (unsigned i = 0; i < BLOCK; i++) {
            found->digits |= (uint64_t)((uint32_t)bytes[i] - '0' < 10U) << i;
            found->separators |= (uint64_t)(bytes[i] < 0x80 && is_separator(bytes[i])) << i;
            found->wide |= (uint64_t)(bytes[i] >> 7) << i;
            found->trailing |= (uint64_t)((bytes[i] & 0xC0) == 0x80) << i;
        }
    }
}

uint32_t overlap_baseline(const uint8_t *x, const uint8_t *y, size_t count) {
    uint32_t common = 0;
    for (size_t i = 0; i < count; i++) common += x[i] < y[i] ? x[i] : y[i];
    return common;
}

void hash_grams_baseline(const uint64_t *tokens, size_t count, const uint64_t *secret, uint32_t *hashes) {
    uint64_t key = secret[0], multiplier = secret[1] | 1;
    for (size_t i = 0; i < count; i++) hashes[i] = (uint32_t)((gram_at(tokens + i) ^ key) * multiplier >> 32);
}

#if defined(HAVE_X86)

/* Separators beyond U+00FF, in a block that holds such code points. */
static uint64_t wide_separators(const uint32_t *text) {
    uint64_t separators = 0;
    for (unsigned i = 0; i < BLOCK; i++) separators |= (uint64_t)(text[i] > 0xFF && is_separator(text[i])) << i;
    return separators;
}

/* ---- AVX2 ---- */

__attribute__((target("avx2"))) static inline __m256i equal_avx2(__m256i bytes, char to) {
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(to));
}

__attribute__((target("avx2"))) void mark_avx2(const uint32_t *text, uint64_t *digits, uint64_t *separators) {
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7), largest = _mm256_set1_epi32(0xFF);
    uint64_t digit = 0, separator = 0;
    __m256i wide = _mm256_setzero_si256();
    for (unsigned half = 0; half < 2; half++) {
        __m256i codes[4];
        for (unsigned i = 0; i < 4; i++) {
            codes[i] = _mm256_loadu_si256((const __m256i *)(const void *)(text + half * 32 + i * 8));
            wide = _mm256_or_si256(wide, codes[i]);
            codes[i] = _mm256_min_epu32(codes[i], largest); /* U+00FF is neither */
        }
        __m256i packed = _mm256_packus_epi16(_mm256_packus_epi32(codes[0], codes[1]), _mm256_packus_epi32(codes[2], codes[3]));
        __m256i bytes = _mm256_permutevar8x32_epi32(packed, order), place = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
        __m256i found = _mm256_or_si256(equal_avx2(bytes, '\n'), equal_avx2(bytes, (char)0xB7));
        for (const char *each = ",:;|/"; *each; each++) found = _mm256_or_si256(found, equal_avx2(bytes, *each));
        __m256i within = _mm256_cmpeq_epi8(_mm256_min_epu8(place, _mm256_set1_epi8(9)), place);
        digit |= (uint64_t)(uint32_t)_mm256_movemask_epi8(within) << (half * 32);
        separator |= (uint64_t)(uint32_t)_mm256_movemask_epi8(found) << (half * 32);
    }
    if (!_mm256_testz_si256(wide, _mm256_set1_epi32(~0xFF))) separator |= wide_separators(text);
    *digits = digit;
    *separators = separator;
}

__attribute__((target("avx2"))) static inline void mark_block_avx2(const uint8_t *bytes, ascii_t *found) {
    *found = (ascii_t){0};
    for (unsigned half = 0; half < 2; half++) {
        __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + half * 32));
        __m256i place = _mm256_sub_epi8(block, _mm256_set1_epi8('0')), separator = equal_avx2(block, '\n');
        for (const char *each = ",:;|/"; *each; each++) separator = _mm256_or_si256(separator, equal_avx2(block, *each));
        __m256i digit = _mm256_cmpeq_epi8(_mm256_min_epu8(place, _mm256_set1_epi8(9)), place);
        found->digits |= (uint64_t)(uint32_t)_mm256_movemask_epi8(digit) << (half * 32);
        found->separators |= (uint64_t)(uint32_t)_mm256_movemask_epi8(separator) << (half * 32);
        __m256i trailing = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)0xC0), block);
        found->wide |= (uint64_t)(uint32_t)_mm256_movemask_epi8(block) << (half * 32);
        found->trailing |= (uint64_t)(uint32_t)_mm256_movemask_epi8(trailing) << (half * 32);
    }
}

__attribute__((target("avx2"))) void mark_bytes_avx2(const uint8_t *bytes, size_t blocks, ascii_t *found) {
    for (; blocks; blocks--, bytes += BLOCK, found++) mark_block_avx2(bytes, found);
}

__attribute__((target("avx2"))) uint32_t overlap_avx2(const uint8_t *x, const uint8_t *y, size_t count) {
    enum { AT_ONCE = 32, SUMS = 4 };
    __m256i sum = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + AT_ONCE <= count; i += AT_ONCE) {
        __m256i left = _mm256_loadu_si256((const __m256i *)(const void *)(x + i));
        __m256i right = _mm256_loadu_si256((const __m256i *)(const void *)(y + i));
        sum = _mm256_add_epi64(sum, _mm256_sad_epu8(_mm256_min_epu8(left, right), _mm256_setzero_si256()));
    }
    uint64_t sums[SUMS];
    _mm256_storeu_si256((__m256i *)(void *)sums, sum);
    return (uint32_t)(sums[0] + sums[1] + sums[2] + sums[3]) + overlap_baseline(x + i, y + i, count - i);
}

/* ---- AVX-512 ---- */

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

AVX512 void mark_avx512(const uint32_t *text, uint64_t *digits, uint64_t *separators) {
    static const uint32_t beyond[] = {0x2022, 0x3001, 0xFF0C, 0xFF1A, 0xFF1B};
    __m512i codes[4], bytes = _mm512_setzero_si512();
    for (unsigned quarter = 0; quarter < 4; quarter++) codes[quarter] = _mm512_loadu_si512(text + quarter * 16);
    bytes = _mm512_castsi128_si512(_mm512_cvtusepi32_epi8(codes[0])); /* U+00FF, the largest, is neither */
    bytes = _mm512_inserti32x4(bytes, _mm512_cvtusepi32_epi8(codes[1]), 1);
    bytes = _mm512_inserti32x4(bytes, _mm512_cvtusepi32_epi8(codes[2]), 2);
    bytes = _mm512_inserti32x4(bytes, _mm512_cvtusepi32_epi8(codes[3]), 3);
    uint64_t separator = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)0xB7));
    for (const char *each = "\n,:;|/"; *each; each++) separator |= _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(*each));
    *digits = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8('0')), _mm512_set1_epi8(10));
    if (_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8((char)0xFF))) {
        for (unsigned quarter = 0; quarter < 4; quarter++) {
            uint64_t found = 0;
            for (unsigned i = 0; i < sizeof beyond / sizeof *beyond; i++) {
                found |= _mm512_cmpeq_epi32_mask(codes[quarter], _mm512_set1_epi32((int)beyond[i]));
            }
            separator |= found << (quarter * 16);
        }
    }
    *separators = separator;
}

/* What each ASCII character is: 1 a digit, 2 a separator. */
static const uint8_t MARKS[128] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1,
    ['\n'] = 2, [','] = 2, [':'] = 2, [';'] = 2, ['|'] = 2, ['/'] = 2,
};

__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi"))) void mark_bytes_avx512(const uint8_t *bytes, size_t blocks, ascii_t *found) {
    const __m512i lower = _mm512_loadu_si512(MARKS), upper = _mm512_loadu_si512(MARKS + BLOCK);
    for (; blocks; blocks--, bytes += BLOCK, found++) {
        __m512i block = _mm512_loadu_si512(bytes), marks = _mm512_permutex2var_epi8(lower, block, upper);
        uint64_t wide = _mm512_movepi8_mask(block); /* which the permutation takes for ASCII */
        found->digits = _mm512_test_epi8_mask(marks, _mm512_set1_epi8(1)) & ~wide;
        found->separators = _mm512_test_epi8_mask(marks, _mm512_set1_epi8(2)) & ~wide;
        found->wide = wide;
        found->trailing = _mm512_cmplt_epi8_mask(block, _mm512_set1_epi8((char)0xC0));
    }
}

AVX512 uint32_t overlap_avx512(const uint8_t *x, const uint8_t *y, size_t count) {
    enum { AT_ONCE = 64 };
    __m512i sum = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + AT_ONCE <= count; i += AT_ONCE) {
        __m512i smaller = _mm512_min_epu8(_mm512_loadu_si512(x + i), _mm512_loadu_si512(y + i));
        sum = _mm512_add_epi64(sum, _mm512_sad_epu8(smaller, _mm512_setzero_si512()));
    }
    return (uint32_t)_mm512_reduce_add_epi64(sum) + overlap_baseline(x + i, y + i, count - i);
}

AVX512 void hash_grams_avx512(const uint64_t *tokens, size_t count, const uint64_t *secret, uint32_t *hashes) {
    enum { AT_ONCE = 8 };
    const __m512i step = _mm512_set1_epi64((int64_t)GRAM_MULTIPLIER);
    const __m512i key = _mm512_set1_epi64((int64_t)secret[0]), multiplier = _mm512_set1_epi64((int64_t)(secret[1] | 1));
    size_t i = 0;
    for (; i + AT_ONCE <= count; i += AT_ONCE) {
        __m512i gram = _mm512_loadu_si512(tokens + i);
        gram = _mm512_add_epi64(_mm512_mullo_epi64(gram, step), _mm512_loadu_si512(tokens + i + 1));
        gram = _mm512_add_epi64(_mm512_mullo_epi64(gram, step), _mm512_loadu_si512(tokens + i + 2));
        gram = _mm512_srli_epi64(_mm512_mullo_epi64(_mm512_xor_si512(gram, key), multiplier), 32);
        _mm256_storeu_si256((__m256i *)(void *)(hashes + i), _mm512_cvtepi64_epi32(gram));
    }
    hash_grams_baseline(tokens + i, count - i, secret, hashes + i);
}

#endif
