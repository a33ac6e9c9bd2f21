"""Kernel functions: shapes, dtypes, edges; and the choice of a kernel."""

import importlib.util
import subprocess
import sys
import types

import numpy as np
import pytest
import xxhash

from dedupe import _kernels
from dedupe.errors import ConfigError, MissingExtraError
from dedupe.sketch.minhash import permutations
from scripts import SENTENCES

A, B = permutations(64, 1)


def run(kernel, texts, **changes):
    parameters = {"shingle_size": 5, "a": A, "b": B, "fingerprint_tokens": 13, "fingerprint_window": 8}
    return kernel.sketch(texts, **(parameters | changes))


def test_a_sketch_has_the_documented_shapes_and_dtypes(kernel):
    made = run(kernel, list(SENTENCES.values()))
    count = len(SENTENCES)
    assert (made.signatures.shape, made.signatures.dtype.name) == ((count, 64), "uint32")
    assert (made.has_signature.shape, made.has_signature.dtype.name) == ((count,), "bool")
    assert (made.token_counts.shape, made.token_counts.dtype.name) == ((count,), "uint32")
    assert (made.body_hashes.shape, made.body_hashes.dtype.name) == ((count,), "uint64")
    assert made.fingerprints.dtype.name == "uint64"
    assert (made.fingerprint_offsets.shape, made.fingerprint_offsets.dtype.name) == ((count + 1,), "int64")
    assert made.fingerprint_offsets[-1] == len(made.fingerprints)


def test_a_sketch_of_nothing_is_empty(kernel):
    made = run(kernel, [])
    assert made.signatures.shape == (0, 64)
    assert made.fingerprint_offsets.tolist() == [0]


def test_a_text_without_words_is_told_by_its_counts(kernel):
    made = run(kernel, ["", "?!", "one"])
    assert made.token_counts.tolist() == [0, 0, 1]
    assert made.body_hashes[0] == made.body_hashes[1] == xxhash.xxh3_64_intdigest(b"")
    assert made.body_hashes[2] == xxhash.xxh3_64_intdigest(b"one")
    assert made.fingerprint_offsets.tolist() == [0, 0, 0, 0]


def test_body_hashes_ignore_layout_and_typography(kernel):
    plain, typeset = run(kernel, ["It's a fine day, he said", "“It’s a ﬁne\u00a0day”\n — he SAID"]).body_hashes
    assert plain == typeset == xxhash.xxh3_64_intdigest(b"it s a fine day he said")


def test_token_hashes_are_xxh3_of_utf8(kernel):
    hashes, _, _ = kernel.tokenize("Été 東")
    assert hashes.tolist() == [xxhash.xxh3_64_intdigest(word.encode()) for word in ("été", "東")]


def test_fingerprints_are_window_minima(kernel):
    text = " ".join(f"w{number % 50}" for number in range(300))
    everything = run(kernel, [text], fingerprint_tokens=4, fingerprint_window=1).fingerprints
    kept = run(kernel, [text], fingerprint_tokens=4, fingerprint_window=8).fingerprints
    assert set(kept.tolist()) < set(everything.tolist())
    assert len(everything) == 50
    assert everything.tolist() == sorted(set(everything.tolist()))


def test_a_text_shorter_than_a_window_gives_its_minimum(kernel):
    text = "one two three four five six"
    everything = run(kernel, [text], fingerprint_tokens=4, fingerprint_window=1).fingerprints
    kept = run(kernel, [text], fingerprint_tokens=4, fingerprint_window=8).fingerprints
    assert kept.tolist() == [min(everything.tolist())]
    assert len(run(kernel, ["one two three"], fingerprint_tokens=4).fingerprints) == 0


