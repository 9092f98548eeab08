"""Days that running text names: with a year, without one, or by their weekday alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from seed.readers.dates.printed import MONTHS, WEEKDAYS

# Months and weekdays are written with a capital; "may" and "march" are verbs.
_NAMES = "|".join(sorted((name.title() for name in MONTHS), key=len, reverse=True))
_DAY = r"(?P<{0}>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9:%]|\.[0-9]|,[0-9]{{3}}(?![0-9]))"
_DATE = re.compile(
    rf"\b(?:(?P<month>{_NAMES})\b\.?\s{_DAY.format('day')}(?:,?\s(?P<year>[0-9]{{4}})\b)?"
    rf"|(?<![0-9.,]){_DAY.format('day_first')}\s(?P<month_after>{_NAMES})\b\.?(?:,?\s(?P<year_after>[0-9]{{4}})\b)?)"
)
_WEEKDAY = re.compile(
    r"(?P<bound>\b(?:last|next|previous|past|every|following|each)\s)?"
    rf"\b(?P<name>{'|'.join(map(str.title, WEEKDAYS))})\b"
)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of the year as a text names it: its words, month and day, and the year where it is given."""

    phrase: str
    month: int
    day: int
    year: int | None

    def nearest(self, day: date) -> date | None:
        """The day meant: in its own year or, without one, in the year that puts it nearest to `day`."""
        years = (self.year,) if self.year else (day.year - 1, day.year, day.year + 1)
        days = [found for year in years if (found := calendar_day(year, self.month, self.day))]
        return min(days, key=lambda found: abs(found - day), default=None)


def calendar_day(year: int, month: int, day: int) -> date | None:
    """The day, or None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days(text: str) -> Iterator[NamedDay]:
    """The days of the year that a text names, in order."""
    for match in _DATE.finditer(text):
        month = match["month"] or match["month_after"]
        year = match["year"] or match["year_after"]
        day = int(match["day"] or match["day_first"])
        yield NamedDay(match[0], MONTHS[month.lower()], day, int(year) if year else None)


def weekdays(text: str) -> Iterator[tuple[str, int]]:
    """The weekdays (Monday is 0) that a text names by themselves, not as the last or the next one."""
    for match in _WEEKDAY.finditer(text):
        if match["bound"] is None:
            yield match["name"], WEEKDAYS.index(match["name"].lower())
