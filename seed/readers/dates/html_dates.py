"""When a page was published: as its markup says, as it prints, or as htmldate reads off the rest of it."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime

from app.models import Basis, Precision
from seed.readers.dates.metadata import moment
from seed.readers.dates.printed import parse_printed
from seed.readers.html_markup.extracted_fields import ExtractedFields
from seed.readers.html_markup.metadata import Markup, of_an_update
from seed.readers.html_markup.tree import Element
from seed.records import Published

_UNDATED = "|".join(
    f"//{tag}"
    for tag in (
        *("aside", "footer", "nav", "script", "form"),
        "meta[contains(@property, 'modif') or contains(@name, 'modif') or contains(@itemprop, 'modif')]",
        "meta[contains(@property, 'update') or contains(@name, 'update') or contains(@http-equiv, 'modif')]",
        "*[contains(@class, 'updat') or contains(@class, 'modif') or contains(@class, 'comment')]",
        "*[contains(@class, 'related') or contains(@class, 'footer') or contains(@id, 'comment')]",
    )
)
"""What has dates of other things: of updates, comments, other articles."""

_QUARTER = 900  # Seconds: zones lie whole quarters of an hour apart.


def dated(findings: ExtractedFields, markup: Markup, printed: Published | None) -> Published:
    """The date as the markup gives it and as the page prints it, the printed day first where both mean the same."""
    problem = "the page says no date that can be read in one way"
    marked = None
    for place, value in markup.dates():
        try:
            marked = (place, moment("published", value))
            break
        except ValueError as error:
            problem = f"{place}: {error}"
    if marked is None and printed is None:
        marked = _guessed(markup.tree, findings)
    if marked is None and printed is None:
        findings.missing["published"] = problem
        return Published()
    found, published = _agreed(marked, printed, findings)
    findings.found["published"] = found
    return published


def _agreed(
    marked: tuple[str, Published] | None, printed: Published | None, findings: ExtractedFields
) -> tuple[str, Published]:
    below = "printed below the title"
    if marked is None:
        assert printed is not None  # noqa: S101 - one of the two is there
        return below, printed
    place, known = marked
    if printed is None or known.on is None or printed.on is None:
        return place, known
    if known.on == printed.on and _same_time(known, printed):
        # The same, and the page prints it: with the zone that it prints, if it does.
        return (
            (below, replace(printed, at=known.at or printed.at)) if printed.at or known.at is None else (place, known)
        )
    if known.at is not None and (shown := _shown(known, printed)):
        agreed = f"its instant in {place}" if shown.at is not None else f"which {place} agrees with in another zone"
        return f"{below}, {agreed}", shown
    if known.on != printed.on:
        findings.notes.append(f"the page prints {printed.on}, and {place} says {known.on}; the latter is taken")
    else:
        findings.notes.append(f"the page prints another time of day than {place} says; the latter is taken")
    return place, known


def _same_time(known: Published, printed: Published) -> bool:
    """Whether two dates of one day do not differ in their times, as far as both have them."""
    if known.at is None or printed.local_time is None:
        return True
    zoned = printed.at is None or abs(printed.at - known.at) < 60
    return zoned and printed.local_time == known.local_time


def _shown(known: Published, printed: Published) -> Published | None:
    """An instant with the day and time as printed, if some zone on Earth shows it so."""
    assert known.at is not None  # noqa: S101 - the caller asked
    if printed.at is not None:
        return replace(printed, at=known.at) if abs(printed.at - known.at) < 60 else None
    if printed.local_time is None:
        nearby = {datetime.fromtimestamp(known.at + hours * 3600, UTC).date().isoformat() for hours in (-12, 14)}
        if printed.on not in nearby or printed.on == known.on:
            return None
        return replace(printed, basis=Basis.STATED)
    seconds = _local_seconds(printed) - known.at // 60 * 60
    if seconds % _QUARTER or not -12 * 3600 <= seconds <= 14 * 3600:
        return None
    sign_, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
    zone = f"{sign_}{minutes // 60:02}:{minutes % 60:02}"
    return replace(printed, at=known.at, zone=printed.zone or zone, precision=Precision.MINUTE)


def _local_seconds(printed: Published) -> int:
    day = datetime.fromisoformat(f"{printed.on}T00:00:00+00:00")
    return int(day.timestamp()) + (printed.local_time or 0) // 60 * 60


def _guessed(tree: Element, findings: ExtractedFields) -> tuple[str, Published] | None:
    """The day that htmldate reads off the page's other elements and its address, without its looser guesses."""
    from htmldate import find_date  # noqa: PLC0415 - most pages say it themselves

    url = findings.fields.get("url")
    rest = deepcopy(tree)
    for element in rest.xpath(_UNDATED):
        element.drop_tree()
    for element in rest.xpath("//time")[:50]:
        if of_an_update(element):
            element.drop_tree()
    try:
        day = find_date(rest, extensive_search=False, original_date=True, url=str(url) if url else None)
    except MemoryError:
        raise
    except Exception:
        return None
    found = parse_printed(day) if day else None
    return (
        None
        if found is None
        else ("an element or address in which htmldate finds a date", replace(found, basis=Basis.METADATA))
    )
