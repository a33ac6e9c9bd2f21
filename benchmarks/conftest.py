"""What the pytest-benchmark suites share: one small corpus of the built-in word model, and both kernels.

``pytest benchmarks --benchmark-only`` (see README.md). ``tests/`` never collects this folder.
"""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import corpora  # noqa: E402 - the folder is no package
from dedupe import _kernels  # noqa: E402
from dedupe.errors import MissingExtraError  # noqa: E402

DOCUMENTS = 200


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """Return 200 documents of about 450 words, four in ten of them copies."""
    made = corpora.make(DOCUMENTS, seed=1, sentences=corpora.WordModel(2))
    return [corpora.text_of(document.words) for _, document in made]


@pytest.fixture(params=["native", "numpy"])
def kernel(request: pytest.FixtureRequest) -> _kernels.Kernel:
    """Return each kernel in turn; the native one is skipped, with the reason, where it was not built."""
    try:
        return _kernels.load(request.param)
    except MissingExtraError as error:
        pytest.skip(str(error))
