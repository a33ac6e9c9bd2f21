/* Pairs of texts from Python: every text is read once, then all pairs are measured with the interpreter lock released. */
#include "door.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    state_t *state;
    PyObject *texts;
    size_t text_count, shingle_size, read;
    side_t *sides;
    /* working memory */
    tokens_t tokens;
    scratch_t scratch;
    uint32_t *codes;
    size_t codes_capacity;
} sides_t;

/* Makes one text ready; the reader may ask for rules now and then. */
static bool read_side(sides_t *sides, size_t place) {
    PyObject *text = PyTuple_GetItem(sides->texts, (Py_ssize_t)place);
    size_t length;
    if (!text || !copy_text(text, &sides->codes, &sides->codes_capacity, 0, &length)) return false;
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
        sides->read = place + 1;
        if (!made) return PyErr_NoMemory() != NULL;
        if (outcome == READ_ALL) return true;
        if (!serve(sides->state, &reader, outcome)) return false;
    }
}

static bool read_sides(sides_t *sides) {
    sides->sides = calloc(sides->text_count + 1, sizeof *sides->sides);
    if (!tokens_init(&sides->tokens) || !sides->sides) return PyErr_NoMemory() != NULL;
    for (size_t place = 0; place < sides->text_count; place++) {
        if (!read_side(sides, place)) return false;
    }
    return true;
}

static void sides_free(sides_t *sides) {
    for (size_t place = 0; sides->sides && place < sides->read; place++) side_free(&sides->sides[place]);
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
    if (read_sides(&sides)) {
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

static bool measure_all(sides_t *sides, measure_t *measure, const int64_t *pairs, size_t count, int64_t *columns) {
    bool measured = true;
    for (size_t n = 0; n < count; n++) {
        if (pairs[2 * n] < 0 || pairs[2 * n + 1] < 0 || (size_t)pairs[2 * n] >= sides->text_count ||
            (size_t)pairs[2 * n + 1] >= sides->text_count) {
            PyErr_SetString(PyExc_ValueError, "a pair names a text that is not there");
            return false;
        }
    }
    Py_BEGIN_ALLOW_THREADS;
    for (size_t n = 0; n < count && measured; n++) {
        side_t *a = &sides->sides[pairs[2 * n]], *b = &sides->sides[pairs[2 * n + 1]];
        measured = a->count < INT32_MAX && b->count < INT32_MAX && measure_sides(measure, a, b, columns + n * MEASURED);
    }
    Py_END_ALLOW_THREADS;
    return measured || PyErr_NoMemory() != NULL;
}

/* measure(texts, pairs, columns, secret, (max_gap, min_tokens, shingle_size), (min_identity, reach)) */
PyObject *native_measure(PyObject *module, PyObject *arguments) {
    PyObject *pairs, *columns, *result = NULL;
    Py_ssize_t gap, least, shingle;
    unsigned long long secret[2];
    Py_buffer from, to;
    sides_t sides = {.state = state_of(module)};
    measure_t measure = {0};
    if (!PyArg_ParseTuple(arguments, "OOO(KK)(nnn)(dd)", &sides.texts, &pairs, &columns, &secret[0], &secret[1], &gap, &least,
                          &shingle, &measure.align.min_identity, &measure.reach)) {
        return NULL;
    }
    if (!PyTuple_Check(sides.texts) || shingle < 1) {
        PyErr_SetString(PyExc_ValueError, "measure was called with a parameter out of range");
        return NULL;
    }
    sides.text_count = (size_t)PyTuple_Size(sides.texts);
    sides.shingle_size = (size_t)shingle;
    measure.align.max_gap = gap < 0 ? 0 : gap > INT32_MAX ? INT32_MAX : (size_t)gap;
    measure.align.min_tokens = least < 0 ? 0 : (size_t)least;
    measure.align.secret[0] = secret[0], measure.align.secret[1] = secret[1];
    if (!hold(pairs, &from, 8, 0, false, "pairs")) return NULL;
    size_t count = (size_t)from.len / 16;
    if (!hold(columns, &to, 8, count * MEASURED, true, "columns")) {
        PyBuffer_Release(&from);
        return NULL;
    }
    if (read_sides(&sides) && measure_all(&sides, &measure, from.buf, count, to.buf)) result = Py_BuildValue("");
    sides_free(&sides);
    free(measure.spare.values);
    PyBuffer_Release(&from);
    PyBuffer_Release(&to);
    return result;
}
