/* bag.c: which texts share so few words that no alignment can be worth it. */
#ifndef DEDUPE_BAGS_H
#define DEDUPE_BAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `_bags.py` says what the bytes of a bag are. */
enum { BAG_BUCKETS = 1024, BAG_GROUPS = 32, BAG_BYTES = BAG_BUCKETS / 4 + BAG_GROUPS, BAG_FULL = 252 };

void bag_fill(const uint64_t *tokens, size_t count, uint8_t *bag);
/* `pair` are two places in the rows of `bags` and `counts` (of tokens). */
bool bags_reach(const uint8_t *bags, const uint32_t *counts, const int64_t *pair, double reach);

#endif
