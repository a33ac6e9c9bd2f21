/* What the doors of what joins postings share: several arrays held at once. */
#ifndef DEDUPE_JOINING_DOOR_H
#define DEDUPE_JOINING_DOOR_H

#include "door.h"
#include "joining.h"

typedef struct {
    PyObject *object;
    size_t item, items; /* bytes of one, and how many there must be at least */
    bool writable;
    const char *name;
} wanted_t;

/* Holds all of them, or none with an exception. */
bool hold_all(const wanted_t *wanted, size_t count, Py_buffer *views);
void release(Py_buffer *views, size_t count);
/* NULL with a ValueError. */
PyObject *refuse(const char *message);
bool all_known(const uint32_t *documents, size_t count, size_t known);

#endif
