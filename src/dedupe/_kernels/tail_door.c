/* The door to Python of postings that stand in no run yet. */
#include "postings_door.h"

#include <stdlib.h>
#include <string.h>

static const char CAPSULE[] = "dedupe.tail";

static void capsule_free(PyObject *capsule) {
    tail_t *tail = PyCapsule_GetPointer(capsule, CAPSULE);
    tail_free(tail);
    free(tail);
}

PyObject *native_tail(PyObject *module, PyObject *secret) {
    (void)module;
    tail_t *tail = calloc(1, sizeof *tail);
    if (!tail) return PyErr_NoMemory();
    tail->secret = PyLong_AsUnsignedLongLong(secret);
    PyObject *capsule = PyErr_Occurred() ? NULL : PyCapsule_New(tail, CAPSULE, capsule_free);
    if (!capsule) free(tail);
    return capsule;
}

/* tail_add(tail, postings) */
PyObject *native_tail_add(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *capsule, *postings;
    Py_buffer view;
    if (!PyArg_ParseTuple(arguments, "OO", &capsule, &postings)) return NULL;
    tail_t *tail = PyCapsule_GetPointer(capsule, CAPSULE);
    if (!tail || !hold(postings, &view, 8, 0, false, "postings")) return NULL;
    bool added = tail_add(tail, view.buf, (size_t)view.len / 8);
    PyBuffer_Release(&view);
    return added ? Py_BuildValue("") : PyErr_NoMemory();
}

/* Adds hits that are known already; false without memory. */
static bool add_known(values_t *hits, const Py_buffer *known) {
    size_t count = (size_t)known->len / 8;
    if (!values_reserve(hits, count)) return false;
    if (count) memcpy(hits->values + hits->count, known->buf, count * sizeof *hits->values);
    hits->count += count;
    return true;
}

/* tail_find(tail, keys, known) -> the hits, and those that are known already; None where the tail has nothing to add */
PyObject *native_tail_find(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *capsule, *keys, *known;
    Py_buffer asked, before;
    values_t hits = {0};
    if (!PyArg_ParseTuple(arguments, "OOO", &capsule, &keys, &known)) return NULL;
    const tail_t *tail = PyCapsule_GetPointer(capsule, CAPSULE);
    if (!tail || !hold(keys, &asked, 8, 0, false, "keys")) return NULL;
    if (!hold(known, &before, 8, 0, false, "hits")) {
        PyBuffer_Release(&asked);
        return NULL;
    }
    bool room = tail_find(tail, asked.buf, (size_t)asked.len / 8, &hits);
    bool nothing = room && !hits.count;
    room = room && (nothing || add_known(&hits, &before));
    PyBuffer_Release(&asked);
    PyBuffer_Release(&before);
    return nothing ? Py_BuildValue("") : sorted_hits(&hits, room);
}

PyObject *native_tail_postings(PyObject *module, PyObject *capsule) {
    (void)module;
    const tail_t *tail = PyCapsule_GetPointer(capsule, CAPSULE);
    return tail ? byte_array(tail->postings, tail->count, sizeof *tail->postings) : NULL;
}
