/* How often each number was there: sorted in two steps, by the leading bits into buckets that fit the nearest cache, and
 * each bucket by digits from the last to the first. Linear, whatever the numbers.
 */
#include "joining.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKET = 1024, BUCKET_BITS = 12, DIGIT_BITS = 9, DIGITS = 8, FEW = 32 };

typedef struct {
    uint64_t value;
    int64_t weight;
} weighed_t;

typedef struct {
    weighed_t *items, *spare; /* of all, and of the largest bucket */
    size_t *ends;
    unsigned rest; /* bits that are not yet in order */
    size_t mask;
} adding_t;

static void insert(weighed_t *items, size_t count) {
    for (size_t i = 1; i < count; i++) {
        weighed_t item = items[i];
        size_t place = i;
        for (; place && items[place - 1].value > item.value; place--) items[place] = items[place - 1];
        items[place] = item;
    }
}

/* Sorts by the last `bits` bits, the others being equal; returns where the sorted items are, in `items` or `spare`. */
static weighed_t *sort_digits(weighed_t *items, weighed_t *spare, size_t count, unsigned bits) {
    size_t ends[DIGITS][1 << DIGIT_BITS];
    unsigned digits = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
    uint64_t mask = (1 << DIGIT_BITS) - 1;
    memset(ends, 0, digits * sizeof *ends);
    for (size_t i = 0; i < count; i++) {
        for (unsigned digit = 0; digit < digits; digit++) ends[digit][items[i].value >> digit * DIGIT_BITS & mask]++;
    }
    for (unsigned digit = 0; digit < digits; digit++) {
        unsigned shift = digit * DIGIT_BITS;
        if (ends[digit][items[0].value >> shift & mask] == count) continue;
        for (size_t value = 0, sum = 0; value <= mask; value++) {
            size_t size = ends[digit][value];
            ends[digit][value] = sum;
            sum += size;
        }
        for (size_t i = 0; i < count; i++) spare[ends[digit][items[i].value >> shift & mask]++] = items[i];
        weighed_t *sorted = spare;
        spare = items;
        items = sorted;
    }
    return items;
}

static size_t write_sums(const weighed_t *sorted, size_t count, uint64_t *values, int64_t *weights) {
    size_t left = 0;
    for (size_t begin = 0, end; begin < count; begin = end) {
        values[left] = sorted[begin].value;
        weights[left] = sorted[begin].weight;
        for (end = begin + 1; end < count && sorted[end].value == sorted[begin].value; end++) weights[left] += sorted[end].weight;
        left++;
    }
    return left;
}

/* Puts everything into its bucket; false without memory. */
static bool distribute(adding_t *made, const uint64_t *values, const int64_t *weights, size_t count) {
    uint64_t differing = 0;
    for (size_t i = 1; i < count; i++) differing |= values[i] ^ values[0];
    unsigned length = bit_length(differing), bits = bit_length(count / BUCKET);
    if (bits > BUCKET_BITS) bits = BUCKET_BITS;
    if (bits > length) bits = length;
    made->rest = bits ? length - bits : length;
    made->mask = ((size_t)1 << bits) - 1;
    made->items = malloc((count + 1) * sizeof *made->items);
    made->ends = calloc(made->mask + 2, sizeof *made->ends);
    if (!made->items || !made->ends) return false;
    /* With one bucket there is nothing to shift by, and a shift by 64 would mean nothing. */
    unsigned shift = bits ? made->rest : 0;
    size_t *ends = made->ends, largest = 0;
    for (size_t i = 0; i < count; i++) ends[(values[i] >> shift & made->mask) + 1]++;
    for (size_t bucket = 0; bucket <= made->mask; bucket++) {
        largest = ends[bucket + 1] > largest ? ends[bucket + 1] : largest;
        ends[bucket + 1] += ends[bucket];
    }
    for (size_t i = 0; i < count; i++) made->items[ends[values[i] >> shift & made->mask]++] = (weighed_t){values[i], weights[i]};
    made->spare = malloc((largest + 1) * sizeof *made->spare);
    return made->spare != NULL;
}

bool add_up(uint64_t *values, int64_t *weights, size_t count, size_t *kept) {
    adding_t made = {0};
    bool distributed = distribute(&made, values, weights, count);
    *kept = 0;
    for (size_t bucket = 0, begin = 0; distributed && bucket <= made.mask; begin = made.ends[bucket++]) {
        size_t size = made.ends[bucket] - begin;
        weighed_t *sorted = made.items + begin;
        if (size <= FEW) insert(sorted, size);
        else sorted = sort_digits(sorted, made.spare, size, made.rest);
        *kept += write_sums(sorted, size, values + *kept, weights + *kept);
    }
    free(made.items);
    free(made.spare);
    free(made.ends);
    return distributed;
}
