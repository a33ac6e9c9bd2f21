/* The two loops worth writing for each instruction set: classifying characters and taking the least of permuted hashes.
 *
 * The choice is made once, at run time, so one build serves every processor; `isa_choose` forces one for tests.
 */
#include "kernels.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_X86 1
#include <immintrin.h>
#endif

/* ---- baseline: any processor ---- */

static void classify_baseline(const uint32_t *text, block_t *block) {
    uint64_t words = 0, quick = 0;
    for (unsigned i = 0; i < BLOCK; i++) {
        uint32_t code = text[i], lower = code | 0x20;
        bool upper = code - 'A' < 26;
        bool word = code - '0' < 10 || lower - 'a' < 26;
        block->bytes[i] = (uint8_t)(upper ? lower : code);
        words |= (uint64_t)word << i;
        quick |= (uint64_t)is_quick(code) << i;
    }
    block->words = words;
    block->quick = quick;
}

static void permute_baseline(const uint32_t *x, size_t count, const uint32_t *a, const uint32_t *b, size_t slots,
                             uint32_t *smallest) {
    for (size_t k = 0; k < slots; k++) {
        uint32_t factor = a[k], offset = b[k], least = smallest[k];
        for (size_t i = 0; i < count; i++) {
            uint32_t value = factor * x[i] + offset;
            least = value < least ? value : least;
        }
        smallest[k] = least;
    }
}

#if defined(HAVE_X86)

/* ---- AVX2 ---- */

/* Packs four vectors of 8 codes into 32 bytes in order; codes beyond ASCII must have been replaced before. */
__attribute__((target("avx2"))) static inline __m256i pack_avx2(__m256i v0, __m256i v1, __m256i v2, __m256i v3) {
    __m256i packed = _mm256_packus_epi16(_mm256_packus_epi32(v0, v1), _mm256_packus_epi32(v2, v3));
    return _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/* 0x00..0x7F as they are, typographic punctuation as 0x01, anything else as 0x80. */
__attribute__((target("avx2"))) static inline __m256i reduce_avx2(__m256i codes) {
    __m256i ascii = _mm256_cmpeq_epi32(_mm256_srli_epi32(codes, 7), _mm256_setzero_si256());
    __m256i place = _mm256_sub_epi32(codes, _mm256_set1_epi32(0x2010));
    __m256i typographic = _mm256_cmpeq_epi32(_mm256_min_epu32(place, _mm256_set1_epi32(0x17)), place);
    __m256i other = _mm256_blendv_epi8(_mm256_set1_epi32(0x80), _mm256_set1_epi32(1), typographic);
    return _mm256_blendv_epi8(other, codes, ascii);
}

__attribute__((target("avx2"))) static inline __m256i within_avx2(__m256i bytes, char low, char count) {
    __m256i place = _mm256_sub_epi8(bytes, _mm256_set1_epi8(low));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(place, _mm256_set1_epi8((char)(count - 1))), place);
}

__attribute__((target("avx2"))) static void classify_avx2(const uint32_t *text, block_t *block) {
    uint64_t words = 0, quick = 0;
    for (unsigned half = 0; half < 2; half++) {
        const __m256i *from = (const __m256i *)(const void *)(text + half * 32);
        __m256i bytes = pack_avx2(reduce_avx2(_mm256_loadu_si256(from)), reduce_avx2(_mm256_loadu_si256(from + 1)),
                                  reduce_avx2(_mm256_loadu_si256(from + 2)), reduce_avx2(_mm256_loadu_si256(from + 3)));
        __m256i upper = within_avx2(bytes, 'A', 26);
        __m256i lower = _mm256_or_si256(bytes, _mm256_and_si256(upper, _mm256_set1_epi8(0x20)));
        __m256i word = _mm256_or_si256(within_avx2(lower, 'a', 26), within_avx2(bytes, '0', 10));
        _mm256_storeu_si256((__m256i *)(void *)(block->bytes + half * 32), lower);
        words |= (uint64_t)(uint32_t)_mm256_movemask_epi8(word) << (half * 32);
        quick |= (uint64_t)(uint32_t)~_mm256_movemask_epi8(bytes) << (half * 32);
    }
    block->words = words;
    block->quick = quick;
}

/* 32 slots at a time: their factors, offsets and minima stay in registers. */
__attribute__((target("avx2"))) static void permute_avx2(const uint32_t *x, size_t count, const uint32_t *a, const uint32_t *b,
                                                         size_t slots, uint32_t *smallest) {
    enum { LANES = 8, VECTORS = 4, STEP = LANES * VECTORS };
    size_t k = 0;
    for (; k + STEP <= slots; k += STEP) {
        __m256i factor[VECTORS], offset[VECTORS], least[VECTORS];
        for (unsigned v = 0; v < VECTORS; v++) {
            factor[v] = _mm256_loadu_si256((const __m256i *)(const void *)(a + k + v * LANES));
            offset[v] = _mm256_loadu_si256((const __m256i *)(const void *)(b + k + v * LANES));
            least[v] = _mm256_loadu_si256((const __m256i *)(const void *)(smallest + k + v * LANES));
        }
        for (size_t i = 0; i < count; i++) {
            __m256i value = _mm256_set1_epi32((int)x[i]);
            for (unsigned v = 0; v < VECTORS; v++) {
                least[v] = _mm256_min_epu32(least[v], _mm256_add_epi32(_mm256_mullo_epi32(value, factor[v]), offset[v]));
            }
        }
        for (unsigned v = 0; v < VECTORS; v++) {
            _mm256_storeu_si256((__m256i *)(void *)(smallest + k + v * LANES), least[v]);
        }
    }
    permute_baseline(x, count, a + k, b + k, slots - k, smallest + k);
}

