"""What is counted of pairs of texts: native and specification agree on every number."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe._kernels import COLUMNS, Limits, PackedTexts, _numpy
from scripts import many_texts

_native = pytest.importorskip("dedupe._kernels._native", reason="the native kernel is not built")
native = pytest.importorskip("dedupe._kernels._native_kernel")

LIMITS = Limits(12, 4, 0.8, 3, 0.0)
words = st.lists(
    st.sampled_from(
        [
            "the",
            "ferry",
            "late",
            "5",
            "2,300",
            "ice;",
            "north:",
            "covid19",
            "Ｎo．７",
            "½",
            "渡し舟",
            "·",
            "\n",
            "٧",
            "هزة،",
            "५",
        ]
    ),
    max_size=60,
)
edits = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12), st.sampled_from(["", "9", "new word", "7; 8, 9"])), max_size=5
)


def edited(tokens, changes):
    tokens = list(tokens)
    for place, length, instead in changes:
        tokens[place : place + length] = instead.split(" ")
    return tokens


def assert_measured_alike(texts, pairs, limits=LIMITS):
    pairs = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    ours, specified = native.measure(texts, pairs, limits), _numpy.measure(texts, pairs, limits)
    assert ours.dtype == specified.dtype == np.int64
    np.testing.assert_array_equal(ours, specified)
    content, ends = joined(texts)
    for kernel in (native, _numpy):
        np.testing.assert_array_equal(kernel.measure(PackedTexts(content, ends), pairs, limits), specified)
    return ours


def joined(texts):
    written = [text.encode("utf-8", "surrogatepass") for text in texts]
    return b"".join(written), np.cumsum([len(text) for text in written], dtype=np.int64)


@given(
    words,
    edits,
    st.integers(0, 13),
    st.integers(1, 9),
    st.sampled_from([0.5, 0.8, 1.0]),
    st.sampled_from([0.0, 0.4, 0.64, 1.0]),
)
@settings(max_examples=400)
def test_edited_texts_are_measured_alike(tokens, changes, gap, least, identity, reach):
    texts = [" ".join(tokens), " ".join(edited(tokens, changes))]
    assert_measured_alike(texts, [(0, 1), (1, 0), (0, 0)], Limits(gap, least, identity, 2, reach))


@given(st.lists(st.text(st.characters(codec=None), max_size=60), min_size=1, max_size=4))
@settings(max_examples=200)
def test_any_texts_are_measured_alike(texts):
    pairs = [(a, b) for a in range(len(texts)) for b in range(len(texts))]
    assert_measured_alike(texts, pairs, Limits(3, 1, 0.5, 1, 0.0))


BLOCKS = [" ".join(f"word{block}x{place}" for place in range(3 + 2 * block)) for block in range(6)]
stories = st.lists(st.sampled_from([*BLOCKS, "a b c", "a b", "7, 8", "b c a b c d"]), max_size=24)


@given(st.lists(stories, min_size=2, max_size=4), st.integers(0, 13), st.sampled_from([0.5, 0.8]), st.integers(1, 6))
@settings(max_examples=300)
def test_texts_of_moved_and_repeated_blocks_are_measured_alike(blocks, gap, identity, size):
    texts = [" ".join(story) for story in blocks]
    pairs = [(place, other) for place in range(len(texts)) for other in (0, -1 % len(texts))]
    assert_measured_alike(texts, pairs, Limits(gap, 2, identity, size, 0.0))


def test_an_opening_of_common_grams_is_met_though_a_longer_run_lies_behind_it_on_its_diagonal():
    tail = [" ".join(f"{name}{number} a b c" for number in range(6)) for name in ("left", "right")]
    texts = ["a b c here " + BLOCKS[5] + " " + tail[0], "a b c there " + BLOCKS[5] + " also " + tail[1]]
    measured = assert_measured_alike(texts, [(0, 1)], Limits(0, 3, 0.8, 3, 0.0))
    assert measured[0, COLUMNS.index("first_a")] == 0


def test_texts_are_made_ready_again_where_more_are_named_than_are_kept():
    texts = [f"{BLOCKS[place % 6]} {'filler ' * (place % 5)}{BLOCKS[place % 4]} end{place}" for place in range(40)]
    pairs = [(place, other) for other in range(7) for place in range(0, 40, 3)]
    assert_measured_alike(texts, pairs + pairs[::-1])


def test_texts_in_every_script_are_measured_alike():
    texts = many_texts(3)
    cut = [text[: len(text) // 2] + text[-len(text) // 3 :] for text in texts]
    count = len(texts)
    pairs = [(place, count + place) for place in range(count)] + [(place, place - 1) for place in range(1, count)]
    measured = assert_measured_alike(texts + cut, pairs)
    assert (measured[:count, COLUMNS.index("matched")] > 0).mean() > 0.9


@pytest.mark.usefixtures("isa")
def test_every_instruction_set_measures_alike():
    listed = [
        "1, 2: 3; 4 | 5 / 6 · 7 • 8 、 9 ， 10 ： 11 ； 12\n" * 9 + "and 100 words of prose " * 40,
        "7, 8; 9 " * 70,
    ]
    texts = [*many_texts(2), *listed, *(text[3:] + " " + text[:40] for text in listed)]
    assert_measured_alike(texts, [(place, other) for place in range(len(texts)) for other in (0, -2 % len(texts))])


@pytest.mark.usefixtures("isa")
def test_lists_are_told_wherever_a_block_of_bytes_ends():
    listed = "é、 a• b，c ：d ；7 ·e ’ я " * 6
    texts = [f"{'x' * filler} {listed}" for filler in range(66)]
    measured = assert_measured_alike(texts, [(0, place) for place in range(1, 66)])
    assert measured[:, COLUMNS.index("listed")].all()


def test_separators_are_counted_wherever_thousands_of_them_follow_each_other():
    letters = str.maketrans("0123456789", "abcdefghij")
    words = " ".join(str(number).translate(letters) for number in range(7_800))
    for count, listed in ((2_300, False), (2_400, True)):
        text = f"opening{',' * count}{words}"
        measured = assert_measured_alike([text, text + " and more"], [(0, 1)])
        assert bool(measured[0, COLUMNS.index("listed")]) is listed


@given(st.one_of(st.text(st.characters(codec=None), max_size=80), words.map(" ".join)), st.integers(1, 6))
@settings(max_examples=300)
def test_texts_are_read_alike(text, size):
    for ours, specified in zip(native.read(text, size), _numpy.read(text, size), strict=True):
        assert ours.dtype == specified.dtype
        np.testing.assert_array_equal(ours, specified)


@given(words, edits)
def test_a_mirrored_pair_has_mirrored_numbers(tokens, changes):
    texts = [" ".join(tokens), " ".join(edited(tokens, changes))]
    there, back = (
        dict(zip(COLUMNS, row, strict=True))
        for row in native.measure(texts, np.array([[0, 1], [1, 0]]), LIMITS).tolist()
    )
    other = {"a": "b", "b": "a"}
    assert there == {name[:-1] + other[name[-1]] if name[-2:] in {"_a", "_b"} else name: n for name, n in back.items()}


def test_a_bucket_that_overflows_makes_no_bound():
    texts = ["same " * 300 + "a b c d", "same " * 300 + "e f g h", "other words " * 200]
    measured = assert_measured_alike(texts, [(0, 1), (0, 2)], Limits(12, 8, 0.8, 5, 2.0))
    assert measured[:, COLUMNS.index("reached")].tolist() == [1, 1]


@pytest.mark.parametrize("piece", ["\n\u11a8\u11a8 ", "a,\u0301b ", "1½2½, ", ":\u3099 ", "Ⅷ,\ufdfa; ", "·\u0301x "])
def test_separators_in_the_span_of_a_token_are_counted(piece):
    assert_measured_alike([piece * 20, "x " + piece * 20 + "9", piece * 9], [(0, 1), (1, 0), (0, 2), (2, 1)])


@given(st.lists(st.sampled_from(["one", "two", "3", "four 5", "six"]), max_size=9), st.integers(40, 64), st.data())
def test_ends_of_short_texts_are_places_and_those_of_longer_ones_are_not(ends, length, data):
    """Around the length from which ends no longer count, with all that may stand before and behind a passage."""
    shared = " ".join(f"w{number}" for number in range(length))
    ends = [*ends, "", "", ""]
    texts = [
        " ".join((*data.draw(st.permutations(ends))[:2], shared, *data.draw(st.permutations(ends))[:2])) for _ in "ab"
    ]
    measured = assert_measured_alike(texts, [(0, 1), (1, 0)])
    places = measured[:, COLUMNS.index("places")].tolist()
    assert places[0] == places[1]


@pytest.mark.parametrize(("length", "places"), [(58, 2), (59, 0)])
def test_both_ends_of_a_text_of_sixty_tokens_are_places(length, places):
    shared = " ".join(f"w{number}" for number in range(length))
    measured = assert_measured_alike([f"one {shared} 3", f"two {shared} four", shared], [(0, 1), (0, 2)])
    assert measured[:, COLUMNS.index("places")].tolist() == [places, 0]
    assert measured[0, COLUMNS.index("numeric_places")] == places // 2


def test_what_cannot_reach_is_not_aligned():
    texts = [
        "one two three four five six seven eight nine ten",
        "one two alpha beta gamma delta epsilon zeta eta theta",
    ]
    measured = assert_measured_alike(texts, [(0, 1)], Limits(12, 2, 0.8, 2, 0.3))
    assert dict(zip(COLUMNS, measured[0].tolist(), strict=True))["reached"] == 0
    assert dict(zip(COLUMNS, measured[0].tolist(), strict=True))["tokens_a"] == 10


@pytest.mark.parametrize("kernel", [native, _numpy], ids=["native", "numpy"])
@pytest.mark.parametrize("pairs", [[(0, 2)], [(-1, 0)], [(0, 1, 1)]])
def test_pairs_of_texts_that_are_not_there_are_refused(kernel, pairs):
    with pytest.raises(ValueError, match="pairs must be"):
        kernel.measure(["a", "b"], np.array(pairs), LIMITS)


@pytest.mark.parametrize("kernel", [native, _numpy], ids=["native", "numpy"])
def test_what_is_no_text_is_refused(kernel):
    with pytest.raises(TypeError, match="text 1 is bytes"):
        kernel.measure(["a", b"b"], np.array([(0, 1)]), LIMITS)


@pytest.mark.parametrize("kernel", [native, _numpy], ids=["native", "numpy"])
def test_no_pairs_have_no_numbers(kernel):
    assert kernel.measure([], np.empty((0, 2), dtype=np.int64), LIMITS).shape == (0, len(COLUMNS))


@pytest.mark.parametrize("kernel", [native, _numpy], ids=["native", "numpy"])
@pytest.mark.parametrize(
    "wrong",
    [
        b"\x80",
        b"\xc0\x80",
        b"\xc3",
        b"\xe2\x80",
        b"\xe0\x80\x80",
        b"\xf0\x8f\xbf\xbf",
        b"\xf4\x90\x80\x80",
        b"\xf8",
        b"\xff",
    ],
)
def test_what_is_no_utf8_is_refused_where_a_pair_names_it(kernel, wrong):
    content = b"one two three" + wrong + b"one"
    ends = np.cumsum([13, len(wrong), 3])
    with pytest.raises(ValueError, match=r"(?i)utf-8"):
        kernel.measure(PackedTexts(content, ends), np.array([(0, 1)]), LIMITS)
    assert kernel.measure(PackedTexts(content, ends), np.array([(0, 2)]), LIMITS).shape == (1, len(COLUMNS))


@given(st.lists(st.binary(max_size=6), max_size=3), st.booleans())
def test_bytes_are_decoded_or_refused_alike(pieces, together):
    content = b"".join(pieces)
    ends = np.array([len(content)] if together else np.cumsum([len(piece) for piece in pieces]), dtype=np.int64)
    pairs = np.array([(place, place) for place in range(len(ends))], dtype=np.int64).reshape(-1, 2)
    try:
        specified = _numpy.measure(PackedTexts(content, ends), pairs, LIMITS)
    except ValueError:
        with pytest.raises(ValueError, match="UTF-8"):
            native.measure(PackedTexts(content, ends), pairs, LIMITS)
    else:
        np.testing.assert_array_equal(native.measure(PackedTexts(content, ends), pairs, LIMITS), specified)


@pytest.mark.parametrize("kernel", [native, _numpy], ids=["native", "numpy"])
def test_texts_in_any_buffer_are_measured(kernel):
    content, ends = joined(["one two three four five", "one two three four six"])
    measured = [
        kernel.measure(PackedTexts(held, ends), np.array([(0, 1)]), LIMITS) for held in (content, memoryview(content))
    ]
    np.testing.assert_array_equal(*measured)
