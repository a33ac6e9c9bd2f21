/* Threads that sketch texts, and how rounds of texts go from hand to hand: filled by the first thread, worked on by any. */
#include "batch.h"
#include "bags.h"
#include "fetch.h"

#include <stdlib.h>
#include <string.h>

/* More threads are no use; more memory than these values is not left for the next batch. */
enum { THREADS_LIMIT = 256, VALUES_LEFT = 1 << 20 };
#define NO_THREAD ((unsigned long)-1)

/* ---- one round ---- */

static bool finish_text(worker_t *worker, round_t *round) {
    const batch_t *batch = worker->crew->batch;
    const tokens_t *tokens = &worker->tokens;
    size_t row = round->first + round->done, before = round->fingerprints.count, slots = batch->recipe.slots;
    uint32_t *signature = batch->signatures ? batch->signatures + row * slots : worker->signature;
    if (!batch->signatures) memset(signature, 0xFF, slots * sizeof *signature);
    batch->token_counts[row] = tokens->count > UINT32_MAX ? UINT32_MAX : (uint32_t)tokens->count;
    batch->body_hashes[row] = xxh3_64(tokens->joined, tokens->joined_length);
    const sketched_t sketched = {.signature = signature,
                                 .fingerprints = &round->fingerprints,
                                 .bag = batch->bags ? batch->bags + row * BAG_BYTES : NULL};
    if (!sketch_text(tokens, &batch->recipe, &worker->scratch, &sketched)) return false;
    batch->fingerprint_counts[row] = (int64_t)(round->fingerprints.count - before);
    if (!batch->signatures) band_keys(signature, &batch->bands, batch->band_keys + row);
    return true;
}

/* Texts lie in memory that nobody has looked at for long. The next one is fetched while this one is computed with. */
INLINE void fetch_next(const round_t *round) {
    enum { MOST = 1 << 14 };
    if (round->done + 1 == round->count) return;
    const text_t *next = &round->texts[round->done + 1];
    if (next->bytes) fetch_bytes(next->bytes, next->length, MOST);
}

outcome_t crew_work(worker_t *worker, round_t *round) {
    for (; round->done < round->count; round->done++) {
        if (!worker->reading) reader_start(&worker->reader, &worker->tokens, worker->crew->tables, round->texts[round->done]);
        worker->reading = true;
        outcome_t outcome = reader_read(&worker->reader);
        if (outcome != READ_ALL) return outcome;
        worker->reading = false;
        fetch_next(round);
        if (!finish_text(worker, round)) return NO_MEMORY;
    }
    return READ_ALL;
}

/* ---- who waits for whom: all of it under the lock ---- */

static void wake(worker_t *worker) {
    if (!worker->waits) return;
    worker->waits = false;
    PyThread_release_lock(worker->gate);
}

/* Until somebody wakes this worker; meanwhile the lock is free. */
static void wait_to_be_woken(worker_t *worker) {
    worker->waits = true;
    PyThread_release_lock(worker->crew->lock);
    PyThread_acquire_lock(worker->gate, WAIT_LOCK);
    PyThread_acquire_lock(worker->crew->lock, WAIT_LOCK);
}

round_t *crew_find(const crew_t *crew, stage_t stage) {
    round_t *found = NULL;
    for (size_t i = 0; i < crew->round_count; i++) {
        round_t *round = &crew->rounds[i];
        if (round->stage == stage && (!found || round->number < found->number)) found = round;
    }
    return found;
}

/* One of those that found nothing to do. */
static void wake_helper(crew_t *crew) {
    size_t helper = 1;
    while (helper < crew->worker_count && !crew->workers[helper].waits) helper++;
    if (helper < crew->worker_count) wake(&crew->workers[helper]);
}

void crew_offer(crew_t *crew, round_t *round) {
    wake_helper(crew);
    round->stage = READY;
}

bool crew_reserve(crew_t *crew) {
    if (crew->begun < crew->shares_capacity) return true;
    size_t capacity = crew->shares_capacity * 2 + 16;
    share_t *larger = realloc(crew->shares, capacity * sizeof *larger);
    if (!larger) return false;
    crew->shares = larger;
    crew->shares_capacity = capacity;
    return true;
}

