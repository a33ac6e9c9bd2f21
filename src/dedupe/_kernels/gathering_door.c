/* The door to Python of what gathers groups. A gathering that one thread adds to is closed to all others. */
#include "joining_door.h"

#include <stdlib.h>

static const char CAPSULE[] = "dedupe.gathering";

static void capsule_free(PyObject *capsule) {
    gathering_t *gathering = PyCapsule_GetPointer(capsule, CAPSULE);
    gathering_clear(gathering);
    free(gathering);
}

/* Opens a gathering for one thread, which closes it with `busy = false`; NULL with an exception. */
static gathering_t *open_gathering(PyObject *capsule) {
    gathering_t *gathering = PyCapsule_GetPointer(capsule, CAPSULE);
    if (gathering && gathering->busy) {
        PyErr_SetString(PyExc_RuntimeError, "another thread adds to this gathering");
        return NULL;
    }
    if (gathering) gathering->busy = true;
    return gathering;
}

/* gathering(documents, secret) */
PyObject *native_gathering(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_ssize_t documents;
    unsigned long long secret[2];
    if (!PyArg_ParseTuple(arguments, "n(KK)", &documents, &secret[0], &secret[1])) return NULL;
    if (documents < 0 || (unsigned long long)documents > UINT32_MAX) return refuse("gathering was called with a parameter out of range");
    gathering_t *gathering = calloc(1, sizeof *gathering);
    if (!gathering) return PyErr_NoMemory();
    gathering->secret[0] = secret[0], gathering->secret[1] = secret[1];
    gathering->documents = (size_t)documents;
    PyObject *capsule = PyCapsule_New(gathering, CAPSULE, capsule_free);
    if (!capsule) free(gathering);
    return capsule;
}

/* Every group has a member, all members are in groups, ascend there, and are documents. */
static bool in_order(const groups_t *groups, size_t documents) {
    const uint32_t *member = groups->members, *end = member + groups->member_count;
    for (size_t group = 0; group < groups->count; group++) {
        uint32_t size = groups->sizes[group];
        if (!size || size > (size_t)(end - member)) return false;
        for (const uint32_t *last = member + size - 1; member < last; member++) {
            if (member[0] >= member[1]) return false;
        }
        if (*member++ >= documents) return false;
    }
    return member == end;
}

/* gather(gathering, members, sizes) -> how many numbers are held */
PyObject *native_gather(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *capsule, *members, *sizes;
    if (!PyArg_ParseTuple(arguments, "OOO", &capsule, &members, &sizes)) return NULL;
    wanted_t wanted[] = {{members, 4, 0, false, "members"}, {sizes, 4, 0, false, "sizes"}};
    Py_buffer views[2];
    gathering_t *gathering = open_gathering(capsule);
    if (!gathering) return NULL;
    if (!hold_all(wanted, 2, views)) {
        gathering->busy = false;
        return NULL;
    }
    groups_t groups = {views[0].buf, views[1].buf, (size_t)views[0].len / 4, (size_t)views[1].len / 4};
    bool fits, made;
    Py_BEGIN_ALLOW_THREADS;
    fits = in_order(&groups, gathering->documents);
    made = fits && gathering_add(gathering, &groups);
    Py_END_ALLOW_THREADS;
    size_t held = gathering->length;
    gathering->busy = false;
    release(views, 2);
    if (!fits) return refuse("groups must be complete, and their members documents in order");
    return made ? PyLong_FromSize_t(held) : PyErr_NoMemory();
}

/* gather_collisions(gathering, runs, width, present, cap) -> how many numbers are held, members and sizes of crowds */
PyObject *native_gather_collisions(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *capsule, *runs, *present, *result = NULL;
    Py_ssize_t cap;
    int width;
    joint_view_t view;
    if (!PyArg_ParseTuple(arguments, "OOiOn", &capsule, &runs, &width, &present, &cap)) return NULL;
    gathering_t *gathering = open_gathering(capsule);
    if (!gathering) return NULL;
    if (!joint_open(&view, runs, width, present, cap)) {
        gathering->busy = false;
        return NULL;
    }
    const groups_t *crowds = &gathering->shop.crowds;
    joining_t outcome = view.joint.known <= gathering->documents ? JOINED : UNKNOWN_DOCUMENT;
    Py_BEGIN_ALLOW_THREADS;
    if (outcome == JOINED) outcome = collide(&gathering->shop, &view.joint);
    if (outcome == JOINED && !gathering_add(gathering, &gathering->shop.groups)) outcome = WITHOUT_MEMORY;
    Py_END_ALLOW_THREADS;
    if (outcome == JOINED) {
        result = Py_BuildValue("nNN", (Py_ssize_t)gathering->length,
                               byte_array(crowds->members, crowds->member_count, sizeof *crowds->members),
                               byte_array(crowds->sizes, crowds->count, sizeof *crowds->sizes));
    } else {
        refuse_joining(outcome);
    }
    gathering->busy = false;
    joint_close(&view);
    return result;
}

/* gathered_pairs(gathering, least) -> pairs that as many groups hold, counts; nothing is held afterwards */
PyObject *native_gathered_pairs(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *capsule, *result = NULL;
    long long least;
    if (!PyArg_ParseTuple(arguments, "OL", &capsule, &least)) return NULL;
    gathering_t *gathering = open_gathering(capsule);
    if (!gathering) return NULL;
    pairs_t pairs = {0};
    bool made;
    Py_BEGIN_ALLOW_THREADS;
    made = pair_up(gathering, least, &pairs);
    gathering_clear(gathering);
    Py_END_ALLOW_THREADS;
    if (made) {
        result = Py_BuildValue("NN", byte_array(pairs.values, pairs.count, sizeof *pairs.values),
                               byte_array(pairs.counts, pairs.count, sizeof *pairs.counts));
    } else {
        PyErr_NoMemory();
    }
    gathering->busy = false;
    pairs_free(&pairs);
    return result;
}
