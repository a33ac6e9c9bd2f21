"""What kind of text pairs share: native and specification agree on every number."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe._kernels import TEXTURE, Limits, Manner, PackedTexts, Stretches, _numpy
from scripts import many_texts

pytest.importorskip("dedupe._kernels._native", reason="the native kernel is not built")
native = pytest.importorskip("dedupe._kernels._native_kernel")

MIRRORED = {
    f"{name}_{side}": f"{name}_{other}" for name in ("outside", "opening", "phrases") for side, other in ("ab", "ba")
}
LIMITS = Limits(4, 3, 0.8, 1, 0.0)
WORDS = [
    "the",
    "of",
    "we",
    "I",
    "ferry",
    "late",
    "5",
    "2,300",
    "ice;",
    "north:",
    "wir",
    "und",
    "½",
    "渡し舟",
    "\n",
    "“",
    "late”",
    "«",
    "»",
    '"',
    "‘the",
    "’",
]
words = st.lists(st.sampled_from(WORDS), max_size=60)
edits = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12), st.sampled_from(["", "9", "I say", "7; 8, 9"])), max_size=5
)
spans = st.lists(st.integers(-20, 400), max_size=12, unique=True).map(
    lambda edges: list(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)

cuts = st.lists(st.integers(0, 1000), max_size=6)


def within(text, thousandths):
    """Stretches of a text, or all of it."""
    edges = sorted({place * len(text) // 1000 for place in thousandths})
    return list(zip(edges[::2], edges[1::2], strict=False)) or [(0, len(text))]


def manner(least_words=2, least_share=0.1, quoted=0.8, room=12):
    """Words of two languages, and limits small enough for short texts."""
    flags = {}
    for language, (personal, small) in enumerate([(["we", "i"], ["the", "of"]), (["wir"], ["und", "of"])]):
        for column, listed in enumerate((personal, small)):
            for token in native.tokenize(" ".join(listed))[0].tolist():
                flags.setdefault(token, [0, 0])[column] |= 1 << language
    hashes = np.array(sorted(flags), dtype=np.uint64)
    personal, small = np.array([flags[token] for token in sorted(flags)], dtype=np.uint32).T.copy()
    parts = np.zeros(1 << 16, dtype=bool)
    parts[hashes[personal > 0] & np.uint64(0xFFFF)] = True
    return Manner(hashes, personal, small, parts, 2, least_words, least_share, 3, quoted, 6, room, 2)


def edited(tokens, changes):
    tokens = list(tokens)
    for place, length, instead in changes:
        tokens[place : place + length] = instead.split(" ")
    return tokens


def assert_told_alike(texts, pairs, stretches, limits=LIMITS, by=None):
    pairs = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    ways = {"stretches": stretches, "manner": by or manner()}
    for phrases in (1_000, 9, 0):
        specified = _numpy.texture(texts, pairs, limits, phrases=phrases, **ways)
        ours = native.texture(texts, pairs, limits, phrases=phrases, **ways)
        assert ours.dtype == specified.dtype == np.float64
        np.testing.assert_array_equal(ours, specified)
        written = [text.encode("utf-8", "surrogatepass") for text in texts]
        packed = PackedTexts(b"".join(written), np.cumsum([len(text) for text in written], dtype=np.int64))
        np.testing.assert_array_equal(native.texture(packed, pairs, limits, phrases=phrases, **ways), specified)
    return _numpy.texture(texts, pairs, limits, phrases=1_000, **ways)


@given(
    words,
    edits,
    st.lists(spans, min_size=2, max_size=2),
    st.tuples(cuts, cuts),
    st.tuples(st.integers(0, 13), st.integers(1, 9), st.sampled_from([0.5, 0.8, 1.0])),
    st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([0.3, 0.8]), st.integers(0, 30)),
)
@settings(max_examples=150)
def test_edited_texts_have_one_texture(tokens, changes, parts, cut, limits, limited):
    texts = [" ".join(tokens), " ".join(edited(tokens, changes))]
    kept = [within(text, edges) for text, edges in zip(texts, cut, strict=True)]
    stretches = Stretches.of([kept[0], parts[0], kept[1], parts[1]])
    told = assert_told_alike(texts, [(0, 1), (1, 0), (0, 0)], stretches, Limits(*limits, 1, 0.0), manner(*limited))
    there, back = (dict(zip(TEXTURE, row, strict=True)) for row in told[:2])
    assert there == {name: back[MIRRORED.get(name, name)] for name in TEXTURE}


@given(st.lists(st.text(st.characters(codec=None), max_size=60), min_size=1, max_size=4), cuts)
@settings(max_examples=100)
def test_any_texts_have_one_texture(texts, cut):
    pairs = [(a, b) for a in range(len(texts)) for b in range(len(texts))]
    parts = [part for text in texts for part in (within(text, cut), [(0, 20)])]
    assert_told_alike(texts, pairs, Stretches.of(parts), Limits(3, 1, 0.5, 1, 0.0))


def test_texts_in_every_script_have_one_texture():
    texts = many_texts(3)
    cut = [text[: len(text) // 2] + text[-len(text) // 3 :] for text in texts]
    count = len(texts)
    pairs = [(place, count + place) for place in range(count)] + [(place, place - 1) for place in range(1, count)]
    parts = []
    for text in texts + cut:
        size = len(text)
        parts += [[(0, size // 2), (size // 2 + 9, size)], [(0, size // 4)]]
    told = dict(zip(TEXTURE, assert_told_alike(texts + cut, pairs, Stretches.of(parts)).T, strict=True))
    for name in ("longest", "outside_a", "opening_b", "alike", "shared_phrases"):
        assert (told[name][:count] > 0).any(), name


def test_texts_of_a_call_are_forgotten_and_read_again_when_they_are_many():
    texts = [f"{place} " + "a long way round the island of the ferry " * 400 for place in range(60)]
    pairs = np.array([(place, other) for place in range(60) for other in (0, 59 - place)], dtype=np.int64)
    stretches = Stretches.of([part for text in texts for part in ([(0, len(text))], [])])
    told = native.texture(texts, pairs, LIMITS, stretches=stretches, manner=manner(), phrases=1_000)
    singly = [
        native.texture(texts, pair[None], LIMITS, stretches=stretches, manner=manner(), phrases=1_000) for pair in pairs
    ]
    np.testing.assert_array_equal(told, np.concatenate(singly))


@pytest.mark.parametrize("kernel", [native, _numpy], ids=["native", "numpy"])
class TestWhatIsNotThereIsRefused:
    def ask(self, kernel, texts, pairs, stretches):
        kernel.texture(texts, np.array(pairs), LIMITS, stretches=stretches, manner=manner(), phrases=0)

    @pytest.mark.parametrize("pairs", [[(0, 2)], [(-1, 0)], [(0, 1, 1)]])
    def test_texts(self, kernel, pairs):
        with pytest.raises(ValueError, match="pairs must be"):
            self.ask(kernel, ["a", "b"], pairs, Stretches.of([[]] * 4))

    def test_stretches_of_every_text(self, kernel):
        with pytest.raises(ValueError, match="stretches must be"):
            self.ask(kernel, ["a", "b"], [(0, 1)], Stretches.of([[]] * 3))

    @pytest.mark.parametrize("edges", [[0, 0, 0, 0, 1], [0, 2, 1, 1, 1], [-1, 0, 0, 0, 0]])
    def test_edges_within_the_stretches(self, kernel, edges):
        stretches = Stretches(np.empty((0, 2), dtype=np.int64), np.array(edges))
        with pytest.raises(ValueError, match="edges must ascend"):
            self.ask(kernel, ["a", "b"], [(0, 1)], stretches)

    def test_what_is_no_text(self, kernel):
        with pytest.raises(TypeError, match="bytes"):
            self.ask(kernel, ["a", b"b"], [(0, 1)], Stretches.of([[]] * 4))
