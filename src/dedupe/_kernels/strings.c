/* JSON strings as they stand in a file, to UTF-8: what a run needs of most documents, and no object for any of them.
 *
 * Only strings that need no second look are turned: see `plain_strings` in `_strings.py`, the specification.
 */
#include "door.h"

#include <stdlib.h>
#include <string.h>

enum { MARKS_IN_A_ROW = 30 };

typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
    bool visible;
    size_t marks; /* in a row */
} plain_t;

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

/* Takes note of a character beyond ASCII; false for one mark too many. */
static bool note(plain_t *plain, uint32_t code) {
    plain->visible |= is_visible(code);
    plain->marks = code >= 0x300 && may_combine(code) ? plain->marks + 1 : 0;
    return plain->marks <= MARKS_IN_A_ROW;
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
static size_t read_escape(plain_t *plain, const uint8_t *at, size_t left, uint8_t **to) {
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (!left) return 0;
    const char *found = *at ? strchr(names, *at) : NULL;
    if (found) {
        uint8_t value = (uint8_t)values[found - names];
        plain->visible |= value > 0x20;
        plain->marks = 0;
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
        plain->visible |= code > 0x20 && code < 0x7F;
        plain->marks = 0;
    } else if (!note(plain, code)) {
        return 0;
    }
    *to += encode(code, *to);
    return read;
}

enum { AT_ONCE = 32 };

static inline bool is_special(uint8_t byte) { return byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\'; }

static inline bool shows(uint8_t byte) { return (uint8_t)(byte - 0x21) < 0x5E; }

/* Whether eight bytes hold a special one. */
static inline bool any_special(const uint8_t *at) {
    const uint64_t ones = 0x0101010101010101ULL, highs = 0x8080808080808080ULL;
    uint64_t eight, quotes, slashes;
    memcpy(&eight, at, sizeof eight);
    quotes = eight ^ ones * '"', slashes = eight ^ ones * '\\';
    return (eight | (eight - ones * 0x20) | ((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes)) & highs;
}

/* Copies ASCII up to a quote, a backslash or anything else; returns how many bytes. Compilers make a vector of the first
 * loop. */
static size_t copy_ascii(plain_t *plain, const uint8_t *at, size_t left, uint8_t *to) {
    size_t done = 0;
    for (; left - done >= AT_ONCE; done += AT_ONCE) {
        uint8_t special = 0;
        for (size_t i = 0; i < AT_ONCE; i++) special |= is_special(at[done + i]);
        if (special) break;
        memcpy(to + done, at + done, AT_ONCE);
    }
    for (; left - done >= 8 && !any_special(at + done); done += 8) memcpy(to + done, at + done, 8);
    for (; done < left && !is_special(at[done]); done++) to[done] = at[done];
    for (size_t i = 0; i < done && !plain->visible; i++) plain->visible = shows(at[i]);
    if (done) plain->marks = 0;
    return done;
}

/* Appends one string; false, with nothing appended, where it needs a second look. There is room for it. */
static bool turn(plain_t *plain, const uint8_t *raw, size_t length) {
    uint8_t *to = plain->bytes + plain->length;
    if (length < 2 || raw[0] != '"' || raw[length - 1] != '"') return false;
    plain->visible = false;
    plain->marks = 0;
    for (size_t at = 1, end = length - 1; at < end;) {
        size_t read = copy_ascii(plain, raw + at, end - at, to);
        at += read, to += read;
        if (at == end) break;
        if (raw[at] == '\\') {
            read = read_escape(plain, raw + at + 1, end - at - 1, &to);
            if (!read) return false;
            at += 1 + read;
        } else {
            uint32_t code;
            read = raw[at] < 0x80 ? 0 : utf8_read(raw + at, end - at, &code);
            if (!read || code - 0xD800U < 0x800U || !note(plain, code)) return false;
            memcpy(to, raw + at, read);
            at += read, to += read;
        }
    }
    if (!plain->visible) return false;
    plain->length = (size_t)(to - plain->bytes);
    return true;
}

/* Turned, no string is longer than it was: makes an object with room for all of them. */
static PyObject *room_for(PyObject *raws, size_t count) {
    Py_ssize_t total = 0;
    for (size_t n = 0; n < count; n++) {
        Py_buffer raw;
        if (PyObject_GetBuffer(PyList_GetItem(raws, (Py_ssize_t)n), &raw, PyBUF_SIMPLE) < 0) return NULL;
        bool fits = raw.len <= PY_SSIZE_T_MAX - AT_ONCE - total;
        total += fits ? raw.len : 0;
        PyBuffer_Release(&raw);
        if (!fits) return PyErr_NoMemory();
    }
    return PyByteArray_FromStringAndSize(NULL, total + AT_ONCE);
}

static void turn_all(plain_t *plain, PyObject *raws, size_t count, int64_t *ends, uint8_t *marks) {
    for (size_t n = 0; n < count; n++) {
        Py_buffer raw;
        if (PyObject_GetBuffer(PyList_GetItem(raws, (Py_ssize_t)n), &raw, PyBUF_SIMPLE) < 0) return;
        bool fits = (size_t)raw.len <= plain->capacity - plain->length; /* a buffer may have grown since */
        marks[n] = fits && turn(plain, raw.buf, (size_t)raw.len);
        ends[n] = (int64_t)plain->length;
        PyBuffer_Release(&raw);
    }
}

/* plain_strings(raws, ends, plain) -> content; raws is a list of buffers, `ends` int64 and `plain` uint8, one each */
PyObject *native_plain_strings(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *raws, *places[2], *result = NULL;
    Py_buffer ends, marks;
    if (!PyArg_ParseTuple(arguments, "O!OO", &PyList_Type, &raws, &places[0], &places[1])) return NULL;
    size_t count = (size_t)PyList_Size(raws);
    if (!hold(places[0], &ends, 8, count, true, "ends")) return NULL;
    if (!hold(places[1], &marks, 1, count, true, "plain")) {
        PyBuffer_Release(&ends);
        return NULL;
    }
    if ((result = room_for(raws, count))) {
        plain_t plain = {.bytes = (uint8_t *)PyByteArray_AsString(result), .capacity = (size_t)PyByteArray_Size(result)};
        turn_all(&plain, raws, count, ends.buf, marks.buf);
        if (PyErr_Occurred() || PyByteArray_Resize(result, (Py_ssize_t)plain.length) < 0) Py_CLEAR(result);
    }
    PyBuffer_Release(&ends);
    PyBuffer_Release(&marks);
    return result;
}
