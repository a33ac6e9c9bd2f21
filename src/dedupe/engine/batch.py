"""The batch engine: a set of documents in, a :class:`dedupe.Result` out."""

import contextlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import NamedTuple, get_args

from dedupe.config import Config
from dedupe.engine.answering import answer
from dedupe.engine.comparing import Comparer, Remaining, compare_elsewhere, compare_here
from dedupe.engine.copies import CopyComparer, CopyPairs, find_copies
from dedupe.engine.extracting import extraction
from dedupe.engine.garbage import rare_collections
from dedupe.engine.intake import DuplicateIds, Intake, Progress, take_in
from dedupe.engine.measuring import reach_of
from dedupe.engine.nominate import Nominated, nominate
from dedupe.engine.packing import pack
from dedupe.engine.pairs import BodyOf, PairCodec, Pairs
from dedupe.engine.requests import encode
from dedupe.engine.result import Result
from dedupe.engine.rows import rows_of
from dedupe.engine.sifting import Sifted, sift
from dedupe.engine.workers import Crew
from dedupe.errors import ConfigError, InputError
from dedupe.pages.extract import extract_body
from dedupe.pages.inputs import coerce
from dedupe.pages.sniff import looks_like_html
from dedupe.records import Body, Comparison, Document, Skipped
from dedupe.sketch.candidates import Candidates
from dedupe.verify.compare import compare_materials
from dedupe.verify.material import prepare


def cluster(
    documents: Iterable[object],
    *,
    config: Config | None = None,
    duplicate_ids: DuplicateIds = "raise",
    jobs: int = 1,
    progress: Progress | None = None,
) -> Result:
    """Find which documents carry the same text and which borrow passages from each other.

    Every reported pair is verified word by word; similarity sketches only nominate. The answer does not depend on the
    order of the documents, nor on ``jobs``. Texts and comparisons of large runs lie in temporary files, not in memory.

    >>> wire = "The dam above the valley held through the night, the governor said, and people may go home on Sunday."
    >>> result = cluster([("one", wire), ("two", wire + " Schools stay closed."), ("three", "Nothing to see here.")])
    >>> [(cluster.members, cluster.kind) for cluster in result.clusters]
    [(('one', 'two'), 'near_identical'), (('three',), 'single')]

    Args:
        documents: Documents, mappings with the usual field names, ``(id, text)`` pairs or plain strings (whose id is
            their number), in any mixture; what :func:`dedupe.read` yields, and bodies that :func:`dedupe.extract` made,
            too; or a table that offers its rows as an Arrow stream (pandas, Polars, Arrow).
        config: Parameters; the default answers most needs.
        duplicate_ids: ``"raise"``, or ``"skip"``: keep one document of an id and report the others as skipped.
        jobs: Processor cores to use. With more than 1, documents are extracted and compared in as many processes.
        progress: Called as ``progress(stage, done, total)`` while the run goes on.

    Raises:
        InputError: An item is of a type no document is made of, or ``documents`` is a single one or a path.
        DuplicateIdError: Two documents carry one id.
        ConfigError: ``jobs`` is below 1, or an option is given what it does not take.
    """
    config = Config.given(config)
    if duplicate_ids not in get_args(DuplicateIds):
        raise ConfigError(f"duplicate_ids must be 'raise' or 'skip', not {duplicate_ids!r}")
    if jobs < 1:
        raise ConfigError(f"jobs must be at least 1, not {jobs!r}")
    with rare_collections():
        return _run(_rows(documents, config), config, duplicate_ids=duplicate_ids, jobs=jobs, progress=progress)


def _run(
    rows: Iterable[object], config: Config, *, duplicate_ids: DuplicateIds, jobs: int, progress: Progress | None
) -> Result:
    """Take in, nominate, verify, answer."""
    with extraction(config, jobs) as extract:
        intake = take_in(rows, extract, duplicate_ids=duplicate_ids, max_chars=config.max_text_chars, progress=progress)
    nominated = nominate(intake.bodies, config, threads=jobs, progress=progress)
    return _Run(intake, nominated, config, jobs).judge(config, progress)


