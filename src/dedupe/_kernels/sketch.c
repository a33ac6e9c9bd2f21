/* What is computed from tokens: shingle hashes, signatures, fingerprints, band keys, intersections.
 *
 * Constants and order of operations are those of `_numpy.py`; all arithmetic is modulo 2**32 or 2**64.
 */
#include "bags.h"
#include "kernels.h"
#include "xxh3.h"

#include <stdlib.h>
#include <string.h>

#define ROLLING_MULTIPLIER 0x9FB21C651E98DF25ULL
#define BAND_MULTIPLIER 0x9E3779B97F4A7C15ULL

enum { BUCKET_BITS = 12, SMALL = 24, FEW = UINT8_MAX };

void scratch_free(scratch_t *scratch) {
    free(scratch->hashes.values);
    free(scratch->spare.values);
    free(scratch->more.values);
    memset(scratch, 0, sizeof *scratch);
}

bool values_reserve(values_t *values, size_t more) {
    if (more <= values->capacity - values->count) return true;
    if (more > SIZE_MAX / 32 || values->count > SIZE_MAX / 32) return false;
    size_t capacity = (values->count + more) * 2;
    uint64_t *larger = realloc(values->values, capacity * sizeof *larger);
    if (!larger) return false;
    values->values = larger;
    values->capacity = capacity;
    return true;
}

static bool count_shingles(const tokens_t *tokens, size_t size, values_t *hashes) {
    hashes->count = 0;
    size_t count = tokens->count < size ? 0 : tokens->count - size + 1;
    if (!values_reserve(hashes, count)) return false;
    hashes->count = count;
    return true;
}

bool sketch_shingles(const tokens_t *tokens, size_t size, values_t *hashes) {
    if (size == 1) return sketch_tokens(tokens, hashes);
    if (!count_shingles(tokens, size, hashes)) return false;
    const spans_t spans = {tokens->joined, tokens->edges, size, hashes->count, hashes->values};
    isa_current()->hash_spans(&spans);
    return true;
}

bool sketch_tokens(const tokens_t *tokens, values_t *hashes) {
    if (!count_shingles(tokens, 1, hashes)) return false;
    isa_current()->hash_tokens(tokens->joined, tokens->edges, hashes->count, hashes->values);
    return true;
}

static inline uint64_t finalise(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

static void insertion_sort(uint64_t *values, size_t count) {
    for (size_t i = 1; i < count; i++) {
        uint64_t value = values[i];
        size_t place = i;
        for (; place && values[place - 1] > value; place--) values[place] = values[place - 1];
        values[place] = value;
    }
}

static void sift_down(uint64_t *values, size_t root, size_t count) {
    uint64_t value = values[root];
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && values[child + 1] > values[child]) child++;
        if (values[child] <= value) break;
        values[root] = values[child];
    }
    values[root] = value;
}

static void heap_sort(uint64_t *values, size_t count) {
    for (size_t root = count / 2; root-- > 0;) sift_down(values, root, count);
    for (size_t last = count; last-- > 1;) {
        uint64_t greatest = values[0];
        values[0] = values[last];
        values[last] = greatest;
        sift_down(values, 0, last);
    }
}

/* How far values must be shifted for their leading bits to be so many. */
static unsigned shift_to(const uint64_t *values, size_t count, unsigned bits) {
    uint64_t every = 0;
    for (size_t i = 0; i < count; i++) every |= values[i];
    unsigned width = bit_length(every);
    return width > bits ? width - bits : 0;
}

/* Up to FEW values, by their leading bits into four times as many buckets: minima of windows crowd at the lower end.
 * Where a bucket begins is a byte, and eight of these are added up at once. */
static void sort_few(uint64_t *values, size_t count, uint64_t *spare) {
    enum { BUCKETS_OF_FEW = 4 * (FEW + 1) };
    const uint64_t each = 0x0101010101010101ULL;
    unsigned bits = bit_length(count) + 2, shift = shift_to(values, count, bits);
    uint8_t ends[BUCKETS_OF_FEW];
    memset(ends, 0, (size_t)1 << bits);
    for (size_t i = 0; i < count; i++) ends[values[i] >> shift]++;
    uint64_t sum = 0;
    for (size_t bucket = 0; bucket < (size_t)1 << bits; bucket += sizeof sum) {
        uint64_t upto = read64(ends + bucket) * each; /* in each byte what stands in it and in those below */
        write64(ends + bucket, (upto << 8) + sum * each);
        sum = (sum + (upto >> 56)) & 0xFF;
    }
    for (size_t i = 0; i < count; i++) spare[ends[values[i] >> shift]++] = values[i];
    memcpy(values, spare, count * sizeof *values);
    insertion_sort(values, count);
}

