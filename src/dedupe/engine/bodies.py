"""The bodies of a run: in memory while they are few, on disk when they are many, by position and by id.

Two kinds lie side by side. What was extracted or cleaned is kept whole; plain documents (:mod:`dedupe.pages.plain`) are
a row of a few columns and become a body when somebody looks at one.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels import PackedTexts
from dedupe.engine.spool import FieldCodec, LazySequence, Spooled
from dedupe.engine.texts import TextSpool
from dedupe.pages.plain import Note, body_of
from dedupe.records import Body, Credit, DocumentId, Published, Span, kept_text
from dedupe.text.templates import site_of

_BODY_OVERHEAD = 700
_LINE_OVERHEAD = 120
_NOTE_BYTES = 400
_READ_AT_ONCE = 256
_CODEC = FieldCodec(Body)

Bytes = bytes | bytearray | memoryview
Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class About:
    """A body without its text: its title, where it stands, and its time of publication."""

    title: str | None = None
    url: str | None = None
    published: Published | None = None
    host: str | None = None
    source: str | None = None
    canonical: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A body without its lines, which take most of the time to read."""

    original: str
    kept: tuple[Span, ...]
    credits: tuple[Credit, ...] = ()

    @property
    def text(self) -> str:
        """The kept stretches joined by newlines, as in :class:`dedupe.records.Body`."""
        return kept_text(self.original, self.kept)


_NOTHING = About()
_ABOUT = FieldCodec(About)
_WORDS = FieldCodec(Words)


