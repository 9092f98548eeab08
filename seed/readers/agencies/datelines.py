"""Dates and places of agencies: datelines such as `SULA, Norland, March 4 (CNA) --`, and dates in metadata."""

import re
from collections.abc import Iterable

from seed.readers.agencies.xml_text import one_line
from seed.readers.dates.metadata import parse_date
from seed.readers.dates.printed import parse_printed
from seed.records import Published

_DASHES = " \t-–—/.,:;،、"
_IN_BRACKETS = re.compile(r"\s*\((?P<inside>[^()]{1,60})\)\Z")
_DAY_BEGINS = re.compile(r"\s*[,;،、]\s*(?=[^,;،、]{0,40}\d)|\s+(?=(?:\w{1,20}\.? )?\d)")
_MAX_LENGTH = 200  # Characters; a longer one is a paragraph.


def folded_name(name: str) -> str:
    """Return the name of an outlet or agency in the form in which names are compared."""
    return " ".join(name.casefold().split()).removeprefix("the ")


def place_of_dateline(dateline: str, parties: Iterable[str] = ()) -> str:
    """Return the place in a printed dateline, `SULA, Norland` in `SULA, Norland, March 4 (CNA) --`; empty if unsure.

    Brackets at its end hold an agency if all their letters are capitals or none is, or if they name one of the
    `parties`; else they belong to the place.
    """
    if len(dateline) > _MAX_LENGTH:
        return ""
    text = _without_agency(dateline, parties)
    match = _DAY_BEGINS.search(text)
    text = _without_agency(text[: match.start()], parties) if match else text
    return "" if any(map(str.isdigit, text)) else text


def _without_agency(dateline: str, parties: Iterable[str]) -> str:
    text = one_line(dateline).strip(_DASHES)
    match = _IN_BRACKETS.search(text)
    if match and (
        match["inside"].isupper()
        or match["inside"].islower()
        or folded_name(match["inside"]) in set(map(folded_name, parties))
    ):
        text = text[: match.start()].strip(_DASHES)
    return text


def known_date(value: str | None) -> Published | None:
    """Return a date in an attribute or element, None if there is none or it has no single reading."""
    try:
        return parse_date("published", value) if value else None
    except ValueError:
        return None


def date_of_dateline(dateline: str) -> Published | None:
    """Return the date at the end of a dateline such as `SULA, 4 March 2019 (CNA) --`, if it has a year."""
    if len(dateline) > _MAX_LENGTH:
        return None
    words = _without_agency(dateline, ()).split(" ")
    dates = (parse_printed(" ".join(words[start:])) for start in range(1, len(words)))
    return next((date for date in dates if date is not None and len(str(date.on)) > 4), None)
