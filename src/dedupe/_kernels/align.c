/* `_align.py` in C: greedy string tiling on token hashes (Wise 1993), chains of tiles, passages. The same rows come out.
 *
 * Two things are done differently, to stay linear on hostile texts. Of seeds that follow each other along a diagonal only
 * the first is kept, as they lie in one run. And a chain that must be split at its largest gap, again and again, is split
 * along the Cartesian tree of its gaps (Vuillemin 1980), whose root is always the first of the largest.
 */
#include "pairs.h"

#include <string.h>

typedef struct {
    const limits_t *limits;
    const uint64_t *a, *b; /* tokens */
    size_t a_count, b_count;
    run_t *runs, *other_runs;
    size_t run_count;
    uint64_t *used_a, *used_b; /* bits of the tokens claimed, and a word more */
    uint64_t *keys, *spare;
    uint32_t *next; /* of each tile in its chain */
    uint8_t *chained; /* tiles that follow another */
    /* of one chain */
    run_t *chain;
    uint32_t *widths, *left, *right, *stack, *row;
    uint64_t *matched; /* by the runs and gaps before each run */
    int32_t *rows;
    size_t row_count;
} work_t;

/* ---- tiles ---- */

static inline size_t claim_words(size_t count) { return bit_words(count) + 1; }

/* The first place of a run, from one on, that is claimed on either side, or that is not: its length where none is. */
static size_t next_claimed(const work_t *work, const run_t *run, size_t place, bool claimed) {
    for (; place < run->length; place += 64) {
        uint64_t found = bits_from(work->used_a, run->a + place) | bits_from(work->used_b, run->b + place);
        if (!claimed) found = ~found;
        if (!found) continue;
        place += trailing_zeros(found);
        return place < run->length ? place : run->length;
    }
    return run->length;
}

/* What is left of a run beside tokens already claimed: its first longest stretch. */
static void shrink_to_free(const work_t *work, run_t *run) {
    size_t best = 0, best_length = 0;
    for (size_t start = 0; start < run->length;) {
        size_t end = next_claimed(work, run, start, true);
        if (end - start > best_length) {
            best = start;
            best_length = end - start;
        }
        start = next_claimed(work, run, end, false);
    }
    run->a += (uint32_t)best;
    run->b += (uint32_t)best;
    run->length = (uint32_t)best_length;
}

/* Whether of the runs of some length no one begins before the one before it ends, on either side: then nothing is claimed
 * twice by them. */
static bool follow_each_other(const run_t *runs, size_t count, uint32_t least) {
    uint32_t end_a = 0, end_b = 0;
    for (size_t n = 0; n < count; n++) {
        if (runs[n].length < least) continue;
        if (runs[n].a < end_a || runs[n].b < end_b) return false;
        end_a = runs[n].a + runs[n].length;
        end_b = runs[n].b + runs[n].length;
    }
    return true;
}

/* Those that are left, by place in a again: shrinking may have changed their order. */
static void order_tiles(work_t *work) {
    size_t tiles = 0;
    bool ascending = true;
    for (size_t n = 0; n < work->run_count; n++) {
        run_t run = work->runs[n];
        if (run.length < SEED_TOKENS) continue;
        ascending &= !tiles || work->runs[tiles - 1].a < run.a;
        work->runs[tiles] = run;
        work->keys[tiles] = (uint64_t)run.a << 32 | tiles;
        tiles++;
    }
    work->run_count = tiles;
    if (ascending) return;
    sort_keys(work->keys, tiles, work->spare);
    for (size_t n = 0; n < tiles; n++) work->other_runs[n] = work->runs[work->keys[n] & UINT32_MAX];
    work->runs = work->other_runs;
}

static inline void claim(work_t *work, const run_t *run) {
    set_bits(work->used_a, run->a, run->a + run->length);
    set_bits(work->used_b, run->b, run->b + run->length);
}

/* The longest runs claim their tokens first; of equal ones the first. Long runs that follow each other do not meet, so
 * they need no order; in most pairs all do that, and the short ones are what common words make. */
