/* The loops over every character and every shingle, compiled once for each instruction set.
 *
 * `baseline.c`, `avx2.c` and `avx512.c` say what TARGET is, and write `classify`, and `compact` or that runs are good
 * enough, before they include this: calls within the loops, a block or a shingle each, would cost as much as the work.
 */
#ifndef TARGET
#error "included by the files of the instruction sets only"
#endif

#include "xxh3.h"

static inline unsigned trailing_zeros(uint64_t bits) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned count = 0;
    for (; !(bits & 1); bits >>= 1) count++;
    return count;
#endif
}

#ifdef COMPACT_RUNS
/* Appends the bytes to keep and their edges; returns how many bytes. Most blocks are kept but for a few characters, so
 * what is kept is a few runs. */
TARGET static inline size_t compact(const block_t *block, uint64_t keep, uint64_t seps, tokens_t *tokens) {
    uint8_t *to = tokens->joined + tokens->joined_length;
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
    for (; kept_seps; kept_seps &= kept_seps - 1) {
        tokens->edges[++tokens->count] = tokens->joined_length + trailing_zeros(kept_seps);
    }
    return kept;
}
#endif

/* Where the tokens of a block start and end in the text, for those who ask. */
TARGET static inline void note_places(reader_t *reader, uint64_t starts, uint64_t seps, size_t position, size_t first) {
    tokens_t *tokens = reader->tokens;
    size_t start = first + (reader->open != CLOSED), end = first;
    for (; starts; starts &= starts - 1) tokens->starts[start++] = (uint32_t)(position + trailing_zeros(starts));
    for (; seps; seps &= seps - 1) {
        unsigned place = trailing_zeros(seps);
        if (place) tokens->ends[end] = (uint32_t)(position + place); /* else the token ended before this block */
        end++;
    }
}

/* The tokens of one block whose first `usable` characters count. Of every run of separators only the first is kept,
 * and none before the first token: it becomes the space behind a token. */
TARGET static inline void take_block(reader_t *reader, const block_t *block, unsigned usable, size_t position) {
    tokens_t *tokens = reader->tokens;
    uint64_t within = usable < BLOCK ? (1ULL << usable) - 1 : ~0ULL;
    uint64_t words = block->words & within;
    uint64_t before = words << 1 | (reader->open != CLOSED);
    uint64_t seps = before & ~words & within;
    size_t first = tokens->count;
    size_t kept = compact(block, words | seps, seps, tokens);
    if (tokens->places) note_places(reader, words & ~before, seps, position, first);
    tokens->joined_length += kept;
    reader->open = words >> (usable - 1) & 1 ? OPEN_WORD : CLOSED;
    if (reader->open && tokens->places) tokens->ends[tokens->count] = (uint32_t)(position + usable);
}

TARGET static bool read_quick(reader_t *reader) {
    reader->marks = reader->folded_marks = 0;
    if (reader->open == OPEN_ALONE) tokens_close(reader);
    while (reader->position < reader->length) {
        size_t position = reader->position;
        size_t left = reader->length - position;
        block_t block;
        if (left >= BLOCK) {
            classify(reader->text + position, &block);
        } else {
            uint32_t padded[BLOCK] = {0};
            memcpy(padded, reader->text + position, left * sizeof *padded);
            classify(padded, &block);
        }
        unsigned valid = left < BLOCK ? (unsigned)left : BLOCK;
        unsigned usable = ~block.quick ? trailing_zeros(~block.quick) : BLOCK;
        if (usable > valid) usable = valid;
        bool stop = usable < valid;
        /* Hold back the last one unless a quick one, or nothing, follows. */
        if (usable && position + usable < reader->length && !is_quick(reader->text[position + usable])) usable--;
        if (!usable) break;
        if (!tokens_reserve(reader->tokens)) return false;
        take_block(reader, &block, usable, position);
        reader->position += usable;
        if (stop) break;
    }
    return true;
}

TARGET static inline bool all_usual(const spans_t *shingles) {
    uint64_t unusual = 0; /* added up rather than asked for one by one, so that the compiler can use vectors */
    for (size_t i = 0; i < shingles->count; i++) {
        unusual += !xxh3_is_usual(shingles->edges[i + shingles->size] - shingles->edges[i] - 1);
    }
    return !unusual;
}

/* Hashes shingle `i` as if it had 17 to 64 bytes. */
TARGET static inline void hash_shingle(const spans_t *shingles, size_t i) {
    size_t start = shingles->edges[i] + 1, length = shingles->edges[i + shingles->size] - start;
    shingles->hashes[i] = xxh3_from_17_upto_64(shingles->bytes + start, length);
}

/* MurmurHash3's finaliser of 32 bits over the lower half of each hash. */
TARGET static inline void mix(const uint64_t *hashes, size_t count, uint32_t *mixed) {
    for (size_t i = 0; i < count; i++) {
        uint32_t x = (uint32_t)hashes[i];
        x ^= x >> 16;
        x *= 0x85EBCA6BU;
        x ^= x >> 13;
        x *= 0xC2B2AE35U;
        mixed[i] = x ^ (x >> 16);
    }
}
