/* Who shares a hash with whom, from postings to counted pairs. No Python here.
 *
 * Documents are known by their positions. A pair of them travels in one number, the smaller position in its upper half.
 */
#ifndef DEDUPE_JOINING_H
#define DEDUPE_JOINING_H

#include "bits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- joining.c: from postings to groups ---- */

/* A posting is one number: in its last `width` bits the document, before them as many bits of a hash. Sorted, postings
 * of one hash stand together, and their documents ascend. */
enum { MOST_WIDTH = 32, MOST_PART_BITS = 16 };

/* Documents and how many of the hashes each holds, one after another; one each where `lengths` is NULL. */
typedef struct {
    const uint64_t *hashes;
    const uint32_t *documents;
    const int64_t *lengths;
    size_t count; /* of documents */
} held_t;

/* Makes postings, and puts them into parts by the leading `bits` of what hashes became; order within a part stays. Part
 * p is at edges[p] .. edges[p + 1]; there are 2**bits + 1 edges. */
void post(const held_t *held, unsigned width, unsigned bits, uint64_t *postings, int64_t *edges);

/* Groups of two and more, one after another. */
typedef struct {
    uint32_t *members, *sizes;
    size_t member_count, count;
} groups_t;

typedef struct {
    const uint64_t *postings;
    size_t count;
} postings_t;

/* What is joined: runs of postings in any order, of documents that are `present`, one byte for each of them. */
typedef struct {
    const postings_t *runs;
    size_t run_count;
    unsigned width;
    const uint8_t *present;
    size_t known, cap; /* documents, and most members of a group */
} joint_t;

/* What joining needs of memory, zero at first, and used again as it has been touched already. The groups that are found
 * stay until the next join. */
typedef struct {
    uint64_t *kept, *sorted, *words;
    size_t room, word_room;
    groups_t groups, crowds;
} workshop_t;

typedef enum { JOINED, UNKNOWN_DOCUMENT, WITHOUT_MEMORY } joining_t;

/* The documents that share a hash: groups ascending by it, and ascending inside, each document once. Those over the cap
 * are crowds. */
joining_t collide(workshop_t *shop, const joint_t *joint);
void workshop_clear(workshop_t *shop);

/* ---- gathering.c ---- */

/* What tells a kept group from others, and where its record begins plus one; an empty place has none. */
typedef struct {
    uint32_t tag, record;
} place_t;

/* Distinct groups. All of one lies together, as it is met at random: a record is how often the group came, its size, and
 * its members. */
typedef struct {
    uint32_t *records;
    size_t count, length, room; /* records, and their numbers of 32 bits */
    place_t *places;
    size_t mask;
    uint64_t secret[2]; /* decides where groups stand in memory, never the answer */
    size_t documents;   /* members are below it */
    workshop_t shop;
    bool busy;          /* while the interpreter lock is free */
} gathering_t;

enum { TIMES, SIZE, MEMBERS };

/* Adds groups whose members ascend; false without memory. */
bool gathering_add(gathering_t *gathering, const groups_t *groups);
void gathering_clear(gathering_t *gathering);

/* ---- pairing.c ---- */

typedef struct {
    uint64_t *values;
    int64_t *counts;
    size_t count, capacity;
} pairs_t;

/* Appends the distinct pairs that at least so many groups hold, ascending, and how many do. False without memory. */
bool pair_up(const gathering_t *gathering, int64_t least, pairs_t *pairs);
void pairs_free(pairs_t *pairs);

/* ---- adding.c: pairs counted ---- */

/* Sorts values, keeps each once, and adds up its weights; `kept` is how many are left. False without memory. */
bool add_up(uint64_t *values, int64_t *weights, size_t count, size_t *kept);

/* ---- uniting.c ---- */

/* Distinct values, ascending, and bits of each. */
typedef struct {
    uint64_t *values;
    uint8_t *bits;
    size_t count;
} marked_t;

/* Merges both: equal values become one with the bits of both. `made` has room for all. */
void unite(const marked_t *a, const marked_t *b, marked_t *made);

#endif
