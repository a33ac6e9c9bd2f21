/* The door to Python of what tells the texture of pairs: texts are read when a pair first names them. */
#include "door.h"
#include "texture.h"

#include <stdlib.h>

/* Texts made ready are forgotten when they take more than that. */
#ifndef DEDUPE_TINY_BUFFERS
enum { VOICES_BYTES = 1 << 24 };
#else
enum { VOICES_BYTES = 1 << 12 };
#endif

enum { KEPT, PROSE, KINDS_OF }; /* kinds of stretches */
enum { PAIRS, SPANS, EDGES, HASHES, PERSONAL, SMALL, PARTED, TOLD, BUFFERS };

typedef struct {
    state_t *state;
    texts_t texts;
    Py_buffer views[BUFFERS];
    size_t held;
    manner_t manner;
    limits_t limits;
    uint64_t secret[2];
    memory_t memory;
    voice_t *voices; /* of each text; without a side until it is read */
    size_t size;     /* bytes of all sides */
    tokens_t tokens;
    codes_t codes;   /* of the text being read */
    values_t quoted; /* of it, too */
} task_t;

static bool task_init(task_t *task) {
    task->memory = take_memory(task->state);
    task->voices = calloc(task->texts.count + 1, sizeof *task->voices);
    return (tokens_init(&task->tokens) && task->voices) || PyErr_NoMemory() != NULL;
}

static void forget_voices(task_t *task) {
    for (size_t place = 0; place < task->texts.count; place++) {
        if (task->voices[place].side) side_give_back(&task->memory.sides, task->voices[place].side);
        task->voices[place] = (voice_t){0};
    }
    task->size = 0;
}

static void task_free(task_t *task) {
    if (task->voices) forget_voices(task);
    leave_memory(task->state, &task->memory);
    tokens_free(&task->tokens);
    free(task->voices);
    free(task->codes.values);
    free(task->quoted.values);
}

static stretches_t stretches_of(const task_t *task, size_t place, size_t kind) {
    const int64_t *edges = task->views[EDGES].buf, *spans = task->views[SPANS].buf;
    int64_t start = edges[KINDS_OF * place + kind], end = edges[KINDS_OF * place + kind + 1];
    return (stretches_t){spans + 2 * start, (size_t)(end - start)};
}

static bool read_voice(task_t *task, size_t place) {
    text_t text;
    reader_t reader;
    extract_t extract;
    stretches_t kept = stretches_of(task, place, KEPT), prose = stretches_of(task, place, PROSE);
    if (texts_bound(&task->texts, place) >= INT32_MAX) return PyErr_Format(PyExc_ValueError, "text %zu has 2**31 or more bytes", place) != NULL;
    task->codes.used = 0;
    if (!texts_copy(&task->texts, place, &task->codes, &text)) return false;
    if (!extract_init(&extract, &task->memory.scratch, text.codes, text.length, &kept)) return PyErr_NoMemory() != NULL;
    reader_start(&reader, &task->tokens, task->state->tables, (text_t){.codes = extract.codes, .length = extract.length});
    for (;;) {
        outcome_t outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = reader_read(&reader);
        Py_END_ALLOW_THREADS;
        if (outcome == READ_ALL) break;
        if (!serve(task->state, &reader, outcome)) return false;
    }
    if (task->tokens.count >= INT32_MAX) { /* one character can be several tokens */
        return PyErr_Format(PyExc_ValueError, "text %zu has 2**31 or more tokens", place) != NULL;
    }
    task->quoted.count = 0;
    if (!find_quotations(task->state, text.codes, text.length, &task->quoted)) return false;
    const stretches_t quoted = {(const int64_t *)task->quoted.values, task->quoted.count / 2};
    voice_t *voice = &task->voices[place];
    bool made;
    Py_BEGIN_ALLOW_THREADS;
    extract_move(&extract, &task->tokens);
    side_t *side = side_new(&task->memory.sides, &task->tokens, &text);
    made = side && voice_init(voice, side, &prose, &quoted, task->secret);
    if (made) task->size += side->memory.size;
    else *voice = (voice_t){0};
    if (side && !made) side_give_back(&task->memory.sides, side);
    arena_reset(&task->memory.scratch);
    Py_END_ALLOW_THREADS;
    return made || PyErr_NoMemory() != NULL;
}

