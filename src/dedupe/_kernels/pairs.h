/* Comparing texts, bottom up: arena, overlap, grams, seeds, align, shared, side, measure. None of them knows Python. */
#ifndef DEDUPE_PAIRS_H
#define DEDUPE_PAIRS_H

#include "kernels.h"

/* ---- arena.c: memory that is given back all at once ---- */
typedef struct chunk chunk_memory_t;

typedef struct {
    chunk_memory_t *first, *current;
    size_t taken; /* bytes since the last reset */
    size_t size;  /* bytes of all chunks */
} arena_t;

/* Room for items of that size, aligned for any of them and never empty; NULL without memory. */
void *arena_take(arena_t *arena, size_t items, size_t size);
/* All that was taken is gone; the memory is kept for what comes next. */
void arena_reset(arena_t *arena);
void arena_free(arena_t *arena);

/* ---- bits of a text's tokens, or of its code points ---- */
static inline size_t bit_words(size_t count) { return count / 64 + 1; }

static inline bool bit_at(const uint64_t *bits, size_t place) { return bits[place / 64] >> (place % 64) & 1; }

static inline void set_bit(uint64_t *bits, size_t place) { bits[place / 64] |= 1ULL << (place % 64); }

static inline unsigned lowest_bit(uint64_t word) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(word);
#else
    unsigned place = 0;
    for (; !(word & 1); word >>= 1) place++;
    return place;
#endif
}

static inline unsigned highest_bit(uint64_t word) {
#if defined(__GNUC__)
    return 63 - (unsigned)__builtin_clzll(word);
#else
    unsigned place = 0;
    while (word >>= 1) place++;
    return place;
#endif
}

/* The first place from `place` on whose bit is set; `end` where none before it is. */
static inline size_t next_bit(const uint64_t *bits, size_t place, size_t end) {
    while (place < end) {
        uint64_t word = bits[place / 64] >> (place % 64);
        if (word) {
            size_t found = place + lowest_bit(word);
            return found < end ? found : end;
        }
        place += 64 - place % 64;
    }
    return end;
}

static inline bool any_bit(const uint64_t *bits, size_t start, size_t end) { return next_bit(bits, start, end) < end; }

size_t count_bits(const uint64_t *bits, size_t start, size_t end);

/* ---- grams.c: where each run of SEED_TOKENS tokens stands in a text ---- */
enum { SEED_TOKENS = 3, SEED_OCCURRENCES = 4 };

#define NOTHING UINT32_MAX
#define GRAM_MULTIPLIER 0x9E3779B97F4A7C15ULL

typedef struct {
    const uint64_t *tokens;
    size_t count;       /* tokens, below 2**31 */
    size_t gram_count;
    uint64_t secret[2]; /* changes where grams stand in memory, never an answer */
    unsigned shift, place_bits;
    uint32_t *slots;    /* last place of each gram below some bits of its hash; open addressing */
    uint32_t *earlier;  /* of places whose gram is repeated, the one before; NOTHING at the first of them */
    uint8_t *times;     /* how often it stands in the text; more than SEED_OCCURRENCES are one more */
    uint64_t *repeated; /* bits of the places whose gram stands at several */
} grams_t;

bool grams_init(grams_t *grams, arena_t *arena, const uint64_t *tokens, size_t count, const uint64_t *secret);

static inline uint64_t gram_at(const uint64_t *tokens) {
    return (tokens[0] * GRAM_MULTIPLIER + tokens[1]) * GRAM_MULTIPLIER + tokens[2];
}

/* The slot of a gram, or the empty one where it would be entered. Most that are not the gram's are told by the bits of
 * their hash; `bits` are set to those of the gram. */
static inline uint32_t *find_gram_slot(const grams_t *grams, uint64_t value, uint32_t *bits) {
    uint64_t hash = (value ^ grams->secret[0]) * (grams->secret[1] | 1);
    size_t mask = ((size_t)1 << (64 - grams->shift)) - 1;
    uint32_t places = ((uint32_t)1 << grams->place_bits) - 1;
    *bits = (uint32_t)(hash >> 16) & ~places;
    for (size_t slot = (size_t)(hash >> grams->shift);; slot = (slot + 1) & mask) {
        uint32_t found = grams->slots[slot];
        if (found == NOTHING) return &grams->slots[slot];
        if ((found & ~places) == *bits && gram_at(grams->tokens + (found & places)) == value) return &grams->slots[slot];
    }
}

/* The last place where a gram of that value stands; NOTHING for none. */
static inline uint32_t find_gram(const grams_t *grams, uint64_t value) {
    uint32_t bits, found = *find_gram_slot(grams, value, &bits);
    return found == NOTHING ? found : found - bits;
}