def test_a_shared_passage_always_shares_a_fingerprint(kernel):
    passage = " ".join(f"shared{number}" for number in range(13 + 8 - 1))
    texts = [" ".join(f"{name}{number}" for number in range(70)) + f" {passage} end" for name in "abc"]
    made = run(kernel, texts)
    rows = [
        set(made.fingerprints[start:end])
        for start, end in zip(made.fingerprint_offsets, made.fingerprint_offsets[1:], strict=False)
    ]
    assert rows[0] & rows[1]
    assert rows[1] & rows[2]


def test_threads_change_nothing(kernel):
    texts = list(SENTENCES.values()) * 3
    for one, two in zip(run(kernel, texts), run(kernel, texts, threads=3), strict=True):
        np.testing.assert_array_equal(one, two)


def test_band_keys_depend_on_slots_and_on_the_band(kernel):
    signatures = np.array([[1, 2, 1, 2], [1, 2, 9, 9]], dtype=np.uint32)
    keys = kernel.band_keys(signatures, 2, 2)
    assert (keys.shape, keys.dtype.name) == ((2, 2), "uint64")
    assert keys[0, 0] == keys[1, 0]
    assert keys[0, 1] != keys[1, 1]
    assert keys[0, 0] != keys[0, 1]
    assert kernel.band_keys(signatures[:0], 2, 2).shape == (0, 2)


def test_more_bands_than_slots_are_refused(kernel):
    with pytest.raises(ValueError, match="4 slots"):
        kernel.band_keys(np.zeros((1, 4), dtype=np.uint32), 3, 2)


def test_intersections_are_counted(kernel):
    x = np.array([1, 5, 9, 2**64 - 1], dtype=np.uint64)
    assert kernel.intersection_size(x, np.array([5, 7, 2**64 - 1], dtype=np.uint64)) == 2
    assert kernel.intersection_size(x, x[:0]) == 0


@pytest.mark.parametrize(
    "changes", [{"shingle_size": 0}, {"fingerprint_tokens": 0}, {"fingerprint_window": 0}, {"threads": 0}]
)
def test_parameters_below_one_are_refused_by_name(kernel, changes):
    with pytest.raises(ValueError, match=next(iter(changes))):
        run(kernel, ["one"], **changes)


def test_multipliers_and_offsets_of_unequal_length_are_refused(kernel):
    with pytest.raises(ValueError, match="a has 64 slots, b has 63"):
        run(kernel, ["one"], b=B[:63])


def test_what_is_no_text_is_refused_with_its_place(kernel):
    with pytest.raises(TypeError, match="text 1 is bytes"):
        run(kernel, ["one", b"two"])


def test_an_unknown_kernel_is_refused():
    with pytest.raises(ConfigError, match="'native' or 'numpy', not 'rust'"):
        _kernels.load("rust")


def test_a_missing_native_kernel_is_an_error_when_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "dedupe._kernels._native_kernel", None)
    with pytest.raises(MissingExtraError, match="DEDUPE_KERNEL=native"):
        _kernels.load("native")
    assert _kernels.load(None).name == "numpy"


def test_a_stale_native_build_is_not_used(monkeypatch):
    stale = types.ModuleType("dedupe._kernels._native")
    monkeypatch.setitem(sys.modules, "dedupe._kernels._native", stale)
    monkeypatch.setattr(_kernels, "_native", stale, raising=False)
    monkeypatch.delitem(sys.modules, "dedupe._kernels._native_lines", raising=False)
    monkeypatch.delitem(sys.modules, "dedupe._kernels._native_kernel", raising=False)
    assert _kernels.load(None).name == "numpy"
    with pytest.raises(MissingExtraError) as raised:
        _kernels.load("native")
    assert "built from other sources" in str(raised.value.__cause__)


@pytest.mark.parametrize("wanted", ["numpy", ""])
def test_the_environment_chooses(wanted, monkeypatch):
    monkeypatch.setenv("DEDUPE_KERNEL", wanted)
    told = subprocess.run(
        [sys.executable, "-c", "from dedupe import _kernels; print(_kernels.name)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    native = importlib.util.find_spec("dedupe._kernels._native") is not None
    assert told == ("native" if native and not wanted else "numpy")
