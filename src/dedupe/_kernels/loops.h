/* The loops over every character and every shingle, compiled once for each instruction set.
 *
 * `baseline.c`, `avx2.c` and `avx512.c` say what TARGET is, and write `classify`,
 * `classify_utf8` and `compact`, before they include this:
 * calls within the loops, a block or a shingle each, would cost as much as the work.
 */
#ifndef TARGET
#error "included by the files of the instruction sets only"
#endif

#include "xxh3.h"

/* For what is compiled twice, each time with one argument known. */
#if defined(__GNUC__)
#define TWICE __attribute__((always_inline))
#else
#define TWICE
#endif

#ifndef HAS_STORE_PLACES
/* Writes the places of the bits of a block that begins there. */
static inline void store_places(uint32_t *to, uint64_t bits, size_t position) {
    for (; bits; bits &= bits - 1) *to++ = (uint32_t)(position + trailing_zeros(bits));
}

/* The bits of a block without those of bytes that begin no code point. */
static inline uint64_t begun_only(uint64_t bits, uint64_t trailing) {
    uint64_t kept = 0;
    for (; bits; bits &= bits - 1) {
        unsigned place = trailing_zeros(bits);
        kept |= 1ULL << (place - count_ones(trailing & ((1ULL << place) - 1)));
    }
    return kept;
}
#endif

/* Where the tokens of a block, which begins at that code point, start and end in the text, for those who ask. */
TARGET static inline void note_places(reader_t *reader, const block_t *block, uint64_t starts, uint64_t seps, size_t position,
                                      size_t first) {
    tokens_t *tokens = reader->tokens;
    uint32_t end = tokens->ends[first];
    if (block->trailing) {
        starts = begun_only(starts, block->trailing);
        seps = begun_only(seps, block->trailing);
    }
    store_places(tokens->starts + first + (reader->open != CLOSED), starts, position);
    store_places(tokens->ends + first, seps, position);
    if (seps & 1) tokens->ends[first] = end; /* the token ended before this block */
}

/* The tokens of one block of which the first `usable` units count. Of every run of separators only the first is kept,
 * and none before the first token: it becomes the space behind a token. */
TARGET static inline void take_block(reader_t *reader, const block_t *block, unsigned usable) {
    tokens_t *tokens = reader->tokens;
    uint64_t within = usable < BLOCK ? (1ULL << usable) - 1 : ~0ULL;
    uint64_t words = block->words & within;
    uint64_t before = words << 1 | (reader->open != CLOSED);
    uint64_t seps = before & ~words & within;
    size_t first = tokens->count, position = reader->position - reader->trailing;
    size_t kept = compact(block, words | seps, seps, tokens);
    if (tokens->places) note_places(reader, block, words & ~before, seps, position, first);
    tokens->joined_length += kept;
    reader->open = words >> (usable - 1) & 1 ? OPEN_WORD : CLOSED;
    reader->position += usable;
    reader->trailing += count_ones(block->trailing & within);
    if (reader->open && tokens->places) tokens->ends[tokens->count] = (uint32_t)(reader->position - reader->trailing);
}

/* Where a block is in a text, or the rest of the text and zeros. */
static inline const void *block_or_rest(const void *units, size_t left, size_t size, void *padded) {
    if (left >= BLOCK) return units;
    memset(padded, 0, BLOCK * size);
    return memcpy(padded, units, left * size);
}

/* In the next three, `utf8` is known when they are compiled. */
TARGET TWICE static inline void classify_at(const reader_t *reader, const bool utf8, size_t left, block_t *block) {
    uint32_t padded[BLOCK];
    if (utf8) {
        classify_utf8(block_or_rest(reader->text.bytes + reader->position, left, 1, padded), block);
    } else {
        classify(block_or_rest(reader->text.codes + reader->position, left, sizeof *padded, padded), block);
        block->trailing = 0;
    }
}

/* Units of the last quick character before a position, where it goes with what follows: no quick one, and not the end. */
TARGET TWICE static inline unsigned held_back(const text_t *text, const bool utf8, size_t position) {
    if (position == text->length) return 0;
    if (!utf8) return !is_quick(text->codes[position]);
    if (quick_size(text->bytes + position, text->length - position)) return 0;
    return text->bytes[position - 1] < 0x80 ? 1 : 3;
}

