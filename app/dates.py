"""`from` and `to` as days. Days are proleptic ordinals, inclusive at both ends: nothing is added, nothing overflows."""

import re
from calendar import monthrange
from datetime import date

from app.errors import InvalidParameter, InvalidRequestError

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WANTED = "a day that exists, as YYYY-MM-DD, YYYY-MM or YYYY, from 0001 to 9999"


def day_range(from_: str | None, to: str | None) -> tuple[int | None, int | None]:
    """Return the first and the last day that `from` and `to` mean; a month or year means the whole of it.

    Raises `InvalidRequestError` with an entry for each of the two that is no day, or one if they are in wrong order.
    """
    start, end = _span(from_), _span(to)
    given = (("from", from_, start), ("to", to, end))
    wrong = [InvalidParameter(name, value, _WANTED) for name, value, span in given if value is not None and not span]
    if wrong:
        raise InvalidRequestError(*wrong)
    if start and end and start[0] > end[1]:
        raise InvalidRequestError(InvalidParameter("from", from_, f"a day not after `to`, which is {to}"))
    return start[0] if start else None, end[1] if end else None


def iso_day(ordinal: int) -> str:
    """Return a day as `YYYY-MM-DD`."""
    return date.fromordinal(ordinal).isoformat()


def _span(value: str | None) -> tuple[int, int] | None:
    """Return the first and last day of what is given; None if that is nothing, or no year, month or day."""
    match = _FORM.fullmatch(value or "")
    if match is None:
        return None
    year, *rest = (int(part) for part in match.groups() if part is not None)
    month, day = (*rest, 1, 1)[:2]
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    return first.toordinal(), _last_of(first, parts=1 + len(rest)).toordinal()


def _last_of(first: date, *, parts: int) -> date:
    """Return the last day of the year, month or day (1, 2 or 3 parts given) that begins with `first`."""
    month = 12 if parts == 1 else first.month
    return first if parts == 3 else first.replace(month=month, day=monthrange(first.year, month)[1])
