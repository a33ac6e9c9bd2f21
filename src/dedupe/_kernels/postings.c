/* Look-ups of an index: directories and filters asked, blocks written and searched.
 *
 * A posting is a key of 40 bits above a row of 24. A hit is the position of a key that was asked for above the row. */
#include "postings.h"
#include "fetch.h"

#include <stdlib.h>

#ifndef DEDUPE_TINY_BUFFERS
enum { TOGETHER = 32 };
#else
enum { TOGETHER = 2 };
#endif

static const uint64_t PROBE = 0xD6E8FEB86659FD93u;

/* ---- directories and filters ---- */

static uint64_t three_bits(uint64_t chosen) {
    return (uint64_t)1 << (chosen & 63) | (uint64_t)1 << (chosen >> 6 & 63) | (uint64_t)1 << (chosen >> 12 & 63);
}

static uint64_t mix(uint64_t key) { return (key ^ key >> 33) * PROBE; }

static size_t first_word(uint64_t mixed) { return (size_t)(mixed >> 57); }

static size_t second_word(uint64_t mixed) { return (size_t)(mixed >> 50 & (FILTER_WORDS - 1)); }

static bool may_hold(const uint64_t *filter, uint64_t key) {
    uint64_t mixed = mix(key), first = three_bits(mixed >> 32), second = three_bits(mixed >> 14);
    return (filter[first_word(mixed)] & first) == first && (filter[second_word(mixed)] & second) == second;
}

/* How many of the ascending `firsts` are at most `value`. */
static size_t at_most(const uint64_t *firsts, size_t count, uint64_t value) {
    size_t begin = 0;
    while (count) {
        size_t half = count / 2;
        bool right = firsts[begin + half] <= value;
        begin += right ? half + 1 : 0;
        count = right ? count - half - 1 : half;
    }
    return begin;
}

/* The same for numbers that are spread evenly, as keys are: looked for around where it would stand then. */
static size_t at_most_near(const uint64_t *firsts, size_t count, uint64_t value) {
    if (!count || count > UINT32_MAX) return at_most(firsts, count, value);
    size_t begin = (size_t)((value >> 32) * count >> 32), end = begin + 1;
    for (size_t step = 1; begin && firsts[begin] > value; step *= 2) {
        end = begin;
        begin = begin > step ? begin - step : 0;
    }
    for (size_t step = 1; end < count && firsts[end] <= value; step *= 2) {
        begin = end;
        end = count - end > step ? end + step : count;
    }
    return begin + at_most(firsts + begin, end - begin, value);
}

/* Adds the blocks that one key may stand in, the last of which is `block`. */
static bool ask_for(const directory_t *directory, size_t number, const uint64_t *keys, size_t position, size_t block, looks_t *looks) {
    if (!may_hold(directory->filters + block * FILTER_WORDS, keys[position])) return true;
    for (;; block--) { /* the postings of a key that begins a block may begin in the one before */
        if (!looks_add(looks, number, position, block)) return false;
        if (!block || directory->firsts[block] < keys[position]) return true;
    }
}

bool directory_ask(const directory_t *directory, size_t number, const uint64_t *keys, size_t count, looks_t *looks) {
    size_t blocks[TOGETHER];
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = count - begin > TOGETHER ? begin + TOGETHER : count;
        for (size_t position = begin; position < end; position++) {
            size_t block = at_most_near(directory->firsts, directory->blocks, keys[position] | ROW_MASK);
            blocks[position - begin] = block;
            if (!block--) continue;
            uint64_t mixed = mix(keys[position]);
            FETCH(&directory->filters[block * FILTER_WORDS + first_word(mixed)]);
            FETCH(&directory->filters[block * FILTER_WORDS + second_word(mixed)]);
        }
        for (size_t position = begin; position < end; position++) {
            size_t block = blocks[position - begin];
            if (block && !ask_for(directory, number, keys, position, block - 1, looks)) return false;
        }
    }
    return true;
}

bool looks_add(looks_t *looks, size_t number, size_t position, size_t block) {
    if (looks->count == looks->capacity) {
        size_t capacity = looks->capacity ? 2 * looks->capacity : 64;
        int64_t(*larger)[3] = realloc(looks->rows, capacity * sizeof *larger);
        if (!larger) return false;
        looks->rows = larger;
        looks->capacity = capacity;
    }
    int64_t *row = looks->rows[looks->count++];
    row[0] = (int64_t)number, row[1] = (int64_t)position, row[2] = (int64_t)block;
    return true;
}

/* ---- blocks ---- */

