/* Lines of JSON to columns: each line is read once, and what is unusual about one is left to those who know better. */
#include "rows.h"

#include "kernels.h"

#include <stdlib.h>
#include <string.h>

#ifndef DEDUPE_TINY_BUFFERS
enum { FIRST_BYTES = 1 << 12 };
#else
enum { FIRST_BYTES = 1 };
#endif

/* ---- piles ---- */

static bool pile_add(pile_t *pile, const void *bytes, size_t length) {
    if (length > pile->capacity - pile->length) {
        if (length > SIZE_MAX / 4 - pile->length) return false;
        size_t capacity = 2 * (pile->length + length) + FIRST_BYTES;
        uint8_t *grown = realloc(pile->bytes, capacity);
        if (!grown) return false;
        pile->bytes = grown;
        pile->capacity = capacity;
    }
    memcpy(pile->bytes + pile->length, bytes, length);
    pile->length += length;
    return true;
}

static bool pile_number(pile_t *pile, size_t number) {
    int64_t value = (int64_t)number;
    return pile_add(pile, &value, sizeof value);
}

void rows_free(rows_t *rows) {
    pile_t *piles[] = {&rows->records, &rows->taken, &rows->ends};
    for (size_t i = 0; i < sizeof piles / sizeof *piles; i++) free(piles[i]->bytes);
    for (size_t i = 0; i < WANTED - 1; i++) free(rows->columns[i].bytes);
}

/* ---- one record ---- */

/* Keeps the key that begins at `at`; returns what is behind the colon. */
static const uint8_t *read_key(rows_t *rows, const uint8_t *at, uint8_t *room) {
    const uint8_t *from = at + 1;
    string_t string = {.to = room};
    if (at == rows->end || *at != '"' || !(at = string_turn(&string, from, rows->end))) return NULL;
    size_t length = (size_t)(at - from) - 1;
    if (length != (size_t)(string.to - room)) return NULL; /* there is an escape */
    if (rows->keys == MOST_KEYS || length >= NAMES_BYTES - rows->names_length) return NULL;
    memcpy(rows->names + rows->names_length, room, length);
    rows->names_length += length;
    rows->names[rows->names_length++] = '\n';
    at = skip_blanks(at, rows->end);
    return at < rows->end && *at == ':' ? skip_blanks(at + 1, rows->end) : NULL;
}

/* Reads an object: its keys and the places of its values. The value at place `kept` is written to `*text`, which is moved
 * behind it. Returns what is behind the object, NULL where it is none that is ordinary. */
static const uint8_t *read_object(rows_t *rows, const uint8_t *at, size_t kept, uint8_t **text) {
    rows->keys = rows->names_length = 0;
    if (at == rows->end || *at != '{') return NULL;
    at = skip_blanks(at + 1, rows->end);
    if (at < rows->end && *at == '}') return at + 1;
    for (;;) {
        uint8_t *to = *text;
        if (!(at = read_key(rows, at, to))) return NULL;
        if (!(at = read_value(&rows->values[rows->keys], at, rows->end, &to))) return NULL;
        if (rows->keys++ == kept) *text = to;
        at = skip_blanks(at, rows->end);
        if (at == rows->end || (*at != ',' && *at != '}')) return NULL;
        if (*at++ == '}') return at;
        at = skip_blanks(at, rows->end);
    }
}

static bool has_shape(const rows_t *rows, size_t place) {
    const shape_t *shape = &rows->shapes[place];
    return shape->length == rows->names_length && memcmp(shape->names, rows->names, shape->length) == 0;
}

/* The shape of the record that was read, most often that of the one before it; shape_count where it is none of them. */
static size_t find_shape(const rows_t *rows) {
    if (!rows->shape_count || has_shape(rows, rows->last)) return rows->shape_count ? rows->last : 0;
    uint64_t hash = xxh3_64(rows->names, rows->names_length);
    for (size_t place = 0; place < rows->shape_count; place++) {
        if (rows->shapes[place].hash == hash && has_shape(rows, place)) return place;
    }
    return rows->shape_count;
}

