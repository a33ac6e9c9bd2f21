/* Pairs of texts from Python: every text is read when a pair first names it, with the interpreter lock released. */
#include "door.h"
#include "bags.h"
#include "fetch.h"
#include "pairs.h"

#include <stdlib.h>
#include <string.h>

/* A text made ready is given back when no pair to come names it, and all are when they take more than SIDES_BYTES. */
#ifndef DEDUPE_TINY_BUFFERS
enum { SIDES_BYTES = 1 << 24 };
#else
enum { SIDES_BYTES = 1 << 12 };
#endif

typedef struct {
    state_t *state;
    const uint8_t *content;
    const int64_t *starts, *ends; /* of each text in the content */
    size_t text_count;
    const int64_t *pairs;
    size_t pair_count, done;
    int64_t *columns;
    measure_t measure;
    side_t **sides;  /* of each text; NULL where it is not read */
    size_t *uses;    /* of each text: how often pairs to come name it */
    size_t size;     /* bytes of the texts that are read */
    values_t loaded; /* the places of those that were, since all were given back */
    /* the text being read */
    bool reading;
    reader_t reader;
    tokens_t tokens;
    const char *refused; /* what is wrong with a text, or NULL */
} task_t;

memory_t take_memory(state_t *state) {
    memory_t taken = {0};
    if (state->memory) {
        taken = *state->memory;
        *state->memory = (memory_t){0};
    }
    return taken;
}

void leave_memory(state_t *state, memory_t *memory) {
    memory_t *left = state->memory;
    if (left && !left->sides.first && !left->scratch.size && memory->sides.size + memory->scratch.size <= LEFT_BYTES) {
        arena_reset(&memory->scratch);
        *left = *memory;
    } else {
        memory_free(memory);
    }
}

static bool task_init(task_t *task) {
    task->measure.memory = take_memory(task->state);
    task->sides = calloc(task->text_count + 1, sizeof *task->sides);
    task->uses = calloc(task->text_count + 1, sizeof *task->uses);
    if (!tokens_init(&task->tokens) || !task->sides || !task->uses) return PyErr_NoMemory() != NULL;
    for (size_t n = 0; n < 2 * task->pair_count; n++) task->uses[task->pairs[n]]++;
    return true;
}

static void give_back(task_t *task, size_t place) {
    side_t *side = task->sides[place];
    if (!side) return;
    task->sides[place] = NULL;
    task->size -= side->known;
    side_give_back(&task->measure.memory.sides, side);
}

static void give_all_back(task_t *task) {
    for (size_t n = 0; n < task->loaded.count; n++) give_back(task, task->loaded.values[n]);
    task->loaded.count = 0;
    if (task->measure.memory.sides.size > LEFT_BYTES) pool_free(&task->measure.memory.sides);
}

static void task_free(task_t *task) {
    if (task->sides) give_all_back(task);
    leave_memory(task->state, &task->measure.memory);
    tokens_free(&task->tokens);
    free(task->sides);
    free(task->uses);
    free(task->loaded.values);
}

/* Makes one text ready; the reader may ask for rules now and then, and goes on when it is called again. */
static outcome_t read_side(task_t *task, size_t place) {
    if (!task->reading) {
        text_t text = {.bytes = task->content + task->starts[place], .length = (size_t)(task->ends[place] - task->starts[place])};
        if (text.length >= INT32_MAX) {
            task->refused = "text %zu has 2**31 or more bytes";
            return NO_MEMORY;
        }
        reader_start(&task->reader, &task->tokens, task->state->tables, text);
        task->reading = true;
    }
    outcome_t outcome = reader_read(&task->reader);
    if (outcome == NOT_UTF8) task->refused = "text %zu is not UTF-8";
    if (outcome != READ_ALL) return outcome;
    task->reading = false;
    if (task->tokens.count >= INT32_MAX) { /* one character can be several tokens */
        task->refused = "text %zu has 2**31 or more tokens";
        return NO_MEMORY;
    }
    if (!values_reserve(&task->loaded, 1)) return NO_MEMORY;
    task->sides[place] = side_new(&task->measure.memory.sides, &task->tokens, &task->reader.text);
    if (!task->sides[place]) return NO_MEMORY;
    task->loaded.values[task->loaded.count++] = place;
    return READ_ALL;
}

/* One pair less names a text. */
static void leave_side(task_t *task, size_t place) {
    side_t *side = task->sides[place];
    task->size += side->memory.size - side->known;
    side->known = side->memory.size;
    if (!--task->uses[place]) give_back(task, place);
}

/* Has memory fetch the texts that the next pair will read: they lie anywhere in a large content. */
INLINE void fetch_ahead(const task_t *task) {
    enum { MOST = 1 << 12 };
    if (task->done + 1 >= task->pair_count) return;
    for (size_t end = 0; end < 2; end++) {
        size_t place = (size_t)task->pairs[2 * (task->done + 1) + end];
        if (task->sides[place]) continue;
        const uint8_t *text = task->content + task->starts[place];
        size_t length = (size_t)(task->ends[place] - task->starts[place]);
        fetch_bytes(text, length, MOST);
    }
}

