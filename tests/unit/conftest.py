"""What several tests of this folder ask for."""

import pytest

from commands import OTHER, STORY
from covered import texts
from dedupe import Index
from dedupe.engine import sketching, spool
from dedupe.engine.index import store, sums


@pytest.fixture
def path(tmp_path):
    """A place for an index."""
    return tmp_path / "news.dedupe"


@pytest.fixture
def folder(tmp_path):
    """Two copies and one other text."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "first.txt").write_text(STORY)
    (pages / "second.txt").write_text(STORY)
    (pages / "third.txt").write_text(OTHER)
    return pages


@pytest.fixture
def on_disk(monkeypatch):
    """Nothing is held in memory that can lie on the disk."""
    monkeypatch.setattr(spool, "HELD_BYTES", 0)
    monkeypatch.setattr(spool, "_BUFFER", 1_000)
    monkeypatch.setattr(sketching, "_SLAB", 500)
    monkeypatch.setattr(sketching, "_STAGED", 300)
    monkeypatch.setattr(sketching, "PART_BYTES", 1_000)
    monkeypatch.setattr(sketching, "HELD_POSTINGS", 1_200)
    monkeypatch.setattr(sketching, "BATCH_BODIES", 7)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """An index with forgotten documents, closed."""
    made = tmp_path_factory.mktemp("sound") / "sound.dedupe"
    with Index(made) as index:
        index.add_many(texts(60))
        for number in range(0, 60, 3):
            index.forget(f"d{number}")
    return made


@pytest.fixture
def often(monkeypatch):
    """The log is copied after every other transaction."""
    monkeypatch.setattr(store, "CHECKPOINT_EVERY", 2)
    monkeypatch.setattr(store, "CHECKPOINT_BYTES", 1 << 10)
    monkeypatch.setattr(sums, "_SPARE_BYTES", 0)
