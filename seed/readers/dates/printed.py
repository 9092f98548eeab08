"""Read a date as pages, feeds and tables print it, in any of seventy languages: the whole of a text, or nothing.

The text is split into tokens, each a letter: N is a number of one or two digits, Y one of four, M a month, W a weekday,
T a time of day. `4 March 2019, 18:30` is `N M Y, T`, and what dates look like is a list of patterns over such letters.
A word may have several senses; a date is read only if all senses that fit lead to one day. Texts are short and patterns
bounded, so the time is bounded, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product, takewhile
from math import prod

from app.models import Basis, Precision
from seed.dates import day_span, parse_iso
from seed.readers.dates.calendars import buddhist_year, persian_day
from seed.readers.dates.clocks import Clock, mark_clocks
from seed.readers.dates.customs import NO_CUSTOM, DateCustom
from seed.readers.dates.words import TIME_MARKS, Sense, Token, fold, normalize, vocabulary
from seed.records import Published

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MAX_DATE_LENGTH = 120
"""Maximum length of a printed date in characters; one with weekday, time and zone has half of it."""

OTHER_CALENDARS = frozenset({"fa", "th"})
"""Languages in which 1397-12-13 or 2562-03-04 is no date of ISO 8601."""

WRONG_WEEKDAY = "the weekday does not fit the day"

_MAX_COMBINATIONS = 64  # Of the senses of all words; a date with weekday in Japanese has eight.

_GAP = r"[ ,./-]{0,4}"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<d>N)d?{_GAP}(?P<m>[MPI]){_GAP}(?P<e>E?){_GAP}(?P<y>Y)y?",
        rf"(?P<m>[MP]){_GAP}(?P<d>N)d?{_GAP}(?P<e>E?){_GAP}(?P<y>Y)y?",
        rf"(?P<y>Y)y?{_GAP}(?P<m>[MP]){_GAP}(?P<d>N)d?",
        rf"(?P<y>Y)y?{_GAP}(?P<d>N)d?{_GAP}(?P<m>[MP])",
        rf"(?P<d>N)d?{_GAP}(?P<m>[MP]){_GAP}(?P<e>E?){_GAP}(?P<y>N)y?",
        rf"(?P<m>[MP]){_GAP}(?P<e>E?){_GAP}(?P<y>Y)y?",
        rf"(?P<y>Y)y?{_GAP}(?P<m>[MP])",
        r"(?P<e>E) ?(?P<y>[YNX])y ?(?P<n>N)m(?: ?(?P<d>N)d)?",
        r"(?P<y>Y)y ?(?P<n>N)m(?: ?(?P<d>N)d)?",
        r"(?P<y>Y)(?P<s>[-/.]) ?(?P<n>N)(?P=s) ?(?P<d>N)\.?",
        r"(?P<a>N)(?P<s>[-/.]) ?(?P<b>N)(?P=s) ?(?P<e>E?) ?(?P<y>[YN])y?",
        r"(?P<n>N)[-/.](?P<y>Y)",
        r"(?P<y>Y)[-/.](?P<n>N)",
    )
)
"""What dates look like: day, month as a word (m) or number (n), year, era; two numbers (a, b) in any order."""

_BLANK = Token(" ")
_AROUND = re.compile(r"[ ,./W-]*")
_MAX_DATES = 3  # On one line: the same day in several calendars.
_MAX_NUMBERS, _MAX_NAMES = 3 * _MAX_DATES, 2 * _MAX_DATES  # Day, month and year; month and weekday.
_CLEAR_YEARS = range(1500, 2200)  # Another year between slashes or full stops is one of another calendar.


@dataclass(frozen=True, slots=True)
class UnclearDate:
    """A date that has no single reading: the reason, and the days that may be meant."""

    reason: str
    readings: tuple[Published, ...] = ()


def parse_printed(text: str, custom: DateCustom = NO_CUSTOM) -> Published | None:
    """Return a printed date, with or without time and zone; None if `text` is anything else, or unclear.

    A time without a zone, or with an abbreviation of several zones, is kept as local time and gives no instant.
    """
    date = read_printed(text, custom)
    return date if isinstance(date, Published) else None


def read_printed(text: str, custom: DateCustom = NO_CUSTOM) -> Published | UnclearDate | None:
    """Return a printed date; UnclearDate if the text is a date of several readings, None if it is none at all."""
    return _read(text, custom) if len(text) <= MAX_DATE_LENGTH and any(map(str.isnumeric, text)) else None


def is_update_line(text: str) -> bool:
    """Return whether a text is the date of an update and nothing else."""
    if len(text) > MAX_DATE_LENGTH:
        return False
    marked, _ = mark_clocks(normalize(text), dotted=True)
    tokens = vocabulary().tokens(fold(marked)) or []
    introduction = takewhile(lambda token: token.kind not in "NYXT", tokens)
    return any(sense.kind == "U" for token in introduction for sense in token.senses)


@lru_cache(maxsize=1024)  # Rows of a table often have the same day, and the header of a page is read twice.
def _read(text: str, custom: DateCustom) -> Published | UnclearDate | None:
    normalized = normalize(text)
    if custom.language not in OTHER_CALENDARS:
        try:
            return parse_iso(normalized)
        except ValueError:
            pass
    if custom.language is None and re.search("[\u06f0-\u06f9]", text):
        custom = DateCustom("fa", custom.order)  # Of the languages with these digits, only its years are below 1500.
    for dotted in (True, False):
        marked, clocks = mark_clocks(normalized, dotted=dotted)
        tokens = vocabulary().tokens(fold(marked))
        date = None if tokens is None else _read_tokens(tokens, clocks, custom)
        if date is not None:
            return date
    return None


@dataclass(frozen=True, slots=True)
class _Reading:
    """The days that one choice of senses leads to, and the languages in which the words have these senses."""

    days: tuple[str, ...]
    languages: frozenset[str] | None
    fits_weekday: bool = True


def _read_tokens(tokens: list[Token], clocks: list[Clock], custom: DateCustom) -> Published | UnclearDate | None:
    tokens = [_BLANK if token.kind == " " or _is_filler(token) else token for token in tokens]
    update = next((index for index, token in enumerate(tokens) if any(s.kind == "U" for s in token.senses)), None)
    if update is not None:
        tokens = tokens[:update]
    times = [clocks[TIME_MARKS.index(token.digits)] for token in tokens if token.kind == "T"]
    if len(set(times)) > 1 or any(clock.local_time is None for clock in times):
        return None
    try:
        readings = [*_readings(tokens, custom)]
    except _OtherCalendarError as error:
        return UnclearDate(str(error))
    fitting = [reading for reading in readings if reading.fits_weekday]
    if readings and not fitting:
        return UnclearDate(WRONG_WEEKDAY)
    days = dict.fromkeys(day for reading in _best(fitting, custom.language) for day in reading.days)
    dates = [
        date for day in days if (date := _with_time(day, times[0] if times else None, custom.language)) is not None
    ]
    if len(dates) > 1:
        return UnclearDate(f"it may be {' or '.join(str(date.on) for date in dates)}", tuple(dates))
    return dates[0] if dates else None


def _is_filler(token: Token) -> bool:
    return bool(token.senses) and all(sense.kind == " " for sense in token.senses)


def _best(readings: list[_Reading], language: str | None) -> list[_Reading]:
    """Return the readings in the language of the page, else those in one language, else all."""
    for is_good in (
        lambda reading: reading.languages is None or language in reading.languages,
        lambda reading: reading.languages != frozenset(),
    ):
        if good := [reading for reading in readings if is_good(reading)]:
            return good
    return readings


class _OtherCalendarError(ValueError):
    """A date is one of a calendar that does not lead to a certain day."""


def _readings(tokens: list[Token], custom: DateCustom) -> Iterator[_Reading]:
    tokens = [token for token, before in zip(tokens, [None, *tokens], strict=False) if not (token == before == _BLANK)]
    choices = [token.senses or (Sense(token.kind),) for token in tokens]
    numbers = sum(token.kind in "NYX" for token in tokens)
    names = sum(any(sense.kind in "MWP" for sense in token.senses) for token in tokens)
    if numbers > _MAX_NUMBERS or names > _MAX_NAMES or prod(map(len, choices)) > _MAX_COMBINATIONS:
        return
    for senses in product(*choices):
        if sum(sense.kind == "M" for sense in senses) > _MAX_DATES:
            continue
        named = [sense.languages for sense in senses if sense.kind in "MWP"]
        languages = frozenset.intersection(*named) if named else None
        days = _days(*_letters(tokens, senses), languages or frozenset(), custom)
        if days:
            weekdays = {sense.value for sense in senses if sense.kind == "W"}
            fitting = tuple(day for day in days if all(_falls_on(day, weekday) for weekday in weekdays))
            yield _Reading(fitting or days, languages, fits_weekday=bool(fitting))


def _letters(tokens: list[Token], senses: tuple[Sense, ...]) -> tuple[str, list[int]]:
    """Return the letters and numbers of tokens in these senses; a month in two words, `March (Adar)`, is one month."""
    letters, numbers = "", list[int]()
    for token, sense in zip(tokens, senses, strict=True):
        letter = " " if sense.kind == "T" else sense.kind
        number = int(token.digits) if token.kind in "NYX" else sense.value
        if letter == " " == letters[-1:]:
            continue
        if letter == "M" and re.search("M[ /-]{1,3}$", letters) and numbers[letters.rindex("M")] == number:
            continue
        letters += letter
        numbers.append(number)
    return letters, numbers


def _falls_on(day: str, weekday: int) -> bool:
    first, last = day_span(day)
    return first == last and (first - 1) % 7 == weekday  # Day 1 was a Monday.


def _days(letters: str, numbers: list[int], languages: frozenset[str], custom: DateCustom) -> tuple[str, ...]:
    """Return the days, months or years that the letters may mean; none unless all of them are understood."""
    is_thai = custom.language == "th" or "th" in languages
    dates: list[tuple[str, ...]] = []
    is_islamic = False
    for _ in range(_MAX_DATES):
        match = next((match for form in _FORMS if (match := form.search(letters))), None)
        if match is None:
            break
        if match.groupdict().get("m") and letters[match.start("m")] == "I":
            is_islamic = True
        else:
            dates.append(tuple(_valid_days(match, numbers, is_thai=is_thai, custom=custom)))
        letters = letters[: match.start()] + " " * len(match[0]) + letters[match.end() :]
    if not _AROUND.fullmatch(letters):
        return ()
    if is_islamic and not dates:
        raise _OtherCalendarError("a date of the Islamic calendar has no certain day")
    common = [day for day in dates[0] if all(day in others for others in dates)] if dates else []
    return tuple(common)


def _valid_days(match: re.Match[str], numbers: list[int], *, is_thai: bool, custom: DateCustom) -> Iterator[str]:
    """Yield each day that a match may mean, as far as known, in ISO 8601."""
    groups = {name: numbers[match.start(name)] for name, letter in match.groupdict().items() if letter and name != "s"}
    is_persian_month = "m" in groups and match.string[match.start("m")] == "P"
    for year, month, day in _orders(match, groups, custom.order):
        if is_persian_month or (custom.language in {"fa", "ps"} and year < _CLEAR_YEARS.start):
            persian = persian_day(year, month, day) if day else None
            on = "" if persian is None else persian.isoformat()
        else:
            full_year = _common_year(year, groups.get("e"), match, is_thai=is_thai)
            on = f"{full_year:04}-{month:02}" + (f"-{day:02}" if day is not None else "")
        if _is_valid(on):
            yield on


def _common_year(year: int, era: int | None, match: re.Match[str], *, is_thai: bool) -> int:
    """Return the common year of a printed one; raise _OtherCalendarError if that is not sure."""
    if era is not None:
        return year + era
    common = buddhist_year(year) if is_thai else year
    if match["y"] == "N" and common < 100:
        # Where spreadsheets (30 is 1930) and POSIX (68 is 2068) agree.
        if 30 <= common < 69:
            raise _OtherCalendarError(f"the year {year:02} may be of two centuries")
        return common + (2000 if common < 30 else 1900)
    if match.groupdict().get("s") in {"/", "."} and common not in _CLEAR_YEARS:
        raise _OtherCalendarError(f"the year {year} is one of another calendar")
    return common


Date = tuple[int, int, int | None]
"""Year, month and, where it is known, day."""


def _orders(match: re.Match[str], groups: dict[str, int], order: str | None) -> list[Date]:
    """Return the dates that the numbers of a match may be, in each order that gives a day and no custom rules out."""
    if "a" not in groups:
        return [(groups["y"], groups.get("m") or groups["n"], groups.get("d"))]
    first, second, last = groups["a"], groups["b"], groups["y"]
    by_order = {"DMY": (last, second, first), "MDY": (last, first, second)}
    is_dotted = match["s"] == "."
    if match["y"] == "N":
        by_order["YMD"] = (first, second, last)
    elif is_dotted and order != "MDY":
        order = "DMY"  # Between full stops, the day comes first wherever months do not come first between slashes.
    valid = {name: date for name, date in by_order.items() if 1 <= date[1] <= 12 and 1 <= date[2] <= 31}
    if order in valid and not (is_dotted and order == "MDY"):
        return [valid[order]]
    return list(valid.values())


def _is_valid(on: str) -> bool:
    try:
        day_span(on)
    except ValueError:
        return False
    return True


def _with_time(on: str, clock: Clock | None, language: str | None) -> Published | None:
    precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(on)]
    if clock is None:
        return Published(on, precision=precision, basis=Basis.STATED)
    if precision is not Precision.DAY:
        return None
    at = clock.instant(on, language)
    precision = Precision.DAY if at is None else Precision.MINUTE
    return Published(on, at, clock.local_time, precision, clock.zone, Basis.STATED)
