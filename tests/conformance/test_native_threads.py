"""Threads of the native kernel that meet characters for the first time at once: the same answers as one after another."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("dedupe._kernels._native", reason="the native kernel is not built")

CROWD = """
import sys, threading
sys.setswitchinterval(1e-6)
from dedupe._kernels import _native_kernel, _numpy
from scripts import BLOCKS, SENTENCES, noise
texts = list(SENTENCES.values()) + [noise(block, 5) for block in BLOCKS]
answers = [None] * 8
ready = threading.Barrier(8)
def work(place):
    ready.wait()
    answers[place] = [[values.tolist() for values in _native_kernel.tokenize(text)] for text in texts[place:] + texts[:place]]
threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
for place, answer in enumerate(answers):
    assert answer == [[values.tolist() for values in _numpy.tokenize(text)] for text in texts[place:] + texts[:place]]
print("equal")
"""


CREW = """
import numpy as np
from dedupe._kernels import _native_kernel, _numpy
from dedupe.sketch.minhash import permutations
from scripts import many_texts
texts = list(many_texts(40))
a, b = permutations(16, 1)
recipe = dict(a=a, b=b, shingle_size=3, fingerprint_tokens=5, fingerprint_window=4, bags=True)
many = _native_kernel.sketch(texts, threads=5, **recipe)
assert all(np.array_equal(one, other) for one, other in zip(many, _numpy.sketch(texts, **recipe), strict=True))
print("equal")
"""


@pytest.mark.parametrize("script", [CROWD, CREW])
def test_threads_that_learn_at_once_do_not_disturb_each_other(script):
    """In a process of its own, where no page and no chunk is known yet."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "equal", done.stderr
