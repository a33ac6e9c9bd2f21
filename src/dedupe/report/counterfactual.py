"""What would have changed an answer: the limits a pair met or missed, by how much, and which setting moves them."""

from collections.abc import Iterator

from dedupe.config import Config
from dedupe.records import Comparison
from dedupe.report.words import merged, percent
from dedupe.verify.relations import CUT_ORDER

LOWEST_THRESHOLD = 0.5
"""``Config.threshold`` takes no smaller value: below it, neither body is mostly shared."""


def what_would_change(comparison: Comparison, config: Config) -> tuple[str, ...]:
    """Return sentences that say how far the pair stands from the other answer.

    For a pair that was merged: what would have kept it apart. For any other: what was missing. Never empty.
    """
    if comparison.relation.decided_by == "tokens":
        return (f"A longer text, or another setting: min_tokens is {config.min_tokens}.",)
    if not comparison.passages:
        if comparison.relation.text == "identical":
            return ("Nothing short of a different text: the normalised words are equal.",)
        return (f"A shared passage of at least {config.min_passage_tokens} words; there is none.",)
    return tuple(_for_merged(comparison, config) if merged(comparison) else _for_apart(comparison, config))


def _for_merged(comparison: Comparison, config: Config) -> Iterator[str]:
    """Say which limits held, and with how much room."""
    if comparison.relation.text == "identical":
        yield "Nothing short of a different text: the normalised words are equal."
        return
    if comparison.relation.text == "abridged":
        covered = comparison.coverage.larger()
        if covered >= config.threshold:
            yield f"The shorter text is covered to {percent(covered)}; {_room(covered, config)}"
        else:
            yield (
                f"The shorter text is covered to {percent(covered)}, less than the {percent(config.threshold)} that a "
                "copy needs which opens otherwise; with an opening of its own it would be a story of its own."
            )
        if comparison.order < CUT_ORDER:
            yield (
                f"{percent(comparison.order)} of the shared words stand in one order; a cut copy that opens otherwise "
                f"needs {percent(CUT_ORDER)}."
            )
        return
    covered = comparison.coverage.smaller()
    yield f"Both bodies are covered to at least {percent(covered)}; {_room(covered, config)}"
    in_order = f"{percent(comparison.order)} of the shared words stand in one order"
    if comparison.order >= config.min_order:
        yield f"{in_order}; below {percent(config.min_order)} they would be called reordered."
    else:
        low = f"{in_order}, less than {percent(config.min_order)}"
        yield f"{low}; without their opening they would be called reordered."
    yield (
        f"The most prose either has of its own is {percent(comparison.residual.larger())}; "
        f"above {percent(config.max_residual)} they would not be copies."
    )


def _for_apart(comparison: Comparison, config: Config) -> Iterator[str]:
    """Say which limits were missed, and whether a setting would move the answer."""
    covered = comparison.coverage.smaller()
    if covered < config.threshold:
        yield (
            f"One text needs {percent(config.threshold)} of both bodies in shared passages; "
            f"these have {percent(comparison.coverage.of_a)} of A and {percent(comparison.coverage.of_b)} of B."
        )
        yield (
            f"No threshold would do it: the lowest is {LOWEST_THRESHOLD:g}, and {covered:.2f} is below it."
            if covered < LOWEST_THRESHOLD
            else f"With a threshold of {covered:.2f} or lower, coverage alone would not keep them apart."
        )
    if comparison.order < config.min_order:
        yield (
            f"The order of the shared words would have to agree to {percent(config.min_order)}; "
            f"it agrees to {percent(comparison.order)}."
        )
    if comparison.residual.larger() > config.max_residual:
        yield (
            f"Each may have {percent(config.max_residual)} of prose of its own; "
            f"one has {percent(comparison.residual.larger())}."
        )
    if comparison.relation.text == "template_only":
        yield "Words of the article would have to be shared, not only text of the site."
    if comparison.relation.text == "quotes_only":
        yield "Words outside quotation marks would have to be shared."


def _room(covered: float, config: Config) -> str:
    """Say how much higher the threshold could be."""
    asked = f"{percent(config.threshold)} is asked for"
    if covered >= 1.0:
        return f"{asked}, and no threshold is higher."
    return f"{asked}. A threshold above {covered:.2f} would part them."
