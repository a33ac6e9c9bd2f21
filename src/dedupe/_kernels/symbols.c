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

void codebook_init(codebook_t *codebook) {
    memset(codebook, 0, sizeof *codebook);
    memset(codebook->heads, ESCAPE, sizeof codebook->heads);
    memset(codebook->singles, ESCAPE, sizeof codebook->singles);
    memset(codebook->shorter, ESCAPE, sizeof codebook->shorter);
}

bool codebook_add(codebook_t *codebook, unsigned number, const uint8_t *run, size_t length) {
    if (number >= ESCAPE || !length || length > LONGEST_RUN || codebook->lengths[number]) return false;
    uint64_t value = bytes_at(run, length);
    uint8_t *place = length == 1 ? &codebook->singles[run[0]] : &codebook->heads[value & (PAIRS_OF_BYTES - 1)];
    for (; *place != ESCAPE; place = &codebook->shorter[*place]) {
        if (codebook->lengths[*place] < length || (codebook->lengths[*place] == length && codebook->runs[*place] == value)) return false;
    }
    *place = (uint8_t)number;
    codebook->runs[number] = value;
    codebook->masks[number] = UINT64_MAX >> 8 * (LONGEST_RUN - length);
    codebook->lengths[number] = (uint8_t)length;
    codebook->count++;
    return true;
}

size_t squeeze(const codebook_t *codebook, const uint8_t *data, size_t size, uint8_t *to) {
    uint8_t *begin = to;
    while (size) {
        uint64_t value = bytes_at(data, size);
        unsigned number = size > 1 ? codebook->heads[value & (PAIRS_OF_BYTES - 1)] : ESCAPE;
        while (number != ESCAPE && (codebook->lengths[number] > size || (value ^ codebook->runs[number]) & codebook->masks[number])) {
            number = codebook->shorter[number];
        }
        if (number == ESCAPE) number = codebook->singles[*data];
        *to++ = (uint8_t)number;
        if (number == ESCAPE) *to++ = *data;
        size_t taken = number == ESCAPE ? 1 : codebook->lengths[number];
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
