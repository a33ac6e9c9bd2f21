/* `_measure.py` in C: a bound by common tokens, then an alignment and everything that is counted in it. */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

enum { FULL = 255, RESYNC = 12, ROW = 5 };

#define LIST_SEPARATORS 0.3
#define LIST_NUMBERS 0.4
#define LIST_BOTH 0.45

/* The columns, in the order of `_contract.COLUMNS`; those of a side come twice. */
enum {
    REACHED, EQUAL, PASSAGES, MATCHED, ORDERED, LONGER, LISTED, PLACES, NUMERIC_PLACES, ALIGNED, SHARED_SHINGLES, OF_A
};
enum { TOKENS, SHINGLES, COVERED, FIRST, FROM, TO, OF_SIDE };
_Static_assert(OF_A + 2 * OF_SIDE == MEASURED, "the columns and their number differ");

/* ---- one text ---- */

static inline bool is_separator(uint32_t code) {
    switch (code) {
    case '\n': case ',': case ':': case ';': case '|': case '/':
    case 0x2022: case 0xB7: case 0x3001: case 0xFF0C: case 0xFF1A: case 0xFF1B:
        return true;
    default:
        return false;
    }
}

/* Which blocks of 64 code points hold a digit at all: most do not. */
static bool find_digits(const uint32_t *text, size_t length, values_t *blocks) {
    size_t count = length / BLOCK + 1;
    blocks->count = 0;
    if (!values_reserve(blocks, count)) return false;
    for (size_t block = 0; block < count; block++) {
        size_t start = block * BLOCK, end = start + BLOCK < length ? start + BLOCK : length;
        uint32_t digits = 0;
        for (size_t i = start; i < end; i++) digits |= text[i] - '0' < 10U;
        blocks->values[block] = digits;
    }
    return true;
}

static bool holds_digit(const uint32_t *text, const uint64_t *blocks, size_t start, size_t end) {
    if (!(blocks[start / BLOCK] | blocks[end / BLOCK]) && end - start < BLOCK) return false;
    for (size_t i = start; i < end; i++) {
        if (text[i] - '0' < 10U) return true;
    }
    return false;
}

static uint32_t count_separators(const uint32_t *text, size_t start, size_t end) {
    uint32_t count = 0;
    for (size_t i = start; i < end; i++) count += is_separator(text[i]);
    return count;
}

/* Separators end tokens, so inside one they are looked for only where it begins: a mark behind a separator may open a
 * token with the separator in its span. Tokens of one character share its span. */
static void count_tokens(side_t *side, const uint32_t *text, const uint64_t *blocks) {
    uint32_t numeric = 0, separators = 0;
    size_t position = 0;
    for (size_t i = 0; i < side->count; i++) {
        size_t start = side->starts[i], end = side->ends[i];
        bool ahead = start >= position;
        if (ahead) separators += count_separators(text, position, start);
        side->numeric[i] = numeric;
        side->separators[i] = ahead ? separators : separators - count_separators(text, start, position);
        if (ahead) separators += count_separators(text, start, start + (start < end));
        else if (position < end) separators += count_separators(text, position, end);
        if (position < end) position = end;
        numeric += holds_digit(text, blocks, start, end);
        uint8_t *bucket = &side->buckets[side->tokens[i] & (BUCKETS - 1)];
        *bucket = (uint8_t)(*bucket + (*bucket < FULL));
        side->full = side->full || *bucket == FULL;
    }
    side->numeric[side->count] = numeric;
    if (side->count && side->ends[side->count - 1] < position) {
        separators -= count_separators(text, side->ends[side->count - 1], position);
    }
    side->separators[side->count] = separators;
}

bool side_init(side_t *side, const tokens_t *tokens, size_t shingle_size, const uint32_t *text, size_t length,
               scratch_t *scratch) {
    size_t count = tokens->count, shingles = count < shingle_size ? 0 : count - shingle_size + 1;
    enum { PER_TOKEN = 2 * sizeof(uint64_t) + 4 * sizeof(uint32_t) };
    memset(side, 0, sizeof *side);
    if (count > SIZE_MAX / 2 / PER_TOKEN) return false;
    uint8_t *memory = malloc((count + 1) * PER_TOKEN + BUCKETS);
    if (!memory) return false;
    side->count = count;
    side->tokens = (uint64_t *)memory;
    side->shingles = side->tokens + count + 1;
    side->starts = (uint32_t *)(side->shingles + count + 1);
    side->ends = side->starts + count + 1;
    side->numeric = side->ends + count + 1;
    side->separators = side->numeric + count + 1;
    side->buckets = (uint8_t *)(side->separators + count + 1);
    memset(side->buckets, 0, BUCKETS);
    if (!sketch_tokens(tokens, &scratch->hashes)) return false;
    if (count) memcpy(side->tokens, scratch->hashes.values, count * sizeof *side->tokens);
    memcpy(side->starts, tokens->starts, count * sizeof *side->starts);
    memcpy(side->ends, tokens->ends, count * sizeof *side->ends);
    if (!sketch_shingles(tokens, shingle_size, &scratch->hashes)) return false;
    if (shingles) memcpy(side->shingles, scratch->hashes.values, shingles * sizeof *side->shingles);
    side->shingle_count = shingles;
    if (!find_digits(text, length, &scratch->spare)) return false;
    count_tokens(side, text, scratch->spare.values);
    return true;
}

void side_free(side_t *side) {
    free(side->tokens);
    memset(side, 0, sizeof *side);
}

