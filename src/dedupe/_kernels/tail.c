/* Postings of an index that stand in no run yet, found by their keys. */
#include "postings.h"
#include "fetch.h"

#include <stdlib.h>

#ifndef DEDUPE_TINY_BUFFERS
enum { FEWEST_KEPT = 1 << 10, TOGETHER = 32 };
#else
enum { FEWEST_KEPT = 1 << 10, TOGETHER = 2 };
#endif

static const uint64_t SPREAD = 0x9E3779B97F4A7C15u;

static size_t tail_slot(const tail_t *tail, uint64_t posting) {
    return (size_t)(((posting >> ROW_BITS ^ tail->secret) * SPREAD) >> (64 - tail->bits));
}

/* Room for twice as many, and twice as many slots: about one posting a slot. */
static bool tail_grow(tail_t *tail) {
    size_t capacity = tail->capacity ? 2 * tail->capacity : FEWEST_KEPT;
    if (capacity > UINT32_MAX / 2) return false;
    uint64_t *postings = realloc(tail->postings, capacity * sizeof *postings);
    if (postings) tail->postings = postings;
    uint32_t *next = realloc(tail->next, capacity * sizeof *next);
    if (next) tail->next = next;
    uint32_t *slots = calloc(capacity, sizeof *slots);
    if (!postings || !next || !slots) {
        free(slots);
        return false;
    }
    free(tail->slots);
    tail->slots = slots;
    tail->capacity = capacity;
    for (tail->bits = 0; (size_t)1 << tail->bits < capacity; tail->bits++) continue;
    for (size_t place = 0; place < tail->count; place++) {
        size_t slot = tail_slot(tail, tail->postings[place]);
        next[place] = slots[slot];
        slots[slot] = (uint32_t)place + 1;
    }
    return true;
}

bool tail_add(tail_t *tail, const uint64_t *postings, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (tail->count == tail->capacity && !tail_grow(tail)) return false;
        if (count - i > TOGETHER) FETCH(&tail->slots[tail_slot(tail, postings[i + TOGETHER])]);
        size_t slot = tail_slot(tail, postings[i]);
        tail->postings[tail->count] = postings[i];
        tail->next[tail->count] = tail->slots[slot];
        tail->slots[slot] = (uint32_t)++tail->count;
    }
    return true;
}

/* Sets where the chains of some keys begin, at most TOGETHER of them: memory is asked for all of them at once. */
static void tail_starts(const tail_t *tail, const uint64_t *keys, size_t count, uint32_t *places) {
    size_t slots[TOGETHER];
    for (size_t i = 0; i < count; i++) {
        slots[i] = tail_slot(tail, keys[i]);
        FETCH(&tail->slots[slots[i]]);
    }
    for (size_t i = 0; i < count; i++) {
        places[i] = tail->slots[slots[i]];
        if (!places[i]) continue;
        FETCH(&tail->postings[places[i] - 1]);
        FETCH(&tail->next[places[i] - 1]);
    }
}

bool tail_find(const tail_t *tail, const uint64_t *keys, size_t count, values_t *hits) {
    uint32_t places[TOGETHER];
    for (size_t position = 0; position < count && tail->count; position++) {
        size_t left = count - position;
        if (position % TOGETHER == 0) tail_starts(tail, keys + position, left < TOGETHER ? left : TOGETHER, places);
        for (size_t place = places[position % TOGETHER]; place; place = tail->next[place - 1]) {
            uint64_t posting = tail->postings[place - 1];
            if (posting >> ROW_BITS != keys[position] >> ROW_BITS) continue;
            if (!values_reserve(hits, 1)) return false;
            hits->values[hits->count++] = (uint64_t)position << ROW_BITS | (posting & ROW_MASK);
        }
    }
    return true;
}

void tail_free(tail_t *tail) {
    free(tail->postings);
    free(tail->next);
    free(tail->slots);
}
