"""Parse dates in metadata: loose forms of ISO 8601, RFC 5322 as in mail and feeds, and forms that pages print."""

import re
from dataclasses import replace

from app.models import Basis, Precision
from seed.dates import day_span, parse_iso, seconds_of_day
from seed.readers.dates.printed import parse_printed
from seed.readers.validation import check_line
from seed.records import Published

_MAX_LENGTH = 80
_LOOSE = re.compile(
    r"(?P<on>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ]\s?(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"\s?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?",
    re.ASCII | re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", re.ASCII)


def parse_date(field: str, value: object, *, basis: Basis = Basis.METADATA) -> Published:
    """Parse a date in any unambiguous form; raise ValueError naming field, value and what was wanted.

    A time without a zone is kept as local time and gives no instant.
    """
    text = " ".join(check_line(field, value).split())
    try:
        return parse_iso(text, basis=basis)
    except ValueError as error:
        published = (_parse_loose(text) or parse_printed(text)) if len(text) <= _MAX_LENGTH else None
        if published is None:
            raise ValueError(f"{field}: {error}") from None
        return replace(published, basis=basis)


def _parse_loose(text: str) -> Published | None:
    compact = _COMPACT.fullmatch(text)
    try:
        if compact:
            return parse_iso("-".join(compact.groups()))
        match = _LOOSE.fullmatch(text)
        return None if match is None else _parse_time(match)
    except ValueError:
        return None


def _parse_time(match: re.Match[str]) -> Published | None:
    day_span(match["on"])
    if match["zone"]:
        return parse_iso(f"{match['on']}T{match['hour']}:{match['minute']}:{match['second'] or '00'}{_iso_zone(match)}")
    local_time = seconds_of_day(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    if local_time is None:
        return None
    return Published(match["on"], local_time=local_time, precision=Precision.DAY, basis=Basis.METADATA)


def _iso_zone(match: re.Match[str]) -> str:
    zone = match["zone"].upper()
    if zone[0] not in "+-":
        return "Z"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