class _Run(NamedTuple):
    """What stays as it is whatever the limits are: the documents, and the pairs worth verifying.

    Attributes:
        intake: The documents.
        nominated: Their candidates.
        config: By which they were nominated.
        jobs: Processor cores to use.
    """

    intake: Intake
    nominated: Nominated
    config: Config
    jobs: int

    def judge(self, config: Config, progress: Progress | None = None) -> Result:
        """Verify the pairs by some limits, and answer.

        Raises:
            ConfigError: Copies by these limits can share fewer words than what was nominated does.
        """
        if config.copies_only and reach_of(config) < reach_of(self.config):
            raise ConfigError(
                f"with copies_only pairs below threshold {self.config.threshold:g} and min_passage_identity "
                f"{self.config.min_passage_identity:g} were not nominated; call cluster() with the lower limits"
            )
        comparer = (CopyComparer if config.copies_only else Comparer)(self.intake.bodies, config)
        find = _copies if config.copies_only else _verified
        pairs = find(self.nominated.candidates, comparer, self.jobs, progress)
        return answer(self.intake, pairs, self.nominated, comparer, judge=self.judge)


def _crew(jobs: int, config: Config) -> AbstractContextManager[Crew | None]:
    """Return the processes that compare, none for a run on one core."""
    return contextlib.nullcontext() if jobs == 1 else Crew(jobs, encode(config))


def _rows(documents: Iterable[object], config: Config) -> Iterable[object]:
    """Return the rows, of a table in memory, too; in columns where texts are taken as they are."""
    rows = rows_of(documents)
    if not takes_texts_as_they_are(config):
        return rows
    return pack(rows.plain_texts() if hasattr(rows, "plain_texts") else rows)


def takes_texts_as_they_are(config: Config) -> bool:
    """Tell whether a text is a body already: no chrome is looked for in it, and no credits."""
    return not config.clean and not config.origins


def _copies(candidates: Candidates, comparer: Comparer, jobs: int, progress: Progress | None) -> CopyPairs:
    """Measure all candidates and keep what can be copies."""
    pairs = CopyPairs(candidates, comparer)
    for number in find_copies(candidates, comparer, pairs, threads=jobs):
        if progress is not None:
            progress("comparing", number, len(candidates))
    return pairs


def _verified(candidates: Candidates, comparer: Comparer, jobs: int, progress: Progress | None) -> Pairs:
    """Measure all candidates, and compare those that share anything."""
    pairs = Pairs(candidates.pairs, PairCodec(BodyOf(comparer.bodies)), comparer.candidates(candidates))
    sifted = Sifted(len(candidates), pairs.settle)
    for number in sift(candidates, comparer, sifted, threads=jobs):
        if progress is not None:
            progress("measuring", number, len(candidates))
    for parts in sifted.parts:
        pairs.set_parts(parts)
    left = Remaining(candidates, sifted.known, pairs)
    with _crew(jobs, comparer.config) as crew:
        done = compare_here(left, comparer) if crew is None else compare_elsewhere(left, crew, comparer)
        for number in done:
            if progress is not None:
                progress("comparing", number, len(candidates))
    return pairs


def compare(a: object, b: object, *, config: Config | None = None) -> Comparison:
    """Compare two documents word by word.

    >>> verdict = compare("The ferry was turned back on Monday because of ice on both sides of the channel.",
    ...                   "The ferry was turned back on Monday because of ice on both sides of the channel.")
    >>> verdict.relation.text
    'identical'

    Args:
        a: One document: a Document, a mapping, an ``(id, text)`` pair or a string, which is a page where it opens with
            markup.
        b: The other. Two plain strings get the ids ``"a"`` and ``"b"``.
        config: Parameters.

    Raises:
        InputError: A document cannot be used; the message says why.
    """
    config = Config.given(config)
    return compare_bodies(_usable(a, "a", config), _usable(b, "b", config), config)


def extract(source: object, *, config: Config | None = None) -> Body:
    """Reduce one document to its body, with what was set aside and what the page says of itself.

    Args:
        source: A Document, a mapping, an ``(id, text)`` pair, a string or bytes of unknown kind.
        config: Parameters.

    Raises:
        InputError: The document cannot be used; the message says why.
    """
    return _usable(source, "document", Config.given(config))


def compare_bodies(a: Body, b: Body, config: Config) -> Comparison:
    """Compare two bodies that are extracted already."""
    first, second = (prepare(body, shingle_size=config.shingle_size) for body in (a, b))
    return compare_materials(first, second, config)


def _usable(source: object, name: str, config: Config) -> Body:
    """Extract one document, or raise what is wrong with it."""
    if isinstance(source, bytes):
        source = Document(id=name, content=source)
    elif isinstance(source, str) and looks_like_html(source):
        source = Document(id=name, html=source)
    entry = coerce(source, name)
    body = extract_body(entry, config) if isinstance(entry, Document) else entry
    if isinstance(body, Skipped):
        raise InputError(f"document {body.id!r} cannot be used, at stage {body.stage!r}: {body.reason}")
    return body
