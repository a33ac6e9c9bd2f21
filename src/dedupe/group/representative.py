"""Which member of a cluster to keep, by an ordered policy, and the sentence that says why."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from dedupe.errors import ConfigError
from dedupe.records import DocumentId, Origin, id_order

Rule = Literal["origin", "fullest", "shortest", "earliest", "latest", "shortest_url", "longest_url", "id"]

DEFAULT_POLICY: tuple[Rule, ...] = ("origin", "fullest", "earliest", "shortest_url", "id")
"""The document the text comes from; else the fullest body, the earliest, the plainest address, the smallest id."""


class Traits(NamedTuple):
    """What a policy looks at.

    Attributes:
        body_tokens: Tokens of the body.
        published: Earliest moment of publication, aware of its time zone; ``None`` where unknown, which never wins.
        url: Address; ``None`` where unknown, which never wins.
    """

    body_tokens: int = 0
    published: dt.datetime | None = None
    url: str | None = None


class Choice(NamedTuple):
    """The representative and why it is the one."""

    id: DocumentId
    reason: str


def check_policy(policy: Sequence[str]) -> None:
    """Refuse rules that do not exist.

    Raises:
        ConfigError: Names the rule and those there are.
    """
    for rule in policy:
        if rule not in _KEYS:
            raise ConfigError(f"no rule {rule!r} for choosing a representative; there are {', '.join(_KEYS)}")


def choose(
    members: Sequence[tuple[DocumentId, Traits]], policy: Sequence[Rule] = DEFAULT_POLICY, origin: Origin | None = None
) -> Choice:
    """Choose the member to keep: each rule in turn keeps its best, until one is left; ids settle what is.

    Args:
        members: At least one; their order does not matter.
        policy: Rules in order of weight.
        origin: Where the text comes from, for the rule ``origin``.
    """
    left = list(members)
    reasons = []
    for rule in (*policy, "id"):
        if len(left) == 1:
            break
        keys = [_KEYS[rule](member, origin) for member in left]
        best = min(keys)
        kept = [member for member, key in zip(left, keys, strict=True) if key == best]
        if len(kept) < len(left):
            reasons.append(_REASONS[rule](kept[0]))
            left = kept
    return Choice(left[0][0], ", then ".join(reasons) if reasons else "the only document")


_Member = tuple[DocumentId, Traits]
_Key = tuple[bool, float] | tuple[bool, DocumentId]


def _published(member: _Member) -> float | None:
    return member[1].published.timestamp() if member[1].published is not None else None


def _known_first(value: float | None, sign: int = 1) -> tuple[bool, float]:
    return (value is None, 0.0 if value is None else sign * value)


def _url_length(member: _Member) -> int | None:
    return len(member[1].url) if member[1].url else None


def _is_origin(member: _Member, origin: Origin | None) -> bool:
    return origin is not None and origin.kind == "document" and origin.document == member[0]


_KEYS: dict[str, Callable[[_Member, Origin | None], _Key]] = {
    "origin": lambda member, origin: (not _is_origin(member, origin), 0.0),
    "fullest": lambda member, _: (False, -member[1].body_tokens),
    "shortest": lambda member, _: (False, member[1].body_tokens),
    "earliest": lambda member, _: _known_first(_published(member)),
    "latest": lambda member, _: _known_first(_published(member), -1),
    "shortest_url": lambda member, _: _known_first(_url_length(member)),
    "longest_url": lambda member, _: _known_first(_url_length(member), -1),
    "id": lambda member, _: id_order(member[0]),
}

_REASONS: dict[str, Callable[[_Member], str]] = {
    "origin": lambda _: "the text comes from it",
    "fullest": lambda member: f"fullest body ({member[1].body_tokens} tokens)",
    "shortest": lambda member: f"shortest body ({member[1].body_tokens} tokens)",
    "earliest": lambda member: f"earliest published ({_moment(member)})",
    "latest": lambda member: f"latest published ({_moment(member)})",
    "shortest_url": lambda _: "shortest address",
    "longest_url": lambda _: "longest address",
    "id": lambda _: "smallest id",
}


def _moment(member: _Member) -> str:
    published = member[1].published
    return published.isoformat() if published is not None else "unknown"
