/* The door to Python of what looks keys up: arrays checked, runs of blocks searched. */
#include "postings_door.h"

#include <stdlib.h>

bool refused(const char *why) {
    PyErr_SetString(PyExc_ValueError, why);
    return false;
}

PyObject *sorted_hits(values_t *hits, bool made) {
    values_t spare = {0};
    PyObject *result = NULL;
    if (!made || !values_reserve(&spare, hits->count + 1)) {
        PyErr_NoMemory();
    } else {
        hits->count = sort_unique(hits->values, hits->count, spare.values);
        result = byte_array(hits->values, hits->count, sizeof(uint64_t));
    }
    free(spare.values);
    free(hits->values);
    return result;
}

/* ---- directories and filters ---- */

static bool ask_one(PyObject *pair, size_t number, const Py_buffer *keys, looks_t *looks) {
    PyObject *firsts, *filters;
    Py_buffer first, filter;
    if (!PyTuple_Check(pair)) {
        PyErr_SetString(PyExc_TypeError, "a run is not a pair of arrays");
        return false;
    }
    if (!PyArg_ParseTuple(pair, "OO", &firsts, &filters) || !hold(firsts, &first, 8, 0, false, "a directory")) return false;
    directory_t directory = {.firsts = first.buf, .blocks = (size_t)first.len / 8};
    bool held = directory.blocks <= SIZE_MAX / FILTER_WORDS &&
                hold(filters, &filter, 8, directory.blocks * FILTER_WORDS, false, "a filter");
    if (!held) {
        PyBuffer_Release(&first);
        return false;
    }
    directory.filters = filter.buf;
    bool asked = directory_ask(&directory, number, keys->buf, (size_t)keys->len / 8, looks);
    PyBuffer_Release(&first);
    PyBuffer_Release(&filter);
    return asked || PyErr_NoMemory() != NULL;
}

/* perhaps(keys, ((firsts, filters), ...)) -> rows of three int64 */
PyObject *native_perhaps(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *keys, *runs;
    Py_buffer view;
    looks_t looks = {0};
    if (!PyArg_ParseTuple(arguments, "OO", &keys, &runs)) return NULL;
    if (!PyTuple_Check(runs)) {
        PyErr_SetString(PyExc_TypeError, "the runs are no tuple");
        return NULL;
    }
    if (!hold(keys, &view, 8, 0, false, "keys")) return NULL;
    bool asked = true;
    for (Py_ssize_t number = 0; asked && number < PyTuple_Size(runs); number++) {
        asked = ask_one(PyTuple_GetItem(runs, number), (size_t)number, &view, &looks);
    }
    PyBuffer_Release(&view);
    PyObject *result = asked ? byte_array(looks.rows, looks.count, sizeof *looks.rows) : NULL;
    free(looks.rows);
    return result;
}

/* ---- blocks ---- */

typedef struct {
    PyObject *payloads;
    const uint64_t *keys;
    size_t key_count;
    opened_t block;
    Py_ssize_t read; /* the payload that the block is; -1 for none */
    values_t hits;
} searching_t;

/* Tells the processor of the payload that is likely to be searched next. */
static void expect_payload(const searching_t *searching, Py_ssize_t number) {
    char *bytes;
    Py_ssize_t size;
    PyObject *payload = number < PyTuple_Size(searching->payloads) ? PyTuple_GetItem(searching->payloads, number) : NULL;
    if (!payload || !PyBytes_Check(payload) || PyBytes_AsStringAndSize(payload, &bytes, &size) < 0) return;
    block_expect((const uint8_t *)bytes, (size_t)size);
}

static bool read_payload(searching_t *searching, int64_t number) {
    PyObject *payload = PyTuple_GetItem(searching->payloads, (Py_ssize_t)number);
    char *bytes;
    Py_ssize_t size;
    if (!payload || PyBytes_AsStringAndSize(payload, &bytes, &size) < 0) return false;
    expect_payload(searching, (Py_ssize_t)number + 1);
    if (!block_open(&searching->block, (const uint8_t *)bytes, (size_t)size)) return refused("these bytes are no block");
    searching->read = (Py_ssize_t)number;
    return true;
}

