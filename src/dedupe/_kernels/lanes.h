/* XXH3 of several shingles of 17 to 64 bytes side by side, one in each lane of a vector; for `avx2.c` and `avx512.c`.
 *
 * Before they include this, these say what TARGET, SIDES (lanes of 64 bits), lanes_t and its operations are, and how
 * words of memory become lanes. The formula stands in words in the specification of xxHash, and in `xxh3.c` for one input.
 */
#ifndef SIDES
#error "included by the files of vector instruction sets only"
#endif

TARGET static inline lanes_t secret_lanes(size_t place) { return lanes_of(read64(xxh3_secret + place)); }

/* Both halves of the product of 64 by 64 bits, folded by exclusive or. */
TARGET static inline lanes_t fold_products(lanes_t x, lanes_t y) {
    lanes_t x_high = lanes_right(x, 32), y_high = lanes_right(y, 32);
    lanes_t low = lanes_multiply_32(x, y), high = lanes_multiply_32(x_high, y_high);
    lanes_t cross = lanes_add(lanes_multiply_32(x_high, y), lanes_right(low, 32)); /* below 2**64, as is the next */
    lanes_t other = lanes_add(lanes_multiply_32(x, y_high), lanes_low_32(cross));
    lanes_t upper = lanes_add(lanes_add(high, lanes_right(cross, 32)), lanes_right(other, 32));
    return lanes_xor(upper, lanes_join_32(low, other));
}

TARGET static inline lanes_t mix_lanes(lanes_t first, lanes_t second, size_t secret) {
    return fold_products(lanes_xor(first, secret_lanes(secret)), lanes_xor(second, secret_lanes(secret + 8)));
}

/* Hashes SIDES spans from the i-th on as if each had 17 to 64 bytes, and those that have not again. */
TARGET static inline void hash_side_by_side(const spans_t *spans, size_t i) {
    const size_t *edges = spans->edges + i;
    lanes_t head[4], tail[4], lengths = lanes_lengths(edges, edges + spans->size);
    load_words(spans->bytes + 1, edges, head);
    load_words(spans->bytes - 32, edges + spans->size, tail);
    lanes_t outer = lanes_add(mix_lanes(head[0], head[1], 0), mix_lanes(tail[2], tail[3], 16));
    lanes_t inner = lanes_add(mix_lanes(head[2], head[3], 32), mix_lanes(tail[0], tail[1], 48));
    lanes_t sum = lanes_add(lanes_multiply(lengths, PRIME64_1), outer);
    sum = lanes_add(sum, lanes_where_beyond_32(lengths, inner));
    sum = lanes_multiply(lanes_xor(sum, lanes_right(sum, 37)), PRIME_MX1);
    lanes_store(spans->hashes + i, lanes_xor(sum, lanes_right(sum, 32)));
    unsigned usual = lanes_within(lengths, 16, 65);
    for (unsigned other = usual ^ ((1U << SIDES) - 1); other; other &= other - 1) hash_span(spans, i + trailing_zeros(other));
}

TARGET static void hash_spans(const spans_t *spans) {
    size_t count = spans->count, i = 0;
    for (; i + SIDES <= count; i += SIDES) hash_side_by_side(spans, i);
    if (i < count && count >= SIDES) hash_side_by_side(spans, count - SIDES); /* some of them again */
    else for (; i < count; i++) hash_span(spans, i);
}