static uint64_t little(const uint8_t *bytes, size_t length) {
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++) value |= (uint64_t)bytes[i] << 8 * i;
    return value;
}

void block_expect(const uint8_t *payload, size_t size) {
    enum { MOST = 1 << 13 };
    fetch_bytes(payload, size, MOST);
}

bool block_open(opened_t *block, const uint8_t *payload, size_t size) {
    if (size < BLOCK_HEAD) return false;
    size_t gaps = (size_t)little(payload + 8, 2), width = payload[10];
    if (width < 1 || width > 8 || size - BLOCK_HEAD < gaps * width) return false;
    block->begin = (reading_t){.gap = payload + BLOCK_HEAD,
                               .end = payload + size,
                               .posting = little(payload, 8),
                               .mask = width == 8 ? UINT64_MAX : ((uint64_t)1 << 8 * width) - 1,
                               .left = gaps,
                               .width = (unsigned)width};
    block->at = block->begin;
    block->from = 0;
    return true;
}

/* Goes on to the next posting; there must be one. */
static void read_next(reading_t *at) {
    at->posting += at->end - at->gap < 8 ? little(at->gap, at->width) : little(at->gap, 8) & at->mask;
    at->gap += at->width;
    at->left--;
}

/* Goes on to the first posting that is not below `low`, several at a time where all of them are; false without one. */
static bool read_upto(reading_t *reading, uint64_t low) {
    enum { AT_ONCE = 4 };
    reading_t at = *reading;
    const size_t each = at.width;
    while (at.left > AT_ONCE && (size_t)(at.end - at.gap) >= (AT_ONCE - 1) * each + 8) {
        uint64_t gaps = (little(at.gap, 8) & at.mask) + (little(at.gap + each, 8) & at.mask) +
                        (little(at.gap + 2 * each, 8) & at.mask) + (little(at.gap + 3 * each, 8) & at.mask);
        if (at.posting + gaps >= low) break;
        at.posting += gaps;
        at.gap += AT_ONCE * each;
        at.left -= AT_ONCE;
    }
    while (at.left && at.posting < low) read_next(&at);
    *reading = at;
    return at.posting >= low;
}

bool block_search(opened_t *block, unsigned row_bits, uint64_t key, uint64_t position, values_t *hits) {
    uint64_t rows = ((uint64_t)1 << row_bits) - 1, low = key >> ROW_BITS << row_bits;
    if (low < block->from) block->at = block->begin;
    block->from = low;
    if (!read_upto(&block->at, low)) return true;
    for (reading_t at = block->at; at.posting <= (low | rows); read_next(&at)) {
        if (!values_reserve(hits, 1)) return false;
        hits->values[hits->count++] = position << ROW_BITS | (at.posting & rows);
        if (!at.left) break;
    }
    return true;
}

/* How many of `count` gaps, from the first on, take at most `width` bytes each. */
static size_t narrow_gaps(const uint64_t *postings, size_t count, unsigned width) {
    size_t fit = 0;
    if (width == 8) return count;
    while (fit < count && postings[fit + 1] - postings[fit] < (uint64_t)1 << 8 * width) fit++;
    return fit;
}

/* A block in the narrowest form that fills it: returns how many postings went in, and sets `size`. */
size_t block_write(const uint64_t *postings, size_t count, size_t room, uint8_t *payload, size_t *size) {
    size_t gaps = 0;
    unsigned width = 0;
    do {
        width++;
        size_t most = room / width;
        gaps = most < count ? most - 1 : count - 1;
    } while (width < 8 && narrow_gaps(postings, gaps, width) < gaps);
    for (unsigned i = 0; i < 8; i++) payload[i] = (uint8_t)(postings[0] >> 8 * i);
    payload[8] = (uint8_t)gaps, payload[9] = (uint8_t)(gaps >> 8), payload[10] = (uint8_t)width;
    uint8_t *to = payload + BLOCK_HEAD;
    for (size_t i = 0; i < gaps; i++) {
        uint64_t gap = postings[i + 1] - postings[i];
        for (unsigned byte = 0; byte < width; byte++) *to++ = (uint8_t)(gap >> 8 * byte);
    }
    *size = (size_t)(to - payload);
    return gaps + 1;
}

void filter_fill(uint64_t *filter, const uint64_t *postings, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint64_t mixed = mix(postings[i] >> ROW_BITS << ROW_BITS);
        filter[first_word(mixed)] |= three_bits(mixed >> 32);
        filter[second_word(mixed)] |= three_bits(mixed >> 14);
    }
}
