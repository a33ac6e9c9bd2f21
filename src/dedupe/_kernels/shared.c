/* Distinct shingles of a text, and how many of them two texts share: runs of tokens, compared token by token.
 *
 * A run of tokens that begins with a gram standing nowhere else in the text stands nowhere else itself: so only those
 * that begin with a repeated gram are entered into a table, a few dozen in most texts.
 */
#include "pairs.h"

#include <string.h>

#define MIX_MULTIPLIER 0x9FB21C651E98DF25ULL

/* Where a shingle is looked for; the secret keeps crafted texts from crowding one place. */
static inline size_t slot_of(const shingles_t *shingles, const uint64_t *tokens) {
    uint64_t sum = shingles->secret[0];
    for (size_t i = 0; i < shingles->size; i++) {
        sum = (sum ^ tokens[i]) * (shingles->secret[1] | 1);
        sum ^= sum >> 29;
    }
    return (size_t)(sum * MIX_MULTIPLIER >> shingles->shift);
}

/* The slot of the shingle that begins with these tokens, or the empty one where it would be entered. */
static uint32_t *find_slot(const shingles_t *shingles, const grams_t *grams, const uint64_t *tokens) {
    size_t mask = ((size_t)1 << (64 - shingles->shift)) - 1;
    for (size_t slot = slot_of(shingles, tokens);; slot = (slot + 1) & mask) {
        uint32_t place = shingles->slots[slot];
        if (place == NOTHING || !memcmp(grams->tokens + place, tokens, shingles->size * sizeof *tokens)) return &shingles->slots[slot];
    }
}

/* Whether a shingle is looked for in the table: its gram stands at more places than are worth walking along. Shingles
 * shorter than a gram all are. */
static inline bool is_tabled(const shingles_t *shingles, const grams_t *grams, size_t place) {
    return shingles->size < SEED_TOKENS || grams->times[place] > SEED_OCCURRENCES;
}

static bool take_table(shingles_t *shingles, arena_t *arena, const grams_t *grams) {
    size_t most = shingles->size < SEED_TOKENS ? shingles->count : count_bits(grams->repeated, 0, shingles->count);
    unsigned bits = 2;
    while (((size_t)1 << bits) < most * 2) bits++;
    shingles->shift = 64 - bits;
    shingles->slots = arena_take(arena, (size_t)1 << bits, sizeof *shingles->slots);
    if (shingles->slots) memset(shingles->slots, 0xFF, ((size_t)1 << bits) * sizeof *shingles->slots);
    return shingles->slots != NULL;
}

/* Whether a shingle stands at a place of a gram, or at one before it. */
static bool stands_along(const shingles_t *shingles, const grams_t *grams, uint32_t place, const uint64_t *tokens) {
    for (; place != NOTHING; place = grams->earlier[place]) {
        if (place < shingles->count && common_prefix(grams->tokens + place, tokens, shingles->size) == shingles->size) return true;
    }
    return false;
}

bool shingles_init(shingles_t *shingles, arena_t *arena, const grams_t *grams, size_t size, const uint64_t *secret) {
    *shingles = (shingles_t){.size = size, .secret = {secret[0], secret[1]}, .count = grams->count < size ? 0 : grams->count - size + 1};
    shingles->again = arena_take_zeros(arena, bit_words(shingles->count) * sizeof *shingles->again);
    if (!shingles->again) return false;
    shingles->distinct = shingles->count;
    for (size_t place = 0; place < shingles->count; place++) {
        if (size >= SEED_TOKENS) place = next_bit(grams->repeated, place, shingles->count);
        if (place == shingles->count) break;
        const uint64_t *tokens = grams->tokens + place;
        bool again;
        if (is_tabled(shingles, grams, place)) {
            if (!shingles->slots && !take_table(shingles, arena, grams)) return false;
            uint32_t *slot = find_slot(shingles, grams, tokens);
            again = *slot != NOTHING;
            if (!again) *slot = (uint32_t)place;
        } else {
            again = stands_along(shingles, grams, grams->earlier[place], tokens);
        }
        if (!again) continue;
        set_bit(shingles->again, place);
        shingles->distinct--;
    }
    return true;
}

/* Whether a shingle stands in a text where its gram stands at a place last, and at others before it. */
static inline bool stands_in(const shingles_t *shingles, const grams_t *grams, uint32_t place, const uint64_t *tokens) {
    if (!is_tabled(shingles, grams, place)) return stands_along(shingles, grams, place, tokens);
    return shingles->slots && *find_slot(shingles, grams, tokens) != NOTHING;
}

/* Shingles shorter than a gram are all in the table. */
static size_t count_short(const grams_t *a, const shingles_t *of_a, const grams_t *b, const shingles_t *of_b) {
    size_t shared = 0;
    for (size_t i = 0; i < of_a->count; i++) shared += !bit_at(of_a->again, i) && stands_in(of_b, b, 0, a->tokens + i);
    return shared;
}

size_t count_shared(const grams_t *a, const shingles_t *of_a, const grams_t *b, const shingles_t *of_b, const meetings_t *meetings) {
    size_t shared = 0, size = of_a->size, done = 0;
    if (!of_a->count || !of_b->count) return 0;
    if (size < SEED_TOKENS) return count_short(a, of_a, b, of_b);
    for (size_t n = 0; n < meetings->count && meetings->items[n].a < of_a->count; n++) {
        const meeting_t *meeting = &meetings->items[n];
        size_t i = meeting->a;
        if (i < done) continue;
        if (meeting->repeated) {
            shared += !bit_at(of_a->again, i) && stands_in(of_b, b, meeting->b, a->tokens + i);
        } else if (meeting->alike >= size) { /* it stands there or nowhere, and so do those that begin on the way */
            done = i + meeting->alike - size + 1;
            shared += done - i - count_bits(of_a->again, i, done);
        }
    }
    return shared;
}
