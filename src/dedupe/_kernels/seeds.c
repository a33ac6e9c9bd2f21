/* Where two texts meet: the grams they share, and the maximal runs of equal tokens that rare ones lie in.
 *
 * Most texts that are compared are copies, so from a gram that stands at one place of b only, the texts are followed
 * token by token: all grams on the way are shared, and only those that stand at several places of b are looked up.
 */
#include "pairs.h"

enum { FEW = 64 };

/* The first place from `i` on whose gram may stand in b. */
static inline size_t next_known(const grams_t *a, const grams_t *b, size_t i) {
    while (i < a->gram_count && !may_stand_in(b, last_in_chain(b, a->hashes[i]), a->hashes[i])) i++;
    return i;
}

bool meet_grams(const grams_t *a, const grams_t *b, arena_t *arena, meetings_t *meetings) {
    size_t end = 0, offset = 0; /* tokens are equal at i and i + offset, which may wrap around, for i up to `end` */
    meeting_t *items = arena_take(arena, a->gram_count, sizeof *items), *next = items;
    if (!items) return false;
    const grams_t here = *a, there = *b; /* which no item can be part of, for all the compiler knows */
    for (size_t i = 0; i < here.gram_count; i++) {
        if (i + SEED_TOKENS <= end) {
            i = next_bit(there.repeated, i + offset, end - SEED_TOKENS + 1 + offset) - offset;
            if (i + SEED_TOKENS <= end) {
                *next++ = (meeting_t){.a = (uint32_t)i, .b = there.latest[i + offset], .repeated = true};
                continue;
            }
        }
        i = next_known(&here, &there, i);
        if (i >= here.gram_count) break;
        uint32_t place = find_gram(&here, i, &there), alike = 0;
        if (place == there.gram_count) continue;
        bool repeated = bit_at(there.repeated, place);
        if (!repeated) {
            size_t left_a = here.count - i, left_b = there.count - place;
            alike = (uint32_t)common_prefix(here.tokens + i, there.tokens + place, left_a < left_b ? left_a : left_b);
            end = i + alike;
            offset = place - i;
        }
        *next++ = (meeting_t){.a = (uint32_t)i, .b = place, .alike = alike, .repeated = repeated};
    }
    *meetings = (meetings_t){items, (size_t)(next - items)};
    return true;
}

/* ---- seeds ---- */

typedef struct {
    const grams_t *a, *b;
    uint64_t *seeds;
    uint32_t *alike; /* of each: tokens that are known to be equal from there on, and the next one not; 0 for not known */
    size_t count;
} seeding_t;

static inline bool is_rare(const grams_t *a, size_t i, const grams_t *b, size_t j) {
    return a->times[i] <= SEED_OCCURRENCES && b->times[j] <= SEED_OCCURRENCES;
}

/* A seed as one number: by diagonal, then by place in a. */
static inline void add_seed(seeding_t *seeding, size_t i, size_t j, size_t alike) {
    seeding->alike[seeding->count] = (uint32_t)alike;
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
        if (!follows(seeding, i + n, j + n)) add_seed(seeding, i + n, j + n, meeting->alike - n);
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
            if (!follows(seeding, meeting->a, j)) add_seed(seeding, meeting->a, j, 0);
        }
    }
    add_seed(seeding, 0, 0, 0);
    add_seed(seeding, a->count - 1, b->count - 1, 0);
}

/* ---- runs ---- */

/* The run that a seed lies in; `behind` is what is known of it from there on. */
static inline run_t extend_seed(const grams_t *a, const grams_t *b, size_t i, size_t j, size_t behind) {
    size_t before = 0, left_a = a->count - i, left_b = b->count - j;
    while (before < i && before < j && a->tokens[i - before - 1] == b->tokens[j - before - 1]) before++;
    if (!behind) behind = common_prefix(a->tokens + i, b->tokens + j, left_a < left_b ? left_a : left_b);
    return (run_t){(uint32_t)(i - before), (uint32_t)(j - before), (uint32_t)(before + behind)};
}

