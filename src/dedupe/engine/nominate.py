"""Bodies in, candidate pairs out: one pass of sketching, then the union of the channels."""

import os
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe._kernels import BAG_BYTES, Sketch, may_reach
from dedupe.config import Config
from dedupe.engine.bodies import Bodies
from dedupe.engine.intake import Progress
from dedupe.engine.measuring import reach_of
from dedupe.engine.sketching import sketch_all
from dedupe.pages.plain import Note
from dedupe.records import Body
from dedupe.sketch.candidates import Candidates, Sketches, find_candidates
from dedupe.sketch.lsh import choose_bands
from dedupe.sketch.minhash import permutations
from dedupe.sketch.phrases import sample_all

MIN_KEY_TOKENS = 4
"""Words a headline needs to nominate by itself: ``Weather`` and ``Live updates`` do not."""

SLOTS_AT_ONCE = 16
"""Slots of a signature that a processor works on at once: no fewer are worth it."""

HELD_ROWS = 1 << 28
"""Bytes of the documents' bags of words that stay in memory: those of some 900,000."""


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


def nominate(bodies: Bodies, config: Config, *, threads: int = 1, progress: Progress | None = None) -> Nominated:
    """Propose the pairs worth verifying.

    Args:
        bodies: In id order; read once, a batch at a time.
        config: Shingles, bands, fingerprints and caps.
        threads: Threads of the native kernel.
        progress: Called after each batch.

    Returns:
        The candidates - where only copies are looked for, those that share enough words - and two columns of the
        bodies.
    """
    counts = np.empty(len(bodies), dtype=np.uint32)
    bags = _rows(len(bodies), BAG_BYTES if config.copies_only else 0)

    def sketched(positions: range) -> Sketches:
        sketch, sketches = sketch_texts(*bodies.read(positions), config, threads=threads, of_a_run=True)
        counts[positions.start : positions.stop] = sketch.token_counts
        bags[positions.start : positions.stop] = sketch.bags
        if progress is not None:
            progress("sketching", positions.stop, len(bodies))
        return sketches

    sketches, parts = sketch_all(bodies.sizes(), sketched)
    found = find_candidates(
        sketches,
        parts,
        bucket_cap=config.bucket_cap,
        fingerprint_cap=config.fingerprint_max_documents,
        worth=(lambda pairs: may_reach(bags, counts, pairs, reach_of(config))) if config.copies_only else None,
    )
    return Nominated(found, sketches.body_hashes, counts)


def _rows(count: int, width: int) -> NDArray[np.uint8]:
    """Return room for a row a document: in memory while they are few, else in a file that nobody sees.

    Raises:
        OSError: There is no room on the disk. Found out only when a row is written, that would end the process.
    """
    if count * width <= HELD_ROWS:
        return np.empty((count, width), dtype=np.uint8)
    with tempfile.TemporaryFile(prefix="dedupe-", suffix=".spool") as file:
        if hasattr(os, "posix_fallocate") and count * width:
            os.posix_fallocate(file.fileno(), 0, count * width)
        return np.memmap(file, dtype=np.uint8, mode="w+", shape=(count, width))


def sketch_bodies(bodies: Sequence[Body], config: Config, *, threads: int = 1) -> tuple[Sketch, Sketches]:
    """Sketch bodies once: what the kernel made of the texts, and what nomination needs to know of the documents."""
    return sketch_texts([body.text for body in bodies], list(enumerate(bodies)), config, threads=threads)


def sketch_texts(
    texts: Sequence[str],
    heads: Sequence[tuple[int, Body | Note]],
    config: Config,
    *,
    threads: int = 1,
    of_a_run: bool = False,
) -> tuple[Sketch, Sketches]:
    """Do the same for texts, and what is known besides of those of which anything is, by their place.

    Of a signature only the slots are made that bands need, and a few more. What nobody but a run asks for comes
    ``of_a_run`` alone: bags, and fingerprints as they stand in the text, which are joined all together.
    """
    bands = choose_bands(config.num_perm, jaccard=config.nominate_jaccard, recall=config.nominate_recall)
    used = -(-bands.bands * bands.rows // SLOTS_AT_ONCE) * SLOTS_AT_ONCE
    multipliers, offsets = (each[:used] for each in permutations(config.num_perm, config.seed))
    sketch = _kernels.sketch(
        texts,
        shingle_size=config.shingle_size,
        a=multipliers,
        b=offsets,
        fingerprint_tokens=config.fingerprint_tokens,
        fingerprint_window=config.fingerprint_window,
        threads=threads,
        bags=of_a_run and config.copies_only,
        distinct=not of_a_run,
        bands=bands,
    )
    phrases, phrase_offsets = sample_all(texts) if config.wording else (None, None)
    keys = [np.zeros(len(texts), dtype=np.uint64) for _ in range(3)]
    for place, head in heads:
        for column, said in zip(keys, (_address(head), _headline(head), _title(head)), strict=True):
            column[place] = _hash(said)
    return sketch, Sketches(
        body_hashes=sketch.body_hashes,
        comparable=sketch.token_counts >= config.min_tokens,
        band_keys=sketch.band_keys,
        has_signature=sketch.has_signature,
        fingerprints=sketch.fingerprints,
        fingerprint_offsets=sketch.fingerprint_offsets,
        phrases=phrases,
        phrase_offsets=phrase_offsets,
        keys=(keys[0], keys[1]),
        title_hashes=keys[2],
    )


def _hash(said: str) -> int:
    """Hash a string to a key; the empty string is no key, 0."""
    return xxhash.xxh3_64_intdigest(said.encode("utf-8", "surrogatepass")) if said else 0


def _address(head: Body | Note) -> str:
    return (head.canonical if isinstance(head, Body) else None) or head.url or ""


def _title(head: Body | Note) -> str:
    return " ".join((head.title or "").casefold().split())


def _headline(head: Body | Note) -> str:
    title = _title(head)
    return title if len(title.split()) >= MIN_KEY_TOKENS else ""
