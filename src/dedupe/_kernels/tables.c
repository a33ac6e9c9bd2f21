/* What characters and chunks fold to, as Python told us. Nothing that comes in is trusted to be well-formed. */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

tables_t *tables_new(void) { return calloc(1, sizeof(tables_t)); }

void tables_free(tables_t *tables) {
    if (!tables) return;
    for (size_t i = 0; i < PAGES; i++) free(atomic_load_explicit(&tables->pages[i], memory_order_relaxed));
    for (size_t i = 0; i < MEMO_SLOTS; i++) free(atomic_load_explicit(&tables->memo[i], memory_order_relaxed));
    free(tables);
}

bool pieces_valid(const character_t *pieces, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].kind > MARK || pieces[i].length > 4) return false;
    }
    return true;
}

static bool page_valid(const page_t *page) {
    for (size_t i = 0; i < PAGE_SIZE; i++) {
        const character_t *character = &page->characters[i];
        if (character->kind >= KINDS) return false;
        if (character->kind == SEVERAL) {
            size_t first = character->as.several[0], count = character->as.several[1];
            if (first > page->pieces_count || count > page->pieces_count - first || count > PIECES_LIMIT) return false;
        } else if (character->length > 4) {
            return false;
        }
    }
    return pieces_valid(page->pieces, page->pieces_count);
}

bool tables_add_page(tables_t *tables, size_t number, const uint8_t *bytes, size_t length) {
    enum { HEAD = PAGE_SIZE * sizeof(character_t) };
    if (number >= PAGES || length < HEAD || length % sizeof(character_t)) return false;
    size_t pieces = (length - HEAD) / sizeof(character_t);
    if (pieces > PAGE_SIZE * PIECES_LIMIT) return false;
    if (atomic_load_explicit(&tables->pages[number], memory_order_relaxed)) return true;
    page_t *page = malloc(sizeof(page_t) + pieces * sizeof(character_t));
    if (!page) return false;
    memcpy(page->characters, bytes, HEAD);
    memcpy(page->pieces, bytes + HEAD, pieces * sizeof(character_t));
    page->pieces_count = pieces;
    if (!page_valid(page)) {
        free(page);
        return false;
    }
    atomic_store_explicit(&tables->pages[number], page, memory_order_release);
    return true;
}

static size_t chunk_slot(const uint32_t *chunk, size_t count) {
    uint64_t hash = count;
    for (size_t i = 0; i < count; i++) hash = (hash ^ chunk[i]) * 0x9E3779B97F4A7C15ULL, hash ^= hash >> 29;
    return (size_t)(hash >> 8) % MEMO_SLOTS;
}

static bool is_chunk(const memo_t *entry, const uint32_t *chunk, size_t count) {
    return entry->chunk_length == count && memcmp(entry->chunk, chunk, count * sizeof *chunk) == 0;
}

const memo_t *tables_find_chunk(const tables_t *tables, const uint32_t *chunk, size_t count) {
    size_t slot = chunk_slot(chunk, count);
    for (size_t probe = 0; probe < MEMO_PROBES; probe++) {
        const memo_t *entry = atomic_load_explicit(&tables->memo[(slot + probe) % MEMO_SLOTS], memory_order_acquire);
        if (!entry) return NULL;
        if (is_chunk(entry, chunk, count)) return entry;
    }
    return NULL;
}

bool tables_add_chunk(tables_t *tables, const uint32_t *chunk, size_t count, const uint8_t *bytes, size_t length) {
    size_t pieces = length / sizeof(character_t);
    if (!count || count > CHUNK_LIMIT || length % sizeof(character_t) || pieces > (size_t)CHUNK_LIMIT * PIECES_LIMIT) return false;
    if (tables->memo_count >= MEMO_FULL) return false;
    size_t slot = chunk_slot(chunk, count);
    for (size_t probe = 0; probe < MEMO_PROBES; probe++) {
        _Atomic(memo_t *) *place = &tables->memo[(slot + probe) % MEMO_SLOTS];
        const memo_t *known = atomic_load_explicit(place, memory_order_relaxed);
        if (known) {
            if (is_chunk(known, chunk, count)) return true;
            continue;
        }
        memo_t *entry = malloc(sizeof(memo_t) + length);
        if (!entry) return false;
        memcpy(entry->chunk, chunk, count * sizeof *chunk);
        memcpy(entry->pieces, bytes, length);
        entry->chunk_length = count;
        entry->pieces_count = pieces;
        if (!pieces_valid(entry->pieces, pieces)) {
            free(entry);
            return false;
        }
        atomic_store_explicit(place, entry, memory_order_release);
        tables->memo_count++;
        return true;
    }
    return false;
}
