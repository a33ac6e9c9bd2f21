/* `_align.py` in C: greedy string tiling on token hashes (Wise 1993), chains of tiles, passages. The same rows come out.
 *
 * Two things are done differently, to stay linear on hostile texts. Of seeds that follow each other along a diagonal only
 * the first is kept, as they lie in one run. And a chain that must be split at its largest gap, again and again, is split
 * along the Cartesian tree of its gaps (Vuillemin 1980), whose root is always the first of the largest.
 */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

enum { SEED_TOKENS = 3, SEED_OCCURRENCES = 4, ROW = 5 };

#define GRAM_MULTIPLIER 0x9E3779B97F4A7C15ULL
#define NOTHING UINT32_MAX

typedef struct {
    uint64_t key; /* what it is sorted by, before `b` */
    uint32_t a, b, length;
} run_t;

typedef struct {
    uint64_t value;
    uint32_t count_a, count_b;
    uint32_t places[SEED_OCCURRENCES]; /* in b */
} gram_t;

typedef struct {
    const align_t *task;
    gram_t *grams;
    size_t gram_count;
    uint32_t *slots, *in_a, *in_b; /* gram of each slot and place */
    unsigned shift;
    values_t seeds, spare;
    run_t *runs, *other_runs;
    size_t run_count;
    uint8_t *used_a, *used_b;
    uint32_t *next; /* of each tile in its chain */
    /* of one chain */
    run_t *chain;
    uint32_t *widths, *left, *right, *stack, *row;
    uint64_t *matched; /* by the runs and gaps before each run */
    values_t rows;
} work_t;

static void work_free(work_t *work) {
    void *arrays[] = {work->grams,  work->slots,   work->in_a,   work->in_b, work->seeds.values, work->spare.values, work->runs,
                      work->other_runs, work->used_a, work->used_b, work->next, work->chain,  work->widths,       work->left,
                      work->right,  work->stack,   work->row,    work->matched};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
}

static void *array(size_t items, size_t size) { return items > SIZE_MAX / 2 / size ? NULL : malloc((items + 1) * size); }

/* ---- seeds ---- */

static inline uint64_t gram_at(const uint64_t *tokens) {
    return (tokens[0] * GRAM_MULTIPLIER + tokens[1]) * GRAM_MULTIPLIER + tokens[2];
}

/* The gram of that value, or where it would be entered; the secret keeps crafted texts from crowding one place. */
static uint32_t *find_gram(const work_t *work, uint64_t value) {
    const align_t *task = work->task;
    size_t mask = ((size_t)1 << (64 - work->shift)) - 1;
    size_t slot = (size_t)(((value ^ task->secret[0]) * (task->secret[1] | 1)) >> work->shift);
    for (;; slot = (slot + 1) & mask) {
        uint32_t gram = work->slots[slot];
        if (gram == NOTHING || work->grams[gram].value == value) return &work->slots[slot];
    }
}

static bool index_grams(work_t *work) {
    const align_t *task = work->task;
    size_t count_a = task->a_count - SEED_TOKENS + 1, count_b = task->b_count - SEED_TOKENS + 1;
    unsigned bits = 4;
    while (((size_t)1 << bits) < count_b * 2) bits++;
    work->shift = 64 - bits;
    work->slots = array((size_t)1 << bits, sizeof *work->slots);
    work->grams = array(count_b, sizeof *work->grams);
    work->in_a = array(count_a, sizeof *work->in_a);
    work->in_b = array(count_b, sizeof *work->in_b);
    if (!work->slots || !work->grams || !work->in_a || !work->in_b) return false;
    memset(work->slots, 0xFF, ((size_t)1 << bits) * sizeof *work->slots);
    for (size_t j = 0; j < count_b; j++) {
        uint64_t value = gram_at(task->b + j);
        uint32_t *slot = find_gram(work, value);
        if (*slot == NOTHING) {
            *slot = (uint32_t)work->gram_count;
            work->grams[work->gram_count++] = (gram_t){.value = value};
        }
        gram_t *gram = &work->grams[work->in_b[j] = *slot];
        if (gram->count_b < SEED_OCCURRENCES) gram->places[gram->count_b] = (uint32_t)j;
        gram->count_b += gram->count_b <= SEED_OCCURRENCES;
    }
    for (size_t i = 0; i < count_a; i++) {
        uint32_t gram = *find_gram(work, gram_at(task->a + i));
        work->in_a[i] = gram;
        if (gram != NOTHING) work->grams[gram].count_a += work->grams[gram].count_a <= SEED_OCCURRENCES;
    }
    return true;
}

