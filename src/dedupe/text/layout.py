"""Which of a page's lines are its body: decided from the order of the lines, once each is known by itself.

Five rules, in this order. *Wrapped* lines are one sentence. The page is *cut* where comments, related articles or an
appeal begin and no body follows. Prose falls into *blocks*; the heaviest is the body, others join it when they look
like running text and not like teasers. Short lines stay only inside the body, as subheads. What stands there *twice*
stays once.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import numpy as np

from dedupe._kernels._columns import Booleans, Lines
from dedupe.records import LineClass
from dedupe.text.lines import Trait
from dedupe.text.phrases import Tail

WRAPPED_WORDS = 4
"""A wrapped line has at least so many words."""
CUT_AFTER = 60
"""Words of prose that must stand above a marker before it can end the body."""
CUT_REST = 0.3
"""A soft marker ends the body if running text below it has less than this share of what stands above."""
THREAD = 3
"""So many dated lines below a comment heading are a thread of comments."""
SUBHEAD_WORDS = 5
"""A subhead has at most so many words; a headline between two blurbs mostly more."""
GAP = 5
"""Lines other than prose that a block may bridge."""
APART = 3
"""A lone line of prose this far from the next one, at an end of a block, is a teaser."""
RUNNING_WORDS = 50
"""A lone paragraph of so many words is running text, not a teaser."""
BLOCK_SHARE = 0.15
"""A block joins the body if it has at least this share of the heaviest block's words ..."""
BLOCK_WORDS = 30
"""... and at least so many words."""
MENU_WORDS = 14
"""A line of a menu or a list of headlines has at most so many words; players between two paragraphs have more."""
LIST_RUN = 4
"""So many short lines in a row, none ending as a clause does, are a menu or a list of headlines."""
BODY_WORDS = 25
"""With fewer words of prose than this, no body can be told from furniture and everything is kept."""
REPEAT_WORDS = 8
"""A line of at least so many words that stands there twice counts once; shorter ones (refrains, names) may repeat."""

COPY_WORDS = 200
"""A line of so many words is looked at as a possible copy of the whole text above it."""

CLASSES: tuple[LineClass, ...] = get_args(LineClass)
"""Classes by their numbers."""
PROSE, HEADING, HEADLINE_LIST, CAPTION, DATELINE, NAVIGATION = (
    CLASSES.index(line_class)
    for line_class in ("prose", "heading", "headline_list", "caption", "dateline", "navigation")
)
_BESIDE = np.array([HEADLINE_LIST, *map(CLASSES.index, ("consent", "legal", "newsletter", "comment_form"))], np.uint8)
TAILS: tuple[Tail, ...] = get_args(Tail)
"""What a line says of those below it, by number."""
_HARD = TAILS.index("hard")

_RUN = re.compile(rb"\x01+")
_MENU = re.compile(rb"[\x01\x02]{%d}" % LIST_RUN)
_HEADLINES = re.compile(rb"(?<=[\x01\x02])\x02")
_OTHER, _SHORT, _HEADLINE, _WRITTEN = range(4)
"""What a line adds to a run of short lines: nothing, one, one as long as a headline; or it ends the run."""


@dataclass(slots=True)
class Draft:
    """The lines of a text on their way to being :class:`dedupe.records.Line`, as columns.

    Attributes:
        text: The text.
        lines: What the kernel says of each line.
        starts: First code point of each line.
        ends: One past the last one.
        words: Words of each line.
        classes: Class of each line, by its number.
        tails: What each line says of those below it, by number.
        kept: Whether the body keeps each line, 0 or 1.
    """

    text: str
    lines: Lines
    starts: list[int]
    ends: list[int]
    words: list[int]
    classes: bytearray
    tails: bytearray
    kept: bytearray

    def line(self, at: int) -> str:
        """Return a line."""
        return self.text[self.starts[at] : self.ends[at]]

    def has(self, traits: int) -> Booleans:
        """Tell of each line whether it has any of the traits."""
        found: Booleans = (self.lines.traits & np.uint32(traits)) != 0
        return found

    def are(self, line_class: int) -> Booleans:
        """Tell of each line whether it is of a class."""
        found: Booleans = np.frombuffer(self.classes, np.uint8) == line_class
        return found

    def prose(self, stop: int) -> list[int]:
        """Return the places of the lines of prose above ``stop``."""
        return np.flatnonzero(self.are(PROSE)[:stop]).tolist()