/* How many tokens two sequences share from their beginning on, of `most`. */
static inline size_t common_prefix(const uint64_t *x, const uint64_t *y, size_t most) {
    enum { AT_ONCE = 8 };
    size_t same = 0;
    for (; most - same >= AT_ONCE; same += AT_ONCE) {
        uint64_t differ = 0;
        for (size_t i = 0; i < AT_ONCE; i++) differ |= x[same + i] ^ y[same + i];
        if (differ) break;
    }
    while (same < most && x[same] == y[same]) same++;
    return same;
}

/* ---- seeds.c: where two texts meet, and maximal runs of equal tokens that hold a rare gram ---- */

/* A gram of a that stands in b, too. Those that stand there once lead the way: what they are followed by alike has no
 * further meetings, but for grams that stand at several places. */
typedef struct {
    uint32_t a, b;  /* where it stands; of several places in b the last */
    uint32_t alike; /* tokens that are equal from here on; 0 where it is repeated */
    bool repeated;  /* in b */
} meeting_t;

typedef struct {
    meeting_t *items; /* ascending in a */
    size_t count;
} meetings_t;

typedef struct {
    uint64_t key; /* what it is sorted by, before `b` */
    uint32_t a, b, length;
} run_t;

/* Both take what they return from the arena; false without memory. */
bool meet_grams(const grams_t *a, const grams_t *b, arena_t *arena, meetings_t *meetings);
/* Of two texts that are not empty; by diagonal and place in a. */
bool find_runs(const grams_t *a, const grams_t *b, const meetings_t *meetings, arena_t *arena, run_t **runs, size_t *count);

/* ---- align.c: which passages two token sequences share ---- */
typedef struct {
    size_t max_gap, min_tokens;
    double min_identity;
} limits_t;

enum { ROW = 5 };

/* Passages, in the arena: rows of ROW: start and end in a, start and end in b, matching tokens. */
typedef struct {
    int32_t *rows;
    size_t count;
} passages_t;

bool align_grams(const grams_t *a, const grams_t *b, const meetings_t *meetings, const limits_t *limits, arena_t *arena,
                 passages_t *passages);

/* ---- shared.c: distinct shingles, as runs of tokens ---- */
typedef struct {
    size_t size;      /* tokens of a shingle */
    size_t count;     /* shingles, repetitions included */
    size_t distinct;
    uint64_t *again;  /* bits of the places whose shingle stood before */
    uint32_t *slots;  /* first place of each shingle that may stand several times; open addressing */
    unsigned shift;
} shingles_t;

bool shingles_init(shingles_t *shingles, arena_t *arena, const grams_t *grams, size_t size);
/* `meetings` are those of a with b. */
size_t count_shared(const grams_t *a, const shingles_t *of_a, const grams_t *b, const shingles_t *of_b, const meetings_t *meetings);

/* ---- side.c: one text made ready ---- */
enum { BUCKETS = 4096 };

typedef struct {
    uint64_t *tokens;        /* hashes */
    uint32_t *starts, *ends; /* of each token, in code points */
    uint64_t *digits;        /* bits of the code points that are ASCII digits */
    uint64_t *separators;    /* bits of the commas, bullets, line ends ... */
    uint8_t *buckets;        /* tokens by the last bits of their hashes */
    size_t count;
    bool full;               /* a bucket that is full makes no bound */
    bool indexed;            /* what follows is made when a pair is aligned for the first time */
    uint64_t *numeric;       /* bits of the tokens with a digit */
    grams_t grams;
    shingles_t shingles;
} side_t;

/* Takes what was read; `text` is not needed any more. NULL without memory. */
side_t *side_new(arena_t *arena, const tokens_t *tokens, const uint32_t *text, size_t length);
bool side_index(side_t *side, arena_t *arena, size_t shingle_size, const uint64_t *secret);
/* Separators from where a token starts to where another one does, or to the end of the last one. */
size_t separators_between(const side_t *side, size_t start, size_t end);
void mark_numeric(const side_t *side, uint64_t *numeric);

/* ---- measure.c: what two texts share, in whole numbers ---- */
enum { MEASURED = 23 };

/* What texts are kept in while pairs of them come, and what one pair needs; a call leaves it for the next one. */
typedef struct {
    arena_t sides, scratch;
} memory_t;

typedef struct {
    limits_t limits;
    double reach; /* share of the shorter text that both must have for a pair to be aligned */
    size_t shingle_size;
    uint64_t secret[2];
    memory_t memory;
} measure_t;

void memory_free(memory_t *memory);
/* Which of two texts comes first in an alignment: so that the caller's order is all one. */
bool precedes(const side_t *x, const side_t *y);
/* Whether a passage reads like a list on a side. */
bool is_listed(const side_t *side, size_t start, size_t end);
/* Fills the MEASURED columns of a row; false without memory. */
bool measure_sides(measure_t *measure, side_t *a, side_t *b, int64_t *columns);

#endif
