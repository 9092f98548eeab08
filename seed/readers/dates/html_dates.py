"""Determine when a page was published: from its markup, its visible text, its URL, or the end of its title."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from urllib.parse import urlsplit

from app.models import Basis, Precision
from seed.readers.dates.customs import DateCustom, declared_custom
from seed.readers.dates.metadata import UnclearDateError, parse_date
from seed.readers.dates.printed import UnclearDate, read_printed
from seed.readers.html_markup.extracted_fields import ExtractedFields
from seed.readers.html_markup.metadata import Markup, concerns_update
from seed.readers.html_markup.page_header import PageScope
from seed.readers.html_markup.tree import Element, find_elements, text_lines
from seed.records import Published

_OTHER_DATES = "|".join(
    f"//{tag}"
    for tag in (
        *("aside", "footer", "nav", "script", "form[not(.//p)]", "a", "li", "article[preceding::article]"),
        "meta[contains(@property, 'modif') or contains(@name, 'modif') or contains(@itemprop, 'modif')]",
        "meta[contains(@property, 'update') or contains(@name, 'update') or contains(@http-equiv, 'modif')]",
        "*[contains(@class, 'updat') or contains(@class, 'modif') or contains(@class, 'comment')]",
        "*[contains(@class, 'related') or contains(@class, 'footer') or contains(@id, 'comment')]",
        *(
            f"*[contains(@class, '{word}') or contains(@id, '{word}')]"
            for word in ("now", "today", "current", "toptime", "clock", "heute", "Today", "Now")
        ),
    )
)
"""Elements with dates of other things: updates, comments, other articles."""

LocatedDate = tuple[str, Published]
"""Where a date was found, and the date."""

_DATE_ELEMENTS = (
    "//time | //abbr[@title] | //*[@data-date or @data-published or @data-datetime] | //*["
    + " or ".join(
        f"contains(translate(@{name}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), '{word}')"
        for name in ("class", "id")
        for word in ("date", "time", "publ", "posted", "byline", "stamp", "datum", "fecha", "meta", "info")
    )
    + "]"
)
"""Elements whose names or attributes say that they hold a date; most of them hold something else."""

_DATE_ATTRIBUTES = ("datetime", "data-date", "data-published", "data-datetime", "content", "title")
_MAX_DATE_ELEMENTS = 200
_MAX_CHILDREN = 10  # An element with more children holds more than a date.

_QUARTER_HOUR = 900  # Seconds: offsets of time zones are multiples of a quarter of an hour.

_NUMERIC_DATE = re.compile(r"(?<![0-9./-])([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})(?![0-9./-])")
_URL_DAY = re.compile(r"(?:^|[/_-])((?:19|20)[0-9]{2})[/_-]?([01][0-9])[/_-]?([0-3][0-9])(?=[/_.-]|$)")
_ANY_NUMERIC_DATE = re.compile(r"(?<![0-9./-])[0-9]{1,2}([/-])[0-9]{1,2}\1[0-9]{2}(?:[0-9]{2})?(?![0-9./-])")
_MAX_ROWS = 2_000  # Lines of a page that are searched for dates that show the order of its numbers.

UPDATE_METAS = (
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "last-modified",
    "dcterms.modified",
    "lastmod",
)


def page_custom(tags: Iterable[str], country: str | None, rows: Iterable[str]) -> DateCustom:
    """Return in which order a page writes numeric dates: as its language and country do, unless its dates show another.

    Clear dates on the page (a day after the 12th) settle the order where none is declared; if they contradict what is
    declared, or each other, the order is not known.
    """
    custom = declared_custom(tags, country)
    shown = {order for row in rows for order in _shown_orders(row)}
    if not shown:
        return custom
    if len(shown) > 1 or custom.order not in {None, *shown}:
        return replace(custom, order=None)
    return replace(custom, order=shown.pop())


def without_contradiction(
    custom: DateCustom, extracted: ExtractedFields, markup: Markup, rows: Iterable[str]
) -> DateCustom:
    """Return a custom, without its order if the first numeric date of the page has its other reading by URL or updates.

    A page of a British language whose URL has `/2019/03/04/` does not mean the third of April by `03/04/2019`.
    """
    if custom.order is None:
        return custom
    any_order = replace(custom, order=None)
    days = _DaysOfPage(extracted, markup)
    for row in chain((str(value) for _, value in markup.dates()), rows):
        match = _ANY_NUMERIC_DATE.search(row)
        date = read_printed(match[0], any_order) if match else None
        if match and isinstance(date, UnclearDate) and date.readings:
            settled = days.settle(date.readings)
            return custom if settled in {None, read_printed(match[0], custom)} else any_order
    return custom


def _shown_orders(row: str) -> Iterator[str]:
    for first, _, second, _ in _NUMERIC_DATE.findall(row):
        if int(first) > 12 >= int(second) > 0:
            yield "DMY"
        elif int(second) > 12 >= int(first) > 0:
            yield "MDY"


def publication_date(
    extracted: ExtractedFields,
    markup: Markup,
    printed: Published | UnclearDate | None,
    custom: DateCustom,
    scope: PageScope,
) -> Published:
    """Return the date in the markup or in the visible text; where both agree, the printed day wins.

    Without either, it is the day in the URL or at the end of the title, or the only one in elements for dates.
    """
    problem = None
    known_days = _DaysOfPage(extracted, markup)
    if isinstance(printed, UnclearDate):
        problem = f"the date printed below the title is not clear: {printed.reason}"
        printed = known_days.settle(printed.readings)
    in_markup = None
    for place, value in markup.dates():
        try:
            in_markup = (place, parse_date("published", value, custom=custom))
            break
        except UnclearDateError as error:
            problem = f"{place}: {error}"
            if settled := known_days.settle(error.readings):
                in_markup = (place, replace(settled, basis=Basis.METADATA))
                break
        except ValueError as error:
            problem = f"{place}: {error}"
    if in_markup is None and printed is None:
        in_markup = _other_date(extracted, markup, custom, scope)
    if in_markup is None and printed is None:
        extracted.missing["published"] = "the page has no unambiguous date"
        if problem:
            extracted.dropped["published"] = ValueError(problem)
        return Published()
    provenance, published = _reconcile(in_markup, printed, extracted)
    extracted.provenance["published"] = provenance
    return published


class _DaysOfPage:
    """What other dates of a page say about its day: the one in its URL, and those of updates, which are not earlier."""

    def __init__(self, extracted: ExtractedFields, markup: Markup) -> None:
        self._url_day = _url_day(str(extracted.fields.get("url") or ""))
        values = [markup.data.text("dateModified"), *(markup.metas.get(name) for name in UPDATE_METAS)]
        dates = [date for value in values if value and isinstance(date := read_printed(value[:10]), Published)]
        self._update_days = {str(date.on) for date in dates}

    def settle(self, readings: Iterable[Published]) -> Published | None:
        """Return the only reading that agrees with the other dates, None if they do not decide."""
        readings = [reading for reading in readings if all(str(reading.on) <= day for day in self._update_days)]
        same = [reading for reading in readings if reading.on == self._url_day or reading.on in self._update_days]
        if len(same) == 1:
            return same[0]
        return readings[0] if self._update_days and len(readings) == 1 else None


def _url_day(url: str) -> str | None:
    """Return the day in the path of a URL, as in `/2019/03/04/` or `-20190304.html`."""
    days = {f"{year}-{month}-{day}" for year, month, day in _URL_DAY.findall(urlsplit(url).path)}
    days = {day for day in days if isinstance(read_printed(day), Published)}
    return days.pop() if len(days) == 1 else None


def _other_date(extracted: ExtractedFields, markup: Markup, custom: DateCustom, scope: PageScope) -> LocatedDate | None:
    """Return the day in the URL, at the end of the title, or in elements for dates if they all have the same."""
    if day := _url_day(str(extracted.fields.get("url") or "")):
        return "the URL", Published(day, precision=Precision.DAY, basis=Basis.METADATA)
    for place, value in markup.title_dates():
        if isinstance(date := read_printed(value, custom), Published):
            return place, replace(date, basis=Basis.METADATA)
    dates = list(_dates_of_elements(markup.tree, custom, scope))
    if len({date.on for date in dates}) != 1:
        return None
    most_precise = max(dates, key=lambda date: (date.at is not None, date.local_time is not None))
    return "the only date in elements for dates", replace(most_precise, basis=Basis.METADATA)


def _dates_of_elements(tree: Element, custom: DateCustom, scope: PageScope) -> Iterator[Published]:
    others = set(find_elements(tree, _OTHER_DATES))
    for element in [*scope.elements(tree, _DATE_ELEMENTS)][:_MAX_DATE_ELEMENTS]:
        if others.isdisjoint(scope.path(element)) and not concerns_update(element):
            yield from (date for date in _dates_of(element, custom) if date.on and len(date.on) == 10)


def _dates_of(element: Element, custom: DateCustom) -> Iterator[Published]:
    for name in _DATE_ATTRIBUTES:
        try:
            yield parse_date("published", element.get(name), custom=custom)
        except ValueError:
            continue
    rows = text_lines(element) if len(element) < _MAX_CHILDREN else []
    yield from (date for row in rows if isinstance(date := read_printed(row, custom), Published))


def _reconcile(
    in_markup: tuple[str, Published] | None, printed: Published | None, extracted: ExtractedFields
) -> tuple[str, Published]:
    provenance = "printed below the title"
    if in_markup is None:
        assert printed is not None  # noqa: S101 - one of the two is there
        return provenance, printed
    place, markup_date = in_markup
    if printed is None or markup_date.on is None or printed.on is None:
        return place, markup_date
    if markup_date.on == printed.on and _same_time(markup_date, printed):
        # Both agree: take the printed one, with its zone if it has one.
        return (
            (provenance, replace(printed, at=markup_date.at or printed.at))
            if printed.at or markup_date.at is None
            else (place, markup_date)
        )
    if markup_date.at is not None and (converted := _in_printed_zone(markup_date, printed)):
        agreement = (
            f"its instant in {place}" if converted.at is not None else f"which agrees with {place} in another zone"
        )
        return f"{provenance}, {agreement}", converted
    if markup_date.on != printed.on:
        extracted.notes.append(f"the page prints {printed.on}, but {place} has {markup_date.on}; the latter is used")
    else:
        extracted.notes.append(f"the page prints a different time of day than {place}; the latter is used")
    return place, markup_date


def _same_time(markup_date: Published, printed: Published) -> bool:
    """Return whether the times of two dates of one day agree, as far as both have one."""
    if markup_date.at is None or printed.local_time is None:
        return True
    same_instant = printed.at is None or abs(printed.at - markup_date.at) < 60
    return same_instant and printed.local_time == markup_date.local_time


def _in_printed_zone(markup_date: Published, printed: Published) -> Published | None:
    """Return the instant with the printed day and time, if some time zone on Earth shows it so."""
    assert markup_date.at is not None  # noqa: S101 - the caller checked
    if printed.at is not None:
        return replace(printed, at=markup_date.at) if abs(printed.at - markup_date.at) < 60 else None
    if printed.local_time is None:
        nearby = {datetime.fromtimestamp(markup_date.at + hours * 3600, UTC).date().isoformat() for hours in (-12, 14)}
        if printed.on not in nearby or printed.on == markup_date.on:
            return None
        return replace(printed, basis=Basis.STATED)
    seconds = _local_seconds(printed) - markup_date.at // 60 * 60
    if seconds % _QUARTER_HOUR or not -12 * 3600 <= seconds <= 14 * 3600:
        return None
    sign, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
    zone = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return replace(printed, at=markup_date.at, zone=printed.zone or zone, precision=Precision.MINUTE)


def _local_seconds(printed: Published) -> int:
    day = datetime.fromisoformat(f"{printed.on}T00:00:00+00:00")
    return int(day.timestamp()) + (printed.local_time or 0) // 60 * 60
