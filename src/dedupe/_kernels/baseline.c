/* What is written for each instruction set, for any processor. */
#include "kernels.h"

#include <string.h>

#define TARGET

static inline void classify(const uint32_t *text, block_t *block) {
    uint64_t words = 0, quick = 0;
    for (unsigned i = 0; i < BLOCK; i++) {
        uint32_t code = text[i], lower = code | 0x20;
        bool letter = lower - 'a' < 26, word = letter || code - '0' < 10;
        block->bytes[i] = (uint8_t)(letter ? lower : word ? code : ' ');
        words |= (uint64_t)word << i;
        quick |= (uint64_t)is_quick(code) << i;
    }
    block->words = words;
    block->quick = quick;
}

#define COMPACT_RUNS 1
#include "loops.h"

void permute_baseline(const uint32_t *x, size_t count, const slots_t *slots, size_t first) {
    for (size_t k = first; k < slots->count; k++) {
        uint32_t factor = slots->a[k], offset = slots->b[k], least = slots->smallest[k];
        for (size_t i = 0; i < count; i++) {
            uint32_t value = factor * x[i] + offset;
            least = value < least ? value : least;
        }
        slots->smallest[k] = least;
    }
}

static void permute(const uint64_t *hashes, size_t count, const slots_t *slots) {
    uint32_t x[CHUNK];
    mix(hashes, count, x);
    permute_baseline(x, count, slots, 0);
}

static void hash_spans(const spans_t *spans) {
    for (size_t i = 0; i < spans->count; i++) hash_span(spans, i);
}

static void accumulate(uint64_t *lanes, const uint8_t *stripes, const uint8_t *secret, size_t count) {
    for (size_t stripe = 0; stripe < count; stripe++) {
        for (size_t i = 0; i < XXH3_LANES; i++) {
            uint64_t value = read64(stripes + XXH3_STRIPE * stripe + 8 * i);
            uint64_t keyed = value ^ read64(secret + 8 * stripe + 8 * i);
            lanes[i ^ 1] += value;
            lanes[i] += (keyed & 0xFFFFFFFFU) * (keyed >> 32);
        }
    }
}

const isa_t isa_baseline = {"baseline", read_quick, hash_spans, xxh3_64_tokens, winnow, permute, accumulate, mark_baseline, overlap_baseline};
