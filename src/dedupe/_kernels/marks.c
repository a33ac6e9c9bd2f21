/* Which code points of a text are digits, and which are separators: of code points, or of UTF-8 that was read. */
#include "pairs.h"

#include <string.h>

/* Bits of code points, written one block after another. */
typedef struct {
    uint64_t *digits, *separators;
    size_t count;
} marks_t;

static inline void append_bits(uint64_t *words, size_t at, uint64_t bits, size_t count) {
    unsigned inside = at % 64;
    words[at / 64] = inside ? words[at / 64] | bits << inside : bits;
    if (inside + count >= 64) words[at / 64 + 1] = inside ? bits >> (64 - inside) : 0;
}

static inline void append(marks_t *marks, uint64_t digits, uint64_t separators, size_t count) {
    append_bits(marks->digits, marks->count, digits, count);
    append_bits(marks->separators, marks->count, separators, count);
    marks->count += count;
}

/* Whether one of the separators beyond ASCII begins here: U+00B7, U+2022, U+3001, U+FF0C, U+FF1A, U+FF1B. */
static inline bool begins_separator(const uint8_t *bytes, size_t left) {
    if (bytes[0] == 0xC2) return left > 1 && bytes[1] == 0xB7;
    if (left < 3) return false;
    uint32_t code = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
    return code == 0xE280A2 || code == 0xE38081 || code == 0xEFBC8C || code == 0xEFBC9A || code == 0xEFBC9B;
}

/* Takes the bits of those that begin no code point out of the others. */
static uint64_t without(uint64_t bits, uint64_t trailing) {
    while (trailing && bits) {
        unsigned last = highest_bit(trailing);
        uint64_t below = (1ULL << last) - 1;
        bits = (bits & below) | (bits >> 1 & ~below);
        trailing ^= 1ULL << last;
    }
    return bits;
}

/* A block with bytes beyond ASCII. */
static void mark_wide(marks_t *marks, const uint8_t *bytes, size_t left, const ascii_t *found) {
    uint64_t separators = found->separators;
    size_t size = left < BLOCK ? left : BLOCK;
    for (uint64_t begun = found->wide & ~found->trailing; begun; begun &= begun - 1) {
        unsigned place = trailing_zeros(begun);
        separators |= (uint64_t)begins_separator(bytes + place, left - place) << place;
    }
    append(marks, without(found->digits, found->trailing), without(separators, found->trailing), size - count_ones(found->trailing));
}

static inline void take_marks(marks_t *marks, const uint8_t *bytes, size_t left, const ascii_t *found) {
    if (found->wide) mark_wide(marks, bytes, left, found);
    else append(marks, found->digits, found->separators, left < BLOCK ? left : BLOCK);
}

static void mark_utf8(marks_t *marks, const uint8_t *bytes, size_t length) {
    enum { AT_ONCE = 16 };
    const isa_t *isa = isa_current();
    ascii_t found[AT_ONCE];
    size_t position = 0;
    for (size_t whole = length / BLOCK; whole;) {
        size_t blocks = whole < AT_ONCE ? whole : AT_ONCE;
        isa->mark_bytes(bytes + position, blocks, found);
        for (size_t i = 0; i < blocks; i++, position += BLOCK) take_marks(marks, bytes + position, length - position, &found[i]);
        whole -= blocks;
    }
    if (position == length) return;
    uint8_t rest[BLOCK] = {0};
    isa->mark_bytes(memcpy(rest, bytes + position, length - position), 1, found);
    take_marks(marks, bytes + position, length - position, found);
}

static void mark_codes(marks_t *marks, const uint32_t *codes, size_t length) {
    const isa_t *isa = isa_current();
    for (size_t position = 0; position < length; position += BLOCK) {
        size_t left = length - position;
        const uint32_t *block = codes + position;
        uint32_t padded[BLOCK] = {0};
        if (left < BLOCK) block = memcpy(padded, block, left * sizeof *block);
        uint64_t digits, separators;
        isa->mark(block, &digits, &separators);
        append(marks, digits, separators, left < BLOCK ? left : BLOCK);
    }
}

size_t mark_text(const text_t *text, uint64_t *digits, uint64_t *separators) {
    marks_t marks = {digits, separators, 0};
    digits[0] = separators[0] = 0;
    if (text->codes) mark_codes(&marks, text->codes, text->length);
    else mark_utf8(&marks, text->bytes, text->length);
    return marks.count;
}
