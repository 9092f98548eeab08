"""Parse dates as pages print them with our own small parser: a line is a date only if all of it is understood.

Lines are short and each pattern is searched once, so the time is bounded.
"""

import re

from app.models import Basis, Precision
from seed.dates import day_span, parse_iso, seconds_of_day, utc_offset_minutes, utc_second
from seed.records import Published

_MONTH_NAMES = (
    "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
    "november nov|december dec"
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.split("|"), start=1) for name in names.split()}
"""Number of each English month by name and abbreviation, in lowercase."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

ZONE_OFFSETS: dict[str, int | None] = {
    name: minutes
    for minutes, names in {
        0: "UTC GMT Z WET",
        60: "BST WEST CET",
        120: "CEST EET",
        180: "EEST MSK TRT",
        540: "JST KST",
        600: "AEST",
        660: "AEDT",
        720: "NZST",
        780: "NZDT",
        -240: "EDT",
        -300: "EST CDT",
        -360: "MDT",
        -420: "MST PDT",
        -480: "PST",
        None: "ET CT MT PT CST IST AST ADT GST AMT SST",
    }.items()
    for name in names.split()
}
"""Minutes east of UTC by abbreviation as printed; None if it stands for several zones or both seasons."""

_MSK_PLUS_4 = ("2011-03-27", "2014-10-26")  # Between these days MSK was four hours ahead of UTC.

_FLAGS = re.IGNORECASE | re.ASCII  # Without ASCII, "ſ" would match "s", and no month would be found for it.
_MAX_LENGTH = 120  # A line with date, time and zone has half of it.
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})\b\.?"
_DAY_FORMS = tuple(
    re.compile(form, _FLAGS)
    for form in (
        rf"\b{_MONTH}\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\b,?\s*(?P<year>[0-9]{{4}})\b",
        rf"\b(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?{_MONTH},?\s*(?P<year>[0-9]{{4}})\b",
        rf"\b{_MONTH},?\s+(?P<year>[0-9]{{4}})\b(?P<day>)",
        r"\b(?P<year>[0-9]{4})[-/](?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})\b",
        r"\b(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})\b",
    )
)
_DAY_CJK = re.compile(r"([0-9]{4})\s?年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?日")
_CLOCK_CJK = re.compile(r"\s?([0-9]{1,2})[時时]([0-9]{2})分?")
_WEEKDAY = re.compile(rf"\b(?P<name>{'|'.join(WEEKDAYS)}|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?", _FLAGS)
_CLOCK = re.compile(
    r"\b(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?|(?<=[:.][0-9]{2})(?![0-9:])|(?<=\b[0-9]{2})(?P<minute4>[0-9]{2})(?=\s?(?:GMT|UTC)))",
    _FLAGS,
)
_ZONE = re.compile(
    r"(?:\b(?:GMT|UTC)\s?)?(?P<sign>[+\u2212-])(?P<hours>[0-9]{1,2}):?(?P<minutes>[0-9]{2})?(?![0-9])"
    rf"|\b(?P<name>{'|'.join(ZONE_OFFSETS)})\b",
    re.ASCII,
)
_FILLERS = re.compile(r"[\s,|•·@()–—-]|\b(?:published|posted|date|time|on|at|hours|hrs|local)\b:?", _FLAGS)


def parse_printed(text: str) -> Published | None:
    """Parse a date as a page prints it, with or without time and zone; None if `text` is anything else.

    A time without a zone, or with an abbreviation of several zones, is kept as local time and gives no instant.
    """
    if len(text) > _MAX_LENGTH:
        return None
    text = _CLOCK_CJK.sub(r" \1:\2", _DAY_CJK.sub(r"\1-\2-\3", text))
    text = " ".join(text.split())  # Replaces non-breaking spaces as well.
    try:
        return parse_iso(text)
    except ValueError:
        return _parse_forms(text)


def _parse_forms(text: str) -> Published | None:
    for pattern in _DAY_FORMS:
        if (match := pattern.search(text)) and (on := _parse_day(match)):
            weekday, remaining = _extract(_WEEKDAY, _remove(match))
            return None if weekday and not _falls_on(on, weekday["name"]) else _parse_time(on, remaining)
    return None


def _extract(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    match = pattern.search(text)
    return match, text if match is None else _remove(match)


def _remove(match: re.Match[str]) -> str:
    return f"{match.string[: match.start()]} {match.string[match.end() :]}"


def _parse_day(match: re.Match[str]) -> str | None:
    month = MONTHS.get(match["month"].lower()) or int(match["month"])
    on = f"{match['year']}-{month:02}" + (f"-{int(match['day']):02}" if match["day"] else "")
    try:
        day_span(on)
    except ValueError:
        return None
    return on


def _falls_on(on: str, weekday: str) -> bool:
    first, last = day_span(on)
    return first == last and WEEKDAYS[(first - 1) % 7].startswith(weekday.lower())  # Day 1 was a Monday.


def _parse_time(on: str, remaining: str) -> Published | None:
    precision = Precision.DAY if len(on) == 10 else Precision.MONTH
    time, remaining = _extract(_CLOCK, remaining)
    zone, remaining = _extract(_ZONE, remaining) if time else (None, remaining)
    if _FILLERS.sub("", remaining):
        return None
    if time is None:
        return Published(on, precision=precision, basis=Basis.STATED)
    local_time = _time_of_day(time)
    if local_time is None or precision is Precision.MONTH:
        return None
    at = None if zone is None else _instant_in_zone(zone, on, local_time)
    precision = Precision.DAY if at is None else Precision.MINUTE
    return Published(on, at, local_time, precision, zone and zone[0], Basis.STATED)


def _time_of_day(match: re.Match[str]) -> int | None:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return seconds_of_day(hour, int(match["minute"] or match["minute4"] or 0), int(match["second"] or 0))


def _instant_in_zone(zone: re.Match[str], on: str, local_time: int) -> int | None:
    if zone["sign"]:
        offset = utc_offset_minutes(zone["sign"], int(zone["hours"]), int(zone["minutes"] or 0))
    else:
        offset = zone_offset(zone["name"], on)
    return None if offset is None else utc_second(on, local_time, offset)


def zone_offset(zone: str, on: str) -> int | None:
    """Return the minutes east of UTC that an abbreviation meant on a day; None if it is unknown or ambiguous."""
    if zone == "MSK" and _MSK_PLUS_4[0] <= on < _MSK_PLUS_4[1]:
        return 240
    return ZONE_OFFSETS.get(zone)
