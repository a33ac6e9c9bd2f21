/* Postings made and divided by their leading bits, and joined where hashes are equal.
 *
 * Most hashes of most corpora stand alone. So all is read twice: once to note, in two bits for each of a few slots a
 * posting, which slots were met and which were met again; once to keep what fell into a slot met again. Only that is
 * sorted: put where its leading bits belong, which leaves it nearly in order. Chance decides how much is kept, never what
 * is found, and nothing takes longer than n log n, whatever the hashes.
 */
#include "joining.h"

#include <stdlib.h>
#include <string.h>

/* 2**64 divided by the golden ratio (Knuth, The Art of Computer Programming 3, section 6.4). Odd, so that what it
 * multiplies stays distinct. */
static const uint64_t SPREAD = 0x9E3779B97F4A7C15U;

enum { SLOTS_EACH = 8, SLOTS_WORD = 32, LEAST_SLOT_BITS = 5, MOST_SLOT_BITS = 40 };
enum { FEW = 24, BUCKET_BITS = 16 };

static inline uint64_t low_bits(unsigned width) { return ((uint64_t)1 << width) - 1; }

/* Every bit of a hash has its say in the leading ones. */
static inline uint64_t posting_of(uint64_t hash, uint32_t document, uint64_t low) {
    return ((hash * SPREAD) & ~low) | document;
}

static inline size_t part_of(uint64_t posting, unsigned bits) { return (size_t)(posting >> 1 >> (63 - bits)); }

/* All in one part, one hash a document. */
static void post_flat(const held_t *held, uint64_t low, uint64_t *postings, int64_t *edges) {
    for (size_t i = 0; i < held->count; i++) postings[i] = posting_of(held->hashes[i], held->documents[i], low);
    edges[0] = 0;
    edges[1] = (int64_t)held->count;
}

void post(const held_t *held, unsigned width, unsigned bits, uint64_t *postings, int64_t *edges) {
    if (!bits && !held->lengths) {
        post_flat(held, low_bits(width), postings, edges);
        return;
    }
    size_t parts = (size_t)1 << bits, total = held->lengths ? 0 : held->count;
    uint64_t low = low_bits(width);
    for (size_t i = 0; held->lengths && i < held->count; i++) total += (size_t)held->lengths[i];
    memset(edges, 0, (parts + 1) * sizeof *edges);
    if (bits) {
        for (size_t i = 0; i < total; i++) edges[part_of(held->hashes[i] * SPREAD, bits) + 1]++;
    } else {
        edges[1] = (int64_t)total;
    }
    for (size_t part = 0; part < parts; part++) edges[part + 1] += edges[part];
    /* Every edge moves to the end of its part, which is where the next one began. */
    const uint64_t *hash = held->hashes;
    for (size_t i = 0; i < held->count; i++) {
        const uint64_t *end = hash + (held->lengths ? held->lengths[i] : 1);
        for (; hash < end; hash++) {
            uint64_t posting = posting_of(*hash, held->documents[i], low);
            postings[edges[part_of(posting, bits)]++] = posting;
        }
    }
    memmove(edges + 1, edges, parts * sizeof *edges);
    edges[0] = 0;
}

/* ---- what stands alone is dropped ---- */

typedef struct {
    uint64_t *words;
    uint64_t low; /* bits of a posting that are no hash */
    unsigned shift;
} slots_t;

static bool slots_init(slots_t *slots, workshop_t *shop, size_t count, unsigned width) {
    unsigned bits = LEAST_SLOT_BITS;
    while (((size_t)1 << bits) / SLOTS_EACH < count && bits < MOST_SLOT_BITS) bits++;
    size_t words = ((size_t)1 << bits) / SLOTS_WORD;
    if (words > shop->word_room) {
        free(shop->words);
        shop->words = malloc(words * sizeof *shop->words);
        shop->word_room = shop->words ? words : 0;
    }
    *slots = (slots_t){shop->words, low_bits(width), 64 - bits};
    if (slots->words) memset(slots->words, 0, words * sizeof *slots->words);
    return slots->words != NULL;
}

/* Spread once more: the leading bits of all that is in one part are the same. */
static inline uint64_t slot_of(const slots_t *slots, uint64_t posting) {
    return ((posting & ~slots->low) * SPREAD) >> slots->shift;
}

/* False where a posting names a document that nobody knows. */
static bool note(const slots_t *slots, const postings_t *run, const joint_t *joint) {
    for (size_t i = 0; i < run->count; i++) {
        uint64_t document = run->postings[i] & slots->low, slot = slot_of(slots, run->postings[i]);
        if (document >= joint->known) return false;
        uint64_t met = joint->present[document] != 0, *word = slots->words + slot / SLOTS_WORD;
        unsigned place = (unsigned)(slot % SLOTS_WORD * 2);
        *word |= met << place << (*word >> place & 1);
    }
    return true;
}

/* Writes what is worth sorting into `kept`, which has room for one more than that; returns how many. */
static size_t keep(const slots_t *slots, const postings_t *run, const uint8_t *present, uint64_t *kept) {
    size_t left = 0;
    for (size_t i = 0; i < run->count; i++) {
        uint64_t posting = run->postings[i], slot = slot_of(slots, posting);
        bool again = slots->words[slot / SLOTS_WORD] >> (slot % SLOTS_WORD * 2 + 1) & 1;
        kept[left] = posting;
        left += (size_t)(again & (present[posting & slots->low] != 0));
    }
    return left;
}

