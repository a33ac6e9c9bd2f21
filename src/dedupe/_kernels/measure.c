/* `_measure.py` in C: a bound by common tokens, then an alignment and everything that is counted in it. */
#include "pairs.h"

#include <string.h>

enum { RESYNC = 12, SHORT_TOKENS = 60 };

#define LIST_SEPARATORS 0.3
#define LIST_NUMBERS 0.4
#define LIST_BOTH 0.45

/* The columns, in the order of `_columns.COLUMNS`; those of a side come twice. */
enum {
    REACHED, EQUAL, PASSAGES, MATCHED, ORDERED, LONGER, LISTED, PLACES, NUMERIC_PLACES, ALIGNED, SHARED_SHINGLES, OF_A
};
enum { TOKENS, SHINGLES, COVERED, FIRST, FROM, TO, OF_SIDE };
_Static_assert(OF_A + 2 * OF_SIDE == MEASURED, "the columns and their number differ");

static bool within_reach(const side_t *a, const side_t *b, double reach) {
    if (a->full || b->full) return true;
    uint32_t common = isa_current()->overlap(a->buckets, b->buckets, BUCKETS);
    return (double)common >= reach * (double)(a->count < b->count ? a->count : b->count);
}

/* By length, then by the first token that differs, so that the caller's order is all one. */
bool precedes(const side_t *x, const side_t *y) {
    if (x->count != y->count) return x->count < y->count;
    size_t same = common_prefix(x->tokens, y->tokens, x->count);
    return same < x->count && x->tokens[same] < y->tokens[same];
}

static inline bool looks_listed(double separators, double numbers) {
    return separators / LIST_SEPARATORS >= 1.0 || numbers / LIST_NUMBERS >= 1.0 || (separators + numbers) / LIST_BOTH >= 1.0;
}

/* The marks of a passage are counted only where there are enough of them in the text, and numbers only where there are
 * enough digits. */
bool is_listed(const side_t *side, size_t start, size_t end) {
    double tokens = (double)(end - start);
    if (side->apart && !looks_listed((double)side->separator_count / tokens, (double)side->digit_count / tokens)) return false;
    double separators = (double)separators_between(side, start, end) / tokens;
    return looks_listed(separators, (double)most_numeric(side, start, end) / tokens) &&
           looks_listed(separators, (double)count_numeric(side, start, end) / tokens);
}

static bool any_numeric(const side_t *side, size_t start, size_t end) {
    while (start < end && !is_numeric(side, start)) start++;
    return start < end;
}

/* The nearest later places where both sides agree again; the ends of the window where they do not. */
static void resync(const uint64_t *a, size_t a_end, const uint64_t *b, size_t b_end, size_t *i, size_t *j) {
    for (size_t distance = 1; distance < 2 * RESYNC; distance++) {
        size_t last = distance < RESYNC ? distance : RESYNC;
        for (size_t step = distance > RESYNC ? distance - RESYNC : 0; step <= last; step++) {
            size_t x = *i + step, y = *j + distance - step;
            if (x < a_end && y < b_end && a[x] == b[y]) {
                *i = x;
                *j = y;
                return;
            }
        }
    }
    *i = *i + RESYNC < a_end ? *i + RESYNC : a_end;
    *j = *j + RESYNC < b_end ? *j + RESYNC : b_end;
}

static void count_place(const side_t *a, size_t i, size_t k, const side_t *b, size_t j, size_t m, int64_t *columns) {
    columns[PLACES]++;
    columns[NUMERIC_PLACES] += any_numeric(a, i, k) || any_numeric(b, j, m);
}

static void count_places(const side_t *a, const side_t *b, const int32_t *row, int64_t *columns) {
    size_t i = (size_t)row[0], a_end = (size_t)row[1], j = (size_t)row[2], b_end = (size_t)row[3];
    if ((size_t)row[4] == (a_end - i > b_end - j ? a_end - i : b_end - j)) return;
    while (i < a_end && j < b_end) {
        size_t left_a = a_end - i, left_b = b_end - j;
        size_t same = common_prefix(a->tokens + i, b->tokens + j, left_a < left_b ? left_a : left_b);
        i += same, j += same;
        if (i == a_end || j == b_end) return;
        size_t k = i, m = j;
        resync(a->tokens, a_end, b->tokens, b_end, &k, &m);
        count_place(a, i, k, b, j, m, columns);
        i = k;
        j = m;
    }
}

/* What both sides of short texts have before and behind all passages. */
static void count_outer_places(const side_t *a, const side_t *b, const passages_t *passages, int64_t *columns) {
    if (!passages->count || a->count > SHORT_TOKENS || b->count > SHORT_TOKENS) return;
    size_t first_a = a->count, last_a = 0, first_b = b->count, last_b = 0;
    for (size_t n = 0; n < passages->count; n++) {
        const int32_t *row = passages->rows + n * ROW;
        if ((size_t)row[0] < first_a) first_a = (size_t)row[0];
        if ((size_t)row[1] > last_a) last_a = (size_t)row[1];
        if ((size_t)row[2] < first_b) first_b = (size_t)row[2];
        if ((size_t)row[3] > last_b) last_b = (size_t)row[3];
    }
    if (first_a && first_b) count_place(a, 0, first_a, b, 0, first_b, columns);
    if (last_a < a->count && last_b < b->count) count_place(a, last_a, a->count, b, last_b, b->count, columns);
}

/* How much of a side its passages cover, where they begin, from where to where they reach. `order` holds start << 32 |
 * number of the row, ascending. */
