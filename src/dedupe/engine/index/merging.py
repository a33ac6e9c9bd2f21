"""Segments become larger segments, a slice at a time, so that no document waits for a whole merge.

Four segments of a level become one of the next. A merge takes ranges of keys in turn, and every range is one
transaction: killed at any instant, it goes on where it was. What was merged is looked up in the new segment at once and
deleted from the old ones, so that a posting is never on disk twice for long.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dedupe import _kernels
from dedupe.engine.index.blocks import NUMBER_BITS
from dedupe.engine.index.postings import (
    ROW_BITS,
    Table,
    UInt64s,
    encode_blocks,
    narrow,
    row_bits_of,
    seal,
    sorted_distinct,
)
from dedupe.engine.index.segments import Segment
from dedupe.engine.index.state import Counters, Job, Levels, Run

FAN = 4
"""Segments of one level that become one of the next."""

_DELETED_AT_ONCE = 2_048
"""Blocks; several times as many as become garbage meanwhile, so that their pages are soon written to again."""

REWRITTEN_AT_ONCE = 1 << 20
_END = (1 << 64) - 1


def write_run(connection: sqlite3.Connection, levels: Levels, postings: UInt64s, *, level: int = 0) -> None:
    """Write ascending, distinct postings as a segment of their own."""
    run = Run(id=levels.next_segment, level=level, row_bits=row_bits_of(postings))
    levels.next_segment += 1
    append(connection, run, postings)
    levels.runs.append(run)


def append(connection: sqlite3.Connection, run: Run, postings: UInt64s) -> None:
    """Append postings, ascending and above all that are in it, to a segment that is being made."""
    if not len(postings):
        return
    blocks = encode_blocks(narrow(postings, run.row_bits))
    begin = run.id << NUMBER_BITS
    rows = [
        (begin | place, seal(Table.BLOCKS, begin | place, payload))
        for place, (_, payload) in enumerate(blocks, start=run.blocks)
    ]
    connection.executemany("INSERT INTO blocks (number, data) VALUES (?, ?)", rows)
    counts = np.array([count for count, _ in blocks], dtype=np.int64)
    directory = np.concatenate([postings[counts.cumsum() - counts], _kernels.filters(postings, counts)])
    number = begin | run.parts
    sealed = seal(Table.FILTERS, number, directory.astype("<u8").tobytes())
    connection.execute("INSERT INTO filters (number, data) VALUES (?, ?)", (number, sealed))
    run.blocks += len(blocks)
    run.parts += 1
    run.postings += len(postings)


def is_due(levels: Levels) -> bool:
    """Tell whether there is anything to merge or to delete."""
    return bool(levels.jobs or levels.garbage or _ripe(levels))


Keep = Callable[[UInt64s], UInt64s]
"""What of some postings goes into a merged segment."""


def sweep(levels: Levels, counters: Counters) -> None:
    """Begin to merge all segments once as many rows were dropped as are left, and nothing else is being merged.

    The segments of a window of documents would else fill with postings of rows that are gone: those of a level wait for
    others of their size. So at most half of all postings are idle, and each is moved about twice more.
    """
    if levels.jobs or not levels.runs or counters.gone - levels.swept < max(counters.documents, 1):
        return
    levels.swept = counters.gone
    _begin(levels, levels.runs, max(run.level for run in levels.runs))


def advance(
    connection: sqlite3.Connection, levels: Levels, segments: Mapping[int, Segment], postings: int, keep: Keep
) -> bool:
    """Carry every merge on by about ``postings`` postings; say whether the segments in use changed."""
    for level in _ripe(levels):
        taken = {number for job in levels.jobs for number in job.inputs}
        chosen = [run for run in levels.runs if run.level == level and run.id not in taken][:FAN]
        _begin(levels, chosen, level + 1)
    runs = {run.id: run for run in levels.runs}
    changed = bool(levels.jobs)
    for job in list(levels.jobs):
        inputs = [(runs[number], segments[number]) for number in job.inputs]
        is_done = _advance_job(connection, job, inputs, postings, keep)
        for run, segment in inputs:
            _delete_merged(connection, run, segment, job.reached)
        if is_done:
            _finish(levels, job)
    _delete_some(connection, levels)
    return changed


def rewrite(
    connection: sqlite3.Connection,
    levels: Levels,
    segments: Mapping[int, Segment],
    keep: Keep,
) -> None:
    """Make one segment of all, a range of keys at a time, and delete the others, those that are being made, too."""
    runs = levels.in_use
    job = Job(made=_next_run(levels, max((run.level for run in runs), default=0), runs), inputs=[])
    inputs = [(run, segments[run.id]) for run in runs]
    while inputs and not _advance_job(connection, job, inputs, REWRITTEN_AT_ONCE, keep):
        pass
    gone = {run.id for run in runs} | {entry[0] for entry in levels.garbage}
    for segment in sorted(gone):
        _delete(connection, segment)
    levels.runs, levels.jobs, levels.garbage = [job.made] if inputs else [], [], []


def _delete(connection: sqlite3.Connection, segment: int) -> None:
    begin, end = segment << NUMBER_BITS, (segment + 1) << NUMBER_BITS
    for table in ("blocks", "filters"):
        connection.execute(f"DELETE FROM {table} WHERE number >= ? AND number < ?", (begin, end))  # noqa: S608


def _ripe(levels: Levels) -> list[int]:
    """Return the levels with enough segments that no merge has taken yet."""
    taken = {number for job in levels.jobs for number in job.inputs}
    free = [run.level for run in levels.runs if run.id not in taken]
    return sorted({level for level in free if free.count(level) >= FAN})


def _begin(levels: Levels, inputs: Sequence[Run], level: int) -> None:
    made, postings = _next_run(levels, level, inputs), sum(run.postings for run in inputs)
    levels.jobs.append(Job(made=made, inputs=[run.id for run in inputs], postings=postings))


def _next_run(levels: Levels, level: int, inputs: Sequence[Run]) -> Run:
    """Number the segment that some others become."""
    levels.next_segment += 1
    return Run(
        id=levels.next_segment - 1, level=level, row_bits=max((run.row_bits for run in inputs), default=ROW_BITS)
    )


def _advance_job(
    connection: sqlite3.Connection,
    job: Job,
    inputs: list[tuple[Run, Segment]],
    postings: int,
    keep: Keep,
) -> bool:
    """Merge one more range of keys; say whether the merge is complete."""
    limit = _next_limit(job.reached, [segment for _, segment in inputs], postings)
    parts = [_between(segment, job.reached, limit) for _, segment in inputs]
    for (run, _), part in zip(inputs, parts, strict=True):
        run.postings -= len(part)
    merged = sorted_distinct(np.concatenate(parts))
    append(connection, job.made, keep(merged))
    job.reached = limit
    return limit == _END


def _next_limit(reached: int, inputs: list[Segment], postings: int) -> int:
    """Return the posting up to which a range of about so many postings goes, by the directories."""
    firsts = np.sort(np.concatenate([segment.firsts[segment.firsts > reached] for segment in inputs]))
    blocks = max(1, postings // 600)
    return int(firsts[blocks]) if len(firsts) > blocks + blocks // 2 else _END


def _between(segment: Segment, begin: int, end: int) -> UInt64s:
    """Return the postings from ``begin`` up to but excluding ``end``; the very last number is never a posting."""
    first = max(0, int(np.searchsorted(segment.firsts, np.uint64(begin), side="right")) - 1)
    last = int(np.searchsorted(segment.firsts, np.uint64(end), side="left"))
    joined = segment.postings(first, last)
    return joined[slice(*joined.searchsorted(np.array([begin, end], dtype=np.uint64)).tolist())]


def _delete_merged(connection: sqlite3.Connection, run: Run, segment: Segment, reached: int) -> None:
    """Delete the blocks of a segment of which nothing stands at or behind ``reached``; the last one may."""
    gone = max(0, int(np.searchsorted(segment.firsts, np.uint64(reached), side="left")) - 1)
    begin = segment.first_number
    connection.execute("DELETE FROM blocks WHERE number >= ? AND number < ?", (begin, begin + gone))
    run.gone += gone
    parts, parted = segment.parts_before(run.gone)
    if parts > run.gone_parts:
        begin = run.id << NUMBER_BITS
        connection.execute(
            "DELETE FROM filters WHERE number >= ? AND number < ?", (begin | run.gone_parts, begin | parts)
        )
        run.gone_parts, run.parted = parts, parted


def _finish(levels: Levels, job: Job) -> None:
    """Put the merged segment in the place of its inputs."""
    inputs = set(job.inputs)
    merged = [run for run in levels.runs if run.id in inputs]
    if 2 * job.made.postings <= job.postings:
        job.made.level = max(run.level for run in merged)  # most of it was dropped: it goes with those of its size
    levels.garbage += [[run.id, run.blocks, run.parts] for run in merged]
    levels.runs = [run for run in levels.runs if run.id not in inputs]
    levels.runs.append(job.made)
    levels.jobs.remove(job)


def _delete_some(connection: sqlite3.Connection, levels: Levels) -> None:
    """Delete some blocks of the segments that were merged away, the last ones first."""
    if not levels.garbage:
        return
    segment, blocks, parts = levels.garbage[0]
    begin = segment << NUMBER_BITS
    left = max(0, blocks - _DELETED_AT_ONCE)
    connection.execute("DELETE FROM blocks WHERE number >= ? AND number < ?", (begin | left, begin | blocks))
    if left:
        levels.garbage[0] = [segment, left, parts]
        return
    connection.execute("DELETE FROM filters WHERE number >= ? AND number < ?", (begin, begin | max(parts, 1)))
    levels.garbage.pop(0)
