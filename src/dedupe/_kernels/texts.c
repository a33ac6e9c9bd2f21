/* Many texts from Python, one after another as code points: a tuple of str, or a list of UTF-8 and where each text begins and ends. */
#include "door.h"

#include <stdlib.h>
#include <string.h>

bool texts_open(texts_t *texts, PyObject *given) {
    *texts = (texts_t){0};
    if (PyTuple_Check(given)) {
        texts->strings = given;
        texts->count = (size_t)PyTuple_Size(given);
        return true;
    }
    if (!PyList_Check(given) || PyList_Size(given) != 3) {
        PyErr_SetString(PyExc_TypeError, "texts are a tuple of str, or a list of UTF-8 and of where texts begin and end");
        return false;
    }
    Py_buffer *views[] = {&texts->content, &texts->starts, &texts->ends};
    static const char *const names[] = {"content", "starts", "ends"};
    size_t held = 0;
    for (; held < 3; held++) {
        size_t items = held == 2 ? (size_t)texts->starts.len / sizeof(int64_t) : 0;
        if (!hold(PyList_GetItem(given, (Py_ssize_t)held), views[held], held ? sizeof(int64_t) : 1, items, false, names[held])) break;
    }
    if (held < 3) {
        while (held > 0) PyBuffer_Release(views[--held]);
        return false;
    }
    texts->packed = true;
    texts->count = (size_t)texts->starts.len / sizeof(int64_t);
    return true;
}

void texts_close(texts_t *texts) {
    if (!texts->packed) return;
    PyBuffer_Release(&texts->content);
    PyBuffer_Release(&texts->starts);
    PyBuffer_Release(&texts->ends);
    texts->packed = false;
}

/* Where a packed text begins and ends; false where it does not lie within the content. */
static bool texts_span(const texts_t *texts, size_t place, int64_t *start, int64_t *end) {
    *start = ((const int64_t *)texts->starts.buf)[place];
    *end = ((const int64_t *)texts->ends.buf)[place];
    return *start >= 0 && *start <= *end && *end <= texts->content.len;
}

size_t texts_bound(const texts_t *texts, size_t place) {
    if (texts->packed) {
        int64_t start, end;
        return texts_span(texts, place, &start, &end) ? (size_t)(end - start) : 0;
    }
    PyObject *text = PyTuple_GetItem(texts->strings, (Py_ssize_t)place);
    Py_ssize_t length = text && PyUnicode_Check(text) ? PyUnicode_GetLength(text) : 0;
    return length < 0 ? 0 : (size_t)length;
}

/* ---- copies ---- */

static bool reserve(uint32_t **codes, size_t *capacity, size_t used, size_t more) {
    if (more > UINT32_MAX - 1 || used > SIZE_MAX / 16 - more) {
        PyErr_SetString(PyExc_OverflowError, "a text has 2**32 or more code points");
        return false;
    }
    if (*capacity - used >= more) return true;
    uint32_t *larger = realloc(*codes, (used + more) * sizeof *larger);
    if (!larger) return PyErr_NoMemory() != NULL;
    *codes = larger;
    *capacity = used + more;
    return true;
}

bool copy_text(PyObject *text, uint32_t **codes, size_t *capacity, size_t used, size_t *length) {
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a text is not str");
        return false;
    }
    Py_ssize_t size = PyUnicode_GetLength(text);
    if (size < 0) return false;
    *length = (size_t)size;
    if (!reserve(codes, capacity, used, *length)) return false;
    return !*length || PyUnicode_AsUCS4(text, *codes + used, size, 0) != NULL;
}

bool texts_copy(const texts_t *texts, size_t place, uint32_t **codes, size_t *capacity, size_t used, size_t *length) {
    if (!texts->packed) {
        PyObject *text = PyTuple_GetItem(texts->strings, (Py_ssize_t)place);
        return text && copy_text(text, codes, capacity, used, length);
    }
    int64_t start, end;
    if (!texts_span(texts, place, &start, &end)) {
        PyErr_SetString(PyExc_ValueError, "a text does not lie within the content");
        return false;
    }
    if (!reserve(codes, capacity, used, (size_t)(end - start))) return false;
    if (utf8_decode((const uint8_t *)texts->content.buf + start, (size_t)(end - start), *codes + used, length)) return true;
    PyErr_Format(PyExc_ValueError, "text %zu is not UTF-8", place);
    return false;
}
