"""Pairs that share passages and of which neither carries the other: told without a comparison being put together.

Most pairs of a run are such: texts that share a site's furniture, a footer, a statement, a few sentences. What later
stages ask of them is little; the comparison with its passages and sentences is made when somebody looks at the pair.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.config import Config
from dedupe.records import EditorialRelation, Sides, TextRelation
from dedupe.text.speech import MIN_FIRST_PERSON, first_person_tokens
from dedupe.verify import measures
from dedupe.verify.aligning import Aligned, same_tokens
from dedupe.verify.editorial import NO_WORDS, interpret
from dedupe.verify.material import Material
from dedupe.verify.passages import textures
from dedupe.verify.relations import UNDECIDED, edited_coverage
from dedupe.verify.sharing import LIST_ITSELF, MOSTLY, is_retold, part
from dedupe.verify.wording import shared_wording

PLAIN: tuple[TextRelation, ...] = ("none", "partial", "template_only")
"""What two texts can be that share passages none of which is a quotation."""

UNTOLD = -1
"""Stands for none of them in :func:`plain_parts`: the counts do not tell."""


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
    if not found.rows or found.coverage.larger() >= carrying(config) or same_tokens(a, b):
        return None
    told = textures(found.rows, a, b)
    text, _ = part(found.shared(told), config)
    if text in UNDECIDED and config.wording and is_retold(shared_wording(a, b, found.rows, told), config):
        text = "partial"
    reading = interpret(text, a.body, b.body, identity=0.0, residual=0.0, aligned=NO_WORDS)
    return Part(
        text=text,
        editorial=reading.relation,
        similarity=measures.similarity(found.rows, len(a.tokens), len(b.tokens)),
        jaccard=measures.resemblance(a.shingles, b.shingles)[0],
        coverage=found.coverage,
        passages=len(found.rows),
    )


def carrying(config: Config) -> float:
    """Return the least coverage of either text from which one may carry the other: a copy, an edited or a cut one."""
    return min(config.threshold, edited_coverage(config, untouched=True))


def is_plain(original: str, text: str) -> bool:
    """Tell whether no passage of a text can be a quotation: nothing stands in quotation marks, nobody says ``I``.

    Args:
        original: The original text.
        text: The body's text.
    """
    if len(_kernels.quotations(original)):
        return False
    return int(np.count_nonzero(first_person_tokens(_kernels.tokenize(text)[0]))) < MIN_FIRST_PERSON


class Counts(NamedTuple):
    """What was counted of pairs that share passages, as columns; counts of tokens unless said otherwise.

    Attributes:
        smaller: The smaller coverage of both sides.
        matched: Matching ones.
        listed: Matching ones in passages that are lists.
        passages: How many passages.
    """

    smaller: NDArray[np.float64]
    matched: NDArray[np.int64]
    listed: NDArray[np.int64]
    passages: NDArray[np.int64]


def plain_parts(counts: Counts, config: Config) -> NDArray[np.int8]:
    """Tell what plain texts are that share no more than passages, as :func:`~dedupe.verify.sharing.part` does of each.

    How long the longest passage is was not counted, but it is no shorter than the mean and no longer than all.

    Returns:
        Places in ``PLAIN``, ``UNTOLD`` where the counts leave it open. Shared wording is not looked at.
    """
    listed = counts.listed / counts.matched
    furniture = np.where(counts.smaller < LIST_ITSELF, listed, 0.0)
    told = counts.matched - counts.listed
    most = np.maximum(counts.passages - (counts.listed > 0), 1)  # passages of narrative, at the most
    least = config.partial_passage_tokens
    cases = {
        "template_only": furniture >= MOSTLY,
        "partial": (counts.smaller * (1 - furniture) >= config.partial_coverage) | (told >= least * most),
        "none": told < least,
    }
    return np.select(list(cases.values()), [np.int8(PLAIN.index(text)) for text in cases], np.int8(UNTOLD))
