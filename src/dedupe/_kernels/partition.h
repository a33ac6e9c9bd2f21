/* Groups of texts that are one text each, from what is known about pairs of them. No Python here.
 *
 * What it does and why stands in `_partition.py`; the functions here are those there.
 */
#ifndef DEDUPE_PARTITION_H
#define DEDUPE_PARTITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of what a pair is. Of UNTOLD ones nothing is known, though somebody may have been asked. */
enum { TIE_SAME = 1, TIE_APART = 2, TIE_REVISION = 4, TIE_KINDS = 7, TIE_UNTOLD = 8 };

/* No text, no tie. */
#define NONE UINT32_MAX

/* Share of verified pairs from which a component, or what lies between two groups, needs no witness. */
#define NEARLY_COMPLETE 0.75

/* ---- ties.c: what is known ---- */

/* What is known of a text and another one; `next` is the next tie of the same text. */
typedef struct {
    double similarity;
    uint32_t other, next;
    unsigned kinds;
} tie_t;

typedef enum { PARTITIONED, OUT_OF_MEMORY, ASKING_FAILED } partitioned_t;

/* Verifies a pair, the smaller text first: fills in kinds and similarity; false where that fails. */
typedef struct asker {
    bool (*ask)(struct asker *asker, uint32_t a, uint32_t b, tie_t *tie);
} asker_t;

typedef struct {
    tie_t *ties;
    size_t used, capacity;
    uint32_t *first, *count; /* of every text: its first tie, and how many it has */
    asker_t *asker;          /* NULL: nobody can tell */
    partitioned_t outcome;   /* what went wrong, if anything: then nothing more is learnt */
} known_t;

/* Pairs as they come: both ends of each, the smaller one first, ascending. */
typedef struct {
    const uint32_t *ends;
    const uint8_t *kinds;
    const double *similarities;
    size_t count;
} pairs_known_t;

/* Whether pairs ascend, name texts, and have numbers for similarities. */
bool pairs_fit(const pairs_known_t *pairs, size_t texts);
/* False without memory; to be freed in any case. */
bool known_open(known_t *known, const pairs_known_t *pairs, size_t texts);
void known_close(known_t *known);
/* What is known of a pair without asking; NULL where nothing is. It stays there until somebody is asked. */
const tie_t *known_look(const known_t *known, uint32_t a, uint32_t b);
/* What is known of a pair, asking where nothing is. */
tie_t known_tie(known_t *known, uint32_t a, uint32_t b);

/* ---- partition.c ---- */

/* That two groups of these sizes were refused. */
typedef struct {
    uint64_t growth;
    uint32_t groups[2], sizes[2];
} refusal_t;

typedef struct {
    double similarity;
    uint32_t common, a, b;
} ranked_t;

typedef struct {
    size_t begin, end;
} component_t;

typedef struct {
    size_t texts;
    known_t known;
    uint32_t *block; /* all of what follows up to `near_to` */
    uint32_t *group_of, *next, *last, *size, *degree, *medoid; /* while groups grow; by text, or by first text of a group */
    uint32_t *order;                        /* texts: parts that wait, and room for others */
    uint32_t *group, *left, *heads;         /* scratch for all texts */
    uint32_t *near_from, *near_to;          /* where the neighbours of a text are, in those of its component */
    uint32_t *neighbours;
    size_t neighbour_room;
    uint64_t *marks, mark;                  /* a text is in the last set that was marked where it has its number */
    component_t *waiting;
    size_t wait_count;
    ranked_t *ranked;
    size_t ranked_count, ranked_room;
    refusal_t *refusals; /* a memo that forgets: what was refused is refused again */
    size_t refusal_mask;
    uint64_t growth;     /* its number, from 1 */
    size_t questions;    /* that may still be asked */
} partition_t;

/* Puts the smallest text of every text's group into `groups`. */
partitioned_t partition(const pairs_known_t *pairs, size_t texts, asker_t *asker, uint32_t *groups);

/* Marks some texts, and no others. */
void mark_texts(partition_t *all, const uint32_t *texts, size_t count);

/* ---- growth.c ---- */

/* Joins the texts of one component, given ascending. Then every group is a list along `next`, and `heads` names their
 * first texts, ascending; returns how many there are. What went wrong is in `known`. */
size_t grow_groups(partition_t *all, const uint32_t *component, size_t count);

#endif
