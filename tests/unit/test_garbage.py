"""The collector of garbage looks less often during a run, and as before afterwards."""

import gc

import pytest

import dedupe
from dedupe.engine.garbage import RARELY, rare_collections


@pytest.fixture(autouse=True)
def thresholds():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_it_looks_less_often_inside_and_as_before_outside():
    gc.set_threshold(700, 11, 12)
    with rare_collections():
        assert gc.get_threshold() == (RARELY, 11, 12)
        with rare_collections():
            assert gc.get_threshold() == (RARELY, 11, 12)
        assert gc.get_threshold() == (RARELY, 11, 12)
    assert gc.get_threshold() == (700, 11, 12)


@pytest.mark.parametrize("threshold", [0, RARELY + 1])
def test_one_that_is_off_or_looks_even_less_often_is_left_alone(threshold):
    gc.set_threshold(threshold, 10, 10)
    with rare_collections():
        assert gc.get_threshold() == (threshold, 10, 10)
    assert gc.get_threshold() == (threshold, 10, 10)


def test_a_run_that_fails_leaves_it_as_it_was():
    gc.set_threshold(701, 10, 10)
    with pytest.raises(dedupe.InputError):
        dedupe.cluster([object()])
    assert gc.get_threshold() == (701, 10, 10)
