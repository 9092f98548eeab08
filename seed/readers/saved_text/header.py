"""Parse the lines between a page's title and its text: bylines and dates in several forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from seed.readers.dates.printed import parse_printed
from seed.readers.saved_text.bylines import MAX_NAMES_ROW_LENGTH, IsOutlet, parse_byline, parse_names
from seed.records import Published

HEADER_ROWS = 8
"""Number of non-blank lines below the title that are checked for bylines and dates."""

_BARS = re.compile(r"\s*[|•·]\s*")
_UPDATED = re.compile(r"(?:last\s+)?(?:updated|modified|edited)\b", re.IGNORECASE)
# Every repetition is bounded, so that the time stays linear in the length of a line.
_DATELINE = re.compile(r"(?P<place>[^()–—]{2,60}?)(?:\s{0,3}\([^()]{2,40}\))?\s{1,3}[–—-]{1,2}\s")


@dataclass(slots=True)
class PageHeader:
    """Date and authors printed below a title, and the remaining rows."""

    published: Published | None = None
    authors: tuple[str, ...] = ()
    body: list[str] = field(default_factory=list)


def parse_header(rows: list[str], is_outlet: IsOutlet) -> PageHeader:
    """Parse date and authors from the rows below a title."""
    header = PageHeader()
    non_blank = 0
    for row in rows:
        non_blank += bool(row.strip())
        if (
            not row.strip()
            or non_blank > HEADER_ROWS
            or len(row) > MAX_NAMES_ROW_LENGTH
            or not _parse_row(row, header, is_outlet)
        ):
            header.body.append(row)
    header.published = header.published or next(_dateline_dates(header.body), None)
    return header


def _parse_row(row: str, header: PageHeader, is_outlet: IsOutlet) -> bool:
    """Return whether the row consists of bylines, dates and outlets only, and add what they say to `header`."""
    segments = [segment for segment in _BARS.split(row.strip()) if segment and not is_outlet(segment)]
    authors = _parse_authors(segments, is_outlet)
    dates = [segment for segment in segments[authors is not None :] if not _UPDATED.match(segment)]
    published = parse_printed(" | ".join(dates))
    if not segments or (dates and published is None):
        return False
    header.published = header.published or published
    header.authors = header.authors or authors or ()
    return True


def _parse_authors(segments: list[str], is_outlet: IsOutlet) -> tuple[str, ...] | None:
    """Return the names in the first segment; names without "By" count only if a date follows."""
    if not segments:
        return None
    names = parse_byline(segments[0], is_outlet)
    return parse_names(segments[0], is_outlet) if names is None and len(segments) > 1 else names


def _dateline_dates(rows: list[str]) -> Iterator[Published]:
    """Yield dates with a year in the datelines of the first paragraphs, as in "MOSCOW, Nov. 19, 2015 (TASS) – …"."""
    non_blank = (row for row in rows if row.strip())
    for row in islice(non_blank, 3):
        if match := _DATELINE.match(row):
            day = match["place"].partition(",")[2]
            if published := parse_printed(day):
                yield published