@dataclass(slots=True)
class Block:
    """A stretch of prose: its lines' positions, and how much of it is running text."""

    lines: list[int]
    words: int = 0
    linked: int = 0
    """Lines that touch another line of prose, or are long enough to be no teaser."""

    def running(self) -> bool:
        """Tell whether it reads as running text: at least half of its lines touch another one."""
        return 2 * self.linked >= len(self.lines)


def choose_body(draft: Draft) -> None:
    """Set ``kept`` of every line, and the class of what only the order of lines can tell. Linear in the lines."""
    _join_wrapped(draft)
    cut = _cut_at(draft)
    if _is_furnished(draft):
        _keep_blocks(draft, cut)
        _drop_repeated(draft, cut)
    else:
        draft.kept[:cut] = (draft.are(PROSE) | draft.are(HEADING))[:cut].tobytes()
    kept = np.frombuffer(draft.kept, np.bool_)
    if int(draft.lines.words[kept & draft.are(PROSE)].sum()) < BODY_WORDS:
        _keep_all(draft)
        return
    left = draft.are(HEADING) & ~kept
    classes = np.frombuffer(draft.classes, np.uint8)
    classes[left] = np.where(draft.lines.words[left] > GAP, HEADLINE_LIST, NAVIGATION)


def _keep_all(draft: Draft) -> None:
    """Keep every line of a text without a body, but headlines of other pages and forms where anything else is said."""
    others = ~np.isin(np.frombuffer(draft.classes, np.uint8), _BESIDE)
    if int(draft.lines.words[others].sum()) < REPEAT_WORDS:
        others[:] = True
    draft.kept[:] = others.tobytes()


def _join_wrapped(draft: Draft) -> None:
    """Make prose of lines that are one sentence broken by hand: each next one begins with a small letter."""
    small = draft.has(Trait.LOWER)
    if not np.count_nonzero(small):
        return
    free = draft.are(HEADING) | draft.are(PROSE)
    goes_on = free & ~draft.has(Trait.ENDED) & (draft.lines.words >= WRAPPED_WORDS)
    joined = goes_on[:-1] & (free & small)[1:]
    for run in _RUN.finditer(joined.tobytes()):
        begin, end = run.start(), run.end() + 1
        words = sum(draft.words[begin:end])
        if words >= 20 or (words >= REPEAT_WORDS and draft.lines.traits[end - 1] & Trait.ENDED):
            draft.classes[begin:end] = bytes([PROSE]) * (end - begin)


def _cut_at(draft: Draft) -> int:
    """Return the position of the line at which the body ends for good: a marker with no body below it.

    Comments end it once a body stood above, unless more running text follows than that (a menu's "Comments"); related
    articles and appeals end it only when what follows is short and mostly not prose.
    """
    lines = len(draft.words)
    if not any(draft.tails):
        return lines
    prose = draft.prose(lines)
    running = _running_words(draft, prose)
    rest, before, above = sum(running), 0, 0
    dates = draft.classes.count(DATELINE)
    for at in np.flatnonzero(np.frombuffer(draft.tails, np.uint8)).tolist():
        while above < len(prose) and prose[above] <= at:
            before += draft.words[prose[above]]
            rest -= running[above]
            above += 1
        if before < CUT_AFTER or draft.classes[at] in (PROSE, DATELINE):
            continue
        if draft.tails[at] == _HARD:
            if rest < before or dates - draft.classes.count(DATELINE, 0, at) >= THREAD:
                return at
        elif rest < CUT_REST * before and 2 * (len(prose) - above) < lines - at:
            return at
    return lines


def _running_words(draft: Draft, prose: list[int]) -> list[int]:
    """Return the words of each line of prose that is running text, else 0.

    Running is a long paragraph, and prose that touches prose: directly, or with one subhead between. A headline between
    (more words) or a date makes both sides teasers.
    """
    words, classes = draft.words, draft.classes
    found: list[int] = []
    previous, count = -3, 0
    for at in prose:
        above, count = count, words[at]
        touches = previous == at - 1 or (
            previous == at - 2 and classes[at - 1] == HEADING and words[at - 1] <= SUBHEAD_WORDS
        )
        if touches:
            found[-1] = above
        found.append(count if touches or count >= RUNNING_WORDS else 0)
        previous = at
    return found


