"""`from` and `to` as days: proleptic ordinals, inclusive at both ends, so that no arithmetic can overflow.

A day, month or year is read in every form that has one reading only. Days that count from today are resolved before,
see `resolve_day`; here they are refused.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import cache
from zoneinfo import available_timezones

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem

WANTED = (
    "a day that exists, from 0001 to 9999, as `2015-11-20`, `20151120`, `20 Nov 2015` or `Nov 20, 2015`; a month, as "
    "`2015-11` or `November 2015`; a year, as `2015`; or a day that counts from today, as `today`, `yesterday`, `-7d`, "
    "`-2w`, `-3m` or `-1y`"
)
"""The forms of `from` and `to`."""

ZONE_WANTED = "the name of a time zone of the IANA database, such as `Europe/Berlin`, or `UTC`"
"""The form of `tz`."""

MAX_DAY_LENGTH = 64
"""Maximum length of a day: that of the longest date with weekday, time and zone, and some more."""

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH_NUMBERS = {"sept": 9, **{name[:3]: at for at, name in enumerate(_MONTHS, 1)}}
_MONTH_NUMBERS |= {name: at for at, name in enumerate(_MONTHS, 1)}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})\.?"
_DAY = r"(?P<day>[0-9]{1,2})"
_YEAR = r"(?P<year>[0-9]{4})"
_ORDINAL = rf"{_DAY}(?:st|nd|rd|th)?"
_GAP = r"(?: |[-/]|, ?)"

_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}(?:-(?P<month>[0-9]{{2}})(?:-(?P<day>[0-9]{{2}}))?)?",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        rf"{_YEAR}(?P<mark>[/.])(?P<month>[0-9]{{1,2}})(?:(?P=mark){_DAY})?",
        rf"(?P<month>[0-9]{{1,2}})[/.]{_YEAR}",
        rf"(?:the )?{_ORDINAL}\.?{_GAP}?(?:of )?{_MONTH}{_GAP}?{_YEAR}",
        rf"{_MONTH}{_GAP}?(?:the )?{_ORDINAL}{_GAP}{_YEAR}",
        rf"{_MONTH}{_GAP}?(?:of )?{_YEAR}",
        rf"{_YEAR}{_GAP}{_MONTH}(?:{_GAP}{_ORDINAL})?",
    )
)
"""The forms in which year, month and day are distinct, in lower case."""

_TWO_READINGS = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
"""A day and a month in either order."""

_WEEKDAY = re.compile(rf"({'|'.join(f'{name}|{name[:3]}' for name in _WEEKDAYS)})\.?,? (.*)")

_CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?(?: ?(?P<half>[ap]m))?"
    # In a query, a plus that is not escaped is a space.
    r"(?: ?(?:z|[a-z]{2,5}|[-+ ](?P<zone_hour>[0-9]{2})(?::?(?P<zone_minute>[0-9]{2}))?))?"
)
_INSTANT = re.compile(rf"(?P<on>.*?[0-9])(?:t|,? (?:at )?){_CLOCK}")
_BASIC_INSTANT = re.compile(
    r"(?P<on>[0-9]{8})t(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?"
    r"(?:z|[-+ ](?P<zone_hour>[0-9]{2})(?P<zone_minute>[0-9]{2})?)?"
)
_CLOCK_LIMITS = {"hour": 23, "minute": 59, "second": 60, "zone_hour": 15, "zone_minute": 59}
"""The largest numbers of a time; 60 is a leap second."""

_RELATIVE = re.compile(r"(?P<word>today|now|yesterday)|-(?P<count>[1-9][0-9]{0,3})(?P<unit>[dwmy])")


@dataclass(frozen=True, slots=True)
class DayRange:
    """The first and last day of a range, None where it is open, and what was ignored in what the client wrote."""

    first: int | None
    last: int | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """The first and last day of a day, month or year; `has_time` if a time was written and ignored."""

    first: int
    last: int
    has_time: bool = False


class _UnreadableDayError(Exception):
    """A value is no day, or not a single one; it has what is wanted instead, and the readings it may have."""

    def __init__(self, wanted: str = WANTED, readings: tuple[str, ...] = ()) -> None:
        super().__init__(wanted)
        self.wanted, self.readings = wanted, readings
        self.code = ErrorCode.AMBIGUOUS if len(readings) > 1 else ErrorCode.MALFORMED


def read_range(from_: str | None, to: str | None) -> DayRange:
    """Return the first day of `from` and the last day of `to`; a month or year means the whole of it.

    Raise InvalidRequestError with an entry for each of the two that is invalid, or one entry if `from` is after `to`.
    """
    spans: dict[str, _Span] = {}
    errors = []
    for name, value in (("from", from_), ("to", to)):
        try:
            if value is not None:
                spans[name] = _span(value)
        except _UnreadableDayError as error:
            errors.append(ParameterProblem(name, value, error.wanted, error.readings, code=error.code))
    if errors:
        raise InvalidRequestError(*errors)
    start, end = spans.get("from"), spans.get("to")
    if start and end and start.first > end.last:
        wanted = f"a day not later than `to`, which is {to}"
        raise InvalidRequestError(ParameterProblem("from", from_, wanted, code=ErrorCode.CONFLICT))
    first, last = start.first if start else None, end.last if end else None
    return DayRange(first, last, tuple(_notes(spans)))


def day_range(from_: str | None, to: str | None) -> tuple[int | None, int | None]:
    """Return the first and last day of a range as `read_range` reads it."""
    days = read_range(from_, to)
    return days.first, days.last


def iso_day(ordinal: int) -> str:
    """Return a day as `YYYY-MM-DD`."""
    return date.fromordinal(ordinal).isoformat()


def resolve_day(value: str, today: Callable[[], date]) -> str | None:
    """Return the ISO day of a value that counts from today; None for any other value, and for one before year 1."""
    match = _RELATIVE.fullmatch(value)
    if match is None:
        return None
    if match["word"]:
        count, unit = int(match["word"] == "yesterday"), "d"
    else:
        count, unit = int(match["count"]), match["unit"]
    try:
        return _days_before(today(), count, unit).isoformat()
    except (ValueError, OverflowError):
        return None


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones, without the one of this machine."""
    return frozenset({"UTC", *available_timezones()} - {"localtime"})


