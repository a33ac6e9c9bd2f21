/* `_quotations.py` in C: quotations in the marks of many languages, none of which goes beyond its line. */
#include "quotations.h"

enum { STRAIGHT = '"', LEFT_ANGLE = 0xAB, RIGHT_ANGLE = 0xBB, LEFT_SINGLE = 0x2018, RIGHT_SINGLE = 0x2019 };
enum { LEFT_DOUBLE = 0x201C, RIGHT_DOUBLE = 0x201D, LOW_DOUBLE = 0x201E };
enum { LEFT_CORNER = 0x300C, RIGHT_CORNER = 0x300D, LEFT_WHITE = 0x300E, RIGHT_WHITE = 0x300F };
enum { LEAST_SINGLE = 12 }; /* single quotes only when they hold more than a name */

void quotes_start(quotes_t *quotes, const alphabet_t *alphabet, const uint32_t *codes, size_t length, values_t *spans) {
    *quotes = (quotes_t){.alphabet = alphabet, .codes = codes, .length = length, .spans = spans};
}

static inline bool opens(uint32_t code) {
    if (code < 0x80) return code == STRAIGHT;
    return code == LEFT_ANGLE || code == LEFT_SINGLE || code == LEFT_DOUBLE || code == LOW_DOUBLE || code == LEFT_CORNER || code == LEFT_WHITE;
}

/* The bits of a character; false where its sheet is missing. */
static bool look_up(quotes_t *quotes, uint32_t code, uint32_t *bits) {
    const sheet_t *sheet = alphabet_sheet(quotes->alphabet, code);
    if (!sheet) quotes->wanted = code / PAGE_SIZE;
    else *bits = sheet->letters[code % PAGE_SIZE].bits;
    return sheet != NULL;
}

static outcome_t keep(quotes_t *quotes, size_t start, size_t end) {
    if (!values_reserve(quotes->spans, 2)) return NO_MEMORY;
    quotes->spans->values[quotes->spans->count++] = start;
    quotes->spans->values[quotes->spans->count++] = end;
    quotes->place = end;
    return READ_ALL;
}

/* Characters looked at together, by vectors where there are any, and then one by one where one of them matters. */
enum { TOGETHER = 32 };

/* Leaves characters behind as long as there is no mark and no end of a line among the next ones. */
static size_t skip_plain(const uint32_t *codes, size_t place, size_t end) {
    for (; end - place >= TOGETHER; place += TOGETHER) {
        uint32_t found = 0;
        for (size_t i = 0; i < TOGETHER; i++) {
            uint32_t code = codes[place + i];
            found |= code >> 7 | (uint32_t)(code == STRAIGHT) | (uint32_t)(code == '\n');
        }
        if (found) break;
    }
    return place;
}

static inline size_t next_stop(size_t place, size_t end) { return end - place < TOGETHER ? end : place + TOGETHER; }

/* The next place of one of two characters in the line, or its end. */
static size_t find_mark(const quotes_t *quotes, size_t place, uint32_t one, uint32_t other) {
    for (; quotes->end - place >= TOGETHER; place += TOGETHER) {
        uint32_t found = 0;
        for (size_t i = 0; i < TOGETHER; i++) {
            found |= (uint32_t)(quotes->codes[place + i] == one) | (uint32_t)(quotes->codes[place + i] == other);
        }
        if (found) break;
    }
    while (place < quotes->end && quotes->codes[place] != one && quotes->codes[place] != other) place++;
    return place;
}

/* A paragraph that opens with a straight mark and has no other: its quotation goes on in the next one, and what other
 * marks it has does not count. */
static outcome_t read_running_on(quotes_t *quotes) {
    size_t mark = find_mark(quotes, quotes->place, STRAIGHT, STRAIGHT);
    if (mark == quotes->end || find_mark(quotes, mark + 1, STRAIGHT, STRAIGHT) < quotes->end) return READ_ALL;
    for (size_t place = quotes->place; place < mark; place++) {
        uint32_t bits = 0;
        if (!look_up(quotes, quotes->codes[place], &bits)) return WANTS_PAGE;
        if (!(bits & IS_SPACE)) return READ_ALL;
    }
    return keep(quotes, mark, quotes->end);
}

