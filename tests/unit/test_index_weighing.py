"""What an index leaves out of a comparison changes no answer: neither what is measured, nor what is in memory."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import Document, Index, _kernels
from dedupe.engine.index import decide, weighing
from dedupe.engine.index.rows import Tie
from dedupe.records import MERGING, Relation, Sides, Span
from dedupe.verify import compare
from dedupe.verify.compare import Judged
from stories import DAM, FERRY, noisy, story

native = pytest.mark.skipif(_kernels.name != "native", reason="without the native kernel every pair is compared whole")


def documents():
    """Stories with copies that are cut, damaged, mixed, quoted and put among lists, each on a page of its own."""
    rng = random.Random(3)
    made = []
    for seed in range(12):
        body = story(seed, paragraphs=6).split("\n\n")
        versions = [
            body,
            body[: rng.randint(2, 5)],
            [noisy(body[0], 0.04, seed), *body[1:]],
            [*body[:3], *story(100 + seed, paragraphs=4).split("\n\n")],
            [f"“{body[2]}”", *story(200 + seed, paragraphs=5).split("\n\n")],
            [*body[3:], *body[:3]],
            [f"“{body[1]} {body[2]}”", story((seed + 2) % 12, 6).split("\n\n")[4], *story(300 + seed, 5).split("\n\n")],
            [*body, *story((seed + 1) % 12, paragraphs=6).split("\n\n")],
        ]
        for number, paragraphs in enumerate(versions):
            made.append(
                Document(
                    id=f"{seed}-{number}",
                    text="\n\n".join(paragraphs),
                    url=f"https://{'one' if number % 3 else f'site{seed}'}.example/{seed}/{number}",
                    title=f"Report {seed} {number // 2}",
                    clean=number % 2 == 0,
                )
            )
    rng.shuffle(made)
    return made


def answered(path, *, reopen=0):
    """All answers and clusters, the time aside."""
    everything = documents()
    decisions = []
    for begin in range(0, len(everything), reopen or len(everything)):
        with Index(path) as index:
            decisions += index.add_many(everything[begin : begin + (reopen or len(everything))])
    with Index(path) as index:
        assert index.verify() == ()
        return [
            {name: getattr(each, name) for name in each.__slots__ if name != "seen_at"} for each in decisions
        ], index.clusters()


@native
def test_what_is_measured_is_answered_as_if_compared_in_full(path, monkeypatch):
    measured = answered(path)
    with monkeypatch.context() as patch:
        patch.setattr(
            "dedupe.engine.index.finding.weigh",
            lambda _, others, *__: [weighing.Weighed.whole(row, compare) for row, _, compare in others],
        )
        patch.setattr(
            "dedupe.engine.index.graph.weigh",
            lambda _, others, *__: [weighing.Weighed.whole(row, compare) for row, _, compare in others],
        )
        assert answered(path.with_name("whole")) == measured
    assert {each["action"] for each in measured[0]} >= {"new", "near", "shares_passages", "contained", "revision"}


@native
def test_most_candidates_are_not_compared_in_full(path, monkeypatch):
    compared, weighed = [], []
    judge, weigh = compare.judge, weighing.weigh
    monkeypatch.setattr("dedupe.engine.index.weighing.judge", lambda *given: compared.append(1) or judge(*given))
    monkeypatch.setattr(
        "dedupe.engine.index.finding.weigh",
        lambda body, others, *rest: weighed.extend(others) or weigh(body, others, *rest),
    )
    with Index(path) as index:
        index.add_many(Document(id=n, text=noisy(story(1), 0.002, n), clean=True) for n in range(30))
    assert len(weighed) > 200
    assert len(compared) < len(weighed) / 20


def test_answers_do_not_depend_on_what_is_in_memory(path):
    assert answered(path, reopen=5) == answered(path.with_name("other"))


@pytest.mark.parametrize("seed", range(3))
def test_two_that_write_in_turns_answer_as_one_does(path, seed):
    """What each keeps in memory is given up where the other has changed it: rows, ties, clusters."""

    def told(first, second):
        rng = random.Random(seed)
        answers = []
        for document in documents():
            index = rng.choice([first, second])
            answers.append(index.add(document))
            if rng.random() < 0.1:
                rng.choice([first, second]).forget(rng.choice(answers).id)
        assert [first.get(each.id) for each in answers] == [second.get(each.id) for each in answers]
        names = [name for name in answers[0].__slots__ if name != "seen_at"]
        return [[getattr(each, name) for name in names] for each in answers], first.clusters()

    with Index(path) as one, Index(path) as two, Index(path.with_name("alone")) as alone:
        expected = told(alone, alone)
        assert told(one, two) == expected
        assert alone.recluster() == one.recluster() == 0


@pytest.mark.parametrize("others_first", [True, False])
def test_what_another_process_forgets_is_no_candidate_any_more(path, others_first):
    with Index(path) as one, Index(path) as two:
        one.add_many([("a", DAM), ("b", DAM + " Schools stay closed."), ("c", FERRY)])
        (two if others_first else one).forget("a")
        assert one.add(("d", DAM + " Roads are closed.")).duplicate_of == "b"
        assert two.add(("e", DAM + " Roads are shut.")).duplicate_of in {"b", "d"}
        two.forget("b")
        two.forget("d")
        assert one.add(("f", DAM)).duplicate_of == "e"


def test_verifying_reads_the_disk_and_not_what_is_in_memory(path, monkeypatch):
    monkeypatch.setattr("dedupe.engine.index.tables.TAIL_POSTINGS", 500)
    with Index(path) as index:
        index.add_many(Document(id=n, text=story(n), clean=True) for n in range(20))
        assert index.check(("x", story(3))).duplicate_of == 3
        assert index.verify() == ()
        connection = index._opened.store.connection
        ((number, data),) = connection.execute("SELECT number, data FROM blocks ORDER BY number LIMIT 1").fetchall()
        connection.execute("UPDATE blocks SET data = ? WHERE number = ?", (data[:40] + b"!" + data[41:], number))
        assert any("block 0" in damage for damage in index.verify())


RELATIONS = ("identical", "near_identical", "abridged", "contained", "reordered")
UNSAID = ("partial", "partial", "quotes_only", "none")


class Pair:
    """A pair that is only so far known as its counts say."""

    def __init__(self, row, text, editorial, similarity):
        relation = Relation(text=text, editorial=editorial, confidence="high", why="")
        self.told = Judged(row, relation, similarity, Sides(0.9, 0.2), Span(0, 0), Span(0, 0))
        honest = decide.tie_of(row, self.told)
        self.weighed = weighing.Weighed(row, honest, self, judged=True)
        if text not in MERGING | {"contained", "reordered"}:
            unsaid = Tie(row, "none", "unknown", similarity, 0.9, 0.2, (0, 0), (0, 0))
            self.weighed = weighing.Weighed(row, unsaid, self, judged=False)

    def judged(self):
        return self.told


EDITORIALS = st.sampled_from(("unknown", "revision"))
SIMILARITIES = st.sampled_from((0.1, 0.2, 0.5, 0.9))


@settings(max_examples=400)
@given(
    st.sampled_from((UNSAID, UNSAID + RELATIONS)).flatmap(
        lambda relations: st.lists(st.tuples(st.sampled_from(relations), EDITORIALS, SIMILARITIES), max_size=6)
    )
)
def test_the_one_chosen_is_the_one_that_comparing_all_would_choose(given_pairs):
    pairs = [Pair(row, *each) for row, each in enumerate(given_pairs, 1)]
    everything = [decide.Verified.of(pair.told.b, pair.told) for pair in pairs]
    best = min(everything, key=lambda each: (decide.RANK[each.action], -each.similarity, each.row), default=None)
    assert weighing.choose([pair.weighed for pair in pairs], {}) == best