static void measure_side(const side_t *side, const int32_t *rows, const uint64_t *order, size_t count, size_t at, int64_t *columns) {
    int32_t covered = 0, reach = 0;
    for (size_t n = 0; n < count; n++) {
        const int32_t *row = rows + (size_t)(order[n] & UINT32_MAX) * ROW + at;
        int32_t start = row[0] > reach ? row[0] : reach;
        if (row[1] > start) covered += row[1] - start;
        if (row[1] > reach) reach = row[1];
    }
    columns[COVERED] = covered;
    if (!count) return;
    /* Tokens ascend, so the first start and the last end are those of the first and the last token; ends may not: a
     * character that folds to several tokens gives all of them its span. */
    size_t first = (size_t)(order[0] >> 32);
    columns[FIRST] = (int64_t)first;
    columns[FROM] = side->starts[first];
    for (size_t n = 0; n < count; n++) {
        size_t last = (size_t)rows[n * ROW + at + 1] - 1;
        if (side->ends[last] > columns[TO]) columns[TO] = side->ends[last];
    }
}

/* Matching tokens of the heaviest chain that increases on both sides: prefix maxima by rank in b (Fenwick 1994). */
static int64_t heaviest_chain(const int32_t *rows, const uint64_t *order, size_t count, uint64_t *ranks, uint64_t *tree) {
    uint64_t heaviest = 0;
    for (size_t rank = 0; rank < count; rank++) ranks[order[rank] & UINT32_MAX] = rank;
    memset(tree, 0, (count + 1) * sizeof *tree);
    for (size_t n = 0; n < count; n++) {
        uint64_t best = 0;
        for (size_t node = (size_t)ranks[n]; node; node &= node - 1) best = tree[node] > best ? tree[node] : best;
        best += (uint64_t)rows[n * ROW + 4];
        for (size_t node = (size_t)ranks[n] + 1; node <= count; node += node & (~node + 1)) {
            tree[node] = tree[node] < best ? best : tree[node];
        }
        heaviest = best > heaviest ? best : heaviest;
    }
    return (int64_t)heaviest;
}

static bool measure_passages(const side_t *a, const side_t *b, const passages_t *passages, arena_t *arena, int64_t *columns) {
    size_t count = passages->count;
    uint64_t *by_a = arena_take(arena, 4 * count + 1, sizeof *by_a);
    if (!by_a) return false;
    uint64_t *by_b = by_a + count, *ranks = by_b + count, *tree = ranks + count;
    for (size_t n = 0; n < count; n++) {
        const int32_t *row = passages->rows + n * ROW;
        int32_t width_a = row[1] - row[0], width_b = row[3] - row[2];
        by_a[n] = (uint64_t)row[0] << 32 | n;
        by_b[n] = (uint64_t)row[2] << 32 | n;
        columns[MATCHED] += row[4];
        columns[LONGER] += width_a > width_b ? width_a : width_b;
        columns[ALIGNED] += width_a;
        bool listed = is_listed(a, (size_t)row[0], (size_t)row[1]) && is_listed(b, (size_t)row[2], (size_t)row[3]);
        columns[LISTED] += listed ? row[4] : 0;
        if (!columns[EQUAL]) count_places(a, b, row, columns);
    }
    if (!columns[EQUAL]) count_outer_places(a, b, passages, columns);
    columns[PASSAGES] = (int64_t)count;
    if (count > 1) sort_keys(by_b, count, ranks);
    measure_side(a, passages->rows, by_a, count, 0, columns + OF_A);
    measure_side(b, passages->rows, by_b, count, 2, columns + OF_A + OF_SIDE);
    columns[ORDERED] = heaviest_chain(passages->rows, by_b, count, ranks, tree);
    return true;
}

static bool measure_aligned(measure_t *measure, const side_t *a, const side_t *b, int64_t *columns) {
    arena_t *arena = &measure->memory.scratch;
    meetings_t meetings = {0};
    passages_t passages;
    bool equal = a->count == b->count && common_prefix(a->tokens, b->tokens, a->count) == a->count;
    columns[REACHED] = 1;
    columns[EQUAL] = a->count && equal;
    columns[OF_A + SHINGLES] = (int64_t)a->shingles.distinct;
    columns[OF_A + OF_SIDE + SHINGLES] = (int64_t)b->shingles.distinct;
    columns[SHARED_SHINGLES] = columns[OF_A + SHINGLES];
    if (!equal) {
        if (!meet_grams(&a->grams, &b->grams, arena, &meetings)) return false;
        columns[SHARED_SHINGLES] = (int64_t)count_shared(&a->grams, &a->shingles, &b->grams, &b->shingles, &meetings);
    }
    return align_grams(&a->grams, &b->grams, &meetings, &measure->limits, arena, &passages) &&
           measure_passages(a, b, &passages, arena, columns);
}

void memory_free(memory_t *memory) {
    pool_free(&memory->sides);
    arena_free(&memory->scratch);
}

bool measure_sides(measure_t *measure, side_t *a, side_t *b, int64_t *columns) {
    memset(columns, 0, MEASURED * sizeof *columns);
    int64_t *of_a = columns + OF_A, *of_b = of_a + OF_SIDE;
    if (within_reach(a, b, measure->reach)) {
        if (!side_index(a, measure->shingle_size, measure->secret)) return false;
        if (!side_index(b, measure->shingle_size, measure->secret)) return false;
        bool mirrored = precedes(b, a);
        bool measured = mirrored ? measure_aligned(measure, b, a, columns) : measure_aligned(measure, a, b, columns);
        arena_reset(&measure->memory.scratch);
        if (!measured) return false;
        for (size_t n = 0; mirrored && n < OF_SIDE; n++) {
            int64_t swapped = of_a[n];
            of_a[n] = of_b[n];
            of_b[n] = swapped;
        }
    }
    of_a[TOKENS] = (int64_t)a->count;
    of_b[TOKENS] = (int64_t)b->count;
    return true;
}
