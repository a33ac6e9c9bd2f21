/* Groups spelt out in pairs: document by document, so that a pair is met as often as it is shared and written once.
 *
 * What a document has met is noted in one mark for every document; memory follows the distinct pairs.
 */
#include "joining.h"
#include "kernels.h"

#include <stdlib.h>

/* Pairs there is room for from the start: room that nobody writes to costs nothing, moving what is written does. */
#ifndef DEDUPE_TINY_BUFFERS
enum { FIRST_PAIRS = 1 << 20 };
#else
enum { FIRST_PAIRS = 1 };
#endif

/* Where documents stand in groups, all places of a document together, and what the one being paired has met. */
typedef struct {
    size_t *edges;    /* of every document's places */
    uint32_t *places; /* among the records; none for the last member of a group, whom nobody follows */
    uint32_t *owners; /* the record of each place */
    uint32_t *marks;  /* for every document its number among those met plus one, or 0 */
    values_t met, spare;
    int64_t *totals; /* for each of those met */
    size_t room;
} pairing_t;

static bool pairing_init(pairing_t *pairing, const gathering_t *gathering) {
    size_t documents = gathering->documents;
    *pairing = (pairing_t){
        .edges = calloc(documents + 2, sizeof *pairing->edges),
        .places = malloc((gathering->length + 1) * sizeof *pairing->places),
        .owners = malloc((gathering->length + 1) * sizeof *pairing->owners),
        .marks = calloc(documents + 1, sizeof *pairing->marks),
    };
    if (!pairing->edges || !pairing->places || !pairing->owners || !pairing->marks) return false;
    const uint32_t *records = gathering->records;
    for (size_t record = 0, next; record < gathering->length; record = next) {
        next = record + MEMBERS + records[record + SIZE];
        for (size_t place = record + MEMBERS; place + 1 < next; place++) pairing->edges[records[place] + 2]++;
    }
    for (size_t document = 0; document < documents; document++) pairing->edges[document + 2] += pairing->edges[document + 1];
    for (size_t record = 0, next; record < gathering->length; record = next) {
        next = record + MEMBERS + records[record + SIZE];
        for (size_t place = record + MEMBERS; place + 1 < next; place++) {
            size_t at = pairing->edges[records[place] + 1]++;
            pairing->places[at] = (uint32_t)place;
            pairing->owners[at] = (uint32_t)record;
        }
    }
    return true;
}

static void pairing_free(pairing_t *pairing) {
    free(pairing->edges);
    free(pairing->places);
    free(pairing->owners);
    free(pairing->marks);
    free(pairing->met.values);
    free(pairing->spare.values);
    free(pairing->totals);
}

/* Room for `more` documents met; false without memory. */
static bool make_room(pairing_t *pairing, size_t more) {
    size_t wanted = pairing->met.count + more;
    if (wanted <= pairing->room) return true;
    size_t room = 2 * wanted;
    int64_t *totals = realloc(pairing->totals, room * sizeof *totals);
    if (totals) pairing->totals = totals;
    if (!totals || !values_reserve(&pairing->met, room) || !values_reserve(&pairing->spare, room)) return false;
    pairing->room = room;
    return true;
}

/* Meets whoever follows a document in its groups. */
static bool meet(pairing_t *pairing, const uint32_t *records, size_t document) {
    pairing->met.count = 0;
    for (size_t at = pairing->edges[document]; at < pairing->edges[document + 1]; at++) {
        const uint32_t *record = records + pairing->owners[at], *end = record + MEMBERS + record[SIZE];
        const uint32_t *next = records + pairing->places[at] + 1;
        if (!make_room(pairing, (size_t)(end - next))) return false;
        for (; next < end; next++) {
            uint32_t *mark = &pairing->marks[*next];
            if (!*mark) {
                pairing->totals[pairing->met.count] = 0;
                pairing->met.values[pairing->met.count++] = *next;
                *mark = (uint32_t)pairing->met.count;
            }
            pairing->totals[*mark - 1] += record[TIMES];
        }
    }
    return true;
}

/* Forgets who was met fewer than `least` times; returns how many are left. */
static size_t leave_out(pairing_t *pairing, int64_t least) {
    size_t left = 0;
    for (size_t i = 0; i < pairing->met.count; i++) {
        uint64_t other = pairing->met.values[i];
        if (pairing->totals[i] < least) {
            pairing->marks[other] = 0;
        } else {
            pairing->met.values[left++] = other;
        }
    }
    return left;
}

/* Writes the pairs of a document that come `least` times, in order, and forgets whom it met. */
static bool write_pairs(pairing_t *pairing, size_t document, int64_t least, pairs_t *pairs) {
    size_t count = leave_out(pairing, least);
    if (pairs->capacity - pairs->count < count) {
        size_t capacity = 2 * pairs->capacity + count + (pairs->capacity ? 0 : FIRST_PAIRS);
        uint64_t *values = realloc(pairs->values, capacity * sizeof *values);
        if (values) pairs->values = values;
        int64_t *counts = values ? realloc(pairs->counts, capacity * sizeof *counts) : NULL;
        if (!counts) return false;
        pairs->counts = counts;
        pairs->capacity = capacity;
    }
    sort_unique(pairing->met.values, count, pairing->spare.values);
    for (size_t i = 0; i < count; i++) {
        uint64_t other = pairing->met.values[i];
        pairs->values[pairs->count] = (uint64_t)document << 32 | other;
        pairs->counts[pairs->count++] = pairing->totals[pairing->marks[other] - 1];
        pairing->marks[other] = 0;
    }
    return true;
}

bool pair_up(const gathering_t *gathering, int64_t least, pairs_t *pairs) {
    pairing_t pairing;
    bool made = pairing_init(&pairing, gathering);
    for (size_t document = 0; made && document < gathering->documents; document++) {
        if (pairing.edges[document] == pairing.edges[document + 1]) continue;
        made = meet(&pairing, gathering->records, document) && write_pairs(&pairing, document, least, pairs);
    }
    pairing_free(&pairing);
    return made;
}

void pairs_free(pairs_t *pairs) {
    free(pairs->values);
    free(pairs->counts);
}