static void claim_tiles(work_t *work) {
    enum { LONG = 8 };
    if (follow_each_other(work->runs, work->run_count, 0)) return;
    memset(work->used_a, 0, claim_words(work->a_count) * sizeof *work->used_a);
    memset(work->used_b, 0, claim_words(work->b_count) * sizeof *work->used_b);
    size_t left = 0;
    bool follow = follow_each_other(work->runs, work->run_count, LONG);
    for (size_t n = 0; n < work->run_count; n++) {
        const run_t *run = &work->runs[n];
        if (follow && run->length >= LONG) claim(work, run);
        else work->keys[left++] = (uint64_t)(UINT32_MAX - run->length) << 32 | n;
    }
    sort_keys(work->keys, left, work->spare);
    for (size_t n = 0; n < left; n++) {
        run_t *run = &work->runs[work->keys[n] & UINT32_MAX];
        shrink_to_free(work, run);
        if (run->length >= SEED_TOKENS) claim(work, run);
    }
    order_tiles(work);
}

/* ---- chains ---- */

/* Links each tile to the nearest earlier one within the gap on both sides. */
static void link_tiles(work_t *work) {
    int64_t most = (int64_t)work->limits->max_gap;
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
        work->chained[n] = best != SIZE_MAX;
        if (best != SIZE_MAX) work->next[best] = (uint32_t)n;
    }
}

/* Length of the longest common subsequence, a row of the table in the bits of a word (Hyyro 2004): those of the columns
 * where the length is one more than in the column before are not set. */
static uint32_t common_in_word(const uint64_t *a, size_t height, const uint64_t *b, size_t width) {
    uint64_t row = ~0ULL;
    for (size_t i = 0; i < height; i++) {
        uint64_t same = 0;
        for (size_t column = 0; column < width; column++) same |= (uint64_t)(a[i] == b[column]) << column;
        row = (row + (row & same)) | (row & ~same);
    }
    return count_ones(~row & ((1ULL << width) - 1));
}

