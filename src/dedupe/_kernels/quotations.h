/* quotations.c: what stands in quotation marks, for `texture_door.c`. */
#ifndef DEDUPE_QUOTATIONS_H
#define DEDUPE_QUOTATIONS_H

#include "lines.h"

/* Looks for quotations line by line; where it stands is kept for when a sheet of characters was missing. */
typedef struct {
    const alphabet_t *alphabet;
    const uint32_t *codes;
    size_t length;
    values_t *spans; /* start and end of each quotation, appended; ascending and disjoint */
    bool inside;     /* a line with marks is being read */
    size_t place, end;
    size_t probed;   /* no single mark closes a quotation between `place` and here */
    bool lonely;     /* no further straight mark in the line */
    uint32_t wanted; /* the number of a sheet */
} quotes_t;

void quotes_start(quotes_t *quotes, const alphabet_t *alphabet, const uint32_t *codes, size_t length, values_t *spans);
/* Goes on until all is read or a sheet is wanted, which is to be added to the alphabet. */
outcome_t quotes_read(quotes_t *quotes);

#endif
