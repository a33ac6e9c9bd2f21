/* Who shares a hash with whom, from (hash, document) postings to counted pairs. No Python here.
 *
 * Documents are known by their positions. A pair of them travels in one number, the smaller position in its upper half.
 */
#ifndef DEDUPE_JOINING_H
#define DEDUPE_JOINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline unsigned bits_of(uint64_t value) {
    unsigned bits = 0;
    for (; value; value >>= 1) bits++;
    return bits;
}

/* ---- joining.c: from postings to groups ---- */
enum { MOST_DIVIDE_BITS = 16 };

/* Puts postings into parts by the leading `bits` of their hashes, 1 to MOST_DIVIDE_BITS; order within a part stays.
 * Part p is at edges[p] .. edges[p + 1]; there are 2**bits + 1 edges. */
void divide(const uint64_t *hashes, const uint32_t *documents, size_t count, unsigned bits, uint64_t *parted_hashes,
            uint32_t *parted_documents, int64_t *edges);

/* Groups of two and more, one after another. */
typedef struct {
    uint32_t *members, *sizes;
    size_t member_count, count;
} groups_t;

/* The documents that share a hash: groups ascending by hash, and ascending inside, each document once. Only those that
 * are `present`, one byte for every document, take part. Groups over `cap` go to `crowds`. False without memory. */
bool collide(const uint64_t *hashes, const uint32_t *documents, size_t count, const uint8_t *present, size_t cap,
             groups_t *groups, groups_t *crowds);
void groups_free(groups_t *groups);

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

/* Appends the distinct pairs inside groups, ascending, and how many groups hold each. False without memory. */
bool pair_up(const gathering_t *gathering, pairs_t *pairs);
void pairs_free(pairs_t *pairs);

/* ---- adding.c: pairs counted ---- */

/* Sorts values, keeps each once, and adds up its weights; `kept` is how many are left. False without memory. */
bool add_up(uint64_t *values, int64_t *weights, size_t count, size_t *kept);

#endif
