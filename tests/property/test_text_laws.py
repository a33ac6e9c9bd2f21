"""Laws of normalisation, tokens, shingles and signatures, on any text there is."""

import unicodedata

import numpy as np
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.sketch import minhash
from dedupe.text.normalize import normalize
from dedupe.text.shingles import shingle_hashes, shingles
from dedupe.text.tokens import token_arrays, tokenize
from scripts import SENTENCES, many_texts

marks = st.sampled_from(
    "\u0301\u0308\u0323\u0327\u0345\u0344\u0f77\u093c\u094d\u09be\u0e33\u0e48\u3099\uff9e\u1161\u11a8\u200d\ufe0f"
)
letters = st.sampled_from("aAIßﬁé½가ᄀ中かｶقกកक்क\u0958ΐΑſǅŉ \n'’-㎏\ufdfa\u00ad")
anything = st.text(st.characters(codec=None), max_size=60)
crafted = st.text(st.one_of(letters, marks), max_size=60)
texts = st.one_of(anything, crafted, st.sampled_from(list(SENTENCES.values())))
word_lists = st.lists(st.sampled_from(["alpha", "Beta", "γάμμα", "дельта", "中", "e\u0301", "2026"]), max_size=40)


@given(texts)
@settings(max_examples=500)
def test_normalising_twice_is_normalising_once(text):
    once = normalize(text)
    assert normalize(once) == once


def test_normalising_twice_is_normalising_once_in_every_script():
    for text in many_texts(4):
        once = normalize(text)
        assert normalize(once) == once


@given(st.text(st.one_of(letters, marks, st.characters(codec=None)), max_size=29))
@settings(max_examples=500)
def test_chunks_are_independent_so_the_whole_is_what_python_says(text):
    """The oracle folds the whole text at once; it is short enough for no run of marks to be cut."""
    visible = "".join(character for character in text if normalize(character))
    whole = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    assert normalize(text) == whole or len(whole) > 29


@given(texts)
@settings(max_examples=500)
def test_tokens_do_not_change_when_the_text_is_normalised_first(text):
    assert [token.text for token in tokenize(normalize(text))] == [token.text for token in tokenize(text)]


@given(texts)
@settings(max_examples=500)
def test_every_span_slices_to_the_word(text):
    for token in tokenize(text):
        start, end = token.span
        assert 0 <= start < end <= len(text)
        assert token.text in {inner.text for inner in tokenize(text[start:end])} or token.text in normalize(
            text[start:end]
        )


@given(texts)
@settings(max_examples=300)
def test_spans_ascend(text):
    found = [token.span for token in tokenize(text)]
    assert found == sorted(found)


@given(texts)
def test_tokens_are_letters_and_digits_in_utf8(text):
    for token in tokenize(text):
        token.text.encode()
        assert unicodedata.category(token.text[0])[0] in "LN"
        assert {unicodedata.category(character)[0] for character in token.text} <= set("LNM")


@given(texts, st.integers(1, 9))
def test_shingle_hashes_are_the_hashes_of_the_shingles(text, size):
    expected = {xxhash.xxh3_64_intdigest(shingle.encode()) for shingle in shingles(text, size)}
    assert shingle_hashes(text, size).tolist() == sorted(expected)
    if size == 1:
        assert shingle_hashes(text, 1).tolist() == sorted(set(token_arrays(text).hashes.tolist()))


@given(word_lists, st.randoms(use_true_random=False))
def test_a_signature_ignores_order_and_repetition_of_shingles(words, chosen):
    shuffled = words * 2
    chosen.shuffle(shuffled)
    (x, y), _ = minhash.signatures([" ".join(words), " ".join(shuffled)], num_perm=16, shingle_size=1)
    np.testing.assert_array_equal(x, y)


@given(word_lists, word_lists)
def test_merging_is_the_smaller_slot_and_the_signature_of_the_union(first, second):
    union = [" ".join(first), " ".join(second), " ".join(first + second)]
    (x, y, both), mask = minhash.signatures(union, num_perm=16, shingle_size=1)
    np.testing.assert_array_equal(minhash.merge(x, y), both)
    np.testing.assert_array_equal(minhash.merge(y, x), both)
    np.testing.assert_array_equal(minhash.merge(x, x), x)
    assert mask.tolist() == [bool(first), bool(second), bool(first or second)]


@given(st.lists(texts, max_size=6))
def test_a_batch_is_its_texts_one_by_one(batch):
    together, mask = minhash.signatures(batch, num_perm=16, shingle_size=2)
    for row, text in enumerate(batch):
        (alone,), (has_one,) = minhash.signatures([text], num_perm=16, shingle_size=2)
        np.testing.assert_array_equal(together[row], alone)
        assert mask[row] == has_one
