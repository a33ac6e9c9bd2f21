"""What the kernel has to know to tell the texture of pairs as :mod:`dedupe.verify.passages` and ``openings`` do."""

from collections.abc import Iterable
from functools import cache

from dedupe import _kernels
from dedupe.records import Body
from dedupe.text.speech import FIRST_PERSON_SHARE, MIN_FIRST_PERSON, MIN_TOKENS, listed_words
from dedupe.verify.openings import MIN_SHARED, OPENING_ROOM, OPENING_TOKENS
from dedupe.verify.passages import QUOTED


@cache
def manner() -> _kernels.Manner:
    """Return the words of the first person, and the limits that tell quotations and openings."""
    words = listed_words()
    return _kernels.Manner(
        hashes=words.hashes,
        personal=words.first_person,
        small=words.small,
        parts=words.first_person_parts,
        languages=words.languages,
        least_words=MIN_FIRST_PERSON,
        least_share=FIRST_PERSON_SHARE,
        least_tokens=MIN_TOKENS,
        quoted=QUOTED,
        opening=OPENING_TOKENS,
        room=OPENING_ROOM,
        least_alike=MIN_SHARED,
    )


def stretches(bodies: Iterable[Body]) -> _kernels.Stretches:
    """Return what of the originals of bodies is the body, and what is prose."""
    parts: list[Iterable[tuple[int, int]]] = []
    for body in bodies:
        prose = [span for span, line_class, _ in body.lines if line_class == "prose"]
        parts += [body.kept, prose]
    return _kernels.Stretches.of(parts)
