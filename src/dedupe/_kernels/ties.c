/* What is known about pairs of texts: a list of ties for every text, which grows by asking. */
#include "partition.h"

#include <math.h>
#include <stdlib.h>

#ifndef DEDUPE_TINY_BUFFERS
enum { SPARE_TIES = 1 << 10 };
#else
enum { SPARE_TIES = 0 };
#endif

bool pairs_fit(const pairs_known_t *pairs, size_t texts) {
    uint64_t before = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        uint32_t a = pairs->ends[2 * i], b = pairs->ends[2 * i + 1];
        uint64_t pair = (uint64_t)a << 32 | b; /* never 0, as b is more than a */
        if (a >= b || b >= texts || pair <= before || isnan(pairs->similarities[i])) return false;
        before = pair;
    }
    return true;
}

/* Room for so many ties more; ties are numbered by 32 bits. */
static bool reserve(known_t *known, size_t more) {
    if (more <= known->capacity - known->used) return true;
    size_t wanted = known->used + more;
    if (wanted >= NONE) return false;
    size_t capacity = wanted + wanted / 2 + SPARE_TIES;
    if (capacity > SIZE_MAX / sizeof *known->ties) return false;
    tie_t *ties = realloc(known->ties, capacity * sizeof *ties);
    if (!ties) return false;
    known->ties = ties;
    known->capacity = capacity;
    return true;
}

static void add(known_t *known, uint32_t text, uint32_t other, const tie_t *tie) {
    known->ties[known->used] = (tie_t){tie->similarity, other, known->first[text], tie->kinds};
    known->first[text] = (uint32_t)known->used++;
    known->count[text]++;
}

/* Lays the ties of every text behind each other, where the processor reads ahead. */
static void lay_out(known_t *known, const pairs_known_t *pairs, size_t texts) {
    for (size_t i = 0; i < 2 * pairs->count; i++) known->count[pairs->ends[i]]++;
    for (size_t text = 0; text < texts; text++) {
        known->first[text] = (uint32_t)known->used;
        known->used += known->count[text];
    }
    for (size_t i = 0; i < 2 * pairs->count; i++) {
        uint32_t text = pairs->ends[i], other = pairs->ends[i ^ 1], place = known->first[text]++;
        known->ties[place] = (tie_t){pairs->similarities[i / 2], other, place + 1, pairs->kinds[i / 2] & TIE_KINDS};
    }
    for (size_t text = 0; text < texts; text++) { /* each place has moved behind the last tie */
        uint32_t count = known->count[text];
        if (count) known->ties[known->first[text] - 1].next = NONE;
        known->first[text] = count ? known->first[text] - count : NONE;
    }
}

bool known_open(known_t *known, const pairs_known_t *pairs, size_t texts) {
    *known = (known_t){0};
    known->first = malloc((texts + 1) * sizeof *known->first);
    known->count = calloc(texts + 1, sizeof *known->count);
    if (!known->first || !known->count || pairs->count > NONE / 2 || !reserve(known, 2 * pairs->count)) return false;
    lay_out(known, pairs, texts);
    return true;
}

void known_close(known_t *known) {
    free(known->ties);
    free(known->first);
    free(known->count);
    *known = (known_t){0};
}

const tie_t *known_look(const known_t *known, uint32_t a, uint32_t b) {
    uint32_t text = known->count[a] <= known->count[b] ? a : b, other = text == a ? b : a;
    for (uint32_t place = known->first[text]; place != NONE; place = known->ties[place].next) {
        if (known->ties[place].other == other) return &known->ties[place];
    }
    return NULL;
}

tie_t known_tie(known_t *known, uint32_t a, uint32_t b) {
    const tie_t *found = known_look(known, a, b);
    if (found) return *found;
    tie_t tie = {.kinds = TIE_UNTOLD};
    if (!known->asker || known->outcome != PARTITIONED) return tie;
    if (!reserve(known, 2)) {
        known->outcome = OUT_OF_MEMORY;
    } else if (!known->asker->ask(known->asker, a < b ? a : b, a < b ? b : a, &tie)) {
        known->outcome = ASKING_FAILED;
        tie.kinds = TIE_UNTOLD;
    } else {
        add(known, a, b, &tie);
        add(known, b, a, &tie);
    }
    return tie;
}
