"""From the comparisons of one document to the answer: the action, the document it speaks about, and the sentence."""

import dataclasses
from dataclasses import dataclass

from dedupe.engine.index.rows import Tie
from dedupe.records import (
    MERGING,
    Action,
    DocumentId,
    EditorialRelation,
    Relation,
    Sides,
    TextRelation,
)
from dedupe.verify.compare import Judged

RANK: dict[Action, int] = {
    "exact": 0, "revision": 1, "near": 2, "contained": 3, "contains": 4, "shares_passages": 5, "new": 6,
}  # fmt: skip
"""What says more comes first."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a pair is: the new document and the one that stands for a row.

    Attributes:
        row: The row.
        other: The id of the document that stands for it.
        relation: What both are to each other.
        similarity, coverage: As in :class:`dedupe.records.Comparison`; ``of_a`` is the new document's.
    """

    row: int
    other: DocumentId
    relation: Relation
    similarity: float
    coverage: Sides

    @classmethod
    def of(cls, row: int, pair: Judged) -> "Verified":
        """Take what an answer needs of what the new document (``a``) and the other (``b``) are."""
        return cls(row, pair.b, pair.relation, pair.similarity, pair.coverage)

    @property
    def action(self) -> Action:
        """What this pair alone says about the new document."""
        return action_of(self.relation.text, self.relation.editorial, self.coverage.of_a, self.coverage.of_b)


def tie_of(row: int, pair: Judged) -> Tie:
    """Return what is kept of what a document is to the text of a row."""
    return Tie(
        other=row,
        text=pair.relation.text,
        editorial=pair.relation.editorial,
        similarity=pair.similarity,
        coverage=pair.coverage.of_a,
        other_coverage=pair.coverage.of_b,
        extent=(pair.extent_a.start, pair.extent_a.end),
        other_extent=(pair.extent_b.start, pair.extent_b.end),
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
    elif best.action == "new" and best.relation.text == "none":
        said = "no document of the index shares a passage with it"
    else:
        said = f"{best.other}: {best.relation.why}"
    if unverified:
        said += f"; {unverified} less alike candidates were not compared (max_comparisons)"
    return said


def as_told(each: Verified, tie: Tie | None) -> Verified:
    """Return a pair with the relation its tie was given, where a round-up changed it."""
    if tie is None or not tie.digest:
        return each
    relation = dataclasses.replace(
        each.relation,
        text=tie.told[0],
        editorial=tie.told[1],
        why="one of them carries this and other texts whole, one after the other",
    )
    return dataclasses.replace(each, relation=relation)
