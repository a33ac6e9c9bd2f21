/* Pairs of texts from Python: every text is read once, then all pairs are measured with the interpreter lock released. */
#include "door.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    state_t *state;
    PyObject *texts;        /* a tuple of str, or NULL for texts in UTF-8: */
    const uint8_t *content; /* one after the other */
    const int64_t *ends;    /* of each in the content */
    size_t text_count, shingle_size;
    side_t *sides;
    /* working memory */
    tokens_t tokens;
    scratch_t scratch;
    uint32_t *codes;
    size_t codes_capacity;
} sides_t;

/* Decodes a text that lies in UTF-8. */
static bool decode_text(sides_t *sides, size_t place, size_t *length) {
    size_t start = place ? (size_t)sides->ends[place - 1] : 0, size = (size_t)sides->ends[place] - start;
    if (size >= UINT32_MAX) {
        PyErr_Format(PyExc_OverflowError, "text %zu has 2**32 or more bytes", place);
        return false;
    }
    if (sides->codes_capacity < size) {
        uint32_t *larger = realloc(sides->codes, size * sizeof *larger);
        if (!larger) return PyErr_NoMemory() != NULL;
        sides->codes = larger;
        sides->codes_capacity = size;
    }
    if (utf8_decode(sides->content + start, size, sides->codes, length)) return true;
    PyErr_Format(PyExc_ValueError, "text %zu is not UTF-8", place);
    return false;
}

static bool load_text(sides_t *sides, size_t place, size_t *length) {
    if (!sides->texts) return decode_text(sides, place, length);
    PyObject *text = PyTuple_GetItem(sides->texts, (Py_ssize_t)place);
    return text && copy_text(text, &sides->codes, &sides->codes_capacity, 0, length);
}

/* Makes one text ready; the reader may ask for rules now and then. */
static bool read_side(sides_t *sides, size_t place) {
    size_t length;
    if (!load_text(sides, place, &length)) return false;
    reader_t reader;
    reader_start(&reader, &sides->tokens, sides->state->tables, sides->codes, length);
    for (;;) {
        outcome_t outcome;
        bool made = true;
        Py_BEGIN_ALLOW_THREADS;
        outcome = reader_read(&reader);
        if (outcome == READ_ALL) {
            made = side_init(&sides->sides[place], &sides->tokens, sides->shingle_size, sides->codes, length, &sides->scratch);
        }
        Py_END_ALLOW_THREADS;
        if (!made) return PyErr_NoMemory() != NULL;
        if (outcome == READ_ALL) return true;
        if (!serve(sides->state, &reader, outcome)) return false;
    }
}

static bool sides_init(sides_t *sides) {
    sides->sides = calloc(sides->text_count + 1, sizeof *sides->sides);
    return (tokens_init(&sides->tokens) && sides->sides) || PyErr_NoMemory() != NULL;
}

static void sides_free(sides_t *sides) {
    for (size_t place = 0; sides->sides && place < sides->text_count; place++) side_free(&sides->sides[place]);
    free(sides->sides);
    free(sides->codes);
    scratch_free(&sides->scratch);
    tokens_free(&sides->tokens);
}

/* read(text, shingle_size) -> tokens, starts, ends, numeric, separators, shingles */
PyObject *native_read(PyObject *module, PyObject *arguments) {
    PyObject *text, *result = NULL;
    Py_ssize_t shingle;
    if (!PyArg_ParseTuple(arguments, "On", &text, &shingle)) return NULL;
    PyObject *texts = PyTuple_Pack(1, text);
    if (!texts) return NULL;
    sides_t sides = {.state = state_of(module), .texts = texts, .text_count = 1, .shingle_size = shingle < 1 ? 1 : (size_t)shingle};
    if (sides_init(&sides) && read_side(&sides, 0)) {
        side_t *side = sides.sides;
        size_t count = side->count;
        if (!sort_shingles(side, &sides.scratch.spare)) {
            PyErr_NoMemory();
        } else {
            result = Py_BuildValue("NNNNNN", byte_array(side->tokens, count, sizeof *side->tokens),
                                   byte_array(side->starts, count, sizeof *side->starts),
                                   byte_array(side->ends, count, sizeof *side->ends),
                                   byte_array(side->numeric, count + 1, sizeof *side->numeric),
                                   byte_array(side->separators, count + 1, sizeof *side->separators),
                                   byte_array(side->shingles, side->shingle_count, sizeof *side->shingles));
        }
    }
    sides_free(&sides);
    Py_DECREF(texts);
    return result;
}

/* Reads the texts that pairs name; false for a pair of texts that are not there. */
static bool read_named(sides_t *sides, const int64_t *places, size_t count) {
    for (size_t n = 0; n < count; n++) {
        if (places[n] < 0 || (size_t)places[n] >= sides->text_count) {
            PyErr_SetString(PyExc_ValueError, "a pair names a text that is not there");
            return false;
        }
        size_t place = (size_t)places[n];
        if (!sides->sides[place].tokens && !read_side(sides, place)) return false;
    }
    return true;
}

