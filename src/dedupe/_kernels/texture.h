/* texture.c: what kind of text it is that two texts share, for Python in `texture_door.c`. */
#ifndef DEDUPE_TEXTURE_H
#define DEDUPE_TEXTURE_H

#include "pairs.h"

/* What is looked for in passages; see `Manner` in `_texture.py`. */
typedef struct {
    const uint64_t *hashes;   /* of the words that are listed, ascending */
    const uint32_t *personal; /* languages of which each is a word of the first person, one a bit */
    const uint32_t *small;    /* ... is a small word */
    const uint8_t *parts;     /* which last 16 bits the hashes of words of the first person have */
    size_t words, languages;
    size_t least_words, least_tokens;
    double least_share;
    double quoted; /* share of quoted tokens from which a passage is a quotation */
    size_t opening, room, least_alike;
    size_t phrases; /* they are counted where no passage of narrative has so many tokens */
} manner_t;

enum { PART_COUNT = 1 << 16, MAX_LANGUAGES = 32 };

/* Half-open stretches of a text in code points, ascending and disjoint. */
typedef struct {
    const int64_t *edges;
    size_t count;
} stretches_t;

/* Text put together of the stretches of a larger one that are kept, one newline between two; they are cut to it. Tokens of
 * the one are moved to where they stand in the other. False without memory. */
typedef struct {
    const uint32_t *codes;
    size_t length;
    const int64_t *edges; /* of what was kept of the larger text */
    uint64_t *begins;     /* where each stretch begins in the smaller one */
    size_t count, original_length;
} extract_t;

bool extract_init(extract_t *extract, arena_t *arena, const uint32_t *codes, size_t length, const stretches_t *kept);
void extract_move(const extract_t *extract, tokens_t *tokens);

/* A text, and how many tokens of a kind stand before each of its tokens and in all. */
typedef struct {
    side_t *side;
    uint32_t *prose, *quoted;
} voice_t;

/* False without memory. */
bool voice_init(voice_t *voice, side_t *side, const stretches_t *prose, const stretches_t *quoted, const uint64_t *secret);

/* The columns, in the order of `_texture.TEXTURE`. */
enum {
    QUOTED, FURNITURE, LONGEST, ALIKE, OUTSIDE_A, OUTSIDE_B, OPENING_A, OPENING_B, PHRASES_A, PHRASES_B, SHARED_PHRASES, TEXTURED
};

/* Fills the TEXTURED columns of a pair; false without memory. */
bool texture_pair(const manner_t *manner, const limits_t *limits, const voice_t *a, const voice_t *b, arena_t *arena, double *columns);

#endif
