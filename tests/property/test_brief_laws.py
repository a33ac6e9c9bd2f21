"""What a list of documents says of clusters, without records, is what their records say."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.group.assembly import Assembly, Lookups
from dedupe.group.briefs import Briefs
from dedupe.group.grouped import Grouped
from dedupe.group.representative import Traits
from dedupe.group.verdicts import Edge
from dedupe.records import Origin
from verified import RELATIONS, columns_of, verified_corpora


def assert_briefs_agree(count, hashes, edges, lookups):
    """Hold briefs, asked for in any order, against the records; return which clusters needed theirs."""
    ids = [f"d{number:03}" for number in range(count)]
    made = []

    class Noted(Grouped):
        def cluster(self, number):
            made.append(number)
            return super().cluster(number)

    grouped = Noted(Assembly(ids, lookups), np.array(hashes, dtype=np.uint64), columns_of(edges))
    briefs = Briefs(grouped)
    for numbers in (np.arange(len(grouped))[::-2], grouped.homes):
        kinds, chosen = briefs.of(numbers)
        needed = [*made]
        records = [grouped.cluster(number) for number in numbers.tolist()]
        assert kinds == [record.kind for record in records]
        assert [ids[position] for position in chosen] == [record.representative for record in records]
        assert grouped.names(numbers) == [record.id for record in records]
        made[:] = needed
    return needed


@given(verified_corpora(), st.booleans(), st.integers(0, 5))
def test_briefs_say_what_records_say(corpus, asking, seed):
    count, truth, nominated = corpus

    def verify(a, b):
        return truth[min(a, b), max(a, b)]._replace(a=a, b=b)

    lookups = Lookups(
        verify=verify if asking else None, traits=lambda position: Traits(body_tokens=position * seed % 5)
    )
    edges = [truth[pair] for pair in nominated]
    assert_briefs_agree(count, [document * 7 % 4 for document in range(count)], edges, lookups)


@given(st.integers(0, 2**32), st.sampled_from([0, 3]), st.booleans())
def test_briefs_say_what_records_say_of_large_clusters_that_lack_a_few_pairs(seed, copies, twice):
    """Clusters as large as these are taken whole though some pairs were never compared; a record asks for those."""
    rng = random.Random(seed)
    texts = rng.randint(12, 25)
    bodies = [*range(texts), *(rng.randrange(texts) for _ in range(copies))]
    edges = [Edge(bodies[place], place, "identical") for place in range(texts, len(bodies))]
    for a in range(len(bodies)):
        for b in range(a):
            if bodies[a] != bodies[b] and rng.random() < 0.96:
                text = rng.choice(RELATIONS[1:2] * 200 + RELATIONS[2:3])
                edges += [Edge(b, a, text, "unknown", 0.9, 0.9)] * rng.choice([1, 1 + twice])

    def verify(a, b):
        return Edge(a, b, ["near_identical", "abridged"][(a + b) % 2], "unknown", 0.6, 0.9)

    lookups = Lookups(verify=verify, traits=lambda position: Traits(body_tokens=position * seed % 7))
    assert_briefs_agree(len(bodies), [5] * len(bodies), edges, lookups)


PAIR = Edge(0, 1, "near_identical", "unknown", 0.9, 0.9)
SIX = [PAIR._replace(a=a, b=b) for a in range(6) for b in range(a + 1, 6) if a != 4]


@pytest.mark.parametrize(
    ("edges", "kind"),
    [
        ([Edge(0, 1, "identical")], "identical"),
        ([PAIR], "near_identical"),
        ([PAIR._replace(text="abridged")], "abridged"),
        ([PAIR._replace(editorial="revision")], "version_chain"),
        ([PAIR, Edge(0, 2, "abridged"), Edge(1, 2, "near_identical", "revision")], "version_chain"),
        ([*SIX, Edge(4, 5, "none", "revision", 0.9, 0.9)], "near_identical"),
    ],
)
def test_the_loosest_pair_names_the_kind_and_no_record_is_made(edges, kind):
    count = 1 + max(edge.b for edge in edges)
    grouped = Grouped(Assembly(range(count), Lookups()), np.arange(count, dtype=np.uint64), columns_of(edges))
    assert Briefs(grouped).of(grouped.homes)[0] == [kind] * count
    assert assert_briefs_agree(count, range(count), edges, Lookups()) == []


def test_a_record_is_made_where_the_text_may_come_from_one_of_the_documents():
    lookups = Lookups(origin=lambda members: Origin(kind="document", document=f"d{members[-1]:03}"))
    assert assert_briefs_agree(3, [1, 2, 3], [PAIR], lookups) == [0]


def test_a_record_is_made_where_the_representative_was_not_compared_with_all():
    pairs = [(a, b) for a in range(30) for b in range(a + 1, 30) if (a, b) != (0, 9)]
    asked = []

    def verify(a, b):
        asked.append((a, b))
        return Edge(a, b, "abridged", "unknown", 0.6, 1.0)

    edges = [PAIR._replace(a=a, b=b) for a, b in pairs]
    assert set(assert_briefs_agree(30, range(30), edges, Lookups(verify=verify))) == {0}
    assert set(asked) == {(0, 9)}
