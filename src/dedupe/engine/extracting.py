"""Documents to bodies: here, or in supervised processes on further cores."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from dedupe.config import Config
from dedupe.pages.extract import extract_body
from dedupe.pages.workers import Extractors
from dedupe.records import Body, Document, Skipped

Entry = Document | Skipped
Extract = Callable[[Iterator[Entry]], Iterator[Body | Skipped]]
"""Extracts documents in their order; what is skipped already passes through."""


def extraction(config: Config, jobs: int) -> AbstractContextManager[Extract]:
    """Return the extraction for a number of cores; one core needs no further process."""
    return _here(config) if jobs == 1 else _elsewhere(config, jobs)


@contextmanager
def _here(config: Config) -> Iterator[Extract]:
    def extract(entries: Iterator[Entry]) -> Iterator[Body | Skipped]:
        for entry in entries:
            yield extract_body(entry, config) if isinstance(entry, Document) else entry

    yield extract


@contextmanager
def _elsewhere(config: Config, jobs: int) -> Iterator[Extract]:
    with Extractors(config, jobs=jobs) as pool:
        yield pool.map