/* Length of the longest common subsequence of the tokens between two tiles. */
static uint32_t common_in_gap(work_t *work, const run_t *before, const run_t *after) {
    size_t from_a = before->a + before->length, from_b = before->b + before->length;
    size_t width = after->b - from_b;
    if (width == 1 && after->a - from_a == 1) return work->a[from_a] == work->b[from_b];
    if (width < 64) return common_in_word(work->a + from_a, after->a - from_a, work->b + from_b, width);
    memset(work->row, 0, (width + 1) * sizeof *work->row);
    for (size_t i = from_a; i < after->a; i++) {
        uint32_t diagonal = 0;
        for (size_t column = 1; column <= width; column++) {
            uint32_t above = work->row[column], aside = work->row[column - 1];
            work->row[column] = work->a[i] == work->b[from_b + column - 1] ? diagonal + 1 : (above > aside ? above : aside);
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

static void add_row(work_t *work, const run_t *head, const run_t *tail, uint64_t matched) {
    int32_t *row = work->rows + work->row_count++ * ROW;
    row[0] = (int32_t)head->a, row[1] = (int32_t)(tail->a + tail->length);
    row[2] = (int32_t)head->b, row[3] = (int32_t)(tail->b + tail->length);
    row[4] = (int32_t)matched;
}

static inline bool matches_well(const work_t *work, const run_t *head, const run_t *tail, uint64_t matched) {
    uint32_t span_a = tail->a + tail->length - head->a, span_b = tail->b + tail->length - head->b;
    return (double)matched >= work->limits->min_identity * (double)(span_a > span_b ? span_a : span_b);
}

/* Accepts the chain, or splits it at its largest gap until every part matches well enough or is too short. */
static void split_chain(work_t *work, size_t length) {
    const run_t *begin = &work->chain[0], *end = &work->chain[length - 1];
    uint64_t all = work->matched[length - 1] + end->length;
    if (all < work->limits->min_tokens) return;
    if (matches_well(work, begin, end, all)) { /* most do, and need no tree */
        add_row(work, begin, end, all);
        return;
    }
    uint32_t root = plant_tree(work, length - 1);
    /* The tree's stack is free again: triples of first run, one past the last, and the gap to split at. */
    size_t depth = 0;
    uint32_t *stack = work->stack;
    stack[depth++] = 0, stack[depth++] = (uint32_t)length, stack[depth++] = root;
    while (depth) {
        uint32_t gap = stack[--depth], last = stack[--depth], first = stack[--depth];
        const run_t *head = &work->chain[first], *tail = &work->chain[last - 1];
        uint64_t matched = work->matched[last - 1] + tail->length - work->matched[first];
        if (matched < work->limits->min_tokens) continue;
        if (gap == NOTHING || matches_well(work, head, tail, matched)) {
            add_row(work, head, tail, matched);
            continue;
        }
        stack[depth++] = first, stack[depth++] = gap + 1, stack[depth++] = work->left[gap];
        stack[depth++] = gap + 1, stack[depth++] = last, stack[depth++] = work->right[gap];
    }
}

static void read_chain(work_t *work, size_t tile) {
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
    split_chain(work, length);
}

/* ---- all of it ---- */

static bool take_arrays(work_t *work, arena_t *arena) {
    size_t tiles = work->run_count, gap = work->limits->max_gap, widest = gap < work->b_count ? gap : work->b_count;
    work->other_runs = arena_take(arena, tiles, sizeof *work->other_runs);
    work->used_a = arena_take(arena, claim_words(work->a_count), sizeof *work->used_a);
    work->used_b = arena_take(arena, claim_words(work->b_count), sizeof *work->used_b);
    work->keys = arena_take(arena, tiles, sizeof *work->keys);
    work->spare = arena_take(arena, tiles, sizeof *work->spare);
    work->next = arena_take(arena, tiles, sizeof *work->next);
    work->chained = arena_take(arena, tiles, 1);
    work->chain = arena_take(arena, tiles, sizeof *work->chain);
    work->widths = arena_take(arena, tiles, sizeof *work->widths);
    work->left = arena_take(arena, tiles, sizeof *work->left);
    work->right = arena_take(arena, tiles, sizeof *work->right);
    work->stack = arena_take(arena, 3 * tiles + 6, sizeof *work->stack);
    work->row = arena_take(arena, widest + 1, sizeof *work->row);
    work->matched = arena_take(arena, tiles, sizeof *work->matched);
    work->rows = arena_take(arena, tiles + 1, ROW * sizeof *work->rows);
    return work->other_runs && work->used_a && work->used_b && work->keys && work->spare && work->next && work->chained && work->chain && work->widths &&
           work->left && work->right && work->stack && work->row && work->matched && work->rows;
}

/* Rows ascend by their start in a, which no two share. */
static bool sort_rows(const work_t *work, arena_t *arena, passages_t *passages) {
    size_t count = work->row_count;
    *passages = (passages_t){work->rows, count};
    if (count < 2) return true;
    uint64_t *order = arena_take(arena, count, sizeof *order), *spare = arena_take(arena, count, sizeof *spare);
    passages->rows = arena_take(arena, count, ROW * sizeof *passages->rows);
    if (!order || !spare || !passages->rows) return false;
    for (size_t n = 0; n < count; n++) order[n] = (uint64_t)work->rows[n * ROW] << 32 | n;
    sort_keys(order, count, spare);
    for (size_t n = 0; n < count; n++) {
        memcpy(passages->rows + n * ROW, work->rows + (size_t)(order[n] & UINT32_MAX) * ROW, ROW * sizeof *passages->rows);
    }
    return true;
}

bool align_grams(const grams_t *a, const grams_t *b, const meetings_t *meetings, const limits_t *limits, arena_t *arena,
                 passages_t *passages) {
    work_t work = {.limits = limits, .a = a->tokens, .b = b->tokens, .a_count = a->count, .b_count = b->count};
    bool equal = a->count == b->count && common_prefix(a->tokens, b->tokens, a->count) == a->count;
    if (a->count && b->count && !equal && !find_runs(a, b, meetings, arena, &work.runs, &work.run_count)) return false;
    if (!take_arrays(&work, arena)) return false;
    if (!equal) {
        claim_tiles(&work);
        link_tiles(&work);
        for (size_t n = 0; n < work.run_count; n++) {
            if (!work.chained[n]) read_chain(&work, n);
        }
    } else if (a->count && a->count >= limits->min_tokens) {
        run_t whole = {.length = (uint32_t)a->count};
        add_row(&work, &whole, &whole, whole.length);
    }
    return sort_rows(&work, arena, passages);
}
