/* Rows for Python: shapes in, columns out. */
#include "door.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

/* The shapes that the caller knows; what they are made of must outlive them. NULL with an exception. */
static shape_t *read_shapes(PyObject *given, size_t count) {
    shape_t *shapes = calloc(count + 1, sizeof *shapes);
    if (!shapes) return PyErr_NoMemory(), NULL;
    for (size_t i = 0; i < count; i++) {
        PyObject *pair = PyTuple_GetItem(given, (Py_ssize_t)i);
        const char *names, *places;
        Py_ssize_t length, size;
        if (!PyTuple_Check(pair) || !PyArg_ParseTuple(pair, "y#y#", &names, &length, &places, &size)) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a shape is a pair");
            free(shapes);
            return NULL;
        }
        if (size != sizeof shapes->places) {
            PyErr_SetString(PyExc_ValueError, "a shape has places for everything that is wanted");
            free(shapes);
            return NULL;
        }
        shapes[i].names = (const uint8_t *)names;
        shapes[i].length = (size_t)length;
        shapes[i].hash = xxh3_64(shapes[i].names, shapes[i].length);
        memcpy(shapes[i].places, places, sizeof shapes->places);
    }
    return shapes;
}

/* Whether any record can have a value for this column; of the others nobody asks. */
static bool is_wanted(const rows_t *rows, size_t column) {
    for (size_t i = 0; i < rows->shape_count; i++) {
        if (rows->shapes[i].places[column + 1][0] != NO_KEY) return true;
    }
    return false;
}

/* The columns as lists of JSON, without the brackets; None for those that nobody has. */
static PyObject *columns_of(const rows_t *rows) {
    PyObject *columns = PyTuple_New(WANTED - 1);
    for (size_t i = 0; columns && i < WANTED - 1; i++) {
        const pile_t *column = &rows->columns[i];
        PyObject *made = is_wanted(rows, i)
                             ? PyBytes_FromStringAndSize((const char *)column->bytes, (Py_ssize_t)column->length)
                             : Py_NewRef(Py_None);
        if (!made || PyTuple_SetItem(columns, (Py_ssize_t)i, made) < 0) Py_CLEAR(columns);
    }
    return columns;
}

static PyObject *answer_of(const rows_t *rows, const uint8_t *at, rows_outcome_t outcome) {
    if (outcome == ROWS_NO_MEMORY) return PyErr_NoMemory();
    PyObject *parts[] = {
        byte_array(rows->ends.bytes, rows->ends.length, 1),
        byte_array(rows->taken.bytes, rows->taken.length, 1),
        byte_array(rows->records.bytes, rows->records.length, 1),
        columns_of(rows),
        outcome == ROWS_UNKNOWN ? PyBytes_FromStringAndSize((const char *)rows->names, (Py_ssize_t)rows->names_length)
                                : Py_NewRef(Py_None),
    };
    bool made = true;
    for (size_t i = 0; i < 5; i++) made &= parts[i] != NULL;
    Py_ssize_t used = (Py_ssize_t)rows->text_length, read = at - rows->lines, count = (Py_ssize_t)rows->count;
    PyObject *answer =
        made ? Py_BuildValue("(nOOOOnnO)", used, parts[0], parts[1], parts[2], parts[3], count, read, parts[4]) : NULL;
    for (size_t i = 0; i < 5; i++) Py_XDECREF(parts[i]);
    return answer;
}

static PyObject *read_all(rows_t *rows, const uint8_t *at, size_t skip) {
    rows_outcome_t outcome;
    Py_BEGIN_ALLOW_THREADS;
    outcome = rows_read(rows, &at, skip);
    Py_END_ALLOW_THREADS;
    return answer_of(rows, at, outcome);
}

/* rows(lines, start, skip, shapes, longest, stops, room) -> used, ends, taken, records, columns, count, read, names
 *
 * `shapes` is a tuple of pairs: names, and the places of what is wanted; see `rows.h`. The texts go to `room`, of which
 * so many bytes are used: it has as many as the lines from `start` on. */
PyObject *native_rows(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *given, *lines, *texts, *answer = NULL;
    Py_ssize_t start, skip, longest;
    int stops;
    Py_buffer view, room;
    if (!PyArg_ParseTuple(arguments, "OnnO!npO", &lines, &start, &skip, &PyTuple_Type, &given, &longest, &stops, &texts)) return NULL;
    if (!hold(lines, &view, 1, 0, false, "lines")) return NULL;
    if (start < 0 || start > view.len || skip < 0 || skip > view.len - start || longest < 0) {
        PyErr_SetString(PyExc_ValueError, "rows was called with a parameter out of range");
    } else if (hold(texts, &room, 1, (size_t)(view.len - start), true, "room")) {
        rows_t *rows = calloc(1, sizeof *rows);
        shape_t *shapes = rows ? read_shapes(given, (size_t)PyTuple_Size(given)) : NULL;
        if (shapes) {
            rows->lines = view.buf;
            rows->end = rows->lines + view.len;
            rows->text = room.buf;
            rows->shapes = shapes;
            rows->shape_count = (size_t)PyTuple_Size(given);
            rows->longest = (size_t)longest;
            rows->stops = stops;
            answer = read_all(rows, rows->lines + start, (size_t)skip);
            rows_free(rows);
        } else if (!rows) {
            PyErr_NoMemory();
        }
        free(shapes);
        free(rows);
        PyBuffer_Release(&room);
    }
    PyBuffer_Release(&view);
    return answer;
}