/* Extends seeds of one diagonal after the other; those that lie in the run before are done. */
static size_t extend_sorted(const seeding_t *seeding, run_t *runs) {
    const grams_t *a = seeding->a, *b = seeding->b;
    uint64_t diagonal = UINT64_MAX;
    size_t covered = 0, count = 0;
    for (size_t n = 0; n < seeding->count; n++) {
        uint64_t seed = seeding->seeds[n];
        size_t i = (size_t)(seed & UINT32_MAX), j = (size_t)(seed >> 32) + i - a->count;
        if ((seed >> 32) == diagonal && i < covered) continue;
        if (a->tokens[i] != b->tokens[j]) continue;
        run_t run = extend_seed(a, b, i, j, 0);
        diagonal = seed >> 32;
        covered = run.a + run.length;
        if (run.length >= SEED_TOKENS) runs[count++] = run;
    }
    return count;
}

static inline bool stands_before(const run_t *x, const run_t *y) { return x->a < y->a || (x->a == y->a && x->b < y->b); }

/* Extends few seeds in the order of a, in which most runs come out at once. What lies in a run that was found for its
 * diagonal lately is done; the same run found again is told by where it begins. */
static size_t extend_few(const seeding_t *seeding, run_t *runs) {
    enum { DIAGONALS = 16 };
    const grams_t *a = seeding->a, *b = seeding->b;
    struct {
        uint64_t diagonal; /* none is 0 */
        size_t start, end;
    } covered[DIAGONALS] = {0};
    size_t count = 0;
    for (size_t n = 0; n < seeding->count; n++) {
        uint64_t seed = seeding->seeds[n], diagonal = seed >> 32, slot = diagonal % DIAGONALS;
        size_t i = (size_t)(seed & UINT32_MAX), j = (size_t)diagonal + i - a->count;
        if (covered[slot].diagonal == diagonal && i >= covered[slot].start && i < covered[slot].end) continue;
        if (a->tokens[i] != b->tokens[j]) continue;
        run_t run = extend_seed(a, b, i, j, seeding->alike[n]);
        covered[slot].diagonal = diagonal;
        covered[slot].start = run.a;
        covered[slot].end = run.a + run.length;
        if (run.length < SEED_TOKENS) continue;
        size_t place = count;
        while (place && stands_before(&run, &runs[place - 1])) place--;
        if (place && runs[place - 1].a == run.a && runs[place - 1].b == run.b) continue;
        for (size_t m = count++; m > place; m--) runs[m] = runs[m - 1];
        runs[place] = run;
    }
    return count;
}

void sort_keys(uint64_t *keys, size_t count, uint64_t *spare) {
    if (count > FEW) {
        sort_unique(keys, count, spare);
        return;
    }
    for (size_t n = 1; n < count; n++) {
        uint64_t key = keys[n];
        size_t place = n;
        for (; place && keys[place - 1] > key; place--) keys[place] = keys[place - 1];
        keys[place] = key;
    }
}

/* Runs of diagonals in order, put into the order of a: of several that begin at one place there, those of the first
 * diagonal begin first in b. */
static void order_runs(run_t *runs, size_t count, run_t *sorted, uint64_t *keys, uint64_t *spare) {
    for (size_t n = 0; n < count; n++) keys[n] = (uint64_t)runs[n].a << 32 | n;
    sort_unique(keys, count, spare);
    for (size_t n = 0; n < count; n++) sorted[n] = runs[keys[n] & UINT32_MAX];
}

bool find_runs(const grams_t *a, const grams_t *b, const meetings_t *meetings, arena_t *arena, run_t **runs, size_t *count) {
    seeding_t seeding = {.a = a, .b = b};
    size_t most = meetings->count * SEED_OCCURRENCES + 2;
    seeding.seeds = arena_take(arena, most, sizeof *seeding.seeds);
    seeding.alike = arena_take(arena, most, sizeof *seeding.alike);
    if (!seeding.seeds || !seeding.alike) return false;
    gather_seeds(&seeding, meetings);
    *runs = arena_take(arena, seeding.count, sizeof **runs);
    if (!*runs) return false;
    if (seeding.count <= FEW) {
        *count = extend_few(&seeding, *runs);
        return true;
    }
    uint64_t *spare = arena_take(arena, seeding.count, sizeof *spare);
    run_t *sorted = arena_take(arena, seeding.count, sizeof *sorted);
    if (!spare || !sorted) return false;
    seeding.count = sort_unique(seeding.seeds, seeding.count, spare);
    *count = extend_sorted(&seeding, *runs);
    order_runs(*runs, *count, sorted, seeding.seeds, spare);
    *runs = sorted;
    return true;
}