/* Measures pairs until all are done or the reader wants something. */
static outcome_t measure_pairs(task_t *task) {
    for (; task->done < task->pair_count; task->done++) {
        const int64_t *pair = task->pairs + 2 * task->done;
        if (!task->reading && task->size > SIDES_BYTES) give_all_back(task);
        for (size_t end = 0; end < 2; end++) {
            size_t place = (size_t)pair[end];
            outcome_t outcome = task->sides[place] ? READ_ALL : read_side(task, place);
            if (outcome != READ_ALL) return outcome;
        }
        fetch_ahead(task);
        int64_t *columns = task->columns + task->done * MEASURED;
        if (!measure_sides(&task->measure, task->sides[pair[0]], task->sides[pair[1]], columns)) return NO_MEMORY;
        for (size_t end = 0; end < 2; end++) leave_side(task, (size_t)pair[end]);
    }
    return READ_ALL;
}

/* Which text was being read. */
static size_t current_text(const task_t *task) {
    const int64_t *pair = task->pairs + 2 * task->done;
    return (size_t)(task->sides[pair[0]] ? pair[1] : pair[0]);
}

static bool measure_all(task_t *task) {
    for (;;) {
        outcome_t outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = measure_pairs(task);
        Py_END_ALLOW_THREADS;
        if (outcome == READ_ALL) return true;
        if (task->refused) return PyErr_Format(PyExc_ValueError, task->refused, current_text(task)) != NULL;
        if (!serve(task->state, &task->reader, outcome)) return false;
    }
}

/* Every text lies within the content. */
static bool check_spans(const int64_t *starts, const int64_t *ends, size_t count, size_t size) {
    for (size_t place = 0; place < count; place++) {
        if (starts[place] < 0 || ends[place] < starts[place] || (uint64_t)ends[place] > size) {
            PyErr_SetString(PyExc_ValueError, "starts and ends must ascend within the content");
            return false;
        }
    }
    return true;
}

static bool check_pairs(const int64_t *pairs, size_t count, size_t texts) {
    for (size_t n = 0; n < 2 * count; n++) {
        if (pairs[n] < 0 || (size_t)pairs[n] >= texts) {
            PyErr_SetString(PyExc_ValueError, "a pair names a text that is not there");
            return false;
        }
    }
    return true;
}

/* measure((content, starts, ends, pairs, columns), secret, (max_gap, min_tokens, shingle_size), (min_identity, reach)) */
PyObject *native_measure(PyObject *module, PyObject *arguments) {
    enum { BUFFERS = 5, CONTENT = 0, STARTS, ENDS, PAIRS, COLUMNS };
    static const char *const names[BUFFERS] = {"content", "starts", "ends", "pairs", "columns"};
    PyObject *objects[BUFFERS], *result = NULL;
    Py_buffer views[BUFFERS];
    Py_ssize_t gap, least, shingle;
    unsigned long long secret[2];
    task_t task = {.state = state_of(module)};
    measure_t *measure = &task.measure;
    if (!PyArg_ParseTuple(arguments, "(OOOOO)(KK)(nnn)(dd)", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4],
                          &secret[0], &secret[1], &gap, &least, &shingle, &measure->limits.min_identity, &measure->reach)) {
        return NULL;
    }
    measure->limits.max_gap = gap < 0 ? 0 : gap > INT32_MAX ? INT32_MAX : (size_t)gap;
    measure->limits.min_tokens = least < 0 ? 0 : (size_t)least;
    measure->shingle_size = shingle < 1 ? 1 : (size_t)shingle;
    measure->secret[0] = secret[0], measure->secret[1] = secret[1];
    size_t held = 0;
    for (; held < BUFFERS; held++) {
        size_t items = held == COLUMNS ? (size_t)views[PAIRS].len / 16 * MEASURED : held == ENDS ? (size_t)views[STARTS].len / 8 : 0;
        if (!hold(objects[held], &views[held], held ? 8 : 1, items, held == COLUMNS, names[held])) break;
    }
    if (held == BUFFERS) {
        task.content = views[CONTENT].buf, task.starts = views[STARTS].buf, task.ends = views[ENDS].buf;
        task.pairs = views[PAIRS].buf, task.columns = views[COLUMNS].buf;
        task.text_count = (size_t)views[STARTS].len / sizeof *task.starts;
        task.pair_count = (size_t)views[PAIRS].len / 16;
        bool valid = check_spans(task.starts, task.ends, task.text_count, (size_t)views[CONTENT].len) &&
                     check_pairs(task.pairs, task.pair_count, task.text_count);
        if (valid && task_init(&task) && measure_all(&task)) result = Py_BuildValue("");
        task_free(&task);
    }
    while (held > 0) PyBuffer_Release(&views[--held]);
    return result;
}
