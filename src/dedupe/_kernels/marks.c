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

/* The zeros of the decimal digits beyond ASCII, up to U+FFFF; `_ZEROS` of `_measure.py`. */
static const uint16_t ZEROS[] = {
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
};

static inline bool is_wide_digit(uint32_t code) {
    if (code < 0x0660 || (code > 0x1C59 && code < 0xA620) || (code > 0xABF9 && code < 0xFF10) || code > 0xFF19) return false;
    for (size_t i = 0; i < sizeof ZEROS / sizeof *ZEROS && code >= ZEROS[i]; i++) {
        if (code - ZEROS[i] < 10) return true;
    }
    return false;
}

/* The commas and semicolons of Arabic, which the blocks of code points know nothing of. */
static inline bool is_arabic_separator(uint32_t code) { return code == 0x060C || code == 0x061B; }

static inline bool is_wide_separator(uint32_t code) {
    return code == 0x00B7 || is_arabic_separator(code) || code == 0x2022 || code == 0x3001 || code == 0xFF0C || code == 0xFF1A || code == 0xFF1B;
}

/* Whether a block of code points may hold digits or separators that its own marks leave out: no branch, for speed. */
static inline bool may_hold_more(const uint32_t *block) {
    uint32_t found = 0;
    for (unsigned i = 0; i < BLOCK; i++) found |= (uint32_t)(block[i] - 0x060C <= 0x1C59 - 0x060C) | (uint32_t)(block[i] >= 0xA620);
    return found;
}

/* The code point that begins here, of two or three bytes; 0 for others. */
static inline uint32_t code_at(const uint8_t *bytes, size_t left) {
    if ((bytes[0] & 0xE0) == 0xC0 && left > 1) return (uint32_t)(bytes[0] & 0x1F) << 6 | (bytes[1] & 0x3F);
    if ((bytes[0] & 0xF0) != 0xE0 || left < 3) return 0;
    return (uint32_t)(bytes[0] & 0x0F) << 12 | (uint32_t)(bytes[1] & 0x3F) << 6 | (bytes[2] & 0x3F);
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
    uint64_t separators = found->separators, digits = found->digits;
    size_t size = left < BLOCK ? left : BLOCK;
    for (uint64_t begun = found->wide & ~found->trailing; begun; begun &= begun - 1) {
        unsigned place = trailing_zeros(begun);
        uint32_t code = code_at(bytes + place, left - place);
        separators |= (uint64_t)is_wide_separator(code) << place;
        digits |= (uint64_t)is_wide_digit(code) << place;
    }
    append(marks, without(digits, found->trailing), without(separators, found->trailing), size - count_ones(found->trailing));
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
        bool more = may_hold_more(block);
        for (unsigned i = 0; more && i < BLOCK; i++) {
            separators |= (uint64_t)is_arabic_separator(block[i]) << i;
            digits |= (uint64_t)is_wide_digit(block[i]) << i;
        }
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
