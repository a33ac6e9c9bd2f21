/* One text read for comparison, and two token sequences aligned, for Python: see `pairs.c` for many texts. */
#include "door.h"
#include "pairs.h"

#include <stdlib.h>

/* What stands before each token, and before the end of the last. */
static PyObject *numeric_before(side_t *side) {
    uint32_t *counts = arena_take(&side->memory, side->count + 1, sizeof *counts);
    if (!counts) return PyErr_NoMemory();
    counts[0] = 0;
    for (size_t i = 0; i < side->count; i++) counts[i + 1] = counts[i] + is_numeric(side, i);
    return byte_array(counts, side->count + 1, sizeof *counts);
}

static PyObject *separators_before(side_t *side) {
    uint32_t *counts = arena_take(&side->memory, side->count + 1, sizeof *counts);
    if (!counts) return PyErr_NoMemory();
    counts[0] = side->count ? (uint32_t)count_bits(side->separators, 0, side->starts[0]) : 0;
    for (size_t i = 0; i < side->count; i++) counts[i + 1] = counts[i] + (uint32_t)separators_between(side, i, i + 1);
    return byte_array(counts, side->count + 1, sizeof *counts);
}

static PyObject *reading_of(const tokens_t *tokens, const uint32_t *text, size_t length, size_t shingle_size) {
    PyObject *result = NULL;
    pool_t pool = {0};
    values_t shingles = {0}, spare = {0};
    side_t *side = side_new(&pool, tokens, &(text_t){.codes = text, .length = length});
    if (side && sketch_shingles(tokens, shingle_size, &shingles) && values_reserve(&spare, shingles.count)) {
        shingles.count = sort_unique(shingles.values, shingles.count, spare.values);
        result = Py_BuildValue("NNNNNN", byte_array(side->tokens, side->count, sizeof *side->tokens),
                               byte_array(side->starts, side->count, sizeof *side->starts),
                               byte_array(side->ends, side->count, sizeof *side->ends), numeric_before(side),
                               separators_before(side), byte_array(shingles.values, shingles.count, sizeof *shingles.values));
    } else {
        PyErr_NoMemory();
    }
    free(spare.values);
    free(shingles.values);
    if (side) side_give_back(&pool, side);
    pool_free(&pool);
    return result;
}

/* read(text, shingle_size) -> tokens, starts, ends, numeric, separators, shingles */
PyObject *native_read(PyObject *module, PyObject *arguments) {
    PyObject *text, *result = NULL;
    Py_ssize_t shingle;
    tokens_t tokens;
    codes_t codes;
    if (!PyArg_ParseTuple(arguments, "On", &text, &shingle)) return NULL;
    if (read_one(module, text, &tokens, &codes)) {
        result = reading_of(&tokens, codes.values, codes.used, shingle < 1 ? 1 : (size_t)shingle);
    }
    free(codes.values);
    tokens_free(&tokens);
    return result;
}

static bool align_sequences(const uint64_t *const *tokens, const size_t *counts, const limits_t *limits, const uint64_t *secret,
                            arena_t *arena, passages_t *passages) {
    grams_t a, b;
    meetings_t meetings;
    return grams_init(&a, arena, tokens[0], counts[0], secret) && grams_init(&b, arena, tokens[1], counts[1], secret) &&
           meet_grams(&a, &b, arena, &meetings) && align_grams(&a, &b, &meetings, limits, arena, passages);
}

/* align(a, b, secret, (max_gap, min_tokens), min_identity) -> rows of five int32 */
PyObject *native_align(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *a, *b, *result = NULL;
    Py_ssize_t gap, least;
    unsigned long long secret[2];
    Py_buffer left, right;
    limits_t limits;
    if (!PyArg_ParseTuple(arguments, "OO(KK)(nn)d", &a, &b, &secret[0], &secret[1], &gap, &least, &limits.min_identity)) return NULL;
    if (!hold(a, &left, 8, 0, false, "a")) return NULL;
    if (!hold(b, &right, 8, 0, false, "b")) {
        PyBuffer_Release(&left);
        return NULL;
    }
    limits.max_gap = gap < 0 ? 0 : gap > INT32_MAX ? INT32_MAX : (size_t)gap;
    limits.min_tokens = least < 0 ? 0 : (size_t)least;
    const uint64_t *const tokens[] = {left.buf, right.buf}, keys[] = {secret[0], secret[1]};
    const size_t counts[] = {(size_t)left.len / 8, (size_t)right.len / 8};
    arena_t arena = {0};
    passages_t passages = {0};
    bool done = false, fits = counts[0] < INT32_MAX && counts[1] < INT32_MAX;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS;
        done = align_sequences(tokens, counts, &limits, keys, &arena, &passages);
        Py_END_ALLOW_THREADS;
    }
    if (done) result = byte_array(passages.rows, passages.count * ROW, sizeof *passages.rows);
    else if (fits) PyErr_NoMemory();
    else PyErr_SetString(PyExc_OverflowError, "a text has 2**31 or more tokens");
    arena_free(&arena);
    PyBuffer_Release(&left);
    PyBuffer_Release(&right);
    return result;
}
