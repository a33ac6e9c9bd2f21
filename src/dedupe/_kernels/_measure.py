"""What two texts share, in whole numbers: the specification that the native kernel repeats bit for bit.

A pair is first held against a bound that costs next to nothing: passages are made of tokens that stand in both texts,
so where the texts do not have enough tokens in common, whatever their order, no alignment can cover either of them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels._align import align
from dedupe._kernels._columns import COLUMNS, Limits, Measured, Reading, Uint32s, Uint64s

BUCKETS = 4096
"""Tokens are counted by the last bits of their hashes; tokens that share a bucket only raise the bound."""

FULL = 255
"""A bucket holds no more; a text that fills one is never held against the bound."""

LIST_SEPARATORS = 0.3
"""Separators (commas, semicolons, bullets, line ends) per token from which a passage is a list."""

LIST_NUMBERS = 0.4
"""Share of tokens with digits from which a passage is a list: scores, squads, lottery numbers."""

LIST_BOTH = 0.45
"""Separators and numbers per token, taken together, from which it is one, too: tables of figures with their labels."""

RESYNC = 12
"""Tokens on either side within which two texts that differ must agree again."""

SHORT_TOKENS = 60
"""Up to so many tokens, what both texts have before and behind all passages are places where they differ, too: a notice
of a sentence or two ends before a passage could begin anew behind its last figure."""

_STRIDE = 8

SEPARATORS = "\n,:;|•·،؛、，：；/"

_ZEROS = (
    0x0030,
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
)  # fmt: skip
DIGITS = "".join(chr(zero + value) for zero in _ZEROS for value in range(10))
"""Decimal digits of all scripts up to U+FFFF. Not what Python calls so: that grows with its Unicode version."""

Row = Sequence[int]


def read_text(text: str, tokenized: tuple[Uint64s, Uint32s, Uint32s], shingles: Uint64s) -> Reading:
    """Count what the passages of a text will be asked for."""
    tokens, starts, ends = tokenized
    first, last = starts.tolist(), ends.tolist()
    digits = _before(character in DIGITS for character in text)
    separators = _before(character in SEPARATORS for character in text)
    before = [separators[start] for start in first] + [separators[end] for end in last[-1:]]
    numeric = _before(digits[end] > digits[start] for start, end in zip(first, last, strict=True))
    return Reading(tokens, starts, ends, np.array(numeric, np.uint32), np.array(before or [0], np.uint32), shingles)


class Side(NamedTuple):
    """A :class:`Reading` as plain numbers where single ones are asked for."""

    tokens: Uint64s
    starts: list[int]
    ends: list[int]
    numeric: list[int]
    separators: list[int]
    shingles: set[tuple[int, ...]]

    @classmethod
    def of(cls, reading: Reading, shingle_size: int) -> "Side":
        """Take a reading apart; here shingles are runs of tokens, not of characters."""
        tokens, starts, ends, numeric, separators, _ = reading
        words, count = tokens.tolist(), max(0, len(tokens) - shingle_size + 1)
        shingles = {tuple(words[place : place + shingle_size]) for place in range(count)}
        return cls(tokens, starts.tolist(), ends.tolist(), numeric.tolist(), separators.tolist(), shingles)


def measure_pairs(sides: Sequence[Side], pairs: NDArray[np.int64], limits: Limits) -> Measured:
    """Measure every pair of sides; see :meth:`dedupe._kernels._contract.Kernel.measure`."""
    measured = np.zeros((len(pairs), len(COLUMNS)), dtype=np.int64)
    for place, (first, second) in enumerate(pairs.tolist()):
        a, b = sides[first], sides[second]
        if _within_reach(a.tokens, b.tokens, limits.reach):
            numbers = _mirrored(_measure(b, a, limits)) if precedes(b.tokens, a.tokens) else _measure(a, b, limits)
            measured[place] = [numbers[name] for name in COLUMNS]
        measured[place, COLUMNS.index("tokens_a")] = len(a.tokens)
        measured[place, COLUMNS.index("tokens_b")] = len(b.tokens)
    return measured


def _before(flags: Iterable[bool]) -> list[int]:
    counts = [0]
    for flag in flags:
        counts.append(counts[-1] + int(flag))
    return counts


def _within_reach(a: Uint64s, b: Uint64s, reach: float) -> bool:
    """Tell whether the tokens that both have could make up a share ``reach`` of the shorter text."""
    left, right = (np.bincount((side & np.uint64(BUCKETS - 1)).astype(np.int64), minlength=BUCKETS) for side in (a, b))
    if max(left.max(), right.max()) >= FULL:
        return True
    return float(np.minimum(left, right).sum()) >= reach * float(min(len(a), len(b)))


def precedes(x: Uint64s, y: Uint64s) -> bool:
    """Order token sequences by length, then by their first differing token, so that the caller's order is all one."""
    if len(x) != len(y):
        return len(x) < len(y)
    differs = np.flatnonzero(x != y)
    return bool(len(differs) and x[differs[0]] < y[differs[0]])


def _mirrored(numbers: dict[str, int]) -> dict[str, int]:
    other = {"a": "b", "b": "a"}
    return {(name[:-1] + other[name[-1]] if name[-2:] in {"_a", "_b"} else name): n for name, n in numbers.items()}


