"""The sentences every report shares, and the escaping under all of them."""

import re
import unicodedata
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from dedupe.records import EditorialRelation, Relation, TextRelation
from dedupe.report.visible import shorten, visible
from dedupe.report.words import EDITORIAL_MEANING, TEXT_MEANING, count, listing, percent, relation_name, summary
from handmade import EMPTY, UNREADABLE, five_pages, nothing


@given(st.text(st.characters(), max_size=60))
def test_nothing_from_a_document_can_act_or_hide(text):
    shown = visible(text)
    assert "\n" not in shown
    bad = [
        char
        for char in shown
        if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    ]
    assert bad == []
    shown.encode()


@given(st.text(st.characters(categories=("L", "N", "P")), max_size=60))
def test_printable_text_of_any_script_is_left_alone(text):
    assert visible(text) == text


def test_escape_sequences_show_as_code_points():
    assert visible("\x1b]0;owned\x07") == "<U+001B>]0;owned<U+0007>"
    assert visible("\u202etxt.exe") == "<U+202E>txt.exe"
    assert visible("a\ud800b") == "a<U+D800>b"


def test_line_ends_cannot_forge_a_second_line():
    assert visible("title\r\ndedupe: all is well") == "title dedupe: all is well"


def test_persian_joiners_stay():
    assert visible("می\u200cخواهد") == "می\u200cخواهد"


@given(st.text(max_size=80), st.integers(2, 40))
def test_shortening_keeps_the_limit_and_says_that_it_cut(text, limit):
    short = shorten(text, limit)
    assert len(short) <= limit + 1
    assert short == text if len(text) <= limit else short.endswith("…")


@given(st.floats(0, 1))
def test_a_hundred_and_nought_percent_are_said_only_where_exact(share):
    said = percent(share)
    assert (said == "100 %") == (share == 1.0)
    assert (said == "0 %") == (share == 0.0)
    assert re.fullmatch(r"(<1|\d{1,3}(\.\d)?) %", said)


def test_every_relation_has_a_meaning_for_readers():
    assert set(TEXT_MEANING) == set(get_args(TextRelation))
    assert set(EDITORIAL_MEANING) == set(get_args(EditorialRelation))


def test_counts_agree_with_their_noun():
    assert count(0, "page") == "0 pages"
    assert count(1, "page") == "1 page"


def test_a_relation_names_its_source_once():
    relation = Relation(text="partial", editorial="shared_source", confidence="high", why="")
    assert relation_name(relation, "AFP") == "partial, shared source (AFP)"
    unknown = Relation(text="near_identical", editorial="unknown", confidence="high", why="")
    assert relation_name(unknown) == "near identical"


def test_the_summary_is_one_sentence_that_counts_everything():
    assert summary(five_pages()) == "5 pages, 4 texts, at least 3 independent origins"
    assert summary(five_pages(skipped=(UNREADABLE, EMPTY))).endswith("; 2 more not used (1 failed)")
    assert summary(nothing()) == "0 pages, 0 texts, at least 0 independent origins"


def test_who_looked_for_copies_only_is_not_told_how_many_origins_there_are():
    assert summary(five_pages().replace(independent_origins=None)) == "5 pages, 4 texts"


def test_a_listing_says_how_many_it_left_out():
    assert listing(range(12), limit=10).endswith("8, 9 and 2 more")
