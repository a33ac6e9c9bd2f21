/* The kernel's door to Python: arguments checked, buffers held, the module itself.
 *
 * Only the limited API of Python 3.11, so one build serves every later Python. Callers are `_native_kernel.py` alone.
 */
#include "door.h"

#include <stdlib.h>
#include <string.h>

/* Raised whenever what `_native_kernel.py` calls changes, so that a stale build is told from this one. */
enum { INTERFACE = 28 };

/* ---- buffers ---- */

bool hold(PyObject *object, Py_buffer *view, size_t item, size_t items, bool writable, const char *name) {
    int flags = PyBUF_C_CONTIGUOUS | (writable ? PyBUF_WRITABLE : 0);
    if (PyObject_GetBuffer(object, view, flags) < 0) return false;
    bool too_many = items > SIZE_MAX / item;
    if (too_many || (size_t)view->len < items * item || (uintptr_t)view->buf % item) {
        PyBuffer_Release(view);
        PyErr_Format(PyExc_ValueError, "%s is too small or not aligned", name);
        return false;
    }
    return true;
}

PyObject *byte_array(const void *bytes, size_t items, size_t size) {
    if (items > (size_t)PY_SSIZE_T_MAX / size) return PyErr_NoMemory();
    return PyByteArray_FromStringAndSize(bytes, (Py_ssize_t)(items * size));
}

/* ---- arrays ---- */

static PyObject *native_band_keys(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *signatures, *keys;
    Py_ssize_t count, slots, bands, rows;
    Py_buffer from, to;
    if (!PyArg_ParseTuple(arguments, "OO(nnnn)", &signatures, &keys, &count, &slots, &bands, &rows)) return NULL;
    if (count < 0 || slots < 1 || bands < 1 || rows < 1 || bands > slots / rows || (count && slots > PY_SSIZE_T_MAX / count)) {
        PyErr_SetString(PyExc_ValueError, "band_keys was called with a parameter out of range");
        return NULL;
    }
    if (!hold(signatures, &from, 4, (size_t)count * (size_t)slots, false, "signatures")) return NULL;
    if (!hold(keys, &to, 8, (size_t)count * (size_t)bands, true, "keys")) {
        PyBuffer_Release(&from);
        return NULL;
    }
    const bands_t cut = {(size_t)bands, (size_t)rows, 1};
    const uint32_t *signature = from.buf;
    uint64_t *key = to.buf;
    Py_BEGIN_ALLOW_THREADS;
    for (Py_ssize_t i = 0; i < count; i++) band_keys(signature + i * slots, &cut, key + i * bands);
    Py_END_ALLOW_THREADS;
    PyBuffer_Release(&from);
    PyBuffer_Release(&to);
    return Py_BuildValue("");
}

static PyObject *native_intersection_size(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *x, *y;
    Py_buffer left, right;
    if (!PyArg_ParseTuple(arguments, "OO", &x, &y)) return NULL;
    if (!hold(x, &left, 8, 0, false, "x")) return NULL;
    if (!hold(y, &right, 8, 0, false, "y")) {
        PyBuffer_Release(&left);
        return NULL;
    }
    size_t shared = intersection_size(left.buf, (size_t)left.len / 8, right.buf, (size_t)right.len / 8);
    PyBuffer_Release(&left);
    PyBuffer_Release(&right);
    return PyLong_FromSize_t(shared);
}