def _days_before(day: date, count: int, unit: str) -> date:
    """Return the day `count` units before another; a day that a month does not have becomes its last day."""
    if unit in {"d", "w"}:
        return day - timedelta(days=count * (7 if unit == "w" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 - count * (12 if unit == "y" else 1), 12)
    return date(year, month + 1, min(day.day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    if not MINYEAR <= year <= MAXYEAR:
        raise ValueError(year)
    return monthrange(year, month)[1]


def _notes(spans: dict[str, _Span]) -> Iterator[str]:
    for name, span in spans.items():
        if span.has_time:
            yield f"`{name}` is read as the printed day {iso_day(span.first)}; its time and zone are ignored."


def _span(value: str) -> _Span:
    """Return the first and last day of a day, month or year; raise _UnreadableDayError if the value is not one."""
    text = value.lower() if value.isascii() else ""
    instant = _BASIC_INSTANT.fullmatch(text) or _INSTANT.fullmatch(text)
    if instant is None:
        return _date_span(text)
    span = _date_span(instant["on"])
    if span.first != span.last or not _is_clock(instant):
        raise _UnreadableDayError
    return _Span(span.first, span.last, has_time=True)


def _is_clock(instant: re.Match[str]) -> bool:
    """Return whether the time of an instant exists; midnight at the end of a day would be two days."""
    groups = instant.groupdict()
    limits = {**_CLOCK_LIMITS, **({"hour": 12} if groups.get("half") else {})}
    return all(int(groups.get(name) or 0) <= limit for name, limit in limits.items())


def _date_span(text: str) -> _Span:
    weekday = _WEEKDAY.fullmatch(text)
    return _bare_span(text) if weekday is None else _span_on(weekday[1], _bare_span(weekday[2]))


def _bare_span(text: str) -> _Span:
    """Return the span of a date without weekday and time."""
    both = _TWO_READINGS.fullmatch(text)
    if both is not None:
        return _only_reading(int(both[1]), int(both[3]), int(both[4]))
    match = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    if match is None:
        raise _UnreadableDayError
    groups = match.groupdict()
    month, day = groups["month"], groups.get("day")
    number = None if month is None else _MONTH_NUMBERS.get(month) or int(month)
    return _calendar_span(int(groups["year"]), number, None if day is None else int(day))


def _calendar_span(year: int, month: int | None, day: int | None) -> _Span:
    """Return the first and last day of a year, of its month, or of a day of it."""
    try:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
        last = first if day is not None else first.replace(month=month or 12, day=_days_in(year, month or 12))
    except ValueError:
        raise _UnreadableDayError from None
    return _Span(first.toordinal(), last.toordinal())


def _span_on(weekday: str, span: _Span) -> _Span:
    """Return the span of a day if it is this weekday."""
    name = _WEEKDAYS[date.fromordinal(span.first).weekday()]
    if span.first != span.last:
        raise _UnreadableDayError
    if not name.startswith(weekday):
        wanted = f"the weekday of {iso_day(span.first)}, which is a {name.capitalize()}, or no weekday"
        raise _UnreadableDayError(wanted, (iso_day(span.first),))
    return span


def _only_reading(one: int, other: int, year: int) -> _Span:
    """Return the day of two numbers, of which either may be the month, if only one of the readings exists."""
    readings = set()
    for day, month in ((one, other), (other, one)):
        try:
            readings.add(_calendar_span(year, month, day))
        except _UnreadableDayError:
            continue
    if not readings:
        raise _UnreadableDayError
    span, *others = sorted(readings, key=lambda reading: reading.first)
    if others:
        days = tuple(iso_day(reading.first) for reading in (span, *others))
        raise _UnreadableDayError(f"a day with one reading only: {' or '.join(f'`{day}`' for day in days)}", days)
    return span
