"""Documents to bodies: here, or in supervised processes on further cores."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import groupby
from typing import cast

from dedupe.config import Config
from dedupe.pages.extract import extract_body
from dedupe.pages.workers import Extractors
from dedupe.records import Body, Document, Skipped

Entry = Document | Body | Skipped
Extract = Callable[[Iterator[Entry]], Iterator[Body | Skipped]]
"""Extracts documents in their order; what is a body or skipped already passes through."""


def extraction(config: Config, jobs: int) -> AbstractContextManager[Extract]:
    """Return the extraction for a number of cores; one core needs no further process."""
    return _here(config) if jobs == 1 else _elsewhere(config, jobs)


@contextmanager
def _here(config: Config) -> Iterator[Extract]:
    yield partial(_extract_here, config=config)


def _extract_here(entries: Iterator[Entry], *, config: Config) -> Iterator[Body | Skipped]:
    for entry in entries:
        yield extract_body(entry, config) if isinstance(entry, Document) else entry


@contextmanager
def _elsewhere(config: Config, jobs: int) -> Iterator[Extract]:
    """Send what takes work to the processes; a text that is a body already is done sooner than sent."""

    def is_sent(entry: Entry) -> bool:
        if isinstance(entry, Body):
            return False
        return isinstance(entry, Skipped) or entry.text is None or (config.clean and not entry.clean)

    here = partial(_extract_here, config=config)
    with Extractors(config, jobs=jobs) as pool:

        def way(run: Iterator[Entry], *, sent: bool) -> Iterator[Body | Skipped]:
            return pool.map(cast("Iterator[Document | Skipped]", run)) if sent else here(run)

        def extract(entries: Iterator[Entry]) -> Iterator[Body | Skipped]:
            for sent, run in groupby(entries, key=is_sent):
                yield from way(run, sent=sent)

        yield extract
