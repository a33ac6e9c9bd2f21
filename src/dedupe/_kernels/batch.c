/* Texts from Python, read with the interpreter lock released; what the tables do not know yet is asked of the rules. */
#include "door.h"
#include "bags.h"

#include <stdlib.h>
#include <string.h>

#ifndef DEDUPE_TINY_BUFFERS
enum { ARENA_CODES = 1 << 17 };
#else
enum { ARENA_CODES = 1 };
#endif

/* ---- asking the Python rules ---- */

static bool learn_page(state_t *state, uint32_t number) {
    PyObject *bytes = PyObject_CallFunction(state->page, "I", (unsigned int)number);
    char *data;
    Py_ssize_t size;
    bool learnt = bytes && PyBytes_AsStringAndSize(bytes, &data, &size) == 0;
    if (learnt && !tables_add_page(state->tables, number, (const uint8_t *)data, (size_t)size)) {
        PyErr_Format(PyExc_ValueError, "the rules of page %u cannot be used", (unsigned int)number);
        learnt = false;
    }
    Py_XDECREF(bytes);
    return learnt;
}

/* Asks what the wanted chunk folds to, remembers it while there is room, and supplies it. */
static bool learn_chunk(state_t *state, reader_t *reader) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    int order = 1;
#else
    int order = -1;
#endif
    const uint32_t *codes = reader->tokens->codes;
    size_t count = reader->chunk.count;
    PyObject *chunk = PyUnicode_DecodeUTF32((const char *)codes, (Py_ssize_t)(count * sizeof *codes), "surrogatepass", &order);
    PyObject *bytes = chunk ? PyObject_CallFunctionObjArgs(state->chunk, chunk, NULL) : NULL;
    char *data;
    Py_ssize_t size;
    bool learnt = bytes && PyBytes_AsStringAndSize(bytes, &data, &size) == 0;
    if (learnt) {
        tables_add_chunk(state->tables, codes, count, (const uint8_t *)data, (size_t)size);
        learnt = reader_supply(reader, (const uint8_t *)data, (size_t)size);
        if (!learnt) PyErr_SetString(PyExc_ValueError, "the rules of a chunk cannot be used");
    }
    Py_XDECREF(chunk);
    Py_XDECREF(bytes);
    return learnt;
}

bool serve(state_t *state, reader_t *reader, outcome_t outcome) {
    if (outcome == WANTS_PAGE) return learn_page(state, reader->page);
    if (outcome == WANTS_CHUNK) return learn_chunk(state, reader);
    PyErr_NoMemory();
    return false;
}

/* ---- one text ---- */

bool read_one(PyObject *module, PyObject *text, tokens_t *tokens, uint32_t **codes, size_t *length) {
    state_t *state = state_of(module);
    reader_t reader;
    size_t capacity = 0;
    *codes = NULL;
    *length = 0;
    bool read = tokens_init(tokens);
    if (!read) PyErr_NoMemory();
    read = read && copy_text(text, codes, &capacity, 0, length);
    reader_start(&reader, tokens, state->tables, *codes, *length);
    while (read) {
        outcome_t outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = reader_read(&reader);
        Py_END_ALLOW_THREADS;
        if (outcome == READ_ALL) break;
        read = serve(state, &reader, outcome);
    }
    return read;
}

static bool read_tokens(PyObject *module, PyObject *text, tokens_t *tokens) {
    uint32_t *codes;
    size_t length;
    bool read = read_one(module, text, tokens, &codes, &length);
    free(codes);
    return read;
}

PyObject *native_tokenize(PyObject *module, PyObject *text) {
    tokens_t tokens;
    values_t hashes = {0};
    PyObject *result = NULL;
    bool read = read_tokens(module, text, &tokens);
    if (read && !sketch_tokens(&tokens, &hashes)) {
        PyErr_NoMemory();
    } else if (read) {
        result = Py_BuildValue("NNN", byte_array(hashes.values, hashes.count, sizeof(uint64_t)),
                               byte_array(tokens.starts, tokens.count, sizeof(uint32_t)),
                               byte_array(tokens.ends, tokens.count, sizeof(uint32_t)));
    }
    free(hashes.values);
    tokens_free(&tokens);
    return result;
}

