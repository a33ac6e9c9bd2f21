/* Texts into groups: components, which of them are plain, and what keeps every member of a group in it. */
#include "partition.h"

#include <stdlib.h>
#include <string.h>

#ifndef DEDUPE_TINY_BUFFERS
enum { LEAST_REFUSALS = 64 };
#else
enum { LEAST_REFUSALS = 1 };
#endif

static int ascending(const void *left, const void *right) {
    uint32_t x = *(const uint32_t *)left, y = *(const uint32_t *)right;
    return (x > y) - (x < y);
}

static void sort_texts(uint32_t *texts, size_t count) {
    if (count > 1) qsort(texts, count, sizeof *texts, ascending);
}

void mark_texts(partition_t *all, const uint32_t *texts, size_t count) {
    all->mark++;
    for (size_t i = 0; i < count; i++) all->marks[texts[i]] = all->mark;
}

/* How many of the texts that are marked are known to be the same as this one. */
static size_t same_inside(const partition_t *all, uint32_t text) {
    const known_t *known = &all->known;
    size_t count = 0;
    for (uint32_t at = known->first[text]; at != NONE; at = known->ties[at].next) {
        count += known->ties[at].kinds & TIE_SAME && all->marks[known->ties[at].other] == all->mark;
    }
    return count;
}

/* Puts the texts of a part that pairs of same texts connect behind each other, ascending; each of them waits. */
static void divide(partition_t *all, component_t part) {
    const known_t *known = &all->known;
    uint32_t *queue = all->group;
    size_t count = part.end - part.begin, used = 0;
    mark_texts(all, all->order + part.begin, count);
    for (size_t i = 0; i < count; i++) {
        uint32_t start = all->order[part.begin + i];
        if (all->marks[start] != all->mark) continue;
        size_t from = used;
        queue[used++] = start;
        all->marks[start] = 0;
        for (size_t next = from; next < used; next++) {
            for (uint32_t at = known->first[queue[next]]; at != NONE; at = known->ties[at].next) {
                uint32_t other = known->ties[at].other;
                if (!(known->ties[at].kinds & TIE_SAME) || all->marks[other] != all->mark) continue;
                queue[used++] = other;
                all->marks[other] = 0;
            }
        }
        sort_texts(queue + from, used - from);
        all->waiting[all->wait_count++] = (component_t){part.begin + from, part.begin + used};
    }
    if (count) memcpy(all->order + part.begin, queue, count * sizeof *queue);
}

static bool is_nearly_complete(partition_t *all, const uint32_t *texts, size_t count) {
    mark_texts(all, texts, count);
    for (size_t i = 0; i < count; i++) {
        if ((double)same_inside(all, texts[i]) < NEARLY_COMPLETE * (double)(count - 1)) return false;
    }
    return true;
}

/* Whether a text of a marked group of `count` is verified against its medoid, or half of the others, or has not drifted. */
static bool belongs(partition_t *all, uint32_t text, uint32_t medoid, size_t count) {
    size_t same = same_inside(all, text);
    if (2 * same >= count - 1) return true;
    tie_t tie = known_tie(&all->known, text, medoid);
    if (tie.kinds & TIE_UNTOLD) return false;
    return tie.kinds & TIE_SAME || (same && !(tie.kinds & TIE_APART));
}

/* Moves members that are not verified well enough from an ascending group to `left`; returns how many stay. */
static size_t guard(partition_t *all, uint32_t *group, size_t count, uint32_t *left) {
    uint32_t medoid = group[0];
    size_t most = 0, gone = 0;
    mark_texts(all, group, count);
    for (size_t i = 0; i < count; i++) {
        size_t same = same_inside(all, group[i]);
        if (same > most) medoid = group[i];
        most = same > most ? same : most;
    }
    for (;;) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            bool stays = group[i] == medoid || belongs(all, group[i], medoid, count);
            *(stays ? &group[kept++] : &left[gone++]) = group[i];
        }
        if (kept == count) break;
        count = kept;
        mark_texts(all, group, count);
    }
    sort_texts(left, gone);
    return count;
}

static void name_group(uint32_t *groups, const uint32_t *texts, size_t count) {
    for (size_t i = 0; i < count; i++) groups[texts[i]] = texts[0];
}

/* Groups one component; what leaves its groups waits, where its texts were. */
static void group_part(partition_t *all, component_t part, uint32_t *groups) {
    uint32_t *texts = all->order + part.begin;
    size_t count = part.end - part.begin;
    if (is_nearly_complete(all, texts, count)) {
        name_group(groups, texts, count);
        return;
    }
    size_t heads = grow_groups(all, texts, count), place = part.begin;
    for (size_t i = 0; i < heads && all->known.outcome == PARTITIONED; i++) {
        size_t size = 0;
        for (uint32_t text = all->heads[i]; text != NONE; text = all->next[text]) all->group[size++] = text;
        sort_texts(all->group, size);
        size_t kept = guard(all, all->group, size, all->left);
        name_group(groups, all->group, kept);
        if (kept == size) continue;
        memcpy(all->order + place, all->left, (size - kept) * sizeof *all->left);
        divide(all, (component_t){place, place + size - kept});
        place += size - kept;
    }
}

static bool open_all(partition_t *all, const pairs_known_t *pairs, size_t texts, asker_t *asker) {
    enum { COLUMNS = 12 };
    *all = (partition_t){.texts = texts};
    if (texts >= NONE || texts > SIZE_MAX / sizeof *all->refusals / 4 || !known_open(&all->known, pairs, texts)) return false;
    all->known.asker = asker;
    size_t refusals = LEAST_REFUSALS;
    while (refusals < texts && refusals < SIZE_MAX / 2) refusals *= 2;
    all->block = malloc((texts + 1) * COLUMNS * sizeof *all->block);
    all->marks = calloc(texts + 1, sizeof *all->marks);
    all->waiting = malloc((texts + 1) * sizeof *all->waiting);
    all->refusals = calloc(refusals, sizeof *all->refusals);
    if (!all->block || !all->marks || !all->waiting || !all->refusals) return false;
    all->refusal_mask = refusals - 1;
    uint32_t **columns[COLUMNS] = {&all->group_of, &all->next, &all->last, &all->size, &all->degree, &all->medoid,
                                   &all->order, &all->group, &all->left, &all->heads, &all->near_from, &all->near_to};
    for (size_t i = 0; i < COLUMNS; i++) *columns[i] = all->block + i * texts;
    for (size_t i = 0; i < texts; i++) {
        all->group_of[i] = NONE;
        all->order[i] = (uint32_t)i;
    }
    return true;
}

static void close_all(partition_t *all) {
    known_close(&all->known);
    free(all->block);
    free(all->marks);
    free(all->waiting);
    free(all->refusals);
    free(all->ranked);
    free(all->neighbours);
}

partitioned_t partition(const pairs_known_t *pairs, size_t texts, asker_t *asker, uint32_t *groups) {
    partition_t all;
    bool opened = open_all(&all, pairs, texts, asker);
    if (opened) divide(&all, (component_t){0, texts});
    while (opened && all.wait_count && all.known.outcome == PARTITIONED) {
        group_part(&all, all.waiting[--all.wait_count], groups);
    }
    partitioned_t outcome = opened ? all.known.outcome : OUT_OF_MEMORY;
    close_all(&all);
    return outcome;
}
