"""Picture galleries and lists of teasers that pass as prose: told by what recurs in them, not by their words.

Crawlers flatten a gallery into one paragraph with a counter between its captions, or print every caption twice; a list
of galleries becomes paragraphs that all end in the same button. Each is a sentence to any reader of single lines. Every
rule here needs three or more recurrences, because writers repeat themselves, too. Linear in the text.
"""

import itertools
import operator
import re
from collections.abc import Iterator

from dedupe.text.layout import CUT_AFTER, Draft
from dedupe.text.lines import ENDS, ends_sentence

RECURS = 3
"""So many counters in sequence, titles or doubled captions make a gallery."""
TITLE_WORDS = 16
"""Longest title, in words, that is looked for twice at the opening of a line."""
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

_COUNTER = re.compile(r"(?<![\d.,/])(\d{1,3})(?: [^\W\d_]{1,4} | ?/ ?)(\d{1,3})(?![.,/]?\d)")


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


def mark_galleries(drafts: list[Draft]) -> None:
    """Class the captions of galleries whose every caption is printed twice, and lists of teasers with one button."""
    _mark_doubled(drafts)
    _mark_same_ending(drafts)


def _mark_doubled(drafts: list[Draft]) -> None:
    """Class runs of doubled lines as captions, unless the whole text is printed twice, paragraph by paragraph."""
    lines = [draft.line for draft in drafts]
    if not any(map(operator.eq, lines, lines[1:])):  # nearly every text: done in C
        return
    found = [draft for run in _runs_of_doubles(drafts) if len(run) >= RECURS for same in run for draft in same]
    prose = sum(draft.words for draft in drafts if draft.line_class == "prose")
    if prose - sum(draft.words for draft in found if draft.line_class == "prose") >= CUT_AFTER:
        for draft in found:
            draft.line_class = "caption"


def _runs_of_doubles(drafts: list[Draft]) -> Iterator[list[list[Draft]]]:
    """Yield the runs of neighbouring lines each of which stands there at least twice in a row."""
    run: list[list[Draft]] = []
    for _, equal in itertools.groupby(drafts, key=lambda draft: draft.line):
        same = list(equal)
        if len(same) > 1 and same[0].words >= CAPTION_WORDS:
            run.append(same)
        else:
            yield run
            run = []
    yield run


def _mark_same_ending(drafts: list[Draft]) -> None:
    """Class runs of paragraphs that end in the same button as a list of headlines."""
    run: list[Draft] = []
    button = ""
    for draft in drafts:
        if draft.ended or draft.words not in TEASER_WORDS:
            last = ""
        elif run and draft.line.endswith(button):
            run.append(draft)
            continue
        else:
            last = draft.line[at:] if (at := draft.line.rfind(" ")) > 0 else ""
        if len(run) >= TEASERS:
            _class_teasers(run, button)
        button, run = last, [draft] if last else []
    if len(run) >= TEASERS:
        _class_teasers(run, button)


def _class_teasers(lines: list[Draft], button: str) -> None:
    """Class lines that end in the same word as headlines, where it stands behind finished sentences."""
    finished = sum(ends_sentence(draft.line.removesuffix(button).rstrip()) for draft in lines)
    if button.strip().isalpha() and finished >= BUTTON_SHARE * len(lines):
        for draft in lines:
            draft.line_class = "headline_list"
