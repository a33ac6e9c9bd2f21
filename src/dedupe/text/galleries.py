"""Picture galleries, menus and lists of teasers that pass as prose: told by their form, not by their words.

Crawlers flatten a gallery into one paragraph with a counter between its captions, or print every caption twice; a list
of galleries becomes paragraphs that all end in the same button, a menu one long line. Each is a sentence to any reader
of single lines. Every rule here needs three or more recurrences, because writers repeat themselves, too. Linear in the
text.
"""

import itertools
import re

import numpy as np

from dedupe.text.layout import CAPTION, CUT_AFTER, HEADLINE_LIST, NAVIGATION, PROSE, Draft
from dedupe.text.lines import ENDS, TITLE_WORDS, Trait, ends_sentence

RECURS = 3
"""So many counters in sequence, titles or doubled captions make a gallery."""
COUNTED_SHARE = 0.5
"""Share of a line's length that lies between its first and its last counter, at least, where it is a gallery."""
PLAYER_SHARE = 0.6
"""Share of a line's words that is its title, printed twice, where the rest is only a player's buttons."""
LABELLED_WORDS = 20
"""Words from which a line may be a gallery by its label alone."""
CAPTION_WORDS = 5
"""Shorter lines (a refrain, a name) may be printed twice."""
TEASERS = 4
"""So many paragraphs in a row that end in the same word, none as a sentence does, are a list of teasers ..."""
TEASER_WORDS = range(8, 41)
"""... if each has so many words (shorter lines are rows of a table, longer ones sections of a live page) ..."""
BUTTON_SHARE = 0.25
"""... and in at least this share of them the word stands behind a finished sentence, as a button does."""
LISTED_WORDS = 30
"""A line of so many words without a single comma or full stop is no sentence ..."""
LISTED_SHARE = 1 / 3
"""... but a menu where at least this share of them are names: a capital letter, then a small one, or a digit."""

_PUNCTUATION = re.compile("[.,;:!?…。、，；：！？؟،؛۔।។]")
_NAME = re.compile(r"(?<!\S)(?:\d|[^\W\d_a-z][^\W\d_A-Z])")
_COUNTER = re.compile(r"(?<![\d.,/])(\d{1,3})(?: [^\W\d_]{1,4} | ?/ ?)(\d{1,3})(?![.,/]?\d)")

_BRIEF, _CAPTION, _SAME = range(3)
"""A line as part of a run of doubled lines: too short, one as long as a caption, the one above once more."""
_DOUBLES = re.compile(rb"(?:\x01\x02+){%d,}" % RECURS)
_TEASERS = re.compile(rb"\x01{%d,}" % TEASERS)


def is_gallery(line: str, words: list[str]) -> bool:
    """Tell whether a line is a whole gallery or a player: a counter runs through it, or its title recurs.

    Args:
        line: The line, without outer blanks.
        words: Its words, casefolded.
    """
    if (" 2 " in line or "2/" in line) and _is_counted(line):
        return True
    return words[0] in words[1:TITLE_WORDS] and _is_titled(words)


def _is_counted(line: str) -> bool:
    """Tell whether ``1 of 43``, ``2 of 43``, ``3 of 43`` run through most of the line, in any language."""
    begun: dict[str, tuple[int, int, int]] = {}
    for found in _COUNTER.finditer(line):
        number = int(found[1])
        last, run, start = begun.get(found[2], (-1, 0, 0))
        if number == last + 1 and run:
            run += 1
        elif number != last:
            run, start = 1, found.start()
        begun[found[2]] = (number, run, start)
        if run >= RECURS and found.end() - start >= COUNTED_SHARE * len(line):
            return True
    return False


def _is_titled(words: list[str]) -> bool:
    """Tell whether a line opens with its title twice and is little else, or prints that title again further on."""
    labelled = words[0][-1] == ":"
    if labelled and len(words) >= LABELLED_WORDS and " ".join(words).count(" ".join(words[:RECURS])) >= RECURS:
        return True
    for length, word in enumerate(words[:TITLE_WORDS]):
        if word != words[0] or length < RECURS:
            continue
        title = words[:length]
        if title == words[length : 2 * length] and (labelled or title[-1][-1] not in ENDS):
            little_else = 2 * length >= PLAYER_SHARE * len(words)
            return little_else or " ".join(title) in " ".join(words[2 * length :])
    return False


def mark_galleries(draft: Draft) -> None:
    """Class the captions of galleries printed twice, lists of teasers with one button, and menus in one line."""
    _mark_menus(draft)
    _mark_doubled(draft)
    _mark_same_ending(draft)


def _mark_menus(draft: Draft) -> None:
    """Class long lines of names without any punctuation as navigation: a menu whose items no line break divides."""
    long = draft.are(PROSE) & (draft.lines.words >= LISTED_WORDS) & ~draft.has(Trait.ENDED)
    for at in np.flatnonzero(long).tolist():
        line = draft.line(at)
        if _PUNCTUATION.search(line) is None:
            parts = len(line.split())
            # A script without spaces has few parts; a capital letter in every word is somebody's way of writing.
            if 2 * parts >= draft.words[at] and LISTED_SHARE * parts <= len(_NAME.findall(line)):
                draft.classes[at] = NAVIGATION


def _mark_doubled(draft: Draft) -> None:
    """Class runs of doubled lines as captions, unless the whole text is printed twice, paragraph by paragraph."""
    same = draft.has(Trait.SAME)
    if not same.any():  # nearly every text
        return
    states = np.where(same, _SAME, np.where(draft.lines.words >= CAPTION_WORDS, _CAPTION, _BRIEF)).astype(np.uint8)
    runs = [range(*found.span()) for found in _DOUBLES.finditer(states.tobytes())]
    prose = sum(itertools.compress(draft.words, draft.are(PROSE).tolist()))
    if prose - sum(draft.words[at] for run in runs for at in run if draft.classes[at] == PROSE) >= CUT_AFTER:
        for run in runs:
            draft.classes[run.start : run.stop] = bytes([CAPTION]) * len(run)


def _mark_same_ending(draft: Draft) -> None:
    """Class runs of paragraphs that end in the same button as a list of headlines."""
    words = draft.lines.words
    teasers = ~draft.has(Trait.ENDED) & (words >= TEASER_WORDS.start) & (words < TEASER_WORDS.stop)
    for found in _TEASERS.finditer(teasers.tobytes()):
        _mark_buttons(draft, range(*found.span()))


def _mark_buttons(draft: Draft, lines: range) -> None:
    """Class those of some neighbouring lines as headlines that end in the same button."""
    run: list[int] = []
    button = ""
    for at in lines:
        line = draft.line(at)
        if run and line.endswith(button):
            run.append(at)
            continue
        _class_teasers(draft, run, button)
        blank = line.rfind(" ")
        button, run = (line[blank:], [at]) if blank > 0 else ("", [])
    _class_teasers(draft, run, button)


def _class_teasers(draft: Draft, lines: list[int], button: str) -> None:
    """Class enough lines that end in the same word as headlines, where it stands behind finished sentences."""
    if len(lines) < TEASERS or not button.strip().isalpha():
        return
    finished = sum(ends_sentence(draft.line(at).removesuffix(button).rstrip()) for at in lines)
    if finished >= BUTTON_SHARE * len(lines):
        for at in lines:
            draft.classes[at] = HEADLINE_LIST
