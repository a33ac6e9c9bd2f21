"""Tell which documents carry the same text, which borrow passages, and prove it with the words themselves.

>>> import dedupe
>>> story = "The harbour ferry was turned back on Monday after its pilot reported ice on both sides of the channel."
>>> result = dedupe.cluster({"id": name, "text": story} for name in ("first", "second"))
>>> [cluster.members for cluster in result.clusters]
[('first', 'second')]

The names below are the front door. Each loads what it needs when it is first used, so importing the package is cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dedupe.config import Config
from dedupe.errors import (
    BusyStoreError,
    ConfigError,
    CorpusError,
    CorruptStoreError,
    DedupeError,
    DuplicateIdError,
    IncompatibleStoreError,
    InputError,
    MissingExtraError,
    StoreError,
)
from dedupe.records import Body, Cluster, Comparison, Decision, Document, Link, Passage, Relation, Skipped, Span

if TYPE_CHECKING:
    from dedupe.engine.batch import cluster, compare, extract
    from dedupe.engine.index import Index
    from dedupe.engine.result import Result
    from dedupe.files.readers import read

__version__ = "0.1.0"

__all__ = [
    "Body",
    "BusyStoreError",
    "Cluster",
    "Comparison",
    "Config",
    "ConfigError",
    "CorpusError",
    "CorruptStoreError",
    "Decision",
    "DedupeError",
    "Document",
    "DuplicateIdError",
    "IncompatibleStoreError",
    "Index",
    "InputError",
    "Link",
    "MissingExtraError",
    "Passage",
    "Relation",
    "Result",
    "Skipped",
    "Span",
    "StoreError",
    "cluster",
    "compare",
    "extract",
    "read",
]

_LAZY = {
    "Index": "dedupe.engine.index",
    "Result": "dedupe.engine.result",
    "cluster": "dedupe.engine.batch",
    "compare": "dedupe.engine.batch",
    "extract": "dedupe.engine.batch",
    "read": "dedupe.files.readers",
}


def __getattr__(name: str) -> Any:
    """Load a function of the front door when it is first asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the front door, loaded or not."""
    return sorted({*globals(), *__all__})
