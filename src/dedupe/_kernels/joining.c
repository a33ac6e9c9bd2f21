/* Postings divided by their leading bits, and joined where hashes are equal.
 *
 * Most hashes of most corpora stand alone. So a part is read twice: once to note, in two bits for each of a few slots a
 * posting, which slots were met and which were met again; once to keep what fell into a slot met again. Only that is
 * sorted: put where its leading bits belong, which leaves it nearly in order. Chance decides how much is kept, never what
 * is found, and nothing takes longer than n log n, whatever the hashes.
 */
#include "joining.h"

#include <stdlib.h>
#include <string.h>

/* 2**64 divided by the golden ratio (Knuth, The Art of Computer Programming 3, section 6.4). */
static const uint64_t SPREAD = 0x9E3779B97F4A7C15U;

enum { SLOTS_EACH = 8, SLOTS_WORD = 32, LEAST_SLOT_BITS = 5, MOST_SLOT_BITS = 40 };
enum { FEW = 24, BUCKET_BITS = 16 };

typedef struct {
    uint64_t hash;
    uint32_t document;
} posting_t;

void divide(const uint64_t *hashes, const uint32_t *documents, size_t count, unsigned bits, uint64_t *parted_hashes,
            uint32_t *parted_documents, int64_t *edges) {
    size_t parts = (size_t)1 << bits;
    unsigned shift = 64 - bits;
    memset(edges, 0, (parts + 1) * sizeof *edges);
    for (size_t i = 0; i < count; i++) edges[(hashes[i] >> shift) + 1]++;
    for (size_t part = 0; part < parts; part++) edges[part + 1] += edges[part];
    /* Every edge moves to the end of its part, which is where the next one began. */
    for (size_t i = 0; i < count; i++) {
        int64_t place = edges[hashes[i] >> shift]++;
        parted_hashes[place] = hashes[i];
        parted_documents[place] = documents[i];
    }
    memmove(edges + 1, edges, parts * sizeof *edges);
    edges[0] = 0;
}

/* ---- what stands alone is dropped ---- */

typedef struct {
    uint64_t *words;
    unsigned shift;
} slots_t;

static bool slots_init(slots_t *slots, size_t count) {
    unsigned bits = LEAST_SLOT_BITS;
    while (((size_t)1 << bits) / SLOTS_EACH < count && bits < MOST_SLOT_BITS) bits++;
    slots->words = calloc(((size_t)1 << bits) / SLOTS_WORD, sizeof *slots->words);
    slots->shift = 64 - bits;
    return slots->words != NULL;
}

static inline void note(slots_t *slots, uint64_t hash) {
    uint64_t slot = (hash * SPREAD) >> slots->shift, *word = slots->words + slot / SLOTS_WORD;
    unsigned place = (unsigned)(slot % SLOTS_WORD * 2);
    *word |= (uint64_t)1 << place << (*word >> place & 1);
}

static inline bool met_again(const slots_t *slots, uint64_t hash) {
    uint64_t slot = (hash * SPREAD) >> slots->shift;
    return slots->words[slot / SLOTS_WORD] >> (slot % SLOTS_WORD * 2 + 1) & 1;
}

/* Writes what is worth sorting into `kept`, which has room for one more than that; returns how many. */
static size_t keep(const uint64_t *hashes, const uint32_t *documents, size_t count, const uint8_t *present,
                   const slots_t *slots, posting_t *kept) {
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        kept[left].hash = hashes[i];
        kept[left].document = documents[i];
        left += (size_t)(met_again(slots, hashes[i]) & (present[documents[i]] != 0));
    }
    return left;
}

/* ---- what is left is sorted ---- */

/* Without a branch: which of the two differs is as good as random. */
static inline bool before(const posting_t *a, const posting_t *b) {
    return (a->hash < b->hash) | ((a->hash == b->hash) & (a->document < b->document));
}

static void insert(posting_t *postings, size_t count) {
    for (size_t i = 1; i < count; i++) {
        if (!before(&postings[i], &postings[i - 1])) continue;
        posting_t posting = postings[i];
        size_t place = i;
        for (; place && before(&posting, &postings[place - 1]); place--) postings[place] = postings[place - 1];
        postings[place] = posting;
    }
}