PyObject *native_shingle_hashes(PyObject *module, PyObject *arguments) {
    PyObject *text, *result = NULL;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(arguments, "On", &text, &size)) return NULL;
    tokens_t tokens;
    values_t hashes = {0}, spare = {0};
    bool read = read_tokens(module, text, &tokens);
    if (read && !(sketch_shingles(&tokens, size < 1 ? 1 : (size_t)size, &hashes) && values_reserve(&spare, hashes.count))) {
        PyErr_NoMemory();
    } else if (read) {
        Py_BEGIN_ALLOW_THREADS;
        hashes.count = sort_unique(hashes.values, hashes.count, spare.values);
        Py_END_ALLOW_THREADS;
        result = byte_array(hashes.values, hashes.count, sizeof(uint64_t));
    }
    free(spare.values);
    free(hashes.values);
    tokens_free(&tokens);
    return result;
}

/* ---- many texts ---- */

typedef struct {
    texts_t texts;
    Py_ssize_t next, stop;
    recipe_t recipe;
    uint32_t *signatures, *token_counts;
    uint64_t *body_hashes;
    int64_t *fingerprint_counts;
    uint8_t *bags; /* NULL where nobody wants them */
    /* working memory */
    tokens_t tokens;
    scratch_t scratch;
    values_t fingerprints;
    uint32_t *codes;
    size_t codes_capacity;
    size_t *ends; /* of each text of a round in `codes` */
} batch_t;

enum { ROUND_TEXTS = 256 };

static bool finish_text(batch_t *batch, Py_ssize_t row) {
    const tokens_t *tokens = &batch->tokens;
    size_t before = batch->fingerprints.count;
    batch->token_counts[row] = tokens->count > UINT32_MAX ? UINT32_MAX : (uint32_t)tokens->count;
    batch->body_hashes[row] = xxh3_64(tokens->joined, tokens->joined_length);
    const sketched_t sketched = {.signature = batch->signatures + (size_t)row * batch->recipe.slots,
                                 .fingerprints = &batch->fingerprints,
                                 .bag = batch->bags ? batch->bags + (size_t)row * BAG_BYTES : NULL};
    if (!sketch_text(tokens, &batch->recipe, &batch->scratch, &sketched)) return false;
    batch->fingerprint_counts[row] = (int64_t)(batch->fingerprints.count - before);
    return true;
}

/* Copies texts until the arena is full; one text always fits. Returns how many, 0 with an exception. */
static size_t load_round(batch_t *batch) {
    size_t used = 0, count = 0;
    while (count < ROUND_TEXTS && batch->next + (Py_ssize_t)count < batch->stop) {
        size_t place = (size_t)batch->next + count, copied;
        if (count && used + texts_bound(&batch->texts, place) > ARENA_CODES) break;
        if (!texts_copy(&batch->texts, place, &batch->codes, &batch->codes_capacity, used, &copied)) return 0;
        used += copied;
        batch->ends[count++] = used;
    }
    return count;
}

/* Reads and sketches the texts of a round from `*done` on; stops where a reader wants something. */
static outcome_t work_on(batch_t *batch, reader_t *reader, size_t count, size_t *done, bool *started, const tables_t *tables) {
    for (; *done < count; ++*done) {
        size_t start = *done ? batch->ends[*done - 1] : 0;
        if (!*started) reader_start(reader, &batch->tokens, tables, batch->codes + start, batch->ends[*done] - start);
        *started = true;
        outcome_t outcome = reader_read(reader);
        if (outcome != READ_ALL) return outcome;
        *started = false;
        if (!finish_text(batch, batch->next + (Py_ssize_t)*done)) return NO_MEMORY;
    }
    return READ_ALL;
}

