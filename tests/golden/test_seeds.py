"""The five pages this library was begun for: what must be said of them, however they come in."""

import html
import itertools
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import dedupe
from dedupe.cli.app import app
from wrappings import WRAPPINGS, Article

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
EXPECTED = json.loads((SEEDS / "expected.json").read_text(encoding="utf-8"))
PAGES = sorted(SEEDS.glob("*.txt"))
MERGED, LINK = EXPECTED["merged"], EXPECTED["link"]


@pytest.fixture(scope="module")
def printed():
    """What ``dedupe scan seeds --format json`` prints."""
    done = CliRunner().invoke(app, ["scan", str(SEEDS), "--format", "json"], catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def answer(printed):
    """What is said of the five pages."""
    return json.loads(printed)


def check(answer):
    """Hold an answer against everything that is expected of the five texts."""
    assert sorted(sorted(cluster["members"]) for cluster in answer["clusters"]) == EXPECTED["clusters"]
    (merged,) = [pair for pair in answer["pairs"] if (pair["a"], pair["b"]) == (MERGED["a"], MERGED["b"])]
    assert (merged["relation"]["text"], merged["relation"]["editorial"]) == (MERGED["text"], MERGED["editorial"])
    assert min(merged["coverage"].values()) >= MERGED["coverage_at_least"]
    (link,) = answer["links"]
    assert (link["a"], link["b"]) == (LINK["a"], LINK["b"])
    assert (link["relation"]["text"], link["relation"]["editorial"]) == (LINK["text"], LINK["editorial"])
    assert link["source"] == LINK["source"]
    quoted = " ".join(passage["quote"] for passage in link["passages"])
    for quote in LINK["quotes"]:
        assert quote in quoted
    assert answer["independent_origins"] == EXPECTED["independent_origins"]
    assert {entry["id"] for entry in answer["skipped"]} <= {"expected.json"}


def test_the_answer_is_the_expected_one(answer):
    assert answer["schema"] == "dedupe.result/1"
    check(answer)


def test_no_other_pair_shares_text(answer):
    sharing = {(pair["a"], pair["b"]) for pair in answer["pairs"] if pair["relation"]["text"] != "none"}
    assert sharing == {(MERGED["a"], MERGED["b"]), (LINK["a"], LINK["b"])}


def test_every_decision_says_why(answer):
    for entry in answer["pairs"] + answer["links"]:
        assert entry["relation"]["why"]
        assert entry["relation"]["confidence"] in {"high", "medium", "low"}


def test_the_article_is_aligned_from_its_first_line_to_its_last(answer):
    (merged,) = [pair for pair in answer["pairs"] if pair["a"] == MERGED["a"]]
    assert merged["passages"][0]["quote"].startswith(MERGED["opens"])
    assert merged["passages"][-1]["quote"].rstrip().endswith(MERGED["closes"])


def test_every_passage_stands_where_it_says(answer):
    bodies = {body.id: body for body in dedupe.cluster(dedupe.read(*PAGES)).documents}
    for pair in answer["pairs"]:
        for passage in pair["passages"]:
            start, end = passage["a"]
            said = bodies[pair["a"]].original[start:end]
            assert " ".join(said.split()) == " ".join(passage["quote"].split())


def test_chrome_is_what_was_set_aside():
    copy = dedupe.extract(dedupe.Document(id="000", text=PAGES[0].read_text(encoding="utf-8")))
    assert "Delta Force Identified" not in copy.text
    original = dedupe.extract(dedupe.Document(id="001", text=PAGES[1].read_text(encoding="utf-8")))
    assert "online privacy" not in original.text
    assert "Skip to Content" not in original.text


def test_order_of_input_does_not_matter():
    documents = list(dedupe.read(*PAGES))
    first = dedupe.cluster(documents).to_json()
    for seed in range(6):
        shuffled = documents[:]
        random.Random(seed).shuffle(shuffled)
        assert dedupe.cluster(shuffled).to_json() == first


def test_the_hash_seed_of_the_process_does_not_matter(printed):
    answers = {printed.encode()}  # of this process, whose seed is another
    for seed in ("0", "1"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-m", "dedupe", "scan", str(SEEDS), "--format", "json"]
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        assert done.stderr == b""
        answers.add(done.stdout)
    assert len(answers) == 1


@pytest.mark.parametrize("layout", ["article", "div soup"])
def test_the_same_pages_as_html_give_the_same_answer(tmp_path, layout):
    for page in PAGES:
        (tmp_path / page.name).write_text(
            as_html(page.name[:3], page.read_text(encoding="utf-8"), layout), encoding="utf-8"
        )
    done = CliRunner().invoke(app, ["scan", str(tmp_path), "--format", "json"], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert {entry["extractor"] for entry in answer["documents"]} == {"trafilatura"}
    check(answer)


def article_of(page):
    """A page's article and what stands around it, by what its own HTML would say."""
    name, lines = page.name[:3], [line.strip() for line in page.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line]
    head = next(number for number, line in enumerate(lines) if line.startswith(HEADLINES[name]))
    end = next(number for number, line in enumerate(lines) if line.startswith(ENDS[name]))
    return Article(int(name), lines[:head], lines[head], lines[head + 1 : end + 1], lines[end + 1 :])


def uncharted(page):
    """The bytes of a page in windows-1252 that nowhere says so."""
    return re.sub(r"<meta charset=[^<>]*>", "", page).encode("cp1252", "xmlcharrefreplace")


@pytest.mark.parametrize("encode", [str.encode, uncharted], ids=["utf-8", "cp1252 without a charset"])
@pytest.mark.parametrize("wrapping", sorted(WRAPPINGS))
def test_the_pages_of_quite_different_sites_give_the_same_answer(wrapping, encode):
    pages = [(page.name, encode(WRAPPINGS[wrapping](article_of(page)))) for page in PAGES]
    check(json.loads(dedupe.cluster(pages).to_json()))


def test_every_page_from_another_kind_of_site_gives_the_same_answer():
    kinds = [WRAPPINGS[name] for name in ("minified", "newspaper", "table", "weblog", "amp")]
    pages = [(page.name, wrap(article_of(page)).encode()) for page, wrap in zip(PAGES, kinds, strict=True)]
    check(json.loads(dedupe.cluster(pages).to_json()))


HEADLINES = {
    "000": "Iran’s Raisi says Moscow visit",
    "001": "Iran’s Raisi says Moscow visit",
    "002": "At a summit in Moscow, Putin meets",
    "003": "Putin and Iran’s Raisi discuss",
    "004": "Putin Hails Strong",
}
ENDS = {
    "000": "After a United Nations embargo",
    "001": "After a United Nations embargo",
    "002": "“The current level of cooperation",
    "003": "With reporting by",
    "004": "Moscow and Tehran have strong",
}
"""How the line begins that is the headline, and the last one of the article: what the page's own HTML would say."""


def as_html(name, text, layout):
    """A page a newspaper could have served: head, menu, article with headline and byline, related links, footer."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    head = next(number for number, line in enumerate(lines) if line.startswith(HEADLINES[name]))
    end = next(number for number, line in enumerate(lines) if line.startswith(ENDS[name]))
    title = html.escape(lines[head])
    opening, closing = ("<article>", "</article>") if layout == "article" else ('<div class="story-body">', "</div>")
    menu = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in ("News", "Politics", "Business", "Sport"))
    body = "".join(blocks(lines[head + 1 : end + 1]))
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
        f"<style>body{{margin:0}}</style><script>var lines = {len(lines)};</script></head><body>"
        f"<header><nav><ul>{menu}</ul></nav>{divisions(lines[:head])}</header>"
        f"<main>{opening}<h1>{title}</h1>{body}{closing}<aside>{''.join(asides(lines[end + 1 :]))}</aside></main>"
        f"<footer><p>Contact</p><p>Terms of use</p></footer></body></html>"
    )


def is_sentence(line):
    """At least eight words and an end of sentence."""
    return len(line.split()) >= 8 and re.search(r"[.!?][”\"’')]*$", line) is not None


def blocks(lines):
    """The article's lines: bylines and dates, sentences as paragraphs, short lines between them as subheadings."""
    for line in lines:
        if re.match(r"By [A-Z]|Updated|\d{1,2} [A-Z][a-z]+ \d{4}", line):
            yield f'<div class="byline">{html.escape(line)}</div>'
        elif is_sentence(line) or line.startswith("With reporting by"):
            yield f"<p>{html.escape(line)}</p>"
        else:
            yield f"<h3>{html.escape(line)}</h3>"


def asides(lines):
    """What follows an article: runs of headlines as links, prose as small print."""
    for sentence, run in itertools.groupby(lines, key=is_sentence):
        if sentence:
            yield from (f"<p><small>{html.escape(line)}</small></p>" for line in run)
        else:
            yield f"<ul>{''.join(f'<li><a href=#>{html.escape(line)}</a></li>' for line in run)}</ul>"


def divisions(lines):
    return "".join(f"<div>{html.escape(line)}</div>" for line in lines)
