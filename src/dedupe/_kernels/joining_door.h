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
/* What is joined, and what holds it meanwhile. */
typedef struct {
    joint_t joint;
    postings_t *runs;
    Py_buffer *views; /* of the runs and of who is present */
    size_t held;
} joint_view_t;

/* Holds a tuple of runs and who is present; false with an exception, and nothing is held. */
bool joint_open(joint_view_t *view, PyObject *runs, int width, PyObject *present, Py_ssize_t cap);
void joint_close(joint_view_t *view);
/* NULL with the exception of what went wrong. */
PyObject *refuse_joining(joining_t outcome);

#endif
