/* The door to Python of what joins postings: arrays are checked, then the interpreter lock is free.
 *
 * Nobody may write to the arrays meanwhile; `_native_joining.py` alone calls, with arrays of its own or its callers'.
 */
#include "joining_door.h"

#include <stdlib.h>

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

/* Whether a number of bits is from `least` to `most`; false with an exception. */
static bool check_bits(int bits, int least, int most) {
    if (bits >= least && bits <= most) return true;
    PyErr_SetString(PyExc_ValueError, "a number of bits is out of range");
    return false;
}

static bool check_width(int width) { return check_bits(width, 1, MOST_WIDTH); }

/* Every document has a name that the width holds, no length is negative, and all together are those of the hashes. */
static bool fits_all(const held_t *held, size_t hashes, unsigned width) {
    uint32_t last = 0;
    for (size_t i = 0; i < held->count; i++) last = held->documents[i] > last ? held->documents[i] : last;
    if ((uint64_t)last >> width) return false;
    if (!held->lengths) return held->count == hashes;
    for (size_t i = 0; i < held->count; i++) {
        if (held->lengths[i] < 0 || (uint64_t)held->lengths[i] > hashes) return false;
        hashes -= (size_t)held->lengths[i];
    }
    return !hashes;
}

/* post(hashes, documents, lengths or None, (width, bits), postings, edges) */
PyObject *native_post(PyObject *module, PyObject *arguments) {
    (void)module;
    enum { HASHES, DOCUMENTS, POSTINGS, EDGES, LENGTHS };
    PyObject *objects[LENGTHS + 1];
    int width, bits;
    if (!PyArg_ParseTuple(arguments, "OOO(ii)OO", &objects[HASHES], &objects[DOCUMENTS], &objects[LENGTHS], &width, &bits,
                          &objects[POSTINGS], &objects[EDGES])) {
        return NULL;
    }
    if (!check_width(width) || !check_bits(bits, 0, MOST_PART_BITS)) return NULL;
    wanted_t wanted[] = {
        {objects[HASHES], 8, 0, false, "hashes"},
        {objects[DOCUMENTS], 4, 0, false, "documents"},
        {objects[POSTINGS], 8, 0, true, "postings"},
        {objects[EDGES], 8, ((size_t)1 << bits) + 1, true, "edges"},
        {objects[LENGTHS], 8, 0, false, "lengths"},
    };
    Py_buffer views[LENGTHS + 1];
    size_t given = objects[LENGTHS] == Py_None ? LENGTHS : LENGTHS + 1;
    if (!hold_all(wanted, given, views)) return NULL;
    size_t count = (size_t)views[HASHES].len / 8;
    held_t held = {views[HASHES].buf, views[DOCUMENTS].buf, given > LENGTHS ? views[LENGTHS].buf : NULL, (size_t)views[DOCUMENTS].len / 4};
    bool fits = (size_t)views[POSTINGS].len / 8 == count && (!held.lengths || (size_t)views[LENGTHS].len / 8 == held.count);
    Py_BEGIN_ALLOW_THREADS;
    fits = fits && fits_all(&held, count, (unsigned)width);
    if (fits) post(&held, (unsigned)width, (unsigned)bits, views[POSTINGS].buf, views[EDGES].buf);
    Py_END_ALLOW_THREADS;
    release(views, given);
    return fits ? Py_BuildValue("") : refuse("hashes, documents and their numbers do not go together");
}

void joint_close(joint_view_t *view) {
    release(view->views, view->held);
    free(view->views);
    free(view->runs);
}

bool joint_open(joint_view_t *view, PyObject *runs, int width, PyObject *present, Py_ssize_t cap) {
    *view = (joint_view_t){0};
    if (cap < 0) return refuse("collide was called with a parameter out of range");
    if (!check_width(width)) return false;
    Py_ssize_t count = PyTuple_Size(runs);
    if (count < 0) return false;
    view->runs = calloc((size_t)count + 1, sizeof *view->runs);
    view->views = calloc((size_t)count + 1, sizeof *view->views);
    if (!view->runs || !view->views) {
        joint_close(view);
        PyErr_NoMemory();
        return false;
    }
    bool held = hold(present, &view->views[0], 1, 0, false, "present");
    view->held += held;
    for (Py_ssize_t i = 0; held && i < count; i++) {
        Py_buffer *run = &view->views[view->held];
        held = hold(PyTuple_GetItem(runs, i), run, 8, 0, false, "postings");
        view->held += held;
        if (held) view->runs[i] = (postings_t){run->buf, (size_t)run->len / 8};
    }
    if (!held) {
        joint_close(view);
        return false;
    }
    view->joint = (joint_t){view->runs, (size_t)count, (unsigned)width, view->views[0].buf, (size_t)view->views[0].len, (size_t)cap};
    return true;
}

PyObject *refuse_joining(joining_t outcome) {
    return outcome == WITHOUT_MEMORY ? PyErr_NoMemory() : refuse("a posting names a document that is not there");
}

static PyObject *as_arrays(const groups_t *groups, const groups_t *crowds) {
    return Py_BuildValue("NNNN", byte_array(groups->members, groups->member_count, sizeof *groups->members),
                         byte_array(groups->sizes, groups->count, sizeof *groups->sizes),
                         byte_array(crowds->members, crowds->member_count, sizeof *crowds->members),
                         byte_array(crowds->sizes, crowds->count, sizeof *crowds->sizes));
}

/* collide(runs, width, present, cap) -> members and sizes of groups, members and sizes of crowds */
PyObject *native_collide(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *runs, *present;
    Py_ssize_t cap;
    int width;
    joint_view_t view;
    if (!PyArg_ParseTuple(arguments, "OiOn", &runs, &width, &present, &cap)) return NULL;
    if (!joint_open(&view, runs, width, present, cap)) return NULL;
    workshop_t shop = {0};
    joining_t outcome;
    Py_BEGIN_ALLOW_THREADS;
    outcome = collide(&shop, &view.joint);
    Py_END_ALLOW_THREADS;
    PyObject *result = outcome == JOINED ? as_arrays(&shop.groups, &shop.crowds) : refuse_joining(outcome);
    workshop_clear(&shop);
    joint_close(&view);
    return result;
}

/* unite((values, bits), (values, bits), values, bits) -> how many there are */
PyObject *native_unite(PyObject *module, PyObject *arguments) {
    (void)module;
    enum { COLUMNS = 6, MADE = 4 };
    PyObject *objects[COLUMNS];
    if (!PyArg_ParseTuple(arguments, "(OO)(OO)OO", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4], &objects[5])) return NULL;
    wanted_t wanted[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) wanted[i] = (wanted_t){objects[i], i % 2 ? 1 : 8, 0, i >= MADE, i % 2 ? "bits" : "values"};
    Py_buffer views[COLUMNS];
    if (!hold_all(wanted, COLUMNS, views)) return NULL;
    marked_t columns[COLUMNS / 2];
    bool fits = true;
    for (size_t i = 0; i < COLUMNS / 2; i++) {
        columns[i] = (marked_t){views[2 * i].buf, views[2 * i + 1].buf, (size_t)views[2 * i].len / 8};
        fits = fits && (size_t)views[2 * i + 1].len == columns[i].count;
    }
    fits = fits && columns[2].count == columns[0].count + columns[1].count;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS;
        unite(&columns[0], &columns[1], &columns[2]);
        Py_END_ALLOW_THREADS;
    }
    release(views, COLUMNS);
    return fits ? PyLong_FromSize_t(columns[2].count) : refuse("unite was called with columns of different number");
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