/* Whether the first thread had better copy strings: there are fewer rounds ready than workers. */
static bool wants_strings(const crew_t *crew) {
    if (!crew->batch->texts.strings || crew->next == crew->batch->texts.count || !crew_find(crew, EMPTY)) return false;
    size_t ready = 0;
    for (size_t i = 0; i < crew->round_count; i++) ready += crew->rounds[i].stage == READY;
    return ready < crew->worker_count;
}

/* Whether any thread can fill an empty round. */
static bool has_texts_to_name(const crew_t *crew) {
    return !crew->batch->texts.strings && !crew->refused && crew->next < crew->batch->texts.count;
}

/* A round of texts that lie in UTF-8: whoever needs one names them. NULL for none. */
static round_t *name_texts(crew_t *crew) {
    const texts_t *texts = &crew->batch->texts;
    if (!has_texts_to_name(crew)) return NULL;
    round_t *round = crew_find(crew, EMPTY);
    if (!round || !crew_reserve(crew)) return NULL;
    size_t units = 0;
    round->first = crew->next;
    round->number = crew->begun++;
    round->count = round->done = round->fingerprints.count = 0;
    for (; round->count < ROUND_TEXTS && crew->next < texts->count; round->count++, crew->next++) {
        text_t *text = &round->texts[round->count];
        crew->refused = !texts_lie(texts, crew->next, text) || text->length >= UINT32_MAX;
        if (crew->refused || (round->count && units + text->length > ROUND_UNITS)) break;
        units += text->length;
    }
    return round;
}

round_t *crew_take(worker_t *worker) {
    crew_t *crew = worker->crew;
    bool first = worker == crew->workers;
    for (;;) {
        if (first && wants_strings(crew)) return NULL;
        round_t *round = crew_find(crew, READY);
        if (!round && first) round = crew_find(crew, STUCK);
        if (!round && !crew->over) round = name_texts(crew);
        if (round) {
            round->stage = TAKEN;
            return round;
        }
        if (first ? !crew_find(crew, TAKEN) : crew->over) return NULL;
        wait_to_be_woken(worker);
    }
}

bool crew_hand_in(crew_t *crew, round_t *round, outcome_t outcome) {
    values_t *kept = &crew->fingerprints;
    size_t count = round->fingerprints.count;
    bool done = outcome == READ_ALL && values_reserve(kept, count);
    if (done) {
        if (count) memcpy(kept->values + kept->count, round->fingerprints.values, count * sizeof *kept->values);
        crew->shares[round->number] = (share_t){kept->count, count};
        kept->count += count;
    }
    round->stage = done ? EMPTY : STUCK;
    wake(crew->workers);
    if (done && has_texts_to_name(crew)) wake_helper(crew);
    return done;
}

/* What every thread but the first does. */
static void help(void *argument) {
    worker_t *worker = argument;
    crew_t *crew = worker->crew;
    PyThread_type_lock lock = crew->lock; /* the crew may be gone when it is released for the last time */
    round_t *round;
    PyThread_acquire_lock(lock, WAIT_LOCK);
    while ((round = crew_take(worker))) {
        PyThread_release_lock(lock);
        outcome_t outcome = crew_work(worker, round);
        worker->reading = false;
        PyThread_acquire_lock(lock, WAIT_LOCK);
        crew_hand_in(crew, round, outcome);
    }
    crew->running--;
    wake(crew->workers);
    PyThread_release_lock(lock);
}

/* ---- the crew ---- */

void crew_start(crew_t *crew) {
    while (crew->started < crew->worker_count) {
        worker_t *worker = &crew->workers[crew->started];
        if (!tokens_init(&worker->tokens)) {
            tokens_free(&worker->tokens); /* it may be tried again */
            return;
        }
        worker->tokens.places = false;
        crew->running++;
        crew->started++;
        if (PyThread_start_new_thread(help, worker) == NO_THREAD) {
            crew->running--;
            crew->started = crew->worker_count;
        }
    }
}

