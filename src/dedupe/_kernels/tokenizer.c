/* Texts to normalised tokens: `_unicode.py` and its token pattern in one pass.
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
bool tokens_init(tokens_t *tokens) {
    memset(tokens, 0, sizeof *tokens);
    tokens->joined_capacity = FIRST_BYTES;
    tokens->capacity = FIRST_TOKENS;
    tokens->places = true;
    uint8_t *joined = calloc(JOINED_MARGIN + FIRST_BYTES, 1);
    if (joined) tokens->joined = joined + JOINED_MARGIN;
    tokens->edges = malloc((FIRST_TOKENS + 1) * sizeof *tokens->edges);
    if (tokens->edges) tokens->edges[0] = SIZE_MAX;
    tokens->starts = malloc(FIRST_TOKENS * sizeof *tokens->starts);
    tokens->ends = malloc(FIRST_TOKENS * sizeof *tokens->ends);
    tokens->codes_capacity = CHUNK_LIMIT;
    tokens->codes = malloc(CHUNK_LIMIT * sizeof *tokens->codes);
    return tokens->joined && tokens->edges && tokens->starts && tokens->ends && tokens->codes;
}

void tokens_free(tokens_t *tokens) {
    if (tokens->joined) free(tokens->joined - JOINED_MARGIN);
    free(tokens->edges);
    free(tokens->starts);
    free(tokens->ends);
    free(tokens->codes);
    memset(tokens, 0, sizeof *tokens);
}

static bool grow(void **array, size_t items, size_t size) {
    if (items > SIZE_MAX / size) return false;
    void *larger = realloc(*array, items * size);
    if (larger) *array = larger;
    return larger != NULL;
}

static bool grow_joined(tokens_t *tokens) {
    if (tokens->joined_capacity > SIZE_MAX / 4) return false;
    void *memory = tokens->joined - JOINED_MARGIN;
    if (!grow(&memory, tokens->joined_capacity * 2 + JOINED_MARGIN, 1)) return false;
    tokens->joined = (uint8_t *)memory + JOINED_MARGIN;
    tokens->joined_capacity *= 2;
    return true;
}

static bool grow_tokens(tokens_t *tokens) {
    if (tokens->capacity > SIZE_MAX / 4) return false;
    size_t capacity = tokens->capacity * 2;
    bool grown = grow((void **)&tokens->edges, capacity + 1, sizeof *tokens->edges) &&
                 grow((void **)&tokens->starts, capacity, sizeof *tokens->starts) &&
                 grow((void **)&tokens->ends, capacity, sizeof *tokens->ends);
    if (grown) tokens->capacity = capacity;
    return grown;
}

bool tokens_grow(tokens_t *tokens) {
    if (tokens->joined_capacity - tokens->joined_length < BYTES_AT_ONCE && !grow_joined(tokens)) return false;
    return tokens->capacity - tokens->count >= TOKENS_AT_ONCE || grow_tokens(tokens);
}

static inline void open_token(reader_t *reader, open_t kind, size_t start) {
    tokens_close(reader);
    reader->tokens->starts[reader->tokens->count] = (uint32_t)start;
    reader->open = kind;
}

/* Whether the rules keep a character at all: visible, and within the limit of marks in a row. */
static inline bool is_kept(reader_t *reader, const character_t *character) {
    if (character->kind == INVISIBLE) return false;
    reader->marks = character->mark ? reader->marks + 1 : 0;
    return reader->marks <= MARK_LIMIT;
}

static inline bool keep_code(tokens_t *tokens, size_t count, uint32_t code) {
    if (count == tokens->codes_capacity) {
        if (count > SIZE_MAX / 4 || !grow((void **)&tokens->codes, count * 2, sizeof *tokens->codes)) return false;
        tokens->codes_capacity = count * 2;
    }
    tokens->codes[count] = code;
    return true;
}

/* The code point at a position, and its size there; 0 where there is none in UTF-8. */
static inline size_t next_code(const text_t *text, size_t position, uint32_t *code) {
    if (text->codes) {
        *code = text->codes[position];
        return 1;
    }
    *code = text->bytes[position];
    return *code < 0x80 ? 1 : utf8_read(text->bytes + position, text->length - position, code);
}

/* Gathers the chunk that starts at the first kept character. When a page is wanted nothing has changed. */
static outcome_t read_chunk(reader_t *reader) {
    chunk_t *chunk = &reader->chunk;
    const text_t *text = &reader->text;
    size_t position = reader->position, trailing = reader->trailing, marks_before = reader->marks;
    chunk->count = 0;
    for (size_t size; position < text->length; position += size, trailing += size - 1) {
        uint32_t code;
        size = next_code(text, position, &code);
        if (!size) return NOT_UTF8;
        const page_t *page = tables_page(reader->tables, code);
        if (!page) {
            reader->marks = marks_before;
            reader->page = code / PAGE_SIZE;
            return WANTS_PAGE;
        }
        const character_t *character = &page->characters[code % PAGE_SIZE];
        size_t marks = reader->marks;
        if (!is_kept(reader, character)) continue;
        if (!chunk->count) {
            chunk->start = position - trailing;
            chunk->first = character;
            chunk->page = page;
        } else if (!character->continues) {
            reader->marks = marks;
            break;
        }
        if (!keep_code(reader->tokens, chunk->count, code)) return NO_MEMORY;
        chunk->count++;
        chunk->end = position - trailing + 1;
    }
    chunk->next = position;
    chunk->next_trailing = trailing;
    return READ_ALL;
}

