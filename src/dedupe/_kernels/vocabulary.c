/* Words and phrases, read from one array of numbers that `_native_kernel.py` lays out. Every count and every number in
 * it is checked here, once; look-ups rely on that. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER = 5 };

typedef struct {
    const uint32_t *at;
    size_t left;
} cursor_t;

static bool take(cursor_t *cursor, size_t count, const uint32_t **taken) {
    if (cursor->left < count) return false;
    *taken = cursor->at;
    cursor->at += count;
    cursor->left -= count;
    return true;
}

/* A phrase: length, marker, longest, code points. */
static bool take_phrase(cursor_t *cursor, phrase_t *phrase) {
    const uint32_t *head;
    if (!take(cursor, 3, &head) || !head[0]) return false;
    *phrase = (phrase_t){.length = head[0], .marker = head[1], .longest = head[2]};
    return take(cursor, phrase->length, &phrase->codes);
}

static bool take_phrases(cursor_t *cursor, phrase_t *phrases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!take_phrase(cursor, &phrases[i])) return false;
    }
    return true;
}

static bool take_numbers(cursor_t *cursor, size_t count, uint32_t below, const uint32_t **numbers) {
    if (!take(cursor, count, numbers)) return false;
    for (size_t i = 0; i < count; i++) {
        if ((*numbers)[i] >= below) return false;
    }
    return true;
}

/* A word: length, opener, inside, may; how many starts, contains and within; code points; the numbers of all three. */
static bool take_word(cursor_t *cursor, word_t *word, uint32_t phrases) {
    const uint32_t *head;
    if (!take(cursor, 7, &head) || !head[0]) return false;
    *word = (word_t){.length = head[0], .opener = head[1], .inside = head[2], .may = head[3], .starts_count = head[4],
                     .contains_count = head[5], .within_count = head[6]};
    if (!take(cursor, word->length, &word->codes)) return false;
    word->hash = hash_codes(word->codes, word->length);
    return take_numbers(cursor, word->starts_count, phrases, &word->starts) &&
           take_numbers(cursor, word->contains_count, phrases, &word->contains) &&
           take_numbers(cursor, word->within_count, phrases, &word->within);
}

static void learn(uint32_t *filter, uint32_t hash) { filter[filter_place(hash)] |= filter_bit(hash); }

static bool make_slots(uint32_t **slots, uint32_t *mask, size_t count) {
    size_t size = 16;
    while (size < count * 4) size *= 2;
    *slots = calloc(size, sizeof **slots);
    *mask = (uint32_t)(size - 1);
    return *slots != NULL;
}

static void put(uint32_t *slots, uint32_t mask, uint32_t hash, uint32_t number) {
    uint32_t slot = slot_of(hash) & mask;
    while (slots[slot]) slot = (slot + 1) & mask;
    slots[slot] = number;
}

static bool read_all(vocabulary_t *made, size_t count) {
    cursor_t cursor = {made->data, count};
    const uint32_t *unspaced;
    if (!take_phrases(&cursor, made->phrases, made->phrases_count)) return false;
    for (uint32_t i = 0; i < made->words_count; i++) {
        if (!take_word(&cursor, &made->words[i], made->phrases_count)) return false;
        put(made->word_slots, made->word_mask, made->words[i].hash, i + 1);
        learn(made->filter, made->words[i].hash);
        const word_t *word = &made->words[i];
        if (word->inside || word->contains_count || word->within_count) learn(made->inner, word->hash);
    }
    if (!take_phrases(&cursor, made->whole, made->whole_count)) return false;
    for (uint32_t i = 0; i < made->whole_count; i++) {
        const phrase_t *whole = &made->whole[i];
        if (whole->length > made->longest_whole) made->longest_whole = whole->length;
        put(made->whole_slots, made->whole_mask, hash_codes(whole->codes, whole->length), i + 1);
    }
    if (!take(&cursor, 2 * (size_t)made->unspaced_count, &unspaced)) return false;
    for (uint32_t i = 0; i < made->unspaced_count; i++) {
        if (unspaced[2 * i] >= made->phrases_count) return false;
        made->unspaced[i] = (unspaced_t){unspaced[2 * i], unspaced[2 * i + 1]};
    }
    if (!take_phrases(&cursor, made->prefixes, made->prefixes_count)) return false;
    for (uint32_t i = 0; i < made->prefixes_count; i++) {
        uint32_t *head = &made->prefix_heads[made->prefixes[i].codes[0] % PREFIX_HEADS];
        made->prefix_links[i] = *head;
        *head = i + 1;
    }
    return !cursor.left;
}

