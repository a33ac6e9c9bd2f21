"""The answer belongs to the documents: not to their order, nor to when or how often somebody asks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedupe
from stories import chrome, in_chrome, sentences, story

BODIES = [story(seed, 3) for seed in range(400, 405)]
PIECES = [*BODIES, in_chrome(BODIES[0], 1, "after"), BODIES[1] + "\n\n" + BODIES[2], BODIES[3][: len(BODIES[3]) // 2]]


def answer(documents):
    result = dedupe.cluster(documents)
    return result.clusters, result.pairs, result.links, result.skipped, result.independent_origins


@given(st.permutations(list(enumerate(PIECES))))
@settings(max_examples=12, deadline=None)
def test_order_of_input_does_not_matter(documents):
    assert answer(documents) == answer(sorted(documents))


@given(st.lists(st.sampled_from(PIECES), max_size=8))
@settings(max_examples=12, deadline=None)
def test_clusters_are_a_partition_of_the_used_documents(texts):
    result = dedupe.cluster(enumerate(texts))
    members = [member for cluster in result.clusters for member in cluster.members]
    assert sorted(members) == sorted(body.id for body in result.documents)
    assert result.seen == len(texts)


def test_one_id_twice_is_refused_with_both_places_named():
    with pytest.raises(dedupe.DuplicateIdError, match=r"document 1 .*document 3"):
        dedupe.cluster([("x", story(1)), ("y", story(2)), ("x", story(3))])


def test_one_id_twice_can_be_skipped_and_is_then_counted_whichever_came_first():
    documents = [("x", story(1)), ("y", story(2)), ("x", story(3))]
    there = dedupe.cluster(documents, duplicate_ids="skip")
    back = dedupe.cluster(reversed(documents), duplicate_ids="skip")
    assert there.skipped == back.skipped
    assert [body.original for body in there.documents] == [body.original for body in back.documents]
    assert there.seen == 3
    assert there.skipped[0].failed


@pytest.mark.parametrize("config", ["strict", {"threshold": 0.9}, dedupe.Config])
def test_what_is_no_configuration_is_refused_with_what_to_give(tmp_path, config):
    asked = (
        lambda: dedupe.cluster([], config=config),
        lambda: dedupe.compare("one", "two", config=config),
        lambda: dedupe.extract("one", config=config),
        lambda: dedupe.Index(tmp_path / "x.dedupe", config=config).close(),
    )
    for ask in asked:
        with pytest.raises(dedupe.ConfigError, match=r"must be a dedupe\.Config"):
            ask()


@pytest.mark.parametrize("name", ["wording", "copies_only", "origins", "clean"])
def test_a_switch_takes_nothing_but_true_and_false(name):
    for value in ("no", 0, None):
        with pytest.raises(dedupe.ConfigError, match=f"{name} must be True or False"):
            dedupe.Config(**{name: value})


def test_a_way_with_duplicate_ids_that_there_is_not_is_refused():
    with pytest.raises(dedupe.ConfigError, match="'raise' or 'skip', not 'drop'"):
        dedupe.cluster([("a", "x")], duplicate_ids="drop")


def test_numbers_and_strings_may_be_ids_together_and_come_out_as_they_went_in():
    result = dedupe.cluster([(7, story(5)), ("7", story(5)), (2**70, story(5))])
    assert result.clusters[0].members == (7, 2**70, "7")


def test_a_new_threshold_is_a_new_answer_and_the_old_one_stays():
    lines = sentences(500, 24)
    documents = [("a", " ".join(lines)), ("b", " ".join(lines[:18] + sentences(501, 6)))]
    loose = dedupe.cluster(documents, config=dedupe.Config(threshold=0.7, max_residual=0.35))
    tight = dedupe.cluster(documents, config=dedupe.Config(threshold=0.95))
    assert len(loose.clusters) == 1
    assert len(tight.clusters) == 2


def test_a_result_answers_questions_about_any_pair():
    result = dedupe.cluster(enumerate(BODIES))
    assert result.pair(3, 1).relation.text == "none"
    assert result.cluster_of(2).members == (2,)
    with pytest.raises(dedupe.InputError, match="no document has the id"):
        result.body("nobody")
    with pytest.raises(dedupe.InputError, match="two different documents"):
        result.pair(1, 1)


def test_a_skipped_document_says_why_when_asked_for():
    result = dedupe.cluster([("blank", " "), ("x", story(1))])
    with pytest.raises(dedupe.InputError, match=r"skipped.*no text"):
        result.body("blank")


def test_closest_calls_are_sorted_by_how_close_they_were():
    documents = [("whole", story(600, 10)), ("part", story(600, 8)), ("noise", chrome(1, 50))]
    margins = [abs(pair.relation.value - pair.relation.limit) for pair in dedupe.cluster(documents).closest_calls(5)]
    assert margins == sorted(margins)


def test_progress_is_told_and_changes_nothing():
    told = []
    quiet = dedupe.cluster(enumerate(PIECES))
    watched = dedupe.cluster(enumerate(PIECES), progress=lambda *step: told.append(step))
    assert watched == quiet
    assert {stage for stage, _, _ in told} == {"reading", "sketching", "measuring", "comparing"}