static bool tell_pairs(task_t *task) {
    const int64_t *pairs = task->views[PAIRS].buf;
    size_t count = (size_t)task->views[PAIRS].len / 16;
    double *columns = task->views[TOLD].buf;
    for (size_t n = 0; n < count; n++) {
        size_t a = (size_t)pairs[2 * n], b = (size_t)pairs[2 * n + 1];
        bool told;
        if (task->size > VOICES_BYTES) forget_voices(task);
        if (!task->voices[a].side && !read_voice(task, a)) return false;
        if (!task->voices[b].side && !read_voice(task, b)) return false;
        Py_BEGIN_ALLOW_THREADS;
        told = texture_pair(&task->manner, &task->limits, &task->voices[a], &task->voices[b], &task->memory.scratch, columns + n * TEXTURED);
        Py_END_ALLOW_THREADS;
        if (!told) return PyErr_NoMemory() != NULL;
    }
    return true;
}

/* Every pair names texts, every text has its stretches, and every word its languages. */
static bool check_task(const task_t *task) {
    const Py_buffer *views = task->views;
    const int64_t *pairs = views[PAIRS].buf, *edges = views[EDGES].buf;
    size_t texts = task->texts.count, spans = (size_t)views[SPANS].len / 16;
    bool valid = task->manner.languages >= 1 && task->manner.languages <= MAX_LANGUAGES && edges[0] >= 0;
    for (size_t n = 0; valid && n < (size_t)views[PAIRS].len / 8; n++) valid = pairs[n] >= 0 && (size_t)pairs[n] < texts;
    for (size_t n = 0; valid && n < KINDS_OF * texts; n++) valid = edges[n] <= edges[n + 1];
    valid = valid && (size_t)edges[KINDS_OF * texts] <= spans;
    if (!valid) PyErr_SetString(PyExc_ValueError, "pairs must be places of texts, and edges must ascend within the stretches");
    return valid;
}

/* Holds all buffers; how large some must be is known when others are held. */
static bool hold_all(task_t *task, PyObject *const *objects) {
    static const char *const names[BUFFERS] = {"pairs", "spans", "edges", "hashes", "personal", "small", "parts", "columns"};
    static const size_t sizes[BUFFERS] = {8, 8, 8, 8, 4, 4, 1, 8};
    Py_buffer *views = task->views;
    for (; task->held < BUFFERS; task->held++) {
        size_t n = task->held, items = 0;
        if (n == EDGES) items = KINDS_OF * task->texts.count + 1;
        if (n == PERSONAL || n == SMALL) items = (size_t)views[HASHES].len / 8;
        if (n == PARTED) items = PART_COUNT;
        if (n == TOLD) items = (size_t)views[PAIRS].len / 16 * TEXTURED;
        if (!hold(objects[n], &views[n], sizes[n], items, n == TOLD, names[n])) return false;
    }
    manner_t *manner = &task->manner;
    manner->hashes = views[HASHES].buf, manner->words = (size_t)views[HASHES].len / 8;
    manner->personal = views[PERSONAL].buf, manner->small = views[SMALL].buf, manner->parts = views[PARTED].buf;
    return true;
}

static size_t at_least_none(Py_ssize_t number) { return number < 0 ? 0 : number > INT32_MAX ? INT32_MAX : (size_t)number; }

/* texture(texts, (pairs, spans, edges, hashes, personal, small, parts, columns), secret, (max_gap, min_tokens, languages,
 * least_words, least_tokens, opening, room, least_alike, phrases), (min_identity, least_share, quoted)) */
PyObject *native_texture(PyObject *module, PyObject *arguments) {
    enum { NUMBERS = 9 };
    PyObject *texts, *o[BUFFERS], *result = NULL;
    unsigned long long secret[2];
    Py_ssize_t n[NUMBERS];
    task_t task = {.state = state_of(module)};
    if (!PyArg_ParseTuple(arguments, "O(OOOOOOOO)(KK)(nnnnnnnnn)(ddd)", &texts, &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6],
                          &o[7], &secret[0], &secret[1], &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8],
                          &task.limits.min_identity, &task.manner.least_share, &task.manner.quoted)) {
        return NULL;
    }
    task.limits.max_gap = at_least_none(n[0]), task.limits.min_tokens = at_least_none(n[1]);
    task.manner.languages = at_least_none(n[2]), task.manner.least_words = at_least_none(n[3]);
    task.manner.least_tokens = at_least_none(n[4]), task.manner.opening = at_least_none(n[5]);
    task.manner.room = at_least_none(n[6]), task.manner.least_alike = at_least_none(n[7]), task.manner.phrases = at_least_none(n[8]);
    task.secret[0] = secret[0], task.secret[1] = secret[1];
    if (!texts_open(&task.texts, texts)) return NULL;
    if (hold_all(&task, o) && check_task(&task)) {
        if (task_init(&task) && tell_pairs(&task)) result = Py_BuildValue("");
        task_free(&task);
    }
    while (task.held > 0) PyBuffer_Release(&task.views[--task.held]);
    texts_close(&task.texts);
    return result;
}
