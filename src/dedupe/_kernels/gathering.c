/* Groups of documents gathered, equal ones together.
 *
 * Texts that share a passage share many hashes, so the same group comes again and again: on news, twenty times. Each is
 * kept once with how often it came, and spelt out in pairs once.
 */
#include "fetch.h"
#include "joining.h"

#include <stdlib.h>
#include <string.h>

#ifndef DEDUPE_TINY_BUFFERS
enum { LEAST_PLACES = 1 << 10, LEAST_ROOM = 1 << 12, AHEAD = 64 };
#else
enum { LEAST_PLACES = 2, LEAST_ROOM = 1, AHEAD = 2 };
#endif

static inline uint64_t two_of(const uint32_t *members) {
    uint64_t two;
    memcpy(&two, members, sizeof two);
    return two;
}

/* Multiply and shift for every two members (as xxHash and FNV do); the secret is at both ends. */
static inline uint32_t tag_of(const uint32_t *members, size_t size, const uint64_t secret[2]) {
    uint64_t hash = secret[0] ^ size;
    for (; size > 1; size -= 2, members += 2) {
        hash = (hash ^ two_of(members)) * 0x9E3779B97F4A7C15U;
        hash ^= hash >> 32;
    }
    if (size) {
        hash = (hash ^ *members) * 0x9E3779B97F4A7C15U;
        hash ^= hash >> 32;
    }
    return (uint32_t)((hash ^ secret[1]) * 0xD6E8FEB86659FD93U >> 32);
}

static bool grow(gathering_t *gathering) {
    size_t count = gathering->places ? 2 * (gathering->mask + 1) : LEAST_PLACES;
    place_t *places = calloc(count, sizeof *places);
    if (!places) return false;
    for (size_t i = 0; gathering->places && i <= gathering->mask; i++) {
        if (!gathering->places[i].record) continue;
        size_t at = gathering->places[i].tag & (count - 1);
        while (places[at].record) at = (at + 1) & (count - 1);
        places[at] = gathering->places[i];
    }
    free(gathering->places);
    gathering->places = places;
    gathering->mask = count - 1;
    return true;
}

/* Room for one more record of so many members; false without memory, or where 32 bits do not name all. */
static bool make_room(gathering_t *gathering, size_t size) {
    size_t length = gathering->length + MEMBERS + size;
    if (length >= UINT32_MAX) return false;
    if (length > gathering->room) {
        size_t room = 2 * length + LEAST_ROOM;
        uint32_t *records = realloc(gathering->records, room * sizeof *records);
        if (!records) return false;
        gathering->records = records;
        gathering->room = room;
    }
    return (gathering->places && gathering->count < gathering->mask / 2) || grow(gathering);
}

/* Most groups are two. */
static inline bool equal(const uint32_t *a, const uint32_t *b, size_t size) {
    if (size == 2) return two_of(a) == two_of(b);
    for (size_t i = 0; i < size; i++) {
        if (a[i] != b[i]) return false;
    }
    return true;
}

/* Finds the place of an equal group among those kept, or an empty one for it. */
static place_t *find(const gathering_t *gathering, const uint32_t *members, uint32_t size, uint32_t tag) {
    for (size_t at = tag & gathering->mask;; at = (at + 1) & gathering->mask) {
        place_t *place = &gathering->places[at];
        if (!place->record) return place;
        if (place->tag != tag) continue;
        const uint32_t *record = gathering->records + place->record - 1;
        if (record[SIZE] == size && equal(record + MEMBERS, members, size)) return place;
    }
}

static bool add(gathering_t *gathering, const uint32_t *members, uint32_t size, uint32_t tag) {
    if (!make_room(gathering, size)) return false;
    place_t *place = find(gathering, members, size, tag);
    if (place->record) {
        uint32_t *times = gathering->records + place->record - 1 + TIMES;
        *times += *times != UINT32_MAX;
        return true;
    }
    uint32_t *record = gathering->records + gathering->length;
    *place = (place_t){tag, (uint32_t)gathering->length + 1};
    record[TIMES] = 1;
    record[SIZE] = size;
    memcpy(record + MEMBERS, members, size * sizeof *members);
    gathering->length += MEMBERS + size;
    gathering->count++;
    return true;
}

bool gathering_add(gathering_t *gathering, const groups_t *groups) {
    const uint32_t *members = groups->members;
    uint32_t tags[AHEAD];
    if (!make_room(gathering, 0)) return false;
    for (size_t begin = 0, count; begin < groups->count; begin += count) {
        const uint32_t *sizes = groups->sizes + begin, *ahead = members;
        count = groups->count - begin < AHEAD ? groups->count - begin : AHEAD;
        for (size_t i = 0; i < count; ahead += sizes[i++]) {
            tags[i] = tag_of(ahead, sizes[i], gathering->secret);
            FETCH(&gathering->places[tags[i] & gathering->mask]);
        }
        for (size_t i = 0; i < count; i++) {
            uint32_t record = gathering->places[tags[i] & gathering->mask].record;
            if (record) FETCH(gathering->records + record - 1);
        }
        for (size_t i = 0; i < count; members += sizes[i++]) {
            if (!add(gathering, members, sizes[i], tags[i])) return false;
        }
    }
    return true;
}

void gathering_clear(gathering_t *gathering) {
    free(gathering->records);
    free(gathering->places);
    workshop_clear(&gathering->shop);
    gathering->records = NULL;
    gathering->places = NULL;
    gathering->count = gathering->length = gathering->room = gathering->mask = 0;
}