void crew_disband(crew_t *crew) {
    Py_BEGIN_ALLOW_THREADS;
    PyThread_acquire_lock(crew->lock, WAIT_LOCK);
    crew->over = true;
    for (size_t i = 0; i < crew->round_count; i++) {
        if (crew->rounds[i].stage == READY) crew->rounds[i].stage = EMPTY;
    }
    for (size_t i = 1; i < crew->worker_count; i++) wake(&crew->workers[i]);
    while (crew->running) wait_to_be_woken(crew->workers);
    PyThread_release_lock(crew->lock);
    Py_END_ALLOW_THREADS;
}

/* Locks are never freed, but used again: who released one last may still have its hand on it. */
static PyThread_type_lock take_lock(state_t *state) {
    return state->lock_count ? state->locks[--state->lock_count] : PyThread_allocate_lock();
}

static void leave_lock(state_t *state, PyThread_type_lock lock) {
    if (lock && state->lock_count < LOCKS_LEFT) state->locks[state->lock_count++] = lock;
}

/* Memory that was used is left for the next batch: to have it cleared by the system costs more than to fill it. */
static void take_values(state_t *state, values_t *values) {
    *values = state->fingerprints;
    values->count = 0;
    state->fingerprints = (values_t){0};
}

static void leave_values(state_t *state, values_t *values) {
    if (values->capacity <= VALUES_LEFT && values->capacity > state->fingerprints.capacity) {
        free(state->fingerprints.values);
        state->fingerprints = *values;
    } else {
        free(values->values);
    }
}

/* As many as are wanted, but no more than there are full rounds, and one. */
static size_t count_workers(const batch_t *batch) {
    size_t most = batch->threads < THREADS_LIMIT ? batch->threads : THREADS_LIMIT, workers = 1, units = 0, texts = 0;
    for (size_t place = 0; place < batch->texts.count && workers < most; place++) {
        units += texts_bound(&batch->texts, place);
        if (units <= ROUND_UNITS && ++texts <= ROUND_TEXTS) continue;
        units = texts = 0;
        workers++;
    }
    return workers;
}

bool crew_init(crew_t *crew, state_t *state, const batch_t *batch) {
    size_t threads = count_workers(batch);
    *crew = (crew_t){.batch = batch, .tables = state->tables, .worker_count = threads, .started = 1};
    crew->round_count = 2 * threads + 2; /* one to work on, one that is ready, and some for when the first thread is late */
    take_values(state, &crew->fingerprints);
    crew->lock = take_lock(state);
    crew->workers = calloc(crew->worker_count, sizeof *crew->workers);
    crew->rounds = calloc(crew->round_count, sizeof *crew->rounds);
    bool made = crew->lock && crew->workers && crew->rounds;
    for (size_t i = 0; made && i < crew->worker_count; i++) {
        worker_t *worker = &crew->workers[i];
        worker->crew = crew;
        worker->gate = take_lock(state);
        worker->signature = malloc(batch->recipe.slots * sizeof *worker->signature);
        made = worker->signature && worker->gate && PyThread_acquire_lock(worker->gate, NOWAIT_LOCK);
    }
    made = made && tokens_init(&crew->workers->tokens);
    if (made) crew->workers->tokens.places = false;
    return made || PyErr_NoMemory() != NULL;
}

void crew_free(crew_t *crew, state_t *state) {
    for (size_t i = 0; crew->workers && i < crew->worker_count; i++) {
        worker_t *worker = &crew->workers[i];
        if (worker->gate) PyThread_release_lock(worker->gate);
        leave_lock(state, worker->gate);
        tokens_free(&worker->tokens);
        scratch_free(&worker->scratch);
        free(worker->signature);
    }
    for (size_t i = 0; crew->rounds && i < crew->round_count; i++) {
        free(crew->rounds[i].codes.values);
        free(crew->rounds[i].fingerprints.values);
    }
    free(crew->shares);
    free(crew->rounds);
    free(crew->workers);
    leave_values(state, &crew->fingerprints);
    leave_lock(state, crew->lock);
}

