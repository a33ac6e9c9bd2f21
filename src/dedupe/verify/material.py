"""A body made ready for comparison: token hashes, where each token stands, and what kind of text it stands in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.records import Body, DocumentId, Span
from dedupe.text.speech import first_person_tokens

_DIGIT, _SEPARATOR = 1, 2
_KINDS = np.zeros(1 << 16, dtype=np.uint8)
_KINDS[[ord(character) for character in _kernels.DIGITS]] = _DIGIT
_KINDS[[ord(character) for character in _kernels.SEPARATORS]] = _SEPARATOR


class Wording(Protocol):
    """What the words of a body are read from; a :class:`dedupe.records.Body` is one."""

    @property
    def original(self) -> str:
        """The original text."""

    @property
    def kept(self) -> tuple[Span, ...]:
        """The stretches of it that are the body."""

    @property
    def text(self) -> str:
        """Those stretches."""


class Running(NamedTuple):
    """How many tokens of a kind, or separators, stand before each token; one entry more than there are tokens.

    Memory views of whole numbers: single numbers come out of them three times faster than out of arrays.
    """

    prose: memoryview
    quoted: memoryview
    numeric: memoryview
    separators: memoryview


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """One body as arrays, one entry per token.

    Attributes:
        body: The body itself.
        tokens: ``uint64[t]`` hashes of the normalised tokens.
        starts, ends: ``int64[t]`` half-open offsets into ``body.original``, in code points.
        prose: ``bool[t]``, the token stands in a line of prose. All true where no line is prose (a poem, a table).
        quoted: ``bool[t]``, the token stands inside quotation marks.
        numeric: ``bool[t]``, the token holds a digit.
        separators: ``int64[t + 1]`` running count of commas, colons, bullets and line ends before each token.
        shingles: ``uint64[s]`` sorted distinct shingle hashes.
        phrases: What :func:`dedupe.verify.wording.phrases` made of it, once it did.
    """

    body: Body
    tokens: NDArray[np.uint64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    prose: NDArray[np.bool_]
    quoted: NDArray[np.bool_]
    numeric: NDArray[np.bool_]
    separators: NDArray[np.int64]
    shingles: NDArray[np.uint64]
    phrases: list[NDArray[np.uint64]] = field(default_factory=list, init=False, repr=False)
    _running: list[Running] = field(default_factory=list, init=False, repr=False)
    _first_person: list[memoryview] = field(default_factory=list, init=False, repr=False)

    @property
    def running(self) -> Running:
        """The running counts of the columns, made when they are first asked for."""
        if not self._running:
            separators = np.ascontiguousarray(self.separators).data
            prose, quoted, numeric = (_counted(column).data for column in (self.prose, self.quoted, self.numeric))
            self._running.append(Running(prose, quoted, numeric, separators))
        return self._running[0]

    @property
    def first_person(self) -> memoryview:
        """How many words of the first person stand before each token; looked for when first asked."""
        if not self._first_person:
            self._first_person.append(_counted(first_person_tokens(self.tokens)).data)
        return self._first_person[0]

    @property
    def id(self) -> DocumentId:
        """The document's id."""
        return self.body.id

    def span(self, first: int, last: int) -> Span:
        """Return where the tokens ``[first, last)`` stand in the original text."""
        return Span(int(self.starts[first]), int(self.ends[last - 1]))

    def words(self, first: int, last: int) -> str:
        """Return the original words of the tokens ``[first, last)``, white space folded."""
        start, end = self.span(first, last)
        return " ".join(self.body.original[start:end].split())


def prepare(body: Body, *, shingle_size: int) -> Material:
    """Tokenise a body and mark what each token stands in.

    Args:
        body: Any body, the empty one included.
        shingle_size: Tokens in one shingle.

    Returns:
        The arrays; all of length 0 for a body without tokens. Cost is linear in the text.
    """
    read = _kernels.read(body.text, shingle_size)
    first, last = _to_original(body.kept, read.starts, read.ends)
    numeric, separators = (
        (read.numeric, read.separators) if len(body.kept) <= 1 else _counts(body.original, first, last)
    )
    return Material(
        body=body,
        tokens=read.tokens,
        starts=first,
        ends=last,
        prose=_in_prose(body, first),
        quoted=_within(first, _kernels.quotations(body.original)),
        numeric=numeric[1:] > numeric[:-1],
        separators=separators.astype(np.int64),
        shingles=read.shingles,
    )


def quoted_tokens(body: Wording) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the tokens of a body and which of them are quoted, as in its :class:`Material`; in half the time."""
    tokens, starts, ends = _kernels.tokenize(body.text)
    first, _ = _to_original(body.kept, starts, ends)
    return tokens, _within(first, _kernels.quotations(body.original))


def _counts(
    text: str, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count as :func:`dedupe._kernels.read` does, where what was set aside between the tokens counts as well."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _KINDS[np.minimum(codes, len(_KINDS) - 1)]
    digits, separators = _counted(kinds == _DIGIT), _counted(kinds == _SEPARATOR)
    before = np.append(separators[starts], separators[ends[-1:]]) if len(starts) else np.zeros(1, dtype=np.int32)
    return _counted(digits[ends] > digits[starts]).astype(np.uint32), before.astype(np.uint32)


def _to_original(
    stretches: tuple[Span, ...], starts: NDArray[np.uint32], ends: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Map the ends of tokens in the kept stretches to offsets into the original text."""
    first, last = starts.astype(np.int64), ends.astype(np.int64)
    if len(stretches) <= 1:
        begin = stretches[0].start if stretches else 0
        return (first + begin, last + begin) if begin else (first, last)
    kept = _edges(stretches)
    begins = np.zeros(len(kept), dtype=np.int64)
    np.cumsum((kept[:, 1] - kept[:, 0] + 1)[:-1], out=begins[1:])  # one newline between two stretches
    moved = kept[:, 0] - begins
    return (
        first + moved[begins.searchsorted(first, side="right") - 1],
        last + moved[begins.searchsorted(last - 1, side="right") - 1],
    )


def _edges(spans: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return spans as ``int64[s, 2]``."""
    return np.fromiter(chain.from_iterable(spans), dtype=np.int64, count=2 * len(spans)).reshape(-1, 2)


def _counted(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return how many are true before each position, one entry more than the mask has."""
    held = np.count_nonzero(mask)
    if held == len(mask):
        return np.arange(len(mask) + 1, dtype=np.int32)
    counts = np.zeros(len(mask) + 1, dtype=np.int32)
    if held:
        mask.cumsum(dtype=np.int32, out=counts[1:])
    return counts


def _within(positions: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the positions that lie in one of the ascending, disjoint spans ``int64[s, 2]``."""
    if not len(edges):
        return np.zeros(len(positions), dtype=bool)
    which = edges[:, 0].searchsorted(positions, side="right") - 1
    inside: NDArray[np.bool_] = (which >= 0) & (positions < edges[np.maximum(which, 0), 1])
    return inside


def _in_prose(body: Body, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the tokens in lines of prose; every token where no line is prose or no lines are known."""
    prose = _within(starts, _edges([span for span, line_class, _ in body.lines if line_class == "prose"]))
    return prose if np.count_nonzero(prose) else np.ones(len(starts), dtype=bool)
