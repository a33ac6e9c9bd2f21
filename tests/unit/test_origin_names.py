"""Who is named in a text, where a page stands, and what its addresses and slips say: what the origin ledger rests on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.group.addresses import is_front_page, same_address
from dedupe.group.places import name_keys, place_of, site_of
from dedupe.group.self_reference import mentions
from dedupe.group.slips import repaired
from dedupe.records import Body, Span


def page(name, text="A text.", **known):
    """A page with nothing around its text."""
    return Body(id=name, original=text, kept=(Span(0, len(text)),), **known)


@pytest.mark.parametrize(
    ("host", "site"),
    [("www.bbc.co.uk", "bbc.co.uk"), ("en.example.com", "example.com"), ("jane.substack.com", "jane.substack.com"),
     ("example.com", "example.com"), ("localhost", "localhost"), ("abc.net.au", "abc.net.au")],
)  # fmt: skip
def test_a_site_is_what_one_owner_holds(host, site):
    assert site_of(host) == site


@pytest.mark.parametrize(
    ("known", "name"),
    [({"host": "aljazeera.com"}, "Al Jazeera"), ({"host": "en.lemonde.fr"}, "Le Monde"), ({"host": "lemonde.fr"}, "Monde"),
     ({"host": "theguardian.com"}, "the Guardian"), ({"source": "Süddeutsche Zeitung"}, "Süddeutschen Zeitung"),
     ({"source": "Медуза"}, "«Медузе»"), ({"host": "apnews.com"}, "The Associated Press"), ({"host": "reuters.com"}, "路透社"),
     ({"source": "Guardian News & Media Ltd"}, "Guardian News & Media"), ({"host": "nu.nl"}, "NU.nl")],
)  # fmt: skip
def test_a_page_goes_by_the_names_of_its_host_and_outlet(known, name):
    assert place_of(page("a", **known)).is_called(name)


@pytest.mark.parametrize(
    ("known", "name"),
    [({"host": "herald.example"}, "The Gazette"), ({}, "AFP"), ({"host": "afpress.example"}, "AFP"),
     ({"source": "Медуза"}, "Медведь"), ({"host": "times.example"}, "The Times of Israel")],
)  # fmt: skip
def test_a_page_does_not_go_by_the_names_of_others(known, name):
    assert not place_of(page("a", **known)).is_called(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [("“We knew,” he told Al Jazeera.", "Al Jazeera"), ("she told the Reuters news agency on Monday", "Reuters"),
     ("said in an interview with the Merrin Gazette, adding", "Merrin Gazette"), ("sagte er dem Spiegel.", "Spiegel"),
     ("a-t-elle confié au Monde, jeudi", "Monde"), ("a déclaré à l’AFP le ministre", "AFP"),
     ("рассказал агентству ТАСС представитель", "ТАСС"), ("他告诉新华社记者，", "新华社"), ("ロイターの取材に対し", "ロイター"),
     ("في تصريح للجزيرة نت", "الجزيرة"), ("연합뉴스와의 통화에서", "연합뉴스"), ("बीबीसी को बताया", "बीबीसी"),
     ("BBC Türkçe'ye konuşan", "BBC Türkçe"), ("dijo a EL PAÍS el alcalde", "EL PAÍS")],
)  # fmt: skip
def test_somebody_speaks_to_somebody_named_in_many_languages(text, name):
    found = [(candidate, text[start:end]) for mention in mentions(text) for candidate, start, end in mention.names]
    assert name in [candidate for candidate, _ in found]


@pytest.mark.parametrize("text", ["", "Al Jazeera reported on Monday.", "he told reporters outside", "told", "told ,"])
def test_nobody_named_is_nobody_spoken_to(text):
    assert not [candidate for mention in mentions(text) for candidate, _, _ in mention.names if candidate[0].isupper()]


@given(st.text(max_size=200))
def test_mentions_never_fail_and_stand_in_the_text(text):
    for mention in mentions(f"{text} told {text}"):
        for _, start, end in mention.names:
            assert 0 <= start < end <= 2 * len(text) + 6


@given(st.text(max_size=60))
def test_names_are_compared_in_a_form_that_is_its_own(name):
    for key in name_keys(name):
        assert key in name_keys(key) or len(key) < 2 or key.endswith("en")


@given(st.text(max_size=80))
def test_any_address_can_be_compared(url):
    assert same_address(url) == same_address(url)
    assert isinstance(same_address(f"https://{url}"), str)


@pytest.mark.parametrize(("url", "front"), [("https://x.example", True), ("https://x.example/index.html", True),
                                            ("https://x.example/fr/", True), ("https://x.example/a-story", False)])  # fmt: skip
def test_a_front_page_is_no_article(url, front):
    assert is_front_page(url) is front


def slip(mine, theirs):
    a, b = page("a", mine), page("b", theirs)
    found = repaired(a, b, Span(0, len(mine)), Span(0, len(theirs)))
    return (mine[slice(*found[0])], found[1]) if found else None


def test_a_slip_is_a_word_that_its_own_page_spells_right_elsewhere():
    right = "The government said the government would pay for the harbour."
    assert slip(right.replace("The government", "The goverment"), right) == ("goverment", "government")
    assert slip(right, right.replace("The government", "The goverment")) is None
    assert slip(right, right) is None
    assert slip("The goverment would pay.", "The government would pay.") is None
    assert slip("One minister and two ministers met.", "One ministers and two ministers met.") is None
