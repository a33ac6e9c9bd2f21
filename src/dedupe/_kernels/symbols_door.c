/* The door to Python of what writes bytes as numbers of runs: codebooks made, bytes written and read. */
#include "door.h"
#include "symbols.h"

#include <stdlib.h>

static const char CAPSULE[] = "dedupe.codebook";

static void capsule_free(PyObject *capsule) { free(PyCapsule_GetPointer(capsule, CAPSULE)); }

static bool add_run(codebook_t *codebook, unsigned number, PyObject *run) {
    char *bytes;
    Py_ssize_t size;
    if (!run || PyBytes_AsStringAndSize(run, &bytes, &size) < 0) return false;
    if (codebook_add(codebook, number, (const uint8_t *)bytes, (size_t)size)) return true;
    PyErr_SetString(PyExc_ValueError, "a codebook has at most 255 different runs of 1 to 8 bytes");
    return false;
}

/* codebook(runs, order) -> capsule; the order names every run, longest first */
PyObject *native_codebook(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *runs, *order;
    if (!PyArg_ParseTuple(arguments, "OO", &runs, &order)) return NULL;
    if (!PyTuple_Check(runs) || !PyTuple_Check(order)) {
        PyErr_SetString(PyExc_TypeError, "runs and their order are tuples");
        return NULL;
    }
    codebook_t *codebook = malloc(sizeof *codebook);
    if (!codebook) return PyErr_NoMemory();
    codebook_init(codebook);
    bool made = true;
    for (Py_ssize_t place = 0; made && place < PyTuple_Size(order); place++) {
        size_t number = PyLong_AsSize_t(PyTuple_GetItem(order, place));
        if (PyErr_Occurred() || number >= ESCAPE) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a codebook has at most 255 different runs of 1 to 8 bytes");
            made = false;
        } else {
            made = add_run(codebook, (unsigned)number, PyTuple_GetItem(runs, (Py_ssize_t)number));
        }
    }
    PyObject *capsule = made ? PyCapsule_New(codebook, CAPSULE, capsule_free) : NULL;
    if (!capsule) free(codebook);
    return capsule;
}

/* Holds a codebook and bytes, and takes room for what becomes of each byte; NULL with an exception. */
static uint8_t *open_both(PyObject *arguments, codebook_t **codebook, Py_buffer *data, size_t each) {
    PyObject *capsule, *bytes;
    if (!PyArg_ParseTuple(arguments, "OO", &capsule, &bytes)) return NULL;
    *codebook = PyCapsule_GetPointer(capsule, CAPSULE);
    if (!*codebook || !hold(bytes, data, 1, 0, false, "bytes")) return NULL;
    uint8_t *room = (size_t)data->len < SIZE_MAX / each - 1 ? malloc(((size_t)data->len + 1) * each) : NULL;
    if (room) return room;
    PyBuffer_Release(data);
    PyErr_NoMemory();
    return NULL;
}

/* squeeze(codebook, bytes) -> bytes */
PyObject *native_squeeze(PyObject *module, PyObject *arguments) {
    (void)module;
    codebook_t *codebook;
    Py_buffer data;
    uint8_t *room = open_both(arguments, &codebook, &data, 2);
    if (!room) return NULL;
    size_t size = squeeze(codebook, data.buf, (size_t)data.len, room);
    PyObject *result = PyBytes_FromStringAndSize((const char *)room, (Py_ssize_t)size);
    free(room);
    PyBuffer_Release(&data);
    return result;
}

/* unsqueeze(codebook, bytes) -> bytes */
PyObject *native_unsqueeze(PyObject *module, PyObject *arguments) {
    (void)module;
    codebook_t *codebook;
    Py_buffer data;
    size_t size;
    uint8_t *room = open_both(arguments, &codebook, &data, LONGEST_RUN);
    if (!room) return NULL;
    PyObject *result = NULL;
    if (unsqueeze(codebook, data.buf, (size_t)data.len, room, &size)) {
        result = PyBytes_FromStringAndSize((const char *)room, (Py_ssize_t)size);
    } else {
        PyErr_SetString(PyExc_ValueError, "these bytes were not written with this codebook");
    }
    free(room);
    PyBuffer_Release(&data);
    return result;
}
