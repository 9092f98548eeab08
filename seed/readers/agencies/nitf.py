"""NITF, in which agencies and newspapers exchange articles: what its head says, and the report in its body."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from seed.readers.agencies.datelines import known_date
from seed.readers.agencies.documents import read_items
from seed.readers.agencies.news_item import NewsItem
from seed.readers.agencies.xml_text import block_text, line, located, plain_text
from seed.readers.context import ReaderContext
from seed.readers.fields.transforms import TRANSFORMS
from seed.readers.input.sandbox import read_file_sandboxed
from seed.readers.strict_xml import PROLOG, XML_LANGUAGE, Element, outermost
from seed.records import Published, ReadItem

KIND = "NITF"

_START = re.compile(
    rf"{PROLOG}(?:<[\w.:-]{{1,60}}(?:\s[^<>]{{0,500}})?>\s*+(?:<!--.{{0,2000}}?-->\s*+)?){{0,4}}<(?:[\w.-]{{1,40}}:)?nitf[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_UNPUBLISHED = frozenset({"withheld", "canceled", "cancelled"})
_LEADS = frozenset({"lead_paragraph", "online_lead_paragraph"})
_NOT_OF_PERSONS = frozenset({"byttl", "virtloc", "org", "location", "postaddr"})


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins like NITF, maybe inside one element around several articles."""
    return bool(_START.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Return the articles of a file, with their positions (from 1) as lines of origin if there are several."""
    return read_file_sandboxed(read_document, stream, path, context)


def read_document(content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return the articles of a document's bytes, and a refusal for each one that cannot be used."""
    return read_items(content, path, context, ("nitf",), _describe)


def _describe(article: Element) -> list[NewsItem] | str:
    status = (_attribute(article, "head/docdata", "management-status") or "").lower()
    if status in _UNPUBLISHED:
        return f"an article with the status {status!r} is not published ({KIND})"
    return [nitf_item(article)]


def nitf_item(root: Element) -> NewsItem:
    """Return what an NITF document says about its article."""
    item = NewsItem(KIND)
    head = root.find("body/body.head")
    # A class marks the headline for another medium.
    headlines = sorted(root.iterfind("body/body.head/hedline/hl1"), key=lambda headline: "class" in headline.attrib)
    item.titles = [*located("hl1", *map(line, headlines)), *located("title", line(root.find("head/title")))]
    distributor = line(root.find("body/body.head/distributor"))
    holder = _attribute(root, "head/docdata/doc.copyright", "holder")
    item.sources = located("pubdata", _attribute(root, "head/pubdata", "name"))
    item.agencies = located("distributor", distributor)
    if not (item.sources or item.agencies):
        item.sources = [
            *located("from-src", _attribute(root, "head/docdata/from-src", "src-name")),
            *located("doc-id", _attribute(root, "head/docdata/doc-id", "regsrc")),
            *located("doc.copyright", holder),
        ]
    item.parties = [
        name for name in (holder, *(line(org) for org in root.iterfind("body/body.head/byline/org"))) if name
    ]
    item.ids = located("doc-id", _attribute(root, "head/docdata/doc-id", "id-string"))
    item.urls = located("pubdata", _attribute(root, "head/pubdata", "ex-ref"))
    body = root.find("body")
    language = (element.get(XML_LANGUAGE) for element in (body, root) if element is not None)
    item.languages = [*located("xml:lang", *language), *located("meta", _meta(root, "language"))]
    item.rights = _rights(root, holder)
    printed = (root.iterfind(f"body/body.head/dateline{path}") for path in ("/location", ""))
    item.datelines = [text for _, text in located("dateline", *(line(each) for found in printed for each in found))]
    _add_authors(item, root)
    _add_details(item, root)
    _add_dates(item, root)
    item.texts = located("body.content", *(_report(content) for content in root.iterfind("body/body.content")))
    if head is not None:
        item.abstracts = located("abstract", *(block_text(abstract) for abstract in head.iterfind("abstract")))
    return item


def _attribute(root: Element, path: str, name: str) -> str | None:
    """Return the first value of an attribute at a path that is not empty."""
    values = (element.get(name) for element in root.iterfind(path))
    return next((value.strip() for value in values if value and value.strip()), None)


def _meta(root: Element, name: str) -> str | None:
    return next((meta.get("content") for meta in root.iterfind("head/meta") if meta.get("name") == name), None)


def _rights(root: Element, holder: str | None) -> list[tuple[str, str]]:
    """Return the notice as printed, else one that is made of year and holder."""
    notices = [*root.iterfind("body/body.head/rights"), *outermost(root, "copyrite")]
    year = _attribute(root, "head/docdata/doc.copyright", "year")
    made = f"© {year} {holder}" if year and holder else f"© {holder}" if holder else None
    return [*located("rights", *map(line, notices)), *located("doc.copyright", made)]


def _add_authors(item: NewsItem, root: Element) -> None:
    """Add persons and bylines; a byline that a database normalized has the last name first."""
    inverted = TRANSFORMS["inverted-names"]
    for byline in root.iterfind("body/body.head/byline"):
        is_normalized = byline.get("class", "") == "normalized_byline"
        persons = [_person(person) for person in outermost(byline, "person")]
        item.persons += located("byline", *persons)
        if not persons:
            text = _byline_text(byline)
            names = inverted(text, "") if is_normalized else [text]
            place = "normalized byline" if is_normalized else "byline"
            item.bylines += located(place, *(names if isinstance(names, list) else []))
    item.bylines.sort(key=lambda found: found[0] == "normalized byline")
    taglines = located("tagline", *(line(tagline) for tagline in root.iterfind("body/body.end/tagline")))
    item.bylines += [(place, text.strip("()[]-–— ")) for place, text in taglines]


def _person(person: Element) -> str:
    parts = [line(part) for name in ("name.given", "name.middle", "name.family") for part in person.iterfind(name)]
    return " ".join(filter(None, parts)) or line(person)


def _byline_text(byline: Element) -> str:
    """Return the lines of a byline without titles, addresses and organizations, each of which ends a line."""
    lines = [byline.text or ""]
    for child in byline:
        if child.tag in _NOT_OF_PERSONS or child.tag == "br":
            lines.append("\n")
        else:
            lines.append(block_text(child))
        lines.append(child.tail or "")
    rows = (" ".join(row.split()).strip(" ,;") for row in "".join(lines).split("\n"))
    return "\n".join(filter(None, rows))


def _add_details(item: NewsItem, root: Element) -> None:
    path = "head/pubdata"
    length, unit = _attribute(root, path, "item-length"), _attribute(root, path, "unit-of-measure")
    plural = {"word": "words", "character": "characters", "line": "lines"}.get(unit or "", unit or "")
    item.details = {
        "edition": _attribute(root, path, "edition.name") or "",
        "section": _attribute(root, path, "position.section") or _meta(root, "print_section") or "",
        "page": _attribute(root, path, "position.sequence") or _meta(root, "print_page_number") or "",
        "length": f"{length} {plural}".strip() if length else "",
    }


def _add_dates(item: NewsItem, root: Element) -> None:
    """Add the date of publication, else that of issue; the more precise one if both are on one day.

    An article that was issued on one day and released on another has no certain date.
    """
    published = _attribute(root, "head/pubdata", "date.publication")
    issued = _attribute(root, "head/docdata/date.issue", "norm")
    released = _attribute(root, "head/docdata/date.release", "norm")
    printed, issue, release = _day_if_midnight(known_date(published)), known_date(issued), known_date(released)
    if printed is not None and issue is not None and printed.at is None and printed.on == issue.on:
        item.dates = located("date.issue", issued)
    elif printed is not None and published is not None:
        item.dates = located("date.publication", str(printed.on) if printed.local_time is None else published)
        if issue is not None and issue.on != printed.on:
            item.notes.append(f"published on {printed.on}, although date.issue is {issued}")
    elif issue is not None and release is not None and str(release.on) > str(issue.on):
        item.why_undated = f"issued on {issue.on} and released on {release.on}: the day of publication is not certain"
    else:
        item.dates = [
            *located("date.publication", published),
            *located("date.issue", issued),
            *located("date.release", released),
            *located("story.date", _attribute(root, "body/body.head/dateline/story.date", "norm")),
        ]


def _day_if_midnight(date: Published | None) -> Published | None:
    """Return a date without its time if that is midnight, which writes a day."""
    return Published(date.on) if date is not None and date.local_time == 0 else date


def _report(content: Element) -> str:
    """Return the text of a body without what it has twice: a database repeats the lead before the full text."""
    blocks = content.findall("block")
    if any(block.get("class") == "full_text" for block in blocks):
        for block in blocks:
            if block.get("class") in _LEADS:
                content.remove(block)
    for note in [*content.iter("note")]:
        parent = note.getparent()
        is_internal = note.get("type") == "npa" or note.get("noteclass") == "editorsnote"
        if is_internal and parent is not None:
            note.clear(keep_tail=True)
    return plain_text(content)
