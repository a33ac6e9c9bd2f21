"""Publication times as intervals: what a date on a page can mean, and no more.

``2022-01-19`` without a zone is a day somewhere on Earth: it began at UTC+14 and ended at UTC-12. ``03/04/2022`` is
March or April. Keeping the interval lets the origin ledger refute ("cannot precede") without ever claiming more than
the page said. Written for this one purpose because general date finders search whole pages and take seconds to start;
this one reads at most :data:`MAX_DATE_CHARS` characters and knows month names as data.
"""

import datetime as dt
import re

MAX_DATE_CHARS = 120
"""How much of a given string is looked at; a date is never longer."""

_EAST = dt.timedelta(hours=14)  # Kiribati is first
_WEST = dt.timedelta(hours=12)  # Baker Island is last

_MONTH_NAMES: tuple[str, ...] = (
    "jan january janvier januar enero gennaio janeiro januari января январь stycznia ocak tammikuuta",
    "feb february février fevrier februar febrero febbraio fevereiro februari февраля февраль lutego şubat helmikuuta",
    "mar march mars märz marz marzo março marco maart марта март marca mart maaliskuuta",
    "apr april avril abril aprile апреля апрель kwietnia nisan huhtikuuta",
    "may mai mayo maggio maio mei maj мая май maja mayıs toukokuuta",
    "jun june juin juni junio giugno junho июня июнь czerwca haziran kesäkuuta",
    "jul july juillet juli julio luglio julho июля июль lipca temmuz heinäkuuta",
    "aug august août aout agosto augustus augusti августа август sierpnia ağustos elokuuta",
    "sep sept september septembre septiembre settembre setembro сентября сентябрь września eylül syyskuuta",
    "oct october octobre oktober octubre ottobre outubro okt октября октябрь października ekim lokakuuta",
    "nov november novembre noviembre novembro ноября ноябрь listopada kasım marraskuuta",
    "dec december décembre decembre dezember diciembre dicembre dezembro dez desember декабря декабрь grudnia aralık joulukuuta",  # noqa: E501
)
MONTHS: dict[str, int] = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
"""Month names and their usual short forms, lower case, to 1-12."""

_NAME = "|".join(sorted(MONTHS, key=lambda name: (-len(name), name)))
_CLOCK = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
_ZONE = r"(?P<zone>z|utc|gmt|[+-]\d\d(?::?\d\d)?)"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d\d?)(?:-(?P<day>\d\d?)(?:[t ]\s?{_CLOCK}\s?{_ZONE}?)?)?(?![\d-])", re.IGNORECASE
)
_CLOCK_BEHIND = re.compile(rf",?\s+{_CLOCK}\s?{_ZONE}(?!\w)", re.IGNORECASE)
_EPOCH = re.compile(r"(\d{9,10})(?:\d{3})?(?:\.\d+)?")  # seconds or milliseconds since 1970
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:de\s+)?(?P<name>{_NAME})\.?,?[\s-]+"
    r"(?:del?\s+)?(?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<name>{_NAME})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE
)
_NUMERIC = re.compile(r"(?<!\d)(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<year>\d{4})\s?[/.年]\s?(?P<month>\d{1,2})\s?[/.月]\s?(?P<day>\d{1,2})(?!\d)")

Interval = tuple[dt.datetime, dt.datetime]


def parse_date(text: str) -> Interval | None:
    """Return the first and last moment (UTC) that a printed or machine-readable date can mean.

    Reads ISO 8601 (with or without time and zone), ``19 Jan 2022``, ``January 19, 2022``, ``2022/01/19``,
    ``19.01.2022`` and month names in a dozen languages. A day without a zone spans the 50 hours that it lasts on
    Earth; ``03/04/2022`` spans both readings.

    Returns:
        ``None`` where there is no date, or one that no calendar has. Never raises.
    """
    start = text[:MAX_DATE_CHARS].strip()
    iso = _ISO.match(start)
    if iso:
        return _from_iso(iso)
    epoch = _EPOCH.fullmatch(start)
    if epoch:
        moment = dt.datetime.fromtimestamp(int(epoch[1]), dt.UTC)
        return moment, moment
    for pattern in (_COMPACT, _YEAR_FIRST):
        found = pattern.match(start)
        if found:
            return _days((found["year"], found["month"], found["day"]))
    return _printed(start)


def find_date(line: str) -> tuple[Interval, tuple[int, int]] | None:
    """Find the first full date anywhere in a line, with where it stands; only its first 120 characters are read."""
    start = line[:MAX_DATE_CHARS]
    hits = [hit for hit in (p.search(start) for p in (_ISO, _DAY_FIRST, _MONTH_FIRST, _NUMERIC, _YEAR_FIRST)) if hit]
    for hit in sorted(hits, key=lambda found: (found.start(), -found.end())):
        interval = parse_date(hit[0]) if hit.re is not _ISO or hit["day"] else None
        if interval:
            return interval, hit.span()
    return None


def _printed(text: str) -> Interval | None:
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        found = pattern.search(text)
        if found:
            reading = (found["year"], str(MONTHS[found["name"].lower()]), found["day"])
            return _moment(_day(*reading), _CLOCK_BEHIND.match(text, found.end())) or _days(reading)
    found = _ISO.search(text)
    if found and found["day"]:
        return _from_iso(found)
    found = _YEAR_FIRST.search(text)
    if found:
        return _days((found["year"], found["month"], found["day"]))
    found = _NUMERIC.search(text)
    if not found:
        return None
    first, second, year = found["first"], found["second"], found["year"]
    # With dots the day comes first everywhere; with slashes it depends on the country.
    readings = [(year, second, first)] if found["mark"] == "." else [(year, second, first), (year, first, second)]
    return _days(*readings)


def _from_iso(found: re.Match[str]) -> Interval | None:
    year, month, day = found["year"], found["month"], found["day"]
    if day is None:
        first = _day(year, month, "1")
        if first is None:
            return None
        last = (first + dt.timedelta(days=31)).replace(day=1)
        return first - _EAST, last + _WEST - _TICK
    if found["hour"] is None:
        return _days((year, month, day))
    date = _day(year, month, day)
    if date is None:
        return None
    return _moment(date, found)


def _moment(date: dt.datetime | None, clock: re.Match[str] | None) -> Interval | None:
    """Put a clock time on a day; without a zone it spans every zone there is."""
    if date is None or clock is None:
        return None
    moment = date.replace(hour=int(clock["hour"]), minute=int(clock["minute"]), second=int(clock["second"] or 0))
    zone = (clock["zone"] or "").lower()
    if not zone:
        return moment - _EAST, moment + _WEST
    if zone not in {"z", "utc", "gmt"}:
        hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
        shift = dt.timedelta(hours=hours, minutes=minutes)
        moment = moment - shift if zone[0] == "+" else moment + shift
    return moment, moment


_TICK = dt.timedelta(seconds=1)


def _days(*readings: tuple[str, str, str]) -> Interval | None:
    """Span the days that the readings (year, month, day) name; readings that no calendar has are left out."""
    days = [day for day in (_day(*reading) for reading in readings) if day is not None]
    if not days:
        return None
    return min(days) - _EAST, max(days) + dt.timedelta(days=1) + _WEST - _TICK


def _day(year: str, month: str, day: str) -> dt.datetime | None:
    try:
        number = int(year)
        # 1900 also keeps the arithmetic above clear of datetime's own ends.
        return dt.datetime(number, int(month), int(day), tzinfo=dt.UTC) if 1900 <= number <= 2199 else None
    except ValueError:
        return None
