"""Plain text of a saved page: what the outlet printed around the report is told from the report."""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import urlsplit

from seed.readers.context import ReaderContext
from seed.readers.dates.inference import infer
from seed.readers.fields.article import article
from seed.readers.input.decoding import whole
from seed.readers.line_patterns import covers, folded
from seed.readers.outlets import SourceEntry, Sources, host
from seed.readers.saved_text.bylines import signed
from seed.readers.saved_text.header import read_head
from seed.readers.validation import refuse_long
from seed.records import Origin, Published, RawArticle, Refusal

EDGE = 12
"""Lines at the top and at the bottom, blank ones aside, among which furniture is looked for."""

# Every run is bounded, so that no line takes more than its length.
_DATELINE = re.compile(r"\(\s{0,3}(?P<outlet>[^()]{0,60}?)\s{0,3}\)?\s{0,3}[–—-]{1,2}\s{1,3}")


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """The one article of a saved page."""
    origin = Origin(path)
    try:
        yield _article(origin, whole(stream), context)
    except ValueError as error:
        yield Refusal(origin, str(error))


def _article(origin: Origin, page: str, context: ReaderContext) -> RawArticle:
    refuse_long("the page", page)
    entry, source, sourced = _outlet(page, context)
    rows = without_repeats(without_furniture(page.split("\n"), (*context.sources.furniture, *entry.furniture)))
    title, rows = _title(rows, context.given)
    head = read_head(rows, context.sources.knows)
    text = _text(head.rest, entry, context.sources)
    published = head.published or infer(title, text, context.facts) or Published()
    record = {
        "title": title,
        "source": source,
        "authors": head.authors or signed(head.rest, context.sources.knows),
        "language": entry.language,
        "text": text,
    }
    found = {
        "title": "the first line that is no furniture",
        "source": sourced,
        "authors": "a byline below the title" if head.authors else "signed at the end",
        "published": "printed below the title" if head.published else "inferred from a dated fact",
        "language": "the outlet publishes in it",
        "text": "what is left without furniture",
    }
    return article(origin, record, published, context.given, found=found)


def _outlet(page: str, context: ReaderContext) -> tuple[SourceEntry, str, str]:
    """The outlet, what the page is said to be from, and who says so; one that is known by its address needs no sign."""
    given = context.given.get("source")
    if isinstance(given, str):
        return context.sources.resolve(given), given, "given by the user"
    signed_by = context.sources.recognise(page)
    if context.base and (signed_by is None or context.sources.knows(context.base)):
        at = host(context.base) or str(urlsplit(context.base).hostname)
        return context.sources.resolve(at), at, "the host of its address"
    if signed_by is None:
        raise ValueError(
            "source: the page carries the signature of no outlet, or of several: wanted --source, a manifest, or a "
            "signature in sources.yaml"
        )
    return signed_by, signed_by.id, "a signature of the outlet"


def without_furniture(rows: list[str], patterns: tuple[str, ...]) -> list[str]:
    """The rows with those at their edges blanked that one of the patterns covers."""
    written = [place for place, row in enumerate(rows) if row.strip()]
    edges = {place for place in (*written[:EDGE], *written[-EDGE:]) if covers(patterns, folded(rows[place]))}
    return ["" if place in edges else row for place, row in enumerate(rows)]


def without_repeats(rows: list[str]) -> list[str]:
    """The rows without those that say again what the last one said, as a caption beside its picture does."""
    kept: list[str] = []
    last = ""
    for row in rows:
        if not row.strip() or row.strip() != last:
            kept.append(row)
        last = row.strip() or last
    return kept


def _title(rows: list[str], given: Mapping[str, object]) -> tuple[str, list[str]]:
    """The first written row, and the rows below it; a given title leaves other rows where they are."""
    place = next((place for place, row in enumerate(rows) if row.strip()), None)
    if place is None:
        raise ValueError("title: the page is blank: wanted a title and a text")
    own = given.get("title")
    if isinstance(own, str) and folded(own) != folded(rows[place]):
        return own, rows
    return rows[place].strip(), rows[place + 1 :]


def _text(rows: list[str], entry: SourceEntry, sources: Sources) -> str:
    """Paragraphs as they stand, at most one blank line between them, without the outlet's own dateline."""
    kept: list[str] = []
    for row in rows:
        text = row if len(kept) > EDGE else _without_dateline(row, entry, sources)
        if text.strip():
            kept.append(text)
        elif kept and kept[-1]:
            kept.append("")
    return "\n".join(kept).rstrip("\n")


def _without_dateline(row: str, entry: SourceEntry, sources: Sources) -> str:
    """The row after "(Outlet) – ", also where the outlet was a link and only "( – " is left of it."""
    match = _DATELINE.match(row)
    if match is None or (match["outlet"] and sources.find(match["outlet"]) != entry):
        return row
    return row[match.end() :]
