/* batch.c: many texts sketched by several threads. Only the first of them, which is Python's, ever waits for the
 * interpreter lock; the others get texts from it, and know nothing of Python. */
#ifndef DEDUPE_BATCH_H
#define DEDUPE_BATCH_H

#include "door.h"

/* What is wanted of texts, and where it goes. */
typedef struct {
    texts_t texts;
    recipe_t recipe;
    uint32_t *signatures; /* NULL where only their band keys are wanted */
    bands_t bands;
    uint64_t *band_keys; /* band by band */
    uint32_t *token_counts;
    uint64_t *body_hashes;
    int64_t *fingerprint_counts;
    uint8_t *bags; /* NULL where nobody wants them */
    size_t threads;
} batch_t;

/* ---- crew.c: threads, and rounds of texts that go from hand to hand ---- */
/* Units of text in a round, so few that they stay in the cache of a processor. */
#ifndef DEDUPE_TINY_BUFFERS
enum { ROUND_UNITS = 1 << 15, ROUND_TEXTS = 128 };
#else
enum { ROUND_UNITS = 1, ROUND_TEXTS = 3 };
#endif
typedef enum { EMPTY, READY, TAKEN, STUCK } stage_t;

typedef struct {
    stage_t stage;
    size_t number;             /* of all rounds */
    size_t first, count, done; /* texts */
    text_t texts[ROUND_TEXTS];
    codes_t codes;         /* of those that were copied */
    values_t fingerprints; /* of those that are done */
} round_t;

typedef struct {
    size_t start, count;
} share_t;

typedef struct crew crew_t;

typedef struct {
    crew_t *crew;
    PyThread_type_lock gate; /* held, but for the moment when its worker is to go on */
    bool waits;              /* at the gate */
    bool reading;            /* a text is half read */
    reader_t reader;
    tokens_t tokens;
    scratch_t scratch;
    uint32_t *signature; /* where none is wanted */
} worker_t;

struct crew {
    const batch_t *batch;
    const tables_t *tables;
    PyThread_type_lock lock; /* for stages, who waits, and what follows down to `refused` */
    size_t running;          /* threads besides the first */
    bool over;               /* they are to end */
    values_t fingerprints;   /* of rounds as they were handed in */
    share_t *shares;           /* where those of each round are */
    size_t shares_capacity;
    size_t next, begun;      /* texts and rounds; of strings they are known to the first thread alone */
    bool refused;            /* the next text does not lie within the content */
    size_t worker_count, started, round_count;
    worker_t *workers; /* the first is the one Python called */
    round_t *rounds;
};

/* False with an exception; to be freed in any case. */
bool crew_init(crew_t *crew, state_t *state, const batch_t *batch);
void crew_free(crew_t *crew, state_t *state);
/* With fewer threads where there can be no more. */
void crew_start(crew_t *crew);
/* Ends the other threads, whatever there is still to do. */
void crew_disband(crew_t *crew);
/* Reads and sketches texts of a round from the first that is not done on; stops where the reader wants something. */
outcome_t crew_work(worker_t *worker, round_t *round);

/* The rest is called under the lock. */
/* The round in that stage that was begun first; NULL for none. */
round_t *crew_find(const crew_t *crew, stage_t stage);
/* Room for what the next round will leave; false without memory. */
bool crew_reserve(crew_t *crew);
/* A round is full and can be taken. */
void crew_offer(crew_t *crew, round_t *round);
/* Waits for a round to work on; NULL where there is none for this thread. */
round_t *crew_take(worker_t *worker);
/* Keeps the fingerprints of a round that is done; any other is left to the first thread. */
bool crew_hand_in(crew_t *crew, round_t *round, outcome_t outcome);

/* ---- batch.c ---- */
/* Returns the fingerprints of all texts, one after another; NULL with an exception. */
PyObject *batch_sketch(state_t *state, const batch_t *batch);

#endif
