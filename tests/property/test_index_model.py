"""Whatever is done to an index, in whatever order: it holds what a dictionary holds, and answers what brute force finds."""

import contextlib
import datetime as dt
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import dedupe
from dedupe import Document, Index
from dedupe.engine.index import merging, opened, tables

NAMES = ("Anna", "Boris", "Clara", "David", "Elena", "Frank")
THINGS = ("a red boat", "two old houses", "her box of letters", "the last train", "a field of maize", "his ladder")


def story(seed):
    """A text of its own: no two stories share eight words in a row."""
    return " ".join(
        f"{NAMES[(seed + n) % 6]}{seed} {verb} {THINGS[(seed * 5 + n) % 6]} number {seed * 31 + n}."
        for n, verb in enumerate(("saw", "sold", "sent", "lost", "kept", "hid"))
    )


TEXTS = [
    text
    for seed in range(5)
    for text in (story(seed), story(seed).upper(), f"{story(seed)} Seen again.", f"So it was. {story(seed)} And over.")
]
TEXTS += ["Too short.", "", f"{story(0)}\n{story(1)}\n{story(2)}", f"{story(3)}\n{story(4)}\n{story(7)}"]

ids = st.integers(0, 7)
texts = st.sampled_from(TEXTS)


class IndexModel(RuleBasedStateMachine):
    """An index beside a dictionary of what was added last under each id."""

    @initialize(bodies=st.booleans())
    def begin(self, bodies):
        """Open a new index in which segments and merges are an everyday thing."""
        self.stack = contextlib.ExitStack()
        self.before = tables.TAIL_POSTINGS, merging.FAN, opened._MERGE_EVERY
        tables.TAIL_POSTINGS, merging.FAN, opened._MERGE_EVERY = 60, 2, 2
        memory = next((place for place in ("/dev/shm",) if os.access(place, os.W_OK)), None)  # spares the disk
        self.path = Path(self.stack.enter_context(tempfile.TemporaryDirectory(dir=memory))) / "model.dedupe"
        self.index = Index(self.path, keep_bodies=bodies)
        self.model = {}
        self.answers = {}

    def teardown(self):
        """Close, and put the limits back."""
        if hasattr(self, "index"):
            self.index.close()
            self.stack.close()
            tables.TAIL_POSTINGS, merging.FAN, opened._MERGE_EVERY = self.before

    @rule(document_id=ids, text=texts)
    def add(self, document_id, text):
        """Add a document, and again: the second answer is the first."""
        known = self.model.get(document_id)
        decision = self.index.add((document_id, text))
        self.judge(document_id, text, decision, repeated=known == text)
        if text:
            self.model[document_id] = text
        assert self.index.add((document_id, text)).action == decision.action

    @rule(batch=st.lists(st.tuples(ids, texts), max_size=5, unique_by=lambda entry: entry[0]))
    def add_many(self, batch):
        """Add several at once."""
        self.index.add_many(batch)
        self.model.update({document_id: text for document_id, text in batch if text})

    @rule(document_id=ids, text=texts)
    def check(self, document_id, text):
        """Ask without adding."""
        decision = self.index.check((document_id, text))
        self.judge(document_id, text, decision, repeated=self.model.get(document_id) == text)

    @rule(document_id=ids)
    def forget(self, document_id):
        """Take a document out, if it is in."""
        assert self.index.forget(document_id) is (document_id in self.model)
        self.model.pop(document_id, None)

    @rule()
    def reopen(self):
        """Close and open again."""
        self.index.close()
        self.index = Index(self.path)

    @rule()
    def expire_nothing(self):
        """Nothing is older than the index."""
        assert self.index.expire(dt.datetime(2001, 1, 1, tzinfo=dt.UTC)) == 0

    @precondition(lambda self: len(self.model) > 5)
    @rule()
    def expire_everything(self):
        """Everything is older than tomorrow."""
        assert self.index.expire(dt.datetime.now(dt.UTC) + dt.timedelta(days=1)) == len(self.model)
        self.model.clear()

    @rule()
    def verify(self):
        """Find nothing damaged."""
        assert self.index.verify() == ()
        assert self.index.uncovered() == 0

    @rule()
    def compact(self):
        """Put the tables into one piece."""
        self.index.compact()

    @rule()
    def recluster(self):
        """Group anew; nothing changes, for all parts are small."""
        assert self.index.recluster() == 0

    def judge(self, document_id, text, decision, *, repeated):
        """Hold an answer against comparing with everything."""
        if repeated or not hasattr(self, "model"):
            return
        others = [Document(id=name, text=kept) for name, kept in self.model.items()]
        if not text or len(text.split()) < 10:
            assert decision.action == "too_short"
            return
        mine = Document(id="mine", text=text)
        same = {
            other.id
            for other in others
            if len(other.text.split()) >= 10
            and dedupe.compare(mine, other).relation.text in {"identical", "near_identical", "abridged"}
        }
        if decision.action in {"exact", "near", "revision"}:
            assert decision.duplicate_of in same
        elif not any("\n" in each for each in (text, *self.model.values())):  # a round-up changes what a pair is
            assert not same

    @invariant()
    def it_holds_what_the_dictionary_holds(self):
        """Ids, number, and the partition of the batch engine."""
        if not hasattr(self, "model"):
            return
        assert len(self.index) == len(self.model)
        assert all((document_id in self.index) is (document_id in self.model) for document_id in range(8))
        found = {frozenset(cluster.members) for cluster in self.index.clusters()}
        documents = [Document(id=name, text=text) for name, text in self.model.items()]
        assert found == {frozenset(cluster.members) for cluster in dedupe.cluster(documents).clusters}


IndexModel.TestCase.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
test_an_index_holds_what_a_dictionary_holds = IndexModel.TestCase


class LongIndexModel(IndexModel):
    """The same, for longer."""


LongIndexModel.TestCase.settings = settings(
    max_examples=400, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
test_an_index_holds_it_for_long = pytest.mark.soak(pytest.mark.timeout(1_800)(LongIndexModel.TestCase))
