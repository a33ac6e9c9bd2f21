/* The door to Python of what groups texts: the interpreter lock is free but while somebody is asked. */
#include "joining_door.h"
#include "partition.h"

#include <math.h>

typedef struct {
    asker_t asker;
    PyObject *function;
    PyThreadState *state; /* while the lock is free */
} python_asker_t;

/* What a question was answered: None, or (kinds, similarity). False with an exception. */
static bool read_answer(PyObject *answer, tie_t *tie) {
    int kinds;
    if (answer == Py_None) return true;
    if (!PyTuple_Check(answer)) {
        PyErr_SetString(PyExc_TypeError, "a pair is told by its kinds and its similarity");
        return false;
    }
    if (!PyArg_ParseTuple(answer, "id", &kinds, &tie->similarity)) return false;
    tie->kinds = (unsigned)kinds & TIE_KINDS;
    if (!isnan(tie->similarity)) return true;
    refuse("a similarity is a number");
    return false;
}

static bool ask(asker_t *asker, uint32_t a, uint32_t b, tie_t *tie) {
    python_asker_t *own = (python_asker_t *)asker;
    PyEval_RestoreThread(own->state);
    PyObject *answer = PyObject_CallFunction(own->function, "II", (unsigned)a, (unsigned)b);
    bool read = answer && read_answer(answer, tie);
    Py_XDECREF(answer);
    own->state = PyEval_SaveThread();
    return read;
}

/* partition(ends, kinds, similarities, ask, groups) */
PyObject *native_partition(PyObject *module, PyObject *arguments) {
    (void)module;
    enum { ENDS, KINDS, SIMILARITIES, GROUPS, BUFFERS };
    PyObject *objects[BUFFERS];
    Py_buffer views[BUFFERS];
    python_asker_t asker = {.asker = {ask}};
    if (!PyArg_ParseTuple(arguments, "OOOOO", &objects[ENDS], &objects[KINDS], &objects[SIMILARITIES], &asker.function, &objects[GROUPS])) return NULL;
    wanted_t wanted[] = {
        {objects[ENDS], 4, 0, false, "ends"},
        {objects[KINDS], 1, 0, false, "kinds"},
        {objects[SIMILARITIES], 8, 0, false, "similarities"},
        {objects[GROUPS], 4, 0, true, "groups"},
    };
    if (!hold_all(wanted, BUFFERS, views)) return NULL;
    size_t texts = (size_t)views[GROUPS].len / 4, count = (size_t)views[KINDS].len;
    pairs_known_t pairs = {views[ENDS].buf, views[KINDS].buf, views[SIMILARITIES].buf, count};
    bool fits = (size_t)views[ENDS].len / 8 == count && (size_t)views[SIMILARITIES].len / 8 == count;
    partitioned_t outcome = PARTITIONED;
    asker.state = PyEval_SaveThread();
    fits = fits && pairs_fit(&pairs, texts);
    if (fits) outcome = partition(&pairs, texts, asker.function == Py_None ? NULL : &asker.asker, views[GROUPS].buf);
    PyEval_RestoreThread(asker.state);
    release(views, BUFFERS);
    if (!fits) return refuse("ties ascend, the smaller text first, name texts, and have a kind and a number each");
    if (outcome == OUT_OF_MEMORY) return PyErr_NoMemory();
    return outcome == ASKING_FAILED ? NULL : Py_BuildValue("");
}
