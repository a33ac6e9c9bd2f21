/* Rare grams that two texts share, and the maximal runs of equal tokens they lie in.
 *
 * Most texts that are compared are copies, so a run is followed token by token as soon as a gram has told where it
 * lies: inside it only grams that stand at several places of b are looked up, as they may begin other runs.
 */
#include "pairs.h"

/* The run that is being followed: equal tokens at `i` and `i + offset` for i up to `end`. */
typedef struct {
    size_t end, offset;
    bool seeded; /* a seed in it is known */
} trail_t;

typedef struct {
    const grams_t *a, *b;
    uint64_t *seeds;
    size_t count;
} seeding_t;

static inline bool is_rare(const grams_t *a, size_t i, const grams_t *b, size_t j) {
    return a->times[i] <= SEED_OCCURRENCES && b->times[j] <= SEED_OCCURRENCES;
}

/* A seed as one number: by diagonal, then by place in a. */
static inline void add_seed(seeding_t *seeding, size_t i, size_t j) {
    seeding->seeds[seeding->count++] = (uint64_t)(j + seeding->a->count - i) << 32 | i;
}

/* A seed just before it lies in the same run, so this one adds nothing. */
static inline bool follows(const seeding_t *seeding, size_t i, size_t j) {
    const grams_t *a = seeding->a, *b = seeding->b;
    return i && j && a->values[i - 1] == b->values[j - 1] && is_rare(a, i - 1, b, j - 1) && a->tokens[i - 1] == b->tokens[j - 1];
}

/* Goes on along the trail; returns the next gram to be looked up. */
static size_t follow_trail(seeding_t *seeding, trail_t *trail, size_t i) {
    const grams_t *b = seeding->b;
    for (; i + SEED_TOKENS <= trail->end && !trail->seeded; i++) {
        size_t j = i + trail->offset;
        if (bit_at(b->repeated, j)) return i;
        if (!is_rare(seeding->a, i, b, j)) continue;
        add_seed(seeding, i, j);
        trail->seeded = true;
    }
    if (i + SEED_TOKENS > trail->end) return i;
    return next_bit(b->repeated, i + trail->offset, trail->end - SEED_TOKENS + 1 + trail->offset) - trail->offset;
}

static void gather_seeds(seeding_t *seeding) {
    const grams_t *a = seeding->a, *b = seeding->b;
    trail_t trail = {0};
    for (size_t i = 0; (i = follow_trail(seeding, &trail, i)) < a->gram_count; i++) {
        uint32_t place = find_gram(b, a->values[i]);
        if (place == NOTHING) continue;
        bool rare = is_rare(a, i, b, place);
        for (uint32_t j = rare ? place : NOTHING; j != NOTHING; j = b->earlier[j]) {
            if (!follows(seeding, i, j)) add_seed(seeding, i, j);
        }
        if (bit_at(b->repeated, place)) continue;
        size_t left_a = a->count - i, left_b = b->count - place;
        trail.end = i + common_prefix(a->tokens + i, b->tokens + place, left_a < left_b ? left_a : left_b);
        trail.offset = place - i; /* may wrap around: it is only added */
        trail.seeded = rare;
    }
    add_seed(seeding, 0, 0);
    add_seed(seeding, a->count - 1, b->count - 1);
}

/* Extends seeds of one diagonal after the other; those that lie in the run before are done. */
static size_t extend_seeds(const seeding_t *seeding, run_t *runs) {
    const grams_t *a = seeding->a, *b = seeding->b;
    uint64_t diagonal = UINT64_MAX;
    size_t covered = 0, count = 0;
    for (size_t n = 0; n < seeding->count; n++) {
        uint64_t seed = seeding->seeds[n];
        size_t i = (size_t)(seed & UINT32_MAX), j = (size_t)(seed >> 32) + i - a->count;
        if ((seed >> 32) == diagonal && i < covered) continue;
        if (a->tokens[i] != b->tokens[j]) continue;
        size_t before = 0, left_a = a->count - i, left_b = b->count - j;
        while (before < i && before < j && a->tokens[i - before - 1] == b->tokens[j - before - 1]) before++;
        diagonal = seed >> 32;
        covered = i + common_prefix(a->tokens + i, b->tokens + j, left_a < left_b ? left_a : left_b);
        uint32_t start = (uint32_t)(i - before), length = (uint32_t)(covered - start);
        if (length < SEED_TOKENS) continue;
        runs[count++] = (run_t){(uint64_t)(UINT32_MAX - length) << 32 | start, start, (uint32_t)(j - before), length};
    }
    return count;
}

bool find_runs(const grams_t *a, const grams_t *b, arena_t *arena, run_t **runs, size_t *count) {
    seeding_t seeding = {.a = a, .b = b};
    size_t most = a->gram_count * SEED_OCCURRENCES + 2;
    seeding.seeds = arena_take(arena, most, sizeof *seeding.seeds);
    if (!seeding.seeds) return false;
    gather_seeds(&seeding);
    uint64_t *spare = arena_take(arena, seeding.count, sizeof *spare);
    *runs = arena_take(arena, seeding.count, sizeof **runs);
    if (!spare || !*runs) return false;
    seeding.count = sort_unique(seeding.seeds, seeding.count, spare);
    *count = extend_seeds(&seeding, *runs);
    return true;
}