def _measure(a: Side, b: Side, limits: Limits) -> dict[str, int]:
    rows: list[list[int]] = align(
        a.tokens,
        b.tokens,
        max_gap_tokens=limits.max_gap_tokens,
        min_passage_tokens=limits.min_passage_tokens,
        min_passage_identity=limits.min_passage_identity,
    ).tolist()
    equal = len(a.tokens) > 0 and np.array_equal(a.tokens, b.tokens)
    places, numeric = (0, 0) if equal else _differing(a, b, rows)
    return {
        "reached": 1,
        "equal": int(equal),
        "passages": len(rows),
        "matched": sum(row[4] for row in rows),
        "ordered": _ordered(rows),
        "longer": sum(max(row[1] - row[0], row[3] - row[2]) for row in rows),
        "listed": sum(row[4] for row in rows if is_listed(a, row[0], row[1]) and is_listed(b, row[2], row[3])),
        "places": places,
        "numeric_places": numeric,
        "aligned": sum(row[1] - row[0] for row in rows),
        "shared_shingles": len(a.shingles & b.shingles),
        **_of_side(a, [(row[0], row[1]) for row in rows], "a"),
        **_of_side(b, [(row[2], row[3]) for row in rows], "b"),
    }


def _of_side(side: Side, stretches: list[tuple[int, int]], name: str) -> dict[str, int]:
    """Return how much of a side its passages cover, where they begin, and from where to where they reach."""
    covered = reach = 0
    for start, end in sorted(stretches):
        covered += max(0, end - max(start, reach))
        reach = max(reach, end)
    return {
        f"tokens_{name}": len(side.tokens),
        f"shingles_{name}": len(side.shingles),
        f"covered_{name}": covered,
        f"first_{name}": min((start for start, _ in stretches), default=0),
        f"from_{name}": min((side.starts[start] for start, _ in stretches), default=0),
        f"to_{name}": max((side.ends[end - 1] for _, end in stretches), default=0),
    }


def _ordered(rows: list[list[int]]) -> int:
    """Return the matching tokens of the heaviest chain of passages that increases on both sides."""
    weights: list[int] = []
    for place, row in enumerate(rows):
        before = (weights[other] for other in range(place) if rows[other][2] <= row[2])
        weights.append(row[4] + max(before, default=0))
    return max(weights, default=0)


def is_listed(side: Side, start: int, end: int) -> bool:
    """Tell whether a passage reads like a list on a side."""
    separators = (side.separators[end] - side.separators[start]) / (end - start)
    return likeness(separators, (side.numeric[end] - side.numeric[start]) / (end - start)) >= 1.0


def likeness(separators: float, numbers: float) -> float:
    """Return how list-like a stretch is by its separators and numbers per token; from 1.0 on it is a list."""
    return max(separators / LIST_SEPARATORS, numbers / LIST_NUMBERS, (separators + numbers) / LIST_BOTH)


def _differing(a: Side, b: Side, rows: list[list[int]]) -> tuple[int, int]:
    """Count the stretches where the sides differ, and those of them that hold a number."""
    places = numeric = 0
    for i, k, j, m in differing_places(a.tokens, b.tokens, rows):
        places += 1
        numeric += a.numeric[k] > a.numeric[i] or b.numeric[m] > b.numeric[j]
    return places, numeric


def differing_places(a: Uint64s, b: Uint64s, rows: Iterable[Row]) -> list[tuple[int, int, int, int]]:
    """Return the token stretches where the sides differ, ``(from a, to a, from b, to b)``.

    They lie inside passages, and of short texts before and behind all of them, too.
    """
    rows = list(rows)
    places = _inside(a, b, rows)
    if not rows or max(len(a), len(b)) > SHORT_TOKENS:
        return places
    first_a, first_b = (min(row[at] for row in rows) for at in (0, 2))
    last_a, last_b = (max(row[at] for row in rows) for at in (1, 3))
    before = [(0, first_a, 0, first_b)] if first_a and first_b else []
    behind = [(last_a, len(a), last_b, len(b))] if last_a < len(a) and last_b < len(b) else []
    return before + places + behind


def _inside(a: Uint64s, b: Uint64s, rows: Iterable[Row]) -> list[tuple[int, int, int, int]]:
    """Return the stretches inside passages."""
    places: list[tuple[int, int, int, int]] = []
    for start_a, end_a, start_b, end_b, matched in rows:
        if matched == max(end_a - start_a, end_b - start_b):
            continue
        left, right = a[start_a:end_a].tolist(), b[start_b:end_b].tolist()
        i = j = 0
        while i < len(left) and j < len(right):
            if left[i] == right[j]:
                i, j = i + 1, j + 1
                while i < len(left) and left[i : i + _STRIDE] == right[j : j + _STRIDE]:
                    i, j = i + _STRIDE, j + _STRIDE
                continue
            x, y = _resync(left, right, i, j)
            places.append((start_a + i, start_a + x, start_b + j, start_b + y))
            i, j = x, y
    return places


def _resync(left: list[int], right: list[int], i: int, j: int) -> tuple[int, int]:
    """Return the nearest later positions where both sides agree again; the ends of the window where they do not."""
    for distance in range(1, 2 * RESYNC):
        for step in range(max(0, distance - RESYNC), min(distance, RESYNC) + 1):
            x, y = i + step, j + distance - step
            if x < len(left) and y < len(right) and left[x] == right[y]:
                return x, y
    return min(i + RESYNC, len(left)), min(j + RESYNC, len(right))
