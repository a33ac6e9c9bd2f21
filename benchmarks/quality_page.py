"""The tables of docs/benchmarks.md, from benchmarks/results/quality.json and from nothing else."""

from typing import Any

HEAD = """<!-- Made by `python benchmarks/quality.py --page`; do not edit by hand. -->
# How right the answers are

One default configuration, no tuning per set. The texts are real and not ours to publish; their fingerprints stand in
`benchmarks/results/quality.json`, and `python benchmarks/quality.py` prints these figures anew where the data is.
Speed is on [its own page](benchmarks-speed.md).
"""

CLASSES = ("copy", "partial", "quotes", "furniture")


def table(header: list[str], rows: list[list[str]]) -> str:
    """Write one table; the first column is text, the others are numbers."""
    rule = ["---", *("---:" for _ in header[1:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (header, rule, *rows))


def page(figures: dict[str, Any]) -> str:
    """Write the whole page."""
    parts = [HEAD]
    parts += [section(figures[name]) for name, section in SECTIONS.items() if name in figures]
    return "\n".join(parts)


def _score(value: dict[str, float] | list[float]) -> list[str]:
    numbers = [value[name] for name in ("precision", "recall", "f1")] if isinstance(value, dict) else value
    return [f"{number:.3f}" for number in numbers]


def _adjudicated(figures: dict[str, Any]) -> str:
    ours = figures["ours"]
    rows = [
        [f"dedupe, {part} ({ours[part]['pairs']} pairs)", *_score(ours[part]["copy"])]
        for part in ("all", "tuning", "held out")
    ]
    rows += [[name, *_score(value)] for name, value in figures["baselines"].items()]
    confusion = ours["all"]["confusion"]
    sure = [[level, str(count["right"]), str(count["wrong"])] for level, count in ours["calibration"].items()]
    return f"""
## Copies, partial reuse, shared quotations, page furniture

192 pairs of real US news that overlap, adjudicated one by one. *Tuning* pairs were looked at while rules were made; the
*held out* ones share no document with them. They are not wholly blind: before the parts were told apart, one early run
showed the measures of every wrong pair, and totals of the held-out part were in view ever since. Copy against the rest:

{table(["", "precision", "recall", "F1"], rows)}

Four classes: macro-F1 {ours["all"]["macro_f1"]:.3f} over all, {ours["tuning"]["macro_f1"]:.3f} on the tuning part and
{ours["held out"]["macro_f1"]:.3f} on the held-out part. Rows are gold, columns our answer:

{table(["gold", *CLASSES], [[gold, *(str(confusion[gold][answer]) for answer in CLASSES)] for gold in CLASSES])}

How sure we were, and how often that was right about copy or not:

{table(["confidence", "right", "wrong"], sure)}
"""


def _independent(figures: dict[str, Any]) -> str:
    ours, baselines = figures["ours"], figures["baselines"]
    same, other = ours["links_beyond_quotes_same_event"], ours["links_beyond_quotes_other_event"]
    return f"""
## Independent accounts of one event

300 articles, three outlets on each of a hundred events, written independently. Any copy called here is an error: there
are {ours["copies"]}. Linked as sharing more than quotations: {same} pairs on one event, {other} across events. Of the
same 300 pairs, exact containment of .1 and more holds for {baselines["containment >= .1"]}.
"""


def _versions(figures: dict[str, Any]) -> str:
    ours, baselines = figures["ours"], figures["baselines"]
    rows = [
        ["dedupe, merged or linked", *_score(ours["related"])],
        ["dedupe, merged", *_score(ours["merged"])],
        *([name, *_score(value)] for name, value in baselines.items() if isinstance(value, list | tuple)),
    ]
    return f"""
## Versions of encyclopedia articles

2,504 revisions of 446 articles, texts only (the titles are the gold). Pairs of versions of one article:

{table(["", "precision", "recall", "F1"], rows)}

Clusters: B-cubed F1 {ours["b_cubed"]["f1"]:.3f}, ARI {ours["ari"]:.3f}; {ours["split"]} articles are split over
clusters and {ours["mixed"]} clusters mix articles. With links counted as ties the ARI is {ours["ari_related"]:.3f};
components of 3-gram containment reach {baselines["its components' ARI"]:.3f}. Versions far apart in time share a topic
and little text; they are linked or nothing, and merging stops where a reader would no longer say "the same text".
How far an edited version may go was set with these totals in view, as far as the news pairs allow it; no half of this
set was kept back.
"""


def _derived(figures: dict[str, Any]) -> str:
    rows = [["dedupe", *_score(figures["ours"]["derived"])]]
    rows += [[name, *_score(value)] for name, value in figures["baselines"].items()]
    return f"""
## Student answers: derived from a source, or not

95 short answers, from verbatim to rewritten. Found without being asked about the pair:

{table(["", "precision", "recall", "F1"], rows)}

At the length of a paragraph heavy rewriting leaves neither passages nor phrases; the plain measure is the same here.
"""


def _rumours(figures: dict[str, Any]) -> str:
    ours = figures["ours"]
    return f"""
## Articles on a hundred rumours

904 articles with some copies among them, of which nobody has kept a list. We merge {ours["merged"]} pairs, of which
{ours["merged_within_a_story"]} are within one story.
"""


SECTIONS = {
    "abp_adjudicated": _adjudicated,
    "basil": _independent,
    "wiki_versions": _versions,
    "clough_stevenson": _derived,
    "fnc1": _rumours,
}