static inline bool is_seed(const work_t *work, uint32_t gram) {
    return gram != NOTHING && work->grams[gram].count_a <= SEED_OCCURRENCES && work->grams[gram].count_b <= SEED_OCCURRENCES;
}

/* A seed as one number: by diagonal, then by place in a. */
static inline uint64_t seed_of(const align_t *task, size_t i, size_t j) { return (uint64_t)(j + task->a_count - i) << 32 | i; }

static bool gather_seeds(work_t *work) {
    const align_t *task = work->task;
    if (task->a_count >= SEED_TOKENS && task->b_count >= SEED_TOKENS) {
        if (!index_grams(work)) return false;
        for (size_t i = 0; i + SEED_TOKENS <= task->a_count; i++) {
            if (!is_seed(work, work->in_a[i])) continue;
            const gram_t *gram = &work->grams[work->in_a[i]];
            if (!values_reserve(&work->seeds, SEED_OCCURRENCES)) return false;
            for (uint32_t n = 0; n < gram->count_b; n++) {
                size_t j = gram->places[n];
                bool follows = i && j && work->in_a[i - 1] == work->in_b[j - 1] && is_seed(work, work->in_a[i - 1]) &&
                               task->a[i - 1] == task->b[j - 1];
                if (!follows) work->seeds.values[work->seeds.count++] = seed_of(task, i, j);
            }
        }
    }
    if (!values_reserve(&work->seeds, 2)) return false;
    work->seeds.values[work->seeds.count++] = seed_of(task, 0, 0);
    work->seeds.values[work->seeds.count++] = seed_of(task, task->a_count - 1, task->b_count - 1);
    if (!values_reserve(&work->spare, work->seeds.count)) return false;
    work->seeds.count = sort_unique(work->seeds.values, work->seeds.count, work->spare.values);
    return true;
}

/* ---- runs and tiles ---- */

static bool find_runs(work_t *work) {
    const align_t *task = work->task;
    work->runs = array(work->seeds.count, sizeof *work->runs);
    work->other_runs = array(work->seeds.count, sizeof *work->other_runs);
    if (!work->runs || !work->other_runs) return false;
    uint64_t diagonal = UINT64_MAX;
    size_t covered = 0;
    for (size_t n = 0; n < work->seeds.count; n++) {
        uint64_t seed = work->seeds.values[n];
        size_t i = (size_t)(seed & UINT32_MAX), j = (size_t)(seed >> 32) + i - task->a_count;
        if ((seed >> 32) == diagonal && i < covered) continue;
        if (task->a[i] != task->b[j]) continue;
        size_t before = 0, behind = 1;
        while (before < i && before < j && task->a[i - before - 1] == task->b[j - before - 1]) before++;
        while (i + behind < task->a_count && j + behind < task->b_count && task->a[i + behind] == task->b[j + behind]) behind++;
        diagonal = seed >> 32;
        covered = i + behind;
        uint32_t length = (uint32_t)(before + behind);
        if (length < SEED_TOKENS) continue;
        work->runs[work->run_count++] =
            (run_t){(uint64_t)(UINT32_MAX - length) << 32 | (i - before), (uint32_t)(i - before), (uint32_t)(j - before), length};
    }
    return true;
}

static inline bool stands_before(const run_t *x, const run_t *y) { return x->key < y->key || (x->key == y->key && x->b <= y->b); }

/* Merge sort from the bottom up. */
static void sort_runs(work_t *work) {
    size_t count = work->run_count;
    for (size_t width = 1; width < count; width *= 2) {
        run_t *from = work->runs, *to = work->other_runs;
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count, end = middle + width < count ? middle + width : count;
            size_t x = start, y = middle, place = start;
            while (x < middle && y < end) to[place++] = stands_before(&from[x], &from[y]) ? from[x++] : from[y++];
            while (x < middle) to[place++] = from[x++];
            while (y < end) to[place++] = from[y++];
        }
        work->runs = to;
        work->other_runs = from;
    }
}

/* What is left of a run beside tokens already claimed: its first longest stretch. */
static void shrink_to_free(const work_t *work, run_t *run) {
    uint32_t best = 0, best_length = 0, length = 0;
    for (uint32_t k = 0; k < run->length; k++) {
        length = work->used_a[run->a + k] | work->used_b[run->b + k] ? 0 : length + 1;
        if (length > best_length) {
            best_length = length;
            best = k + 1 - length;
        }
    }
    run->a += best;
    run->b += best;
    run->length = best_length;
    run->key = run->a;
}

