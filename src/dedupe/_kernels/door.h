/* What the files that know Python share: the module's state, and how buffers are held. */
#ifndef DEDUPE_DOOR_H
#define DEDUPE_DOOR_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernels.h"
#include "lines.h"
#include "pairs.h"

enum { LOCKS_LEFT = 16 };

/* The Python rules, and what has been learnt from them. */
typedef struct {
    tables_t *tables;
    PyObject *page;  /* number -> bytes: 256 characters and the pieces they fold to */
    PyObject *chunk; /* str -> bytes: the pieces it folds to */
    alphabet_t *alphabet;
    PyObject *sheet; /* number -> bytes: what 256 characters are */
    PyThread_type_lock locks[LOCKS_LEFT]; /* for the next batch; whoever holds the interpreter lock may take what is left */
    size_t lock_count;
    values_t fingerprints; /* room for the next batch */
    memory_t *memory; /* for measuring pairs; whoever holds the interpreter lock may take what is in it */
} state_t;

static inline state_t *state_of(PyObject *module) { return PyModule_GetState(module); }

/* Holds a buffer of at least `items` values of `item` bytes each; false with an exception. */
bool hold(PyObject *object, Py_buffer *view, size_t item, size_t items, bool writable, const char *name);
PyObject *byte_array(const void *bytes, size_t items, size_t size);

/* texts.c */
/* Many texts, as Python gives them: [strings, which of them are ASCII], or [UTF-8, where each begins, where it ends]. What
 * they are made of must outlive them. */
typedef struct {
    PyObject *strings; /* a tuple, borrowed; NULL where there is UTF-8 */
    Py_buffer views[3];
    size_t held; /* of the views */
    size_t count;
} texts_t;

/* Code points of texts, one after another. */
typedef struct {
    uint32_t *values;
    size_t used, capacity;
} codes_t;

bool texts_open(texts_t *texts, PyObject *given);
void texts_close(texts_t *texts);
/* No text has more code points than that. */
size_t texts_bound(const texts_t *texts, size_t place);
/* Where one text in UTF-8 lies; false where that is not within the content. Needs no interpreter lock. */
bool texts_lie(const texts_t *texts, size_t place, text_t *text);
/* One text, where it lies or copied behind the codes there are; these move where they have no room for it. */
bool texts_load(const texts_t *texts, size_t place, codes_t *codes, text_t *text);
/* One text copied as code points, whatever it is. */
bool texts_copy(const texts_t *texts, size_t place, codes_t *codes, text_t *text);
/* Room for so many codes behind those there are; false with an exception. */
bool codes_reserve(codes_t *codes, size_t more);
/* A copy of one string. */
bool copy_text(PyObject *string, codes_t *codes, text_t *text);

/* rows_door.c */
PyObject *native_rows(PyObject *module, PyObject *arguments);

/* rules.c */
/* Gives the reader what it wants; false with an exception. */
bool serve(state_t *state, reader_t *reader, outcome_t outcome);
/* Reads one text; `codes` and `tokens` are the caller's to free, whatever comes of it. */
bool read_one(PyObject *module, PyObject *string, tokens_t *tokens, codes_t *codes);
PyObject *native_tokenize(PyObject *module, PyObject *text);
PyObject *native_shingle_hashes(PyObject *module, PyObject *arguments);

/* sketch_door.c */
PyObject *native_sketch(PyObject *module, PyObject *arguments);

/* read.c */
PyObject *native_read(PyObject *module, PyObject *arguments);
PyObject *native_align(PyObject *module, PyObject *arguments);

/* pairs.c */
/* Memory up to that is left for the next call: asking the system for it costs as much as reading texts. */
enum { LEFT_BYTES = 1 << 25 };
/* What the call before left, unless another thread has it. Both under the interpreter lock. */
memory_t take_memory(state_t *state);
/* Its sides are all given back. */
void leave_memory(state_t *state, memory_t *memory);
PyObject *native_measure(PyObject *module, PyObject *arguments);

/* bags_door.c */
PyObject *native_may_reach(PyObject *module, PyObject *arguments);

/* texture_door.c */
PyObject *native_texture(PyObject *module, PyObject *arguments);

/* lines_door.c */
PyObject *native_vocabulary(PyObject *module, PyObject *numbers);
PyObject *native_unmarked(PyObject *module, PyObject *text);
PyObject *native_lines(PyObject *module, PyObject *arguments);
PyObject *native_marked_lines(PyObject *module, PyObject *arguments);
PyObject *native_quotations(PyObject *module, PyObject *text);
/* Appends start and end of each quotation; false with an exception. */
bool find_quotations(state_t *state, const uint32_t *codes, size_t length, values_t *spans);
PyObject *native_set_alphabet(PyObject *module, PyObject *sheet);

/* postings_door.c */
PyObject *native_perhaps(PyObject *module, PyObject *arguments);
PyObject *native_search(PyObject *module, PyObject *arguments);
PyObject *native_encode(PyObject *module, PyObject *arguments);
PyObject *native_filters(PyObject *module, PyObject *arguments);

/* tail_door.c */
PyObject *native_tail(PyObject *module, PyObject *secret);
PyObject *native_tail_add(PyObject *module, PyObject *arguments);
PyObject *native_tail_find(PyObject *module, PyObject *arguments);
PyObject *native_tail_postings(PyObject *module, PyObject *tail);

/* tally_door.c */
PyObject *native_tally(PyObject *module, PyObject *arguments);

/* symbols_door.c */
PyObject *native_codebook(PyObject *module, PyObject *arguments);
PyObject *native_squeeze(PyObject *module, PyObject *arguments);
PyObject *native_unsqueeze(PyObject *module, PyObject *arguments);

/* joining_door.c */
PyObject *native_post(PyObject *module, PyObject *arguments);
PyObject *native_collide(PyObject *module, PyObject *arguments);
PyObject *native_add_up(PyObject *module, PyObject *arguments);
PyObject *native_unite(PyObject *module, PyObject *arguments);

/* gathering_door.c */
PyObject *native_gathering(PyObject *module, PyObject *arguments);
PyObject *native_gather(PyObject *module, PyObject *arguments);
PyObject *native_gather_collisions(PyObject *module, PyObject *arguments);
PyObject *native_gathered_pairs(PyObject *module, PyObject *arguments);

/* partition_door.c */
PyObject *native_partition(PyObject *module, PyObject *arguments);

#endif
