/* Groups of one component while they grow: pair by pair, the best supported first.
 *
 * A group is known by the first text it had; its members are a list along `next`, in the order they came.
 */
#include "partition.h"

#include <stdlib.h>

enum { QUESTIONS = 2 };

/* What is known between two groups; the ends of same-text pairs are marked. */
typedef struct {
    uint64_t same, apart;
    bool at_medoid, revision; /* whether some same-text pair ends at the first group's medoid, or is of versions */
} across_t;

static void begin(partition_t *all, const uint32_t *component, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t text = component[i];
        all->group_of[text] = all->last[text] = all->medoid[text] = text;
        all->next[text] = NONE;
        all->size[text] = 1;
        all->degree[text] = 0;
    }
    all->questions = QUESTIONS * count;
    all->growth++;
}

/* ---- the order of pairs ---- */

/* Puts the neighbours of all texts of a component one after another. */
static bool gather_neighbours(partition_t *all, const uint32_t *component, size_t count) {
    const known_t *known = &all->known;
    size_t used = 0, most = 0;
    for (size_t i = 0; i < count; i++) most += known->count[component[i]];
    if (most > all->neighbour_room) {
        free(all->neighbours);
        all->neighbours = malloc(most * sizeof *all->neighbours);
        all->neighbour_room = all->neighbours ? most : 0;
        if (!all->neighbours) return false;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t text = component[i];
        all->near_from[text] = (uint32_t)used;
        for (uint32_t at = known->first[text]; at != NONE; at = known->ties[at].next) {
            uint32_t other = known->ties[at].other;
            if (known->ties[at].kinds & TIE_SAME && all->group_of[other] != NONE) all->neighbours[used++] = other;
        }
        all->near_to[text] = (uint32_t)used;
    }
    return true;
}

/* How many neighbours of a text are marked. */
static uint32_t count_marked(const partition_t *all, uint32_t text) {
    const uint64_t *marks = all->marks, mark = all->mark;
    uint32_t count = 0;
    for (size_t i = all->near_from[text]; i < all->near_to[text]; i++) count += marks[all->neighbours[i]] == mark;
    return count;
}

/* Where of two texts common neighbours are counted: once, and along the shorter of two lists. */
static bool counts_here(const partition_t *all, uint32_t text, uint32_t other) {
    uint32_t own = all->near_to[text] - all->near_from[text], its = all->near_to[other] - all->near_from[other];
    return own > its || (own == its && text > other);
}

static bool rank(partition_t *all, ranked_t pair) {
    if (all->ranked_count == all->ranked_room) {
        size_t room = 2 * all->ranked_room + 64;
        ranked_t *ranked = room <= SIZE_MAX / sizeof *ranked ? realloc(all->ranked, room * sizeof *ranked) : NULL;
        if (!ranked) return false;
        all->ranked = ranked;
        all->ranked_room = room;
    }
    all->ranked[all->ranked_count++] = pair;
    return true;
}

/* Ranks the pairs of a text with those that have fewer neighbours. */
static bool rank_text(partition_t *all, uint32_t text) {
    const known_t *known = &all->known;
    mark_texts(all, all->neighbours + all->near_from[text], all->near_to[text] - all->near_from[text]);
    for (uint32_t at = known->first[text]; at != NONE; at = known->ties[at].next) {
        uint32_t other = known->ties[at].other;
        if (!(known->ties[at].kinds & TIE_SAME) || all->group_of[other] == NONE || !counts_here(all, text, other)) continue;
        uint32_t a = text < other ? text : other, b = text < other ? other : text;
        if (!rank(all, (ranked_t){known->ties[at].similarity, count_marked(all, other), a, b})) return false;
    }
    return true;
}

static int before(const void *left, const void *right) {
    const ranked_t *x = left, *y = right;
    if (x->common != y->common) return x->common > y->common ? -1 : 1;
    if (x->similarity != y->similarity) return x->similarity > y->similarity ? -1 : 1;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

static bool rank_pairs(partition_t *all, const uint32_t *component, size_t count) {
    all->ranked_count = 0;
    if (!gather_neighbours(all, component, count)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!rank_text(all, component[i])) return false;
    }
    if (all->ranked_count) qsort(all->ranked, all->ranked_count, sizeof *all->ranked, before);
    return true;
}

/* ---- joining ---- */

static across_t look_across(partition_t *all, uint32_t first, uint32_t second) {
    const known_t *known = &all->known;
    across_t across = {0};
    mark_texts(all, NULL, 0);
    for (uint32_t mine = second; mine != NONE; mine = all->next[mine]) {
        for (uint32_t at = known->first[mine]; at != NONE; at = known->ties[at].next) {
            const tie_t *tie = &known->ties[at];
            if (all->group_of[tie->other] != first) continue;
            across.apart += tie->kinds & TIE_APART ? 1 : 0;
            if (!(tie->kinds & TIE_SAME)) continue;
            across.same++;
            across.at_medoid |= tie->other == all->medoid[first];
            across.revision |= (tie->kinds & TIE_REVISION) != 0;
            all->marks[mine] = all->marks[tie->other] = all->mark;
        }
    }
    return across;
}