class Bodies(LazySequence[Body]):
    """Bodies on their way through a run; only ids stay in memory once the texts are many.

    Attributes:
        ids: Ids of the bodies, in the order of arrival until they are arranged.
        sites: The sites whose template text they may hold, in the same order.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.ids: list[DocumentId] = []
        self.sites: list[str | None] = []
        self._whole: Spooled[Body] = Spooled(_CODEC, size=_size)
        self._texts = TextSpool()
        self._notes: Spooled[Note] = Spooled(FieldCodec(Note), size=lambda _: _NOTE_BYTES)
        self._noted: dict[int, int] = {}
        self._places = array("q")
        self._bare = bytearray()
        self._known_sites: dict[str, str] = {}
        self._positions: dict[DocumentId, int] = {}

    def append(self, body: Body) -> None:
        """Add a body, to be kept whole."""
        self.ids.append(body.id)
        self.sites.append(self._site(body))
        self._places.append(~len(self._whole))
        self._bare.append(_is_bare(body))
        self._whole.append(body)

    def append_texts(self, ids: Sequence[DocumentId], texts: PackedTexts, notes: dict[int, Note]) -> None:
        """Add plain documents.

        Args:
            ids: Their ids.
            texts: Their texts.
            notes: What else is known of some, by their place in ``ids``.
        """
        first = len(self._texts)
        bare = bytearray(b"\x01") * len(ids)
        for place, note in notes.items():
            bare[place] = not (note.title or note.host)
        self._noted.update((first + place, number) for number, place in enumerate(notes, len(self._notes)))
        self._notes.extend(list(notes.values()))
        self.ids += ids
        self.sites += [None] * len(ids)
        self._places.frombytes(np.arange(first, first + len(ids)).tobytes())
        self._bare += bare
        self._texts.append(texts)

    def replace(self, position: int, body: Body) -> None:
        """Put another body of the same id at a position."""
        self.sites[position] = self._site(body)
        self._bare[position] = _is_bare(body)
        if self._places[position] < 0:
            self._whole.replace(~self._places[position], body)
        else:
            self._places[position] = ~len(self._whole)
            self._whole.append(body)

    def arrange(self, order: Sequence[int]) -> None:
        """Put the bodies into another order, given by their positions."""
        if list(order) == list(range(len(order))):
            return
        self.ids = [self.ids[position] for position in order]
        self.sites = [self.sites[position] for position in order]
        self._places = array("q", (self._places[position] for position in order))
        self._bare = bytearray(self._bare[position] for position in order)

    @property
    def held(self) -> bool:
        """Whether all bodies are in memory as they are."""
        return self._whole.held and not len(self._texts)

    def __len__(self) -> int:
        """Return the number of bodies."""
        return len(self.ids)

    def at(self, position: int) -> Body:
        """Return the body at a position: made of its columns, or read from the disk where it lies there."""
        place = self._places[position]
        if place < 0:
            return self._whole[~place]
        return body_of(self.ids[position], str(self._texts.one(place), "utf-8"), self._note(place))

    def __iter__(self) -> Iterator[Body]:
        """Yield the bodies in order, a few in memory at a time."""
        for begin in range(0, len(self), _READ_AT_ONCE):
            positions = range(begin, min(begin + _READ_AT_ONCE, len(self)))
            places = np.frombuffer(self._places[positions.start : positions.stop], dtype=np.int64)
            if (places < 0).any():
                yield from map(self.at, positions)
                continue
            for position, place, text in zip(positions, places.tolist(), self._texts.gather(places), strict=True):
                yield body_of(self.ids[position], text, self._note(place))

    def read(self, positions: Iterable[int]) -> "tuple[PackedTexts, list[tuple[int, Body | Note]]]":
        """Return the texts of bodies, and what is known besides of those of which anything is, by place.

        Args:
            positions: Which ones.
        """
        chosen = np.fromiter(positions, dtype=np.int64)
        places = np.frombuffer(self._places, dtype=np.int64)[chosen]
        heads: list[tuple[int, Body | Note]] = []
        if not (places < 0).any():
            if self._noted:
                noted = ((row, self._note(place)) for row, place in enumerate(places.tolist()))
                heads = [(row, note) for row, note in noted if note is not None]
            return self._texts.gather(places), heads
        pieces: list[Bytes] = []
        for row, place in enumerate(places.tolist()):
            head = self._whole[~place] if place < 0 else self._note(place)
            text = self._texts.one(place) if place >= 0 else b""
            pieces.append(head.text.encode("utf-8", "surrogatepass") if isinstance(head, Body) else text)
            if head is not None:
                heads.append((row, head))
        return _packed(pieces), heads

    def texts(self, positions: Int64s) -> PackedTexts:
        """Return the texts of bodies, without reading their lines where they lie on the disk."""
        places = np.frombuffer(self._places, dtype=np.int64)[positions]
        if not (places < 0).any():
            return self._texts.gather(places)
        return _packed([self._text(place) for place in places.tolist()])

    def _text(self, place: int) -> Bytes:
        if place >= 0:
            return self._texts.one(place)
        return self._whole.part(~place, _WORDS.decode).text.encode("utf-8", "surrogatepass")

    def bare(self, positions: Int64s) -> NDArray[np.bool_]:
        """Mark the bodies of which nothing but the words can matter: no lines, no title, no address."""
        return np.frombuffer(self._bare, dtype=np.bool_)[positions]

    def unknown(self, positions: Int64s) -> NDArray[np.bool_]:
        """Mark the plain documents of which nothing is known but their ids and texts."""
        places = np.frombuffer(self._places, dtype=np.int64)[positions]
        marked: NDArray[np.bool_] = places >= 0
        if self._noted:
            marked &= np.fromiter((place not in self._noted for place in places.tolist()), np.bool_, len(places))
        return marked

    def sizes(self) -> Int64s:
        """Return about how many bytes every body takes ``int64[n]``, without reading those that lie on the disk."""
        places = np.frombuffer(self._places, dtype=np.int64)
        whole, lengths = self._whole.sizes(), np.diff(self._texts.edges())
        made = np.empty(len(places), dtype=np.int64)
        made[places < 0] = whole[~places[places < 0]]
        made[places >= 0] = lengths[places[places >= 0]]
        return made

    def encoded(self, position: int) -> bytes:
        """Return a body's bytes, for another process.

        Raises:
            ValueError: It has none, because of a lone surrogate.
        """
        place = self._places[position]
        return self._whole.encoded(~place) if place < 0 else _CODEC.encode(self.at(position))

    def about(self, position: int) -> About:
        """Return a body without its text, which is not read where it is not kept with the rest."""
        place = self._places[position]
        known = self._whole.part(~place, _ABOUT.decode) if place < 0 else self._note(place)
        if known is None:
            return _NOTHING
        canonical = None if isinstance(known, Note) else known.canonical  # a plain text names none
        return About(known.title, known.url, known.published, known.host, known.source, canonical)

    def words(self, position: int) -> Body | Words:
        """Return the body at a position, without its lines where it lies on the disk."""
        place = self._places[position]
        return self._whole.part(~place, _WORDS.decode) if place < 0 else self.at(position)

    @property
    def positions(self) -> dict[DocumentId, int]:
        """Position by id, made when first asked for, once the order is final."""
        if len(self._positions) != len(self.ids):
            self._positions = {document_id: position for position, document_id in enumerate(self.ids)}
        return self._positions

    def public(self) -> Sequence[Body]:
        """Return what a result shows: a tuple, or what looks like one and makes bodies as they are asked for."""
        return tuple(self) if self.held else self

    def _note(self, place: int) -> Note | None:
        """Return what is known of a plain document besides its text."""
        number = self._noted.get(place)
        return None if number is None else self._notes[number]

    def _site(self, body: Body) -> str | None:
        """Return a body's site, the same string for all bodies of one."""
        site = site_of(body)
        return self._known_sites.setdefault(site, site) if site else None


def _packed(pieces: list[Bytes]) -> PackedTexts:
    return PackedTexts(b"".join(pieces), np.cumsum([len(piece) for piece in pieces], dtype=np.int64))


def _is_bare(body: Body) -> bool:
    return not (body.lines or body.title or body.host or body.canonical)


def _size(body: Body) -> int:
    """Return about how many bytes a body takes in memory; two for a character is the middle of one and four."""
    width = 1 if body.original.isascii() else 2
    return _BODY_OVERHEAD + width * len(body.original) + _LINE_OVERHEAD * len(body.lines)
