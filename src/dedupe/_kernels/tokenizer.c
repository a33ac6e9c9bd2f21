/* UCS-4 to normalised tokens: `_unicode.py` and its token pattern in one pass.
 *
 * Runs of quick characters (ASCII, typographic punctuation) go by blocks of 64. Everything else goes chunk by chunk: a
 * character and what may compose with it. The last quick character before another one is held back for the chunks,
 * because the next character may compose with it.
 */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

/* The fuzzer builds with the least that works, so that memory grows all the time. */
#ifndef DEDUPE_TINY_BUFFERS
enum { FIRST_BYTES = 1 << 14, FIRST_TOKENS = 1 << 11 };
#else
enum { FIRST_BYTES = 4 * BLOCK, FIRST_TOKENS = BLOCK };
#endif
/* Room a block or one folded character may need: its bytes, a space for every token, and slack for wide copies. */
enum { BYTES_AT_ONCE = 4 * BLOCK, TOKENS_AT_ONCE = BLOCK };

typedef enum { CLOSED, OPEN_WORD, OPEN_ALONE } open_t;

typedef struct {
    tokens_t *tokens;
    const tables_t *tables;
    const uint32_t *text;
    size_t length;
    size_t marks;        /* in a row, before folding */
    size_t folded_marks; /* in a row, after folding */
    open_t open;
    outcome_t outcome;
} reader_t;

typedef struct {
    uint32_t codes[CHUNK_LIMIT];
    size_t count; /* may exceed CHUNK_LIMIT: then only counted */
    size_t start, end, next;
    const character_t *first;
    const page_t *page;
} chunk_t;

bool tokens_init(tokens_t *tokens) {
    memset(tokens, 0, sizeof *tokens);
    tokens->joined_capacity = FIRST_BYTES;
    tokens->capacity = FIRST_TOKENS;
    tokens->joined = malloc(FIRST_BYTES);
    tokens->offsets = malloc(FIRST_TOKENS * sizeof *tokens->offsets);
    tokens->stops = malloc(FIRST_TOKENS * sizeof *tokens->stops);
    tokens->starts = malloc(FIRST_TOKENS * sizeof *tokens->starts);
    tokens->ends = malloc(FIRST_TOKENS * sizeof *tokens->ends);
    tokens->missing = malloc(MISSING_LIMIT * sizeof *tokens->missing);
    return tokens->joined && tokens->offsets && tokens->stops && tokens->starts && tokens->ends && tokens->missing;
}

void tokens_free(tokens_t *tokens) {
    free(tokens->joined);
    free(tokens->offsets);
    free(tokens->stops);
    free(tokens->starts);
    free(tokens->ends);
    free(tokens->missing);
    memset(tokens, 0, sizeof *tokens);
}

static bool grow(void **array, size_t items, size_t size) {
    if (items > SIZE_MAX / size) return false;
    void *larger = realloc(*array, items * size);
    if (larger) *array = larger;
    return larger != NULL;
}

static bool grow_tokens(tokens_t *tokens) {
    if (tokens->capacity > SIZE_MAX / 4) return false;
    size_t capacity = tokens->capacity * 2;
    bool grown = grow((void **)&tokens->offsets, capacity, sizeof *tokens->offsets) &&
                 grow((void **)&tokens->stops, capacity, sizeof *tokens->stops) &&
                 grow((void **)&tokens->starts, capacity, sizeof *tokens->starts) &&
                 grow((void **)&tokens->ends, capacity, sizeof *tokens->ends);
    if (grown) tokens->capacity = capacity;
    return grown;
}

/* Make room for what one block or one character adds. */
static inline bool reserve(tokens_t *tokens) {
    if (tokens->joined_capacity - tokens->joined_length < BYTES_AT_ONCE) {
        if (tokens->joined_capacity > SIZE_MAX / 4) return false;
        if (!grow((void **)&tokens->joined, tokens->joined_capacity * 2, 1)) return false;
        tokens->joined_capacity *= 2;
    }
    return tokens->capacity - tokens->count >= TOKENS_AT_ONCE || grow_tokens(tokens);
}

static inline void close_token(reader_t *reader) {
    if (reader->open == CLOSED) return;
    tokens_t *tokens = reader->tokens;
    tokens->stops[tokens->count++] = tokens->joined_length;
    tokens->joined[tokens->joined_length++] = ' ';
    reader->open = CLOSED;
}

static inline void open_token(reader_t *reader, open_t kind, size_t start) {
    tokens_t *tokens = reader->tokens;
    close_token(reader);
    tokens->offsets[tokens->count] = tokens->joined_length;
    tokens->starts[tokens->count] = (uint32_t)start;
    reader->open = kind;
}