TARGET TWICE static inline bool read_blocks(reader_t *reader, const bool utf8) {
    reader->marks = reader->folded_marks = 0;
    if (reader->open == OPEN_ALONE) tokens_close(reader);
    while (reader->position < reader->text.length) {
        size_t left = reader->text.length - reader->position;
        block_t block;
        classify_at(reader, utf8, left, &block);
        if (left > BLOCK && !~block.quick && !held_back(&reader->text, utf8, reader->position + BLOCK)) {
            if (!tokens_reserve(reader->tokens)) return false;
            take_block(reader, &block, BLOCK);
            continue;
        }
        unsigned valid = left < BLOCK ? (unsigned)left : BLOCK;
        unsigned usable = ~block.quick ? trailing_zeros(~block.quick) : BLOCK;
        if (usable > valid) usable = valid;
        bool stop = usable < valid;
        if (usable) usable -= held_back(&reader->text, utf8, reader->position + usable);
        if (!usable) break;
        if (!tokens_reserve(reader->tokens)) return false;
        take_block(reader, &block, usable);
        if (stop) break;
    }
    return true;
}

TARGET static bool read_quick(reader_t *reader) { return read_blocks(reader, false); }

TARGET static bool read_quick_utf8(reader_t *reader) { return read_blocks(reader, true); }

/* Hashes shingle `i`, whatever its length. */
TARGET static inline void hash_span(const spans_t *spans, size_t i) {
    size_t start = spans->edges[i] + 1, length = spans->edges[i + spans->size] - start;
    const uint8_t *bytes = spans->bytes + start;
    spans->hashes[i] = xxh3_is_usual(length) ? xxh3_from_17_upto_64(bytes, length) : xxh3_64(bytes, length);
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

/* ---- fingerprints ---- */

#define ROLLING_MULTIPLIER 0x9FB21C651E98DF25ULL

/* to[i] = x[i] * factor + y[i]; `to` is neither of the others. */
TARGET static inline void scale_and_add(uint64_t *restrict to, const uint64_t *restrict x, uint64_t factor,
                                        const uint64_t *restrict y, size_t count) {
    for (size_t i = 0; i < count; i++) to[i] = x[i] * factor + y[i];
}

TARGET static inline void lesser(uint64_t *restrict to, const uint64_t *restrict x, const uint64_t *restrict y, size_t count) {
    for (size_t i = 0; i < count; i++) to[i] = y[i] < x[i] ? y[i] : x[i];
}

static inline void swap_arrays(uint64_t **x, uint64_t **y) {
    uint64_t *kept = *x;
    *x = *y;
    *y = kept;
}

/* Turns token hashes into the polynomials of `size` of them: those of twice as many tokens from those of half as many,
 * and of these the ones that add up to `size`. Three arrays go round; returns how many values are in the first. */
TARGET static inline size_t roll(uint64_t *arrays[3], size_t count, size_t size) {
    uint64_t *powers = arrays[0], *sums = arrays[1], *spare = arrays[2], factor = ROLLING_MULTIPLIER;
    size_t have = 0;
    for (size_t span = 1;; span *= 2) {
        if (size & span) {
            if (have) {
                scale_and_add(spare, sums, factor, powers + have, count - have - span + 1);
                swap_arrays(&sums, &spare);
            } else {
                memcpy(sums, powers, (count - span + 1) * sizeof *sums);
            }
            have += span;
            if (have == size) break;
        }
        scale_and_add(spare, powers, factor, powers + span, count - 2 * span + 1);
        swap_arrays(&powers, &spare);
        factor *= factor;
    }
    arrays[0] = sums, arrays[1] = spare, arrays[2] = powers;
    return count - size + 1;
}

/* The finaliser of splitmix64. */
TARGET static inline void finalise(uint64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint64_t value = values[i];
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
        values[i] = value ^ (value >> 31);
    }
}

#ifndef HAS_DROP_REPEATS
static inline size_t drop_repeats(const uint64_t *values, size_t count, uint64_t *kept) {
    size_t runs = 0;
    for (size_t i = 0; i < count; i++) {
        kept[runs] = values[i];
        runs += i + 1 == count || values[i + 1] != values[i];
    }
    return runs;
}
#endif

TARGET static size_t winnow(const winnow_t *work, uint64_t *kept) {
    uint64_t *arrays[3] = {work->values, work->spare, work->more};
    size_t count = roll(arrays, work->count, work->size), span = 1;
    size_t window = work->window < count ? work->window : count;
    finalise(arrays[0], count);
    while (span < window) { /* minima of twice as many, or of as many as are missing */
        size_t step = span <= window - span ? span : window - span;
        count -= step;
        lesser(arrays[1], arrays[0], arrays[0] + step, count);
        swap_arrays(&arrays[0], &arrays[1]);
        span += step;
    }
    return drop_repeats(arrays[0], count, kept);
}
