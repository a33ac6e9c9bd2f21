/* Sketches of many texts, for Python: arguments checked, buffers held. */
#include "batch.h"
#include "bags.h"

/* The last of them may be empty. */
enum { A, B, SIGNATURES, BAND_KEYS, TOKEN_COUNTS, BODY_HASHES, FINGERPRINT_COUNTS, BAGS, BUFFERS };

/* Holds the arrays, as many values as texts and slots want; returns how many are held, all but for an exception. */
static size_t hold_arrays(PyObject **objects, Py_buffer *views, size_t rows, const bands_t *bands, size_t slots) {
    const size_t items[BUFFERS] = {slots, slots, bands->count ? 0 : rows * slots, rows * bands->count, rows, rows, rows, 0};
    const size_t sizes[BUFFERS] = {4, 4, 4, 8, 4, 8, 8, 1};
    size_t held = 0;
    while (held < BUFFERS && hold(objects[held], &views[held], sizes[held], items[held], held > B, "an array")) held++;
    return held;
}

/* sketch(texts, (shingle_size, fingerprint_tokens, fingerprint_window, distinct), slots, (bands, rows), threads,
 *        (a, b), (signatures, band_keys, token_counts, body_hashes, fingerprint_counts, bags)) -> fingerprints
 * With 0 bands there are signatures and no band keys, else band keys, one band after another, and no signatures. `bags`
 * may be empty: then there are none. */
PyObject *native_sketch(PyObject *module, PyObject *arguments) {
    PyObject *objects[BUFFERS], *texts, *result = NULL;
    Py_buffer views[BUFFERS];
    Py_ssize_t shingle, tokens, window, slots, bands, band_rows, threads;
    int distinct;
    batch_t batch = {0};
    if (!PyArg_ParseTuple(arguments, "O(nnnp)n(nn)n(OO)(OOOOOO)", &texts, &shingle, &tokens, &window, &distinct, &slots, &bands,
                          &band_rows, &threads, &objects[A], &objects[B], &objects[SIGNATURES], &objects[BAND_KEYS], &objects[TOKEN_COUNTS], &objects[BODY_HASHES],
                          &objects[FINGERPRINT_COUNTS], &objects[BAGS])) {
        return NULL;
    }
    if (!texts_open(&batch.texts, texts)) return NULL;
    size_t rows = batch.texts.count, held = 0;
    if (shingle < 1 || tokens < 1 || window < 1 || slots < 1 || threads < 1 || bands < 0 || band_rows < 1 ||
        bands > slots / band_rows || (rows && (size_t)slots > PY_SSIZE_T_MAX / rows)) {
        PyErr_SetString(PyExc_ValueError, "sketch was called with a parameter out of range");
    } else {
        batch.bands = (bands_t){(size_t)bands, (size_t)band_rows, rows};
        held = hold_arrays(objects, views, rows, &batch.bands, (size_t)slots);
    }
    if (held == BUFFERS) {
        batch.recipe = (recipe_t){(size_t)shingle, (size_t)tokens, (size_t)window, (size_t)slots, views[A].buf, views[B].buf, distinct != 0};
        batch.signatures = bands ? NULL : views[SIGNATURES].buf;
        batch.band_keys = views[BAND_KEYS].buf;
        batch.token_counts = views[TOKEN_COUNTS].buf;
        batch.body_hashes = views[BODY_HASHES].buf;
        batch.fingerprint_counts = views[FINGERPRINT_COUNTS].buf;
        batch.bags = rows && (size_t)views[BAGS].len / rows >= BAG_BYTES ? views[BAGS].buf : NULL;
        batch.threads = (size_t)threads;
        result = batch_sketch(state_of(module), &batch);
    }
    while (held > 0) PyBuffer_Release(&views[--held]);
    texts_close(&batch.texts);
    return result;
}
