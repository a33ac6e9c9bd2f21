"""JSON Lines as columns of plain texts: what :mod:`dedupe.files.jsonl` reads record by record, a block at a time.

A record is taken apart into undecoded pieces; only its id and what it says besides its text become Python objects, and
the texts of a block are turned into UTF-8 at once. Whatever is unusual about a line - no text, a page instead of one,
a character that wants a second look, JSON that is none - sends that line the slow way, which has the last word.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, cast

import msgspec

from dedupe import _kernels
from dedupe._kernels import PackedTexts
from dedupe.files.jsonl import document_of, failed, line_blocks
from dedupe.pages.inputs import Fields, coerce, id_of
from dedupe.pages.plain import Note, PlainTexts, note_of
from dedupe.records import Document, DocumentId, Skipped

_BOM = b"\xef\xbb\xbf"
_NOTHING = (b"null", b'""')
_MISSING = (b"null", b"")
_SAID = ("url", "title", "published", "source")
_NO_ID = msgspec.Raw(b"null")

_pieces = msgspec.json.Decoder(dict[str, msgspec.Raw])
_take_apart, _take_all_apart = _pieces.decode, _pieces.decode_lines
_decode = msgspec.json.Decoder().decode
_decode_list = msgspec.json.Decoder(list[object]).decode
_PROBLEMS = (msgspec.DecodeError, ValueError, RecursionError)


def read_texts(blocks: Iterator[bytes], name: str, fields: Fields, max_bytes: int) -> Iterator[PlainTexts]:
    """Yield the records of a file a block at a time; arguments as for :func:`dedupe.files.jsonl.read_jsonl`."""
    for first, count, lines in line_blocks(blocks, max_bytes):
        yield _Block(name, fields, first, _Lines(lines, count, opens=first == 1)).columns()


class _Lines:
    """The lines of a block, which are split only where one of them is wanted by itself."""

    def __init__(self, lines: bytes | list[bytes | str], count: int, *, opens: bool) -> None:
        if opens and isinstance(lines, bytes):
            lines = lines.removeprefix(_BOM)
        elif opens and isinstance(lines, list):
            first, *others = lines
            lines = [first.removeprefix(_BOM) if isinstance(first, bytes) else first, *others]
        self._whole = lines if isinstance(lines, bytes) else None
        self._split = lines if isinstance(lines, list) else None
        self.count = count

    def each(self) -> list[bytes | str]:
        """Return the lines; a reason for one that cannot be had."""
        if self._split is None:
            self._split = list((self._whole or b"").split(b"\n"))
        return self._split

    def taken_apart(self) -> Iterator[tuple[int, dict[str, msgspec.Raw]]]:
        """Yield the places and the pieces of the lines that are objects; of all at once where all are."""
        try:
            records = _take_all_apart(self._whole) if self._whole else []
        except _PROBLEMS:
            records = []
        if len(records) == self.count:  # no value may end before its line does, so there is one on each
            yield from enumerate(records)
            return
        for place, line in enumerate(self.each()):
            if isinstance(line, bytes) and line.strip():
                try:
                    yield place, _take_apart(line)
                except _PROBLEMS:
                    continue


class _Plan(NamedTuple):
    """Which keys of a record hold what; without a text a record goes the slow way.

    Attributes:
        text, id: Keys of the text and the id.
        ids: How many keys may hold an id: where the first holds none, the next one counts.
        said: Keys of what is said besides.
        unread: Keys nobody asks for; what they hold must be UTF-8 all the same.
    """

    text: str | None
    id: str | None
    ids: int
    said: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def is_simple(self) -> bool:
        """Whether a text and an id are all that there is."""
        return self.ids <= 1 and not self.said and not self.unread


@lru_cache(maxsize=1024)
def _plan(keys: tuple[str, ...], fields: Fields) -> _Plan:
    texts, names = fields.places(keys, "text"), fields.places(keys, "id")
    text, name = next(iter(texts), None), next(iter(names), None)
    said = tuple(key for meaning in _SAID for key in fields.places(keys, meaning))
    return _Plan(text, name, len(names), said, tuple(key for key in keys if key not in {text, name, *said}))


class _Block:
    """Some lines on their way into columns: parallel lists of the records that may be plain."""

    def __init__(self, name: str, fields: Fields, first: int, lines: _Lines) -> None:
        self._name = name
        self._fields = fields
        self._first = first
        self._lines = lines
        self._places: list[int] = []
        self._texts: list[msgspec.Raw] = []
        self._ids: list[msgspec.Raw] = []
        self._notes: dict[int, Note] = {}

    def columns(self) -> PlainTexts:
        """Return the records of the lines."""
        known: tuple[str, ...] = ()
        plan = _plan(known, self._fields)
        for place, record in self._lines.taken_apart():
            keys = tuple(record)
            if keys != known:
                known, plan = keys, _plan(keys, self._fields)
            if plan.text is not None and (plan.is_simple or self._is_taken(place, record, plan)):
                self._places.append(place)
                self._texts.append(record[plan.text])
                self._ids.append(_NO_ID if plan.id is None else record[plan.id])
        ids = self._decoded_ids()
        texts, plain = _kernels.plain_strings(cast("list[bytes]", self._texts))
        if not plain.all():
            chosen = plain.tolist()
            ids = [each for each, is_plain in zip(ids, chosen, strict=True) if is_plain]
            self._places = [each for each, is_plain in zip(self._places, chosen, strict=True) if is_plain]
            texts = PackedTexts(texts.content, texts.ends[plain])
        return self._columns(ids, texts)

    def _columns(self, ids: list[DocumentId], texts: PackedTexts) -> PlainTexts:
        """Put the columns together; what is no plain text goes the slow way, but for blank lines."""
        places = self._places
        others: list[tuple[int, Document | Skipped]] = []
        numbers, seen = places, len(places)
        if len(places) < self._lines.count:
            taken = [place for place, line in enumerate(self._lines.each()) if line.strip()]
            seen = len(taken)
            number_of = {place: number for number, place in enumerate(taken)}
            numbers = [number_of[place] for place in places]
            odd = sorted(number_of.keys() - set(places))
            others = [(number_of[place], self._slowly(place)) for place in odd]
        notes = (
            {row: self._notes[place] for row, place in enumerate(places) if place in self._notes} if self._notes else {}
        )
        return PlainTexts(ids=ids, texts=texts, notes=notes, places=numbers, others=others, seen=seen)

    def _is_taken(self, place: int, record: dict[str, msgspec.Raw], plan: _Plan) -> bool:
        """Tell whether nothing is in the way of taking a record, and keep what it says besides its text."""
        if plan.id and plan.ids > 1 and bytes(record[plan.id]).strip(b'" ') in _MISSING:
            return False
        try:
            for key in plan.unread:
                str(record[key], "utf-8")
            if plan.said:
                self._note(place, {key: record[key] for key in plan.said})
        except _PROBLEMS:
            return False
        return True

    def _note(self, place: int, said: dict[str, msgspec.Raw]) -> None:
        """Keep what a record says besides its text."""
        known = {key: _decode(piece) for key, piece in said.items() if bytes(piece) not in _NOTHING}
        document = coerce(known | {"text": "x"}, "", self._fields.without("text")) if known else None
        note = note_of(document) if isinstance(document, Document) else None
        if note is not None:
            self._notes[place] = note

    def _decoded_ids(self) -> list[DocumentId]:
        """Return the ids; records whose id cannot be decoded go the slow way."""
        try:
            values = _decode_list(b"[" + b",".join(cast("list[bytes]", self._ids)) + b"]")
        except _PROBLEMS:
            values = []
            kept = [row for row, piece in enumerate(self._ids) if self._decodes(piece, values)]
            self._places = [self._places[row] for row in kept]
            self._texts = [self._texts[row] for row in kept]
        return [
            value if type(value) is str and value.strip() else id_of(value, self._called(place))
            for value, place in zip(values, self._places, strict=True)
        ]

    @staticmethod
    def _decodes(piece: msgspec.Raw, values: list[object]) -> bool:
        try:
            values.append(_decode(piece))
        except _PROBLEMS:
            return False
        return True

    def _slowly(self, place: int) -> Document | Skipped:
        line, called = self._lines.each()[place], self._called(place)
        return failed(called, line) if isinstance(line, str) else document_of(line, called, self._fields)

    def _called(self, place: int) -> str:
        return f"{self._name}:{self._first + place}"
