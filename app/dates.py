"""`from` and `to` as days: proleptic ordinals, inclusive at both ends, so that no arithmetic can overflow."""

import re
from calendar import monthrange
from datetime import date

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WANTED = "a day that exists, as YYYY-MM-DD, YYYY-MM or YYYY, from 0001 to 9999"


def day_range(from_: str | None, to: str | None) -> tuple[int | None, int | None]:
    """Return the first day of `from` and the last day of `to`; a month or year means the whole of it.

    Raise InvalidRequestError with an entry for each of the two that is invalid, or one entry if `from` is after `to`.
    """
    start, end = _span(from_), _span(to)
    parameters = (("from", from_, start), ("to", to, end))
    errors = [
        ParameterProblem(name, value, _WANTED) for name, value, span in parameters if value is not None and not span
    ]
    if errors:
        raise InvalidRequestError(*errors)
    if start and end and start[0] > end[1]:
        wanted = f"a day not later than `to`, which is {to}"
        raise InvalidRequestError(ParameterProblem("from", from_, wanted, code=ErrorCode.CONFLICT))
    return start[0] if start else None, end[1] if end else None


def iso_day(ordinal: int) -> str:
    """Return a day as `YYYY-MM-DD`."""
    return date.fromordinal(ordinal).isoformat()


def _span(value: str | None) -> tuple[int, int] | None:
    """Return the first and last day of a day, month or year; None if the value is missing or invalid."""
    match = _DATE.fullmatch(value or "")
    if match is None:
        return None
    year, *month_and_day = (int(number) for number in match.groups() if number is not None)
    month, day = (*month_and_day, 1, 1)[:2]
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    return first.toordinal(), _last_day(first, numbers=1 + len(month_and_day)).toordinal()


def _last_day(first: date, *, numbers: int) -> date:
    """Return the last day of the year, month or day (1, 2 or 3 numbers) that begins on `first`."""
    month = 12 if numbers == 1 else first.month
    return first if numbers == 3 else first.replace(month=month, day=monthrange(first.year, month)[1])
