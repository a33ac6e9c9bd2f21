"""Laws of the chrome finder and the credit reader, for any text whatever."""

import gc
import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.text import bylines, chrome, credits  # noqa: A004 - the module's name is the field's noun
from dedupe.text.credits import find_credits
from dedupe.text.lines import Trait
from dedupe.text.vocabulary import Word, forget

PIECES = st.sampled_from(
    [
        "Newsletter", "Related Articles", "Home", "By AFP", "By Jane Doe", "19 Jan 2022", "(Reuters) - The bank fell.", "© 2022 Al Jazeera", "[File: A/AFP]",
        "Leave a Reply", "We use cookies to improve your visit.", "With reporting by TASS, AFP", "Source: Reuters", "来源：新华社", "关注我们", "اقرأ أيضا", "...", "/", "(", "©", "By", "1",
        "A bridge that was closed for years was opened again on Monday, and people from both banks of the river came to see it.",
        "and so on and so forth", "\ud800", "\u2028", "\r\n", "\n", "\n\n", "\t", " ", "\xa0", "\u200b", "\x00", "İ", "ß", "ﷺ", "桥梁将于明年春天重建。",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=40).map("\n".join), st.lists(PIECES, max_size=12).map(" ".join), st.text(max_size=200)
)


@given(TEXTS)
def test_lines_are_the_texts_own_words_in_order(text):
    lines = chrome.classify(text)
    at = 0
    for line in lines:
        start, end = line.span
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()
    assert [piece.strip() for piece in text.splitlines() if piece.strip()] == [
        text[line.span.start : line.span.end] for line in lines
    ]


@given(TEXTS)
def test_something_is_kept_whenever_there_was_text(text):
    lines = chrome.classify(text)
    spans = chrome.body_spans(lines, text)
    assert bool(spans) == bool(text.strip())
    assert all(a.end < b.start for a, b in itertools.pairwise(spans))
    assert all(text[start:end].strip() for start, end in spans)
    share = chrome.removed_share(lines, text)
    assert 0.0 <= share < 1.0
    assert (share == 0.0) == all(line.kept for line in lines)


@given(TEXTS)
def test_what_is_kept_is_what_the_spans_hold(text):
    lines = chrome.classify(text)
    held = [
        piece.strip()
        for start, end in chrome.body_spans(lines, text)
        for piece in text[start:end].splitlines()
        if piece.strip()
    ]
    assert held == [text[line.span.start : line.span.end] for line in lines if line.kept]


@given(TEXTS)
def test_line_ends_do_not_matter(text):
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    decided = [(line.line_class, line.kept) for line in chrome.classify(plain)]
    assert [(line.line_class, line.kept) for line in chrome.classify(plain.replace("\n", "\r\n"))] == decided


@given(TEXTS)
def test_credits_quote_the_text(text):
    found = find_credits(text)
    assert all(text[credit.span.start : credit.span.end] == credit.quote != "" for credit in found)
    assert find_credits(text, chrome.classify(text)) == found


