r"""The lines of a file, many at a time or one by one.

Lines end at ``\n`` and nowhere else (``str.splitlines`` also cuts at U+2028, which JSON allows inside strings). A line
over the limit is counted and passed over without being held.
"""

from collections.abc import Iterator

from dedupe.files.streams import Blocks, DamagedStreamError

WINDOW = 1 << 20
"""Bytes of lines at once: few enough to stay near the processor while they are read."""
_FIRST_WINDOW = 1 << 16


def split_lines(blocks: Iterator[bytes], max_bytes: int) -> Iterator[tuple[int, bytes | str]]:
    """Yield ``(number, line)`` from 1 on, without the line ends; for a line that cannot be had, the reason as text.

    Args:
        blocks: The file's bytes in blocks.
        max_bytes: Longest line that is read.
    """
    number = 1
    for window in line_windows(blocks, max_bytes):
        if isinstance(window, str):
            yield number, window
            number += 1
            continue
        lines: list[bytes] = bytes(window).split(b"\n")
        if not lines[-1]:
            lines.pop()
        if len(window) <= max_bytes:
            yield from enumerate(lines, number)
        else:
            shown = (line if len(line) <= max_bytes else too_long(len(line), max_bytes) for line in lines)
            yield from enumerate(shown, number)
        number += len(lines)


def line_windows(blocks: Iterator[bytes], max_bytes: int) -> Iterator[memoryview | str]:
    """Yield whole lines with their ends, many at once, and the reason for each that cannot be had.

    Lines that fit into the window may still be over the limit. A stream that breaks off ends with its reason; the
    unfinished line before the break is not yielded, because nothing says that it was whole.

    Args:
        blocks: The file's bytes in blocks.
        max_bytes: No line of more bytes is held.

    Yields:
        Views of memory that is used again for the next one.
    """
    try:
        yield from _windows(blocks if isinstance(blocks, Blocks) else Blocks(blocks), max_bytes)
    except (DamagedStreamError, OSError) as error:
        yield str(error)


def _windows(blocks: Blocks, max_bytes: int) -> Iterator[memoryview | str]:
    room, held, gone = bytearray(min(_FIRST_WINDOW, WINDOW)), 0, 0  # gone: of a line that is too long
    while size := blocks.readinto(memoryview(room)[held:]):
        start, end = 0, held + size
        if gone:
            start = room.find(b"\n", 0, end) + 1
            if not start:
                gone += end
                continue
            yield too_long(gone + start - 1, max_bytes)
            gone = 0
        cut = max(room.rfind(b"\n", max(held, start), end) + 1, start)
        if cut > start:
            yield memoryview(room)[start:cut]
        held = end - cut
        if cut:
            room[:held] = room[cut:end]
        if held > max_bytes:
            held, gone = 0, held
        elif end == len(room) and (held == end or end < WINDOW):
            room = _grown(room, held, max(WINDOW, min(2 * held, max_bytes + 1)))
    if gone:
        yield too_long(gone, max_bytes)
    elif held:
        yield memoryview(room)[:held]


def _grown(room: bytearray, held: int, size: int) -> bytearray:
    """Return more room, with what was held in the old one."""
    grown = bytearray(size)
    memoryview(grown)[:held] = memoryview(room)[:held]
    return grown


def too_long(length: int, max_bytes: int) -> str:
    """Say that a line is too long."""
    return f"a line of {length} bytes, limit {max_bytes}"