/* The first member that is not marked. */
static uint32_t untouched(const partition_t *all, uint32_t group) {
    uint32_t text = group;
    while (text != NONE && all->marks[text] == all->mark) text = all->next[text];
    return text;
}

/* Verifies one pair across that the joining pairs do not touch, as far as the groups have one. */
static tie_t call_witness(partition_t *all, uint32_t first, uint32_t second, across_t *across) {
    tie_t nobody = {.kinds = TIE_UNTOLD};
    uint32_t a = untouched(all, first), b = untouched(all, second);
    if (a == NONE) return nobody;
    if (b == NONE) b = second;
    const tie_t *found = known_look(&all->known, a, b);
    if (found) return *found;
    if (!all->known.asker || !all->questions) return nobody;
    all->questions--;
    tie_t tie = known_tie(&all->known, a, b);
    across->apart += tie.kinds & TIE_APART ? 1 : 0;
    return tie;
}

static bool may_join(partition_t *all, uint32_t first, uint32_t second) {
    across_t across = look_across(all, first, second);
    uint64_t possible = (uint64_t)all->size[first] * all->size[second];
    if (across.apart >= across.same) return false;
    if ((double)across.same >= NEARLY_COMPLETE * (double)possible) return true;
    tie_t witness = call_witness(all, first, second, &across);
    if (witness.kinds & TIE_SAME) return true;
    if (across.apart >= across.same) return false;
    bool drifts = !(witness.kinds & (TIE_UNTOLD | TIE_APART)), single = all->size[second] == 1;
    return drifts || 2 * across.same >= possible || (single && across.at_medoid) || across.revision;
}

static bool is_better(const partition_t *all, uint32_t text, uint32_t than) {
    return all->degree[text] > all->degree[than] || (all->degree[text] == all->degree[than] && text < than);
}

/* Goes through the same-text pairs across: counts them at both ends, or returns the best centre among these. */
static uint32_t settle(partition_t *all, uint32_t first, uint32_t second, bool counting) {
    const known_t *known = &all->known;
    uint32_t best = all->medoid[is_better(all, all->medoid[second], all->medoid[first]) ? second : first];
    for (uint32_t mine = second; mine != NONE; mine = all->next[mine]) {
        for (uint32_t at = known->first[mine]; at != NONE; at = known->ties[at].next) {
            uint32_t other = known->ties[at].other;
            if (!(known->ties[at].kinds & TIE_SAME) || all->group_of[other] != first) continue;
            all->degree[mine] += counting;
            all->degree[other] += counting;
            if (is_better(all, mine, best)) best = mine;
            if (is_better(all, other, best)) best = other;
        }
    }
    return best;
}

static void join(partition_t *all, uint32_t first, uint32_t second) {
    settle(all, first, second, true);
    all->medoid[first] = settle(all, first, second, false);
    for (uint32_t text = second; text != NONE; text = all->next[text]) all->group_of[text] = first;
    all->next[all->last[first]] = second;
    all->last[first] = all->last[second];
    all->size[first] += all->size[second];
}

static void try_join(partition_t *all, uint32_t first, uint32_t second) {
    uint32_t own = all->size[first], its = all->size[second];
    if (own < its || (own == its && second < first)) {
        uint32_t other = first;
        first = second;
        second = other;
    }
    uint64_t spread = ((uint64_t)first << 32 | second) * 0x9E3779B97F4A7C15U; /* Knuth, as in _joining.py */
    refusal_t *slot = &all->refusals[(size_t)(spread >> 32) & all->refusal_mask];
    refusal_t attempt = {all->growth, {first, second}, {all->size[first], all->size[second]}};
    bool refused = slot->growth == attempt.growth && slot->groups[0] == first && slot->groups[1] == second &&
                   slot->sizes[0] == attempt.sizes[0] && slot->sizes[1] == attempt.sizes[1];
    if (refused) return;
    if (may_join(all, first, second)) {
        join(all, first, second);
    } else {
        *slot = attempt;
    }
}

size_t grow_groups(partition_t *all, const uint32_t *component, size_t count) {
    begin(all, component, count);
    if (!rank_pairs(all, component, count)) {
        all->known.outcome = OUT_OF_MEMORY;
        return 0;
    }
    for (size_t i = 0; i < all->ranked_count && all->known.outcome == PARTITIONED; i++) {
        uint32_t first = all->group_of[all->ranked[i].a], second = all->group_of[all->ranked[i].b];
        if (first != second) try_join(all, first, second);
    }
    size_t heads = 0;
    for (size_t i = 0; i < count; i++) {
        if (all->group_of[component[i]] == component[i]) all->heads[heads++] = component[i];
    }
    for (size_t i = 0; i < count; i++) all->group_of[component[i]] = NONE;
    return heads;
}
