/* Lines of JSON to columns, as far as they are ordinary: see `_rows.py`, the specification. */
#ifndef DEDUPE_ROWS_H
#define DEDUPE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- strings.c: JSON strings to UTF-8 ---- */

typedef struct {
    uint8_t *to;  /* where it goes: there is room for as many bytes as are left; moved behind it */
    bool visible; /* it holds something that can be seen */
    bool plain;   /* and nothing that wants a second look */
} string_t;

/* Whether a text of code points holds neither half of a surrogate pair nor anything that may combine. */
bool are_unmarked(const uint32_t *codes, size_t length);

/* Turns the string behind an opening quote; returns what is behind its closing one, NULL where it is no JSON string in
 * UTF-8 or holds half a surrogate pair. */
const uint8_t *string_turn(string_t *string, const uint8_t *at, const uint8_t *end);

/* ---- values.c: any JSON value ---- */

typedef enum {
    EMPTY, /* null or an empty string */
    UNSURE,  /* a string that may be blank */
    SURE,    /* anything else that every decoder takes alike */
    WILD,    /* holds a number that may be beyond doubles, which not every decoder takes */
} known_t;

typedef struct {
    const uint8_t *from, *to;
    uint8_t state; /* one of the above */
    bool plain;    /* a string that needs no second look */
} value_t;

/* Blanks that do not end a line. */
const uint8_t *skip_blanks(const uint8_t *at, const uint8_t *end);
/* Reads the value that begins at `at`, writing its strings to `*to`, which is moved behind a value that is one string;
 * returns what is behind it, NULL where it is none that is ordinary. */
const uint8_t *read_value(value_t *value, const uint8_t *at, const uint8_t *end, uint8_t **to);

/* ---- rows.c: lines ---- */

enum {
    TEXT,        /* what is wanted of a record; then its id, address, title, time and source */
    WANTED = 6,
    CHOICES = 4, /* keys that may hold it, most telling first */
    NO_KEY = 255,
    MOST_KEYS = 250,
    NAMES_BYTES = 4096,
};

/* Records with the same keys in the same order. */
typedef struct {
    const uint8_t *names; /* each key with a line end behind it */
    size_t length;
    uint64_t hash; /* of the names */
    uint8_t places[WANTED][CHOICES]; /* of the keys that may hold it, then NO_KEY */
} shape_t;

typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
} pile_t;

typedef struct {
    const uint8_t *lines, *end;
    const shape_t *shapes;
    size_t shape_count, longest;
    bool stops; /* at the first record of no known shape */
    size_t last; /* the shape of the last record */
    uint8_t *text; /* room for the texts, as many bytes as the lines */
    size_t text_length;
    size_t count;  /* of lines read */
    pile_t records, taken, ends, columns[WANTED - 1];
    value_t values[MOST_KEYS];
    uint8_t names[NAMES_BYTES];
    size_t names_length, keys;
} rows_t;

typedef enum { ROWS_DONE, ROWS_UNKNOWN, ROWS_NO_MEMORY } rows_outcome_t;

/* Reads lines from `*at` on, of which the first `skip` bytes are none of its record; moves `*at` behind the last line
 * that was read. */
rows_outcome_t rows_read(rows_t *rows, const uint8_t **at, size_t skip);
void rows_free(rows_t *rows);

#endif