/* From a mark to the one that closes it, or to the end of the line. */
static outcome_t read_closed(quotes_t *quotes, uint32_t one, uint32_t other) {
    size_t closed = find_mark(quotes, quotes->place + 1, one, other);
    return keep(quotes, quotes->place, closed < quotes->end ? closed + 1 : closed);
}

static outcome_t read_straight(quotes_t *quotes) {
    size_t closed = quotes->lonely ? quotes->end : find_mark(quotes, quotes->place + 1, STRAIGHT, STRAIGHT);
    if (closed < quotes->end) return keep(quotes, quotes->place, closed + 1);
    quotes->lonely = true;
    quotes->place++;
    return READ_ALL;
}

/* A single mark closes where no word goes on behind it; others are apostrophes. */
static outcome_t find_closing(quotes_t *quotes) {
    if (quotes->probed <= quotes->place) quotes->probed = quotes->place + 1;
    for (; quotes->probed < quotes->end; quotes->probed++) {
        uint32_t bits = 0;
        if (quotes->codes[quotes->probed] != RIGHT_SINGLE) continue;
        if (quotes->probed + 1 < quotes->end && !look_up(quotes, quotes->codes[quotes->probed + 1], &bits)) return WANTS_PAGE;
        if (!(bits & IS_WORD)) break;
    }
    return READ_ALL;
}

static outcome_t read_single(quotes_t *quotes) {
    uint32_t before = quotes->place ? quotes->codes[quotes->place - 1] : ' ', bits = 0;
    if (!look_up(quotes, before, &bits)) return WANTS_PAGE;
    if (bits & IS_SPACE || before == '(' || before == '[' || before == LEFT_DOUBLE) {
        if (find_closing(quotes) != READ_ALL) return WANTS_PAGE;
        if (quotes->probed < quotes->end && quotes->probed - quotes->place > LEAST_SINGLE) {
            return keep(quotes, quotes->place, quotes->probed + 1);
        }
    }
    quotes->place++;
    return READ_ALL;
}

static outcome_t read_mark(quotes_t *quotes) {
    switch (quotes->codes[quotes->place]) {
    case STRAIGHT: return read_straight(quotes);
    case LEFT_SINGLE: return read_single(quotes);
    case LEFT_DOUBLE: return read_closed(quotes, RIGHT_DOUBLE, RIGHT_DOUBLE);
    case LOW_DOUBLE: return read_closed(quotes, LEFT_DOUBLE, RIGHT_DOUBLE);
    case LEFT_ANGLE: return read_closed(quotes, RIGHT_ANGLE, RIGHT_ANGLE);
    case LEFT_CORNER: return read_closed(quotes, RIGHT_CORNER, RIGHT_CORNER);
    case LEFT_WHITE: return read_closed(quotes, RIGHT_WHITE, RIGHT_WHITE);
    default: quotes->place++; return READ_ALL;
    }
}

/* Finds the next line with a mark; false where there is none. */
static bool find_line(quotes_t *quotes) {
    size_t start = quotes->place, place = start;
    for (bool found = false; place < quotes->length && !found;) {
        place = skip_plain(quotes->codes, place, quotes->length);
        for (size_t stop = next_stop(place, quotes->length); place < stop; place++) {
            if ((found = opens(quotes->codes[place]))) break;
            if (quotes->codes[place] == '\n') start = place + 1;
        }
    }
    quotes->place = start;
    quotes->end = quotes->length;
    quotes->end = find_mark(quotes, place, '\n', '\n');
    quotes->lonely = false;
    return place < quotes->length;
}

outcome_t quotes_read(quotes_t *quotes) {
    outcome_t outcome;
    for (;;) {
        if (!quotes->inside) {
            if (!find_line(quotes)) return READ_ALL;
            if ((outcome = read_running_on(quotes)) != READ_ALL) return outcome;
            quotes->inside = true;
        }
        while (quotes->place < quotes->end) {
            quotes->place = skip_plain(quotes->codes, quotes->place, quotes->end);
            for (size_t stop = next_stop(quotes->place, quotes->end); quotes->place < stop;) {
                if ((outcome = read_mark(quotes)) != READ_ALL) return outcome;
            }
        }
        quotes->inside = false;
    }
}
