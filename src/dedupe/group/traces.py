"""What copying leaves behind: lost bylines, datelines, captions and leads, repaired slips, cut ends, impossible times.

None of these can name an origin alone. A local paper puts its byline over a press release, an early take is longer at
the second try, and a page can print any date. They add weight to what is said outright, and times can refute.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from dedupe.group.evidence import Entry, Scene, Target, standing
from dedupe.group.slips import repaired
from dedupe.records import Body, Comparison, Credit, Passage, Published, Span

LOST_BYLINE = 1.5
LOST_DATELINE = 1.2
LOST_LEAD = 0.7
LOST_CAPTION = 0.4
REPAIRED = 0.8
CUT_FROM_END = 1.5
TOO_LATE = -3.0
TOO_LATE_BYLINE = -1.0
CUT_SHARE = 0.15
"""Least share of the longer body that must stand behind the last passage for it to be a cut from the end."""
STARTS_ALIKE = 0.10
"""Greatest share of the longer body that may stand before the first passage, there."""
_LEAD_WORDS = 8
_CAPTIONS = "captions come and go with pictures"
_HEAD_CHARS = 1_500
_SENTENCE_CHARS = 60
_DATELINE = re.compile(r"^[^\W\d_a-zа-я][\w .,'’/()]{2,50}?(?:\s[-–—]|[–—])\s+(?=\S)", re.MULTILINE)


def losses(scene: Scene, comparisons: Sequence[tuple[int, int, Comparison]]) -> Iterator[Entry]:
    """Yield what one page of a pair has and the other lost, each once for a page.

    Args:
        scene: The cluster.
        comparisons: Positions of the two documents, and their comparison; pairs of one place are passed over, for
            there a difference is a revision.
    """
    said: set[tuple[int, str]] = set()
    for a, b, comparison in comparisons:
        if scene.homes[a] == scene.homes[b] or not comparison.passages:
            continue
        for one, other in ((a, b), (b, a)):
            for entry in _lost(scene, one, other, comparison, one_is_a=one == a):
                mark = (one, entry.evidence.kind)
                if mark not in said:
                    said.add(mark)
                    yield entry


def _lost(scene: Scene, one: int, other: int, comparison: Comparison, *, one_is_a: bool) -> Iterator[Entry]:
    """Yield what ``one`` has that ``other`` lost."""
    body, lacking = scene.bodies[one], scene.bodies[other]
    target = Target("document", str(one), one)

    def entry(kind: str, quote: str, strength: float, says: str, span: Span | None, caveat: str) -> Entry:
        return scene.entry(target, kind, one, quote, strength, says, span=span, caveat=caveat, group="loss")

    byline = _lost_byline(body, lacking)
    if byline is not None:
        says = f"{lacking.id} lacks “{byline.quote}” of {body.id}"
        yield entry(
            "lost_byline", byline.quote, LOST_BYLINE, says, byline.span, "a byline can be put over somebody else's text"
        )
    spans = [(passage.a, passage.b) if one_is_a else (passage.b, passage.a) for passage in comparison.passages]
    dateline = _lost_dateline(body, lacking)
    if dateline is not None:
        quote = body.original[dateline.start : dateline.end]
        says = f"{lacking.id} lacks the dateline “{quote.strip()}” of {body.id}"
        yield entry("lost_dateline", quote, LOST_DATELINE, says, dateline, "a dateline can be put over a copy")
    lead = _lost_lead(body, spans)
    if lead is not None:
        quote = body.original[lead.start : lead.end]
        says = f"{lacking.id} begins behind the lead of {body.id}"
        yield entry("lost_lead", quote, LOST_LEAD, says, lead, "a lead line can be put before a copy")
    caption = _lost_caption(body, lacking)
    if caption is not None:
        quote = body.original[caption.start : caption.end]
        yield entry(
            "lost_caption", quote, LOST_CAPTION, f"{lacking.id} lacks a caption of {body.id}", caption, _CAPTIONS
        )
    cut = _cut_from_end(body, lacking, comparison, [own for own, _ in spans], one_is_a=one_is_a)
    if cut is not None:
        quote = body.original[cut.start : cut.end]
        says = f"{lacking.id} is {body.id} without its end"
        yield entry("cut_from_end", quote, CUT_FROM_END, says, cut, "a first take can be lengthened later")
    yield from _slips(scene, one, other, comparison.passages, one_is_a=one_is_a)


def _slips(scene: Scene, one: int, other: int, passages: Sequence[Passage], *, one_is_a: bool) -> Iterator[Entry]:
    """Yield a slip of ``one`` that ``other`` repaired."""
    body, lacking = scene.bodies[one], scene.bodies[other]
    for passage in passages:
        mine, theirs = (passage.a, passage.b) if one_is_a else (passage.b, passage.a)
        slip = repaired(body, lacking, mine, theirs) if passage.identity < 1.0 else None
        if slip is not None:
            span, right = slip
            wrong = body.original[span.start : span.end]
            yield scene.entry(
                Target("document", str(one), one), "repaired_slip", one, wrong, REPAIRED,
                f"{lacking.id} has “{right}” where {body.id} has the slip “{wrong}”", span=span,
                caveat="a slip can also be made in copying", group="loss",
            )  # fmt: skip
            return


def _lost_byline(body: Body, lacking: Body) -> Credit | None:
    """Return a person's byline near the article, where the other page names no author at all."""
    if any(credit.kind in {"byline", "agency", "dateline"} and _near(lacking, credit) for credit in lacking.credits):
        return None
    return next((credit for credit in body.credits if credit.kind == "byline" and _near(body, credit)), None)


