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

static inline void classify_utf8(const uint8_t *text, block_t *block) {
    uint64_t words = 0, ascii = 0, leads = 0, seconds = 0, thirds = 0;
    for (unsigned i = 0; i < BLOCK; i++) {
        unsigned byte = text[i], lower = byte | 0x20;
        bool letter = lower - 'a' < 26, word = letter || byte - '0' < 10;
        block->bytes[i] = (uint8_t)(letter ? lower : word ? byte : ' ');
        words |= (uint64_t)word << i;
        ascii |= (uint64_t)(byte < 0x80) << i;
    }
    for (uint64_t others = ~ascii; others; others &= others - 1) {
        unsigned i = trailing_zeros(others);
        leads |= (uint64_t)(text[i] == 0xE2) << i;
        seconds |= (uint64_t)(text[i] == 0x80) << i;
        thirds |= (uint64_t)(text[i] - 0x90U < 0x18) << i;
    }
    block->words = words;
    mark_quick(block, ascii, leads, seconds, thirds);
}

/* Appends the bytes to keep and their edges; returns how many bytes. Most blocks are kept but for a few characters, so
 * what is kept is a few runs. */
static inline size_t compact(const block_t *block, uint64_t keep, uint64_t seps, tokens_t *tokens) {
    uint8_t *to = tokens->joined + tokens->joined_length;
    size_t *edges = tokens->edges + tokens->count, length = tokens->joined_length;
    uint64_t kept_seps = 0;
    size_t kept = 0;
    while (keep) {
        unsigned first = trailing_zeros(keep);
        uint64_t rest = ~(keep >> first);
        unsigned count = rest ? trailing_zeros(rest) : BLOCK;
        memcpy(to + kept, block->bytes + first, BLOCK); /* both sides have the room */
        uint64_t later = first + count < BLOCK ? ~0ULL << (first + count) : 0;
        kept_seps |= (seps & ~later) >> first << kept;
        kept += count;
        keep &= later;
        seps &= later;
    }
    for (; kept_seps; kept_seps &= kept_seps - 1) *++edges = length + trailing_zeros(kept_seps);
    tokens->count = (size_t)(edges - tokens->edges);
    return kept;
}

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

const isa_t isa_baseline = {"baseline", read_quick, read_quick_utf8, NULL, hash_spans, xxh3_64_tokens, winnow, permute, accumulate, mark_baseline, overlap_baseline,
                            mark_bytes_baseline, hash_grams_baseline};
