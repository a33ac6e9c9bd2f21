/* Many texts, in rounds of some at a time: the first thread copies them out of Python, and as many as there are work on them.
 *
 * To copy a string takes the interpreter lock, and to wait for that lock can take longer than to sketch a hundred texts. So
 * one thread has it alone: it fills every empty round, gives the lock back, and works on a round like the others. What
 * they cannot finish, because the tables do not know some character yet, it finishes for them.
 */
#include "batch.h"

#include <stdlib.h>
#include <string.h>

/* Copies strings until there are enough for a round; one always fits. False with an exception. */
static bool load_round(crew_t *crew, round_t *round) {
    const texts_t *texts = &crew->batch->texts;
    size_t units = 0;
    round->first = crew->next;
    round->number = crew->begun;
    round->count = round->done = round->codes.used = round->fingerprints.count = 0;
    if (!codes_reserve(&round->codes, ROUND_UNITS)) return false;
    for (; round->count < ROUND_TEXTS && crew->next < texts->count; round->count++, crew->next++) {
        units += texts_bound(texts, crew->next);
        if (round->count && units > ROUND_UNITS) break;
        if (!texts_load(texts, crew->next, &round->codes, &round->texts[round->count])) return false;
    }
    crew->begun++;
    return true;
}

/* Fills all rounds that are empty, while there are strings. */
static bool load_rounds(crew_t *crew) {
    while (crew->batch->texts.strings && crew->next < crew->batch->texts.count) {
        PyThread_acquire_lock(crew->lock, WAIT_LOCK);
        round_t *round = crew_find(crew, EMPTY);
        bool room = crew_reserve(crew);
        PyThread_release_lock(crew->lock);
        if (!room) return PyErr_NoMemory() != NULL;
        if (!round) break;
        if (!load_round(crew, round)) return false;
        PyThread_acquire_lock(crew->lock, WAIT_LOCK);
        crew_offer(crew, round);
        PyThread_release_lock(crew->lock);
        if (crew->next < crew->batch->texts.count) crew_start(crew);
    }
    return true;
}

/* Gives what the reader wants for a round, or refuses it. */
static bool answer(state_t *state, worker_t *first, const round_t *round, outcome_t outcome) {
    if (outcome != NOT_UTF8) return serve(state, &first->reader, outcome);
    PyErr_Format(PyExc_ValueError, "text %zu is not UTF-8", round->first + round->done);
    return false;
}

/* Works on rounds, first on the one given, until there is none for this thread, or something is wanted for the one that
 * is returned. */
static round_t *work_freely(crew_t *crew, round_t *round, outcome_t *outcome) {
    worker_t *first = crew->workers;
    PyThread_acquire_lock(crew->lock, WAIT_LOCK);
    while (round || (round = crew_take(first))) {
        PyThread_release_lock(crew->lock);
        *outcome = crew_work(first, round);
        PyThread_acquire_lock(crew->lock, WAIT_LOCK);
        if (*outcome == READ_ALL && !crew_hand_in(crew, round, *outcome)) *outcome = NO_MEMORY;
        if (*outcome != READ_ALL) break;
        round = NULL;
    }
    PyThread_release_lock(crew->lock);
    return round;
}

/* Takes part until there is nothing more to do; false with an exception. */
static bool lead(state_t *state, crew_t *crew) {
    const texts_t *texts = &crew->batch->texts;
    round_t *round = NULL;
    if (!texts->strings) crew_start(crew);
    do {
        outcome_t outcome = READ_ALL;
        if (!load_rounds(crew)) return false;
        Py_BEGIN_ALLOW_THREADS;
        round = work_freely(crew, round, &outcome);
        Py_END_ALLOW_THREADS;
        if (round && !answer(state, crew->workers, round, outcome)) return false;
    } while (round || (crew->next < texts->count && !crew->refused && texts->strings));
    if (crew->next == texts->count) return true;
    text_t text; /* says why it was refused */
    return texts_load(texts, crew->next, NULL, &text) && PyErr_NoMemory() != NULL;
}

static PyObject *join_fingerprints(const crew_t *crew) {
    const values_t *kept = &crew->fingerprints;
    PyObject *joined = byte_array(NULL, kept->count, sizeof *kept->values);
    char *to = joined ? PyByteArray_AsString(joined) : NULL;
    for (size_t i = 0; to && i < crew->begun; i++) {
        size_t size = crew->shares[i].count * sizeof *kept->values;
        if (size) memcpy(to, kept->values + crew->shares[i].start, size);
        to += size;
    }
    return joined;
}

PyObject *batch_sketch(state_t *state, const batch_t *batch) {
    crew_t crew;
    PyObject *result = NULL;
    if (crew_init(&crew, state, batch)) {
        bool led = lead(state, &crew);
        crew_disband(&crew);
        if (led) result = join_fingerprints(&crew);
    }
    crew_free(&crew, state);
    return result;
}
