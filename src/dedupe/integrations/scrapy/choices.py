"""The add-on's settings: read once, checked before the crawl begins."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from scrapy.settings import BaseSettings

from dedupe.config import Config
from dedupe.errors import ConfigError
from dedupe.pages.inputs import Fields
from dedupe.records import Action

Mode = Literal["annotate", "drop"]

SETTINGS: dict[str, object] = {
    "DEDUPE_ENABLED": True,
    "DEDUPE_INDEX": None,
    "DEDUPE_MODE": "annotate",
    "DEDUPE_DROP_ACTIONS": ["exact", "near"],
    "DEDUPE_FIELDS": {},
    "DEDUPE_ANNOTATION": "dedupe",
    "DEDUPE_CONFIG": {},
    "DEDUPE_TTL": None,
    "DEDUPE_DURABILITY": "normal",
    "DEDUPE_PRIORITY": 500,
    "DEDUPE_SEEN_URL": False,
    "DEDUPE_RECOVER_JOBDIR": True,
}
"""Every setting with its default."""

UNCHANGED = "unchanged"
"""Beside the actions of a decision: an earlier job took in the same document, with the same words."""
DROPPABLE = (*get_args(Action), UNCHANGED)
ANNOTATIONS = (
    "id", "action", "duplicate_of", "cluster", "relation", "editorial", "similarity", "coverage", "other_coverage",
    "confidence", "reason", "seen_at", UNCHANGED,
)  # fmt: skip
"""What an annotation holds, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the settings come to.

    Attributes:
        index: Where the index is.
        mode: ``annotate`` or ``drop``.
        drop_actions: The actions whose items are dropped in mode ``drop``.
        fields: Which field of an item holds what.
        annotation: The item's field that takes the whole annotation; empty where ``annotated`` says more.
        annotated: Part of the annotation to the item's field that takes it.
        config: Parameters of a new index; ``None``: those of the index, or the defaults.
        ttl: Time after which a document no longer counts; ``None``: never, or what the index was made with.
        durability: ``normal`` or ``full``.
    """

    index: Path
    mode: Mode
    drop_actions: frozenset[str]
    fields: Fields
    annotation: str
    annotated: tuple[tuple[str, str], ...]
    config: Config | None
    ttl: dt.timedelta | None
    durability: Literal["normal", "full"]

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> "Choices":
        """Read the settings.

        Raises:
            ConfigError: One of them cannot be; the message names it and what it may be.
        """
        named = "DEDUPE_ANNOTATION" in settings
        whole, parts = _annotation(settings["DEDUPE_ANNOTATION"] if named else SETTINGS["DEDUPE_ANNOTATION"])
        mode = _one_of(settings, "DEDUPE_MODE", get_args(Mode))
        return cls(
            index=_index(settings),
            mode="drop" if mode == "drop" else "annotate",
            drop_actions=_drop_actions(settings),
            fields=Fields.from_names(_strings(settings, "DEDUPE_FIELDS")),
            annotation=whole,
            annotated=parts,
            config=_config(settings),
            ttl=_ttl(settings.get("DEDUPE_TTL")),
            durability="full" if _one_of(settings, "DEDUPE_DURABILITY", ("normal", "full")) == "full" else "normal",
        )


def _index(settings: BaseSettings) -> Path:
    named, job = settings.get("DEDUPE_INDEX"), settings.get("JOBDIR")
    if not named and not job:
        raise ConfigError("DEDUPE_INDEX must name the index's file, for example 'news.dedupe' (or set JOBDIR)")
    return Path(named) if named else Path(job, "documents.dedupe")


def _one_of(settings: BaseSettings, name: str, allowed: tuple[str, ...]) -> str:
    value = settings.get(name, SETTINGS[name])
    if value not in allowed:
        raise ConfigError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return str(value)


def _drop_actions(settings: BaseSettings) -> frozenset[str]:
    actions = settings.getlist("DEDUPE_DROP_ACTIONS", ["exact", "near"])
    for action in actions:
        if action not in DROPPABLE:
            raise ConfigError(f"DEDUPE_DROP_ACTIONS may hold {', '.join(DROPPABLE)}, not {action!r}")
    return frozenset(actions)


def _strings(settings: BaseSettings, name: str) -> dict[str, str]:
    found = _mapping(settings, name)
    if not all(isinstance(key, str) and isinstance(value, str) for key, value in found.items()):
        raise ConfigError(f"{name} must map names to names, not {found!r}")
    return dict(found)


def _mapping(settings: BaseSettings, name: str) -> dict[str, Any]:
    try:
        return dict(settings.getdict(name, {}))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name} must be a dictionary, not {settings.get(name)!r}") from error


def _annotation(value: object) -> tuple[str, tuple[tuple[str, str], ...]]:
    if isinstance(value, str) and value:
        return value, ()
    if isinstance(value, Mapping) and value:
        for part, field in value.items():
            if part not in ANNOTATIONS or not isinstance(field, str):
                raise ConfigError(f"DEDUPE_ANNOTATION may name fields for {', '.join(ANNOTATIONS)}, not {part!r}")
        return "", tuple(sorted(value.items()))
    if not value:
        return "", ()
    raise ConfigError(f"DEDUPE_ANNOTATION must be a field's name, a dictionary, or None, not {value!r}")


def _config(settings: BaseSettings) -> Config | None:
    changes = _mapping(settings, "DEDUPE_CONFIG")
    if not changes:
        return None
    preset = changes.pop("preset", "balanced")
    try:
        return Config.preset(preset, **changes)
    except TypeError as error:
        raise ConfigError(f"DEDUPE_CONFIG: {error}") from error


def _ttl(value: object) -> dt.timedelta | None:
    if value is None or isinstance(value, dt.timedelta):
        return value
    try:
        return dt.timedelta(seconds=float(str(value)))
    except (ValueError, OverflowError) as error:
        raise ConfigError(f"DEDUPE_TTL must be a number of seconds or a timedelta, not {value!r}") from error
