"""Keys that many documents hold: what stands for the crowd is the same whatever was forgotten, and by whom."""

import random

import pytest

from dedupe import Config, Document, Index
from stories import noisy, story

CROWDED = Config().replace(bucket_cap=2, fingerprint_max_documents=2)


def version(number, name):
    return Document(id=name, text=noisy(story(1, paragraphs=3), 0.01, number), clean=True)


def said(decisions):
    """What was answered, without when."""
    return [[getattr(each, field) for field in each.__slots__ if field != "seen_at"] for each in decisions]


def steps(seed, count=40):
    """Documents to add, and ids to forget."""
    made, living = random.Random(seed), []
    for number in range(count):
        if living and made.random() < 0.45:
            yield "forget", living.pop(made.randrange(len(living)))
        else:
            living.append(number)
            yield "add", number


@pytest.mark.parametrize("seed", range(4))
def test_what_one_handle_forgot_another_does_not_ask_for(tmp_path, seed):
    made = random.Random(seed)
    with Index(tmp_path / "i", CROWDED) as one, Index(tmp_path / "i", CROWDED) as other:
        for what, number in steps(seed):
            handle = made.choice((one, other))
            if what == "add":
                handle.add(version(number, number))
            else:
                handle.forget(number)
        assert one.verify() == ()


@pytest.mark.parametrize("seed", range(6))
def test_an_index_that_remembers_crowds_answers_as_one_that_was_just_opened(tmp_path, seed):
    answers = []
    with Index(tmp_path / "warm", CROWDED) as warm:
        for what, number in steps(seed):
            with Index(tmp_path / "cold", CROWDED) as cold:
                if what == "add":
                    answers.append([handle.add(version(number, number)) for handle in (warm, cold)])
                else:
                    assert warm.forget(number) == cold.forget(number)
    assert said(warm for warm, _ in answers) == said(cold for _, cold in answers)


@pytest.mark.parametrize("seed", range(3))
def test_ids_that_come_again_within_a_crowd_are_answered_as_one_by_one(tmp_path, seed):
    made = random.Random(seed)
    documents = [version(number, made.randrange(20)) for number in range(50)]
    with Index(tmp_path / "many", CROWDED) as many:
        together = many.add_many(documents)
    answers = []
    for document in documents:
        with Index(tmp_path / "one", CROWDED) as index:
            answers.append(index.add(document))
    assert said(together) == said(answers)


@pytest.mark.parametrize("replaced", range(3))
def test_a_document_that_takes_anothers_place_is_not_crowded_by_it(tmp_path, replaced):
    with Index(tmp_path / "one", CROWDED) as one, Index(tmp_path / "two", CROWDED) as two:
        for index in (one, two):
            index.add_many(version(number, number) for number in range(3))
        one.forget(replaced)
        for index in (one, two):
            index.add(version(9, replaced))
        assert one.stats().overflows == two.stats().overflows
        assert said([one.add(version(10, 10))]) == said([two.add(version(10, 10))])
