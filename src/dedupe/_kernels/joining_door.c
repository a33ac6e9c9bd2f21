/* The door to Python of what joins postings: arrays are checked, then the interpreter lock is free.
 *
 * Nobody may write to the arrays meanwhile; `_native_joining.py` alone calls, with arrays of its own or its callers'.
 */
#include "joining_door.h"

void release(Py_buffer *views, size_t count) {
    while (count) PyBuffer_Release(&views[--count]);
}

bool hold_all(const wanted_t *wanted, size_t count, Py_buffer *views) {
    for (size_t i = 0; i < count; i++) {
        if (hold(wanted[i].object, &views[i], wanted[i].item, wanted[i].items, wanted[i].writable, wanted[i].name)) continue;
        release(views, i);
        return false;
    }
    return true;
}

PyObject *refuse(const char *message) {
    PyErr_SetString(PyExc_ValueError, message);
    return NULL;
}

/* divide(hashes, documents, bits, parted_hashes, parted_documents, edges) */
PyObject *native_divide(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *hashes, *documents, *parted_hashes, *parted_documents, *edges;
    int bits;
    if (!PyArg_ParseTuple(arguments, "OOiOOO", &hashes, &documents, &bits, &parted_hashes, &parted_documents, &edges)) return NULL;
    if (bits < 1 || bits > MOST_DIVIDE_BITS) return refuse("divide was called with a parameter out of range");
    Py_buffer views[5];
    if (!hold(hashes, &views[0], 8, 0, false, "hashes")) return NULL;
    size_t count = (size_t)views[0].len / 8;
    wanted_t wanted[] = {
        {documents, 4, count, false, "documents"},
        {parted_hashes, 8, count, true, "parted_hashes"},
        {parted_documents, 4, count, true, "parted_documents"},
        {edges, 8, ((size_t)1 << bits) + 1, true, "edges"},
    };
    if (!hold_all(wanted, 4, views + 1)) {
        release(views, 1);
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS;
    divide(views[0].buf, views[1].buf, count, (unsigned)bits, views[2].buf, views[3].buf, views[4].buf);
    Py_END_ALLOW_THREADS;
    release(views, 5);
    return Py_BuildValue("");
}

bool all_known(const uint32_t *documents, size_t count, size_t known) {
    uint32_t last = 0;
    for (size_t i = 0; i < count; i++) last = documents[i] > last ? documents[i] : last;
    return !count || last < known;
}

static PyObject *as_arrays(const groups_t *groups, const groups_t *crowds) {
    return Py_BuildValue("NNNN", byte_array(groups->members, groups->member_count, sizeof *groups->members),
                         byte_array(groups->sizes, groups->count, sizeof *groups->sizes),
                         byte_array(crowds->members, crowds->member_count, sizeof *crowds->members),
                         byte_array(crowds->sizes, crowds->count, sizeof *crowds->sizes));
}

/* collide(hashes, documents, present, cap) -> members and sizes of groups, members and sizes of crowds */
PyObject *native_collide(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *hashes, *documents, *present, *result = NULL;
    Py_ssize_t cap;
    if (!PyArg_ParseTuple(arguments, "OOOn", &hashes, &documents, &present, &cap)) return NULL;
    if (cap < 0) return refuse("collide was called with a parameter out of range");
    Py_buffer views[3];
    if (!hold(hashes, &views[0], 8, 0, false, "hashes")) return NULL;
    size_t count = (size_t)views[0].len / 8;
    wanted_t wanted[] = {{documents, 4, count, false, "documents"}, {present, 1, 0, false, "present"}};
    if (!hold_all(wanted, 2, views + 1)) {
        release(views, 1);
        return NULL;
    }
    groups_t groups = {0}, crowds = {0};
    bool known, made = false;
    Py_BEGIN_ALLOW_THREADS;
    known = all_known(views[1].buf, count, (size_t)views[2].len);
    if (known) made = collide(views[0].buf, views[1].buf, count, views[2].buf, (size_t)cap, &groups, &crowds);
    Py_END_ALLOW_THREADS;
    if (made) result = as_arrays(&groups, &crowds);
    else if (known) PyErr_NoMemory();
    else refuse("a posting names a document that is not there");
    groups_free(&groups);
    groups_free(&crowds);
    release(views, 3);
    return result;
}

/* add_up(values, weights) -> how many are left */
PyObject *native_add_up(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *values, *weights;
    if (!PyArg_ParseTuple(arguments, "OO", &values, &weights)) return NULL;
    wanted_t wanted[] = {{values, 8, 0, true, "values"}, {weights, 8, 0, true, "weights"}};
    Py_buffer views[2];
    if (!hold_all(wanted, 2, views)) return NULL;
    size_t count = (size_t)views[0].len / 8, kept = 0;
    bool fits = (size_t)views[1].len / 8 == count, made = false;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS;
        made = add_up(views[0].buf, views[1].buf, count, &kept);
        Py_END_ALLOW_THREADS;
    }
    release(views, 2);
    if (!fits) return refuse("add_up was called with values and weights of different number");
    return made ? PyLong_FromSize_t(kept) : PyErr_NoMemory();
}
