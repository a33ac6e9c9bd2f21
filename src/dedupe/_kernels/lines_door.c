/* The door to Python of what reads lines: vocabularies made, texts read, sheets of characters asked for. */
#include "door.h"
#include "quotations.h"
#include "rows.h"

#include <stdlib.h>

static const char CAPSULE[] = "dedupe.vocabulary";

static void capsule_free(PyObject *capsule) { vocabulary_free(PyCapsule_GetPointer(capsule, CAPSULE)); }

PyObject *native_vocabulary(PyObject *module, PyObject *numbers) {
    (void)module;
    Py_buffer view;
    if (!hold(numbers, &view, sizeof(uint32_t), 0, false, "numbers")) return NULL;
    vocabulary_t *made = vocabulary_new(view.buf, (size_t)view.len / sizeof(uint32_t));
    PyBuffer_Release(&view);
    if (!made) return PyErr_Format(PyExc_ValueError, "these numbers make no vocabulary");
    PyObject *capsule = PyCapsule_New(made, CAPSULE, capsule_free);
    if (!capsule) vocabulary_free(made);
    return capsule;
}

static bool learn_sheet(state_t *state, uint32_t number) {
    PyObject *bytes = state->sheet ? PyObject_CallFunction(state->sheet, "I", (unsigned int)number) : NULL;
    if (!state->sheet) PyErr_SetString(PyExc_RuntimeError, "nobody has said what characters are");
    char *data;
    Py_ssize_t size;
    bool learnt = bytes && PyBytes_AsStringAndSize(bytes, &data, &size) == 0;
    if (learnt && !alphabet_add(state->alphabet, number, (const uint8_t *)data, (size_t)size)) {
        PyErr_Format(PyExc_ValueError, "the sheet %u cannot be used", (unsigned int)number);
        learnt = false;
    }
    Py_XDECREF(bytes);
    return learnt;
}

static bool read_lines(state_t *state, scan_t *scan) {
    for (;;) {
        outcome_t outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = scan_read(scan);
        Py_END_ALLOW_THREADS;
        if (outcome == READ_ALL) return true;
        if (outcome != WANTS_PAGE) return PyErr_NoMemory() != NULL;
        if (!learn_sheet(state, scan->matcher.wanted)) return false;
    }
}

static PyObject *row_tuple(const uint32_t *row) {
    return Py_BuildValue("IIIIIII", row[STARTS], row[ENDS], row[OPENERS], row[INSIDE], row[LATE], row[PREFIXES], row[TRAITS]);
}

static PyObject *row_tuples(const scan_t *scan) {
    PyObject *list = PyList_New((Py_ssize_t)scan->count);
    for (size_t i = 0; list && i < scan->count; i++) {
        PyObject *tuple = row_tuple(scan->rows[i]);
        if (!tuple || PyList_SetItem(list, (Py_ssize_t)i, tuple)) Py_CLEAR(list);
    }
    return list;
}

static PyObject *all_rows(const scan_t *scan) {
    return Py_BuildValue("NN", byte_array(scan->rows, scan->count, sizeof *scan->rows), PyBool_FromLong(scan->unspaced));
}

/* Lines of a text, or those that are marked. */
static PyObject *lines_of(PyObject *module, PyObject *capsule, PyObject *string, const marks_t *marks) {
    state_t *state = state_of(module);
    PyObject *result = NULL;
    codes_t codes = {0};
    text_t text;
    scan_t scan = {0};
    const vocabulary_t *vocabulary = PyCapsule_GetPointer(capsule, CAPSULE);
    if (!vocabulary || !copy_text(string, &codes, &text)) {
        free(codes.values);
        return NULL;
    }
    if (!scan_init(&scan, state->alphabet, vocabulary, text.codes, text.length)) {
        PyErr_NoMemory();
    } else {
        scan.marks = marks;
        if (read_lines(state, &scan)) result = marks ? row_tuples(&scan) : all_rows(&scan);
    }
    scan_free(&scan);
    free(codes.values);
    return result;
}

/* lines(vocabulary, text) -> (rows of eleven uint32, whether a script without spaces occurs) */
PyObject *native_lines(PyObject *module, PyObject *arguments) {
    PyObject *capsule, *string;
    return PyArg_ParseTuple(arguments, "OO", &capsule, &string) ? lines_of(module, capsule, string, NULL) : NULL;
}

/* marked_lines(vocabulary, text, openers, inside, late, prefixes, traits, foreign) -> a tuple for each that has any */
PyObject *native_marked_lines(PyObject *module, PyObject *arguments) {
    PyObject *capsule, *string;
    marks_t marks = {0};
    uint32_t *flags = marks.flags;
    bool given = PyArg_ParseTuple(arguments, "OOIIIIII", &capsule, &string, &flags[OPENERS], &flags[INSIDE], &flags[LATE],
                                  &flags[PREFIXES], &flags[TRAITS], &marks.foreign);
    return given ? lines_of(module, capsule, string, &marks) : NULL;
}

/* unmarked(text) -> bool */
PyObject *native_unmarked(PyObject *module, PyObject *string) {
    (void)module;
    codes_t codes = {0};
    text_t text;
    PyObject *result = copy_text(string, &codes, &text) ? PyBool_FromLong(are_unmarked(text.codes, text.length)) : NULL;
    free(codes.values);
    return result;
}

bool find_quotations(state_t *state, const uint32_t *codes, size_t length, values_t *spans) {
    quotes_t quotes;
    quotes_start(&quotes, state->alphabet, codes, length, spans);
    for (;;) {
        outcome_t outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = quotes_read(&quotes);
        Py_END_ALLOW_THREADS;
        if (outcome == READ_ALL) return true;
        if (outcome != WANTS_PAGE) return PyErr_NoMemory() != NULL;
        if (!learn_sheet(state, quotes.wanted)) return false;
    }
}

/* quotations(text) -> pairs of int64 */
PyObject *native_quotations(PyObject *module, PyObject *string) {
    codes_t codes = {0};
    text_t text;
    values_t spans = {0};
    PyObject *result = NULL;
    if (copy_text(string, &codes, &text) && find_quotations(state_of(module), text.codes, text.length, &spans)) {
        result = byte_array(spans.values, spans.count, sizeof *spans.values);
    }
    free(spans.values);
    free(codes.values);
    return result;
}

PyObject *native_set_alphabet(PyObject *module, PyObject *sheet) {
    state_t *state = state_of(module);
    PyObject *before = state->sheet;
    Py_INCREF(sheet);
    state->sheet = sheet;
    Py_XDECREF(before);
    return Py_BuildValue("");
}
