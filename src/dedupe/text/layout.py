"""Which of a page's lines are its body: decided from the order of the lines, once each is known by itself.

Five rules, in this order. *Wrapped* lines are one sentence. The page is *cut* where comments, related articles or an
appeal begin and no body follows. Prose falls into *blocks*; the heaviest is the body, others join it when they look
like running text and not like teasers. Short lines stay only inside the body, as subheads. What stands there *twice*
stays once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dedupe.records import LineClass
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

_BULLETS = frozenset(">|-*•–—+#")
_CLAUSE_ENDS = frozenset(".!?…。！？؟,;:،؛、，；：-–—")


@dataclass(slots=True)
class Draft:
    """A line on its way to being a :class:`dedupe.records.Line`."""

    start: int
    line: str
    line_class: LineClass
    tail: Tail
    words: int
    ended: bool
    kept: bool = False


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


def choose_body(drafts: list[Draft]) -> None:
    """Set ``kept`` on every line, and the class of what only the order of lines can tell. Linear in the lines."""
    _join_wrapped(drafts)
    cut = _cut_at(drafts)
    body = drafts[:cut]
    if _is_furnished(drafts):
        _keep_blocks(body)
        _drop_repeated(body)
    else:
        for draft in body:
            draft.kept = draft.line_class in {"prose", "heading"}
    if sum(draft.words for draft in drafts if draft.kept and draft.line_class == "prose") < BODY_WORDS:
        _keep_all(drafts)
        return
    for draft in drafts:
        if not draft.kept and draft.line_class == "heading":
            draft.line_class = "headline_list" if draft.words > GAP else "navigation"


def _keep_all(drafts: list[Draft]) -> None:
    """Keep every line of a text without a body, but headlines of other pages where anything else is said at all."""
    words = sum(draft.words for draft in drafts if draft.line_class != "headline_list")
    for draft in drafts:
        draft.kept = draft.line_class != "headline_list" or words < REPEAT_WORDS


def _join_wrapped(drafts: list[Draft]) -> None:
    """Make prose of lines that are one sentence broken by hand: each next one begins with a small letter."""
    group: list[Draft] = []
    for draft in drafts:
        free = draft.line_class in {"heading", "prose"}
        if not (
            group and free and draft.line[0].islower() and not group[-1].ended and group[-1].words >= WRAPPED_WORDS
        ):
            _settle_wrapped(group)
            group = []
        if free:
            group.append(draft)
    _settle_wrapped(group)


def _settle_wrapped(group: list[Draft]) -> None:
    """Class a group of wrapped lines by their words together."""
    if len(group) < 2:
        return
    words = sum(draft.words for draft in group)
    if words >= 20 or (words >= REPEAT_WORDS and group[-1].ended):
        for draft in group:
            draft.line_class = "prose"


def _cut_at(drafts: list[Draft]) -> int:
    """Return the position of the line at which the body ends for good: a marker with no body below it.

    Comments end it once a body stood above, unless more running text follows than that (a menu's "Comments"); related
    articles and appeals end it only when what follows is short and mostly not prose.
    """
    running = _running_words(drafts)
    rest, before = sum(running), 0
    prose = sum(draft.line_class == "prose" for draft in drafts)
    dates = sum(draft.line_class == "dateline" for draft in drafts)
    for at, draft in enumerate(drafts):
        if draft.line_class == "prose":
            before += draft.words
            rest -= running[at]
            prose -= 1
        elif draft.line_class == "dateline":
            dates -= 1
        elif before < CUT_AFTER:
            continue
        elif (draft.tail == "hard" and (rest < before or dates >= THREAD)) or (
            draft.tail == "soft" and rest < CUT_REST * before and 2 * prose < len(drafts) - at
        ):
            return at
    return len(drafts)


def _running_words(drafts: list[Draft]) -> list[int]:
    """Return the words of each line that is running text, else 0.

    Running is a long paragraph, and prose that touches prose: directly, or with one subhead between. A headline between
    (more words) or a date makes both sides teasers.
    """
    found = [0] * len(drafts)
    previous = -3
    for at, draft in enumerate(drafts):
        if draft.line_class != "prose":
            continue
        if draft.words >= RUNNING_WORDS:
            found[at] = draft.words
        between = drafts[at - 1]
        if previous == at - 1 or (
            previous == at - 2 and between.line_class == "heading" and between.words <= SUBHEAD_WORDS
        ):
            found[at], found[previous] = draft.words, drafts[previous].words
        previous = at
    return found


def _is_furnished(drafts: list[Draft]) -> bool:
    """Tell whether the text shows furniture: short lines in a row, none of which ends as a clause does.

    Bullets, the quote marks of mail and small first letters are the hand of a writer, not of a menu.
    One long run is enough (a menu); so are several pairs of lines as long as headlines (related articles).
    """
    run = headlines = 0
    for draft in drafts:
        first = draft.line[0]
        if draft.line_class == "prose" or draft.line[-1] in _CLAUSE_ENDS or first in _BULLETS or first.islower():
            run = 0
        elif draft.line_class in {"heading", "navigation"} and draft.words <= MENU_WORDS:
            run += 1
            headlines += run > 1 and draft.words > SUBHEAD_WORDS
            if run >= LIST_RUN or headlines >= LIST_RUN:
                return True
    return False


def _blocks(drafts: list[Draft]) -> Iterator[Block]:
    """Yield the stretches of prose not broken by more than a few other lines, teasers at their ends cut off.

    Only short lines break a stretch: galleries and players stand between paragraphs of one story.
    """
    running = _running_words(drafts)
    lines: list[int] = []
    between = 0
    for at, draft in enumerate(drafts):
        if draft.line_class != "prose":
            between += draft.words <= MENU_WORDS
            continue
        if lines and between > GAP:
            yield _block(drafts, running, lines)
            lines = []
        lines.append(at)
        between = 0
    if lines:
        yield _block(drafts, running, lines)


def _block(drafts: list[Draft], running: list[int], lines: list[int]) -> Block:
    """Return a block without the lone lines at its ends that other lines set off from it."""
    begin, end = 0, len(lines)
    while end - begin > 1 and not running[lines[end - 1]] and lines[end - 1] - lines[end - 2] > APART:
        end -= 1
    while end - begin > 1 and not running[lines[begin]] and lines[begin + 1] - lines[begin] > APART:
        begin += 1
    lines = lines[begin:end]
    return Block(lines, sum(drafts[at].words for at in lines), sum(running[at] > 0 for at in lines))


def _keep_blocks(drafts: list[Draft]) -> None:
    """Keep the heaviest block of prose, the running text beside it, and the subheads inside."""
    blocks = list(_blocks(drafts))
    best = max(blocks, key=lambda block: (block.words * (1 + block.running()), -block.lines[0]), default=None)
    for block in blocks:
        enough = best and block.words >= max(BLOCK_WORDS, BLOCK_SHARE * best.words) and block.running()
        if block is best or enough:
            _keep_block(drafts, block)


def _keep_block(drafts: list[Draft], block: Block) -> None:
    """Keep a block's prose, and a lone short line between two paragraphs of it."""
    previous = block.lines[0]
    for at in block.lines:
        drafts[at].kept = True
        between = [draft for draft in drafts[previous + 1 : at] if draft.line_class == "heading"]
        if len(between) == 1:
            between[0].kept = True
        previous = at


def _drop_repeated(drafts: list[Draft]) -> None:
    """Keep one of lines that stand there twice: pull quotes, captions of a gallery, a lead printed as a teaser.

    A very long line that holds the first paragraphs kept above it is the whole text once more, stored for a script.
    """
    seen: dict[str, None] = {}
    first: list[str] = []
    for draft in drafts:
        if draft.kept and draft.words >= REPEAT_WORDS:
            whole = draft.words >= COPY_WORDS and any(line in draft.line for line in first)
            draft.kept = draft.line not in seen and not whole
            seen[draft.line] = None
            if len(first) < 3:
                first.append(draft.line)
