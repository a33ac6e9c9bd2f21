"""From measures to a text relation: a short ladder of rules, each with the number that decided and its limit.

The rules look at geometry only: how much of each body the other covers, in which order, and what kind of text the
shared and the unshared parts are. What it means that two texts relate so is ``editorial``'s question.
"""

from collections.abc import Sized
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.records import Sides, TextRelation
from dedupe.verify.limits import Limited, Verdict, both, larger, least, most, percent, verdict
from dedupe.verify.sharing import LIST_ITSELF, MOSTLY, Shared, parting

ABRIDGED_LONGER = 0.10
"""Least coverage of the longer text for a copy that begins like it and breaks off: a teaser before a paywall shows a
tenth of its story. What begins elsewhere and is less than ``MAINLY`` of the longer text is an excerpt."""

MAINLY = 0.60
"""Coverage of the longer text from which the shared text is what it mainly is, wherever it begins."""

ALIKE = 0.50
"""Share of an opening from which two texts open alike: the lead may be retouched, but it is the same lead."""

MOVED_ORDER = 0.10
"""How much less order one text needs where both open alike: a paragraph may have been moved."""

EDITED_MISSING = 1.5
"""How many times what ``threshold`` lets a copy miss an edited one may miss where both open alike."""

UNTOUCHED = 0.90
"""Share of two openings from which nothing in them was touched."""

DATELINE = 15
"""Prose tokens that may stand before an opening that was not touched: a dateline or a label."""

UNTOUCHED_MISSING = 2.0
"""How many times what ``threshold`` lets a copy miss an edited one may miss where the openings were not touched."""

HALF = 0.50
"""Coverage of the shorter text below which no opening makes one text of two, whatever ``threshold`` is."""

TEASER_LONGER = 0.05
"""Least coverage of the longer text where both open alike and the shorter one is covered: a teaser of a long story."""

EDITED_QUOTED = 0.50
"""Share of quoted words from which opening alike is no proof: two reports may open with the same statement."""

CUT_ORDER = 0.97
"""Least order of a cut copy that does not open like the other text: who cuts a story leaves the rest in place."""

OWN_OPENING = 30
"""Prose tokens before the first shared one that are a beginning of one's own: more than a headline and a dateline."""

CUT_OPENING = 60
"""How deep into the longer text a cut copy may begin: a new headline, standfirst and lead line, but not a story."""