/* Searches for one key: `look` is its position, the payload, and the bits of a row there. */
static bool search_one(searching_t *searching, const int64_t *look) {
    if (look[0] < 0 || (size_t)look[0] >= searching->key_count || look[1] < 0 ||
        look[1] >= PyTuple_Size(searching->payloads) || look[2] < 0 || look[2] > ROW_BITS) {
        return refused("a look is out of range");
    }
    if (look[1] != searching->read && !read_payload(searching, look[1])) return false;
    uint64_t key = searching->keys[look[0]];
    bool room = block_search(&searching->block, (unsigned)look[2], key, (uint64_t)look[0], &searching->hits);
    return room || PyErr_NoMemory() != NULL;
}

/* search(keys, payloads, looks) -> hits */
PyObject *native_search(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *keys, *looks;
    Py_buffer asked, rows;
    searching_t searching = {.read = -1};
    if (!PyArg_ParseTuple(arguments, "OOO", &keys, &searching.payloads, &looks)) return NULL;
    if (!PyTuple_Check(searching.payloads)) {
        PyErr_SetString(PyExc_TypeError, "the payloads are no tuple");
        return NULL;
    }
    if (!hold(keys, &asked, 8, 0, false, "keys")) return NULL;
    if (!hold(looks, &rows, 8, 0, false, "looks")) {
        PyBuffer_Release(&asked);
        return NULL;
    }
    searching.keys = asked.buf;
    searching.key_count = (size_t)asked.len / 8;
    bool done = true;
    const int64_t *look = rows.buf;
    for (size_t left = (size_t)rows.len / 24; done && left; left--, look += 3) done = search_one(&searching, look);
    PyBuffer_Release(&asked);
    PyBuffer_Release(&rows);
    if (done) return sorted_hits(&searching.hits, true);
    free(searching.hits.values);
    return NULL;
}

static bool encode_all(const Py_buffer *postings, size_t room, PyObject *blocks) {
    const uint64_t *left = postings->buf;
    uint8_t *payload = malloc(room + BLOCK_HEAD);
    bool done = payload || PyErr_NoMemory() != NULL;
    for (size_t count = (size_t)postings->len / 8; done && count;) {
        size_t size, taken = block_write(left, count, room, payload, &size);
        PyObject *bytes = PyBytes_FromStringAndSize((const char *)payload, (Py_ssize_t)size);
        PyObject *block = bytes ? Py_BuildValue("nN", (Py_ssize_t)taken, bytes) : NULL;
        done = block && PyList_Append(blocks, block) == 0;
        Py_XDECREF(block);
        left += taken;
        count -= taken;
    }
    free(payload);
    return done;
}

/* encode(postings, room) -> [(postings, payload), ...] */
PyObject *native_encode(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *postings;
    Py_ssize_t room;
    Py_buffer view;
    if (!PyArg_ParseTuple(arguments, "On", &postings, &room)) return NULL;
    if (room < 8 || room >= BLOCK_POSTINGS) {
        PyErr_SetString(PyExc_ValueError, "a block of that size cannot be written");
        return NULL;
    }
    if (!hold(postings, &view, 8, 0, false, "postings")) return NULL;
    PyObject *blocks = PyList_New(0);
    if (blocks && !encode_all(&view, (size_t)room, blocks)) Py_CLEAR(blocks);
    PyBuffer_Release(&view);
    return blocks;
}

/* filters(postings, counts, filters): the last are zeros, and are filled */
PyObject *native_filters(PyObject *module, PyObject *arguments) {
    (void)module;
    enum { BUFFERS = 3 };
    PyObject *objects[BUFFERS], *result = NULL;
    Py_buffer views[BUFFERS];
    if (!PyArg_ParseTuple(arguments, "OOO", &objects[0], &objects[1], &objects[2])) return NULL;
    int held = 0;
    for (; held < BUFFERS; held++) {
        if (!hold(objects[held], &views[held], 8, 0, held == BUFFERS - 1, "an array")) break;
    }
    if (held == BUFFERS) {
        const uint64_t *postings = views[0].buf;
        const int64_t *counts = views[1].buf;
        uint64_t *filter = views[2].buf;
        size_t left = (size_t)views[0].len / 8, blocks = (size_t)views[1].len / 8;
        bool fit = (size_t)views[2].len / 8 / FILTER_WORDS >= blocks;
        for (size_t i = 0; fit && i < blocks; i++, filter += FILTER_WORDS) {
            fit = counts[i] >= 0 && (size_t)counts[i] <= left;
            if (!fit) break;
            filter_fill(filter, postings, (size_t)counts[i]);
            postings += counts[i];
            left -= (size_t)counts[i];
        }
        if (fit) result = Py_BuildValue("");
        else refused("the blocks are not those of the postings");
    }
    while (held > 0) PyBuffer_Release(&views[--held]);
    return result;
}
