"""From measures to a text relation: a short ladder of rules, each with the number that decided and its limit.

The rules look at geometry only: how much of each body the other covers, in which order, and what kind of text the
shared and the unshared parts are. What it means that two texts relate so is ``editorial``'s question.
"""

from collections.abc import Sized
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.records import Confidence, Sides, TextRelation

QUOTE_WEIGHT = 0.25
"""What a quoted token counts towards ``partial``: two reports on one speech share its quotes without having met."""

ABRIDGED_LONGER = 0.10
"""Least coverage of the longer text for a copy that begins like it and breaks off: a teaser before a paywall shows a
tenth of its story. What begins elsewhere and is less than ``MAINLY`` of the longer text is an excerpt."""

MOSTLY = 0.80
"""The share that makes a whole: of a shorter text, of quoted tokens, of template tokens."""

MAINLY = 0.60
"""Coverage of the longer text from which the shared text is what it mainly is, wherever it begins."""

CUT_ORDER = 0.97
"""Least order of a cut copy: who cuts a story leaves the rest in place; who writes it anew moves things."""

LIST_ITSELF = 0.50
"""Coverage of both texts from which a shared list is not the furniture of a text but the text."""

OPENING_TOKENS = 60
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
        opening: Tokens before the first aligned token of the side that is covered less.
        substituted: The sentence that names a template's slots when only numbers or names differ, else empty.
    """

    same_tokens: bool
    coverage: Sides
    residual: Sides
    order: float
    quoted: float
    furniture: float
    longest_narrative: int
    opening: int
    substituted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A text relation, the number that decided it, the limit it was held against, and the sentence that says so."""

    text: TextRelation
    why: str
    decided_by: str = ""
    value: float = 0.0
    limit: float = 0.0
    confidence: Confidence = "high"


@dataclass(frozen=True, slots=True)
class _Test:
    name: str
    value: float
    limit: float
    at_least: bool = True

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def margin(self) -> float:
        return abs(self.value - self.limit)


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
    tests = [
        _least("coverage", coverage, config.threshold),
        _Test("order", geometry.order, config.min_order),
        _most("residual", residual, config.max_residual),
    ]
    if not tests[0].holds:
        return None
    if geometry.substituted:
        return Verdict(text="template_only", why=geometry.substituted, confidence="medium")
    if not tests[1].holds:
        why = (
            f"the passages cover {_both(coverage)} of both bodies, but only {_percent(geometry.order)} of the words "
            "stand in the same order"
        )
        return _verdict("reordered", why, tests[1], config)
    if not tests[2].holds:
        return None
    why = (
        f"passages cover {_both(coverage)} of both bodies, {_percent(geometry.order)} of the words in the same order, "
        f"and at most {_percent(residual.larger())} of either is prose of its own"
    )
    return _verdict("near_identical", why, min(tests, key=lambda test: test.margin), config)


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
    """One body is covered, the other is longer: a cut copy, or a text standing inside another."""
    coverage = geometry.coverage
    shorter = _larger("coverage", coverage, config.threshold)
    if not shorter.holds or geometry.furniture >= MOSTLY:
        return None
    longer = _least("coverage", coverage, ABRIDGED_LONGER)
    shares = f"{_percent(shorter.value)} of one body stands in the other, of which it is {_percent(longer.value)}"
    begins = geometry.opening <= OPENING_TOKENS
    if longer.holds and geometry.order >= CUT_ORDER and (begins or longer.value >= MAINLY):
        tests = [shorter, longer if begins else replace(longer, limit=MAINLY)]
        how = "both begin alike" if begins else "that is most of both"
        return _verdict("abridged", f"{shares}; {how}", min(tests, key=lambda test: test.margin), config)
    if geometry.quoted >= MOSTLY:
        return None
    return _verdict("contained", f"{shares}; the rest of the longer one is another text", shorter, config)


def _part(geometry: Geometry, config: Config) -> Verdict:
    """The bodies share passages, but neither carries the other."""
    coverage = geometry.coverage
    if geometry.quoted >= MOSTLY:
        test = _Test("quoted", geometry.quoted, MOSTLY)
        why = f"{_percent(geometry.quoted)} of the shared words are quotations: both quote one source"
        return _verdict("quotes_only", why, test, config)
    if geometry.furniture >= MOSTLY and coverage.smaller() < LIST_ITSELF:
        test = _Test("furniture", geometry.furniture, MOSTLY)
        why = f"{_percent(geometry.furniture)} of the shared words are lists or text of a form"
        return _verdict("template_only", why, test, config)
    furniture = geometry.furniture if coverage.smaller() < LIST_ITSELF else 0.0
    weight = 1 - furniture - (1 - QUOTE_WEIGHT) * geometry.quoted
    narrative = _Test("narrative coverage", coverage.smaller() * weight, config.partial_coverage)
    if narrative.holds:
        why = f"passages cover {_both(geometry.coverage)} of the two bodies, in narrative and not only in quotations"
        return _verdict("partial", why, narrative, config, near=config.grey_zone / 2)
    if geometry.longest_narrative >= config.partial_passage_tokens:
        why = f"one shared passage runs for {geometry.longest_narrative} words"
        return Verdict(
            text="partial",
            why=why,
            decided_by="longest narrative passage",
            value=geometry.longest_narrative,
            limit=config.partial_passage_tokens,
            confidence="medium",
        )
    why = f"only short phrases are shared ({_both(geometry.coverage)} of the two bodies)"
    return _verdict("none", why, narrative, config, near=config.grey_zone / 2)


def is_retold(share: float, config: Config) -> bool:
    """Tell whether the share of phrases that two texts have in common is enough to link them."""
    return config.wording and share >= config.partial_wording


def reworded(share: float, config: Config) -> Verdict | None:
    """Judge the share of phrases that two texts have in common where their passages did not decide."""
    if not is_retold(share, config):
        return None
    test = _Test("wording", share, config.partial_wording)
    why = f"{_percent(share)} of the three-word phrases of one body, quotations aside, stand in the other: retold"
    return _verdict("partial", why, test, config, near=config.grey_zone / 2)


def _verdict(text: TextRelation, why: str, test: _Test, config: Config, near: float | None = None) -> Verdict:
    """Put a verdict together; how near the number is to its limit is how sure we are."""
    near = config.grey_zone if near is None else near
    confidence: Confidence = "low" if test.margin <= near else "medium" if test.margin <= 3 * near else "high"
    if confidence == "low":
        why += f" (close: {test.name} is {test.value:.2f}, the limit {test.limit:.2f})"
    return Verdict(text=text, why=why, decided_by=test.name, value=test.value, limit=test.limit, confidence=confidence)


def _least(name: str, sides: Sides, limit: float) -> _Test:
    which = "of_a" if sides.of_a <= sides.of_b else "of_b"
    return _Test(f"{name}.{which}", sides.smaller(), limit)


def _larger(name: str, sides: Sides, limit: float) -> _Test:
    which = "of_a" if sides.of_a >= sides.of_b else "of_b"
    return _Test(f"{name}.{which}", sides.larger(), limit)


def _most(name: str, sides: Sides, limit: float) -> _Test:
    which = "of_a" if sides.of_a >= sides.of_b else "of_b"
    return _Test(f"{name}.{which}", sides.larger(), limit, at_least=False)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _both(sides: Sides) -> str:
    return f"{_percent(sides.of_a)} and {_percent(sides.of_b)}"
