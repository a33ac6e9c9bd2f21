"""How the row of a document is written: in half the bytes of its plain fields.

Shares are ratios of small numbers, so they are written as those numbers where these give the very same share again;
sentences with a byte for each phrase they are made of (``phrases``); names of relations as their place in a list. The
lists are part of the stored format: what stands here keeps its place within a layout, new names go to the end.
"""

import functools
import re
import struct
from typing import NamedTuple

import msgspec

from dedupe.engine.index.phrases import coded_sentence, sentence_of
from dedupe.engine.index.rows import Row, Tie, single_name
from dedupe.records import Action, Confidence, EditorialRelation, TextRelation

CODED = b"\x01"
"""First byte of a row in this form; rows of the layouts before begin as a list of msgpack does, with another."""

ACTIONS: tuple[Action, ...] = (
    "new", "near", "exact", "shares_passages", "contained", "contains", "revision", "too_short",
)  # fmt: skip
TEXTS: tuple[TextRelation, ...] = (
    "none", "near_identical", "partial", "abridged", "identical", "quotes_only", "contained", "template_only",
    "reordered",
)  # fmt: skip
EDITORIALS: tuple[EditorialRelation, ...] = (
    "unknown", "edited_copy", "republication", "revision", "excerpt", "digest", "shared_source", "same_event",
    "template",
)  # fmt: skip
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")

_PLACES = {
    name: {each: place for place, each in enumerate(names)}
    for name, names in (("action", ACTIONS), ("text", TEXTS), ("editorial", EDITORIALS), ("confidence", CONFIDENCES))
}

_TIE = struct.Struct("<IBBHHHHHHHHH")
"""Distance to the other row, relations, marks, the ratio of the similarity, covered tokens, the ratio of the other
coverage, both extents."""

_DIGEST, _ASKED = 1, 2
_MOST = 0xFFFF


class _Id(msgspec.Struct, array_like=True, gc=False):
    """The first field of a row as it is written; read by itself, what follows is passed over."""

    id: bytes


class _Head(_Id, array_like=True, gc=False):
    """The first fields of a row as it is written.

    Attributes:
        taken: ``seen_us``, and ``dated_us`` where it differs.
        verdict: Action, relations and confidence, and whether the document was forgotten, in one number.
        base: How far before the row its base stands.
    """

    digest: bytes
    taken: int | tuple[int, int]
    verdict: int
    url: str | None
    body_hash: int
    tokens: int
    base: int


class _Coded(_Head, array_like=True, gc=False):
    """A row as it is written; what is 0 or ``None`` takes a byte.

    Attributes:
        variant: How far after its base its variant stands.
        cluster: 0 for the name of a cluster of its own, the bytes of its two hashes, or a name of any other form.
        measures: The place of the tie that has the similarity and coverage of the answer; -1 where all are 1, ``None``
            where all are 0.
        reason: Coded, see ``phrases``.
        ties: ``_TIE`` for each, or plain where one of them does not fit.
    """

    variant: int
    cluster: int | bytes | tuple[str]
    duplicate_of: bytes | None
    measures: int | tuple[float, float, float] | None
    reason: bytes
    unverified: int
    ties: bytes | list[Tie]


class Numbers(NamedTuple):
    """The few fields of a row that candidates are weighed by; see :class:`~dedupe.engine.index.rows.Row`."""

    body_hash: int
    tokens: int
    base: int
    dated_us: int
    alive: bool


def encode_row(number: int, row: Row) -> bytes:
    """Write a row."""
    coded = _Coded(
        id=row.id,
        digest=row.digest,
        taken=row.seen_us if row.dated_us == row.seen_us else (row.seen_us, row.dated_us),
        verdict=_verdict(row),
        url=row.url,
        body_hash=row.body_hash,
        tokens=row.tokens,
        base=number - row.base,
        variant=row.variant - row.base,
        cluster=_cluster_code(row, number),
        duplicate_of=row.duplicate_of,
        measures=_measures(row),
        reason=coded_sentence(row.reason, row.duplicate_of),
        unverified=row.unverified,
        ties=_coded_ties(number, row),
    )
    return CODED + _encode(coded)


def decode_row(number: int, payload: bytes) -> Row:
    """Read a row, of this form or of the layouts before."""
    if payload[:1] != CODED:
        return msgspec.msgpack.decode(payload, type=Row)
    coded = _decode(payload[1:])
    seen_us, dated_us = coded.taken if isinstance(coded.taken, tuple) else (coded.taken, coded.taken)
    alive, action, relation, editorial, confidence = _told(coded.verdict)
    base = number - coded.base
    row = Row(
        id=coded.id,
        digest=coded.digest,
        seen_us=seen_us,
        dated_us=dated_us,
        alive=alive,
        url=coded.url,
        body_hash=coded.body_hash,
        tokens=coded.tokens,
        base=base,
        variant=base + coded.variant,
        action=action,
        duplicate_of=coded.duplicate_of,
        relation=relation,
        editorial=editorial,
        confidence=confidence,
        reason=sentence_of(coded.reason, coded.duplicate_of),
        unverified=coded.unverified,
        ties=_decoded_ties(number, coded),
    )
    row.cluster = _cluster(coded.cluster, row, number)
    _measure(row, coded.measures)
    return row


