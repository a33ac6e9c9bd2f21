/* What the tables do not know yet, asked of the Python rules; and single texts, read with the interpreter lock released. */
#include "door.h"

#include <stdlib.h>

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
    if (outcome == NOT_UTF8) return PyErr_SetString(PyExc_ValueError, "a text is not UTF-8"), false;
    PyErr_NoMemory();
    return false;
}

/* ---- one text ---- */

bool read_one(PyObject *module, PyObject *string, tokens_t *tokens, codes_t *codes) {
    state_t *state = state_of(module);
    reader_t reader;
    text_t text;
    *codes = (codes_t){0};
    bool read = tokens_init(tokens);
    if (!read) PyErr_NoMemory();
    read = read && copy_text(string, codes, &text);
    if (read) reader_start(&reader, tokens, state->tables, text);
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
    codes_t codes;
    bool read = read_one(module, text, tokens, &codes);
    free(codes.values);
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
