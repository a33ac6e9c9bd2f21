/* XXH3 of several shingles of 17 to 64 bytes side by side, one in each lane of a vector; for `avx2.c` and `avx512.c`.
 *
 * Before they include this, these say what TARGET, SIDES (lanes of 64 bits), lanes_t and its operations are, and how
 * words of memory become lanes. The formula stands in words in the specification of xxHash, and in `xxh3.c` for one input.
 */
#ifndef SIDES
#error "included by the files of vector instruction sets only"
#endif

/* Both halves of the product of 64 by 64 bits, folded by exclusive or. */
TARGET static inline lanes_t fold_products(lanes_t x, lanes_t y) {
    lanes_t x_high = lanes_right(x, 32), y_high = lanes_right(y, 32);
    lanes_t low = lanes_multiply_32(x, y), high = lanes_multiply_32(x_high, y_high);
    lanes_t cross = lanes_add(lanes_multiply_32(x_high, y), lanes_right(low, 32)); /* below 2**64, as is the next */
    lanes_t other = lanes_add(lanes_multiply_32(x, y_high), lanes_low_32(cross));
    lanes_t upper = lanes_add(lanes_add(high, lanes_right(cross, 32)), lanes_right(other, 32));
    return lanes_xor(upper, lanes_join_32(low, other));
}

/* Hashes SIDES spans from the i-th on as if each had 17 to 64 bytes; returns a bit for each that has not. */
TARGET TWICE static inline unsigned hash_side_by_side(const spans_t *spans, size_t i) {
    const size_t *edges = spans->edges + i;
    lanes_t head[4], tail[4], lengths = lanes_lengths(edges, edges + spans->size);
    load_words(spans->bytes + 1, edges, secret_words(0, 8, 32, 40), head);
    load_words(spans->bytes - 32, edges + spans->size, secret_words(48, 56, 16, 24), tail);
    lanes_t outer = lanes_add(fold_products(head[0], head[1]), fold_products(tail[2], tail[3]));
    lanes_t inner = lanes_add(fold_products(head[2], head[3]), fold_products(tail[0], tail[1]));
    lanes_t sum = lanes_add(lanes_multiply_small(lengths, PRIME64_1), outer);
    sum = lanes_add(sum, lanes_where_beyond_32(lengths, inner));
    sum = lanes_multiply(lanes_xor(sum, lanes_right(sum, 37)), PRIME_MX1);
    lanes_store(spans->hashes + i, lanes_xor(sum, lanes_right(sum, 32)));
    return lanes_within(lengths, 16, 65) ^ ((1U << SIDES) - 1);
}

TARGET static void hash_others(const spans_t *spans, size_t i, unsigned others) {
    for (; others; others &= others - 1) hash_span(spans, i + trailing_zeros(others));
}

TARGET static void hash_spans(const spans_t *given) {
    const spans_t spans = *given; /* a copy: what is stored does not change it */
    size_t i = 0;
    for (; i + SIDES <= spans.count; i += SIDES) {
        unsigned others = hash_side_by_side(&spans, i);
        if (others) hash_others(&spans, i, others);
    }
    if (i < spans.count && i) { /* some of them again */
        i = spans.count - SIDES;
        hash_others(&spans, i, hash_side_by_side(&spans, i));
    } else {
        hash_others(&spans, i, (1U << (spans.count - i)) - 1);
    }
}
