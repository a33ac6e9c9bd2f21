/* Hits counted: which keys too many documents hold, and which documents share how many of the others. */
#include "postings.h"

#include <stdlib.h>

size_t run_end(const uint64_t *hits, size_t count, size_t begin) {
    size_t end = begin + 1;
    while (end < count && hits[end] >> ROW_BITS == hits[begin] >> ROW_BITS) end++;
    return end;
}

bool is_crowded(const tally_t *tally, uint64_t position, size_t holders) {
    uint8_t channel = tally->channels[position];
    return channel != NO_CHANNEL && holders >= (channel == BAND ? tally->band_cap : tally->cap);
}

/* Adds an entry for each row that a run of hits counts for: its row, above where the run's hit stands. */
static void count_run(const tally_t *tally, size_t begin, size_t end, const int64_t **centre, values_t *order) {
    uint64_t position = tally->hits[begin] >> ROW_BITS;
    if (tally->channels[position] == NO_CHANNEL) return;
    if (is_crowded(tally, position, end - begin)) {
        order->values[order->count++] = (uint64_t)(*centre)[1] << 40 | begin;
        *centre += 2;
        return;
    }
    for (size_t i = begin; i < end; i++) order->values[order->count++] = (tally->hits[i] & ROW_MASK) << 40 | i;
}

/* Orders by row, and of one row by position: shares are summed up in one order, whatever found them. */
static bool by_row(const tally_t *tally, values_t *order, uint32_t *holders) {
    values_t spare = {0};
    bool room = values_reserve(order, tally->count) && values_reserve(&spare, tally->count);
    const int64_t *centre = tally->centres;
    for (size_t begin = 0, end; room && begin < tally->count; begin = end) {
        end = run_end(tally->hits, tally->count, begin);
        for (size_t i = begin; i < end; i++) holders[i] = (uint32_t)(end - begin);
        count_run(tally, begin, end, &centre, order);
    }
    if (room) order->count = sort_unique(order->values, order->count, spare.values);
    free(spare.values);
    return room;
}

static int compare_rows(const void *left, const void *right) {
    const tallied_t *a = left, *b = right;
    if (a->share != b->share) return a->share > b->share ? -1 : 1;
    if (a->counts[HEADING] != b->counts[HEADING]) return a->counts[HEADING] > b->counts[HEADING] ? -1 : 1;
    if (a->rarity != b->rarity) return a->rarity > b->rarity ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static size_t sum_up(const tally_t *tally, const values_t *order, const uint32_t *holders, tallied_t *rows) {
    size_t made = 0;
    for (size_t i = 0; i < order->count; i++) {
        uint64_t row = order->values[i] >> 40, hit = order->values[i] & (((uint64_t)1 << 40) - 1);
        uint8_t channel = tally->channels[tally->hits[hit] >> ROW_BITS];
        if (!made || rows[made - 1].row != row) rows[made++] = (tallied_t){.row = row};
        rows[made - 1].counts[channel]++;
        if (channel == PRINT) rows[made - 1].rarity += 1.0 / (double)holders[hit];
    }
    return made;
}

static void share_out(const tally_t *tally, tallied_t *rows, size_t made) {
    size_t asked[CHANNELS] = {0};
    for (size_t i = 0; i < tally->keys; i++) asked[tally->channels[i]]++;
    for (size_t i = 0; i < made; i++) {
        double bands = (double)rows[i].counts[BAND] / (double)(asked[BAND] ? asked[BAND] : 1);
        double prints = (double)rows[i].counts[PRINT] / (double)(asked[PRINT] ? asked[PRINT] : 1);
        rows[i].share = bands > prints ? bands : prints;
    }
}

bool tally_rows(const tally_t *tally, tallied_t **rows, size_t *made) {
    values_t order = {0};
    uint32_t *holders = malloc((tally->count + 1) * sizeof *holders);
    bool done = holders && by_row(tally, &order, holders);
    *rows = done ? malloc((order.count + 1) * sizeof **rows) : NULL;
    *made = 0;
    if (*rows) {
        *made = sum_up(tally, &order, holders, *rows);
        share_out(tally, *rows, *made);
        qsort(*rows, *made, sizeof **rows, compare_rows);
    }
    free(order.values);
    free(holders);
    return *rows != NULL;
}
