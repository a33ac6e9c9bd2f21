"""Every parameter in one frozen record: unit, range, and why the default is what it is.

``Config(threshold=0.8)`` is the one knob most people need. Everything that changes an answer is part of
:meth:`Config.fingerprint`, so a stored index made with other parameters is refused instead of misread.
"""

import dataclasses
import hashlib
import json
from typing import Any, Literal, Self

from dedupe.errors import ConfigError

Preset = Literal["strict", "balanced", "generous", "corpus"]

RULES_VERSION = 2
"""Part of every fingerprint, and raised when the rules that turn text into an answer change so that old answers and new
ones must not stand in one index. A mend for rare texts is no such change: nobody should give up an index of months for
it, and what was answered stays as it was."""

KEEP_RULES = ("origin", "canonical", "fullest", "shortest", "earliest", "latest", "shortest_url", "longest_url", "id")
"""Rules for choosing the document of a cluster to keep; besides them there is ``source:NAME``."""

KEEP = ("origin", "fullest", "earliest", "shortest_url", "id")
"""The document the text comes from; else the fullest body, the earliest, the plainest address, the smallest id."""

SOURCE_RULE = "source:"
"""How the rule begins that prefers an outlet, by its name or host."""

LIMITS = (
    "threshold", "min_order", "max_residual", "partial_coverage", "partial_passage_tokens", "partial_wording",
    "grey_zone", "min_passage_tokens", "min_passage_identity", "max_gap_tokens", "keep",
)  # fmt: skip
"""Parameters that play no part before pairs are verified."""

_RANGES: dict[str, tuple[float, float]] = {
    "threshold": (0.5, 1.0),
    "min_order": (0.0, 1.0),
    "max_residual": (0.0, 1.0),
    "partial_coverage": (0.0, 1.0),
    "partial_passage_tokens": (4, 10_000),
    "partial_wording": (0.01, 1.0),
    "grey_zone": (0.0, 0.2),
    "min_tokens": (1, 10_000),
    "min_passage_tokens": (4, 1_000),
    "min_passage_identity": (0.5, 1.0),
    "max_gap_tokens": (0, 100),
    "shingle_size": (1, 64),
    "num_perm": (16, 4_096),
    "seed": (0, 2**32 - 1),
    "nominate_jaccard": (0.05, 1.0),
    "nominate_recall": (0.5, 0.9999),
    "fingerprint_tokens": (4, 256),
    "fingerprint_window": (1, 256),
    "fingerprint_max_documents": (2, 1_000_000),
    "bucket_cap": (2, 1_000_000),
    "max_page_bytes": (1_024, 2**31),
    "max_text_chars": (1_024, 2**31),
}

