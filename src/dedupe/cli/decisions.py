"""Answers of an index as lines of JSON, the log a crawler keeps; what a query found also for people."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from dedupe.records import Cluster, Comparison, Decision
from dedupe.report.visible import shorten, visible
from dedupe.report.words import percent, relation_name

QUOTE_CHARS = 160


def decision_line(decision: Decision) -> str:
    """Write one answer as a line of JSON; every field of the record, under its name."""
    return _line(
        {
            "id": decision.id,
            "url": decision.url,
            "action": decision.action,
            "duplicate_of": decision.duplicate_of,
            "cluster": decision.cluster,
            "relation": decision.relation,
            "editorial": decision.editorial,
            "similarity": round(decision.similarity, 6),
            "coverage": {"of_a": round(decision.coverage.of_a, 6), "of_b": round(decision.coverage.of_b, 6)},
            "confidence": decision.confidence,
            "reason": decision.reason,
            "seen_at": decision.seen_at.isoformat(),
            "unverified": decision.unverified,
        }
    )


def comparison_line(pair: Comparison) -> str:
    """Write what a query found as a line of JSON."""
    return _line(
        {
            "id": pair.b,
            "similarity": round(pair.similarity, 6),
            "relation": pair.relation.text,
            "coverage": {"of_a": round(pair.coverage.of_a, 6), "of_b": round(pair.coverage.of_b, 6)},
            "why": pair.relation.why,
            "longest": _longest(pair),
        }
    )


def comparison_text(pair: Comparison) -> str:
    """Write what a query found for people: what it is, why, and the beginning of the longest words shared."""
    lines = [
        f"{visible(pair.b)}: {relation_name(pair.relation, pair.source)}, similarity {percent(pair.similarity)}",
        f"    {visible(pair.relation.why)}",
    ]
    longest = _longest(pair)
    if longest:
        lines.append(f"    “{shorten(visible(longest), QUOTE_CHARS)}”")
    return "\n".join(lines) + "\n"


def cluster_line(cluster: Cluster) -> str:
    """Write one cluster as a line of JSON."""
    return _line(
        {
            "cluster": cluster.id,
            "kind": cluster.kind,
            "members": list(cluster.members),
            "representative": cluster.representative,
            "reason": cluster.reason,
            "similarity": round(cluster.similarity, 6),
        }
    )


@contextmanager
def log_to(path: Path | None) -> Iterator[TextIO]:
    """Open the log: appended to where it is a file, else standard output."""
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
        yield log


def write_lines(lines: Iterable[str], log: TextIO) -> None:
    """Write lines and hand them on at once, so that a log never trails what the index holds by more than a step."""
    encoding = log.encoding or "utf-8"
    log.writelines(line.encode(encoding, "backslashreplace").decode(encoding) for line in lines)
    log.flush()


def _longest(pair: Comparison) -> str:
    return max((passage.quote for passage in pair.passages), key=len, default="")


def _line(fields: dict[str, object]) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"
