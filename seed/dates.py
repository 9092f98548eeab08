"""Dates as written: ISO forms and days as ordinals. Pure; nothing is guessed or padded."""

import re
from calendar import monthrange
from datetime import date

from app.models import Basis, Precision
from seed.records import Published

ISO_WANTED = "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm with seconds or not and a zone (Z or ±hh:mm)"
"""What a date in a record may look like, for messages."""

_EPOCH = date(1970, 1, 1).toordinal()
_LAST = date.max.toordinal()
_DAY_SECONDS = 86_400
_FAREST_ZONE = 14 * 60  # Line Islands, +14:00; nothing on Earth is further from UTC.

_ON = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ISO = re.compile(
    r"(?P<on>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"(?P<zone>Z|(?P<sign>[+-])(?P<zone_hour>[0-9]{2}):(?P<zone_minute>[0-9]{2}))"
)


def span(on: str) -> tuple[int, int]:
    """First and last day of a printed year, month or day, as proleptic ordinals.

    Raises ValueError, which names what was wanted.
    """
    match = _ON.fullmatch(on)
    if match is None:
        raise ValueError(f"{on[:40]!r} is no date: wanted YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ValueError(f"{on!r} is no day of the calendar: {error}") from None
    return first.toordinal(), (first if day else _last_day(first.year, int(month or 12))).toordinal()


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def parse_iso(value: str, *, basis: Basis = Basis.STATED) -> Published:
    """A date in one of the ISO forms of `ISO_WANTED`, strictly; raises ValueError, which names what was wanted."""
    if match := _ISO.fullmatch(value):
        return _moment(match, basis)
    if _ON.fullmatch(value) is None:
        raise ValueError(f"{value[:40]!r} is no date: wanted {ISO_WANTED}")
    span(value)
    precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(value)]
    return Published(on=value, precision=precision, basis=basis)


def _moment(match: re.Match[str], basis: Basis) -> Published:
    local_time = clock(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    offset = _offset(match)
    if local_time is None or offset is None:
        raise ValueError(f"{match[0]!r} is no time of day with a zone: wanted {ISO_WANTED}")
    at = instant(match["on"], local_time, offset)
    if at is None:
        raise ValueError(f"{match[0]!r} lies outside the years 0001 to 9999 in UTC: wanted an instant within them")
    zone = "UTC" if match["zone"] == "Z" else match["zone"]
    return Published(match["on"], at, local_time, Precision.MINUTE, zone, basis)


def _offset(match: re.Match[str]) -> int | None:
    if match["sign"] is None:
        return 0
    return signed_offset(match["sign"], int(match["zone_hour"]), int(match["zone_minute"]))


def signed_offset(sign: str, hours: int, minutes: int) -> int | None:
    """Minutes east of UTC, or None if no zone on Earth is that far off."""
    total = hours * 60 + minutes
    if minutes > 59 or total > _FAREST_ZONE:
        return None
    return -total if sign in "-\u2212" else total


def clock(hour: int, minute: int, second: int = 0) -> int | None:
    """Seconds since midnight, or None if no clock shows such a time."""
    if hour > 23 or minute > 59 or second > 59:
        return None
    return hour * 3600 + minute * 60 + second


def instant(on: str, local_time: int, offset: int) -> int | None:
    """The UTC second of a local time on a day, `offset` in minutes east of UTC; None outside the years 0001 to 9999."""
    seconds = span(on)[0] * _DAY_SECONDS + local_time - offset * 60
    if not _DAY_SECONDS <= seconds < (_LAST + 1) * _DAY_SECONDS:
        return None
    return seconds - _EPOCH * _DAY_SECONDS