HOSTILE = {
    "words": "word ",
    "no blanks": "x",
    "brackets": "(",
    "open and close": "()[]",
    "slashes": "a/",
    "names": "By A ",
    "copyright": "© (c) copyright ",
    "dates": "1.1.1 ",
    "republished": "originally published by ",
    "contributed": "contributed to this report ",
    "triggers": "cookies newsletter ",
    "menu": "Home\n",
    "wrapped": "and so on and on\n",
    "comments": "Comments\n",
    "prose": "The quick brown fox jumps over the lazy dog today.\n",
    "han": "新华社来源：",
    "counters": "1 of 9 2 of 9 3 of 8 ",
    "fractions": "1/2/3/",
    "titles": "Photos: a b Photos: a b ",
    "doubles": "One line of five words\nOne line of five words\n",
    "buttons": "The ten finest bridges of the valley. Shares\n",
    "labels": "More:more ",
    "blank lines": "   \n",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_cost_is_linear_in_hostile_text(unit):
    """Eight times the text may cost at most thirty times the time: a quadratic step would cost sixty-four times."""

    def cost(length):
        text = unit * (length // len(unit))
        gc.disable()  # a collection of everything the whole run has made says nothing about this text
        try:
            begun = time.process_time()
            find_credits(text, chrome.classify(text))
            return time.process_time() - begun
        finally:
            gc.enable()

    cost(5_000)
    small = min(cost(40_000) for _ in range(3))
    assert min(cost(320_000) for _ in range(2)) < 30 * max(small, 0.002)


@settings(max_examples=30)
@given(
    st.lists(
        st.sampled_from(
            [
                "The bridge over the river was opened on Monday after nine years of work and many delays.",
                "Home",
                "Related Articles",
                "By AFP",
            ]
        ),
        max_size=30,
    )
)
def test_the_same_text_gives_the_same_answer(pieces):
    text = "\n".join(pieces)
    first = chrome.classify(text)
    forget()
    assert chrome.classify(text) == first


SHORT = st.sampled_from(
    [
        "By", "by Jane Doe", "AFP", "The", "the", "Reuters", "(AFP)", "[AFP]", "(Reporting by Jane Doe)", "Photo:", "photo: AFP", "Foto:", "(Photo by A. B./AFP)", "Source:", "Source: AFP",
        "来源：新华社", "（记者", "新华社北京1月19日电", "【共同】", "MOSCOW, Jan 19 (AFP) -", "МОСКВА, 19 янв - РИА Новости.", "Jan 19, 2022", "19", "2022-01-19", "Updated", "3 hours ago", "(c) 2022 A", "©", "Copyright",
        "contributed to this report.", "Originally published by", "A 1 of 3 B 2 of 3 C 3 of 3 D E F", "Title: a b Title: a b c d", "/", "Pool/AFP", ").", "] .", ") .", "，", "»", "İ", "\ud800", "word " * 45, "x" * 130,
    ]
)  # fmt: skip
MIXED = st.lists(st.tuples(SHORT, st.sampled_from([" ", "\n", "\n", ", ", ""])), max_size=25).map(
    lambda pieces: "".join(text + gap for text, gap in pieces)
)


@given(st.one_of(MIXED, TEXTS))
@settings(max_examples=300)
def test_no_credit_is_passed_over_by_looking_at_columns_first(text):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(credits, "_BRIEF", -1)
        by_columns = find_credits(text)
        of_lines = find_credits(text, chrome.classify(text))
        patched.setattr(credits, "_BRIEF", len(text))
        expected = find_credits(text)
    assert by_columns == of_lines == expected == find_credits(text)


@given(st.one_of(MIXED, TEXTS))
@settings(max_examples=300)
def test_no_line_is_passed_over_by_looking_at_columns_first(text):
    def everything(found):
        everywhere = (
            np.uint32(Word.DATED) * (found.parts <= bylines.MAX_WORDS)
            | np.uint32(Word.PICTURED) * ((found.traits & np.uint32(Trait.ENDED | Trait.CLOSING)) != Trait.ENDED)
            | np.uint32(Word.CREDITED)
            | np.uint32(chrome._RECURRING) * (found.words >= chrome.PROSE_WORDS)
        )
        return everywhere * (found.markers == 0)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chrome, "_looks", everything)
        expected = chrome.classify(text)
    assert chrome.classify(text) == expected


def test_lines_of_somebody_elses_making_are_all_looked_at():
    text = "By AFP\nThe bridge was opened.\n© 2022 Al Jazeera"
    lines = chrome.classify(text)
    assert [credit.organisation for credit in find_credits(text, lines[2:])] == ["Al Jazeera"]
    assert find_credits(text, lines) == find_credits(text)


def test_the_text_last_read_is_not_taken_for_another(kernel):
    first, second = "By AFP\nMore.", "By DPA\nMore."
    assert find_credits(first) != find_credits(second)
    assert chrome.classify(first) == chrome.classify(second)
    assert find_credits(first)[0].quote == "By AFP"
