"""Results put together by hand: reports and commands are tested on them without running an engine."""

from dedupe.config import Config
from dedupe.engine.result import Result
from dedupe.records import (
    Body,
    Cluster,
    Comparison,
    Credit,
    Link,
    Origin,
    Overflow,
    Passage,
    Relation,
    Sides,
    Skipped,
    Span,
)

SHARED = "Talks to restore the accord began again last year but stopped in June when the harbour froze over"
COPY = "The ferry was turned back on Monday after its pilot reported ice on both sides of the channel"


def body(document_id, text, *, kept=None, **known):
    """A body whose whole text is kept, unless told otherwise."""
    return Body(id=document_id, original=text, kept=kept or (Span(0, len(text)),), **known)


def passage(a, b, words, *, kind="narrative", identity=1.0):
    """A passage of exactly ``words`` in both bodies."""
    start_a, start_b = a.original.index(words), b.original.index(words)
    return Passage(
        a=Span(start_a, start_a + len(words)),
        b=Span(start_b, start_b + len(words)),
        tokens=len(words.split()),
        identity=identity,
        kind=kind,
        quote=words,
    )


def comparison(a, b, passages, relation, **numbers):
    """A comparison with plausible numbers; name those that matter."""
    values = {
        "jaccard": 0.5,
        "containment": Sides(0.5, 0.5),
        "coverage": Sides(0.5, 0.5),
        "residual": Sides(0.5, 0.5),
        "similarity": 0.5,
        "identity": 1.0,
        "order": 1.0,
        "longest": max((entry.tokens for entry in passages), default=0),
    }
    return Comparison(a=a.id, b=b.id, passages=tuple(passages), relation=relation, **(values | numbers))


def alone(document_id, cluster_id):
    """A cluster of one document."""
    return Cluster(
        id=cluster_id,
        members=(document_id,),
        representative=document_id,
        reason="the only one",
        similarity=1.0,
        kind="single",
    )


def pages(ids):
    """Two copies, one independent page, two pages that share a wire passage."""
    copy_text = f"Harbour Mirror\n{COPY}.\nMore headlines from the harbour\n"
    copy = body(ids[0], copy_text, kept=(Span(15, 15 + len(COPY) + 1),), title="Ferry turned back")
    original = body(
        ids[1],
        f"{COPY}. By Ada Pilot.",
        url="https://example.org/ferry",
        credits=(Credit(kind="byline", organisation="Ada Pilot", quote="By Ada Pilot", span=Span(95, 107)),),
    )
    other = body(ids[2], "An account of the same Monday by somebody who stood on the other shore all day long.")
    wire_a = body(ids[3], f"Our correspondent was there in the morning. {SHARED}. With reporting by AFP.")
    wire_b = body(
        ids[4],
        f"{SHARED}. The minister did not answer any question at all.",
        credits=(Credit(kind="photo", organisation="AFP", quote="[File: Jo Doe/AFP]", span=Span(0, 5)),),
    )
    return copy, original, other, wire_a, wire_b


def copied(copy, original):
    """The pair of a page and its copy."""
    return comparison(
        copy,
        original,
        [passage(copy, original, COPY)],
        Relation(
            text="near_identical",
            editorial="republication",
            confidence="high",
            why="both bodies are covered",
            decided_by="order",
            value=1.0,
            limit=0.9,
        ),
        coverage=Sides(1.0, 0.93),
        residual=Sides(0.0, 0.07),
        similarity=0.96,
        nominated_by=("lsh",),
    )


def wired(wire_a, wire_b):
    """The pair of two pages with words of one agency."""
    return comparison(
        wire_a,
        wire_b,
        [passage(wire_a, wire_b, SHARED)],
        Relation(
            text="partial",
            editorial="shared_source",
            confidence="high",
            why="both carry AFP words",
            decided_by="coverage.of_a",
            value=0.55,
            limit=0.1,
        ),
        coverage=Sides(0.55, 0.65),
        source="AFP",
        nominated_by=("fingerprint",),
    )


def merged(copy, original):
    """The cluster of a page and its copy."""
    return Cluster(
        id="00000000000000aa",
        members=(copy.id, original.id),
        representative=original.id,
        reason="origin of the text",
        similarity=0.96,
        kind="near_identical",
        origin=Origin(kind="document", document=original.id, why="it alone has a byline"),
        weakest=(copy.id, original.id, 0.96),
    )


def five_pages(*, ids=("copy.txt", "original.txt", "other.txt", "wire-a.txt", "wire-b.txt"), skipped=()):
    """Two copies, one independent page, two pages that share a wire passage: the shape of the seeds."""
    copy, original, other, wire_a, wire_b = pages(ids)
    shared = wired(wire_a, wire_b)
    link = Link(
        a=wire_a.id, b=wire_b.id, relation=shared.relation, source="AFP", similarity=0.5, passages=shared.passages
    )
    return Result(
        documents=(copy, original, other, wire_a, wire_b),
        clusters=(
            merged(copy, original),
            alone(other.id, "00000000000000bb"),
            alone(wire_a.id, "00000000000000cc"),
            alone(wire_b.id, "00000000000000dd"),
        ),
        pairs=(copied(copy, original), shared),
        links=(link,),
        skipped=tuple(skipped),
        overflows=(),
        seen=5 + len(skipped),
        independent_origins=3,
        config=Config(),
    )


def nothing():
    """The result of no documents."""
    return Result(
        documents=(),
        clusters=(),
        pairs=(),
        links=(),
        skipped=(),
        overflows=(),
        seen=0,
        independent_origins=0,
        config=Config(),
    )


UNREADABLE = Skipped(id="locked.html", stage="read", reason="permission denied", failed=True)
EMPTY = Skipped(id="empty.txt", stage="body", reason="no words")
CROWD = Overflow(channel="lsh", documents=5000, kept=4999, example="all rights reserved")