static bool claim_tiles(work_t *work) {
    work->used_a = calloc(work->task->a_count, 1);
    work->used_b = calloc(work->task->b_count, 1);
    if (!work->used_a || !work->used_b) return false;
    sort_runs(work);
    size_t tiles = 0;
    for (size_t n = 0; n < work->run_count; n++) {
        run_t run = work->runs[n];
        shrink_to_free(work, &run);
        if (run.length < SEED_TOKENS) continue;
        memset(work->used_a + run.a, 1, run.length);
        memset(work->used_b + run.b, 1, run.length);
        work->runs[tiles++] = run;
    }
    work->run_count = tiles;
    sort_runs(work);
    return true;
}

/* ---- chains ---- */

/* Links each tile to the nearest earlier one within the gap on both sides; marks those that follow another in `stack`. */
static void link_tiles(work_t *work) {
    int64_t most = (int64_t)work->task->max_gap;
    for (size_t n = 0; n < work->run_count; n++) {
        const run_t *tile = &work->runs[n];
        size_t best = SIZE_MAX;
        int64_t best_gap = 2 * most + 1;
        for (size_t earlier = n; earlier-- > 0;) {
            const run_t *other = &work->runs[earlier];
            int64_t gap_a = (int64_t)tile->a - other->a - other->length, gap_b = (int64_t)tile->b - other->b - other->length;
            if (gap_a > most) break;
            if (work->next[earlier] != NOTHING || gap_b < 0 || gap_b > most || gap_a + gap_b >= best_gap) continue;
            best = earlier;
            best_gap = gap_a + gap_b;
        }
        work->next[n] = NOTHING;
        work->stack[n] = best != SIZE_MAX;
        if (best != SIZE_MAX) work->next[best] = (uint32_t)n;
    }
}

/* Length of the longest common subsequence of the tokens between two tiles. */
static uint32_t common_in_gap(work_t *work, const run_t *before, const run_t *after) {
    const align_t *task = work->task;
    size_t from_a = before->a + before->length, from_b = before->b + before->length;
    size_t width = after->b - from_b;
    memset(work->row, 0, (width + 1) * sizeof *work->row);
    for (size_t i = from_a; i < after->a; i++) {
        uint32_t diagonal = 0;
        for (size_t column = 1; column <= width; column++) {
            uint32_t above = work->row[column], aside = work->row[column - 1];
            work->row[column] = task->a[i] == task->b[from_b + column - 1] ? diagonal + 1 : (above > aside ? above : aside);
            diagonal = above;
        }
    }
    return work->row[width];
}

/* Builds the Cartesian tree of the chain's gaps; returns its root. Of equal gaps the first is above. */
static uint32_t plant_tree(work_t *work, size_t gaps) {
    size_t depth = 0;
    for (size_t gap = 0; gap < gaps; gap++) {
        uint32_t last = NOTHING;
        while (depth && work->widths[work->stack[depth - 1]] < work->widths[gap]) last = work->stack[--depth];
        work->left[gap] = last;
        work->right[gap] = NOTHING;
        if (depth) work->right[work->stack[depth - 1]] = (uint32_t)gap;
        work->stack[depth++] = (uint32_t)gap;
    }
    return gaps ? work->stack[0] : NOTHING;
}

static bool add_row(work_t *work, const run_t *head, const run_t *tail, uint64_t matched) {
    values_t *rows = &work->rows;
    if (!values_reserve(rows, ROW)) return false;
    uint64_t row[ROW] = {head->a, tail->a + tail->length, head->b, tail->b + tail->length, matched};
    memcpy(rows->values + rows->count, row, sizeof row);
    rows->count += ROW;
    return true;
}

