"""Numbers held against limits, and the verdict that follows: the number nearest to its limit, and a sentence."""

from dataclasses import dataclass
from typing import NamedTuple

from dedupe.config import Config
from dedupe.records import Confidence, Sides, TextRelation


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A text relation, the number that decided it, the limit it was held against, and the sentence that says so."""

    text: TextRelation
    why: str
    decided_by: str = ""
    value: float = 0.0
    limit: float = 0.0
    confidence: Confidence = "high"


class Limited(NamedTuple):
    """A named number and the limit it must reach, or with ``at_least=False`` must not exceed."""

    name: str
    value: float
    limit: float
    at_least: bool = True

    @property
    def holds(self) -> bool:
        """Whether the number keeps to its limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def margin(self) -> float:
        """How far from the limit it is, on either side."""
        return abs(self.value - self.limit)


def verdict(text: TextRelation, why: str, test: Limited, config: Config, near: float | None = None) -> Verdict:
    """Put a verdict together; how near the number is to its limit is how sure we are.

    Args:
        text: The relation.
        why: The sentence; where the number is near its limit, that is added.
        test: What decided.
        config: For its grey zone.
        near: Distance from the limit up to which confidence is ``low``; the grey zone unless given.
    """
    near = config.grey_zone if near is None else near
    confidence: Confidence = "low" if test.margin <= near else "medium" if test.margin <= 3 * near else "high"
    if confidence == "low":
        why += f" (close: {test.name} is {test.value:.2f}, the limit {test.limit:.2f})"
    return Verdict(text=text, why=why, decided_by=test.name, value=test.value, limit=test.limit, confidence=confidence)


def too_short(tokens: int, config: Config) -> Verdict:
    """Say that the shorter of two bodies has too few tokens to be a copy of anything, or to hold one."""
    words = "1 word" if tokens == 1 else f"{tokens} words"
    why = f"{words} of body text; fewer than {config.min_tokens} are never compared"
    return Verdict(text="none", why=why, decided_by="tokens", value=tokens, limit=config.min_tokens)


def least(name: str, sides: Sides, limit: float) -> Limited:
    """Hold the smaller of both shares against a limit that it must reach."""
    which = "of_a" if sides.of_a <= sides.of_b else "of_b"
    return Limited(f"{name}.{which}", sides.smaller(), limit)


def larger(name: str, sides: Sides, limit: float) -> Limited:
    """Hold the larger of both shares against a limit that it must reach."""
    which = "of_a" if sides.of_a >= sides.of_b else "of_b"
    return Limited(f"{name}.{which}", sides.larger(), limit)


def most(name: str, sides: Sides, limit: float) -> Limited:
    """Hold the larger of both shares against a limit that it must not exceed."""
    which = "of_a" if sides.of_a >= sides.of_b else "of_b"
    return Limited(f"{name}.{which}", sides.larger(), limit, at_least=False)


def percent(share: float) -> str:
    """Write a share for people."""
    return f"{100 * share:.0f} %"


def both(sides: Sides) -> str:
    """Write two shares for people."""
    return f"{percent(sides.of_a)} and {percent(sides.of_b)}"
