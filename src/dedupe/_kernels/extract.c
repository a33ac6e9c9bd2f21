/* What is kept of a text, as a text of its own whose tokens know where they stood. */
#include "texture.h"

#include <string.h>

/* Cuts stretches to the text, and to begin where the one before ends or later. */
static int64_t *cut_edges(const stretches_t *kept, size_t length, arena_t *arena) {
    int64_t *edges = arena_take(arena, 2 * kept->count + 1, sizeof *edges), reach = 0, end = (int64_t)length;
    if (!edges) return NULL;
    for (size_t n = 0; n < 2 * kept->count; n++) {
        int64_t edge = kept->edges[n] > reach ? kept->edges[n] : reach;
        edges[n] = reach = edge < end ? edge : end;
    }
    return edges;
}

bool extract_init(extract_t *extract, arena_t *arena, const uint32_t *codes, size_t length, const stretches_t *kept) {
    static const uint32_t nothing = 0;
    size_t total = 0, count = kept->count;
    int64_t *edges = cut_edges(kept, length, arena);
    *extract = (extract_t){.edges = edges, .count = count, .original_length = length};
    extract->begins = arena_take(arena, count + 1, sizeof *extract->begins);
    if (!edges || !extract->begins) return false;
    if (!length) codes = &nothing; /* of a text without characters there may be none */
    for (size_t n = 0; n < count; n++) {
        extract->begins[n] = total + n; /* a newline before each but the first */
        total += (size_t)(edges[2 * n + 1] - edges[2 * n]);
    }
    extract->length = total + (count ? count - 1 : 0);
    if (count <= 1) {
        extract->codes = codes + (count ? edges[0] : 0);
        return true;
    }
    uint32_t *joined = arena_take(arena, extract->length, sizeof *joined);
    if (!joined) return false;
    for (size_t n = 0; n < count; n++) {
        size_t begin = extract->begins[n];
        if (n) joined[begin - 1] = '\n';
        memcpy(joined + begin, codes + edges[2 * n], (size_t)(edges[2 * n + 1] - edges[2 * n]) * sizeof *joined);
    }
    extract->codes = joined;
    return true;
}

/* Where a place of the smaller text is in the larger one; `at` is the stretch that the last one was in. */
static size_t move_place(const extract_t *extract, size_t place, size_t *at) {
    while (*at + 1 < extract->count && extract->begins[*at + 1] <= place) ++*at;
    while (*at && extract->begins[*at] > place) --*at;
    return place - extract->begins[*at] + (size_t)extract->edges[2 * *at];
}

void extract_move(const extract_t *extract, tokens_t *tokens) {
    if (!extract->count || (extract->count == 1 && !extract->edges[0])) return; /* they stand there already */
    for (size_t i = 0, at = 0; i < tokens->count; i++) {
        size_t start = move_place(extract, tokens->starts[i], &at), end = tokens->ends[i];
        end = end ? move_place(extract, end - 1, &at) + 1 : start;
        tokens->starts[i] = (uint32_t)(start < extract->original_length ? start : extract->original_length);
        tokens->ends[i] = (uint32_t)(end < extract->original_length ? end : extract->original_length);
    }
}