def decode_numbers(number: int, payload: bytes) -> Row | Numbers:
    """Read of a row only what candidates are weighed by, which takes a fraction of the time."""
    if payload[:1] != CODED:
        return decode_row(number, payload)
    coded = _decode_head(payload[1:])
    dated_us = coded.taken[1] if isinstance(coded.taken, tuple) else coded.taken
    return Numbers(coded.body_hash, coded.tokens, number - coded.base, dated_us, not coded.verdict & 1)


def decode_id(number: int, payload: bytes) -> bytes:
    """Read of a row only the id of its document."""
    return decode_row(number, payload).id if payload[:1] != CODED else _decode_id(payload[1:]).id


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Coded).decode
_decode_head = msgspec.msgpack.Decoder(_Head).decode
_decode_id = msgspec.msgpack.Decoder(_Id).decode


def _verdict(row: Row) -> int:
    made = _PLACES["confidence"][row.confidence]
    made = made * len(EDITORIALS) + _PLACES["editorial"][row.editorial]
    made = made * len(TEXTS) + _PLACES["text"][row.relation]
    made = made * len(ACTIONS) + _PLACES["action"][row.action]
    return made << 1 | (not row.alive)


@functools.cache
def _told(verdict: int) -> tuple[bool, Action, TextRelation, EditorialRelation, Confidence]:
    """Undo ``_verdict``; there are few different ones."""
    rest, action = divmod(verdict >> 1, len(ACTIONS))
    rest, text = divmod(rest, len(TEXTS))
    confidence, editorial = divmod(rest, len(EDITORIALS))
    return not verdict & 1, ACTIONS[action], TEXTS[text], EDITORIALS[editorial], CONFIDENCES[confidence]


def _cluster_code(row: Row, number: int) -> int | bytes | tuple[str]:
    name = row.cluster
    if name == single_name(row, number):
        return 0
    if _HASHES.fullmatch(name):
        return bytes.fromhex(name.replace("-", ""))
    return (name,)


_HASHES = re.compile(r"[0-9a-f]{16}(-[0-9a-f]{16})?")


def _cluster(code: int | bytes | tuple[str], row: Row, number: int) -> str:
    if isinstance(code, tuple):
        return code[0]
    if isinstance(code, bytes):
        name = code.hex()
        return name if len(code) == 8 else f"{name[:16]}-{name[16:]}"
    return single_name(row, number)


def _measures(row: Row) -> int | tuple[float, float, float] | None:
    found = (row.similarity, *row.coverage)
    if found == (0.0, 0.0, 0.0):
        return None
    if found == (1.0, 1.0, 1.0):
        return -1
    for place, tie in enumerate(row.ties):
        if found == (tie.similarity, tie.coverage, tie.other_coverage):
            return place
    return found


def _measure(row: Row, code: int | tuple[float, float, float] | None) -> None:
    """Fill in similarity and coverage."""
    if code is None:
        return
    if isinstance(code, tuple):
        found = code
    elif code < 0:
        found = 1.0, 1.0, 1.0
    else:
        tie = row.ties[code]
        found = tie.similarity, tie.coverage, tie.other_coverage
    row.similarity, row.coverage = found[0], (found[1], found[2])


def _coded_ties(number: int, row: Row) -> bytes | list[Tie]:
    if not row.ties:
        return b""
    packed = [_coded_tie(number, row.tokens, tie) for tie in row.ties]
    return b"".join(packed) if all(packed) else row.ties


def _coded_tie(number: int, tokens: int, tie: Tie) -> bytes:
    """Write a tie, or nothing where a number does not fit or a share would not come back as it is."""
    covered = round(tie.coverage * tokens)
    if not tokens or covered / tokens != tie.coverage:
        return b""
    back = number - tie.other
    if back <= 0:
        return b""
    kinds = _PLACES["text"][tie.text] | _PLACES["editorial"][tie.editorial] << 4
    marks = _DIGEST * tie.digest | _ASKED * tie.asked
    try:
        return _TIE.pack(
            back, kinds, marks, *_ratio(tie.similarity), covered, *_ratio(tie.other_coverage), *tie.extent,
            *tie.other_extent,
        )  # fmt: skip
    except struct.error:  # one of them is negative, or too large
        return b""


def _decoded_ties(number: int, coded: _Coded) -> list[Tie]:
    if isinstance(coded.ties, list):
        return coded.ties
    tokens = coded.tokens
    return [
        Tie(
            number - back, TEXTS[kinds & 15], EDITORIALS[kinds >> 4], a / b, covered / tokens, c / d,
            (begin, end), (other_begin, other_end), bool(marks & _DIGEST), bool(marks & _ASKED),
        )
        for back, kinds, marks, a, b, covered, c, d, begin, end, other_begin, other_end in _TIE.iter_unpack(coded.ties)
    ]  # fmt: skip


def _ratio(share: float) -> tuple[int, int]:
    """Return the smallest numbers of which a share is the ratio, to the last bit; ``(-1, -1)`` where they are large.

    By its continued fraction (https://en.wikipedia.org/wiki/Continued_fraction).
    """
    if share <= 0.0 or share >= 1.0:
        return (int(share), 1) if share in {0.0, 1.0} else (-1, -1)
    before, above, under, below = 1, 0, 0, 1  # after its first step, which gives the whole number 0
    left = share
    while left * _MOST >= 1:  # else what follows is larger than all that is written
        left = 1 / left
        whole = int(left)
        left -= whole
        before, above = above, whole * above + before
        under, below = below, whole * below + under
        if above / below == share:
            return above, below
        if below > _MOST:
            break
    return -1, -1