UNDECIDED: frozenset[TextRelation] = frozenset({"none"})
"""Relations after which shared wording is still worth a look: no passage said what the pair is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """Everything the ladder looks at.

    Attributes:
        same_tokens: Both bodies have the same tokens in the same order.
        coverage: Share of each body inside passages.
        residual: Share of each body that is prose outside passages.
        order: Share of matching tokens in one increasing chain.
        quoted: Share of aligned tokens that are quoted, with or without marks.
        furniture: Share of aligned tokens that are list or template text.
        longest_narrative: Matching tokens of the longest narrative passage.
        opening: Prose tokens of each side before its first aligned token.
        alike: Share of the shorter text's opening that stands where the longer one opens.
        substituted: The sentence that names a template's slots when only numbers or names differ, else empty.
    """

    same_tokens: bool
    coverage: Sides
    residual: Sides
    order: float
    quoted: float
    furniture: float
    longest_narrative: int
    opening: tuple[int, int]
    alike: float
    substituted: str


def relate(geometry: Geometry, passages: Sized, config: Config) -> Verdict:
    """Name the text relation of two bodies.

    Args:
        geometry: The measures.
        passages: The aligned passages; only whether there are any matters here.
        config: The limits.

    Returns:
        The verdict. Its confidence is ``low`` when the deciding number lies within ``config.grey_zone`` of its limit,
        ``medium`` within three times that, else ``high``.
    """
    if geometry.same_tokens and not geometry.substituted:
        return Verdict(text="identical", why="both bodies have the same words in the same order")
    if not len(passages):
        return Verdict(text="none", why="no passage of either body stands in the other")
    return _whole(geometry, config) or _cut(geometry, config) or _part(geometry, config)


def _whole(geometry: Geometry, config: Config) -> Verdict | None:
    """Both bodies cover each other: one text, one text in another order, or one form filled in twice."""
    coverage, residual = geometry.coverage, geometry.residual
    if coverage.smaller() < config.threshold:
        return None
    tests = [
        least("coverage", coverage, config.threshold),
        Limited("order", geometry.order, _least_order(geometry, config)),
        most("residual", residual, config.max_residual),
    ]
    if geometry.substituted:
        return Verdict(text="template_only", why=geometry.substituted, confidence="medium")
    if not tests[1].holds:
        why = (
            f"the passages cover {both(coverage)} of both bodies, but only {percent(geometry.order)} of the words "
            "stand in the same order"
        )
        return verdict("reordered", why, tests[1], config)
    if not tests[2].holds:
        return None
    why = (
        f"passages cover {both(coverage)} of both bodies, {percent(geometry.order)} of the words in the same order, "
        f"and at most {percent(residual.larger())} of either is prose of its own"
    )
    return verdict("near_identical", why, min(tests, key=lambda test: test.margin), config)


def _least_order(geometry: Geometry, config: Config) -> float:
    """Return the least order of one text: who leaves the beginning in place may move a paragraph further down."""
    moved = geometry.alike >= ALIKE and geometry.order < config.min_order
    return config.min_order - MOVED_ORDER if moved else config.min_order


def are_copies(
    coverage: NDArray[np.float64], order: NDArray[np.float64], residual: NDArray[np.float64], config: Config
) -> NDArray[np.bool_]:
    """Mark the pairs that are ``near_identical``, many at once; :func:`relate` says the same of each.

    Args:
        coverage: The smaller of both sides.
        order: Of the matching tokens.
        residual: The larger of both sides.
        config: The limits.
    """
    covered: NDArray[np.bool_] = (coverage >= config.threshold) & (order >= config.min_order)
    return covered & (residual <= config.max_residual)


def _cut(geometry: Geometry, config: Config) -> Verdict | None:
    """One body is covered, the other is longer: a cut or edited copy, or a text standing inside another."""
    shorter = larger("coverage", geometry.coverage, config.threshold)
    inside = shorter.holds and geometry.furniture < MOSTLY
    copied = (_abridged(geometry, shorter, config) if inside else None) or _edited(geometry, config)
    if copied is not None or not inside or geometry.quoted >= MOSTLY:
        return copied
    why = f"{_shares(geometry)}; the rest of the longer one is another text"
    return verdict("contained", why, shorter, config)


def _abridged(geometry: Geometry, shorter: Limited, config: Config) -> Verdict | None:
    """One body stands in the other in its order, near its beginning or as most of it: a cut copy."""
    coverage = geometry.coverage
    longer = least("coverage", coverage, ABRIDGED_LONGER)
    begins = geometry.opening[coverage.of_a >= coverage.of_b] <= CUT_OPENING
    own = min(geometry.opening) > OWN_OPENING  # each tells a story of its own around what they share
    if own or not longer.holds or geometry.order < CUT_ORDER or not (begins or longer.value >= MAINLY):
        return None
    tests = [shorter, longer if begins else longer._replace(limit=MAINLY)]
    why = f"{_shares(geometry)}; {_beginning(geometry) if begins else 'that is most of both'}"
    return verdict("abridged", why, min(tests, key=lambda test: test.margin), config)


def _beginning(geometry: Geometry) -> str:
    """Say how far from the beginnings of both bodies what they share begins."""
    deepest = max(geometry.opening)
    return "both begin alike" if deepest <= DATELINE else f"what they share begins {deepest} words into one of them"


class Cuts(NamedTuple):
    """What decides of many pairs whether one body is a cut copy of the other: columns as in :class:`Geometry`."""

    coverage: tuple[NDArray[np.float64], NDArray[np.float64]]
    order: NDArray[np.float64]
    opening: tuple[NDArray[np.int64], NDArray[np.int64]]


def are_cut(pairs: Cuts, config: Config) -> NDArray[np.bool_]:
    """Mark pairs that are ``abridged`` without being whole, many at once; :func:`relate` says the same of each.

    For pairs that share prose: neither lists, nor a form filled in twice.
    """
    shorter, longer = np.maximum(*pairs.coverage), np.minimum(*pairs.coverage)
    begins = np.where(pairs.coverage[0] >= pairs.coverage[1], pairs.opening[1], pairs.opening[0]) <= CUT_OPENING
    own = np.minimum(*pairs.opening) > OWN_OPENING
    inside: NDArray[np.bool_] = (shorter >= config.threshold) & (longer < config.threshold)
    return inside & (longer >= ABRIDGED_LONGER) & ~own & (pairs.order >= CUT_ORDER) & (begins | (longer >= MAINLY))


def _edited(geometry: Geometry, config: Config) -> Verdict | None:
    """Both open alike and one stands mostly in the other: one text, cut, added to, paragraphs moved."""
    coverage = geometry.coverage
    whole = coverage.larger() >= config.threshold
    if (
        geometry.alike < ALIKE
        or (geometry.furniture >= MOSTLY and coverage.smaller() < LIST_ITSELF)
        or geometry.quoted >= EDITED_QUOTED
        or (geometry.substituted and not whole)
    ):
        return None
    limit = config.threshold if whole else edited_coverage(config, untouched=_is_untouched(geometry))
    tests = [
        larger("coverage", coverage, limit),
        Limited("order", geometry.order, _least_order(geometry, config)),
        least("coverage", coverage, TEASER_LONGER if whole else ABRIDGED_LONGER),
    ]
    if not all(test.holds for test in tests):
        return None
    why = f"{_shares(geometry)}; both open alike"
    return verdict("abridged", why, min(tests, key=lambda test: test.margin), config)


def edited_coverage(config: Config, *, untouched: bool) -> float:
    """Return the least coverage of the shorter of two texts that open alike.

    The more of the beginning stands, the more may be missing below. Who looks for copies only gets no more than copies.

    >>> edited_coverage(Config(), untouched=False), edited_coverage(Config(), untouched=True)
    (0.7, 0.6)
    """
    if config.copies_only:
        return config.threshold
    times = UNTOUCHED_MISSING if untouched else EDITED_MISSING
    return round(max(HALF, 1 - times * (1 - config.threshold)), 9)


def _is_untouched(geometry: Geometry) -> bool:
    """Tell whether the opening of both texts is the same but for a dateline."""
    return geometry.alike >= UNTOUCHED and max(geometry.opening) <= DATELINE


def _shares(geometry: Geometry) -> str:
    covered, longer = geometry.coverage.larger(), geometry.coverage.smaller()
    return f"{percent(covered)} of one body stands in the other, of which it is {percent(longer)}"


def _part(geometry: Geometry, config: Config) -> Verdict:
    """The bodies share passages, but neither carries the other."""
    return parting(Shared(geometry.coverage, geometry.quoted, geometry.furniture, geometry.longest_narrative), config)
