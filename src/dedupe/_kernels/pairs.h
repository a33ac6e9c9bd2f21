/* Comparing texts, bottom up: arena, overlap, grams, seeds, align, shared, marks, side, measure. None of them knows Python. */
#ifndef DEDUPE_PAIRS_H
#define DEDUPE_PAIRS_H

#include "kernels.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* ---- arena.c: memory that is given back all at once ---- */
typedef struct chunk chunk_memory_t;

typedef struct {
    chunk_memory_t *first, *current;
    uint8_t *free; /* in the current chunk */
    size_t left;   /* bytes of it */
    size_t size;   /* bytes of all chunks */
} arena_t;

enum { ALIGNMENT = 64 };

/* What `arena_take` does where the current chunk has no room. */
void *arena_extend(arena_t *arena, size_t bytes);

/* Room for items of that size, aligned for any of them and never empty; NULL without memory. */
static inline void *arena_take(arena_t *arena, size_t items, size_t size) {
    if (items > SIZE_MAX / 4 / size) return NULL;
    size_t bytes = (items * size + ALIGNMENT) & ~(size_t)(ALIGNMENT - 1);
    if (arena->left < bytes) return arena_extend(arena, bytes);
    void *taken = arena->free;
    arena->free += bytes;
    arena->left -= bytes;
    return taken;
}

void *arena_take_zeros(arena_t *arena, size_t bytes);
/* All that was taken is gone; the memory is kept for what comes next. */
void arena_reset(arena_t *arena);
void arena_free(arena_t *arena);

/* ---- bits of a text's tokens, or of its code points ---- */
static inline size_t bit_words(size_t count) { return count / 64 + 1; }

static inline bool bit_at(const uint64_t *bits, size_t place) { return bits[place / 64] >> (place % 64) & 1; }

static inline void set_bit(uint64_t *bits, size_t place) { bits[place / 64] |= 1ULL << (place % 64); }

/* 64 bits from a place on; the word behind it is read, too. */
static inline uint64_t bits_from(const uint64_t *bits, size_t place) {
    unsigned inside = place % 64;
    return inside ? bits[place / 64] >> inside | bits[place / 64 + 1] << (64 - inside) : bits[place / 64];
}

/* Sets those of some places, at least one. */
static inline void set_bits(uint64_t *bits, size_t start, size_t end) {
    size_t first = start / 64, last = (end - 1) / 64;
    uint64_t head = ~0ULL << (start % 64), tail = ~0ULL >> (63 - (end - 1) % 64);
    if (first == last) {
        bits[first] |= head & tail;
        return;
    }
    bits[first] |= head;
    for (size_t word = first + 1; word < last; word++) bits[word] = ~0ULL;
    bits[last] |= tail;
}

