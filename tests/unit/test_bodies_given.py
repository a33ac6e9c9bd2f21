"""Bodies that were extracted before, as documents of a run: the answer is that of the pages they were made of."""

import pytest

import dedupe
from commands import OTHER, STORY

PAGES = [
    dedupe.Document(
        id="a", html=f"<html><body><article><p>{STORY}</p></article></body></html>", url="https://x.example/"
    ),
    dedupe.Document(id="b", text=f"Menu\nHome\n\n{STORY}"),
    dedupe.Document(id="c", text=OTHER),
]


@pytest.mark.parametrize("preset", ["balanced", "corpus"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_body_is_taken_as_it_is(preset, jobs):
    config = dedupe.Config.preset(preset)
    bodies = [dedupe.extract(page, config=config) for page in PAGES]
    pages = dedupe.cluster(PAGES, config=config)
    assert dedupe.cluster(bodies, config=config, jobs=jobs).to_json() == pages.to_json()
    mixed = [bodies[0], PAGES[1], bodies[2]]
    assert dedupe.cluster(mixed, config=config, jobs=jobs).to_json() == pages.to_json()


def test_a_body_with_an_id_that_came_before_is_refused():
    body = dedupe.extract(PAGES[0])
    with pytest.raises(dedupe.DuplicateIdError, match="'a'"):
        dedupe.cluster([body, body])
    assert len(dedupe.cluster([body, body], duplicate_ids="skip").skipped) == 1
