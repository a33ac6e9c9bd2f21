"""Documents on their way into an index: extracted, sketched, their keys made - everything that needs no lock."""

import dataclasses
import hashlib
import itertools
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

_ID, _BAND, _PRINT = (bytes([kind]) for kind in (Kind.ID, Kind.BAND, Kind.FINGERPRINT))
_BODY = bytes([Kind.ID, Kind.EXACT, Kind.VARIANT])
_PAGE = (bytes([Kind.ADDRESS]), bytes([Kind.HEADLINE]))

_CHANNELS = np.zeros(max(Kind) + 1, dtype=np.uint8)
"""What keys of a kind are to nomination."""
_CHANNELS[[Kind.BAND, Kind.FINGERPRINT]] = Channel.BAND, Channel.FINGERPRINT
_CHANNELS[[Kind.ADDRESS, Kind.HEADLINE]] = Channel.PAGE


@dataclass(kw_only=True, eq=False)
class Incoming:
    """A document ready to be decided about.

    Attributes:
        body: Its body; address and headline without lone surrogates.
        digest: Hash of its content, 16 bytes.
        body_hash, tokens: Of the normalised body.
        comparable: Whether it has enough tokens to be compared.
        keys: Every key to be looked up, lower bits 0: its id, its body, its body and headline, and, where it can be
            compared, its bands, fingerprints, address and headline.
        kinds: What each key is; ``channels``: what it is to nomination.
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
    channels: NDArray[np.uint8]
    whole: bool
    shingle_size: int

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
    values, kinds, ends = _values(bodies, sketches)
    keys, channels = posting_keys(values, kinds.astype(np.uint64)), _CHANNELS[kinds]
    columns = (sketches.body_hashes, sketch.token_counts, sketches.comparable)
    return [
        Incoming(
            body=body,
            digest=_digest(body),
            body_hash=body_hash,
            tokens=tokens,
            comparable=comparable,
            keys=keys[begin:end].copy(),  # so that one that is kept does not keep all
            kinds=kinds[begin:end].copy(),
            channels=channels[begin:end].copy(),
            whole=whole,
            shingle_size=config.shingle_size,
        )
        for body, body_hash, tokens, comparable, begin, end in zip(
            bodies, *(column.tolist() for column in columns), [0, *ends[:-1]], ends, strict=True
        )
    ]


def _values(bodies: Sequence[Body], sketches: Sketches) -> tuple[UInt64s, NDArray[np.uint8], list[int]]:
    """Return what the keys of bodies are made of, those of one after those of another; what each is; and their ends."""
    values: list[UInt64s] = []
    kinds: list[bytes] = []
    ends: list[int] = []
    columns = (sketches.body_hashes, sketches.comparable, sketches.has_signature, *sketches.keys)
    edges = itertools.pairwise(sketches.fingerprint_offsets.tolist())
    rows = zip(bodies, edges, *(column.tolist() for column in columns), strict=True)
    for place, (body, (begin, end), body_hash, comparable, banded, *keys) in enumerate(rows):
        head = [text_value(id_bytes(body.id))]
        said = _ID
        if comparable:
            title = " ".join(body.title.casefold().split()) if body.title else ""
            head += [body_hash, text_value(body_hash.to_bytes(8, "little"), title.encode()), *filter(None, keys)]
            bands, prints = sketches.band_keys[place] if banded else _NO_BANDS, sketches.fingerprints[begin:end]
            said = b"".join((_BODY, *itertools.compress(_PAGE, keys), _BAND * len(bands), _PRINT * len(prints)))
            values += (np.array(head, dtype=np.uint64), bands, prints)
        else:
            values.append(np.array(head, dtype=np.uint64))
        kinds.append(said)
        ends.append((ends[-1] if ends else 0) + len(said))
    return np.concatenate(values), np.frombuffer(b"".join(kinds), dtype=np.uint8), ends


def address_value(url: str) -> int:
    """Return the value of an address's key, as ``nominate`` makes it."""
    return xxhash.xxh3_64_intdigest(url.encode("utf-8", "surrogatepass"))


def _digest(body: Body) -> bytes:
    """Hash what makes a document's content: its words and its headline, not when or where they were found."""
    content = b"%b\x00%b" % (body.original.encode(), (body.title or "").encode())
    return hashlib.blake2b(content, digest_size=16).digest()


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
