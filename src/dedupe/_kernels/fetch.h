/* Bytes brought near before they are looked at: tables and texts are larger than what a processor keeps at hand. */
#ifndef DEDUPE_FETCH_H
#define DEDUPE_FETCH_H

#include "bits.h"

#include <stddef.h>

#if defined(__GNUC__) || defined(__clang__)
#define FETCH(address) __builtin_prefetch(address)
#else
#define FETCH(address) ((void)(address))
#endif

enum { LINE = 64 };

/* Bytes from an address on, but no more than some. Inlined, as must be who only calls it: a compiler may take a function
 * that does nothing else for one that does nothing. */
INLINE void fetch_bytes(const uint8_t *bytes, size_t length, size_t most) {
    for (size_t at = 0; at < length && at < most; at += LINE) FETCH(bytes + at);
}

#endif
