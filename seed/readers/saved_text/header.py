"""The lines between a page's title and its text: bylines and dates in several forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from seed.readers.dates.printed import parse_printed
from seed.readers.saved_text.bylines import LONGEST_ROW, IsOutlet, byline, names
from seed.records import Published

ROWS = 8
"""Lines after the title, blank ones aside, in which bylines and dates stand."""

_BARS = re.compile(r"\s*[|•·]\s*")
_UPDATED = re.compile(r"(?:last\s+)?(?:updated|modified|edited)\b", re.IGNORECASE)
# Every run is bounded, so that no line takes more than its length.
_DATELINE = re.compile(r"(?P<place>[^()–—]{2,60}?)(?:\s{0,3}\([^()]{2,40}\))?\s{1,3}[–—-]{1,2}\s")


@dataclass(slots=True)
class Head:
    """What the head of a page says."""

    published: Published | None = None
    authors: tuple[str, ...] = ()
    rest: list[str] = field(default_factory=list)


def read_head(rows: list[str], is_outlet: IsOutlet) -> Head:
    """Date and authors of the rows below a title, and the rows that are neither."""
    head = Head()
    seen = 0
    for row in rows:
        seen += bool(row.strip())
        if not row.strip() or seen > ROWS or len(row) > LONGEST_ROW or not _taken(row, head, is_outlet):
            head.rest.append(row)
    head.published = head.published or next(_datelines(head.rest), None)
    return head


def _taken(row: str, head: Head, is_outlet: IsOutlet) -> bool:
    """Whether every part of the row is a byline, a date or an outlet; what they say goes into `head`."""
    parts = [part for part in _BARS.split(row.strip()) if part and not is_outlet(part)]
    authors = _authors(parts, is_outlet)
    dates = [part for part in parts[authors is not None :] if not _UPDATED.match(part)]
    published = parse_printed(" | ".join(dates))
    if not parts or (dates and published is None):
        return False
    head.published = head.published or published
    head.authors = head.authors or authors or ()
    return True


def _authors(parts: list[str], is_outlet: IsOutlet) -> tuple[str, ...] | None:
    """The names in the first part; bare ones, without "By", only where a date follows."""
    if not parts:
        return None
    found = byline(parts[0], is_outlet)
    return names(parts[0], is_outlet) if found is None and len(parts) > 1 else found


def _datelines(rows: list[str]) -> Iterator[Published]:
    """Dates with a year in the dateline of the first paragraphs, as in "MOSCOW, Nov. 19, 2015 (TASS) – …"."""
    written = (row for row in rows if row.strip())
    for row in islice(written, 3):
        if match := _DATELINE.match(row):
            day = match["place"].partition(",")[2]
            if found := parse_printed(day):
                yield found
