"""What several tests of this folder ask for."""

import pytest


@pytest.fixture
def path(tmp_path):
    """A place for an index."""
    return tmp_path / "news.dedupe"