_SWITCHES = ("wording", "copies_only", "origins", "clean")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All parameters of a run; frozen, validated when made, comparable by value.

    Attributes:
        threshold: Coverage that both bodies need to be called the same text, 0.5 to 1 (share of body tokens inside
            aligned passages). 0.8: real outlets cut and retouch a copy, independent reports stay far below. Of two
            texts that open alike the shorter one may miss half as much again, or twice as much where the opening was
            not touched.
        min_order: Share of the aligned tokens that must stand in the same order to merge, 0 to 1; 0.1 less for two
            texts that open alike.
        max_residual: Largest share of unaligned *prose* a copy may have, 0 to 1; chrome does not count.
        partial_coverage: Smaller coverage from which two documents are linked as ``partial``, 0 to 1.
        partial_passage_tokens: Tokens in one narrative passage that link two documents whatever the coverage.
        wording: Also nominate and link texts that share three-word phrases but hardly a passage: retold texts. Costs
            memory and pairs on large collections; copies are found without it.
        partial_wording: Share of the smaller text's phrases, quotations aside, from which that links two documents.
        grey_zone: How close (absolute) a deciding number may be to its limit before confidence is ``low``.
        min_tokens: Documents with fewer body tokens are never compared; they are clusters of one.
        min_passage_tokens: Shortest passage that counts, in tokens of the shorter side.
        min_passage_identity: Share of a passage's tokens that must match one to one, 0.5 to 1.
        max_gap_tokens: Longest run of differing tokens inside one passage, on either side.
        shingle_size: Tokens in one shingle. 5 words is the field's usual choice.
        num_perm: Slots in a MinHash signature (4 bytes each).
        seed: Seed of the permutations; signatures with other seeds cannot be compared.
        nominate_jaccard: Jaccard from which LSH should nominate a pair. Low on purpose: a copy inside chrome of its
            own length has Jaccard 0.5. It nominates, it never decides.
        nominate_recall: Wanted probability that LSH nominates a pair at ``nominate_jaccard``.
        fingerprint_tokens: Tokens in one winnowing fingerprint. With the window it guarantees that a shared run of
            ``fingerprint_tokens + fingerprint_window - 1`` tokens is seen.
        fingerprint_window: Winnowing window; about 2 / (window + 1) of all positions are kept.
        fingerprint_max_documents: A fingerprint in more documents than this nominates only a star around the smallest
            content hash; every time it bites it is reported in ``Result.overflows``.
        bucket_cap: The same limit for one LSH bucket.
        copies_only: Verify only pairs of which one body can stand in the other whole: copies, cut copies, texts inside
            others. Pairs that can share no more than passages are dropped before they are aligned: links by passages
            are not found, and those by lists or quotations only where one body is nothing else and stands in the other
            whole. Edited copies need the whole ``threshold`` however alike they open, in an index, too; otherwise an
            index pays no heed to it. Comparisons are made when somebody looks at them. Many times faster on large
            collections.
        origins: Read credits and say where a cluster's text comes from. Off: no body has credits, no cluster an origin.
        keep: Rules for choosing the representative of a cluster, the first one first; each keeps its best until one is
            left, and the smallest id settles the rest. ``origin``: the text comes from it. ``source:NAME``: its source
            or host has this name. ``canonical``: it stands at the address that it gives as canonical. ``fullest``,
            ``shortest``: by the words of its body. ``earliest``, ``latest``: by publication. ``shortest_url``,
            ``longest_url``, ``id``. What is not known of a document never speaks for it.
        clean: Look for page chrome in texts that are not declared clean. Off: every text is a body as it is.
        max_page_bytes: Larger pages are skipped, in bytes.
        max_text_chars: Longer texts are skipped, in code points.

    Raises:
        ConfigError: A value is outside its range; the message names it, the limit and a remedy.
    """

    threshold: float = 0.80
    min_order: float = 0.90
    max_residual: float = 0.20
    partial_coverage: float = 0.10
    partial_passage_tokens: int = 25
    wording: bool = True
    partial_wording: float = 0.10
    grey_zone: float = 0.05
    min_tokens: int = 10
    min_passage_tokens: int = 8
    min_passage_identity: float = 0.80
    max_gap_tokens: int = 12
    shingle_size: int = 5
    num_perm: int = 128
    seed: int = 1
    nominate_jaccard: float = 0.50
    nominate_recall: float = 0.99
    fingerprint_tokens: int = 13
    fingerprint_window: int = 8
    fingerprint_max_documents: int = 100
    bucket_cap: int = 100
    copies_only: bool = False
    origins: bool = True
    keep: tuple[str, ...] = KEEP
    clean: bool = True
    max_page_bytes: int = 50_000_000
    max_text_chars: int = 20_000_000

    def __post_init__(self) -> None:
        """Refuse what is out of range, naming the limit."""
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            whole = isinstance(low, int)
            if isinstance(value, bool) or not isinstance(value, int | float) or (whole and isinstance(value, float)):
                raise ConfigError(f"{name} must be a number from {low} to {high}, not {value!r}")
            if not low <= value <= high:
                raise ConfigError(f"{name} must be from {low} to {high}, not {value!r}; leave it out for the default")
        for name in _SWITCHES:
            value = getattr(self, name)
            if not isinstance(value, bool):
                raise ConfigError(f"{name} must be True or False, not {value!r}")
        object.__setattr__(self, "keep", _rules(self.keep))

    @classmethod
    def given(cls, config: Self | None) -> Self:
        """Return what a caller gave as ``config``, the default for ``None``.

        Raises:
            ConfigError: It is something else: the name of a preset, a mapping of parameters.
        """
        if config is None:
            return cls()
        if not isinstance(config, cls):
            raise ConfigError(
                f"config must be a dedupe.Config, not {config!r}; make one with Config(threshold=...) or "
                "Config.preset('strict')"
            )
        return config

    @classmethod
    def preset(cls, name: Preset, **changes: Any) -> Self:
        """Make a named set of parameters, with ``changes`` on top.

        ``strict`` merges only texts that cover each other almost wholly, ``balanced`` is the default, ``generous``
        merges heavily cut copies too and looks for shorter shared passages, at three times as many pairs to verify.
        ``corpus`` deduplicates large collections of clean texts: it looks for no chrome, for copies only, and not for
        their origin.

        Raises:
            ConfigError: There is no such preset.
        """
        presets: dict[str, dict[str, Any]] = {
            "strict": {"threshold": 0.95, "max_residual": 0.05, "min_order": 0.95},
            "balanced": {},
            "generous": {
                "threshold": 0.65,
                "max_residual": 0.35,
                "min_order": 0.80,
                "nominate_jaccard": 0.43,
                "fingerprint_tokens": 8,
                "partial_passage_tokens": 15,
            },
            "corpus": {"clean": False, "wording": False, "copies_only": True, "origins": False},
        }
        if name not in presets:
            raise ConfigError(f"no preset {name!r}; there are {', '.join(presets)}")
        return cls(**(presets[name] | changes))

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other values, validated again."""
        return dataclasses.replace(self, **changes)

    def with_limits(self, **changes: Any) -> Self:
        """Return a copy with other limits, validated again.

        Raises:
            ConfigError: A name is none of :data:`LIMITS`.
        """
        for name in changes:
            if name not in LIMITS:
                raise ConfigError(f"{name} cannot change after a run; it takes {', '.join(LIMITS)}")
        return self.replace(**changes)

    def fingerprint(self) -> str:
        """Return 16 hex digits that differ whenever two configurations could answer differently."""
        values = dataclasses.asdict(self) | {"rules": RULES_VERSION}
        if self.keep == KEEP:
            del values["keep"]  # as before there was a choice
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def _rules(given: object) -> tuple[str, ...]:
    """Return the rules of a policy, which must be known."""
    rules = tuple(given) if isinstance(given, list | tuple) else (given,)
    for rule in rules:
        named = isinstance(rule, str) and rule.startswith(SOURCE_RULE) and rule.removeprefix(SOURCE_RULE).strip()
        if rule not in KEEP_RULES and not named:
            raise ConfigError(f"keep has no rule {rule!r}; there are {', '.join(KEEP_RULES)} and {SOURCE_RULE}NAME")
    return rules
