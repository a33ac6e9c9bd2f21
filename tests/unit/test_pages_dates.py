"""A date is an interval: what it can mean, and no more."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.pages.dates import find_date, parse_date

UTC = dt.UTC


def moment(*parts):
    return dt.datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-19", "19 Jan 2022", "19 January 2022", "Jan 19, 2022", "January 19th, 2022", "Wed, 19 Jan 2022",
        "2022/01/19", "19.01.2022", "19/01/2022", "20220119", "19. Januar 2022", "19 de enero de 2022", "19 janvier 2022",
        "19 января 2022", "2022年1月19日",
    ],
)  # fmt: skip
def test_a_day_without_a_zone_spans_that_day_everywhere_on_earth(text):
    assert parse_date(text) == (moment(2022, 1, 18, 10), moment(2022, 1, 20, 11, 59, 59))


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-19T12:30:00Z", "2022-01-19T12:30:00.123Z", "2022-01-19T15:30:00+03:00", "2022-01-19 07:30 -0500",
        "Wed, 19 Jan 2022 12:30:00 GMT", "1642595400", "1642595400000",
    ],
)  # fmt: skip
def test_a_time_with_a_zone_is_one_moment(text):
    assert parse_date(text) == (moment(2022, 1, 19, 12, 30), moment(2022, 1, 19, 12, 30))


def test_day_and_month_in_doubt_span_both_readings():
    assert parse_date("03/04/2022") == (moment(2022, 3, 3, 10), moment(2022, 4, 4, 11, 59, 59))


def test_a_month_spans_the_month():
    assert parse_date("2022-02") == (moment(2022, 1, 31, 10), moment(2022, 3, 1, 11, 59, 59))


@pytest.mark.parametrize(
    "text", ["", "soon", "2022-13-40", "31 Feb 2022", "0000-00-00", "9999-12-31", "12:30", "1.2.3"]
)
def test_what_no_calendar_has_is_no_date(text):
    assert parse_date(text) is None


def test_a_date_is_found_inside_a_line():
    found = find_date("Published by A. Writer on 19 Jan 2022 in Moscow")
    assert found is not None
    assert found[0] == parse_date("2022-01-19")


@given(st.dates(min_value=dt.date(1901, 1, 1), max_value=dt.date(2198, 1, 1)), st.times())
def test_an_iso_day_always_holds_the_moments_of_that_day(day, clock):
    found = parse_date(day.isoformat())
    assert found is not None
    assert found[0] <= dt.datetime.combine(day, clock, tzinfo=UTC) <= found[1]


@given(st.text(max_size=200))
def test_no_text_makes_the_parser_raise(text):
    parse_date(text)
    find_date(text)
