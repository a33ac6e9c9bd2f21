"""The host of an address and the caller's time of publication, as the records of a large run say them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.pages.dates import MAX_DATE_CHARS, parse_date
from dedupe.pages.metadata import host_of, published_by_caller

PIECES = [
    "http",
    "https",
    "HTTPS",
    "://",
    ":",
    "//",
    "www.",
    "WWW.",
    "a.example",
    "Bücher.example",
    "user@",
    ":80",
    "/",
    "/x?y#z",
]
PIECES += ["?", "#", " ", "\n", "\t", "[", "]", "::1", "_", "-", ".", "\u212a", "\uff0f", "\\", "%41"]
ADDRESSES = st.lists(st.sampled_from(PIECES), max_size=7).map("".join) | st.text(max_size=20)


def host_by_the_library(url):
    try:
        host = urlsplit(url.strip()).hostname if url else None
    except ValueError:
        return None
    return host.lower().removeprefix("www.") if host else None


@given(ADDRESSES | ADDRESSES.map("https://".__add__))
@example("http://A.Example?x")
@example("https://www.a.example\n")
@example("http://www.")
def test_a_host_is_what_the_library_takes_an_address_apart_into(url):
    assert host_of(url) == host_by_the_library(url)


def test_the_first_address_with_a_host_counts():
    assert host_of(None, "", "no address", "http://[", "https://www.a.example/x", "https://b.example") == "a.example"
    assert host_of("x") is None


@pytest.mark.parametrize(
    "text", ["2024-05-01", "2024-05-01T10:00:00Z", "1714521600", "no date", " ", "x" * 500 + "2024-05-01"]
)
def test_a_time_the_caller_gives_is_read_alike_every_time(text):
    first, again = published_by_caller(text), published_by_caller(text + "")
    assert first == again
    assert (first and (first.earliest, first.latest)) == parse_date(text)
    assert first is None or (first.trust, first.evidence) == ("high", "caller")
    assert published_by_caller(text.ljust(MAX_DATE_CHARS) + "2019-01-01") == first
    assert published_by_caller(None) is published_by_caller("") is None
