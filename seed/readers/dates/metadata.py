"""Read a date in a field of a feed, a table, JSON or markup: ISO 8601, loose forms of it, numbers, or as printed."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from app.models import Basis, Precision
from seed.dates import ISO_FORMATS, day_span, parse_iso, seconds_of_day, utc_offset_minutes
from seed.readers.dates.customs import NO_CUSTOM, DateCustom
from seed.readers.dates.printed import OTHER_CALENDARS, UnclearDate, read_printed
from seed.readers.validation import WrongValueError, check_line
from seed.records import Published

_MAX_LENGTH = 80
_LOOSE = re.compile(
    r"(?P<on>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T|,? ) ?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r" ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?(?:\[[A-Za-z_/+-]{1,40}\])?",
    re.ASCII | re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:T?(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"(?:/Date\()?(?P<digits>[0-9]{4,19})(?:\.[0-9]{0,20}|[+-][0-9]{4}\)/|\)/)?", re.ASCII)
_EPOCH_SECONDS = range(631_152_000, 4_102_444_800)  # 1990 to 2099; a number outside counts something else.
_EPOCH_UNITS = (1, 1_000, 1_000_000, 1_000_000_000)  # Seconds to nanoseconds, whose ranges do not overlap.
_DAY_SECONDS = 86_400
_YEARS = range(1_600, 2_200)  # Another number of four digits is hardly meant as a year.
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)? ?"
    r"(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})",
    re.ASCII,
)
_FIRST_DAY = "1970-01-01"  # The midnight at which computers begin to count is a date that nobody set.
_ZERO_DAY = "0001-01-01"  # What .NET and Go have before a date is set.
_SPREADSHEET_DAYS = range(32_874, 73_051)  # 1990 to 2099, in the days that spreadsheets count.
_SPREADSHEET_NUMBER = re.compile(r"(?P<days>[0-9]{1,9})(?:[.,][0-9]{1,20})?", re.ASCII)  # Decimals are a time of day.
_MAX_ISO_LENGTH = 25  # Characters of a day with a time and an offset.
SPREADSHEET_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
"""The day that spreadsheets number as 0."""


class UnclearDateError(ValueError):
    """A date that has no single reading; `readings` are the dates that it may mean."""

    def __init__(self, field: str, value: str, date: UnclearDate) -> None:
        super().__init__(
            f"{field}: {value[:80]!r} is not a date: expected a clear one ({date.reason}), as {ISO_FORMATS}"
        )
        self.readings = date.readings


def parse_date(
    field: str, value: object, *, basis: Basis = Basis.METADATA, custom: DateCustom = NO_CUSTOM
) -> Published:
    """Return a date in any clear form; raise ValueError naming field, value and what was expected.

    `custom` is that of the page or feed. A time without a zone is kept as local time and gives no instant.
    """
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and value.keys() == {"$date"}:
        value = value["$date"]
    if isinstance(value, dict) and value.keys() == {"$numberLong"}:
        value = value["$numberLong"]  # What `mongoexport` writes in its canonical format.
    if not isinstance(value, str):
        value = _date_of_numbers(value) or value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    text = str(value) if is_number else " ".join(check_line(field, value).split())
    date = None
    if custom.language not in OTHER_CALENDARS:
        # Most dates are in ISO 8601; the others are in one of many forms.
        date = None if is_number or len(text) > _MAX_ISO_LENGTH else _iso_date(text, basis)
        if date is None and (match := _INSTANT.fullmatch(text)) and not _is_zone(match):
            raise ValueError(f"{field}: {text[:80]!r} has no zone that exists: expected Z or an offset up to ±14:00")
    if date is None:
        date = replace(_parse_form(field, value, text, custom), basis=basis)
    if date.on == _ZERO_DAY or date.at == 0 or (date.on == _FIRST_DAY and date.local_time == 0):
        raise ValueError(f"{field}: {text[:80]!r} is what programs write for a missing date: expected a date, or none")
    return date


@lru_cache(maxsize=4_096)  # Articles come by days, and a date is immutable.
def _iso_date(text: str, basis: Basis) -> Published | None:
    """Return a date in ISO 8601, None for anything else."""
    try:
        return parse_iso(text, basis=basis)
    except ValueError:
        return None


def _date_of_numbers(value: object) -> str | None:
    """Return the date that a list such as [2019, 3, 4, 18, 30] is, as programs in Java write it; None for others."""
    if (
        not isinstance(value, list | tuple)
        or not 3 <= len(value) <= 7
        or any(type(number) is not int for number in value)
    ):
        return None
    year, *parts = value
    if year not in _YEARS or not all(0 <= part < 100 for part in parts[:5]):
        return None
    day = f"{year}-{parts[0]:02}-{parts[1]:02}"
    return f"{day} {parts[2]:02}:{parts[3]:02}" if len(parts) >= 4 else day


def _parse_form(field: str, value: object, text: str, custom: DateCustom) -> Published:
    date: Published | UnclearDate | None = _parse_loose(text) or _parse_number(text)
    if date is None and not isinstance(value, str) and not _hint(text):
        raise WrongValueError(field, value, _wanted(value))
    if date is None and len(text) <= _MAX_LENGTH:
        date = read_printed(text, custom)
    if isinstance(date, UnclearDate):
        raise UnclearDateError(field, text, date)
    return date or _parse_exactly(field, text)


def _wanted(number: object) -> str:
    hint = f'; a year is a text, too: "{number}"' if number in _YEARS else ""
    return f"a line of text, or a number of seconds or milliseconds since 1970{hint}"


def _parse_exactly(field: str, text: str) -> Published:
    try:
        return parse_iso(text)
    except ValueError as error:
        raise ValueError(f"{field}: {error}{_hint(text)}") from None


def _parse_loose(text: str) -> Published | None:
    try:
        if match := _LOOSE.fullmatch(text):
            return _parse_time(match["on"], match)
        if match := _COMPACT.fullmatch(text):
            on = f"{match['year']}-{match['month']}-{match['day']}"
            return parse_iso(on) if match["hour"] is None else _parse_time(on, match)
    except ValueError:
        pass
    return None


def _parse_time(on: str, match: re.Match[str]) -> Published | None:
    day_span(on)
    hour, minute, second = match["hour"].zfill(2), match["minute"], match["second"] or "00"
    if match["zone"]:
        return parse_iso(f"{on}T{hour}:{minute}:{second}{_iso_zone(match['zone'].upper())}")
    local_time = seconds_of_day(int(hour), int(minute), int(second))
    if local_time is None:
        return None
    return Published(on, local_time=local_time, precision=Precision.DAY, basis=Basis.METADATA)


def _is_zone(match: re.Match[str]) -> bool:
    return utc_offset_minutes(match["sign"], int(match["hours"]), int(match["minutes"])) is not None


def _iso_zone(zone: str) -> str:
    if zone[0] not in "+-":
        return "Z"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"


def _parse_number(text: str) -> Published | None:
    """Return the instant of a number of seconds or smaller units since 1970; a midnight in UTC is the day only.

    Tables write days as midnights, so that the time of a midnight says nothing.
    """
    match = _NUMBER.fullmatch(text)
    number = 0 if match is None else int(match["digits"])
    unit = next((unit for unit in _EPOCH_UNITS if number // unit in _EPOCH_SECONDS), None)
    if unit is None:
        return None
    seconds = number // unit
    on, local_time = datetime.fromtimestamp(seconds, UTC).date().isoformat(), seconds % _DAY_SECONDS
    if number % (_DAY_SECONDS * unit) == 0:
        return Published(on, precision=Precision.DAY, basis=Basis.METADATA)
    return Published(on, seconds, local_time, Precision.MINUTE, "UTC", Basis.METADATA)


def _hint(text: str) -> str:
    """Return what a number may be that only its file can explain: a day number of a spreadsheet."""
    match = _SPREADSHEET_NUMBER.fullmatch(text)
    if match and int(match["days"]) in _SPREADSHEET_DAYS:
        day = (SPREADSHEET_EPOCH + timedelta(days=int(match["days"]))).date().isoformat()
        return (
            f"; as the day number of a spreadsheet it would be {day}: format the column as a date before exporting it"
        )
    return ""
