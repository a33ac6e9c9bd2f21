/* Where two texts meet: the grams they share, and the maximal runs of equal tokens that rare ones lie in.
 *
 * Most texts that are compared are copies, so from a gram that stands at one place of b only, the texts are followed
 * token by token: all grams on the way are shared, and only those that stand at several places of b are looked up.
 */
#include "pairs.h"

enum { FEW = 48 };

bool meet_grams(const grams_t *a, const grams_t *b, arena_t *arena, meetings_t *meetings) {
    size_t end = 0, offset = 0; /* tokens are equal at i and i + offset, which may wrap around, for i up to `end` */
    meeting_t *items = arena_take(arena, a->gram_count, sizeof *items);
    if (!items) return false;
    *meetings = (meetings_t){.items = items};
    const grams_t there = *b; /* which no item can be part of, for all the compiler knows */
    for (size_t i = 0; i < a->gram_count; i++) {
        if (i + SEED_TOKENS <= end) {
            i = next_bit(b->repeated, i + offset, end - SEED_TOKENS + 1 + offset) - offset;
            if (i == a->gram_count) break;
        }
        uint32_t place = find_gram(&there, gram_at(a->tokens + i));
        if (place == NOTHING) continue;
        meeting_t *meeting = &items[meetings->count++];
        *meeting = (meeting_t){.a = (uint32_t)i, .b = place, .repeated = bit_at(b->repeated, place)};
        if (meeting->repeated) continue;
        size_t left_a = a->count - i, left_b = b->count - place;
        meeting->alike = (uint32_t)common_prefix(a->tokens + i, b->tokens + place, left_a < left_b ? left_a : left_b);
        end = i + meeting->alike;
        offset = place - i;
    }
    return true;
}

/* ---- seeds ---- */

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
    if (!i || !j || a->tokens[i - 1] != b->tokens[j - 1]) return false;
    return gram_at(a->tokens + i - 1) == gram_at(b->tokens + j - 1) && is_rare(a, i - 1, b, j - 1);
}

/* One seed is enough for all that is alike: the first gram on the way that is rare in a and stands once in b. */
static void seed_way(seeding_t *seeding, const meeting_t *meeting) {
    size_t i = meeting->a, j = meeting->b, last = meeting->alike < SEED_TOKENS ? 0 : meeting->alike - SEED_TOKENS;
    for (size_t n = 0; n <= last; n++) {
        if (!is_rare(seeding->a, i + n, seeding->b, j + n)) continue;
        if (!follows(seeding, i + n, j + n)) add_seed(seeding, i + n, j + n);
        return;
    }
}

static void gather_seeds(seeding_t *seeding, const meetings_t *meetings) {
    const grams_t *a = seeding->a, *b = seeding->b;
    for (size_t n = 0; n < meetings->count; n++) {
        const meeting_t *meeting = &meetings->items[n];
        if (!meeting->repeated) {
            seed_way(seeding, meeting);
            continue;
        }
        if (!is_rare(a, meeting->a, b, meeting->b)) continue;
        for (uint32_t j = meeting->b; j != NOTHING; j = b->earlier[j]) {
            if (!follows(seeding, meeting->a, j)) add_seed(seeding, meeting->a, j);
        }
    }
    add_seed(seeding, 0, 0);
    add_seed(seeding, a->count - 1, b->count - 1);
}

/* ---- runs ---- */

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

/* Few of them are nearly in order. */
static void sort_seeds(seeding_t *seeding, uint64_t *spare) {
    uint64_t *seeds = seeding->seeds;
    if (seeding->count > FEW) {
        seeding->count = sort_unique(seeds, seeding->count, spare);
        return;
    }
    for (size_t n = 1; n < seeding->count; n++) {
        uint64_t seed = seeds[n];
        size_t place = n;
        for (; place && seeds[place - 1] > seed; place--) seeds[place] = seeds[place - 1];
        seeds[place] = seed;
    }
}

bool find_runs(const grams_t *a, const grams_t *b, const meetings_t *meetings, arena_t *arena, run_t **runs, size_t *count) {
    seeding_t seeding = {.a = a, .b = b};
    seeding.seeds = arena_take(arena, meetings->count * SEED_OCCURRENCES + 2, sizeof *seeding.seeds);
    if (!seeding.seeds) return false;
    gather_seeds(&seeding, meetings);
    uint64_t *spare = arena_take(arena, seeding.count, sizeof *spare);
    *runs = arena_take(arena, seeding.count, sizeof **runs);
    if (!spare || !*runs) return false;
    sort_seeds(&seeding, spare);
    *count = extend_seeds(&seeding, *runs);
    return true;
}