static inline void append_folded(reader_t *reader, const character_t *character) {
    tokens_t *tokens = reader->tokens;
    memcpy(tokens->joined + tokens->joined_length, character->as.utf8, 4);
    tokens->joined_length += character->length;
    tokens->ends[tokens->count] = (uint32_t)reader->chunk.end;
}

static inline void take_folded(reader_t *reader, const character_t *character) {
    if (character->kind == MARK) {
        if (++reader->folded_marks <= MARK_LIMIT && reader->open != CLOSED) append_folded(reader, character);
        return;
    }
    reader->folded_marks = 0;
    if (character->kind == SEPARATOR) {
        tokens_close(reader);
    } else {
        if (character->kind == ALONE) open_token(reader, OPEN_ALONE, reader->chunk.start);
        else if (reader->open != OPEN_WORD) open_token(reader, OPEN_WORD, reader->chunk.start);
        append_folded(reader, character);
    }
}

static inline void leave_chunk(reader_t *reader) {
    reader->position = reader->chunk.next;
    reader->trailing = reader->chunk.next_trailing;
}

/* Takes what the chunk folds to, and goes on behind it. */
static bool take_pieces(reader_t *reader, const character_t *pieces, size_t count) {
    reader->tokens->split |= count > 1;
    for (size_t i = 0; i < count; i++) {
        if (!tokens_reserve(reader->tokens)) return false;
        take_folded(reader, &pieces[i]);
    }
    leave_chunk(reader);
    return true;
}

static outcome_t take_chunk(reader_t *reader) {
    const chunk_t *chunk = &reader->chunk;
    const character_t *pieces = chunk->first;
    size_t count = chunk->count;
    if (count == 1 && pieces->kind == SEVERAL) {
        count = pieces->as.several[1];
        pieces = chunk->page->pieces + pieces->as.several[0];
    } else if (count > 1) {
        const memo_t *known = count <= CHUNK_LIMIT ? tables_find_chunk(reader->tables, reader->tokens->codes, count) : NULL;
        if (!known) return WANTS_CHUNK;
        pieces = known->pieces;
        count = known->pieces_count;
    }
    return take_pieces(reader, pieces, count) ? READ_ALL : NO_MEMORY;
}

void reader_start(reader_t *reader, tokens_t *tokens, const tables_t *tables, text_t text) {
    *reader = (reader_t){.tokens = tokens, .tables = tables, .text = text};
    tokens->joined_length = tokens->count = 0;
    tokens->split = false;
}

/* Whether a quick character is here that does not go with a chunk: another follows, or nothing. */
static inline bool quick_ahead(const text_t *text, size_t position) {
    size_t left = text->length - position;
    if (text->codes) {
        const uint32_t *codes = text->codes + position;
        return is_quick(codes[0]) && (left == 1 || is_quick(codes[1]));
    }
    const uint8_t *bytes = text->bytes + position;
    size_t size = quick_size(bytes, left);
    return size && (left == size || quick_size(bytes + size, left - size));
}

outcome_t reader_read(reader_t *reader) {
    const isa_t *isa = isa_current();
    const text_t *text = &reader->text;
    while (reader->position < text->length) {
        if (quick_ahead(text, reader->position)) {
            if (!(text->codes ? isa->read_quick : isa->read_quick_utf8)(reader)) return NO_MEMORY;
            continue;
        }
        outcome_t outcome = read_chunk(reader);
        if (outcome == READ_ALL) outcome = take_chunk(reader);
        if (outcome != READ_ALL) return outcome;
    }
    if (!tokens_reserve(reader->tokens)) return NO_MEMORY;
    tokens_close(reader);
    if (isa->find_edges) isa->find_edges(reader->tokens);
    if (reader->tokens->count) reader->tokens->joined_length--; /* the space behind the last token */
    return READ_ALL;
}

bool reader_supply(reader_t *reader, const uint8_t *bytes, size_t length) {
    size_t count = length / sizeof(character_t);
    if (length % sizeof(character_t)) return false;
    reader->tokens->split |= count > 1;
    for (size_t i = 0; i < count; i++) {
        character_t piece;
        memcpy(&piece, bytes + i * sizeof piece, sizeof piece);
        if (!pieces_valid(&piece, 1) || !take_pieces(reader, &piece, 1)) return false;
    }
    leave_chunk(reader);
    return true;
}