/* The value that counts among those of some keys; NULL where that cannot be told, or none does. */
static const value_t *choose(const rows_t *rows, const uint8_t *places, bool *sure) {
    *sure = true;
    for (size_t i = 0; i < CHOICES && places[i] < rows->keys; i++) {
        const value_t *value = &rows->values[places[i]];
        bool last = i + 1 == CHOICES || places[i + 1] >= rows->keys;
        if (value->state == SURE || (value->state == UNSURE && last)) return value;
        *sure = value->state == EMPTY;
        if (!*sure) break;
    }
    return NULL;
}

typedef enum { TAKEN, ODD, NO_ROOM } taking_t;

/* Adds what is wanted besides the text to the columns. */
static taking_t take_columns(rows_t *rows, const shape_t *shape) {
    const value_t *chosen[WANTED];
    for (size_t i = 1; i < WANTED; i++) {
        bool sure;
        chosen[i] = choose(rows, shape->places[i], &sure);
        if (!sure) return ODD;
    }
    for (size_t i = 1; i < WANTED; i++) {
        pile_t *column = &rows->columns[i - 1];
        const value_t *value = chosen[i];
        bool added = value ? pile_add(column, value->from, (size_t)(value->to - value->from)) : pile_add(column, "null", 4);
        if (!added || !pile_add(column, ",", 1)) return NO_ROOM;
    }
    return TAKEN;
}

/* Takes the record that was read; `text` is behind what was written of it. */
static taking_t take_record(rows_t *rows, const shape_t *shape, size_t kept, const uint8_t *text) {
    size_t place = shape->places[TEXT][0];
    if (place >= rows->keys || !rows->values[place].plain) return ODD;
    string_t string = {.to = rows->text + rows->text_length};
    if (place != kept && !string_turn(&string, rows->values[place].from + 1, rows->end)) return ODD;
    taking_t taking = take_columns(rows, shape);
    if (taking != TAKEN) return taking;
    rows->text_length = (size_t)((place == kept ? text : string.to) - rows->text);
    bool added = pile_number(&rows->taken, rows->records.length / (3 * sizeof(int64_t)));
    return added && pile_number(&rows->ends, rows->text_length) ? TAKEN : NO_ROOM;
}

/* ---- lines ---- */

static bool is_blank(const uint8_t *at, const uint8_t *end) {
    while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r'))) at++;
    return at == end;
}

static const uint8_t *line_end(const rows_t *rows, const uint8_t *at) {
    const uint8_t *found = at < rows->end ? memchr(at, '\n', (size_t)(rows->end - at)) : NULL;
    return found ? found : rows->end;
}

static bool add_line(rows_t *rows, const uint8_t *from, const uint8_t *to) {
    return pile_number(&rows->records, rows->count) && pile_number(&rows->records, (size_t)(from - rows->lines)) &&
           pile_number(&rows->records, (size_t)(to - rows->lines));
}

/* Reads the line that begins at `*at`. */
static rows_outcome_t read_line(rows_t *rows, const uint8_t **at, size_t skip) {
    const uint8_t *from = *at, *begin = skip_blanks(from + skip, rows->end);
    size_t kept = rows->shape_count ? rows->shapes[rows->last].places[TEXT][0] : NO_KEY;
    uint8_t *text = rows->text + rows->text_length;
    const uint8_t *to = read_object(rows, begin, kept, &text);
    if (to) to = skip_blanks(to, rows->end);
    bool ordinary = to && (to == rows->end || *to == '\n');
    if (!ordinary) to = line_end(rows, from + skip);
    bool fits = (size_t)(to - from) <= rows->longest;
    ordinary &= fits;
    taking_t taking = ODD;
    if (ordinary) {
        size_t shape = find_shape(rows);
        if (shape < rows->shape_count) {
            taking = take_record(rows, &rows->shapes[shape], kept, text);
            rows->last = shape;
        } else if (rows->stops) {
            return ROWS_UNKNOWN;
        }
    }
    bool blank = !ordinary && fits && is_blank(from + skip, to);
    if (taking == NO_ROOM || (!blank && !add_line(rows, from, to))) return ROWS_NO_MEMORY;
    rows->count++;
    *at = to + (to < rows->end);
    return ROWS_DONE;
}

rows_outcome_t rows_read(rows_t *rows, const uint8_t **at, size_t skip) {
    rows_outcome_t outcome = ROWS_DONE;
    for (; *at < rows->end && outcome == ROWS_DONE; skip = 0) outcome = read_line(rows, at, skip);
    return outcome;
}