/* Bottom up: crafted hashes cost no stack. */
static void merge(posting_t *postings, size_t count, posting_t *spare) {
    for (size_t begin = 0; begin < count; begin += FEW) insert(postings + begin, count - begin < FEW ? count - begin : FEW);
    for (size_t width = FEW; width < count; width *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            size_t middle = count - begin < width ? count : begin + width;
            size_t end = count - begin < 2 * width ? count : begin + 2 * width;
            size_t left = begin, right = middle;
            for (size_t place = begin; place < end; place++) {
                bool second = left == middle || (right < end && before(&postings[right], &postings[left]));
                spare[place] = second ? postings[right++] : postings[left++];
            }
        }
        memcpy(postings, spare, count * sizeof *postings);
    }
}

/* Sorts into `sorted`; `postings` is working memory afterwards. */
static bool sort(posting_t *postings, size_t count, posting_t *sorted) {
    uint64_t differing = 0;
    for (size_t i = 1; i < count; i++) differing |= postings[i].hash ^ postings[0].hash;
    unsigned length = bits_of(differing), bits = bits_of(count / 2);
    if (bits > BUCKET_BITS) bits = BUCKET_BITS;
    if (bits > length) bits = length;
    unsigned shift = length - bits; /* 64 only where all hashes differ in the first bit and none is there */
    size_t mask = ((size_t)1 << bits) - 1, *ends = calloc(mask + 2, sizeof *ends);
    if (!ends) return false;
    if (!bits) shift = 0;
    for (size_t i = 0; i < count; i++) ends[(postings[i].hash >> shift & mask) + 1]++;
    for (size_t bucket = 0; bucket <= mask; bucket++) ends[bucket + 1] += ends[bucket];
    for (size_t i = 0; i < count; i++) sorted[ends[postings[i].hash >> shift & mask]++] = postings[i];
    for (size_t bucket = 0, begin = 0; bucket <= mask; begin = ends[bucket++]) {
        if (ends[bucket] - begin > FEW) merge(sorted + begin, ends[bucket] - begin, postings);
    }
    insert(sorted, count);
    free(ends);
    return true;
}

/* ---- groups ---- */

static bool groups_init(groups_t *groups, size_t members) {
    *groups = (groups_t){malloc((members + 1) * sizeof *groups->members), malloc((members / 2 + 1) * sizeof *groups->sizes), 0, 0};
    return groups->members && groups->sizes;
}

void groups_free(groups_t *groups) {
    free(groups->members);
    free(groups->sizes);
}

static void collect(const posting_t *sorted, size_t count, size_t cap, groups_t *groups, groups_t *crowds) {
    for (size_t begin = 0, end; begin < count; begin = end) {
        uint32_t *members = groups->members + groups->member_count;
        size_t size = 0;
        members[size++] = sorted[begin].document;
        for (end = begin + 1; end < count && sorted[end].hash == sorted[begin].hash; end++) {
            members[size] = sorted[end].document;
            size += sorted[end].document != sorted[end - 1].document;
        }
        if (size < 2) continue;
        groups_t *goal = groups;
        if (size > cap) {
            goal = crowds;
            memcpy(crowds->members + crowds->member_count, members, size * sizeof *members);
        }
        goal->member_count += size;
        goal->sizes[goal->count++] = (uint32_t)size;
    }
}

bool collide(const uint64_t *hashes, const uint32_t *documents, size_t count, const uint8_t *present, size_t cap,
             groups_t *groups, groups_t *crowds) {
    slots_t slots = {0};
    posting_t *kept = malloc((count + 1) * sizeof *kept), *sorted = NULL;
    bool made = kept && slots_init(&slots, count);
    if (made) {
        for (size_t i = 0; i < count; i++) {
            if (present[documents[i]]) note(&slots, hashes[i]);
        }
        size_t left = keep(hashes, documents, count, present, &slots, kept);
        sorted = malloc((left + 1) * sizeof *sorted);
        made = sorted && groups_init(groups, left) && groups_init(crowds, left) && sort(kept, left, sorted);
        if (made) collect(sorted, left, cap, groups, crowds);
    }
    free(slots.words);
    free(kept);
    free(sorted);
    return made;
}
