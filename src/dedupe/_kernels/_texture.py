"""What kind of text it is that two texts share: the specification that the native kernel repeats bit for bit.

Of every passage: how much of it stands in quotation marks, whether it is told in the first person, or is a list. Of
both texts: how alike they open, how much prose they have for themselves, and which phrases they share.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels._align import align
from dedupe._kernels._columns import Limits, Uint64s
from dedupe._kernels._manner import PHRASE_TOKENS, TEXTURE, Manner, Textured
from dedupe._kernels._measure import Row, Side, is_listed, precedes

Spans = list[list[int]]


class Voice(NamedTuple):
    """What is kept of a text, and which of its tokens stand in prose and in quotation marks."""

    side: Side
    prose: list[bool]
    quoted: list[bool]

    @classmethod
    def of(cls, side: Side, prose: Spans, quotations: Spans) -> "Voice":
        """Mark the tokens of a text."""
        marked = _within(side.starts, prose)
        return cls(side, marked if any(marked) else [True] * len(marked), _within(side.starts, quotations))


def texture_pairs(
    voices: Mapping[int, Voice], pairs: NDArray[np.int64], limits: Limits, manner: Manner, *, phrases: int
) -> Textured:
    """Tell the texture of every pair; see :meth:`dedupe._kernels._contract.Kernel.texture`."""
    told = np.zeros((len(pairs), len(TEXTURE)), dtype=np.float64)
    for place, (first, second) in enumerate(pairs.tolist()):
        numbers = _texture(voices[first], voices[second], limits, manner, phrases=phrases)
        told[place] = [numbers.get(name, 0.0) for name in TEXTURE]
    return told


def _within(starts: list[int], spans: Spans) -> list[bool]:
    return [any(start <= place < end for start, end in spans) for place in starts]


def _texture(a: Voice, b: Voice, limits: Limits, manner: Manner, *, phrases: int) -> dict[str, float]:
    mirrored = precedes(b.side.tokens, a.side.tokens)
    rows = _aligned(a.side, b.side, limits, mirrored=mirrored)
    kinds = [_kind(a, b, row, manner) for row in rows]
    by_a = _alike(rows, a.prose, b.prose, manner) if len(a.prose) <= len(b.prose) else 0.0
    of_b = [(b0, b1, a0, a1, matched) for a0, a1, b0, b1, matched in rows]
    by_b = _alike(of_b, b.prose, a.prose, manner) if len(b.prose) <= len(a.prose) else 0.0
    quoted = 0.0
    # As they were made: the last digit of a sum depends on its order, which must not depend on which text came first.
    for row, (kind, share) in sorted(zip(rows, kinds, strict=True), key=lambda told: told[0][2 if mirrored else 0]):
        quoted += row[4] * (1.0 if kind == "quote" else share)
    numbers: dict[str, float] = {
        "quoted": quoted,
        "furniture": sum(row[4] for row, (kind, _) in zip(rows, kinds, strict=True) if kind == "list"),
        "longest": max((row[4] for row, (kind, _) in zip(rows, kinds, strict=True) if kind == "narrative"), default=0),
        "alike": max(by_a, by_b),
    }
    for name, voice, at in (("a", a, 0), ("b", b, 2)):
        inside = [any(row[at] <= place < row[at + 1] for row in rows) for place in range(len(voice.prose))]
        first = inside.index(True) if rows else len(inside)
        numbers[f"outside_{name}"] = sum(p and not i for p, i in zip(voice.prose, inside, strict=True))
        numbers[f"opening_{name}"] = sum(voice.prose[:first])
    if numbers["longest"] < phrases:
        apart = [row for row, (kind, _) in zip(rows, kinds, strict=True) if kind != "narrative"]
        left, right = (_phrases(voice, apart, at) for voice, at in ((a, 0), (b, 2)))
        numbers |= {"phrases_a": len(left), "phrases_b": len(right), "shared_phrases": len(left & right)}
    return numbers


def _aligned(a: Side, b: Side, limits: Limits, *, mirrored: bool) -> list[Row]:
    """Return the passages in the order of ``a``, aligned with ``b`` first where they are ``mirrored``."""
    rows: list[Row] = align(
        *((b.tokens, a.tokens) if mirrored else (a.tokens, b.tokens)),
        max_gap_tokens=limits.max_gap_tokens,
        min_passage_tokens=limits.min_passage_tokens,
        min_passage_identity=limits.min_passage_identity,
    ).tolist()
    if not mirrored:
        return rows
    return sorted(((b0, b1, a0, a1, matched) for a0, a1, b0, b1, matched in rows), key=lambda row: row[0])


def _kind(a: Voice, b: Voice, row: Row, manner: Manner) -> tuple[str, float]:
    """Return what a passage is, and the share of it in quotation marks on the side that has more."""
    start_a, end_a, start_b, end_b, _ = row
    quoted = max(
        sum(a.quoted[start_a:end_a]) / (end_a - start_a),
        sum(b.quoted[start_b:end_b]) / (end_b - start_b),
    )
    either = ((a.side.tokens, start_a, end_a), (b.side.tokens, start_b, end_b))
    if quoted >= manner.quoted or any(_is_speech(tokens[start:end], manner) for tokens, start, end in either):
        return "quote", quoted
    listed = is_listed(a.side, start_a, end_a) and is_listed(b.side, start_b, end_b)
    return ("list" if listed else "narrative"), quoted


def _is_speech(tokens: Uint64s, manner: Manner) -> bool:
    """Tell whether a stretch is told in the first person of the language whose small words are most frequent."""
    flags = zip(manner.personal.tolist(), manner.small.tolist(), strict=True)
    known = dict(zip(manner.hashes.tolist(), flags, strict=True))
    found = [known.get(token, (0, 0)) for token in tokens.tolist()]
    least = max(manner.least_words, manner.least_share * len(found))
    if len(found) < manner.least_tokens or sum(personal > 0 for personal, _ in found) < least:
        return False
    counts = [sum(small >> number & 1 for _, small in found) for number in range(manner.languages)]
    language = counts.index(max(counts))
    return bool(sum(personal >> language & 1 for personal, _ in found) >= least)


def _alike(rows: Sequence[Row], shorter: list[bool], longer: list[bool], manner: Manner) -> float:
    """Return the share of the shorter text's opening that stands where the longer one opens."""
    length = min(manner.opening, sum(shorter))
    end, room = _place_of(shorter, length), _place_of(longer, min(manner.room, sum(longer)))
    opened = sum(max(0, min(min(row[1], end) - row[0], min(row[3], room) - row[2])) for row in rows if row[2] < room)
    return min(1.0, opened / length) if length and opened >= manner.least_alike else 0.0


def _place_of(prose: list[bool], tokens: int) -> int:
    """Return the first place before which so many tokens of prose stand."""
    place = before = 0
    while before < tokens:
        before += prose[place]
        place += 1
    return place


def _phrases(voice: Voice, apart: list[Row], at: int) -> set[tuple[int, ...]]:
    """Return the runs of three tokens outside quotations and some passages."""
    spoken = list(voice.quoted)
    for row in apart:
        spoken[row[at] : row[at + 1]] = [True] * (row[at + 1] - row[at])
    tokens, count = voice.side.tokens.tolist(), len(spoken) - PHRASE_TOKENS + 1
    return {
        tuple(tokens[place : place + PHRASE_TOKENS])
        for place in range(count)
        if not any(spoken[place : place + PHRASE_TOKENS])
    }
