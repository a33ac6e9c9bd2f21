/* JSON strings as they stand in a file, to UTF-8: what a run needs of most documents, and no object for any of them. */
#include "rows.h"

#include "kernels.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { MARKS_IN_A_ROW = 30 };

/* Whether a character can show something, and whether it may combine with what stands before: generous both. */
static bool is_visible(uint32_t code) { return code >= 0x3001 || (code >= 0x370 && code < 0x1680); }

static bool may_combine(uint32_t code) {
    static const uint32_t ranges[][2] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x6DC},   {0xE34, 0xE4E},  {0x1AB0, 0x1AFF},
                                         {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0x3099, 0x309A}, {0xFE20, 0xFE2F}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (code >= ranges[i][0] && code <= ranges[i][1]) return true;
    }
    return false;
}

bool are_unmarked(const uint32_t *codes, size_t length) {
    enum { FIRST = 0x300, PUNCTUATION = 0x2000, MARKED_PUNCTUATION = 0x20D0 };
    uint32_t odd = 0;
    for (size_t i = 0; i < length; i++) { /* without branches: most texts hold nothing else */
        odd |= (uint32_t)(codes[i] >= FIRST) & (uint32_t)(codes[i] - PUNCTUATION >= MARKED_PUNCTUATION - PUNCTUATION);
    }
    for (size_t i = 0; odd && i < length; i++) {
        bool surrogate = codes[i] >= 0xD800 && codes[i] <= 0xDFFF;
        if (codes[i] >= FIRST && (surrogate || may_combine(codes[i]))) return false;
    }
    return true;
}

static inline bool shows(uint8_t byte) { return (uint8_t)(byte - 0x21) < 0x5E; }

/* What is kept while a string is turned. */
typedef struct {
    bool visible, crowded;
    size_t marks; /* in a row */
} seen_t;

/* Takes note of a character beyond ASCII. */
static inline void note(seen_t *seen, uint32_t code) {
    seen->visible |= is_visible(code);
    seen->marks = code >= 0x300 && may_combine(code) ? seen->marks + 1 : 0;
    seen->crowded |= seen->marks > MARKS_IN_A_ROW;
}

/* Four hexadecimal digits; UINT32_MAX where they are none. */
static uint32_t read_hex(const uint8_t *at) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        uint32_t digit = at[i] - (uint32_t)'0', letter = (at[i] | 0x20U) - (uint32_t)'a';
        if (digit > 9 && letter > 5) return UINT32_MAX;
        value = value << 4 | (digit <= 9 ? digit : letter + 10);
    }
    return value;
}

static size_t encode(uint32_t code, uint8_t *to) {
    if (code < 0x80) return to[0] = (uint8_t)code, 1;
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size; --i > 0; code >>= 6) to[i] = (uint8_t)(0x80 | (code & 0x3F));
    to[0] = (uint8_t)((0xF00U >> size & 0xFFU) | code);
    return size;
}

/* Turns the escape behind a backslash; returns the bytes read, 0 for one that is none or stands for half a character. */
static inline size_t read_escape(seen_t *seen, const uint8_t *at, size_t left, uint8_t **to) {
    static const uint8_t values[256] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                        ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
    if (!left) return 0;
    uint8_t value = values[*at];
    if (value) {
        seen->visible |= value > 0x20;
        seen->marks = 0;
        *(*to)++ = value;
        return 1;
    }
    uint32_t code = *at == 'u' && left >= 5 ? read_hex(at + 1) : UINT32_MAX;
    size_t read = 5;
    if (code - 0xD800U < 0x400U && left >= 11 && at[5] == '\\' && at[6] == 'u') {
        uint32_t low = read_hex(at + 7);
        if (low - 0xDC00U >= 0x400U) return 0;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        read = 11;
    }
    if (code == UINT32_MAX || code - 0xD800U < 0x800U) return 0;
    if (code < 0x80) {
        seen->visible |= shows((uint8_t)code);
        seen->marks = 0;
    } else {
        note(seen, code);
    }
    *to += encode(code, *to);
    return read;
}

static inline bool is_special(uint8_t byte) { return byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\'; }

#ifdef __SSE2__
enum { AT_ONCE = 16 };

/* A bit for each special byte; those beyond ASCII are negative, and so less than a blank. */
static inline unsigned specials(const uint8_t *at, uint8_t *to) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    _mm_storeu_si128((__m128i *)(void *)to, bytes);
    __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')), quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i slashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quotes, slashes)));
}
#else
enum { AT_ONCE = 8 };

/* Whether eight bytes hold a special one; then all are looked at. */
static inline unsigned specials(const uint8_t *at, uint8_t *to) {
    const uint64_t ones = 0x0101010101010101ULL, highs = 0x8080808080808080ULL;
    uint64_t eight, quotes, slashes;
    unsigned bits = 0;
    memcpy(&eight, at, sizeof eight);
    memcpy(to, at, sizeof eight);
    quotes = eight ^ ones * '"', slashes = eight ^ ones * '\\';
    if ((eight | (eight - ones * 0x20) | ((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes)) & highs) {
        for (size_t i = 0; i < AT_ONCE; i++) bits |= (unsigned)is_special(at[i]) << i;
    }
    return bits;
}
#endif

/* Copies ASCII up to a quote, a backslash or anything else; returns how many bytes. */
static inline size_t copy_ordinary(const uint8_t *at, size_t left, uint8_t *to) {
    size_t done = 0;
    for (; left - done >= AT_ONCE; done += AT_ONCE) {
        unsigned found = specials(at + done, to + done);
        if (found) return done + trailing_zeros(found);
    }
    for (; done < left && !is_special(at[done]); done++) to[done] = at[done];
    return done;
}

const uint8_t *string_turn(string_t *string, const uint8_t *at, const uint8_t *end) {
    uint8_t *to = string->to;
    seen_t seen = {.visible = false};
    for (;;) {
        size_t read = copy_ordinary(at, (size_t)(end - at), to);
        for (size_t i = 0; i < read && !seen.visible; i++) seen.visible = shows(at[i]);
        if (read) seen.marks = 0;
        at += read, to += read;
        if (at == end || *at == '"') break;
        if (*at == '\\') {
            read = read_escape(&seen, at + 1, (size_t)(end - at - 1), &to);
            if (!read) return NULL;
            at += 1 + read;
        } else {
            uint32_t code;
            read = *at < 0x80 ? 0 : utf8_read(at, (size_t)(end - at), &code);
            if (!read || code - 0xD800U < 0x800U) return NULL;
            note(&seen, code);
            for (size_t i = 0; i < read; i++) to[i] = at[i];
            at += read, to += read;
        }
    }
    if (at == end) return NULL;
    string->to = to;
    string->visible = seen.visible;
    string->plain = seen.visible && !seen.crowded;
    return at + 1;
}