static bool work_round(state_t *state, batch_t *batch, size_t count) {
    reader_t reader;
    size_t done = 0;
    bool started = false;
    for (;;) {
        outcome_t outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = work_on(batch, &reader, count, &done, &started, state->tables);
        Py_END_ALLOW_THREADS;
        if (outcome == READ_ALL) break;
        if (!serve(state, &reader, outcome)) return false;
    }
    batch->next += (Py_ssize_t)count;
    return true;
}

static PyObject *work_batch(state_t *state, batch_t *batch) {
    PyObject *result = NULL;
    bool worked = tokens_init(&batch->tokens);
    batch->tokens.places = false;
    batch->codes = malloc(ARENA_CODES * sizeof *batch->codes);
    batch->codes_capacity = ARENA_CODES;
    batch->ends = malloc(ROUND_TEXTS * sizeof *batch->ends);
    if (!worked || !batch->codes || !batch->ends) {
        worked = false;
        PyErr_NoMemory();
    }
    while (worked && batch->next < batch->stop) {
        size_t count = load_round(batch);
        worked = count && work_round(state, batch, count);
    }
    if (worked) result = byte_array(batch->fingerprints.values, batch->fingerprints.count, sizeof(uint64_t));
    free(batch->codes);
    free(batch->ends);
    free(batch->fingerprints.values);
    scratch_free(&batch->scratch);
    tokens_free(&batch->tokens);
    return result;
}

/* sketch(texts, first, stop, (shingle_size, fingerprint_tokens, fingerprint_window), (a, b),
 *        (signatures, token_counts, body_hashes, fingerprint_counts, bags)) -> fingerprints
 * `bags` may be empty: then there are none. */
PyObject *native_sketch(PyObject *module, PyObject *arguments) {
    enum { BUFFERS = 7 };
    PyObject *objects[BUFFERS], *texts;
    Py_buffer views[BUFFERS];
    Py_ssize_t shingle, tokens, window, slots;
    batch_t batch = {0};
    if (!PyArg_ParseTuple(arguments, "Onn(nnn)n(OO)(OOOOO)", &texts, &batch.next, &batch.stop, &shingle, &tokens, &window,
                          &slots, &objects[0], &objects[1], &objects[2], &objects[3], &objects[4], &objects[5], &objects[6])) {
        return NULL;
    }
    if (!texts_open(&batch.texts, texts)) return NULL;
    Py_ssize_t count = (Py_ssize_t)batch.texts.count;
    if (batch.next < 0 || batch.next > batch.stop || batch.stop > count || shingle < 1 || tokens < 1 || window < 1 || slots < 1 ||
        (count && slots > PY_SSIZE_T_MAX / count)) {
        PyErr_SetString(PyExc_ValueError, "sketch was called with a parameter out of range");
        texts_close(&batch.texts);
        return NULL;
    }
    size_t rows = (size_t)count, columns = (size_t)slots;
    const size_t items[BUFFERS] = {columns, columns, rows * columns, rows, rows, rows, 0};
    const size_t sizes[BUFFERS] = {4, 4, 4, 4, 8, 8, 1};
    PyObject *result = NULL;
    int held = 0;
    for (; held < BUFFERS; held++) {
        if (!hold(objects[held], &views[held], sizes[held], items[held], held > 1, "an array")) break;
    }
    if (held == BUFFERS) {
        batch.recipe = (recipe_t){(size_t)shingle, (size_t)tokens, (size_t)window, columns, views[0].buf, views[1].buf};
        batch.signatures = views[2].buf;
        batch.token_counts = views[3].buf;
        batch.body_hashes = views[4].buf;
        batch.fingerprint_counts = views[5].buf;
        batch.bags = rows && (size_t)views[6].len / rows >= BAG_BYTES ? views[6].buf : NULL;
        result = work_batch(state_of(module), &batch);
    }
    while (held > 0) PyBuffer_Release(&views[--held]);
    texts_close(&batch.texts);
    return result;
}