/* The first place from `place` on whose bit is set; `end` where none before it is. */
static inline size_t next_bit(const uint64_t *bits, size_t place, size_t end) {
    while (place < end) {
        uint64_t word = bits[place / 64] >> (place % 64);
        if (word) {
            size_t found = place + trailing_zeros(word);
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

typedef struct {
    const uint64_t *tokens;
    size_t count;       /* tokens, below 2**31 */
    size_t gram_count;
    unsigned shift;
    uint32_t *hashes;   /* of each gram, with a secret: they change where grams stand in memory, never an answer */
    uint32_t *chains;   /* last place of those whose hashes begin alike; `gram_count` for none */
    uint32_t *before;   /* of each place, the one before in its chain; `gram_count` at the first, and at `gram_count` */
    uint32_t *earlier;  /* of places whose gram is repeated, the one before; NOTHING at the first of them */
    uint32_t *latest;   /* of places whose gram is repeated, the last one */
    uint8_t *times;     /* how often it stands in the text; more than SEED_OCCURRENCES are one more */
    uint64_t *repeated; /* bits of the places whose gram stands at several */
} grams_t;

bool grams_init(grams_t *grams, arena_t *arena, const uint64_t *tokens, size_t count, const uint64_t *secret);

static inline uint32_t last_in_chain(const grams_t *grams, uint32_t hash) { return grams->chains[hash >> grams->shift]; }

/* Whether a gram may stand at a place or before it in a chain, told without a jump. */
static inline bool may_stand_in(const grams_t *grams, uint32_t place, uint32_t hash) {
    return (grams->hashes[place] == hash) | (grams->before[place] != grams->gram_count);
}

/* The first place of a gram along a chain; `gram_count` for none. */
static inline uint32_t find_in_chain(const grams_t *grams, uint32_t place, uint32_t hash, uint64_t gram) {
    while (place != grams->gram_count && (grams->hashes[place] != hash || gram_at(grams->tokens + place) != gram)) {
        place = grams->before[place];
    }
    return place;
}

/* The last place in b of the gram that stands at a place of a; `gram_count` of b for none. Both have hashes of one secret. */
static inline uint32_t find_gram(const grams_t *a, size_t place, const grams_t *b) {
    uint32_t hash = a->hashes[place];
    return find_in_chain(b, last_in_chain(b, hash), hash, gram_at(a->tokens + place));
}

/* Two bits for each of the COMPARED tokens that differ. */
enum { COMPARED = 8 };

static inline unsigned differing(const uint64_t *x, const uint64_t *y) {
#if defined(__SSE2__)
    __m128i same[COMPARED / 2];
    for (size_t i = 0; i < COMPARED / 2; i++) {
        __m128i left = _mm_loadu_si128((const __m128i *)(const void *)(x + 2 * i));
        same[i] = _mm_cmpeq_epi32(left, _mm_loadu_si128((const __m128i *)(const void *)(y + 2 * i)));
    }
    __m128i low = _mm_packs_epi32(same[0], same[1]), high = _mm_packs_epi32(same[2], same[3]);
    unsigned halves = ~(unsigned)_mm_movemask_epi8(_mm_packs_epi16(low, high)) & 0xFFFF; /* of two bits a token */
    return halves;
#else
    unsigned bits = 0;
    for (unsigned i = 0; i < COMPARED; i++) bits |= (unsigned)(x[i] != y[i]) << 2 * i;
    return bits;
#endif
}

/* How many tokens two sequences share from their beginning on, of `most`. */
static inline size_t common_prefix(const uint64_t *x, const uint64_t *y, size_t most) {
    size_t same = 0;
    for (; most - same >= COMPARED; same += COMPARED) {
        unsigned bits = differing(x + same, y + same);
        if (bits) return same + trailing_zeros(bits) / 2;
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
    uint32_t a, b, length;
} run_t;

/* Both take what they return from the arena; false without memory. */
bool meet_grams(const grams_t *a, const grams_t *b, arena_t *arena, meetings_t *meetings);
/* Sorts numbers that are all different; `spare` has room for as many. Few are mostly nearly in order. */
void sort_keys(uint64_t *keys, size_t count, uint64_t *spare);
/* Of two texts that are not empty; by place in a, then in b. */
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
    uint64_t secret[2];
    uint64_t *again;  /* bits of the places whose shingle stood before */
    uint32_t *slots;  /* first place of each shingle whose gram stands often; open addressing; NULL for none */
    unsigned shift;
} shingles_t;

bool shingles_init(shingles_t *shingles, arena_t *arena, const grams_t *grams, size_t size, const uint64_t *secret);
/* `meetings` are those of a with b. */
size_t count_shared(const grams_t *a, const shingles_t *of_a, const grams_t *b, const shingles_t *of_b, const meetings_t *meetings);

/* ---- marks.c: bits of a text's code points ---- */
/* There is room for as many bits as the text has code points, or bytes, and for one more. Returns how many code points
 * there are. */
size_t mark_text(const text_t *text, uint64_t *digits, uint64_t *separators);

/* ---- side.c: texts made ready ---- */
enum { BUCKETS = 4096 };

typedef struct side side_t;

struct side {
    side_t *next;            /* of those nobody needs */
    arena_t memory;          /* of all that follows */
    size_t known;            /* its bytes, as far as its user has counted them */
    uint64_t *tokens;        /* hashes */
    uint32_t *starts, *ends; /* of each token, in code points */
    uint64_t *digits;        /* bits of the code points that are ASCII digits */
    uint64_t *separators;    /* bits of the commas, bullets, line ends ... */
    size_t digit_count, separator_count;
    uint8_t *buckets;        /* tokens by the last bits of their hashes */
    size_t count;
    bool full;               /* a bucket that is full makes no bound */
    bool apart;              /* no token begins before the one before it ends */
    bool indexed;            /* what follows is made when a pair is aligned for the first time */
    grams_t grams;
    shingles_t shingles;
};

/* Sides that nobody needs: the last one given back is the first to be used again, while it is in a processor's cache. */
typedef struct {
    side_t *first;
    size_t size; /* bytes */
} pool_t;

/* Takes what was read; `text` is not needed any more. NULL without memory. */
side_t *side_new(pool_t *pool, const tokens_t *tokens, const text_t *text);
void side_give_back(pool_t *pool, side_t *side);
void pool_free(pool_t *pool);
bool side_index(side_t *side, size_t shingle_size, const uint64_t *secret);
/* Separators from where a token starts to where another one does, or to the end of the last one. */
size_t separators_between(const side_t *side, size_t start, size_t end);
/* Whether a token has a digit. */
static inline bool is_numeric(const side_t *side, size_t token) {
    size_t start = side->starts[token], end = side->ends[token];
    /* Most words lie in one piece of the bits, and in most pieces there is no digit. */
    if (!(side->digits[start / 64] | side->digits[end / 64]) && end - start < 64) return false;
    return any_bit(side->digits, start, end);
}

/* How many of some tokens have one; at most how many, where tokens are apart. */
size_t count_numeric(const side_t *side, size_t start, size_t end);
size_t most_numeric(const side_t *side, size_t start, size_t end);

/* ---- measure.c: what two texts share, in whole numbers ---- */
enum { MEASURED = 23 };

/* What texts are kept in while pairs of them come, and what one pair needs; a call leaves it for the next one. */
typedef struct {
    pool_t sides;
    arena_t scratch;
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
