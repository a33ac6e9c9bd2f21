"""Pairs that share passages and of which neither carries the other: told without a comparison being put together.

Most pairs of a run are such: texts that share a site's furniture, a footer, a statement, a few sentences. What later
stages ask of them is little; the comparison with its passages and sentences is made when somebody looks at the pair.
"""

from typing import NamedTuple

from dedupe.config import Config
from dedupe.records import EditorialRelation, Sides, TextRelation
from dedupe.verify import measures
from dedupe.verify.aligning import Aligned, same_tokens
from dedupe.verify.editorial import interpret
from dedupe.verify.material import Material
from dedupe.verify.passages import textures
from dedupe.verify.relations import UNDECIDED, edited_coverage, is_retold, part
from dedupe.verify.wording import shared_wording


class Part(NamedTuple):
    """What the comparison of such a pair says: fields as in :class:`dedupe.Comparison` and its relation."""

    text: TextRelation
    editorial: EditorialRelation
    similarity: float
    jaccard: float
    coverage: Sides
    passages: int


def tell_part(a: Material, b: Material, found: Aligned, config: Config) -> Part | None:
    """Tell what two bodies are that share no more than passages.

    Args:
        a: One body.
        b: The other.
        found: Their alignment.
        config: The limits.

    Returns:
        What :func:`dedupe.verify.compare.compare_aligned` says of them, or ``None`` where they share no passage or one
        may carry the other: then only the whole comparison can tell.
    """
    least = min(config.threshold, edited_coverage(config, untouched=True))
    if not found.rows or found.coverage.larger() >= least or same_tokens(a, b):
        return None
    told = textures(found.rows, a, b)
    text, _ = part(found.shared(told), config)
    if text in UNDECIDED and config.wording and is_retold(shared_wording(a, b, found.rows, told), config):
        text = "partial"
    reading = interpret(text, a.body, b.body, identity=0.0, residual=0.0, aligned="")
    return Part(
        text=text,
        editorial=reading.relation,
        similarity=measures.similarity(found.rows, len(a.tokens), len(b.tokens)),
        jaccard=measures.resemblance(a.shingles, b.shingles)[0],
        coverage=found.coverage,
        passages=len(found.rows),
    )