vocabulary_t *vocabulary_new(const uint32_t *data, size_t count) {
    if (count < HEADER || count > UINT32_MAX / 8) return NULL;
    for (size_t i = 0; i < HEADER; i++) {
        if (data[i] > count) return NULL; /* everything takes at least one number */
    }
    vocabulary_t *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    made->phrases_count = data[0], made->words_count = data[1], made->whole_count = data[2];
    made->unspaced_count = data[3], made->prefixes_count = data[4];
    count -= HEADER;
    made->data = malloc((count + 1) * sizeof *made->data);
    made->phrases = calloc((size_t)made->phrases_count + 1, sizeof *made->phrases);
    made->words = calloc((size_t)made->words_count + 1, sizeof *made->words);
    made->whole = calloc((size_t)made->whole_count + 1, sizeof *made->whole);
    made->unspaced = calloc((size_t)made->unspaced_count + 1, sizeof *made->unspaced);
    made->prefixes = calloc((size_t)made->prefixes_count + 1, sizeof *made->prefixes);
    made->prefix_links = calloc((size_t)made->prefixes_count + 1, sizeof *made->prefix_links);
    bool ready = made->prefix_links && made->data && made->phrases && made->words && made->whole && made->unspaced && made->prefixes &&
                 make_slots(&made->word_slots, &made->word_mask, made->words_count) &&
                 make_slots(&made->whole_slots, &made->whole_mask, made->whole_count);
    if (ready) memcpy(made->data, data + HEADER, count * sizeof *data);
    if (ready && read_all(made, count)) return made;
    vocabulary_free(made);
    return NULL;
}

void vocabulary_free(vocabulary_t *vocabulary) {
    if (!vocabulary) return;
    free(vocabulary->data);
    free(vocabulary->phrases);
    free(vocabulary->words);
    free(vocabulary->whole);
    free(vocabulary->unspaced);
    free(vocabulary->prefixes);
    free(vocabulary->prefix_links);
    free(vocabulary->word_slots);
    free(vocabulary->whole_slots);
    free(vocabulary);
}

const word_t *vocabulary_word(const vocabulary_t *vocabulary, const uint32_t *codes, size_t length, uint32_t hash) {
    uint32_t mask = vocabulary->word_mask, number;
    if (!may_hold(vocabulary->filter, hash)) return NULL;
    for (uint32_t slot = slot_of(hash) & mask; (number = vocabulary->word_slots[slot]); slot = (slot + 1) & mask) {
        const word_t *word = &vocabulary->words[number - 1];
        if (word->hash == hash && word->length == length && !memcmp(word->codes, codes, length * sizeof *codes)) return word;
    }
    return NULL;
}

const phrase_t *vocabulary_whole(const vocabulary_t *vocabulary, const uint32_t *codes, size_t length) {
    uint32_t mask = vocabulary->whole_mask, number;
    if (!length || length > vocabulary->longest_whole) return NULL;
    for (uint32_t slot = slot_of(hash_codes(codes, length)) & mask; (number = vocabulary->whole_slots[slot]); slot = (slot + 1) & mask) {
        const phrase_t *whole = &vocabulary->whole[number - 1];
        if (whole->length == length && !memcmp(whole->codes, codes, length * sizeof *codes)) return whole;
    }
    return NULL;
}
