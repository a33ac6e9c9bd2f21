"""What several tests of this folder ask for."""

import pytest

from commands import OTHER, STORY
from dedupe.engine import sketching, spool


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
