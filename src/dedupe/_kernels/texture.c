/* `_texture.py` in C: of the passages of two texts, what is quoted, told in the first person, a list; how both begin. */
#include "texture.h"

#include <string.h>

typedef struct {
    const manner_t *manner;
    const voice_t *a, *b;
    const int32_t *rows; /* in the order of a */
    size_t count;
    bool mirrored; /* they were made in the order of b */
    bool *narrative; /* of each row */
} shared_t;

/* How many tokens begin inside one of the stretches, before each and in all. */
static uint32_t *count_within(const side_t *side, const stretches_t *stretches, arena_t *arena) {
    uint32_t *counts = arena_take(arena, side->count + 1, sizeof *counts);
    if (!counts) return NULL;
    const int64_t *edges = stretches->edges;
    size_t at = 0;
    counts[0] = 0;
    if (!stretches->count) memset(counts, 0, (side->count + 1) * sizeof *counts);
    for (size_t i = 0; stretches->count && i < side->count; i++) {
        int64_t place = side->starts[i];
        while (at + 1 < stretches->count && edges[2 * (at + 1)] <= place) at++;
        bool inside = edges[2 * at] <= place && place < edges[2 * at + 1];
        counts[i + 1] = counts[i] + inside;
    }
    return counts;
}

bool voice_init(voice_t *voice, side_t *side, const stretches_t *prose, const stretches_t *quoted, const uint64_t *secret) {
    arena_t *arena = &side->memory;
    *voice = (voice_t){side, count_within(side, prose, arena), count_within(side, quoted, arena)};
    if (!voice->prose || !voice->quoted) return false;
    if (!voice->prose[side->count]) { /* a poem, a table: everything is what its text is made of */
        for (size_t i = 0; i <= side->count; i++) voice->prose[i] = (uint32_t)i;
    }
    return grams_init(&side->grams, arena, side->tokens, side->count, secret);
}

/* ---- passages: see `passages.py` and `speech.py` ---- */

/* Where a token is among the words that are listed; the number of words where it is not. */
static size_t find_word(const manner_t *manner, uint64_t token) {
    size_t low = 0, high = manner->words;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (manner->hashes[middle] < token) low = middle + 1;
        else high = middle;
    }
    return low < manner->words && manner->hashes[low] == token ? low : manner->words;
}

static uint32_t personal_in(const manner_t *manner, uint64_t token) {
    if (!manner->parts[token & (PART_COUNT - 1)]) return 0;
    size_t word = find_word(manner, token);
    return word < manner->words ? manner->personal[word] : 0;
}

static bool is_enough(const manner_t *manner, size_t words, size_t tokens) {
    return words >= manner->least_words && (double)words >= manner->least_share * (double)tokens;
}

/* The language whose small words are most frequent, the first of several. */
static uint32_t language_of(const manner_t *manner, const uint64_t *tokens, size_t count) {
    size_t counts[MAX_LANGUAGES] = {0}, best = 0;
    for (size_t i = 0; i < count; i++) {
        size_t word = find_word(manner, tokens[i]);
        if (word == manner->words) continue;
        for (uint32_t left = manner->small[word]; left; left &= left - 1) counts[trailing_zeros(left)]++;
    }
    for (size_t n = 1; n < manner->languages; n++) best = counts[n] > counts[best] ? n : best;
    return 1U << best;
}

static bool is_speech(const manner_t *manner, const uint64_t *tokens, size_t count) {
    size_t words = 0, spoken = 0;
    for (size_t i = 0; i < count; i++) words += personal_in(manner, tokens[i]) != 0;
    if (!is_enough(manner, words, count) || count < manner->least_tokens) return false;
    uint32_t language = language_of(manner, tokens, count);
    for (size_t i = 0; i < count; i++) spoken += (personal_in(manner, tokens[i]) & language) != 0;
    return is_enough(manner, spoken, count);
}

static double share_of(const uint32_t *counts, size_t start, size_t end) {
    return (double)(counts[end] - counts[start]) / (double)(end - start);
}

static void read_passage(const shared_t *shared, size_t n, double *columns) {
    const int32_t *row = shared->rows + n * ROW;
    size_t start_a = (size_t)row[0], end_a = (size_t)row[1], start_b = (size_t)row[2], end_b = (size_t)row[3];
    const side_t *a = shared->a->side, *b = shared->b->side;
    double of_a = share_of(shared->a->quoted, start_a, end_a), of_b = share_of(shared->b->quoted, start_b, end_b);
    double quoted = of_a > of_b ? of_a : of_b, tokens = row[4];
    shared->narrative[n] = false;
    if (quoted >= shared->manner->quoted || is_speech(shared->manner, a->tokens + start_a, end_a - start_a) ||
        is_speech(shared->manner, b->tokens + start_b, end_b - start_b)) {
        columns[QUOTED] += tokens;
        return;
    }
    columns[QUOTED] += tokens * quoted;
    shared->narrative[n] = !(is_listed(a, start_a, end_a) && is_listed(b, start_b, end_b));
    if (!shared->narrative[n]) columns[FURNITURE] += tokens;
    else if (tokens > columns[LONGEST]) columns[LONGEST] = tokens;
}

