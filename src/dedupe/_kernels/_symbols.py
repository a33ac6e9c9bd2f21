"""Short texts in half their bytes: runs of up to eight bytes that are in a codebook are written as their numbers.

What FSST does (Boncz, Neumann, Leis: Fast Static Symbol Table, https://www.vldb.org/pvldb/vol13/p2649-boncz.pdf), with
a codebook that is made once and for all: nothing is stored with a text, and a text of any length can be read by itself.
"""

from dataclasses import dataclass

LONGEST = 8
"""Bytes of the longest run in a codebook."""

ESCAPE = 255
"""Stands before a byte that begins no run of the codebook."""


@dataclass(frozen=True, slots=True, eq=False)
class Codebook:
    """Runs of bytes, each written as its place.

    Attributes:
        runs: At most ``ESCAPE`` of them, of 1 to ``LONGEST`` bytes, none twice.
    """

    runs: tuple[bytes, ...]


def check_codebook(codebook: Codebook) -> None:
    """Refuse what is no codebook.

    Raises:
        ValueError: There are too many runs, a run twice, or one too short or too long.
    """
    runs = codebook.runs
    if len(runs) > ESCAPE or len(set(runs)) < len(runs) or not all(0 < len(run) <= LONGEST for run in runs):
        raise ValueError("a codebook has at most 255 different runs of 1 to 8 bytes")


def squeeze(data: bytes, codebook: Codebook) -> bytes:
    """Write bytes as numbers of runs, always the longest run that fits; two bytes for a byte that begins none."""
    check_codebook(codebook)
    numbers = {run: number for number, run in enumerate(codebook.runs)}
    written = bytearray()
    begin = 0
    while begin < len(data):
        for length in range(min(LONGEST, len(data) - begin), 0, -1):
            number = numbers.get(data[begin : begin + length])
            if number is not None:
                written.append(number)
                begin += length
                break
        else:
            written += bytes((ESCAPE, data[begin]))
            begin += 1
    return bytes(written)


def unsqueeze(written: bytes, codebook: Codebook) -> bytes:
    """Read what ``squeeze`` wrote.

    Raises:
        ValueError: These bytes were written with another codebook, or are cut short.
    """
    check_codebook(codebook)
    runs = codebook.runs
    read = bytearray()
    codes = iter(written)
    for code in codes:
        if code < len(runs):
            read += runs[code]
            continue
        escaped = next(codes, None) if code == ESCAPE else None
        if escaped is None:
            raise ValueError("these bytes were not written with this codebook")
        read.append(escaped)
    return bytes(read)
