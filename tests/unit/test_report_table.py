"""The table a person reads at a terminal."""

import io
import re

import pytest
from rich.console import Console

from dedupe.cli.streams import table_console
from dedupe.group.clusters import Bridge
from dedupe.report import table
from dedupe.report.table import print_result
from handmade import CROWD, EMPTY, UNREADABLE, body, five_pages, nothing


def printed(result, width=100):
    out = io.StringIO()
    console = table_console(out)
    console.width = width
    print_result(result, console)
    return out.getvalue()


def test_clusters_links_and_the_summary_are_printed_in_this_order():
    text = printed(five_pages(skipped=(UNREADABLE, EMPTY)))
    wanted = ["original.txt", "representative: origin of the text", "copy.txt", "96 %", "near identical, republication",
              "text 1: both bodies are covered", "origin: it alone has a byline", "linked, but not the same text",
              "wire-a.txt and wire-b.txt: partial, shared source (AFP)", "both carry AFP words", "Talks to restore",
              "not used", "locked.html: failed at read: permission denied", "empty.txt: skipped at body: no words",
              "5 pages, 4 texts, at least 3 independent origins; 2 more not used (1 failed)"]  # fmt: skip
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)
    assert text.endswith("(1 failed)\n")


def test_a_document_that_stands_alone_has_neither_similarity_nor_relation():
    (line,) = [line for line in printed(five_pages()).splitlines() if "other.txt" in line]
    assert re.fullmatch(r"\s*2\s+other\.txt\s*", line)


def test_an_empty_result_is_one_sentence():
    assert printed(nothing()) == "0 pages, 0 texts, at least 0 independent origins\n"


def test_a_pair_that_was_kept_apart_is_said():
    bridge = Bridge("a\x1b[31m", "b", 0.9, ("aa", "bb"), "verified, but the others do not match")
    text = printed(five_pages().replace(bridges=(bridge,) * (table.LINKS_SHOWN + 2)))
    assert "a<U+001B>[31m and b: verified, but the others do not match" in text
    assert "... and 2 more (--format json lists all)" in text
    assert "kept apart" not in printed(five_pages())


def test_a_reached_limit_is_said():
    assert "lsh: 5,000 documents share one key" in printed(five_pages().replace(overflows=(CROWD,)))


def test_markup_and_escapes_in_an_id_print_as_they_are():
    ids = ("[red]a[/red]", "\x1b[2Jb", "c\nd", "\u202ee", ":smile:")
    text = printed(five_pages(ids=ids))
    for shown in ("[red]a[/red]", "<U+001B>[2Jb", "c d", "<U+202E>e", ":smile:"):
        assert shown in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_long_id_is_folded_and_not_cut():
    short, long = (
        printed(five_pages(ids=(document_id, "b", "c", "d", "e")), width=80).split("linked,")[0]
        for document_id in ("https://example.org/", "https://example.org/" + "x" * 300)
    )
    assert long.count("x") == short.count("x") + 300


def test_in_a_narrow_terminal_what_wraps_stays_indented():
    links = printed(five_pages(), width=40).split("linked, but not the same text\n")[1].split("\n\n")[0]
    assert len(links.splitlines()) > 4
    assert all(line.startswith("  ") for line in links.splitlines() if line.strip())


def test_what_is_left_out_is_counted(monkeypatch):
    monkeypatch.setattr(table, "CLUSTERS_SHOWN", 2)
    monkeypatch.setattr(table, "SKIPPED_SHOWN", 1)
    text = printed(five_pages(skipped=(UNREADABLE, EMPTY)))
    assert "... and 2 more texts, 2 of them of one page (--format json lists all)" in text
    assert "... and 1 more (--format json lists all)" in text


def test_colours_are_for_terminals_that_want_them(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = io.StringIO()
    print_result(five_pages(), Console(file=coloured, force_terminal=True, color_system="standard", width=100))
    assert "\x1b[" in coloured.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = io.StringIO()
    print_result(five_pages(), Console(file=plain, force_terminal=True, width=100))
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", plain.getvalue())


@pytest.mark.parametrize("members", [3, 60])
def test_a_large_cluster_shows_some_members_and_counts_the_rest(members):
    ids = tuple(f"page-{number:03}" for number in range(members))
    result = five_pages()
    one = result.clusters[0]
    big = type(one)(
        id=one.id, members=ids, representative=ids[0], reason="first", similarity=0.9, kind="near_identical"
    )
    text = printed(result.replace(clusters=(big,), documents=tuple(body(i, "x") for i in ids), links=(), pairs=()))
    shown = text.count("page-")
    assert (f"... and {members - shown} more" in text) == (members > shown)
