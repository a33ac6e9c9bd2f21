"""In which order and in which blocks candidates are measured: by what is read once, never by what comes out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.config import Config
from dedupe.engine import measuring
from dedupe.engine.bodies import Bodies
from dedupe.records import Body, Span
from dedupe.sketch.candidates import Candidates
from stories import story

LIMITS = measuring.limits_of(Config(), 0.5)


def bodies_of(count):
    bodies = Bodies()
    for number in range(count):
        text = story(number)
        bodies.append(Body(id=number, original=text, kept=(Span(0, len(text)),)))
    return bodies


def candidates_of(pairs):
    pairs = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return Candidates(pairs=pairs, channels=np.ones(len(pairs), dtype=np.uint8))


def blocks_of(pairs, count):
    return list(measuring.measure_blocks(candidates_of(pairs), bodies_of(count), LIMITS))


numbered = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]), max_size=30)


@given(numbered, st.integers(1, 9))
def test_every_pair_is_in_one_block_of_limited_size_and_names_its_bodies(pairs, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "BLOCK_PAIRS", most)
        blocks = blocks_of(pairs, 10)
    assert sorted(number for block in blocks for number in block.numbers.tolist()) == [*range(len(pairs))]
    ordered = sorted(pairs)
    for block in blocks:
        assert 0 < len(block.numbers) <= most
        assert block.pairs.tolist() == [list(ordered[number]) for number in block.numbers.tolist()]
        assert block.positions[block.places].tolist() == block.pairs.tolist()
        assert block.positions.tolist() == sorted(set(block.pairs.ravel().tolist()))


def test_pairs_of_one_crowd_stand_together_however_the_crowds_lie():
    crowds = [range(start, 40, 4) for start in range(4)]
    pairs = [(crowd[0], other) for crowd in crowds for other in crowd[1:]]
    pairs += [(crowd[3], other) for crowd in crowds for other in crowd[4:]]
    (block,) = blocks_of(pairs, 40)
    of_pairs = (block.pairs[:, 0] % 4).tolist()
    assert of_pairs == sorted(of_pairs)
