/* Texts written as numbers of runs that a codebook holds, and read back. */
#include "symbols.h"

#include <string.h>

/* Up to eight bytes as one little-endian number. */
static inline uint64_t bytes_at(const uint8_t *data, size_t size) {
    uint64_t value = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (size >= LONGEST_RUN) {
        memcpy(&value, data, LONGEST_RUN);
        return value;
    }
#endif
    for (size_t i = 0; i < size && i < LONGEST_RUN; i++) value |= (uint64_t)data[i] << 8 * i;
    return value;
}

static inline size_t slot_of(uint64_t value) {
    return (uint32_t)((uint32_t)(value & 0xFFFFFF) * 0x9E3779B1u) >> (32 - SLOT_BITS);
}

void codebook_init(codebook_t *codebook) {
    memset(codebook, 0, sizeof *codebook);
    memset(codebook->longs, ESCAPE, sizeof codebook->longs);
    memset(codebook->pairs, ESCAPE, sizeof codebook->pairs);
    memset(codebook->singles, ESCAPE, sizeof codebook->singles);
    memset(codebook->shorter, ESCAPE, sizeof codebook->shorter);
    codebook->lengths[ESCAPE] = 1;
}

static bool add_single(codebook_t *codebook, unsigned number, uint64_t value) {
    if (codebook->singles[value] != ESCAPE) return false;
    codebook->singles[value] = (uint8_t)number;
    for (size_t pair = value; pair < PAIRS_OF_BYTES; pair += BYTES) {
        if (codebook->pairs[pair] == ESCAPE) codebook->pairs[pair] = (uint8_t)number;
    }
    return true;
}

static bool add_pair(codebook_t *codebook, unsigned number, uint64_t value) {
    uint8_t *place = &codebook->pairs[value];
    if (codebook->lengths[*place] > 1) return false;
    *place = (uint8_t)number;
    return true;
}

static bool add_long(codebook_t *codebook, unsigned number, uint64_t value, size_t length) {
    uint8_t *place = &codebook->longs[slot_of(value)];
    for (; *place != ESCAPE; place = &codebook->shorter[*place]) {
        if (codebook->lengths[*place] < length || (codebook->lengths[*place] == length && codebook->runs[*place] == value)) return false;
    }
    *place = (uint8_t)number;
    return true;
}

bool codebook_add(codebook_t *codebook, unsigned number, const uint8_t *run, size_t length) {
    if (number >= ESCAPE || !length || length > LONGEST_RUN || codebook->lengths[number]) return false;
    uint64_t value = bytes_at(run, length);
    bool added = length == 1   ? add_single(codebook, number, value)
                 : length == 2 ? add_pair(codebook, number, value)
                               : add_long(codebook, number, value, length);
    if (!added) return false;
    codebook->runs[number] = value;
    codebook->masks[number] = UINT64_MAX >> 8 * (LONGEST_RUN - length);
    codebook->lengths[number] = (uint8_t)length;
    codebook->count++;
    return true;
}

/* The longest run that up to eight of `size` bytes begin with; ESCAPE for none. */
static inline unsigned longest_run(const codebook_t *codebook, uint64_t value, size_t size) {
    unsigned number = codebook->longs[slot_of(value)];
    while (number != ESCAPE && ((size < LONGEST_RUN && codebook->lengths[number] > size) ||
                                (value ^ codebook->runs[number]) & codebook->masks[number])) {
        number = codebook->shorter[number];
    }
    if (number != ESCAPE) return number;
    return size > 1 ? codebook->pairs[value & (PAIRS_OF_BYTES - 1)] : codebook->singles[value & (BYTES - 1)];
}

size_t squeeze(const codebook_t *codebook, const uint8_t *data, size_t size, uint8_t *to) {
    uint8_t *begin = to;
    while (size) {
        unsigned number = size >= LONGEST_RUN ? longest_run(codebook, bytes_at(data, LONGEST_RUN), LONGEST_RUN)
                                              : longest_run(codebook, bytes_at(data, size), size);
        size_t taken = codebook->lengths[number];
        to[0] = (uint8_t)number;
        to[1] = *data; /* what follows writes over it, but for an escaped byte */
        to += 1 + (number == ESCAPE);
        data += taken;
        size -= taken;
    }
    return (size_t)(to - begin);
}

bool unsqueeze(const codebook_t *codebook, const uint8_t *written, size_t size, uint8_t *to, size_t *read) {
    uint8_t *begin = to;
    for (const uint8_t *end = written + size; written < end; written++) {
        unsigned number = *written;
        if (number == ESCAPE) {
            if (++written == end) return false;
            *to++ = *written;
            continue;
        }
        size_t length = codebook->lengths[number];
        if (!length) return false;
        uint64_t run = codebook->runs[number];
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        memcpy(to, &run, LONGEST_RUN);
#else
        for (size_t i = 0; i < length; i++) to[i] = (uint8_t)(run >> 8 * i);
#endif
        to += length;
    }
    *read = (size_t)(to - begin);
    return true;
}
