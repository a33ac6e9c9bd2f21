"""Which member of a cluster to keep, by an ordered policy, and the sentence that says why."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from dedupe.config import KEEP, SOURCE_RULE
from dedupe.group.addresses import same_address
from dedupe.records import DocumentId, Origin, Published, id_order


class Traits(NamedTuple):
    """What a policy looks at.

    Attributes:
        body_tokens: Tokens of the body.
        published: Earliest moment of publication, aware of its time zone; ``None`` where unknown, which never wins.
        url: Address; ``None`` where unknown, which never wins.
        canonical: Address that the page gives as its own.
        names: What its source and its host are called.
    """

    body_tokens: int = 0
    published: dt.datetime | None = None
    url: str | None = None
    canonical: str | None = None
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, about: "About", body_tokens: int) -> "Traits":
        """Take them from what is known of a document."""
        published = about.published.earliest if about.published else None
        names = tuple(name.casefold() for name in (about.source, about.host) if name)
        return cls(body_tokens, published, about.url, about.canonical, names)


class About(Protocol):
    """What is known of a document besides its text: a :class:`dedupe.records.Body` has it."""

    @property
    def published(self) -> Published | None:
        """Publication interval."""

    @property
    def url(self) -> str | None:
        """Address."""

    @property
    def canonical(self) -> str | None:
        """Address that the page gives as its own."""

    @property
    def source(self) -> str | None:
        """Outlet."""

    @property
    def host(self) -> str | None:
        """Host of its address."""


class Choice(NamedTuple):
    """The representative and why it is the one."""

    id: DocumentId
    reason: str


def choose(
    members: Sequence[tuple[DocumentId, Traits]], policy: Sequence[str] = KEEP, origin: Origin | None = None
) -> Choice:
    """Choose the member to keep: each rule in turn keeps its best, until one is left; ids settle what is.

    Args:
        members: At least one; their order does not matter.
        policy: Rules in order of weight, as :attr:`dedupe.Config.keep` has them.
        origin: Where the text comes from, for the rule ``origin``.
    """
    left = list(members)
    reasons = []
    for rule in (*policy, "id"):
        if len(left) == 1:
            break
        keys = [_key(rule, member, origin) for member in left]
        best = min(keys)
        kept = [member for member, key in zip(left, keys, strict=True) if key == best]
        if len(kept) < len(left):
            reasons.append(_reason(rule, kept[0]))
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


def _key(rule: str, member: _Member, origin: Origin | None) -> _Key:
    if rule.startswith(SOURCE_RULE):
        return (not _is_named(member, rule.removeprefix(SOURCE_RULE).strip().casefold()), 0.0)
    return _KEYS[rule](member, origin)


def _reason(rule: str, member: _Member) -> str:
    if rule.startswith(SOURCE_RULE):
        return f"from {rule.removeprefix(SOURCE_RULE).strip()}"
    return _REASONS[rule](member)


def _is_named(member: _Member, wanted: str) -> bool:
    """Tell whether a document's outlet or host has a name; that of a site is that of all hosts below it."""
    return any(name == wanted or name.endswith(f".{wanted}") for name in member[1].names)


def _is_canonical(member: _Member) -> bool:
    url, canonical = member[1].url, member[1].canonical
    return bool(url and canonical) and same_address(url or "") == same_address(canonical or "")


_KEYS: dict[str, Callable[[_Member, Origin | None], _Key]] = {
    "origin": lambda member, origin: (not _is_origin(member, origin), 0.0),
    "canonical": lambda member, _: (not _is_canonical(member), 0.0),
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
    "canonical": lambda _: "stands at its canonical address",
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
