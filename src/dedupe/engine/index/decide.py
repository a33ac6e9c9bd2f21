"""From the comparisons of one document to the answer: the action, the document it speaks about, and the sentence."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from dedupe.engine.index.rows import Tie
from dedupe.records import MERGING, Action, Comparison, EditorialRelation, TextRelation

RANK: dict[Action, int] = {
    "exact": 0, "revision": 1, "near": 2, "contained": 3, "contains": 4, "shares_passages": 5, "new": 6,
}  # fmt: skip
"""What says more comes first."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A comparison of the new document (``a``) with the one that stands for a row (``b``)."""

    row: int
    comparison: Comparison

    @property
    def action(self) -> Action:
        """What this pair alone says about the new document."""
        pair = self.comparison
        return action_of(pair.relation.text, pair.relation.editorial, pair.coverage.of_a, pair.coverage.of_b)

    def tie(self) -> Tie:
        """Return what is kept of it."""
        pair = self.comparison
        return Tie(
            other=self.row,
            text=pair.relation.text,
            editorial=pair.relation.editorial,
            similarity=pair.similarity,
            coverage=pair.coverage.of_a,
            other_coverage=pair.coverage.of_b,
            extent=_extent([passage.a for passage in pair.passages]),
            other_extent=_extent([passage.b for passage in pair.passages]),
        )


def action_of(text: TextRelation, editorial: EditorialRelation, coverage: float, other_coverage: float) -> Action:
    """Return what a pair says about the new document, of which ``coverage`` is shared."""
    if text in MERGING:
        if text == "identical":
            return "exact"
        return "revision" if editorial == "revision" else "near"
    if text == "contained":
        return "contained" if coverage >= other_coverage else "contains"
    return "shares_passages" if text in {"reordered", "partial"} else "new"


def sentence(best: Verified | None, unverified: int) -> str:
    """Say in one sentence what was found."""
    if best is None:
        said = "nothing in the index shares a key with it"
    elif best.action == "new" and best.comparison.relation.text == "none":
        said = "no document of the index shares a passage with it"
    else:
        said = f"{best.comparison.b}: {best.comparison.relation.why}"
    if unverified:
        said += f"; {unverified} less alike candidates were not compared (max_comparisons)"
    return said


def _extent(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else (0, 0)


def too_short(tokens: int, limit: int) -> str:
    """Say that a document is too short to be compared."""
    return f"{tokens} words of body text; fewer than {limit} are never compared"


def as_told(each: Verified, tie: Tie | None) -> Verified:
    """Return a comparison with the relation its tie was given, where a round-up changed it."""
    if tie is None or not tie.digest:
        return each
    relation = dataclasses.replace(
        each.comparison.relation,
        text=tie.told[0],
        editorial=tie.told[1],
        why="one of them carries this and other texts whole, one after the other",
    )
    return dataclasses.replace(each, comparison=dataclasses.replace(each.comparison, relation=relation))
