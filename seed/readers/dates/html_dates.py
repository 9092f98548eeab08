"""Determine when a page was published: from its markup, its visible text, or elsewhere with htmldate."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime

from app.models import Basis, Precision
from seed.readers.dates.metadata import parse_date
from seed.readers.dates.printed import parse_printed
from seed.readers.html_markup.extracted_fields import ExtractedFields
from seed.readers.html_markup.metadata import Markup, concerns_update
from seed.readers.html_markup.tree import Element, find_elements
from seed.records import Published

_OTHER_DATES = "|".join(
    f"//{tag}"
    for tag in (
        *("aside", "footer", "nav", "script", "form"),
        "meta[contains(@property, 'modif') or contains(@name, 'modif') or contains(@itemprop, 'modif')]",
        "meta[contains(@property, 'update') or contains(@name, 'update') or contains(@http-equiv, 'modif')]",
        "*[contains(@class, 'updat') or contains(@class, 'modif') or contains(@class, 'comment')]",
        "*[contains(@class, 'related') or contains(@class, 'footer') or contains(@id, 'comment')]",
    )
)
"""Elements with dates of other things: updates, comments, other articles."""

_QUARTER_HOUR = 900  # Seconds: offsets of time zones are multiples of a quarter of an hour.


def publication_date(extracted: ExtractedFields, markup: Markup, printed: Published | None) -> Published:
    """Return the date in the markup or in the visible text; where both agree, the printed day wins."""
    problem = "the page has no unambiguous date"
    in_markup = None
    for place, value in markup.dates():
        try:
            in_markup = (place, parse_date("published", value))
            break
        except ValueError as error:
            problem = f"{place}: {error}"
    if in_markup is None and printed is None:
        in_markup = _date_by_htmldate(markup.tree, extracted)
    if in_markup is None and printed is None:
        extracted.missing["published"] = problem
        return Published()
    provenance, published = _reconcile(in_markup, printed, extracted)
    extracted.provenance["published"] = provenance
    return published


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


def _date_by_htmldate(tree: Element, extracted: ExtractedFields) -> tuple[str, Published] | None:
    """Return the day that htmldate finds in other elements or the URL, without its extensive search."""
    from htmldate import find_date  # noqa: PLC0415 - most pages need no htmldate

    url = extracted.fields.get("url")
    page = deepcopy(tree)
    for element in find_elements(page, _OTHER_DATES):
        element.drop_tree()
    for element in find_elements(page, "//time")[:50]:
        if concerns_update(element):
            element.drop_tree()
    try:
        day = find_date(page, extensive_search=False, original_date=True, url=str(url) if url else None)
    except MemoryError:
        raise
    except Exception:
        return None
    published = parse_printed(day) if day else None
    return (
        None
        if published is None
        else ("an element or URL in which htmldate finds a date", replace(published, basis=Basis.METADATA))
    )