static inline unsigned trailing_zeros(uint64_t bits) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned count = 0;
    for (; !(bits & 1); bits >>= 1) count++;
    return count;
#endif
}

static inline void append_run(reader_t *reader, const uint8_t *bytes, unsigned count, size_t end) {
    tokens_t *tokens = reader->tokens;
    uint8_t *to = tokens->joined + tokens->joined_length;
    memcpy(to, bytes, 16); /* most words; both sides have the room */
    if (count > 16) memcpy(to + 16, bytes + 16, BLOCK - 16);
    tokens->joined_length += count;
    tokens->ends[tokens->count] = (uint32_t)end;
}

/* The tokens of one block whose first `usable` characters count. */
static void take_block(reader_t *reader, const block_t *block, unsigned usable, size_t position) {
    uint64_t words = usable < BLOCK ? block->words & ((1ULL << usable) - 1) : block->words;
    if (reader->open == OPEN_ALONE || !(words & 1)) close_token(reader);
    while (words) {
        unsigned first = trailing_zeros(words);
        uint64_t rest = ~(words >> first);
        unsigned count = rest ? trailing_zeros(rest) : BLOCK;
        if (reader->open == CLOSED) open_token(reader, OPEN_WORD, position + first);
        append_run(reader, block->bytes + first, count, position + first + count);
        if (first + count >= usable) return;
        close_token(reader);
        words &= ~0ULL << (first + count);
    }
}

/* Reads quick characters from `position`, returns how many; none where the next one must go with a chunk. */
static size_t read_quick(reader_t *reader, const isa_t *isa, size_t position) {
    size_t start = position;
    while (position < reader->length) {
        size_t left = reader->length - position;
        block_t block;
        if (left >= BLOCK) {
            isa->classify(reader->text + position, &block);
        } else {
            uint32_t padded[BLOCK] = {0};
            memcpy(padded, reader->text + position, left * sizeof *padded);
            isa->classify(padded, &block);
        }
        unsigned valid = left < BLOCK ? (unsigned)left : BLOCK;
        unsigned usable = ~block.quick ? trailing_zeros(~block.quick) : BLOCK;
        if (usable > valid) usable = valid;
        bool stop = usable < valid;
        /* Hold back the last one unless a quick one, or nothing, follows. */
        if (usable && position + usable < reader->length && !is_quick(reader->text[position + usable])) usable--;
        if (!usable) break;
        if (!reserve(reader->tokens)) {
            reader->outcome = TOKENS_NO_MEMORY;
            break;
        }
        take_block(reader, &block, usable, position);
        position += usable;
        if (stop) break;
    }
    if (position > start) reader->marks = reader->folded_marks = 0;
    return position - start;
}

static void miss(reader_t *reader, const uint32_t *codes, size_t count) {
    tokens_t *tokens = reader->tokens;
    reader->outcome = TOKENS_MISSING;
    if (tokens->missing_count == MISSING_LIMIT) return;
    for (size_t i = 0; i < tokens->missing_count; i++) {
        const missing_t *known = &tokens->missing[i];
        if (known->length == count && memcmp(known->chunk, codes, count * sizeof *codes) == 0) return;
    }
    missing_t *entry = &tokens->missing[tokens->missing_count++];
    entry->length = (uint32_t)count;
    memcpy(entry->chunk, codes, count * sizeof *codes);
}

/* What is known of a character; a page that is not there yet is noted and reads as separators. */
static const character_t *look_up(reader_t *reader, uint32_t code, const page_t **page) {
    static const character_t unknown = {.kind = SEPARATOR};
    *page = tables_page(reader->tables, code);
    if (*page) return &(*page)->characters[code % PAGE_SIZE];
    uint32_t number = code / PAGE_SIZE;
    miss(reader, &number, 1);
    return &unknown;
}

/* Whether the rules keep a character at all: visible, and within the limit of marks in a row. */
static inline bool is_kept(reader_t *reader, const character_t *character) {
    if (character->kind == INVISIBLE) return false;
    reader->marks = character->mark ? reader->marks + 1 : 0;
    return reader->marks <= MARK_LIMIT;
}

/* Gathers the chunk that starts at the first kept character from `position`; false when there is none. */
static bool read_chunk(reader_t *reader, size_t position, chunk_t *chunk) {
    const page_t *page = NULL;
    chunk->count = 0;
    for (; position < reader->length; position++) {
        uint32_t code = reader->text[position];
        size_t marks = reader->marks;
        const character_t *character = look_up(reader, code, &page);
        if (!is_kept(reader, character)) continue;
        if (!chunk->count) {
            chunk->start = position;
            chunk->first = character;
            chunk->page = page;
        } else if (!character->continues) {
            reader->marks = marks;
            break;
        }
        if (chunk->count < CHUNK_LIMIT) chunk->codes[chunk->count] = code;
        chunk->count++;
        chunk->end = position + 1;
    }
    chunk->next = position;
    return chunk->count > 0;
}

