"""The origin ledger on bodies made by hand: what each kind of evidence says, and what never names an origin."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedupe
from dedupe.config import Config
from dedupe.group.origin import MAX_DOCUMENTS, find_origin, origin_of_link
from dedupe.records import Body, Claim, Credit, Link, Published, Relation, Span
from dedupe.verify.compare import compare_materials
from dedupe.verify.material import prepare

STORY = (
    "The council of Port Merrin voted late on Tuesday to close the northern ferry line at the end of March.\n"
    "Seven of its eleven members backed the plan after a debate of almost five hours in the old customs house.\n"
    "A decision on compensation for the forty-three crew members is expected before the end of February."
)


def page(name, *, text=STORY, url=None, host=None, **known):
    """A page with nothing around its text."""
    host = host or (url.split("/")[2] if url else None)
    return Body(id=name, original=text, kept=(Span(0, len(text)),), url=url, host=host, **known)


def credited(name, kind, organisation, quote, **known):
    """A page whose first line is a credit."""
    text = f"{quote}\n{STORY}"
    return page(
        name, text=text, credits=(Credit(kind=kind, organisation=organisation, quote=quote, span=Span(0, len(quote))),),
        **known,
    )  # fmt: skip


def published(day, trust="high"):
    moment = dt.datetime(2022, 1, day, 12, tzinfo=dt.UTC)
    return Published(earliest=moment, latest=moment, trust=trust, evidence="caller")


def test_a_single_document_has_no_origin():
    assert find_origin([page("a")], []) is None


def test_nothing_at_all_is_undetermined_and_says_so():
    origin = find_origin([page("a"), page("b")], [])
    assert origin.kind == "undetermined"
    assert origin.why == "undetermined: nothing on these pages says whose text it is"
    assert origin.evidence == ()


@pytest.mark.parametrize("kind", ["agency", "dateline"])
def test_an_agency_elsewhere_is_external(kind):
    origin = find_origin([credited("a", kind, "AFP", "By AFP", url="https://herald.example/1"), page("b")], [])
    assert (origin.kind, origin.organisation) == ("external", "AFP")


def test_an_agency_at_home_is_the_document():
    at_home = credited("a", "agency", "AFP", "By AFP", url="https://www.afp.com/en/1")
    origin = find_origin([at_home, page("b", url="https://herald.example/1")], [])
    assert (origin.kind, origin.document) == ("document", "a")


@pytest.mark.parametrize("kind", ["photo", "contributed"])
def test_pictures_and_contributions_say_nothing(kind):
    origin = find_origin([credited("a", kind, "AFP", "Atta Kenare/AFP"), page("b")], [])
    assert origin.kind == "undetermined"
    (entry,) = origin.evidence
    assert (entry.strength, entry.supports) == (0.0, "external AFP")
    assert entry.caveat


@pytest.mark.parametrize("trust", ["low", "medium", "high"])
def test_times_never_name_an_origin(trust):
    origin = find_origin([page("a", published=published(1)), page("b", published=published(9, trust))], [])
    assert origin.kind == "undetermined"
    refuted = [(entry.supports, entry.strength) for entry in origin.evidence]
    assert refuted == {"low": [], "medium": [("document b", -1.0)], "high": [("document b", -3.0)]}[trust]


def test_the_same_time_refutes_nobody():
    origin = find_origin([page("a", published=published(1)), page("b", published=published(1))], [])
    assert origin.evidence == ()


@pytest.mark.parametrize("address", ["https://b.example/story", "http://www.b.example/story/?utm_source=x#top"])
def test_a_canonical_address_names_the_page_that_stands_there(address):
    copy = page("a", url="https://a.example/copy", claims=(Claim(kind="canonical", value=address),))
    origin = find_origin([copy, page("b", url="https://b.example/story")], [])
    assert (origin.kind, origin.document) == ("document", "b")


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/copy",
        "https://b.example/",
        "https://b.example/en",
        "https://b.example/sport/cup-final-tonight",
    ],
)
def test_one_s_own_address_a_front_page_and_another_article_say_nothing(address):
    copy = page("a", url="https://a.example/copy", claims=(Claim(kind="canonical", value=address),))
    origin = find_origin([copy, page("b", url="https://b.example/story")], [])
    assert origin.kind == "undetermined"
    assert all(entry.strength == 0 for entry in origin.evidence)


def test_og_url_and_canonical_of_one_value_are_one_statement():
    claims = tuple(Claim(kind=kind, value="https://b.example/story") for kind in ("canonical", "og_url"))
    copy = page("a", url="https://a.example/copy", claims=claims)
    origin = find_origin([copy, page("b", url="https://b.example/story")], [])
    assert [entry.kind for entry in origin.evidence if entry.strength > 0] == ["canonical"]


def test_a_page_that_says_it_copied_is_not_the_origin_whatever_else_it_has():
    text = f"By Ann Archer\n{STORY}\nThis article was originally published by The Conversation."
    quote = "originally published by The Conversation"
    said = (
        Credit(kind="byline", organisation="Ann Archer", quote="By Ann Archer", span=Span(0, 13)),
        Credit(kind="republication", organisation="The Conversation", quote=quote,
               span=Span(text.index(quote), text.index(quote) + len(quote))),
    )  # fmt: skip
    origin = find_origin([page("a", text=text, credits=said, url="https://a.example/1"), page("b")], [])
    assert (origin.kind, origin.organisation) == ("external", "The Conversation")


def test_losses_alone_never_name_an_origin():
    whole = f"By Ann Archer\nPort Merrin – {STORY}\nFerries have run for sixty-one years, and many a Sunday was spent on them."
    pages = [
        {"id": "a", "url": "https://a.example/1", "text": whole},
        {"id": "b", "url": "https://b.example/2", "text": STORY},
    ]
    (cluster,) = dedupe.cluster(pages).clusters
    assert cluster.origin.kind == "undetermined"
    assert {entry.kind for entry in cluster.origin.evidence} >= {"lost_byline", "lost_dateline"}
    assert all(entry.supports == "document a" for entry in cluster.origin.evidence)
    assert sum(entry.strength for entry in cluster.origin.evidence) < 5


def test_a_thousand_pages_are_looked_at_in_part_and_the_answer_says_so():
    pages = [page(number, url=f"https://site{number % 7}.example/{number}") for number in range(MAX_DOCUMENTS + 600)]
    origin = find_origin(pages, [])
    assert f"looked at {MAX_DOCUMENTS} of {len(pages)} pages" in origin.why


def test_the_original_is_found_among_a_thousand_pages_of_one_mirror():
    mirror = [credited(number, "agency", "AFP", "By AFP", url=f"https://m.example/{number}") for number in range(1000)]
    original = credited("z", "agency", "AFP", "By AFP", url="https://www.afp.com/en/1")
    origin = find_origin([*mirror, original], [])
    assert (origin.kind, origin.document) == ("document", "z")


def link(source):
    relation = Relation(text="partial", editorial="shared_source", confidence="high", why="")
    return Link(a="a", b="b", relation=relation, source=source)


def test_a_link_is_external_unless_the_organisation_s_own_page_is_in_it():
    a = credited("a", "agency", "AFP", "By AFP", url="https://a.example/1")
    b = credited("b", "contributed", "AFP", "With reporting by AFP", url="https://b.example/1")
    external = origin_of_link(link("AFP"), a, b)
    assert (external.kind, external.organisation) == ("external", "AFP")
    assert [entry.quote for entry in external.evidence] == ["By AFP", "With reporting by AFP"]
    own = credited("b", "agency", "AFP", "By AFP", url="https://www.afp.com/1")
    assert (origin_of_link(link("AFP"), a, own).kind, origin_of_link(link("AFP"), a, own).document) == ("document", "b")
    assert origin_of_link(link(None), a, b) is None


PIECES = [
    "By AFP", "By Ann Archer", "PORT MERRIN (Reuters) - ", "© 2022 Herald Group", "Source: The Gazette", "(dpa)", "来源：新华社",
    "This article was originally published by The Herald.", "“No,” he told the Gazette.", "[File: Jo Doe/AFP]", "AFP", "",
    "ЗАРЕЧЬЕ, 20 января. /ТАСС/.", "Most read", *STORY.split("\n"), STORY, "\u200fقال للجزيرة نت إن", "İstanbul’a konuşan told İ",
]  # fmt: skip
URLS = [None, "https://herald.example/a", "https://gazette.example/b", "http://[", "https://www.afp.com/c", "x:y", "//"]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(PIECES), min_size=1, max_size=8), st.sampled_from(URLS), st.sampled_from(URLS)
        ),
        min_size=2,
        max_size=4,
    )
)
def test_whatever_the_pages_say_every_answer_keeps_the_rules(pages):
    bodies = []
    for number, (pieces, url, claimed) in enumerate(pages):
        body = dedupe.extract({"id": number, "text": "\n".join([*pieces, STORY]), "url": url})
        claims = (Claim(kind="canonical", value=claimed),) if claimed else ()
        bodies.append(dataclasses.replace(body, id=number, claims=claims))
    first, *others = (prepare(body, shingle_size=5) for body in bodies)
    pairs = [compare_materials(first, other, Config()) for other in others]
    origin = find_origin(bodies, pairs)
    assert origin == find_origin(bodies, pairs[::-1])
    assert origin.why
    for entry in origin.evidence:
        if entry.span is not None:
            assert bodies[entry.document].original[slice(*entry.span)] == entry.quote
    if origin.kind != "undetermined":
        named = f"document {origin.document}" if origin.kind == "document" else f"external {origin.organisation}"
        mine = [
            entry for entry in origin.evidence if entry.supports == named or entry.supports.startswith("documents at")
        ]
        assert max(entry.strength for entry in mine) >= 3
