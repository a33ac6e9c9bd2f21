/* Many texts from Python: a tuple of str, or a list of UTF-8 and where each text begins and ends.
 *
 * UTF-8 is read where it lies, and so is a str of ASCII. Other strings are copied as code points. */
#include "door.h"

#include <stdlib.h>
#include <string.h>

static bool hold_packed(texts_t *texts, PyObject *given) {
    static const char *const names[] = {"content", "starts", "ends"};
    for (Py_ssize_t held = 0; held < 3; held++) {
        size_t items = held == 2 ? (size_t)texts->views[1].len / sizeof(int64_t) : 0;
        if (!hold(PyList_GetItem(given, held), &texts->views[held], held ? sizeof(int64_t) : 1, items, false, names[held])) {
            return false;
        }
        texts->held++;
    }
    texts->count = (size_t)texts->views[1].len / sizeof(int64_t);
    return true;
}

static bool hold_strings(texts_t *texts, PyObject *given) {
    texts->strings = PyList_GetItem(given, 0);
    if (!PyTuple_Check(texts->strings)) {
        PyErr_SetString(PyExc_TypeError, "strings are no tuple");
        return false;
    }
    texts->count = (size_t)PyTuple_Size(texts->strings);
    if (!hold(PyList_GetItem(given, 1), &texts->views[0], 1, texts->count, false, "ascii")) return false;
    texts->held = 1;
    return true;
}

bool texts_open(texts_t *texts, PyObject *given) {
    *texts = (texts_t){0};
    Py_ssize_t parts = PyList_Check(given) ? PyList_Size(given) : 0;
    bool opened = parts == 2 ? hold_strings(texts, given) : parts == 3 && hold_packed(texts, given);
    if (!opened && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_TypeError, "texts are [tuple of str, which are ASCII] or [UTF-8, starts, ends]");
    }
    if (!opened) texts_close(texts);
    return opened;
}

void texts_close(texts_t *texts) {
    while (texts->held) PyBuffer_Release(&texts->views[--texts->held]);
}

/* Where a packed text begins and ends; false where it does not lie within the content. */
static bool texts_span(const texts_t *texts, size_t place, int64_t *start, int64_t *end) {
    *start = ((const int64_t *)texts->views[1].buf)[place];
    *end = ((const int64_t *)texts->views[2].buf)[place];
    return *start >= 0 && *start <= *end && *end <= texts->views[0].len;
}

size_t texts_bound(const texts_t *texts, size_t place) {
    if (!texts->strings) {
        int64_t start, end;
        return texts_span(texts, place, &start, &end) ? (size_t)(end - start) : 0;
    }
    PyObject *text = PyTuple_GetItem(texts->strings, (Py_ssize_t)place);
    Py_ssize_t length = text && PyUnicode_Check(text) ? PyUnicode_GetLength(text) : 0;
    return length < 0 ? 0 : (size_t)length;
}

bool texts_lie(const texts_t *texts, size_t place, text_t *text) {
    int64_t start, end;
    if (!texts_span(texts, place, &start, &end)) return false;
    *text = (text_t){.bytes = (const uint8_t *)texts->views[0].buf + start, .length = (size_t)(end - start)};
    return true;
}

/* ---- one of them ---- */

static bool check_length(size_t length) {
    if (length < UINT32_MAX) return true;
    PyErr_SetString(PyExc_OverflowError, "a text has 2**32 or more code points");
    return false;
}

bool codes_reserve(codes_t *codes, size_t more) {
    if (codes->used > SIZE_MAX / 16 - more) return PyErr_NoMemory() != NULL;
    if (codes->capacity - codes->used >= more) return true;
    uint32_t *larger = realloc(codes->values, (codes->used + more) * sizeof *larger);
    if (!larger) return PyErr_NoMemory() != NULL;
    codes->values = larger;
    codes->capacity = codes->used + more;
    return true;
}

bool copy_text(PyObject *string, codes_t *codes, text_t *text) {
    if (!PyUnicode_Check(string)) {
        PyErr_SetString(PyExc_TypeError, "a text is not str");
        return false;
    }
    Py_ssize_t size = PyUnicode_GetLength(string);
    if (size < 0 || !check_length((size_t)size) || !codes_reserve(codes, (size_t)size)) return false;
    *text = (text_t){.codes = codes->values + codes->used, .length = (size_t)size};
    if (size && !PyUnicode_AsUCS4(string, codes->values + codes->used, size, 0)) return false;
    codes->used += (size_t)size;
    return true;
}

static bool open_ascii(PyObject *string, text_t *text) {
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(string, &size); /* of ASCII no copy is made */
    if (!bytes) return false;
    *text = (text_t){.bytes = (const uint8_t *)bytes, .length = (size_t)size};
    return check_length(text->length);
}

bool texts_load(const texts_t *texts, size_t place, codes_t *codes, text_t *text) {
    if (texts->strings) {
        PyObject *string = PyTuple_GetItem(texts->strings, (Py_ssize_t)place);
        if (!string) return false;
        return ((const uint8_t *)texts->views[0].buf)[place] ? open_ascii(string, text) : copy_text(string, codes, text);
    }
    if (!texts_lie(texts, place, text)) {
        PyErr_SetString(PyExc_ValueError, "a text does not lie within the content");
        return false;
    }
    return check_length(text->length);
}

bool texts_copy(const texts_t *texts, size_t place, codes_t *codes, text_t *text) {
    text_t there;
    if (!texts_load(texts, place, codes, &there)) return false;
    if (there.codes || !there.length) {
        *text = there;
        return true;
    }
    if (!codes_reserve(codes, there.length)) return false;
    *text = (text_t){.codes = codes->values + codes->used};
    if (!utf8_decode(there.bytes, there.length, codes->values + codes->used, &text->length)) {
        PyErr_Format(PyExc_ValueError, "text %zu is not UTF-8", place);
        return false;
    }
    codes->used += text->length;
    return true;
}