static inline void append_folded(reader_t *reader, const character_t *character, size_t end) {
    tokens_t *tokens = reader->tokens;
    memcpy(tokens->joined + tokens->joined_length, character->as.utf8, 4);
    tokens->joined_length += character->length;
    tokens->ends[tokens->count] = (uint32_t)end;
}

static void take_folded(reader_t *reader, const character_t *character, const chunk_t *chunk) {
    if (!reserve(reader->tokens)) {
        reader->outcome = TOKENS_NO_MEMORY;
        return;
    }
    if (character->kind == MARK) {
        if (++reader->folded_marks <= MARK_LIMIT && reader->open != CLOSED) append_folded(reader, character, chunk->end);
        return;
    }
    reader->folded_marks = 0;
    if (character->kind == SEPARATOR) {
        close_token(reader);
    } else {
        if (character->kind == ALONE) open_token(reader, OPEN_ALONE, chunk->start);
        else if (reader->open != OPEN_WORD) open_token(reader, OPEN_WORD, chunk->start);
        append_folded(reader, character, chunk->end);
    }
}

static void take_chunk(reader_t *reader, const chunk_t *chunk) {
    const character_t *pieces = chunk->first;
    size_t count = 1;
    if (chunk->count > CHUNK_LIMIT) {
        reader->outcome = TOKENS_TOO_HARD;
        return;
    }
    if (chunk->count > 1) {
        const memo_t *known = tables_find_chunk(reader->tables, chunk->codes, chunk->count);
        if (!known) {
            miss(reader, chunk->codes, chunk->count);
            return;
        }
        pieces = known->pieces;
        count = known->pieces_count;
    } else if (pieces->kind == SEVERAL) {
        count = pieces->as.several[1];
        pieces = chunk->page->pieces + pieces->as.several[0];
    }
    for (size_t i = 0; i < count; i++) take_folded(reader, &pieces[i], chunk);
}

outcome_t tokens_read(tokens_t *tokens, const tables_t *tables, const uint32_t *text, size_t length) {
    const isa_t *isa = isa_current();
    reader_t reader = {.tokens = tokens, .tables = tables, .text = text, .length = length, .outcome = TOKENS_COMPLETE};
    tokens->joined_length = tokens->count = tokens->missing_count = 0;
    if (!reserve(tokens)) return TOKENS_NO_MEMORY;
    size_t position = 0;
    while (position < length && reader.outcome <= TOKENS_MISSING && tokens->missing_count < MISSING_LIMIT) {
        if (is_quick(text[position]) && (position + 1 == length || is_quick(text[position + 1]))) {
            size_t quick = read_quick(&reader, isa, position);
            position += quick;
            if (quick) continue;
        }
        chunk_t chunk;
        if (!read_chunk(&reader, position, &chunk)) break;
        take_chunk(&reader, &chunk);
        position = chunk.next;
    }
    if (!reserve(tokens)) return TOKENS_NO_MEMORY;
    close_token(&reader);
    if (tokens->count) tokens->joined_length--; /* the space behind the last token */
    return reader.outcome;
}

bool tokens_take(tokens_t *tokens, const uint8_t *joined, size_t length) {
    tokens->joined_length = tokens->count = tokens->missing_count = 0;
    size_t start = 0;
    while (start < length) {
        const uint8_t *space = memchr(joined + start, ' ', length - start);
        size_t stop = space ? (size_t)(space - joined) : length;
        while (tokens->joined_capacity - tokens->joined_length < stop - start + BYTES_AT_ONCE) {
            if (tokens->joined_capacity > SIZE_MAX / 4) return false;
            if (!grow((void **)&tokens->joined, tokens->joined_capacity * 2, 1)) return false;
            tokens->joined_capacity *= 2;
        }
        if (!reserve(tokens)) return false;
        tokens->offsets[tokens->count] = tokens->joined_length;
        memcpy(tokens->joined + tokens->joined_length, joined + start, stop - start);
        tokens->joined_length += stop - start;
        tokens->stops[tokens->count++] = tokens->joined_length;
        tokens->joined[tokens->joined_length++] = ' ';
        start = stop + 1;
    }
    if (tokens->count) tokens->joined_length--;
    return true;
}
