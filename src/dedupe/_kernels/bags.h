/* bag.c: which texts share so few words that no alignment can be worth it. */
#ifndef DEDUPE_BAGS_H
#define DEDUPE_BAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `_bags.py` says what the bytes of a bag are. */
enum { BAG_BUCKETS = 1024, BAG_GROUPS = 32, BAG_BYTES = BAG_BUCKETS / 4 + BAG_GROUPS, BAG_FULL = 252 };

void bag_fill(const uint64_t *tokens, size_t count, uint8_t *bag);

/* One row and one number of tokens for every text. */
typedef struct {
    const uint8_t *rows;
    const uint32_t *counts;
} bags_t;

/* Marks the pairs, two places of texts each, the first in the upper half, that may reach a share of the shorter text. */
void bags_mark(const bags_t *bags, const uint64_t *pairs, size_t count, double reach, uint8_t *marked);

#endif
