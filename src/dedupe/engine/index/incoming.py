"""Documents on their way into an index: extracted, sketched, their keys made - everything that needs no lock."""

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedupe._kernels import Channel
from dedupe.config import Config
from dedupe.engine.index.postings import Kind, UInt64s, posting_keys, text_value
from dedupe.engine.index.rows import id_bytes
from dedupe.engine.index.tokens import shorten
from dedupe.engine.nominate import sketch_bodies
from dedupe.errors import InputError
from dedupe.pages.extract import extract_body
from dedupe.pages.inputs import coerce
from dedupe.records import Body, Document, Skipped
from dedupe.sketch.candidates import Sketches
from dedupe.verify.material import Material, prepare

_NO_ID = "no id: an object to be recognised by, because any string may be an id"

_NO_BANDS = np.empty(0, dtype=np.uint64)

_CHANNELS = np.zeros(max(Kind) + 1, dtype=np.uint8)
"""What keys of a kind are to nomination."""
_CHANNELS[[Kind.BAND, Kind.FINGERPRINT]] = Channel.BAND, Channel.FINGERPRINT
_CHANNELS[[Kind.ADDRESS, Kind.HEADLINE]] = Channel.PAGE


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A document ready to be decided about.

    Attributes:
        body: Its body; address and headline without lone surrogates.
        digest: Hash of its content, 16 bytes.
        body_hash, tokens: Of the normalised body.
        comparable: Whether it has enough tokens to be compared.
        keys: Every key to be looked up, lower bits 0: its id, its body, its body and headline, and, where it can be
            compared, its bands, fingerprints, address and headline.
        kinds: What each key is.
        whole: False where the index keeps no texts, and comparisons run on shortened tokens.
        shingle_size: Tokens in one shingle.
    """

    body: Body
    digest: bytes
    body_hash: int
    tokens: int
    comparable: bool
    keys: UInt64s
    kinds: NDArray[np.uint8]
    whole: bool
    shingle_size: int

    @cached_property
    def channels(self) -> NDArray[np.uint8]:
        """What each key is to nomination."""
        return _CHANNELS[self.kinds]

    @cached_property
    def material(self) -> Material:
        """The body made ready for comparison, with its words."""
        return prepare(self.body, shingle_size=self.shingle_size)

    @cached_property
    def compared(self) -> Material:
        """The material as it is held against stored ones."""
        return self.material if self.whole else shorten(self.material, self.shingle_size)

    def key(self, kind: Kind) -> int:
        """Return the only key of a kind."""
        return int(self.keys[np.argmax(self.kinds == kind)])


def take_in(items: Sequence[object], config: Config, *, whole: bool) -> list[Incoming | Skipped]:
    """Extract and sketch documents; what cannot be used comes back as why.

    Args:
        items: Documents, mappings, ``(id, text)`` pairs. Each brings its own id: a number given here would be given
            again to the next item, and one document would take the place of another.
        config: The index's parameters, with its secret seed in the place of the public one.
        whole: Whether the index keeps texts.

    Raises:
        InputError: An item is of a type no document is made of, or has no id.
    """
    entries = [item if isinstance(item, Skipped) else _with_id(item) for item in items]
    bodies = [extract_body(entry, config) if isinstance(entry, Document) else entry for entry in entries]
    usable = [_encodable(body) for body in bodies if isinstance(body, Body)]
    ready = iter(sketched(usable, config, whole=whole))
    return [body if isinstance(body, Skipped) else next(ready) for body in bodies]


def _with_id(item: object) -> Document | Skipped:
    entry = coerce(item, _NO_ID)
    if entry.id is _NO_ID:
        raise InputError(
            "a document of an index needs an id of its own, and this one has none; give an (id, text) pair or a record "
            "with an id (its address will do)"
        )
    return entry


def sketched(bodies: Sequence[Body], config: Config, *, whole: bool) -> list[Incoming]:
    """Sketch bodies and make their keys."""
    if not bodies:
        return []
    sketch, sketches = sketch_bodies(bodies, config)
    values: list[NDArray[np.uint64]] = []
    kinds: list[NDArray[np.uint8]] = []
    for place, body in enumerate(bodies):
        some_values, some_kinds = _values(place, body, sketches)
        values.append(some_values)
        kinds.append(some_kinds)
    all_kinds = np.concatenate(kinds)
    all_keys = posting_keys(np.concatenate(values), all_kinds.astype(np.uint64))
    ends = np.cumsum([len(each) for each in kinds]).tolist()
    return [
        Incoming(
            body=body,
            digest=_digest(body),
            body_hash=int(sketches.body_hashes[place]),
            tokens=int(sketch.token_counts[place]),
            comparable=bool(sketches.comparable[place]),
            keys=all_keys[begin:end].copy(),  # so that one that is kept does not keep all
            kinds=kinds[place],
            whole=whole,
            shingle_size=config.shingle_size,
        )
        for place, (body, begin, end) in enumerate(zip(bodies, [0, *ends[:-1]], ends, strict=True))
    ]


def _values(place: int, body: Body, sketches: Sketches) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Return what the keys of a body are made of, and what each is."""
    values = [text_value(id_bytes(body.id))]
    kinds = [Kind.ID]
    if not sketches.comparable[place]:
        return np.array(values, dtype=np.uint64), np.array(kinds, dtype=np.uint8)
    body_hash = int(sketches.body_hashes[place])
    title = " ".join((body.title or "").casefold().split())
    values += [body_hash, text_value(body_hash.to_bytes(8, "little"), title.encode())]
    kinds += [Kind.EXACT, Kind.VARIANT]
    for key, kind in zip(sketches.keys, (Kind.ADDRESS, Kind.HEADLINE), strict=True):
        if key[place]:
            values.append(int(key[place]))
            kinds.append(kind)
    begin, end = sketches.fingerprint_offsets[place : place + 2].tolist()
    bands = sketches.band_keys[place] if sketches.has_signature[place] else _NO_BANDS
    made = np.empty(len(kinds) + len(bands) + end - begin, dtype=np.uint64)
    said = np.empty(len(made), dtype=np.uint8)
    first, second = len(kinds), len(kinds) + len(bands)
    made[:first], made[first:second], made[second:] = values, bands, sketches.fingerprints[begin:end]
    said[:first], said[first:second], said[second:] = kinds, Kind.BAND, Kind.FINGERPRINT
    return made, said


def address_value(url: str) -> int:
    """Return the value of an address's key, as ``nominate`` makes it."""
    return xxhash.xxh3_64_intdigest(url.encode("utf-8", "surrogatepass"))


def _digest(body: Body) -> bytes:
    """Hash what makes a document's content: its words and its headline, not when or where they were found."""
    digest = hashlib.blake2b(body.original.encode(), digest_size=16)
    digest.update(b"\x00" + (body.title or "").encode())
    return digest.digest()


def _encodable(body: Body) -> Body:
    """Replace lone surrogates in what a caller gave beside the text; the text itself has none any more."""
    changes = {}
    for name in ("title", "url", "host", "canonical", "source"):
        value = getattr(body, name)
        if value is not None and not _is_encodable(value):
            changes[name] = value.encode("utf-8", "replace").decode()
    return dataclasses.replace(body, **changes) if changes else body


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