static bool measure_all(sides_t *sides, measure_t *measure, const int64_t *pairs, size_t count, int64_t *columns) {
    bool measured = true;
    Py_BEGIN_ALLOW_THREADS;
    for (size_t n = 0; n < count && measured; n++) {
        side_t *a = &sides->sides[pairs[2 * n]], *b = &sides->sides[pairs[2 * n + 1]];
        measured = a->count < INT32_MAX && b->count < INT32_MAX && measure_sides(measure, a, b, columns + n * MEASURED);
    }
    Py_END_ALLOW_THREADS;
    return measured || PyErr_NoMemory() != NULL;
}

/* The limits as Python gives them: secret, (max_gap, min_tokens, shingle_size), (min_identity, reach) */
typedef struct {
    unsigned long long secret[2];
    Py_ssize_t gap, least, shingle;
    double identity, reach;
} limits_t;

#define LIMITS "(KK)(nnn)(dd)"

static PyObject *measure(sides_t *sides, const limits_t *limits, PyObject *pairs, PyObject *columns) {
    PyObject *result = NULL;
    Py_buffer from, to;
    if (limits->shingle < 1) {
        PyErr_SetString(PyExc_ValueError, "measure was called with a parameter out of range");
        return NULL;
    }
    measure_t measure = {.reach = limits->reach};
    measure.align.min_identity = limits->identity;
    measure.align.max_gap = limits->gap < 0 ? 0 : limits->gap > INT32_MAX ? INT32_MAX : (size_t)limits->gap;
    measure.align.min_tokens = limits->least < 0 ? 0 : (size_t)limits->least;
    measure.align.secret[0] = limits->secret[0], measure.align.secret[1] = limits->secret[1];
    sides->shingle_size = (size_t)limits->shingle;
    if (!hold(pairs, &from, 8, 0, false, "pairs")) return NULL;
    size_t count = (size_t)from.len / 16;
    if (!hold(columns, &to, 8, count * MEASURED, true, "columns")) {
        PyBuffer_Release(&from);
        return NULL;
    }
    if (sides_init(sides) && read_named(sides, from.buf, 2 * count) && measure_all(sides, &measure, from.buf, count, to.buf)) result = Py_BuildValue("");
    sides_free(sides);
    free(measure.spare.values);
    PyBuffer_Release(&from);
    PyBuffer_Release(&to);
    return result;
}

/* measure(texts, pairs, columns, limits...) */
PyObject *native_measure(PyObject *module, PyObject *arguments) {
    PyObject *pairs, *columns;
    limits_t limits;
    sides_t sides = {.state = state_of(module)};
    if (!PyArg_ParseTuple(arguments, "OOO" LIMITS, &sides.texts, &pairs, &columns, &limits.secret[0], &limits.secret[1],
                          &limits.gap, &limits.least, &limits.shingle, &limits.identity, &limits.reach)) {
        return NULL;
    }
    if (!PyTuple_Check(sides.texts)) return PyErr_Format(PyExc_TypeError, "texts are no tuple");
    sides.text_count = (size_t)PyTuple_Size(sides.texts);
    return measure(&sides, &limits, pairs, columns);
}

/* Every text begins where the one before it ends, and the last ends within the content. */
static bool ends_valid(const int64_t *ends, size_t count, size_t size) {
    int64_t before = 0;
    for (size_t place = 0; place < count; before = ends[place++]) {
        if (ends[place] < before || (uint64_t)ends[place] > size) return false;
    }
    return true;
}

/* measure_texts(content, ends, pairs, columns, limits...) */
PyObject *native_measure_texts(PyObject *module, PyObject *arguments) {
    PyObject *content, *ends, *pairs, *columns, *result = NULL;
    limits_t limits;
    Py_buffer bytes, places;
    sides_t sides = {.state = state_of(module)};
    if (!PyArg_ParseTuple(arguments, "OOOO" LIMITS, &content, &ends, &pairs, &columns, &limits.secret[0], &limits.secret[1],
                          &limits.gap, &limits.least, &limits.shingle, &limits.identity, &limits.reach)) {
        return NULL;
    }
    if (!hold(content, &bytes, 1, 0, false, "content")) return NULL;
    if (!hold(ends, &places, 8, 0, false, "ends")) {
        PyBuffer_Release(&bytes);
        return NULL;
    }
    sides.content = bytes.buf;
    sides.ends = places.buf;
    sides.text_count = (size_t)places.len / sizeof *sides.ends;
    if (ends_valid(sides.ends, sides.text_count, (size_t)bytes.len)) result = measure(&sides, &limits, pairs, columns);
    else PyErr_SetString(PyExc_ValueError, "ends must ascend within the content");
    PyBuffer_Release(&bytes);
    PyBuffer_Release(&places);
    return result;
}
