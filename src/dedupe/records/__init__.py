"""The nouns of the library: frozen records that every stage hands to the next.

Ratios are floats in [0, 1]; spans are half-open and count code points of a document's *original text* (the text given,
or the text extracted from its page); two documents are always ``a`` and ``b``; asymmetric quantities are
:class:`Sides` ``(of_a, of_b)``.
"""

from dedupe.records.clusters import (
    Cluster,
    Evidence,
    Origin,
)
from dedupe.records.decisions import (
    Action,
    Decision,
)
from dedupe.records.documents import (
    Body,
    Claim,
    ClaimKind,
    Credit,
    CreditKind,
    Document,
    DocumentId,
    Line,
    LineClass,
    Published,
    Skipped,
    Span,
    Stage,
    id_order,
    kept_text,
)
from dedupe.records.pairs import (
    MERGING,
    Candidate,
    Comparison,
    Confidence,
    EditorialRelation,
    Link,
    Overflow,
    Passage,
    PassageKind,
    Relation,
    Sides,
    TextRelation,
)

__all__ = [
    "MERGING",
    "Action",
    "Body",
    "Candidate",
    "Claim",
    "ClaimKind",
    "Cluster",
    "Comparison",
    "Confidence",
    "Credit",
    "CreditKind",
    "Decision",
    "Document",
    "DocumentId",
    "EditorialRelation",
    "Evidence",
    "Line",
    "LineClass",
    "Link",
    "Origin",
    "Overflow",
    "Passage",
    "PassageKind",
    "Published",
    "Relation",
    "Sides",
    "Skipped",
    "Span",
    "Stage",
    "TextRelation",
    "id_order",
    "kept_text",
]