static PyObject *native_xxh3_64(PyObject *module, PyObject *bytes) {
    (void)module;
    Py_buffer view;
    if (!hold(bytes, &view, 1, 0, false, "bytes")) return NULL;
    uint64_t hash = xxh3_64(view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return PyLong_FromUnsignedLongLong(hash);
}

/* ---- instruction sets ---- */

static PyObject *native_isas(PyObject *module, PyObject *nothing) {
    (void)module, (void)nothing;
    PyObject *names = PyList_New(0);
    for (size_t place = 0; names && isa_available(place); place++) {
        PyObject *name = PyUnicode_FromString(isa_available(place)->name);
        if (!name || PyList_Append(names, name) < 0) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyObject *native_isa(PyObject *module, PyObject *nothing) {
    (void)module, (void)nothing;
    return PyUnicode_FromString(isa_current()->name);
}

static PyObject *native_set_isa(PyObject *module, PyObject *name) {
    (void)module;
    const char *wanted = PyUnicode_AsUTF8AndSize(name, NULL);
    if (!wanted) return NULL;
    if (!isa_choose(wanted)) return PyErr_Format(PyExc_ValueError, "this processor has no instruction set %R", name);
    return Py_BuildValue("");
}

/* ---- the module ---- */

static PyObject *native_set_rules(PyObject *module, PyObject *arguments) {
    state_t *state = state_of(module);
    PyObject *page, *chunk;
    if (!PyArg_ParseTuple(arguments, "OO", &page, &chunk)) return NULL;
    PyObject *before[] = {state->page, state->chunk};
    state->page = page;
    state->chunk = chunk;
    Py_INCREF(page);
    Py_INCREF(chunk);
    for (size_t i = 0; i < 2; i++) Py_XDECREF(before[i]);
    return Py_BuildValue("");
}

static PyMethodDef methods[] = {
    {"tokenize", native_tokenize, METH_O, NULL},
    {"shingle_hashes", native_shingle_hashes, METH_VARARGS, NULL},
    {"sketch", native_sketch, METH_VARARGS, NULL},
    {"band_keys", native_band_keys, METH_VARARGS, NULL},
    {"intersection_size", native_intersection_size, METH_VARARGS, NULL},
    {"align", native_align, METH_VARARGS, NULL},
    {"measure", native_measure, METH_VARARGS, NULL},
    {"may_reach", native_may_reach, METH_VARARGS, NULL},
    {"quotations", native_quotations, METH_O, NULL},
    {"texture", native_texture, METH_VARARGS, NULL},
    {"rows", native_rows, METH_VARARGS, NULL},
    {"read", native_read, METH_VARARGS, NULL},
    {"xxh3_64", native_xxh3_64, METH_O, NULL},
    {"isas", native_isas, METH_NOARGS, NULL},
    {"isa", native_isa, METH_NOARGS, NULL},
    {"set_isa", native_set_isa, METH_O, NULL},
    {"set_rules", native_set_rules, METH_VARARGS, NULL},
    {"set_alphabet", native_set_alphabet, METH_O, NULL},
    {"vocabulary", native_vocabulary, METH_O, NULL},
    {"unmarked", native_unmarked, METH_O, NULL},
    {"lines", native_lines, METH_VARARGS, NULL},
    {"marked_lines", native_marked_lines, METH_VARARGS, NULL},
    {"perhaps", native_perhaps, METH_VARARGS, NULL},
    {"search", native_search, METH_VARARGS, NULL},
    {"encode", native_encode, METH_VARARGS, NULL},
    {"filters", native_filters, METH_VARARGS, NULL},
    {"tail", native_tail, METH_O, NULL},
    {"tail_add", native_tail_add, METH_VARARGS, NULL},
    {"tail_find", native_tail_find, METH_VARARGS, NULL},
    {"tail_postings", native_tail_postings, METH_O, NULL},
    {"tally", native_tally, METH_VARARGS, NULL},
    {"post", native_post, METH_VARARGS, NULL},
    {"codebook", native_codebook, METH_VARARGS, NULL},
    {"squeeze", native_squeeze, METH_VARARGS, NULL},
    {"unsqueeze", native_unsqueeze, METH_VARARGS, NULL},
    {"collide", native_collide, METH_VARARGS, NULL},
    {"gathering", native_gathering, METH_VARARGS, NULL},
    {"gather", native_gather, METH_VARARGS, NULL},
    {"gather_collisions", native_gather_collisions, METH_VARARGS, NULL},
    {"gathered_pairs", native_gathered_pairs, METH_VARARGS, NULL},
    {"add_up", native_add_up, METH_VARARGS, NULL},
    {"unite", native_unite, METH_VARARGS, NULL},
    {"partition", native_partition, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int native_exec(PyObject *module) {
    state_t *state = state_of(module);
    state->tables = tables_new();
    state->alphabet = calloc(1, sizeof *state->alphabet);
    state->memory = calloc(1, sizeof *state->memory);
    if (!state->tables || !state->alphabet || !state->memory) {
        PyErr_NoMemory();
        return -1;
    }
    return PyModule_AddIntConstant(module, "INTERFACE", INTERFACE);
}

static int native_traverse(PyObject *module, visitproc visit, void *arg) {
    state_t *state = state_of(module);
    Py_VISIT(state->page);
    Py_VISIT(state->chunk);
    Py_VISIT(state->sheet);
    return 0;
}

static int native_clear(PyObject *module) {
    state_t *state = state_of(module);
    Py_CLEAR(state->page);
    Py_CLEAR(state->chunk);
    Py_CLEAR(state->sheet);
    return 0;
}

static void native_free(void *module) {
    state_t *state = state_of(module);
    native_clear(module);
    tables_free(state->tables);
    alphabet_free(state->alphabet);
    if (state->memory) memory_free(state->memory);
    free(state->memory);
    free(state->fingerprints.values);
    state->fingerprints = (values_t){0};
    state->memory = NULL;
    state->tables = NULL;
    state->alphabet = NULL;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)native_exec}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "dedupe._kernels._native",
    .m_size = sizeof(state_t),
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = native_traverse,
    .m_clear = native_clear,
    .m_free = native_free,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
