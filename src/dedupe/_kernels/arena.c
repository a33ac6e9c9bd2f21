/* Memory taken piece by piece and given back all at once: a pair needs twenty small arrays for a few microseconds. */
#include "pairs.h"

#include <stdlib.h>
#include <string.h>

/* The fuzzer gives every piece a chunk of its own, and frees it, so that what is written beyond it is seen. */
#ifndef DEDUPE_TINY_BUFFERS
enum { CHUNK_BYTES = 1 << 15 };
#else
enum { CHUNK_BYTES = 1 };
#endif

struct chunk {
    chunk_memory_t *next;
    size_t size;    /* of `bytes` */
    uint8_t *bytes; /* aligned, in the same piece of memory */
};

static chunk_memory_t *chunk_new(size_t size) {
    if (size < CHUNK_BYTES) size = CHUNK_BYTES;
    chunk_memory_t *chunk = malloc(sizeof *chunk + ALIGNMENT + size);
    if (!chunk) return NULL;
    uintptr_t begin = (uintptr_t)(chunk + 1);
    *chunk = (chunk_memory_t){.size = size, .bytes = (uint8_t *)(chunk + 1) + (ALIGNMENT - begin % ALIGNMENT) % ALIGNMENT};
    return chunk;
}

void *arena_extend(arena_t *arena, size_t bytes) {
    chunk_memory_t **place = arena->current ? &arena->current->next : &arena->first;
    if (!*place || (*place)->size < bytes) {
        chunk_memory_t *chunk = chunk_new(bytes);
        if (!chunk) return NULL;
        arena->size += chunk->size;
        chunk->next = *place;
        *place = chunk;
    }
    arena->current = *place;
    arena->free = arena->current->bytes + bytes;
    arena->left = arena->current->size - bytes;
    return arena->current->bytes;
}

void *arena_take_zeros(arena_t *arena, size_t bytes) {
    void *taken = arena_take(arena, bytes, 1);
    return taken ? memset(taken, 0, bytes) : NULL;
}

void arena_reset(arena_t *arena) {
#ifdef DEDUPE_TINY_BUFFERS
    arena_free(arena);
#else
    arena->current = NULL;
    arena->left = 0;
#endif
}

void arena_free(arena_t *arena) {
    for (chunk_memory_t *chunk = arena->first; chunk;) {
        chunk_memory_t *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    *arena = (arena_t){0};
}
