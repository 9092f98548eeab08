"""ISO 8601 dates and their days as proleptic ordinals. Pure; nothing is guessed or padded."""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from app.models import Basis, Precision
from seed.records import Published

ISO_FORMATS = "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm with optional seconds and a zone (Z or ±hh:mm)"
"""The accepted date formats, for messages."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal()
_DAY_SECONDS = 86_400
_MAX_OFFSET_MINUTES = 14 * 60  # Line Islands, +14:00: no zone is further from UTC.

_ON = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ISO = re.compile(
    r"(?P<on>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"(?P<zone>Z|(?P<sign>[+-])(?P<zone_hour>[0-9]{2}):(?P<zone_minute>[0-9]{2}))"
)


@lru_cache(maxsize=4_096)  # Each article asks several times, and articles come by days.
def day_span(on: str) -> tuple[int, int]:
    """Return the first and last day of a printed year, month or day, as proleptic ordinals.

    Raise ValueError for anything else; the message names the accepted formats.
    """
    match = _ON.fullmatch(on)
    if match is None:
        raise ValueError(f"{on[:40]!r} is not a date: expected YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ValueError(f"{on!r} is not a day of the calendar: {error}") from None
    return first.toordinal(), (first if day else _last_day(first.year, int(month or 12))).toordinal()


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def parse_iso(value: str, *, basis: Basis = Basis.STATED) -> Published:
    """Parse a date in exactly one of the formats of `ISO_FORMATS`.

    Raise ValueError for anything else; the message names the accepted formats.
    """
    if match := _ISO.fullmatch(value):
        return _parse_instant(match, basis)
    if _ON.fullmatch(value) is None:
        raise ValueError(f"{value[:40]!r} is not a date: expected {ISO_FORMATS}")
    day_span(value)
    precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(value)]
    return Published(on=value, precision=precision, basis=basis)


def _parse_instant(match: re.Match[str], basis: Basis) -> Published:
    local_time = seconds_of_day(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    offset = _zone_offset(match)
    if local_time is None or offset is None:
        raise ValueError(f"{match[0]!r} is not a time of day with a zone: expected {ISO_FORMATS}")
    at = utc_second(match["on"], local_time, offset)
    if at is None:
        raise ValueError(f"{match[0]!r} is outside the years 0001 to 9999 in UTC: expected an instant within them")
    zone = "UTC" if match["zone"] == "Z" else match["zone"]
    return Published(match["on"], at, local_time, Precision.MINUTE, zone, basis)


def _zone_offset(match: re.Match[str]) -> int | None:
    if match["sign"] is None:
        return 0
    return utc_offset_minutes(match["sign"], int(match["zone_hour"]), int(match["zone_minute"]))


def utc_offset_minutes(sign: str, hours: int, minutes: int) -> int | None:
    """Return minutes east of UTC, or None if no time zone has this offset."""
    total = hours * 60 + minutes
    if minutes > 59 or total > _MAX_OFFSET_MINUTES:
        return None
    return -total if sign in "-\u2212" else total


def seconds_of_day(hour: int, minute: int, second: int = 0) -> int | None:
    """Return seconds since midnight, or None if this is not a time of day."""
    if hour > 23 or minute > 59 or second > 59:
        return None
    return hour * 3600 + minute * 60 + second


def utc_second(on: str, local_time: int, offset: int) -> int | None:
    """Return the UTC second of a local time on a day, or None outside the years 0001 to 9999.

    `local_time` is in seconds since midnight, `offset` in minutes east of UTC.
    """
    seconds = day_span(on)[0] * _DAY_SECONDS + local_time - offset * 60
    if not _DAY_SECONDS <= seconds < (_LAST_DAY + 1) * _DAY_SECONDS:
        return None
    return seconds - _EPOCH_DAY * _DAY_SECONDS