def _is_furnished(draft: Draft) -> bool:
    """Tell whether the text shows furniture: short lines in a row, none of which ends as a clause does.

    Bullets, the quote marks of mail and small first letters are the hand of a writer, not of a menu.
    One long run is enough (a menu); so are several pairs of lines as long as headlines (related articles).
    """
    if draft.classes.count(HEADING) + draft.classes.count(NAVIGATION) < LIST_RUN:
        return False
    words = draft.lines.words
    written = draft.are(PROSE) | draft.has(Trait.CLAUSE_END | Trait.BULLET | Trait.LOWER)
    listed = (draft.are(HEADING) | draft.are(NAVIGATION)) & (words <= MENU_WORDS)
    adds = np.where(written, _WRITTEN, listed * (_SHORT + (words > SUBHEAD_WORDS)))
    runs = adds.astype(np.uint8).tobytes().translate(None, bytes([_OTHER]))
    return _MENU.search(runs) is not None or len(_HEADLINES.findall(runs)) >= LIST_RUN


def _blocks(draft: Draft, prose: list[int]) -> Iterator[Block]:
    """Yield the stretches of prose not broken by more than a few other lines, teasers at their ends cut off.

    Only short lines break a stretch: galleries and players stand between paragraphs of one story.
    """
    running = _running_words(draft, prose)
    short = (~draft.are(PROSE) & (draft.lines.words <= MENU_WORDS)).tobytes()
    begin = 0
    for end, (above, below) in enumerate(itertools.pairwise(prose), 1):
        if below - above > GAP and short.count(1, above, below) > GAP:
            yield _block(draft, prose[begin:end], running[begin:end])
            begin = end
    if prose:
        yield _block(draft, prose[begin:], running[begin:])


def _block(draft: Draft, lines: list[int], running: list[int]) -> Block:
    """Return a block without the lone lines at its ends that other lines set off from it."""
    begin, end = 0, len(lines)
    while end - begin > 1 and not running[end - 1] and lines[end - 1] - lines[end - 2] > APART:
        end -= 1
    while end - begin > 1 and not running[begin] and lines[begin + 1] - lines[begin] > APART:
        begin += 1
    lines, linked = lines[begin:end], end - begin - running[begin:end].count(0)
    return Block(lines, sum([draft.words[at] for at in lines]), linked)


def _keep_blocks(draft: Draft, cut: int) -> None:
    """Keep the heaviest block of prose above the cut, the running text beside it, and the subheads inside."""
    blocks = list(_blocks(draft, draft.prose(cut)))
    best = max(blocks, key=lambda block: (block.words * (1 + block.running()), -block.lines[0]), default=None)
    for block in blocks:
        enough = best and block.words >= max(BLOCK_WORDS, BLOCK_SHARE * best.words) and block.running()
        if block is best or enough:
            _keep_block(draft, block)


def _keep_block(draft: Draft, block: Block) -> None:
    """Keep a block's prose, and a lone short line between two paragraphs of it."""
    previous = block.lines[0]
    for at in block.lines:
        draft.kept[at] = 1
        if at - previous > 1 and draft.classes.count(HEADING, previous, at) == 1:
            draft.kept[draft.classes.index(HEADING, previous, at)] = 1
        previous = at


def _drop_repeated(draft: Draft, cut: int) -> None:
    """Keep one of lines that stand there twice: pull quotes, captions of a gallery, a lead printed as a teaser.

    A very long line that holds the first paragraphs kept above it is the whole text once more, stored for a script.
    """
    seen: set[str] = set()
    first: list[str] = []
    kept = np.frombuffer(draft.kept, np.bool_)[:cut] & (draft.lines.words[:cut] >= REPEAT_WORDS)
    for at in np.flatnonzero(kept).tolist():
        line = draft.line(at)
        whole = draft.words[at] >= COPY_WORDS and any(other in line for other in first)
        draft.kept[at] = line not in seen and not whole
        seen.add(line)
        if len(first) < 3:
            first.append(line)
