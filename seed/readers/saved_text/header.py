"""Parse the lines between a page's title and its text: bylines and dates in several forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from seed.readers.dates.customs import NO_CUSTOM, DateCustom
from seed.readers.dates.printed import WRONG_WEEKDAY, UnclearDate, is_update_line, parse_printed, read_printed
from seed.readers.saved_text.bylines import (
    MAX_NAMES_ROW_LENGTH,
    IsOutlet,
    has_trade,
    is_by,
    is_known_place,
    may_be_place,
    names_event,
    parse_byline,
    parse_names,
)
from seed.readers.saved_text.generic_authors import agencies_among, agencies_in, agency_pieces
from seed.records import Published

HEADER_ROWS = 8
"""Number of non-blank lines below the title that are checked for bylines and dates."""

SEGMENT_MARK = "\ufdd0"
"""The character between the elements of a line, which is none in Unicode."""

_BARS = re.compile(r"\s*[|•·]\s*")
_UPDATED = re.compile(r"(?:last\s+)?(?:updated|modified|edited)\b", re.IGNORECASE)
_MAX_SPLITS = 40  # Words of a line that has names and a date.
_BETWEEN = " ,;–—-:/()"
_SEPARATORS = ("–", "—", "-", "/")
_COMMAS = (",", "،", "、")
_MAX_PLACES = 3  # A name, a place, and the country or region in which it is.
_BRACKETS = re.compile(r"(?<!\S)(?:[(\[][^()\[\]]{2,40}[)\]]|/[^/]{2,40}/)(?!\w)")
# Every repetition is bounded, so that the time stays linear in the length of a line.
_DATELINE = re.compile(r"(?P<place>[^()–—]{2,60}?)(?:\s{0,3}\([^()]{2,40}\))?\s{1,3}[–—-]{1,2}\s")


@dataclass(slots=True)
class PageHeader:
    """Date and authors printed below a title, and the remaining rows.

    `unclear_date` is a date of several readings, `unclear_authors` are words that may be a name or a place, `agency` is
    that next to the names or the date, `wrong_weekday` is the first line of a date whose weekday does not
    fit, and `event` one of a date that may be that of an event. `is_day_of_place` says that a name or a place is next
    to the date, so that one by itself wins.
    """

    published: Published | None = None
    unclear_date: UnclearDate | None = None
    authors: tuple[str, ...] = ()
    unclear_authors: str = ""
    agency: str = ""
    wrong_weekday: str = ""
    event: str = ""
    is_day_of_place: bool = False
    body: list[str] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)
    """The lines that were understood, as `squeeze` returns them."""

    @property
    def reason_for_no_date(self) -> str | None:
        """Return why the date below the title is none, None if there is none or a good one."""
        if self.unclear_date is not None:
            return f"the date printed below the title is not clear: {self.unclear_date.reason}"
        return f"{WRONG_WEEKDAY} in {self.wrong_weekday[:80]!r}" if self.wrong_weekday else None

    @property
    def reason_for_missing_date(self) -> str | None:
        """Return which line has a date that may be that of an event, None if there is none, or a date."""
        if self.published is not None or not self.event:
            return None
        return f"{self.event[:80]!r} may be the place and day of an event"

    @property
    def reason_for_no_authors(self) -> str | None:
        """Return why the words next to the date are no authors, None if there are none."""
        if self.authors or not self.unclear_authors:
            return None
        return f"{self.unclear_authors!r}, next to the date, could be a name or a place"


def parse_header(rows: list[str], is_outlet: IsOutlet, custom: DateCustom = NO_CUSTOM) -> PageHeader:
    """Parse date and authors from the rows below a title; `custom` is that of the page."""
    header = PageHeader()
    is_outlet = _or_agency(is_outlet)
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


def _or_agency(is_outlet: IsOutlet) -> IsOutlet:
    return lambda name: is_outlet(name) or agencies_in(name) is not None


def _take_names_above(row: str, header: PageHeader, is_outlet: IsOutlet, custom: DateCustom) -> None:
    """Take the authors from a line of names above the one with the date, in which a place may stand before the date."""
    is_place = bool(header.authors) and row.startswith(header.authors[0])
    above = header.body[-1].replace(SEGMENT_MARK, " ").strip() if header.body else ""
    names = parse_names(above, is_outlet, custom.language) if above and (is_place or not header.authors) else None
    if names and not any(map(is_known_place, names)):
        header.authors = names
        header.lines.add(squeeze(header.body.pop()))


def squeeze(row: str) -> str:
    """Return a line without spaces and marks between elements, to compare what two extractions made of it."""
    return "".join(row.replace(SEGMENT_MARK, "").split())


def _parse_line(row: str, header: PageHeader, is_outlet: IsOutlet, custom: DateCustom) -> bool:
    """Return whether a line is understood as a whole, or in one of the elements that it consists of."""
    joined = " ".join(row.replace(SEGMENT_MARK, " ").split())
    if _parse_row(joined, header, is_outlet, custom):
        return True
    segments = [" ".join(segment.split()) for segment in row.split(SEGMENT_MARK)]
    if len(segments) == 1 or header.event == joined:
        return False
    parts = [PageHeader() for _ in segments]
    of_page = (segment for segment in _merged(list(filter(None, segments))) if not is_update_line(segment))
    parsed = [
        part for segment, part in zip(of_page, parts, strict=False) if _parse_row(segment, part, is_outlet, custom)
    ]
    header.event = header.event or next((part.event for part in parts if part.event), "")
    days = {part.published.on for part in parsed if part.published}
    for part in parsed:
        header.authors = header.authors or part.authors
        header.unclear_authors = header.unclear_authors or part.unclear_authors
        header.agency = header.agency or part.agency
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
    """Return whether the row has bylines, dates, agencies and outlets only, and add what they say to `header`."""
    agency = ", ".join(filter(None, (agencies_in(piece) or agencies_among(piece) for piece in _BARS.split(row))))
    segments = [segment for segment in _BARS.split(_without_agencies(row)) if segment and not is_outlet(segment)]
    byline, dates, unsigned = _Byline(), list[str](), list[str]()
    for segment in segments:
        date = segment
        if byline.names is None:
            byline = _parse_authors(segment, is_outlet, custom, has_date=len(segments) > 1)
            date = byline.date
        if len(segments) > 1 and " " not in date and may_be_place(date):
            unsigned.append(date)  # A place or a section next to the date.
        elif date and not _UPDATED.match(date) and not is_update_line(date):
            dates.append(date)
    published = read_printed(" | ".join(dates), custom)
    if (not segments and not agency) or ((dates or unsigned) and published is None):
        return False
    if published is not None and any(names_event(words, custom.language) for words in (*unsigned, byline.unsigned)):
        header.event = header.event or row
        return False  # Of the text rather than a date of the page.
    if isinstance(published, UnclearDate):
        if published.reason == WRONG_WEEKDAY:
            header.wrong_weekday = header.wrong_weekday or row
            return False  # As above.
        header.unclear_date = header.unclear_date or published
    else:
        is_first = header.published is None or (header.is_day_of_place and not byline.unclear)
        if published is not None and is_first:
            header.published, header.is_day_of_place = published, bool(byline.unclear)
    header.authors = header.authors or byline.names or ()
    header.unclear_authors = header.unclear_authors or byline.unclear
    header.agency = header.agency or agency
    return True


def _without_agencies(row: str) -> str:
    """Return a row without agencies in brackets, as in `Berlin (dpa) - 4. März 2019`."""
    return _BRACKETS.sub(lambda match: "" if agencies_in(match[0]) else match[0], row.strip())


@dataclass(frozen=True, slots=True)
class _Byline:
    """The names in a segment, None if there are none, and what remains of it: a date before or after the names.

    `unclear` are words in the place of names that may be those of a place; then there are no names. `unsigned` are
    names or such words that no "By" introduces.
    """

    names: tuple[str, ...] | None = None
    date: str = ""
    unclear: str = ""
    unsigned: str = ""


def _parse_authors(segment: str, is_outlet: IsOutlet, custom: DateCustom, *, has_date: bool) -> _Byline:
    """Return the byline in a segment; names without "By" count only if a date is next to them."""
    has_number = any(map(str.isnumeric, segment))
    names = parse_byline(segment, is_outlet, custom.language)
    if names is None and has_number and (read_printed(segment, custom) is not None or is_update_line(segment)):
        return _Byline(None, segment)  # A weekday may look like a name: `Thứ Hai, 04/03/2019`.
    if names is not None:
        return _Byline(names)
    if has_date and (names := parse_names(segment, is_outlet, custom.language)) is not None:
        if any(map(is_known_place, names)):
            return _Byline((), unclear=segment, unsigned=segment)
        return _Byline(names, unsigned=segment)
    words = segment.replace("，", ", ").split() if has_number else []
    splits = range(1, len(words) if len(words) <= _MAX_SPLITS else 0)
    bylines = (_split_byline(words[:count], words[count:], is_outlet, custom) for count in splits)
    return next(filter(None, bylines), _Byline(None, segment))


def _split_byline(
    words_before: list[str], words_after: list[str], is_outlet: IsOutlet, custom: DateCustom
) -> _Byline | None:
    """Return the byline of names and a date; None if the words are anything else.

    Names without "By" need a separator that is no comma, or a word for the trade of a person: `New York, March 4` may
    name a place.
    """
    before, after = (" ".join(words).strip(_BETWEEN) for words in (words_before, words_after))
    date = read_printed(after, custom)
    if (date or is_update_line(after)) and (names := parse_byline(before, is_outlet, custom.language)) is not None:
        return _Byline(names, after)
    if date:
        names = parse_names(before, is_outlet, custom.language)
        is_separate = words_before[-1].endswith(_SEPARATORS) or words_after[0].startswith(_SEPARATORS)
        if names is not None:
            is_clear = (is_separate or has_trade(before)) and not any(map(is_known_place, names))
            if is_clear or not names:
                return _Byline(names, after, unsigned=before)
        has_comma = words_before[-1].endswith(_COMMAS)
        is_place = (
            names is not None or is_known_place(before) or ((is_separate or has_comma) and _may_be_places(before))
        )
        if is_place and not after.isdecimal():
            # With a year alone it may be anything: `Munich Games 1972`.
            return _Byline((), after, before, unsigned=before)
    if read_printed(before, custom) and (names := parse_byline(after, is_outlet, custom.language)):
        return _Byline(names, before)
    return None


def _may_be_places(text: str) -> bool:
    """Return whether a text may consist of a name and places, besides agencies: `Ada Byrne, Paris`, `Москва`."""
    pieces = [piece for piece in agency_pieces(text) if agencies_in(piece) is None]
    return 0 < len(pieces) <= _MAX_PLACES and all(map(may_be_place, pieces))


def _dateline_dates(rows: list[str], custom: DateCustom) -> Iterator[Published]:
    """Yield dates with a year in the datelines of the first paragraphs, as in "MOSCOW, Nov. 19, 2015 (TASS) – …"."""
    non_blank = (row for row in rows if row.strip())
    for row in islice(non_blank, 3):
        if match := _DATELINE.match(row):
            place, _, day = match["place"].partition(",")
            if names_event(place, custom.language):
                continue
            if published := parse_printed(day, custom):
                yield published
