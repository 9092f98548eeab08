"""Parse the lines between a page's title and its text: bylines and dates in several forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from seed.readers.dates.customs import NO_CUSTOM, DateCustom
from seed.readers.dates.printed import WRONG_WEEKDAY, UnclearDate, is_update_line, parse_printed, read_printed
from seed.readers.saved_text.bylines import MAX_NAMES_ROW_LENGTH, IsOutlet, is_by, parse_byline, parse_names
from seed.records import Published

HEADER_ROWS = 8
"""Number of non-blank lines below the title that are checked for bylines and dates."""

SEGMENT_MARK = "\ufdd0"
"""The character between the elements of a line, which is none in Unicode."""

_BARS = re.compile(r"\s*[|•·]\s*")
_UPDATED = re.compile(r"(?:last\s+)?(?:updated|modified|edited)\b", re.IGNORECASE)
_MAX_SPLITS = 40  # Words of a line that has names and a date.
_BETWEEN = " ,;–—-:/()"
# Every repetition is bounded, so that the time stays linear in the length of a line.
_DATELINE = re.compile(r"(?P<place>[^()–—]{2,60}?)(?:\s{0,3}\([^()]{2,40}\))?\s{1,3}[–—-]{1,2}\s")


@dataclass(slots=True)
class PageHeader:
    """Date and authors printed below a title, and the remaining rows; `unclear_date` is a date of several readings."""

    published: Published | None = None
    unclear_date: UnclearDate | None = None
    authors: tuple[str, ...] = ()
    body: list[str] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)
    """The lines that were understood, as `squeeze` returns them."""


def parse_header(rows: list[str], is_outlet: IsOutlet, custom: DateCustom = NO_CUSTOM) -> PageHeader:
    """Parse date and authors from the rows below a title; `custom` is that of the page."""
    header = PageHeader()
    non_blank = 0
    for row in rows:
        non_blank += bool(row.strip())
        had_date, had_authors = header.published is not None, bool(header.authors)
        if (
            not row.strip()
            or non_blank > HEADER_ROWS
            or len(row) > MAX_NAMES_ROW_LENGTH
            or not _parse_line(row, header, is_outlet, custom)
        ):
            header.body.append(row)
            continue
        if SEGMENT_MARK in row:
            header.lines.add(squeeze(row))
        if header.published and not had_date and not had_authors:
            _take_names_above(row, header, is_outlet, custom)
    header.published = header.published or next(_dateline_dates(header.body, custom), None)
    return header


def _take_names_above(row: str, header: PageHeader, is_outlet: IsOutlet, custom: DateCustom) -> None:
    """Take the authors from a line of names above the one with the date, in which a place may stand before the date."""
    is_place = bool(header.authors) and row.startswith(header.authors[0])
    above = header.body[-1].replace(SEGMENT_MARK, " ").strip() if header.body else ""
    names = parse_names(above, is_outlet, custom.language) if above and (is_place or not header.authors) else None
    if names:
        header.authors = names
        header.lines.add(squeeze(header.body.pop()))


def squeeze(row: str) -> str:
    """Return a line without spaces and marks between elements, to compare what two extractions made of it."""
    return "".join(row.replace(SEGMENT_MARK, "").split())


def _parse_line(row: str, header: PageHeader, is_outlet: IsOutlet, custom: DateCustom) -> bool:
    """Return whether a line is understood as a whole, or in one of the elements that it consists of."""
    if _parse_row(" ".join(row.replace(SEGMENT_MARK, " ").split()), header, is_outlet, custom):
        return True
    segments = [" ".join(segment.split()) for segment in row.split(SEGMENT_MARK)]
    if len(segments) == 1:
        return False
    parts = [PageHeader() for _ in segments]
    of_page = (segment for segment in _merged(list(filter(None, segments))) if not is_update_line(segment))
    parsed = [
        part for segment, part in zip(of_page, parts, strict=False) if _parse_row(segment, part, is_outlet, custom)
    ]
    days = {part.published.on for part in parsed if part.published}
    for part in parsed:
        header.authors = header.authors or part.authors
        if len(days) < 2:  # Of two days nobody knows which it is.
            header.published = header.published or part.published
            header.unclear_date = header.unclear_date or part.unclear_date
    return bool(parsed)


def _merged(segments: list[str]) -> Iterator[str]:
    """Yield the segments, those that only introduce another joined with it: `By`, `Updated:`."""
    introduction = ""
    for segment in segments:
        joined = f"{introduction} {segment}".strip()
        is_introduction = not any(map(str.isnumeric, joined)) and (is_by(joined) or is_update_line(joined))
        introduction = joined if is_introduction else ""
        if not is_introduction:
            yield joined


def _parse_row(row: str, header: PageHeader, is_outlet: IsOutlet, custom: DateCustom) -> bool:
    """Return whether the row consists of bylines, dates and outlets only, and add what they say to `header`."""
    segments = [segment for segment in _BARS.split(row.strip()) if segment and not is_outlet(segment)]
    authors, dates = None, list[str]()
    for segment in segments:
        names, date = (
            _parse_authors(segment, is_outlet, custom, has_date=len(segments) > 1)
            if authors is None
            else (None, segment)
        )
        authors = names if names is not None else authors
        if date and not _UPDATED.match(date) and not is_update_line(date):
            dates.append(date)
    published = read_printed(" | ".join(dates), custom)
    if not segments or (dates and published is None):
        return False
    if isinstance(published, UnclearDate):
        if published.reason == WRONG_WEEKDAY:
            return False  # Of the text rather than a date of the page.
        header.unclear_date = header.unclear_date or published
    else:
        header.published = header.published or published
    header.authors = header.authors or authors or ()
    return True


def _parse_authors(
    segment: str, is_outlet: IsOutlet, custom: DateCustom, *, has_date: bool
) -> tuple[tuple[str, ...] | None, str]:
    """Return the names in a segment, None if there are none, and what remains of it: a date before or after the names.

    Names without "By" count only if a date follows.
    """
    names = parse_byline(segment, is_outlet, custom.language)
    if names is None and read_printed(segment, custom) is not None:
        return None, segment  # A weekday may look like a name: `Thứ Hai, 04/03/2019`.
    if names is None and has_date:
        names = parse_names(segment, is_outlet, custom.language)
    if names is not None:
        return names, ""
    words = segment.split() if any(map(str.isnumeric, segment)) else []
    for count in range(1, len(words) if len(words) <= _MAX_SPLITS else 0):
        before, after = (" ".join(part).strip(_BETWEEN) for part in (words[:count], words[count:]))
        if read_printed(after, custom):
            names = parse_byline(before, is_outlet, custom.language)
            names = parse_names(before, is_outlet, custom.language) if names is None else names
            if names is not None:
                return names, after
        if read_printed(before, custom) and (names := parse_byline(after, is_outlet, custom.language)):
            return names, before
    return None, segment


def _dateline_dates(rows: list[str], custom: DateCustom) -> Iterator[Published]:
    """Yield dates with a year in the datelines of the first paragraphs, as in "MOSCOW, Nov. 19, 2015 (TASS) – …"."""
    non_blank = (row for row in rows if row.strip())
    for row in islice(non_blank, 3):
        if match := _DATELINE.match(row):
            day = match["place"].partition(",")[2]
            if published := parse_printed(day, custom):
                yield published
