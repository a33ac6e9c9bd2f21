"""Lines as columns: the native kernel against its specification, bit for bit, and both against Python's own methods."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe._kernels import _lines, _phrases, _unmarked
from dedupe._kernels._columns import Lines, Marks
from dedupe.pages import guards
from dedupe.text.vocabulary import known
from scripts import SENTENCES, many_texts

_native = pytest.importorskip("dedupe._kernels._native", reason="the native kernel is not built")
native = pytest.importorskip("dedupe._kernels._native_kernel")
native_lines = pytest.importorskip("dedupe._kernels._native_lines")

MADE_UP = _phrases.Vocabulary(
    whole={"share": 1, "read more": 2, "ß": 3, "more": 9, "关注": 8},
    starts={
        "read": [("read more:", 3, 24), ("read", 4, 4)],
        "read:": [("read:", 3, 24)],
        "more:": [("more:", 5, 24)],
        "sign": [("sign up", 6, 14)],
    },
    contains={
        "up.": [("sign up", 7, 20), ("give up", 8, 2)],
        "newsletter": [("our newsletter", 9, 2**40), ("newsletter", 10, 3)],
    },
    unspaced=[("关注我", True, 11), ("我们", False, 12), ("อ่าน", False, 13)],
    openers={"read": 1, "sign": 1, "by": 18, "the": 8, "1": 2, "i̇": 4},
    inside={"newsletter": 1, "up.": 1, "afp": 4, "reuters": 12},
    within={"newsletter": [("our newsletter", 32), ("the", 64)], "afp": [("by afp", 64)]},
    prefixes={1: ("photo", "фото", "图片"), 2: ("source:", "by"), 4: ("新华社",), 8: ("photo:",)},
    dates=frozenset({"jan", "january", "monday", "at", "1月"}),
    date_openers=frozenset({"jan", "january", "date", "updated"}),
    names=frozenset({"the", "afp", "i̇", "фото"}),
)
WORDS = [
    "share", "Read", "more", "Read more:", "read:", "More:Nancy", "sign", "SIGN UP", "up.", "our newsletter", "newsletter", "34", "Jan", "1月",
    "January,", "Monday", "at", "10:30", "2022-01-19", "|", "—", "date", "Updated", "(AFP)", "AFP", "[", "/", "2/", "2", "1/2/3", "©", "(c)", "(C)",
    "COPYRIGHT", "©copyright", "by", "By", "the", "by AFP", "İ", "ı", "ß", "ﬁ", "ŉ", "Ǆ", "ǅ", "Ａ２", "关注我", "关注我们", "图片", "新华社", "อ่าน", "photo:", "фото", "...", ".",
    "!”", "?)", "end.12", "a" * 58, "x" * 119, "x" * 120, "MO", "-", "– x", "*", "> ", "_x", "²", "१२", "“q", "\ud800", "\U0001d7da", "\U000e0041",
]  # fmt: skip
BLANKS = [" ", " ", " ", "\n", "\n", "\r\n", "\t", "\xa0", "  ", "\u2028", "\x1c", "\x85", "\v", "\u3000", ""]
TEXTS = st.one_of(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BLANKS)), max_size=60).map(
        lambda pieces: "".join(word + blank for word, blank in pieces)
    ),
    st.text(st.characters(codec=None), max_size=120),
    st.lists(st.sampled_from(WORDS[:20]), max_size=30).map(" ".join),
)


def assert_equal(text, vocabulary):
    ours, specified = native.lines(text, vocabulary), _lines.lines(text, vocabulary)
    assert ours.unspaced is specified.unspaced
    for name, mine, theirs in zip(Lines._fields[:-1], ours, specified, strict=False):
        assert mine.dtype == theirs.dtype == np.uint32
        assert mine.tolist() == theirs.tolist(), name


def assert_marked(text, vocabulary, marks):
    ours, specified = (kernel.marked_lines(text, vocabulary, marks) for kernel in (native, _lines))
    assert ours == specified


@given(TEXTS, st.builds(Marks, *[st.integers(0, 2**32 - 1) | st.sampled_from([0, 1, 4, 32, 64])] * 6))
@settings(max_examples=400)
def test_marked_lines_are_equal_on_any_text(text, marks):
    assert_marked(text, MADE_UP, marks)
    assert_marked(text, known().vocabulary, marks)


def test_a_phrase_within_a_line_marks_it_and_its_words_alone_do_not():
    text = "our newsletter\na newsletter\nAFP said\nsaid by AFP, the\nsaid by AFP, ıt\nby AFP\nAFP ıt\nİ AFP"
    marked = native.marked_lines(text, MADE_UP, Marks(0, 96, 0, 0, 0, 0))
    assert [(text[start:end], inside) for start, end, _, inside, *_ in marked] == [
        ("our newsletter", 32),
        ("by AFP", 64),
        ("AFP ıt", 64),
        ("İ AFP", 64),
    ]
    assert_marked(text, MADE_UP, Marks(0, 96, 0, 0, 0, 0))


def test_a_date_is_read_to_its_end_where_dates_are_looked_for():
    text = "10 January\n10:30 at 2022 Jan\n10 words"
    dated = Marks(0, 0, 0, 0, _lines.Trait.DATED, 0)
    assert [text[start:end] for start, end, *_ in native.marked_lines(text, MADE_UP, dated)] == text.split("\n")[:2]
    assert_marked(text, MADE_UP, dated)


@pytest.mark.parametrize("kernel", [native, _unmarked])
def test_every_character_that_combines_or_is_half_of_one_is_told_and_punctuation_is_not(kernel):
    for code in range(0x110000):
        text = chr(code)
        marked = guards._COMBINING_RUN.search(text * 31) is not None or 0xD800 <= code < 0xE000
        assert not (marked and kernel.unmarked("word " + text)), hex(code)
    for text in ("", "word", "“café” – naïve… €5", "Привет, мир", "新华社"):
        assert kernel.unmarked(text)


@given(TEXTS | st.text(st.sampled_from("aé“€₿\u0300\u0482\u0483\u20cf\u20d0\u20ff\ud800\udfff\U000e0100")))
def test_unmarked_texts_are_equal(text):
    assert native.unmarked(text) is _unmarked.unmarked(text)


@given(TEXTS)
@settings(max_examples=600)
def test_lines_are_equal_on_any_text(text):
    assert_equal(text, MADE_UP)
    assert_equal(text, known().vocabulary)


def test_lines_are_equal_in_every_script():
    for text in many_texts(6):
        assert_equal(text, known().vocabulary)
        assert_equal(text.replace(" ", "\n"), known().vocabulary)
        assert_equal(text.swapcase(), MADE_UP)


@pytest.mark.parametrize("head", ["", "\n", "12 ", "( ", "• ", "Jan 19, 2022 ", "“"])
def test_every_phrase_is_found_where_python_finds_it(head):
    vocabulary = known().vocabulary
    phrases = [*vocabulary.whole, *(phrase for phrase, _, _ in vocabulary.unspaced)]
    tables = (vocabulary.starts, vocabulary.contains)
    phrases += [phrase for table in tables for rows in table.values() for phrase, *_ in rows]
    phrases = sorted(set(phrases))
    spaced = [phrase for phrase in phrases if not _lines.has_unspaced_script(phrase)]
    for tail in ("", " and more of it.", "x", " 12"):
        assert_equal("\n".join(head + phrase.title() + tail for phrase in spaced), vocabulary)
    assert_equal("\n".join(head + phrase for phrase in phrases), vocabulary)
    assert native.lines("\n".join(spaced), vocabulary).markers.all()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\r\n \t\n",
        "x" * 200_000,
        "word " * 50_000,
        "newsletter up. " * 20_000,
        "\n" * 100_000 + "x",
        "关注" * 50_000,
        "\ufdfa" * 10_000,
        "ΐ" * 40_000,
        "\ud800\n" * 1_000,
        "1 " * 14 + "\n" + "Jan " * 13 + "share",
        "a b c a b\nA: b a: c\na b a c a b\na a\na a a\n" + "a b " + "c " * 13 + "a b\na b " + "c " * 14 + "a b",
        "2 2 2\n 2 \n2/\n a 2 \n a 2 b\na\t2\tb",
        "abc\xa0\nabc\nabc \nabcd",
    ],
)
def test_hard_texts_are_equal(text):
    assert_equal(text, MADE_UP)


def test_where_the_head_of_a_line_ends_makes_no_difference():
    for length in range(116, 124):
        for mark in ("(", "/", "[", "-", "–"):
            for gap in ("", " ", "  "):
                assert_equal("MO" + "x" * (length - 2) + gap + mark + " x", MADE_UP)
                assert_equal("\t A" + "\n" + " M" * (length // 2) + gap + mark, MADE_UP)


def test_casefolding_works_as_both_kernels_take_it_to():
    """Character by character, blanks stay as they are, nothing folds to more than three, and twice is once."""
    for code in range(0x110000):
        character = chr(code)
        folded = character.casefold()
        assert len(folded) <= 3
        assert folded.casefold() == folded
        assert folded == character if character.isspace() else not any(map(str.isspace, folded))


def test_no_script_without_spaces_lies_where_c_does_not_look():
    assert not any(_lines.has_unspaced_script(chr(code)) for code in range(0xE00))


@pytest.mark.parametrize(
    "numbers",
    [
        [],
        [0, 0, 0, 0],
        [0, 0, 0, 0, 0, 7],
        [1, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 9, 1, 1],
        [1, 0, 0, 0, 0, 0, 1, 1],
        [0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 97, 0],
        [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 97, 0],
        [0, 0, 0, 1, 0, 5, 0],
        [2**32 - 1] * 9,
    ],
)
def test_numbers_that_make_no_vocabulary_are_refused(numbers):
    with pytest.raises(ValueError, match="vocabulary"):
        _native.vocabulary(np.array(numbers, dtype=np.uint32))


def test_what_is_no_vocabulary_or_no_text_is_refused():
    with pytest.raises((TypeError, ValueError)):
        _native.lines(object(), "x")
    with pytest.raises(TypeError):
        _native.lines(native_lines._compiled(MADE_UP), b"bytes")


def test_traits_say_what_their_names_say():
    lines = native.lines(
        "\n".join([*SENTENCES.values(), "and so on", "and so on", "• item,", "(AFP)", "Jan 19, 2022"]), MADE_UP
    )
    traits = lines.traits.tolist()
    assert not traits[-5] & _lines.Trait.SAME
    assert traits[-4] & (_lines.Trait.SAME | _lines.Trait.LOWER) == _lines.Trait.SAME | _lines.Trait.LOWER
    assert traits[-3] & _lines.Trait.BULLET
    assert traits[-3] & _lines.Trait.CLAUSE_END
    assert traits[-2] & _lines.Trait.BRACKETED
    assert traits[-2] & _lines.Trait.NAMED
    assert [place for place, trait in enumerate(traits) if trait & _lines.Trait.DATED] == [len(traits) - 1]