/* Accepts the chain, or splits it at its largest gap until every part matches well enough or is too short. */
static bool split_chain(work_t *work, size_t length) {
    const align_t *task = work->task;
    uint32_t root = plant_tree(work, length - 1);
    /* The tree's stack is free again: triples of first run, one past the last, and the gap to split at. */
    size_t depth = 0;
    uint32_t *stack = work->stack;
    stack[depth++] = 0, stack[depth++] = (uint32_t)length, stack[depth++] = root;
    while (depth) {
        uint32_t gap = stack[--depth], last = stack[--depth], first = stack[--depth];
        const run_t *head = &work->chain[first], *tail = &work->chain[last - 1];
        uint64_t matched = work->matched[last - 1] + tail->length - work->matched[first];
        if (matched < task->min_tokens) continue;
        uint32_t span_a = tail->a + tail->length - head->a, span_b = tail->b + tail->length - head->b;
        uint32_t longer = span_a > span_b ? span_a : span_b;
        if (gap == NOTHING || (double)matched >= task->min_identity * (double)longer) {
            if (!add_row(work, head, tail, matched)) return false;
            continue;
        }
        stack[depth++] = first, stack[depth++] = gap + 1, stack[depth++] = work->left[gap];
        stack[depth++] = gap + 1, stack[depth++] = last, stack[depth++] = work->right[gap];
    }
    return true;
}

static bool read_chain(work_t *work, size_t tile) {
    size_t length = 0;
    uint64_t matched = 0;
    for (size_t n = tile; n != NOTHING; n = work->next[n]) {
        work->chain[length] = work->runs[n];
        if (length) {
            const run_t *before = &work->chain[length - 1], *after = &work->chain[length];
            uint32_t gap_a = after->a - before->a - before->length, gap_b = after->b - before->b - before->length;
            work->widths[length - 1] = gap_a > gap_b ? gap_a : gap_b;
            matched += before->length + (gap_a && gap_b ? common_in_gap(work, before, after) : 0);
        }
        work->matched[length++] = matched;
    }
    return split_chain(work, length);
}

static bool find_passages(work_t *work) {
    size_t tiles = work->run_count, gap = work->task->max_gap;
    size_t widest = gap < work->task->b_count ? gap : work->task->b_count;
    work->next = array(tiles, sizeof *work->next);
    work->chain = array(tiles, sizeof *work->chain);
    work->widths = array(tiles, sizeof *work->widths);
    work->left = array(tiles, sizeof *work->left);
    work->right = array(tiles, sizeof *work->right);
    work->matched = array(tiles, sizeof *work->matched);
    work->stack = array(3 * tiles + 6, sizeof *work->stack);
    work->row = array(widest + 1, sizeof *work->row);
    uint8_t *follows = array(tiles, 1);
    bool found = work->next && work->chain && work->widths && work->left && work->right && work->matched && work->stack && work->row &&
                 follows;
    if (found) {
        link_tiles(work);
        for (size_t n = 0; n < tiles; n++) follows[n] = (uint8_t)work->stack[n];
        for (size_t n = 0; n < tiles && found; n++) found = follows[n] || read_chain(work, n);
    }
    free(follows);
    return found;
}

/* ---- all of it ---- */

/* Rows ascend by their start in a, which no two share. */
static bool emit_rows(work_t *work, int32_t **rows, size_t *count) {
    size_t passages = work->rows.count / ROW;
    run_t *order = array(passages, sizeof *order), *other = array(passages, sizeof *other);
    *rows = array(passages * ROW, sizeof **rows);
    *count = passages;
    bool emitted = order && other && *rows;
    if (emitted) {
        for (size_t n = 0; n < passages; n++) order[n] = (run_t){.key = work->rows.values[n * ROW], .a = (uint32_t)n};
        work_t sorting = {.runs = order, .other_runs = other, .run_count = passages};
        sort_runs(&sorting);
        for (size_t n = 0; n < passages; n++) {
            const uint64_t *from = work->rows.values + (size_t)sorting.runs[n].a * ROW;
            for (size_t column = 0; column < ROW; column++) (*rows)[n * ROW + column] = (int32_t)from[column];
        }
    }
    free(order);
    free(other);
    return emitted;
}

bool align_tokens(const align_t *task, int32_t **rows, size_t *count) {
    work_t work = {.task = task};
    bool done;
    *rows = NULL;
    *count = 0;
    if (task->a_count == task->b_count && memcmp(task->a, task->b, task->a_count * sizeof *task->a) == 0) {
        run_t whole = {.length = (uint32_t)task->a_count};
        done = !task->a_count || task->a_count < task->min_tokens || add_row(&work, &whole, &whole, whole.length);
    } else {
        done = !task->a_count || !task->b_count || (gather_seeds(&work) && find_runs(&work) && claim_tiles(&work) && find_passages(&work));
    }
    done = done && emit_rows(&work, rows, count);
    free(work.rows.values);
    work_free(&work);
    if (!done) {
        free(*rows);
        *rows = NULL;
    }
    return done;
}
