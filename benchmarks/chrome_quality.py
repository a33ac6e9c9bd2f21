"""How well ``dedupe.text.chrome`` finds the body of a page dump, and what it costs.

Every page of ``html_scrapinghub`` and ``html_readability`` has its tags stripped (scripts and styles dropped, a newline
at every block element); what ``chrome`` keeps is compared with the gold main text as multisets of tokens. Clean article
sets show what is taken from texts that need no cleaning.

    python benchmarks/chrome_quality.py --data ../shared/data/unpacked

The data directory is ``--data``, else the environment variable DEDUPE_DATA, else ``.data``.
"""

import argparse
import functools
import gzip
import itertools
import json
import os
import re
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from lxml import html as lxml_html

from dedupe.text import chrome
from dedupe.text.vocabulary import forget

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
        "textarea",
        "iframe",
    ]
)
DROPPED = frozenset({"script", "style", "noscript", "template", "svg"})
WORD = re.compile(r"\w+")


def strip_tags(source: bytes) -> str:
    """Return the text of a page as a dump would show it: one line a block, no markup."""
    root = lxml_html.document_fromstring(
        source.decode("utf-8", "replace").encode(), parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    )
    parts: list[str] = []
    walk = [(root, False)]
    while walk:
        node, done = walk.pop()
        block = isinstance(node.tag, str) and node.tag in BLOCKS
        if done:
            if block:
                parts.append("\n")
            parts.append(re.sub(r"\s+", " ", node.tail or ""))
            continue
        walk.append((node, True))
        if not isinstance(node.tag, str) or node.tag in DROPPED:
            continue
        if block:
            parts.append("\n")
        parts.append(re.sub(r"\s+", " ", node.text or ""))
        walk.extend((child, False) for child in reversed(node))
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def f1(found: str, gold: str) -> tuple[float, float, float]:
    """Return precision, recall and F1 of two texts as token multisets."""
    a, b = Counter(WORD.findall(found.casefold())), Counter(WORD.findall(gold.casefold()))
    shared = (a & b).total()
    precision, recall = shared / max(a.total(), 1), shared / max(b.total(), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def kept_text(text: str) -> str:
    """Return what ``chrome`` keeps of a text."""
    return "\n".join(text[start:end] for start, end in chrome.body_spans(chrome.classify(text), text))


def cost_ms(texts: list[str], rounds: int = 3) -> list[float]:
    """Return the CPU milliseconds of classifying each text, the best of a few rounds."""
    best = [float("inf")] * len(texts)
    for _ in range(rounds):
        for position, text in enumerate(texts):
            forget()  # each page as if it were the first
            begun = time.process_time_ns()
            chrome.body_spans(chrome.classify(text), text)
            best[position] = min(best[position], (time.process_time_ns() - begun) / 1e6)
    return best


@functools.cache
def pages(data: Path, name: str) -> list[tuple[str, str, str]]:
    """Return (id, tag-stripped text, gold) of every page of a set that has gold text."""
    found = []
    for row in map(json.loads, (data / name / "pages.jsonl").read_text(encoding="utf-8").strip().split("\n")):
        raw = (data / "raw" / row["path"]).read_bytes()
        if row["path"].endswith(".gz"):
            raw = gzip.decompress(raw)
        found.append((row["id"], strip_tags(raw), row["gold"]))
    return [page for page in found if page[2].strip()]


def report_pages(data: Path, name: str, *, worst: int) -> None:
    """Print the F1 of raw and cleaned text, and the cost, over one set of pages."""
    loaded = pages(data, name)
    raw = [f1(text, gold) for _, text, gold in loaded]
    cleaned = [f1(kept_text(text), gold) for _, text, gold in loaded]
    cost = sorted(cost_ms([text for _, text, _ in loaded]))
    lines = statistics.median(text.count("\n") + 1 for _, text, _ in loaded)
    for label, scores in (("raw", raw), ("cleaned", cleaned)):
        p, r, f = (statistics.fmean(column) for column in zip(*scores, strict=True))
        print(f"{name:18} {label:8} pages {len(scores):4}  P {p:.3f}  R {r:.3f}  F1 {f:.3f}")
    halves = [statistics.fmean(score[2] for score in cleaned[half::2]) for half in (0, 1)]
    print(f"{name:18} F1 of even pages {halves[0]:.3f}, of odd pages {halves[1]:.3f}")
    p50, p95 = cost[len(cost) // 2], cost[len(cost) * 95 // 100]
    print(f"{name:18} ms/page p50 {p50:.3f} p95 {p95:.3f} max {cost[-1]:.3f}; median {lines:.0f} lines")
    for position in sorted(range(len(loaded)), key=lambda at: cleaned[at][2])[:worst]:
        p, r, f = cleaned[position]
        print(f"    {f:.3f} (P {p:.2f} R {r:.2f}, raw {raw[position][2]:.2f}) {loaded[position][0]}")


def clean_texts(data: Path, name: str, *, limit: int) -> list[str]:
    """Return the first texts of a set of articles that are bodies already."""
    with (data / name / "docs.jsonl").open(encoding="utf-8") as rows:
        return [json.loads(row)["text"] for row in itertools.islice(rows, limit)]


def removed_shares(data: Path, name: str, *, limit: int) -> list[float]:
    """Return the share that is taken from each text of such a set, ascending."""
    return sorted(chrome.removed_share(chrome.classify(text), text) for text in clean_texts(data, name, limit=limit))


def report_clean(data: Path, name: str, *, limit: int) -> None:
    """Print the share that is taken from texts which are bodies already."""
    texts = clean_texts(data, name, limit=limit)
    shares = removed_shares(data, name, limit=limit)
    cost = statistics.median(cost_ms(texts[:500], rounds=2))
    untouched = sum(share == 0 for share in shares) / len(shares)
    mean, p95 = statistics.fmean(shares), shares[len(shares) * 95 // 100]
    print(
        f"{name:18} texts {len(texts):5}  removed mean {mean:.4f} p95 {p95:.3f} "
        f"max {shares[-1]:.3f}  untouched {untouched:.2f}  ms p50 {cost:.3f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DEDUPE_DATA", ".data")))
    parser.add_argument("--worst", type=int, default=0, help="name this many worst pages of each set")
    parser.add_argument("--limit", type=int, default=3000, help="texts read of each clean set")
    options = parser.parse_args()
    if not (options.data / "html_scrapinghub").is_dir():
        sys.exit(f"no data in {options.data}: name the directory with --data or DEDUPE_DATA")
    for name in ("html_scrapinghub", "html_readability"):
        report_pages(options.data, name, worst=options.worst)
    for name in ("basil", "bbc", "abp", "wiki_versions", "news20"):
        if (options.data / name).is_dir():
            report_clean(options.data, name, limit=options.limit)


if __name__ == "__main__":
    main()