/* ---- what is left is sorted ---- */

static void insert(uint64_t *postings, size_t count) {
    for (size_t i = 1; i < count; i++) {
        uint64_t posting = postings[i];
        if (posting >= postings[i - 1]) continue;
        size_t place = i;
        for (; place && posting < postings[place - 1]; place--) postings[place] = postings[place - 1];
        postings[place] = posting;
    }
}

/* Bottom up: crafted hashes cost no stack. */
static void merge(uint64_t *postings, size_t count, uint64_t *spare) {
    for (size_t begin = 0; begin < count; begin += FEW) insert(postings + begin, count - begin < FEW ? count - begin : FEW);
    for (size_t width = FEW; width < count; width *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            size_t middle = count - begin < width ? count : begin + width;
            size_t end = count - begin < 2 * width ? count : begin + 2 * width;
            size_t left = begin, right = middle;
            for (size_t place = begin; place < end; place++) {
                bool second = left == middle || (right < end && postings[right] < postings[left]);
                spare[place] = second ? postings[right++] : postings[left++];
            }
        }
        memcpy(postings, spare, count * sizeof *postings);
    }
}

/* Sorts into `sorted`; `postings` is working memory afterwards. */
static bool sort(uint64_t *postings, size_t count, uint64_t *sorted) {
    uint64_t differing = 0;
    for (size_t i = 1; i < count; i++) differing |= postings[i] ^ postings[0];
    unsigned length = bit_length(differing), bits = bit_length(count / 2);
    if (bits > BUCKET_BITS) bits = BUCKET_BITS;
    if (bits > length) bits = length;
    unsigned shift = bits ? length - bits : 0;
    size_t mask = ((size_t)1 << bits) - 1, *ends = calloc(mask + 2, sizeof *ends);
    if (!ends) return false;
    for (size_t i = 0; i < count; i++) ends[(postings[i] >> shift & mask) + 1]++;
    for (size_t bucket = 0; bucket <= mask; bucket++) ends[bucket + 1] += ends[bucket];
    for (size_t i = 0; i < count; i++) sorted[ends[postings[i] >> shift & mask]++] = postings[i];
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

static void groups_free(groups_t *groups) {
    free(groups->members);
    free(groups->sizes);
}

static void collect(workshop_t *shop, size_t count, const joint_t *joint) {
    const uint64_t *sorted = shop->sorted;
    uint64_t low = low_bits(joint->width);
    groups_t *groups = &shop->groups, *crowds = &shop->crowds;
    for (size_t begin = 0, end; begin < count; begin = end) {
        uint32_t *members = groups->members + groups->member_count;
        size_t size = 0;
        members[size++] = (uint32_t)(sorted[begin] & low);
        for (end = begin + 1; end < count && (sorted[end] ^ sorted[begin]) <= low; end++) {
            members[size] = (uint32_t)(sorted[end] & low);
            size += sorted[end] != sorted[end - 1];
        }
        if (size < 2) continue;
        groups_t *goal = groups;
        if (size > joint->cap) {
            goal = crowds;
            memcpy(crowds->members + crowds->member_count, members, size * sizeof *members);
        }
        goal->member_count += size;
        goal->sizes[goal->count++] = (uint32_t)size;
    }
}

void workshop_clear(workshop_t *shop) {
    free(shop->kept);
    free(shop->sorted);
    free(shop->words);
    groups_free(&shop->groups);
    groups_free(&shop->crowds);
    *shop = (workshop_t){0};
}

/* Room for so many postings, all of which may be kept. */
static bool make_room(workshop_t *shop, size_t count) {
    shop->groups.member_count = shop->groups.count = shop->crowds.member_count = shop->crowds.count = 0;
    if (shop->room && count <= shop->room) return true;
    workshop_clear(shop);
    size_t room = count + count / 8 + 1; /* parts are of nearly one size */
    shop->kept = malloc((room + 1) * sizeof *shop->kept);
    shop->sorted = malloc((room + 1) * sizeof *shop->sorted);
    bool made = shop->kept && shop->sorted && groups_init(&shop->groups, room) && groups_init(&shop->crowds, room);
    shop->room = made ? room : 0;
    return made;
}

joining_t collide(workshop_t *shop, const joint_t *joint) {
    slots_t slots;
    size_t count = 0, left = 0;
    for (size_t run = 0; run < joint->run_count; run++) count += joint->runs[run].count;
    if (!make_room(shop, count) || !slots_init(&slots, shop, count, joint->width)) return WITHOUT_MEMORY;
    for (size_t run = 0; run < joint->run_count; run++) {
        if (!note(&slots, &joint->runs[run], joint)) return UNKNOWN_DOCUMENT;
    }
    for (size_t run = 0; run < joint->run_count; run++) left += keep(&slots, &joint->runs[run], joint->present, shop->kept + left);
    if (!sort(shop->kept, left, shop->sorted)) return WITHOUT_MEMORY;
    collect(shop, left, joint);
    return JOINED;
}
