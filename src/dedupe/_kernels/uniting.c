/* Channels united: each names its pairs once, ascending; together they name each pair once, with the channels that did. */
#include "joining.h"

#include <string.h>

/* Without a branch: which of the two comes next is as good as random. */
void unite(const marked_t *a, const marked_t *b, marked_t *made) {
    size_t i = 0, j = 0, count = 0;
    while (i < a->count && j < b->count) {
        uint64_t x = a->values[i], y = b->values[j];
        bool first = x <= y, second = y <= x;
        made->values[count] = first ? x : y;
        made->bits[count++] = (uint8_t)((first ? a->bits[i] : 0) | (second ? b->bits[j] : 0));
        i += first;
        j += second;
    }
    const marked_t *rest = i < a->count ? a : b;
    size_t from = i < a->count ? i : j, left = rest->count - from;
    if (left) {
        memcpy(made->values + count, rest->values + from, left * sizeof *made->values);
        memcpy(made->bits + count, rest->bits + from, left * sizeof *made->bits);
    }
    made->count = count + left;
}
