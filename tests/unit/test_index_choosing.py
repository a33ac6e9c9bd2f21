"""What a document is compared with: the rows that may be one text first, then a few that may share a passage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe import Config, Document, Index
from dedupe._kernels import Tallied
from dedupe.engine.index import candidates
from dedupe.engine.index.candidates import Nomination, Nominations
from dedupe.engine.index.choosing import choose_within
from stories import noisy, story

CONFIG = Config()

row = st.tuples(
    st.integers(1, 40), st.integers(0, 1), st.integers(0, 30), st.integers(0, 1), st.sampled_from([0, 0.5, 2])
)
documents = st.lists(
    st.tuples(st.integers(0, 400), st.lists(row, max_size=12, unique_by=lambda each: each[0])), max_size=6
)


class Shelf:
    """Forty-one rows: every seventh is there no more, and every fifth has an heir."""

    config = CONFIG
    tokens = np.arange(0, 41 * 10, 10)

    def learn(self, _):
        return self

    @staticmethod
    def standing(rows):
        return np.where(rows % 7 == 0, 0, np.where(rows % 5 == 0, rows + 100, rows))


def nominations_of(rows):
    """The rows as they come from the tally."""
    counts = np.array([each[:4] for each in rows], dtype=np.int64).reshape(-1, 4)
    return Nominations(Tallied(counts, np.array([each[4] for each in rows], dtype=np.float64)))


def may_be_one_text(nomination, tokens):
    """Whether two bodies share a band or a key of their page, or a fifth of the fingerprints expected of the shorter."""
    expected = 2 * max(0, tokens - (CONFIG.fingerprint_tokens - 1)) / (CONFIG.fingerprint_window + 1)
    return bool(nomination.bands or nomination.keys or nomination.fingerprints >= 0.2 * expected)


def chosen_slowly(budget, tokens, rows):
    """The same for one document, row by row."""
    whole, passing = [], []
    for *counts, rarity in rows:
        nomination = Nomination(*counts)
        (stands,) = Shelf.standing(np.array([nomination.row])).tolist()
        if stands:
            alike = may_be_one_text(nomination, min(tokens, int(Shelf.tokens[nomination.row])))
            (whole if alike else passing).append((nomination, stands, rarity))
    passing.sort(key=lambda each: -each[2])
    taken = whole[:budget] + passing[: max(1, budget // 4)]
    return [each[:2] for each in taken], len(whole) + len(passing) - len(taken)


@given(documents, st.integers(1, 9))
def test_what_is_chosen_together_is_what_is_chosen_one_by_one(given_, budget):
    tokens, rows = [each[0] for each in given_], [each[1] for each in given_]
    made = choose_within(budget, tokens, [nominations_of(each) for each in rows], Shelf())
    assert made == [chosen_slowly(budget, *each) for each in given_]


@pytest.mark.parametrize("shared", [{}, {"bands": 1}, {"fingerprints": 3, "keys": 1}, {"bands": 2, "fingerprints": 1}])
def test_a_nomination_names_the_channels_that_share_something(shared):
    names = {"bands": "lsh", "fingerprints": "fingerprint", "keys": "key"}
    assert Nomination(7, **shared).channels == tuple(names[each] for each in names if each in shared)


def test_who_stands_for_a_crowd_is_not_worked_out_again_for_every_document_of_it(path, monkeypatch):
    config = CONFIG.replace(bucket_cap=2, fingerprint_max_documents=2)
    asked, centre = [], candidates._centre

    def counted(key, rows, shelf, centres):
        known = centres.get(key)
        found = centre(key, rows, shelf, centres)
        asked.append(centres[key] is known)
        return found

    with Index(path, config) as index:
        index.add_many(Document(id=n, text=noisy(story(1, paragraphs=3), 0.01, n), clean=True) for n in range(12))
        monkeypatch.setattr(candidates, "_centre", counted)
        for number in range(12, 16):  # the same keys, at other places among those of each document
            text = story(number, paragraphs=1) + "\n\n" + story(1, paragraphs=3)
            index.add(Document(id=number, text=text, clean=True))
    assert sum(asked) > len(asked) / 2 > 10
