"""Ids of an index: what they may be, retries, other words under an id, and what goes when one is forgotten."""

import pytest

import dedupe
from dedupe import Document, Index, InputError
from stories import DAM, FERRY, FIRE


def test_a_retry_gets_the_same_answer(path):
    with Index(path) as index:
        index.add(("a", DAM))
        first = index.add(("b", DAM + " Schools stay closed."))
        assert index.add(("b", DAM + " Schools stay closed.")) == first
        assert index.get("b") == first
    with Index(path) as index:
        assert index.add(("b", DAM + " Schools stay closed.")) == first
        assert len(index) == 2


def test_other_words_under_an_id_take_its_place(path):
    with Index(path) as index:
        index.add(("a", DAM))
        decision = index.add(("a", DAM + " Schools stay closed."))
        assert (decision.action, decision.duplicate_of, len(index)) == ("revision", "a", 1)
        decision = index.add(("a", FERRY))
        assert (decision.action, len(index)) == ("new", 1)
        assert index.body("a").text == FERRY
        assert index.add(("b", DAM)).action == "new"


def test_what_is_forgotten_is_new_again_and_its_copies_stand_for_it(path):
    with Index(path) as index:
        first = index.add(("a", DAM))
        assert index.forget("a")
        assert not index.forget("a")
        assert index.get("a") is None
        again = index.add(("a", DAM))
        assert (again.action, again.cluster) == ("new", first.cluster)
        index.add(("b", DAM))
        index.forget("a")
        decision = index.add(("c", DAM + " Schools stay closed."))
        assert (decision.action, decision.duplicate_of) == ("near", "b")
        assert decision.cluster == index.get("b").cluster


def test_forgetting_the_middle_parts_what_only_it_held_together(path):
    words = [f"{name} {verb} {thing}." for name in ("Anna", "Boris", "Clara", "David") for verb in ("saw", "sold", "sent")
             for thing in ("the red boat", "two old houses", "a box of letters")]  # fmt: skip
    parts = [" ".join(words[:30]), " ".join(words[3:33]), " ".join(words[6:36])]
    with Index(path) as index:
        for number, text in enumerate(parts):
            index.add(Document(id=number, text=text, clean=True))
        index.forget(1)
        found = {frozenset(cluster.members) for cluster in index.clusters()}
    documents = [Document(id=n, text=parts[n], clean=True) for n in (0, 2)]
    assert found == {frozenset(cluster.members) for cluster in dedupe.cluster(documents).clusters}


def test_two_new_texts_that_match_different_old_ones_stay_apart(path):
    with Index(path) as index:
        index.add(("dam", DAM))
        index.add(("ferry", FERRY))
        copies = [
            index.add(("dam2", DAM + " Schools stay closed.")),
            index.add(("ferry2", FERRY + " Nobody was hurt.")),
        ]
        assert [copy.duplicate_of for copy in copies] == ["dam", "ferry"]
        assert copies[0].cluster != copies[1].cluster


@pytest.mark.parametrize("document_id", ["", "a\nb", "\udc80", "日本", 2**63, -1, 0, "1", 1])
def test_ids_come_out_as_they_went_in(path, document_id):
    with Index(path) as index:
        index.add(Document(id=document_id, text=DAM))
        assert index.add(("copy", DAM)).duplicate_of == document_id
    with Index(path) as index:
        assert index.get(document_id).id == document_id
        assert type(index.get(document_id).id) is type(document_id)


def test_a_number_and_its_digits_are_two_ids(path):
    with Index(path) as index:
        index.add(Document(id=1, text=DAM))
        assert index.get("1") is None
        assert "1" not in index
        assert 1 in index


def test_surrogates_in_what_stands_beside_the_text_do_no_harm(path):
    with Index(path) as index:
        decision = index.add(
            Document(id="a", text=DAM, url="http://x/\udc80", title="A \udcff headline", source="\ud800")
        )
        assert decision.action == "new"
        assert index.add(Document(id="a", text=DAM, url="http://x/\udc80", title="A \udcff headline")) == decision


def test_a_round_up_is_told_anew_when_the_last_copy_of_a_text_goes(path):
    digest = f"{DAM}\n{FERRY}\n{FIRE}"
    with Index(path) as index:
        for name, text in (("a", DAM), ("b", DAM), ("digest", digest), ("c", FERRY)):
            index.add(Document(id=name, text=text, clean=True))
        index.forget("a")
        index.forget("b")
        found = {frozenset(cluster.members) for cluster in index.clusters()}
    left = [Document(id="digest", text=digest, clean=True), Document(id="c", text=FERRY, clean=True)]
    assert found == {frozenset(cluster.members) for cluster in dedupe.cluster(left).clusters}


@pytest.mark.parametrize(
    "document", [{"text": DAM, "url": "https://one.example/"}, DAM, {"url": "https://two.example/"}]
)
def test_a_document_without_an_id_is_refused_and_takes_nobodys_place(tmp_path, document):
    with Index(tmp_path / "news.dedupe") as index:
        with pytest.raises(InputError, match="needs an id of its own"):
            index.add(document)
        assert len(index) == 0
