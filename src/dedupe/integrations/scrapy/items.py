"""Items in and out: from whatever a spider yields to a document, and the decision back onto the item.

``itemadapter`` gives dictionaries, dataclasses, attrs classes, pydantic models and Scrapy items one face.
"""

from collections.abc import Mapping
from typing import Any

from itemadapter import ItemAdapter

from dedupe.integrations.scrapy.choices import Choices
from dedupe.pages.inputs import Fields, coerce
from dedupe.records import Decision, Document, Skipped

_NAMELESS = "\0nameless"


def document_of(item: object, fields: Fields) -> Document | Skipped:
    """Make a document of an item, or say why it is none.

    Its id is the item's own id, or its address: the same page fetched again is the same document. Lists of strings,
    which item loaders leave behind, are joined.
    """
    adapter = ItemAdapter(item)
    record = {name: _joined(adapter[name]) for name in adapter}
    if fields.find(record, "id") in {None, ""}:
        fields = Fields(tuple((meaning, name) for meaning, name in fields.chosen if meaning != "id"))
        address = fields.find(record, "url")
        record |= {"id": address} if address is not None else {}
    entry = coerce(record, _NAMELESS, fields)
    if entry.id == _NAMELESS and isinstance(entry, Document):
        return Skipped(id="", stage="read", reason="neither an id nor an address: the item cannot be told from another")
    return entry


def annotation_of(decision: Decision, *, unchanged: bool) -> dict[str, Any]:
    """Return what is written onto an item: plain values that any exporter takes.

    Args:
        decision: What the index said.
        unchanged: Whether an earlier job took in the same document with the same words.
    """
    return {
        "id": decision.id,
        "action": decision.action,
        "duplicate_of": decision.duplicate_of,
        "cluster": decision.cluster,
        "relation": decision.relation,
        "editorial": decision.editorial,
        "similarity": round(decision.similarity, 6),
        "coverage": round(decision.coverage.of_a, 6),
        "other_coverage": round(decision.coverage.of_b, 6),
        "confidence": decision.confidence,
        "reason": decision.reason,
        "seen_at": decision.seen_at.isoformat(),
        "unchanged": unchanged,
    }


def annotate(item: object, annotation: Mapping[str, Any], choices: Choices) -> list[str]:
    """Write an annotation onto an item, and return the fields that it does not have."""
    adapter = ItemAdapter(item)
    values = {choices.annotation: dict(annotation)} if choices.annotation else {}
    values |= {field: annotation[part] for part, field in choices.annotated}
    missing = []
    for field, value in values.items():
        try:
            adapter[field] = value
        except (KeyError, AttributeError, ValueError):  # no such field; pydantic: no field of this type
            missing.append(field)
    return missing


def _joined(value: object) -> object:
    if isinstance(value, list | tuple) and value and all(isinstance(part, str) for part in value):
        return "\n".join(value)
    return value
