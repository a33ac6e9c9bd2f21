/* JSON values as RFC 8259 has them, checked to the last byte, and nothing made of them but their place. */
#include "rows.h"

#include <string.h>

/* What is longer, or deeper, is left to those who say what is wrong with it; a greater exponent may be beyond doubles. */
enum { LONGEST_NUMBER = 200, TAME_EXPONENT = 2, DEEPEST = 32 };

const uint8_t *skip_blanks(const uint8_t *at, const uint8_t *end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r')) at++;
    return at;
}

static const uint8_t *skip_digits(const uint8_t *at, const uint8_t *end) {
    const uint8_t *from = at;
    while (at < end && (uint8_t)(*at - '0') < 10) at++;
    return at > from ? at : NULL;
}

static const uint8_t *read_number(value_t *value, const uint8_t *at, const uint8_t *end) {
    const uint8_t *from = at;
    bool tame = true;
    if (at < end && *at == '-') at++;
    bool zero = at < end && *at == '0';
    if (!(at = zero ? at + 1 : skip_digits(at, end))) return NULL;
    if (at < end && *at == '.' && !(at = skip_digits(at + 1, end))) return NULL;
    if (at < end && (*at | 0x20) == 'e') {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        const uint8_t *exponent = at;
        if (!(at = skip_digits(at, end))) return NULL;
        tame = at - exponent <= TAME_EXPONENT;
    }
    if (at - from > LONGEST_NUMBER) return NULL;
    value->state = tame ? SURE : WILD;
    return at;
}

static const uint8_t *read_word(const uint8_t *at, const uint8_t *end, const char *word) {
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && memcmp(at, word, length) == 0 ? at + length : NULL;
}

static const uint8_t *read_string(value_t *value, const uint8_t *at, const uint8_t *end, uint8_t **to) {
    string_t string = {.to = *to};
    at = string_turn(&string, at, end);
    if (!at) return NULL;
    value->state = string.visible ? SURE : string.to == *to ? EMPTY : UNSURE;
    value->plain = string.plain;
    *to = string.to;
    return at;
}

/* A value that holds no others. */
static const uint8_t *read_leaf(value_t *value, const uint8_t *at, const uint8_t *end, uint8_t **to) {
    if (at == end) return NULL;
    value->state = SURE;
    value->plain = false;
    switch (*at) {
    case '"': return read_string(value, at + 1, end, to);
    case 't': return read_word(at, end, "true");
    case 'f': return read_word(at, end, "false");
    case 'n': value->state = EMPTY; return read_word(at, end, "null");
    default: return read_number(value, at, end);
    }
}

/* The key of a value within an object, and the colon behind it. */
static const uint8_t *skip_key(const uint8_t *at, const uint8_t *end, uint8_t *room) {
    string_t string = {.to = room};
    at = skip_blanks(at, end);
    if (at == end || *at != '"' || !(at = string_turn(&string, at + 1, end))) return NULL;
    at = skip_blanks(at, end);
    return at < end && *at == ':' ? at + 1 : NULL;
}

/* Goes up from values that end here; returns where the next one begins, or what is behind the outermost. */
static const uint8_t *climb(const uint8_t *at, const uint8_t *end, uint64_t *levels, uint8_t *room) {
    while (*levels > 1) {
        bool object = *levels & 1;
        at = skip_blanks(at, end);
        if (at == end) return NULL;
        if (*at == ',') return object ? skip_key(at + 1, end, room) : at + 1;
        if (*at != (object ? '}' : ']')) return NULL;
        *levels >>= 1;
        at++;
    }
    return at;
}

/* An array or an object. `levels` has a bit for each one that is open, set for objects, below a bit that ends them. */
static const uint8_t *read_nested(value_t *value, const uint8_t *at, const uint8_t *end, uint8_t *room) {
    uint64_t levels = 1;
    bool wild = false;
    do {
        at = skip_blanks(at, end);
        if (at < end && (*at == '{' || *at == '[')) {
            bool object = *at == '{';
            if (levels >> DEEPEST) return NULL;
            levels = levels << 1 | object;
            const uint8_t *first = skip_blanks(at + 1, end);
            if (first == end || *first != (object ? '}' : ']')) {
                if (!(at = object ? skip_key(first, end, room) : first)) return NULL;
                continue;
            }
            at = first;
        } else {
            uint8_t *to = room;
            if (!(at = read_leaf(value, at, end, &to))) return NULL;
            wild |= value->state == WILD;
        }
        if (!(at = climb(at, end, &levels, room))) return NULL;
    } while (levels > 1);
    value->state = wild ? WILD : SURE;
    value->plain = false;
    return at;
}

const uint8_t *read_value(value_t *value, const uint8_t *at, const uint8_t *end, uint8_t **to) {
    value->from = at;
    bool nested = at < end && (*at == '{' || *at == '[');
    value->to = nested ? read_nested(value, at, end, *to) : read_leaf(value, at, end, to);
    return value->to;
}
