"""The cases of ``tests/golden/origin_cases``: small clusters with a known origin, made of stories and credits.

A case is a story in files' words, carried by two pages and more, each with what its publisher put around it. Half of
the cases, by the hash of their names, are set aside: answers are tuned on the other half alone.
``python tests/origin_cases.py`` prints what comes out of the half for tuning, ``--held-out`` of the other as well.
"""

import hashlib
import html
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import dedupe

FOLDER = Path(__file__).parent / "golden" / "origin_cases"


@dataclass(frozen=True)
class Case:
    """One cluster with its known origin."""

    name: str
    group: str
    expect: str
    documents: tuple[dedupe.Document, ...]

    @property
    def held_out(self):
        """Whether the case is set aside, by the hash of its name alone."""
        return hashlib.sha256(self.name.encode()).digest()[0] % 2 == 1


def read_cases():
    """Return every case, in the order of the files."""
    return [
        Case(row["name"], path.stem, row["expect"], tuple(_document(name, page, row) for name, page in _pages(row)))
        for path in sorted(FOLDER.glob("*.toml"))
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def _pages(row):
    return row["documents"].items()


def _document(name, page, case):
    """Make a page: the story with the case's and the page's own changes, and what stands around it."""
    title, *paragraphs = _story(page.get("story") or case["story"], case.get("replace", {}) | page.get("replace", {}))
    paragraphs = [text for number, text in enumerate(paragraphs, 1) if number not in page.get("skip", ())]
    paragraphs[0] = page.get("first", "") + paragraphs[0]
    paragraphs[-1] += page.get("last", "")
    if "add" in page:
        paragraphs.insert(2, page["add"])
    about = {key: page[key] for key in ("url", "source", "published") if key in page}
    lines = [*page.get("masthead", ()), title, *page.get("above", ()), *paragraphs, *page.get("below", ())]
    if "head" in page or "foot" in page:
        return dedupe.Document(id=name, html=_html(title, lines[1:], page), **about)
    return dedupe.Document(id=name, text="\n".join(lines), **about)


def _story(name, changes):
    """Return the lines of a story, changed; a change that finds nothing is a mistake in the case."""
    text = (FOLDER / "stories" / f"{name}.txt").read_text(encoding="utf-8").strip()
    for old, new in changes.items():
        assert old in text, f"{name} does not hold {old!r}"
        text = text.replace(old, new)
    return text.split("\n")


def _html(title, lines, page):
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{html.escape(title)}</title>"
        f"{''.join(page.get('head', ()))}</head><body><nav><a href='/'>Home</a></nav><article>"
        f"<h1>{html.escape(title)}</h1>{paragraphs}{''.join(page.get('foot', ()))}</article></body></html>"
    )


def answer(case):
    """Return what is said of a case's origin, in the words of ``expect``, and why."""
    result = dedupe.cluster(case.documents)
    largest = result.clusters[0]
    if len(largest.members) == 1:
        return "none", "nothing was merged"
    if len(largest.members) < len(case.documents):
        return "split", f"only {', '.join(largest.members)} were merged"
    origin = largest.origin
    named = {"document": origin.document, "external": origin.organisation}.get(origin.kind)
    return f"{origin.kind} {named}" if named else origin.kind, origin.why


def grade(expect, got):
    """Right, wrong, or abstained: no answer where there is one to be had."""
    if got == expect:
        return "right"
    return "abstained" if got == "undetermined" else "wrong"


def main():
    """Print the grades, and every case that is not right."""
    halves = (False, True) if "--held-out" in sys.argv else (False,)
    for held_out in halves:
        graded = [(case, *answer(case)) for case in read_cases() if case.held_out is held_out]
        grades = [grade(case.expect, got) for case, got, _ in graded]
        counts = ", ".join(f"{grades.count(each)} {each}" for each in ("right", "wrong", "abstained"))
        sys.stdout.write(f"{'set aside' if held_out else 'for tuning'}: {len(graded)} cases, {counts}\n")
        for (case, got, why), mark in zip(graded, grades, strict=True):
            if mark != "right" or "--all" in sys.argv:
                sys.stdout.write(f"  {mark}: {case.group}/{case.name}: {got}, expected {case.expect}\n     {why}\n")


if __name__ == "__main__":
    main()