/* ---- openings: see `openings.py` ---- */

/* The first place before which so many tokens of prose stand. */
static int64_t place_of(const voice_t *voice, uint32_t tokens) {
    size_t low = 0, high = voice->side->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (voice->prose[middle] < tokens) low = middle + 1;
        else high = middle;
    }
    return (int64_t)low;
}

/* How much of the shorter text's opening stands where the longer one opens; `at` and `of` are where its ends are in a
 * row, and those of the longer one. */
static double alike(const shared_t *shared, const voice_t *shorter, size_t at, const voice_t *longer, size_t of) {
    const manner_t *manner = shared->manner;
    uint32_t all = shorter->prose[shorter->side->count], others = longer->prose[longer->side->count];
    uint32_t length = all < manner->opening ? all : (uint32_t)manner->opening;
    int64_t end = place_of(shorter, length), room = place_of(longer, others < manner->room ? others : (uint32_t)manner->room);
    int64_t opened = 0;
    for (size_t n = 0; n < shared->count; n++) {
        const int32_t *row = shared->rows + n * ROW;
        int64_t inside = (row[at + 1] < end ? row[at + 1] : end) - row[at], there = (row[of + 1] < room ? row[of + 1] : room) - row[of];
        if (inside > 0 && there > 0) opened += inside < there ? inside : there;
    }
    if (opened < (int64_t)manner->least_alike || !length) return 0.0;
    double share = (double)opened / (double)length;
    return share < 1.0 ? share : 1.0;
}

/* ---- what stands outside: see `measures.residual` and `wording.py` ---- */

/* Prose outside all passages, and before the first. `order` holds start << 32 | number of the row, ascending. */
static void read_outside(const voice_t *voice, const shared_t *shared, const uint64_t *order, size_t at, double *outside, double *opening) {
    uint32_t all = voice->prose[voice->side->count], held = 0;
    int32_t reach = 0;
    for (size_t n = 0; n < shared->count; n++) {
        const int32_t *row = shared->rows + (size_t)(order[n] & UINT32_MAX) * ROW + at;
        int32_t start = row[0] > reach ? row[0] : reach;
        if (row[1] <= start) continue;
        held += voice->prose[row[1]] - voice->prose[start];
        reach = row[1];
    }
    *outside = all - held;
    *opening = shared->count ? voice->prose[order[0] >> 32] : all;
}

/* Bits of the places whose phrase lies outside quotations and passages that are not narrative. */
static uint64_t *mark_phrases(const voice_t *voice, const shared_t *shared, size_t at, arena_t *arena) {
    size_t count = voice->side->count;
    uint64_t *spoken = arena_take(arena, bit_words(count), sizeof *spoken), *marked = arena_take(arena, bit_words(count), sizeof *marked);
    if (!spoken || !marked) return NULL;
    memset(spoken, 0, bit_words(count) * sizeof *spoken);
    memset(marked, 0, bit_words(count) * sizeof *marked);
    for (size_t i = 0; i < count && voice->quoted[count]; i++) {
        if (voice->quoted[i + 1] > voice->quoted[i]) set_bit(spoken, i);
    }
    for (size_t n = 0; n < shared->count; n++) {
        const int32_t *row = shared->rows + n * ROW + at;
        for (int32_t i = row[0]; !shared->narrative[n] && i < row[1]; i++) set_bit(spoken, (size_t)i);
    }
    for (size_t i = 0; i < voice->side->grams.gram_count; i++) {
        if (!any_bit(spoken, i, i + SEED_TOKENS)) set_bit(marked, i);
    }
    return marked;
}

/* Leaves of the marked places the last of each phrase, whether it is marked itself or not; returns how many there are. */
static bool keep_distinct(const grams_t *grams, uint64_t *marked, arena_t *arena, size_t *distinct) {
    uint64_t *last = arena_take(arena, bit_words(grams->count), sizeof *last);
    if (!last) return false;
    memset(last, 0, bit_words(grams->count) * sizeof *last);
    for (size_t i = next_bit(marked, 0, grams->gram_count); i < grams->gram_count; i = next_bit(marked, i + 1, grams->gram_count)) {
        set_bit(last, bit_at(grams->repeated, i) ? grams->latest[i] : i);
    }
    memcpy(marked, last, bit_words(grams->count) * sizeof *last);
    *distinct = count_bits(marked, 0, grams->gram_count);
    return true;
}

