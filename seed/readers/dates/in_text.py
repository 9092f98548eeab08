"""Find days in running text: with a year, without one, or as a weekday alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from seed.readers.dates.printed import WEEKDAYS

_MONTH_NAMES = (
    "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
    "november nov|december dec"
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.split("|"), start=1) for name in names.split()}
"""Number of each English month by name and abbreviation, in lowercase."""

# Months and weekdays are capitalized; "may" and "march" are verbs.
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
class DayMention:
    """A day as a text mentions it: its words, month and day, and the year if there is one."""

    phrase: str
    month: int
    day: int
    year: int | None

    def nearest(self, day: date) -> date | None:
        """Return the day meant: in its own year, or without one in the year that puts it nearest to `day`."""
        years = (self.year,) if self.year else (day.year - 1, day.year, day.year + 1)
        days = [candidate for year in years if (candidate := date_or_none(year, self.month, self.day))]
        return min(days, key=lambda candidate: abs(candidate - day), default=None)


def date_or_none(year: int, month: int, day: int) -> date | None:
    """Return the date, or None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_days(text: str) -> Iterator[DayMention]:
    """Yield the days (month and day, with or without a year) that a text mentions, in order."""
    for match in _DATE.finditer(text):
        month = match["month"] or match["month_after"]
        year = match["year"] or match["year_after"]
        day = int(match["day"] or match["day_first"])
        yield DayMention(match[0], MONTHS[month.lower()], day, int(year) if year else None)


def find_weekdays(text: str) -> Iterator[tuple[str, int]]:
    """Yield the weekdays (Monday is 0) that a text mentions without a word such as "last" or "next"."""
    for match in _WEEKDAY.finditer(text):
        if match["bound"] is None:
            yield match["name"], WEEKDAYS.index(match["name"].lower())