def _near(body: Body, credit: Credit) -> bool:
    return standing(body, credit.span).near


def _lost_dateline(body: Body, lacking: Body) -> Span | None:
    """Return the place that opens a sentence here and was cut from the same sentence there.

    An agency's dateline is a credit, and weighed as one.
    """
    found = _DATELINE.search(body.text[:_HEAD_CHARS])
    if found is None or any(credit.kind == "dateline" for credit in body.credits):
        return None
    rest = body.text[found.end() : found.end() + _SENTENCE_CHARS].split("\n")[0]
    if len(rest) < _SENTENCE_CHARS // 2 or not re.search(rf"(?:^|\n)[“\"'«„]*{re.escape(rest)}", lacking.text):
        return None
    start = body.original.find(found[0])
    return Span(start, start + len(found[0])) if start >= 0 else None


def _lost_lead(body: Body, spans: list[tuple[Span, Span]]) -> Span | None:
    """Return the prose with which the body begins, where the other page begins behind it."""
    if not body.kept or not spans:
        return None
    begin, own = body.kept[0].start, min(own for own, _ in spans)
    first = body.original[begin : own.start]
    if (
        len(first.split()) < _LEAD_WORDS
        or "\n" in first.strip("\n")
        or not first.rstrip().endswith((".", "!", "?", "”"))
    ):
        return None
    return Span(begin, begin + len(first.rstrip()))


def _lost_caption(body: Body, lacking: Body) -> Span | None:
    """Return a caption of which the other page has no trace."""
    if any(line.line_class == "caption" for line in lacking.lines):
        return None
    for line in body.lines:
        if line.line_class == "caption":
            words = body.original[line.span.start : line.span.end]
            return line.span if words not in lacking.original else None
    return None


def _cut_from_end(body: Body, lacking: Body, comparison: Comparison, own: list[Span], *, one_is_a: bool) -> Span | None:
    """Return the end of the body that the other page lacks, where that is all it lacks and has nothing more itself."""
    covered, its = comparison.coverage if one_is_a else comparison.coverage[::-1]
    if covered >= its or its < 1 - STARTS_ALIKE or not body.kept:
        return None
    begin, end = body.kept[0].start, body.kept[-1].end
    first, last = min(span.start for span in own), max(span.end for span in own)
    length = end - begin
    if end - last < CUT_SHARE * length or first - begin > STARTS_ALIKE * length:
        return None
    rest = body.original[last:end]
    start = last + len(rest) - len(rest.lstrip(" \n.,;:!?”’\"')»"))
    return Span(start, end) if lacking.original else None


def times(scene: Scene) -> Iterator[Entry]:
    """Yield, for every page that appeared after another place had the text, that it cannot be its source.

    A masthead prints the day of the visit, so times of low trust are not looked at. One entry a page, held against the
    earliest other page; the later page's first moment must lie behind the earlier one's last.
    """
    trusted = [
        (body.published, position)
        for position, body in enumerate(scene.bodies)
        if body.published is not None and body.published.trust != "low"
    ]
    trusted.sort(key=lambda dated: (dated[0].latest, dated[0].trust != "high", dated[1]))
    for published, position in trusted:
        earlier = next((pair for pair in trusted if pair[1] != position), None)
        if earlier is None or earlier[0].latest >= published.earliest:
            continue
        sure = published.trust == "high" and earlier[0].trust == "high"
        first = scene.bodies[earlier[1]].id
        yield scene.entry(
            Target("document", str(position), position), "published", position, _printed(published),
            TOO_LATE if sure else TOO_LATE_BYLINE,
            f"{scene.bodies[position].id} appeared when {first} already stood ({_printed(earlier[0])})", group="time",
            caveat="pages can print false times" if sure else "the time is read from the page's text",
        )  # fmt: skip


def _printed(published: Published) -> str:
    """Print an interval: a moment, or a day and its neighbours."""
    earliest, latest = (moment.strftime("%Y-%m-%dT%H:%MZ") for moment in (published.earliest, published.latest))
    return f"{published.evidence} {earliest}" + ("" if earliest == latest else f" to {latest}")


def shared_bylines(scene: Scene) -> list[str]:
    """Return the people whose byline stands at two places: they cross-posted, or were copied with their name."""
    homes = Counter(
        name
        for home in dict.fromkeys(scene.homes)
        for name in {
            " ".join(credit.organisation.casefold().split())
            for body, at in zip(scene.bodies, scene.homes, strict=True)
            if at == home
            for credit in body.credits
            if credit.kind == "byline" and _near(body, credit)
        }
    )
    printed = {
        " ".join(credit.organisation.casefold().split()): credit.organisation
        for body in reversed(scene.bodies)
        for credit in body.credits
        if credit.kind == "byline"
    }
    return sorted(printed[name] for name, count in homes.items() if count > 1)