/* ---- AVX-512 ---- */

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

AVX512 static void classify_avx512(const uint32_t *text, block_t *block) {
    uint64_t quick = 0;
    for (unsigned quarter = 0; quarter < 4; quarter++) {
        __m512i codes = _mm512_loadu_si512(text + quarter * 16);
        __mmask16 ascii = _mm512_cmplt_epu32_mask(codes, _mm512_set1_epi32(0x80));
        __mmask16 typographic = _mm512_cmplt_epu32_mask(_mm512_sub_epi32(codes, _mm512_set1_epi32(0x2010)), _mm512_set1_epi32(0x18));
        __m128i bytes = _mm512_cvtepi32_epi8(_mm512_maskz_mov_epi32(ascii, codes));
        _mm_storeu_si128((__m128i *)(void *)(block->bytes + quarter * 16), bytes);
        quick |= (uint64_t)(uint16_t)(ascii | typographic) << (quarter * 16);
    }
    __m512i bytes = _mm512_loadu_si512(block->bytes);
    __mmask64 upper = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8('A')), _mm512_set1_epi8(26));
    __m512i lower = _mm512_mask_add_epi8(bytes, upper, bytes, _mm512_set1_epi8(0x20));
    __mmask64 letter = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(lower, _mm512_set1_epi8('a')), _mm512_set1_epi8(26));
    __mmask64 digit = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8('0')), _mm512_set1_epi8(10));
    _mm512_storeu_si512(block->bytes, lower);
    block->words = letter | digit;
    block->quick = quick;
}

/* 128 slots at a time: 24 of the 32 registers hold their factors, offsets and minima. */
AVX512 static void permute_avx512(const uint32_t *x, size_t count, const uint32_t *a, const uint32_t *b, size_t slots,
                                  uint32_t *smallest) {
    enum { LANES = 16, VECTORS = 8, STEP = LANES * VECTORS };
    size_t k = 0;
    for (; k + STEP <= slots; k += STEP) {
        __m512i factor[VECTORS], offset[VECTORS], least[VECTORS];
        for (unsigned v = 0; v < VECTORS; v++) {
            factor[v] = _mm512_loadu_si512(a + k + v * LANES);
            offset[v] = _mm512_loadu_si512(b + k + v * LANES);
            least[v] = _mm512_loadu_si512(smallest + k + v * LANES);
        }
        for (size_t i = 0; i < count; i++) {
            __m512i value = _mm512_set1_epi32((int)x[i]);
            for (unsigned v = 0; v < VECTORS; v++) {
                least[v] = _mm512_min_epu32(least[v], _mm512_add_epi32(_mm512_mullo_epi32(value, factor[v]), offset[v]));
            }
        }
        for (unsigned v = 0; v < VECTORS; v++) _mm512_storeu_si512(smallest + k + v * LANES, least[v]);
    }
    permute_avx2(x, count, a + k, b + k, slots - k, smallest + k);
}

#endif

/* ---- the choice ---- */

static const isa_t BASELINE = {"baseline", classify_baseline, permute_baseline, mark_baseline, overlap_baseline};
#if defined(HAVE_X86)
static const isa_t AVX2 = {"avx2", classify_avx2, permute_avx2, mark_avx2, overlap_avx2};
static const isa_t AVX512_ISA = {"avx512", classify_avx512, permute_avx512, mark_avx512, overlap_avx512};
#endif

static _Atomic(const isa_t *) chosen;

const isa_t *isa_available(size_t place) {
    const isa_t *have[ISA_COUNT + 1] = {0};
    size_t count = 0;
#if defined(HAVE_X86)
    bool avx2 = __builtin_cpu_supports("avx2");
    bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (avx2 && avx512) have[count++] = &AVX512_ISA;
    if (avx2) have[count++] = &AVX2;
#endif
    have[count++] = &BASELINE;
    return place < count ? have[place] : NULL;
}

const isa_t *isa_current(void) {
    const isa_t *isa = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!isa) {
        isa = isa_available(0);
        atomic_store_explicit(&chosen, isa, memory_order_relaxed);
    }
    return isa;
}

bool isa_choose(const char *name) {
    for (size_t place = 0; place < ISA_COUNT; place++) {
        const isa_t *isa = isa_available(place);
        if (isa && strcmp(isa->name, name) == 0) {
            atomic_store_explicit(&chosen, isa, memory_order_relaxed);
            return true;
        }
    }
    return false;
}
