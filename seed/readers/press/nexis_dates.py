"""Find dates in the lines above the text of an article in an export of Nexis."""

from app.models import Precision
from seed.readers.dates.printed import UnclearDate, read_printed
from seed.readers.dates.words import fold, normalize, vocabulary
from seed.records import Published

_MAX_DATE_WORDS = 12
_MAX_DATE_LINE = 160  # Characters of a date with what is printed after it.
_MAX_ABBREVIATION = 4  # Characters of a short name of a weekday.


def date_index(lines: list[str], *, is_first: bool) -> int | None:
    """Return the index of the date: a whole line, or one that begins with it; headline and outlet are above it.

    `is_first` says that the outlet alone is above it, so that a date in the first line has no outlet.
    """
    places = range(min(1 if is_first else 2, max(1, len(lines) - 1)), len(lines))
    early = range(0 if is_first else 1, min(places.start, len(lines)))
    return next(
        (
            at
            for find in (whole_date, date_of)
            for at in ((*early, *places) if is_first else (*places, *early))
            if find(lines[at]) is not None
        ),
        None,
    )


def whole_date(line: str) -> Published | UnclearDate | None:
    """Return the date that a line is, with at least its month."""
    date = read_printed(line) if len(line) < _MAX_DATE_LINE else None
    return None if isinstance(date, Published) and date.precision is Precision.YEAR else date


def date_of(line: str) -> tuple[Published | UnclearDate, str] | None:
    """Return the date with which a line begins, and what follows it."""
    words = line.split(" ") if len(line) < _MAX_DATE_LINE and any(map(str.isdecimal, line)) else []
    for most in range(min(len(words), _MAX_DATE_WORDS), 0, -1):
        count = most
        date = whole_date(" ".join(words[:count]))
        if date is not None:
            while count > 1 and not _has_weekday(words[count - 1]) and whole_date(" ".join(words[: count - 1])) == date:
                count -= 1  # Some words are skipped in dates: the first of FIRST EDITION.
            return date, " ".join(words[count:])
    return None


def _has_weekday(word: str) -> bool:
    tokens = vocabulary().tokens(fold(normalize(word))) or ()
    return any(sense.kind == "W" for token in tokens for sense in token.senses)


def is_weekday(line: str) -> bool:
    """Return whether a line is the name of a weekday; short ones are words, too: `Sun`."""
    return len(line) > _MAX_ABBREVIATION and line.isalpha() and _has_weekday(line)
