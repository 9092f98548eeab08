"""Days of calendars that pages print besides the common one."""

from datetime import date, timedelta

_PERSIAN_NEW_YEAR = date(2019, 3, 21)  # The first day of the year 1398.
_PERSIAN_YEARS = range(1343, 1473)  # The years of one pattern of leap years, from 1964 to 2094.
_PERSIAN_LEAP_YEARS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})  # Places in a cycle of 33 years.


def persian_day(year: int, month: int, day: int) -> date | None:
    """Return the day of the Solar Hijri calendar of Iran; None if it has no such day in the years from 1964 to 2094."""
    if year not in _PERSIAN_YEARS or not 1 <= month <= 12 or not 1 <= day <= _persian_month_length(year, month):
        return None
    first, last = sorted((year, 1398))
    days = sum(366 if _is_persian_leap_year(each) else 365 for each in range(first, last))
    before = 31 * min(month - 1, 6) + 30 * max(month - 7, 0)
    return _PERSIAN_NEW_YEAR + timedelta(days=(days if year > 1398 else -days) + before + day - 1)


def _persian_month_length(year: int, month: int) -> int:
    if month <= 6:
        return 31
    return 30 if month < 12 or _is_persian_leap_year(year) else 29


def _is_persian_leap_year(year: int) -> bool:
    return year % 33 in _PERSIAN_LEAP_YEARS


def buddhist_year(year: int) -> int:
    """Return the common year of a year of Thailand's calendar, in which 2562 is 2019 and 62 is short for it."""
    if year < 100:
        return year + 1957 if year >= 43 else year
    return year - 543 if year >= 2400 else year
