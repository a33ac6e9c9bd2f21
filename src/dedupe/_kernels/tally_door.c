/* The door to Python of what counts hits: they and the centres of crowds are checked. */
#include "postings_door.h"

#include <stdlib.h>

/* Whether hits ascend and name keys that are there, whose channels there are. */
static bool holds_together(const tally_t *tally) {
    for (size_t i = 0; i < tally->keys; i++) {
        if (tally->channels[i] >= CHANNELS) return refused("there is no such channel");
    }
    for (size_t i = 0; i < tally->count; i++) {
        if (tally->hits[i] >> ROW_BITS >= tally->keys || (i && tally->hits[i] <= tally->hits[i - 1])) {
            return refused("the hits do not ascend, or name a key that is not there");
        }
    }
    return true;
}

/* Whether the centres are those of the crowded keys, in their order. */
static bool are_centres(const tally_t *tally, size_t count) {
    size_t place = 0;
    bool fit = true;
    for (size_t begin = 0, end; fit && begin < tally->count; begin = end) {
        end = run_end(tally->hits, tally->count, begin);
        uint64_t position = tally->hits[begin] >> ROW_BITS;
        if (!is_crowded(tally, position, end - begin)) continue;
        fit = place < count;
        const int64_t *centre = tally->centres + (fit ? 2 * place++ : 0);
        fit = fit && (uint64_t)centre[0] == position && centre[1] >= 0 && centre[1] <= ROW_MASK;
    }
    return (fit && place == count) || refused("the centres are not those of the crowded keys");
}

static PyObject *crowded_of(const tally_t *tally) {
    looks_t found = {0};
    bool room = true;
    for (size_t begin = 0, end; room && begin < tally->count; begin = end) {
        end = run_end(tally->hits, tally->count, begin);
        uint64_t position = tally->hits[begin] >> ROW_BITS;
        if (is_crowded(tally, position, end - begin)) room = looks_add(&found, (size_t)position, begin, end);
    }
    PyObject *result = room ? byte_array(found.rows, found.count, sizeof *found.rows) : PyErr_NoMemory();
    free(found.rows);
    return result;
}

static PyObject *tallied(const tally_t *tally) {
    tallied_t *rows;
    size_t made;
    if (!tally_rows(tally, &rows, &made)) return PyErr_NoMemory();
    int64_t(*counts)[4] = malloc((made + 1) * sizeof *counts);
    double *rarities = malloc((made + 1) * sizeof *rarities);
    for (size_t i = 0; counts && rarities && i < made; i++) {
        counts[i][0] = (int64_t)rows[i].row;
        for (size_t channel = BAND; channel < CHANNELS; channel++) counts[i][channel] = rows[i].counts[channel];
        rarities[i] = rows[i].rarity;
    }
    PyObject *result = NULL;
    if (!counts || !rarities) PyErr_NoMemory();
    else result = Py_BuildValue("NN", byte_array(counts, made, sizeof *counts), byte_array(rarities, made, sizeof *rarities));
    free(counts);
    free(rarities);
    free(rows);
    return result;
}

/* tally(hits, channels, (band_cap, cap), centres) -> (rows of four int64, doubles); crowded keys without centres */
PyObject *native_tally(PyObject *module, PyObject *arguments) {
    (void)module;
    enum { BUFFERS = 3 };
    PyObject *objects[BUFFERS], *result = NULL;
    Py_buffer views[BUFFERS];
    Py_ssize_t band_cap, cap;
    if (!PyArg_ParseTuple(arguments, "OO(nn)O", &objects[0], &objects[1], &band_cap, &cap, &objects[2])) return NULL;
    const size_t sizes[BUFFERS] = {8, 1, 8};
    int held = 0, wanted = objects[2] == Py_None ? BUFFERS - 1 : BUFFERS;
    for (; held < wanted; held++) {
        if (!hold(objects[held], &views[held], sizes[held], 0, false, "an array")) break;
    }
    if (held == wanted) {
        tally_t tally = {.hits = views[0].buf,
                         .count = (size_t)views[0].len / 8,
                         .channels = views[1].buf,
                         .keys = (size_t)views[1].len,
                         .band_cap = band_cap < 1 ? 1 : (size_t)band_cap,
                         .cap = cap < 1 ? 1 : (size_t)cap};
        bool asked = wanted == BUFFERS;
        if (asked) tally.centres = views[2].buf;
        if (holds_together(&tally) && (!asked || are_centres(&tally, (size_t)views[2].len / 16))) {
            result = asked ? tallied(&tally) : crowded_of(&tally);
        }
    }
    while (held > 0) PyBuffer_Release(&views[--held]);
    return result;
}