static bool count_phrases(const shared_t *shared, arena_t *arena, double *columns) {
    const grams_t *a = &shared->a->side->grams, *b = &shared->b->side->grams;
    uint64_t *of_a = mark_phrases(shared->a, shared, 0, arena), *of_b = mark_phrases(shared->b, shared, 2, arena);
    size_t left, right, both = 0;
    if (!of_a || !of_b || !keep_distinct(a, of_a, arena, &left) || !keep_distinct(b, of_b, arena, &right)) return false;
    for (size_t i = next_bit(of_a, 0, a->gram_count); i < a->gram_count; i = next_bit(of_a, i + 1, a->gram_count)) {
        uint32_t place = find_gram(a, i, b);
        both += place != b->gram_count && bit_at(of_b, place);
    }
    columns[PHRASES_A] = (double)left, columns[PHRASES_B] = (double)right, columns[SHARED_PHRASES] = (double)both;
    return true;
}

/* ---- all of it ---- */

static bool read_shared(const shared_t *shared, arena_t *arena, double *columns) {
    size_t count = shared->count;
    uint64_t *order = arena_take(arena, 3 * count + 1, sizeof *order);
    if (!order) return false;
    uint64_t *by_b = order + count, *spare = by_b + count;
    for (size_t n = 0; n < count; n++) {
        order[n] = (uint64_t)shared->rows[n * ROW] << 32 | n;
        by_b[n] = (uint64_t)shared->rows[n * ROW + 2] << 32 | n;
    }
    sort_unique(by_b, count, spare);
    /* As they were made: the last digit of a sum depends on its order, which must not depend on which text came first. */
    for (size_t n = 0; n < count; n++) read_passage(shared, shared->mirrored ? (size_t)(by_b[n] & UINT32_MAX) : n, columns);
    read_outside(shared->a, shared, order, 0, &columns[OUTSIDE_A], &columns[OPENING_A]);
    read_outside(shared->b, shared, by_b, 2, &columns[OUTSIDE_B], &columns[OPENING_B]);
    size_t of_a = shared->a->side->count, of_b = shared->b->side->count;
    double by_shorter = of_a <= of_b ? alike(shared, shared->a, 0, shared->b, 2) : 0.0;
    double by_other = of_b <= of_a ? alike(shared, shared->b, 2, shared->a, 0) : 0.0;
    columns[ALIKE] = by_shorter > by_other ? by_shorter : by_other;
    return columns[LONGEST] >= (double)shared->manner->phrases || count_phrases(shared, arena, columns);
}

/* The rows of a pair that was aligned with b first, as if a had been: its sides changed over, in the order of a. */
static bool change_over(passages_t *passages, arena_t *arena) {
    size_t count = passages->count;
    uint64_t *order = arena_take(arena, 2 * count + 1, sizeof *order);
    int32_t *rows = arena_take(arena, count + 1, ROW * sizeof *rows);
    if (!order || !rows) return false;
    for (size_t n = 0; n < count; n++) order[n] = (uint64_t)passages->rows[n * ROW + 2] << 32 | n;
    sort_unique(order, count, order + count);
    for (size_t n = 0; n < count; n++) {
        const int32_t *row = passages->rows + (size_t)(order[n] & UINT32_MAX) * ROW;
        memcpy(rows + n * ROW, (const int32_t[]){row[2], row[3], row[0], row[1], row[4]}, ROW * sizeof *rows);
    }
    passages->rows = rows;
    return true;
}

static bool align_pair(const limits_t *limits, const side_t *a, const side_t *b, bool mirrored, arena_t *arena, passages_t *passages) {
    const grams_t *first = mirrored ? &b->grams : &a->grams, *second = mirrored ? &a->grams : &b->grams;
    meetings_t meetings = {0};
    return meet_grams(first, second, arena, &meetings) && align_grams(first, second, &meetings, limits, arena, passages) &&
           (!mirrored || change_over(passages, arena));
}

bool texture_pair(const manner_t *manner, const limits_t *limits, const voice_t *a, const voice_t *b, arena_t *arena, double *columns) {
    passages_t passages;
    memset(columns, 0, TEXTURED * sizeof *columns);
    bool mirrored = precedes(b->side, a->side);
    bool done = align_pair(limits, a->side, b->side, mirrored, arena, &passages);
    if (done) {
        bool *narrative = arena_take(arena, passages.count + 1, sizeof *narrative);
        shared_t shared = {manner, a, b, passages.rows, passages.count, mirrored, narrative};
        done = narrative && read_shared(&shared, arena, columns);
    }
    arena_reset(arena);
    return done;
}
