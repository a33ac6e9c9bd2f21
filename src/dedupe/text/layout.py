"""Which of a page's lines are its body: decided from the order of the lines, once each is known by itself."""

from dataclasses import dataclass

from dedupe.records import LineClass
from dedupe.text.phrases import Tail


@dataclass(slots=True)
class Draft:
    """A line on its way to being a :class:`dedupe.records.Line`."""

    start: int
    line: str
    line_class: LineClass
    tail: Tail
    words: int
    ended: bool
    prose: bool
    kept: bool = False


def choose_body(drafts: list[Draft]) -> None:
    """Set ``kept`` (and the class of what the order of lines decides) on every line."""
    _join_wrapped(drafts)
    cut = _cut_tail(drafts)
    _keep_blocks(drafts[:cut])
    if sum(draft.words for draft in drafts if draft.kept) < 25:
        for draft in drafts:
            draft.kept = True


def _join_wrapped(drafts):
    at = 0
    while at < len(drafts):
        end = at + 1
        while (
            end < len(drafts)
            and drafts[end].line[0].islower()
            and not drafts[end - 1].ended
            and drafts[end - 1].words >= 4
            and drafts[end].line_class in ("heading", "prose")
            and drafts[end - 1].line_class in ("heading", "prose")
        ):
            end += 1
        if end - at > 1:
            total = sum(d.words for d in drafts[at:end])
            if total >= 20 or (total >= 8 and drafts[end - 1].ended):
                for d in drafts[at:end]:
                    d.prose = True
                    d.line_class = "prose"
        at = end


def _cut_tail(drafts):
    total = sum(d.words for d in drafts if d.prose)
    before = 0
    for at, d in enumerate(drafts):
        if d.prose:
            before += d.words
        elif (d.tail == "hard" and before >= 60 and total - before < 3 * before) or (
            d.tail == "soft" and before >= 60 and total - before < 0.3 * before
        ):
            return at
    return len(drafts)


def _keep_blocks(drafts):
    blocks = []
    current = []
    gap = 0
    for at, d in enumerate(drafts):
        if d.prose:
            if gap > 3 and current:
                blocks.append(current)
                current = []
            current.append(at)
            gap = 0
        else:
            gap += 1
    if current:
        blocks.append(current)
    weight = [sum(drafts[i].words for i in b) for b in blocks]
    best = max(weight, default=0)
    for b, w in zip(blocks, weight):
        if w >= 0.15 * best and (w >= 40):
            for i in b:
                drafts[i].kept = True
            for i in range(b[0], b[-1]):
                if drafts[i].line_class == "heading":
                    drafts[i].kept = True
