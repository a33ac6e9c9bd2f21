/* UTF-8 to code points, every byte checked: what Python's decoder takes with "surrogatepass", and nothing else. */
#include "kernels.h"

#include <string.h>

enum { AT_ONCE = 16 };

/* How many of the first AT_ONCE bytes are ASCII before one that is not. */
static inline size_t ascii_ahead(const uint8_t *bytes) {
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t low, high;
    memcpy(&low, bytes, sizeof low);
    memcpy(&high, bytes + sizeof low, sizeof high);
    low &= 0x8080808080808080ULL;
    high &= 0x8080808080808080ULL;
    if (low) return (size_t)__builtin_ctzll(low) / 8;
    return high ? sizeof low + (size_t)__builtin_ctzll(high) / 8 : AT_ONCE;
#else
    size_t count = 0;
    while (count < AT_ONCE && bytes[count] < 0x80) count++;
    return count;
#endif
}

/* Widens ASCII up to what is not; returns how many bytes. There is room for as many codes as there are bytes left, so
 * bytes may be widened before anybody has looked at them. */
static size_t widen_ascii(const uint8_t *restrict bytes, size_t length, uint32_t *restrict codes) {
    size_t done = 0;
    while (length - done >= AT_ONCE) {
        for (size_t i = 0; i < AT_ONCE; i++) codes[done + i] = bytes[done + i];
        size_t ascii = ascii_ahead(bytes + done);
        done += ascii;
        if (ascii < AT_ONCE) return done;
    }
    while (done < length && bytes[done] < 0x80) {
        codes[done] = bytes[done];
        done++;
    }
    return done;
}

bool utf8_decode(const uint8_t *bytes, size_t length, uint32_t *codes, size_t *count) {
    size_t done = 0, made = 0;
    while (done < length) {
        if (bytes[done] < 0x80) {
            size_t ascii = widen_ascii(bytes + done, length - done, codes + made);
            done += ascii;
            made += ascii;
            continue;
        }
        size_t size = utf8_read(bytes + done, length - done, &codes[made]);
        if (!size) return false;
        done += size;
        made++;
    }
    *count = made;
    return true;
}
