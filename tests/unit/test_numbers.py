"""Which item an id came with: told from what came one by one and from what came many at a time."""

from hypothesis import given
from hypothesis import strategies as st

from dedupe.engine.numbers import Numbers

ids = st.integers(0, 12) | st.sampled_from("abcdef")
steps = st.lists(ids | st.lists(ids, max_size=4), max_size=12)


@given(steps)
def test_an_id_is_known_by_the_first_item_it_came_with(steps):
    numbers, truth, number = Numbers(), {}, 0
    for step in steps:
        if isinstance(step, list):
            are_new = len(set(step)) == len(step) and truth.keys().isdisjoint(step)
            places = [number + place for place in range(len(step))]
            assert numbers.add_all(step, places) == are_new
            if are_new:
                truth.update(zip(step, places, strict=True))
            number += len(step)
        else:
            assert numbers.add(step, number) == truth.setdefault(step, number)
            number += 1
    for known, place in truth.items():
        assert numbers.add(known, -1) == place
