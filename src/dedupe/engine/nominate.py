"""Bodies in, candidate pairs out: one pass of sketching, then the union of the channels."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe._kernels import Sketch
from dedupe.config import Config
from dedupe.engine.sketching import sketch_all
from dedupe.records import Body
from dedupe.sketch.candidates import Candidates, Sketches, find_candidates
from dedupe.sketch.lsh import choose_bands
from dedupe.sketch.minhash import permutations
from dedupe.sketch.phrases import sample_all

MIN_KEY_TOKENS = 4
"""Words a headline needs to nominate by itself: ``Weather`` and ``Live updates`` do not."""


class Nominated(NamedTuple):
    """The pairs worth verifying, and what the pass over all bodies left behind.

    Attributes:
        candidates: By position in the bodies.
        content_hashes: One per body ``uint64[n]``.
        token_counts: Of every body ``uint32[n]``.
    """

    candidates: Candidates
    content_hashes: NDArray[np.uint64]
    token_counts: NDArray[np.uint32]


def nominate(bodies: Sequence[Body], config: Config, *, threads: int = 1) -> Nominated:
    """Propose the pairs worth verifying.

    Args:
        bodies: In id order; read once, a batch at a time.
        config: Shingles, bands, fingerprints and caps.
        threads: Threads of the native kernel.

    Returns:
        The candidates, and two columns of the bodies.
    """
    counts: list[NDArray[np.uint32]] = [np.empty(0, dtype=np.uint32)]

    def sketched(batch: Sequence[Body]) -> Sketches:
        sketch, sketches = sketch_bodies(batch, config, threads=threads)
        counts.append(sketch.token_counts)
        return sketches

    sketches, postings = sketch_all(bodies, sketched)
    found = find_candidates(
        sketches, postings, bucket_cap=config.bucket_cap, fingerprint_cap=config.fingerprint_max_documents
    )
    return Nominated(found, sketches.body_hashes, np.concatenate(counts))


def sketch_bodies(bodies: Sequence[Body], config: Config, *, threads: int = 1) -> tuple[Sketch, Sketches]:
    """Sketch bodies once: what the kernel made of the texts, and what nomination needs to know of the documents."""
    multipliers, offsets = permutations(config.num_perm, config.seed)
    sketch = _kernels.sketch(
        [body.text for body in bodies],
        shingle_size=config.shingle_size,
        a=multipliers,
        b=offsets,
        fingerprint_tokens=config.fingerprint_tokens,
        fingerprint_window=config.fingerprint_window,
        threads=threads,
    )
    phrases, phrase_offsets = sample_all(body.text for body in bodies) if config.wording else (None, None)
    bands = choose_bands(config.num_perm, jaccard=config.nominate_jaccard, recall=config.nominate_recall)
    return sketch, Sketches(
        body_hashes=sketch.body_hashes,
        comparable=sketch.token_counts >= config.min_tokens,
        band_keys=_kernels.band_keys(sketch.signatures, *bands),
        has_signature=sketch.has_signature,
        fingerprints=sketch.fingerprints,
        fingerprint_offsets=sketch.fingerprint_offsets,
        phrases=phrases,
        phrase_offsets=phrase_offsets,
        keys=(_hashes(_address(body) for body in bodies), _hashes(_headline(body) for body in bodies)),
        title_hashes=_hashes(_title(body) for body in bodies),
    )


def _hashes(keys: Iterable[str]) -> NDArray[np.uint64]:
    """Hash strings to keys; the empty string is no key, 0."""
    return np.fromiter(
        (xxhash.xxh3_64_intdigest(key.encode("utf-8", "surrogatepass")) if key else 0 for key in keys),
        dtype=np.uint64,
    )


def _address(body: Body) -> str:
    return body.canonical or body.url or ""


def _title(body: Body) -> str:
    return " ".join((body.title or "").casefold().split())


def _headline(body: Body) -> str:
    title = _title(body)
    return title if len(title.split()) >= MIN_KEY_TOKENS else ""