/* Distributes by the leading bits into about as many buckets as values: hashes need little more than that. Values
 * crafted to share a bucket are sorted by heap. */
static void sort(uint64_t *values, size_t count, uint64_t *spare) {
    if (count <= SMALL) {
        insertion_sort(values, count);
        return;
    }
    if (count <= FEW) {
        sort_few(values, count, spare);
        return;
    }
    unsigned bits = bit_length(count);
    if (bits > BUCKET_BITS) bits = BUCKET_BITS;
    unsigned shift = shift_to(values, count, bits);
    size_t ends[1 << BUCKET_BITS], buckets = (size_t)1 << bits, largest = 0;
    memset(ends, 0, buckets * sizeof *ends);
    for (size_t i = 0; i < count; i++) ends[values[i] >> shift]++;
    for (size_t bucket = 0, sum = 0; bucket < buckets; bucket++) {
        size_t size = ends[bucket];
        largest = size > largest ? size : largest;
        ends[bucket] = sum;
        sum += size;
    }
    for (size_t i = 0; i < count; i++) spare[ends[values[i] >> shift]++] = values[i];
    memcpy(values, spare, count * sizeof *values);
    if (largest <= SMALL) {
        insertion_sort(values, count);
        return;
    }
    for (size_t bucket = 0, start = 0; bucket < buckets; start = ends[bucket++]) {
        size_t size = ends[bucket] - start;
        if (size <= SMALL) insertion_sort(values + start, size);
        else heap_sort(values + start, size);
    }
}

size_t sort_unique(uint64_t *values, size_t count, uint64_t *spare) {
    if (!count) return 0;
    sort(values, count, spare);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        values[kept] = values[i];
        kept += values[i] != values[kept - 1];
    }
    return kept;
}

static bool winnow(const tokens_t *tokens, const recipe_t *recipe, scratch_t *scratch, const sketched_t *sketched) {
    values_t *fingerprints = sketched->fingerprints, *hashes = &scratch->hashes, *spare = &scratch->spare, *more = &scratch->more;
    if (tokens->count < recipe->fingerprint_tokens && !sketched->bag) return true;
    if (!sketch_tokens(tokens, hashes)) return false;
    if (sketched->bag) bag_fill(hashes->values, hashes->count, sketched->bag);
    if (tokens->count < recipe->fingerprint_tokens) return true;
    if (!values_reserve(fingerprints, hashes->count) || !values_reserve(spare, hashes->count)) return false;
    if (!values_reserve(more, hashes->count)) return false;
    winnow_t work = {hashes->values, spare->values, more->values, hashes->count, recipe->fingerprint_tokens,
                     recipe->fingerprint_window};
    uint64_t *kept = fingerprints->values + fingerprints->count;
    size_t count = isa_current()->winnow(&work, kept);
    fingerprints->count += recipe->distinct ? sort_unique(kept, count, spare->values) : count;
    return true;
}

bool sketch_text(const tokens_t *tokens, const recipe_t *recipe, scratch_t *scratch, const sketched_t *sketched) {
    const slots_t slots = {recipe->a, recipe->b, sketched->signature, recipe->slots};
    const isa_t *isa = isa_current();
    values_t *hashes = &scratch->hashes;
    if (!sketch_shingles(tokens, recipe->shingle_size, hashes)) return false;
    for (size_t i = 0; i < hashes->count; i += CHUNK) {
        isa->permute(hashes->values + i, hashes->count - i < CHUNK ? hashes->count - i : CHUNK, &slots);
    }
    return winnow(tokens, recipe, scratch, sketched);
}

void band_keys(const uint32_t *signature, const bands_t *bands, uint64_t *keys) {
    const uint32_t *slot = signature;
    for (size_t band = 0; band < bands->count; band++) {
        uint64_t key = (band + 1) * BAND_MULTIPLIER;
        for (size_t row = 0; row < bands->rows; row++) {
            key = (key ^ *slot++) * ROLLING_MULTIPLIER;
            key ^= key >> 32;
        }
        keys[band * bands->stride] = finalise(key);
    }
}

size_t intersection_size(const uint64_t *x, size_t x_count, const uint64_t *y, size_t y_count) {
    size_t i = 0, j = 0, shared = 0;
    while (i < x_count && j < y_count) {
        uint64_t left = x[i], right = y[j];
        shared += left == right;
        i += left <= right;
        j += right <= left;
    }
    return shared;
}
