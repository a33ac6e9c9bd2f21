"""How the sentence of an answer is written: a byte or two for each phrase it is made of.

The codes are bytes that UTF-8 has no use for, so that a sentence may hold anything else. The phrases are part of the
stored format: one keeps its place within a layout, new ones go to the end.
"""

import re

PHRASES = (
    b"nothing in the index shares a key with it",
    b": passages cover ",
    b" % of both bodies, ",
    b" % of the words in the same order, and at most ",
    b" % of either is prose of its own",
    b" less alike candidates were not compared (max_comparisons)",
    b": one shared passage runs for ",
    b" % of the two bodies, in narrative and not only in quotations",
    b" (close: ",
    b" % of one body stands in the other, of which it is ",
    b": both bodies have the same words in the same order",
    b", the limit ",
    b" % of the shared words are quotations: both quote one source",
    b"no document of the index shares a passage with it",
    b" %; both begin alike",
    b" %; both open alike",
    b" %; that is most of both",
    b" %; the rest of the longer one is another text; one text stands inside the other",
    b"narrative coverage is ",
    b"coverage.of_a is ",
    b"coverage.of_b is ",
    b" % of the three-word phrases of one body, quotations aside, stand in the other: retold",
    b"takes the place of another text under its id; ",
    b"takes the place of an earlier version under its id: ",
    b" words of body text; fewer than ",
    b" are never compared",
)
"""What sentences are made of, the frequent first."""

_SHORT = [bytes([byte]) for byte in (0xC0, 0xC1, *range(0xF5, 0xFF))]
"""Bytes that never stand in UTF-8."""

_LONG = b"\xff"
_OTHER = b"\xff\xff"
"""Stands for the id of the document that the sentence is about."""

_CODES = [*_SHORT, *(_LONG + bytes([place]) for place in range(len(PHRASES) - len(_SHORT)))]
_PAIRS = list(zip(PHRASES, _CODES, strict=True))
_PHRASE_OF = dict(zip(_CODES, PHRASES, strict=True))
_CODE = re.compile(rb"\xff.|[\xc0\xc1\xf5-\xfe]", re.DOTALL)


def coded_sentence(sentence: str, other_id: bytes | None) -> bytes:
    """Write a sentence.

    Args:
        sentence: Any text.
        other_id: The id, as ``id_bytes`` writes it, of the document that it is about, where there is one.
    """
    coded = sentence.encode()
    other = _named(other_id)
    if other:  # first: within a code it would be mistaken
        coded = coded.replace(other, _OTHER, 1)
    for phrase, code in _PAIRS:
        coded = coded.replace(phrase, code)
    return coded


def sentence_of(coded: bytes, other_id: bytes | None) -> str:
    """Read a sentence back; ``other_id`` as it was given when it was written."""
    if len(coded) == 1:
        return _PHRASE_OF.get(coded, coded).decode()
    other = _named(other_id)
    return _CODE.sub(lambda code: _PHRASE_OF.get(code[0], other), coded).decode()


def _named(written_id: bytes | None) -> bytes:
    """Return an id as it stands in a sentence, where it can: not if it has bytes that codes are made of."""
    text = written_id[1:] if written_id is not None else b""
    return b"" if _CODE.search(text) else text