bool sort_shingles(side_t *side, values_t *spare) {
    if (side->sorted) return true;
    spare->count = 0;
    if (!values_reserve(spare, side->shingle_count)) return false;
    side->shingle_count = sort_unique(side->shingles, side->shingle_count, spare->values);
    side->sorted = true;
    return true;
}

/* ---- a pair ---- */

static bool within_reach(const side_t *a, const side_t *b, double reach) {
    if (a->full || b->full) return true;
    uint32_t common = 0;
    for (size_t i = 0; i < BUCKETS; i++) common += a->buckets[i] < b->buckets[i] ? a->buckets[i] : b->buckets[i];
    return (double)common >= reach * (double)(a->count < b->count ? a->count : b->count);
}

/* By length, then by the first token that differs, so that the caller's order is all one. */
static bool precedes(const side_t *x, const side_t *y) {
    if (x->count != y->count) return x->count < y->count;
    for (size_t i = 0; i < x->count; i++) {
        if (x->tokens[i] != y->tokens[i]) return x->tokens[i] < y->tokens[i];
    }
    return false;
}

static bool is_listed(const side_t *side, size_t start, size_t end) {
    double tokens = (double)(end - start);
    double separators = (double)(side->separators[end] - side->separators[start]) / tokens;
    double numbers = (double)(side->numeric[end] - side->numeric[start]) / tokens;
    return separators / LIST_SEPARATORS >= 1.0 || numbers / LIST_NUMBERS >= 1.0 || (separators + numbers) / LIST_BOTH >= 1.0;
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

static void count_places(const side_t *a, const side_t *b, const int32_t *row, int64_t *columns) {
    size_t i = (size_t)row[0], a_end = (size_t)row[1], j = (size_t)row[2], b_end = (size_t)row[3];
    if ((size_t)row[4] == (a_end - i > b_end - j ? a_end - i : b_end - j)) return;
    while (i < a_end && j < b_end) {
        if (a->tokens[i] == b->tokens[j]) {
            i++;
            j++;
            continue;
        }
        size_t k = i, m = j;
        resync(a->tokens, a_end, b->tokens, b_end, &k, &m);
        columns[PLACES]++;
        columns[NUMERIC_PLACES] += a->numeric[k] > a->numeric[i] || b->numeric[m] > b->numeric[j];
        i = k;
        j = m;
    }
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

static bool measure_rows(measure_t *measure, side_t *a, side_t *b, const int32_t *rows, size_t count, int64_t *columns) {
    int64_t *of_a = columns + OF_A, *of_b = of_a + OF_SIDE;
    values_t *spare = &measure->spare;
    bool equal = columns[EQUAL] != 0;
    spare->count = 0;
    if (!values_reserve(spare, 4 * count + 1)) return false;
    uint64_t *by_a = spare->values, *by_b = by_a + count, *ranks = by_b + count, *tree = ranks + count;
    for (size_t n = 0; n < count; n++) {
        const int32_t *row = rows + n * ROW;
        int32_t width_a = row[1] - row[0], width_b = row[3] - row[2];
        by_a[n] = (uint64_t)row[0] << 32 | n;
        by_b[n] = (uint64_t)row[2] << 32 | n;
        columns[MATCHED] += row[4];
        columns[LONGER] += width_a > width_b ? width_a : width_b;
        columns[ALIGNED] += width_a;
        bool listed = is_listed(a, (size_t)row[0], (size_t)row[1]) && is_listed(b, (size_t)row[2], (size_t)row[3]);
        columns[LISTED] += listed ? row[4] : 0;
        if (!equal) count_places(a, b, row, columns);
    }
    columns[PASSAGES] = (int64_t)count;
    if (count > 1) sort_unique(by_b, count, ranks);
    measure_side(a, rows, by_a, count, 0, of_a);
    measure_side(b, rows, by_b, count, 2, of_b);
    columns[ORDERED] = heaviest_chain(rows, by_b, count, ranks, tree);
    return true;
}

static bool measure_aligned(measure_t *measure, side_t *a, side_t *b, int64_t *columns) {
    align_t *task = &measure->align;
    int32_t *rows;
    size_t count;
    task->a = a->tokens, task->a_count = a->count;
    task->b = b->tokens, task->b_count = b->count;
    if (!sort_shingles(a, &measure->spare) || !sort_shingles(b, &measure->spare)) return false;
    if (!align_tokens(task, &rows, &count)) return false;
    columns[REACHED] = 1;
    columns[EQUAL] = a->count && a->count == b->count && !memcmp(a->tokens, b->tokens, a->count * sizeof *a->tokens);
    columns[SHARED_SHINGLES] = (int64_t)intersection_size(a->shingles, a->shingle_count, b->shingles, b->shingle_count);
    columns[OF_A + SHINGLES] = (int64_t)a->shingle_count;
    columns[OF_A + OF_SIDE + SHINGLES] = (int64_t)b->shingle_count;
    bool measured = measure_rows(measure, a, b, rows, count, columns);
    free(rows);
    return measured;
}

bool measure_sides(measure_t *measure, side_t *a, side_t *b, int64_t *columns) {
    memset(columns, 0, MEASURED * sizeof *columns);
    int64_t *of_a = columns + OF_A, *of_b = of_a + OF_SIDE;
    if (within_reach(a, b, measure->reach)) {
        bool mirrored = precedes(b, a);
        if (!(mirrored ? measure_aligned(measure, b, a, columns) : measure_aligned(measure, a, b, columns))) return false;
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
