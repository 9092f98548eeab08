"""Plain text of a saved page: separate the report from the page furniture around it."""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import urlsplit

from seed.readers.context import ReaderContext
from seed.readers.dates.customs import declared_custom
from seed.readers.dates.inference import infer_date
from seed.readers.fields.article import build_article
from seed.readers.input.decoding import read_text
from seed.readers.line_patterns import fold_line, matches_any_pattern
from seed.readers.outlets import SourceEntry, Sources, site_host
from seed.readers.saved_text.bylines import closing_authors
from seed.readers.saved_text.database_exports import refuse_export
from seed.readers.saved_text.header import parse_header
from seed.readers.validation import refuse_long_text
from seed.records import Origin, Published, RawArticle, ReadItem, Refusal

EDGE_LINES = 12
"""Number of non-blank lines at the top and at the bottom that are checked for furniture."""

# Every repetition is bounded, so that the time stays linear in the length of a line.
_DATELINE = re.compile(r"\(\s{0,3}(?P<outlet>[^()]{0,60}?)\s{0,3}\)?\s{0,3}[–—-]{1,2}\s{1,3}")


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the one article of a saved page."""
    origin = Origin(path)
    try:
        yield _article(origin, read_text(stream), context)
    except ValueError as error:
        yield Refusal(origin, str(error))


def _article(origin: Origin, page: str, context: ReaderContext) -> RawArticle:
    refuse_long_text("the page", page)
    refuse_export(page)
    entry, source, source_provenance = _outlet(page, context)
    rows = drop_repeated_rows(blank_furniture(page.split("\n"), (*context.sources.furniture, *entry.furniture)))
    title, rows = _split_title(rows, context.overrides)
    custom = declared_custom([entry.language] if entry.language else (), entry.country)
    header = parse_header(rows, context.sources.knows, custom)
    text = _join_paragraphs(header.body, entry, context.sources)
    published = header.published or infer_date(title, text, context.facts) or Published()
    record = {
        "title": title,
        "source": source,
        "authors": header.authors or closing_authors(header.body, context.sources.knows),
        "language": entry.language,
        "text": text,
    }
    provenance = {
        "title": "the first line that is not furniture",
        "source": source_provenance,
        "authors": "a byline below the title" if header.authors else "a signature at the end",
        "published": "printed below the title" if header.published else "inferred from a dated fact",
        "language": "the language of the outlet",
        "text": "the page without furniture",
    }
    dropped = {}
    if published.on is None and (reason := header.reason_for_no_date):
        dropped["published"] = ValueError(reason)
    is_dated = published.on is not None or "published" in context.overrides
    reasons = {
        "authors": None if record["authors"] else header.reason_for_no_authors,
        "published": None if is_dated else header.reason_for_missing_date,
    }
    return build_article(
        origin,
        record,
        published,
        context.overrides,
        provenance=provenance,
        missing={name: reason for name, reason in reasons.items() if reason},
        details={"agency": "" if context.sources.find(header.agency) == entry else header.agency},
        dropped=dropped,
        strict=context.strict,
    )


def _outlet(page: str, context: ReaderContext) -> tuple[SourceEntry, str, str]:
    """Return the outlet, the name it was found by, and where that name came from; a known host needs no signature."""
    override = context.overrides.get("source")
    if isinstance(override, str):
        return context.sources.resolve(override), override, "set by the user"
    outlet = context.sources.recognise(page)
    if context.base and (outlet is None or context.sources.knows(context.base)):
        page_host = site_host(context.base) or str(urlsplit(context.base).hostname)
        return context.sources.resolve(page_host), page_host, "the host of its URL"
    if outlet is None:
        raise ValueError(
            "source: the page has the signature of no outlet, or of several: expected --source, a manifest, or a "
            "signature in sources.yaml"
        )
    return outlet, outlet.id, "a signature of the outlet"


def blank_furniture(rows: list[str], patterns: tuple[str, ...]) -> list[str]:
    """Return the rows with those near both ends blanked that match a pattern."""
    non_blank = [index for index, row in enumerate(rows) if row.strip()]
    edges = {
        index
        for index in (*non_blank[:EDGE_LINES], *non_blank[-EDGE_LINES:])
        if matches_any_pattern(patterns, fold_line(rows[index]))
    }
    return ["" if index in edges else row for index, row in enumerate(rows)]


def drop_repeated_rows(rows: list[str]) -> list[str]:
    """Return the rows without those that repeat the row before, as a caption next to its picture does."""
    distinct: list[str] = []
    previous = ""
    for row in rows:
        if not row.strip() or row.strip() != previous:
            distinct.append(row)
        previous = row.strip() or previous
    return distinct


def _split_title(rows: list[str], overrides: Mapping[str, object]) -> tuple[str, list[str]]:
    """Return the first non-blank row as title, and the rows below it; an overriding title removes only an equal row."""
    index = next((index for index, row in enumerate(rows) if row.strip()), None)
    if index is None:
        raise ValueError("title: the page is blank: expected a title and a text")
    title = overrides.get("title")
    if isinstance(title, str) and fold_line(title) != fold_line(rows[index]):
        return title, rows
    return rows[index].strip(), rows[index + 1 :]


def _join_paragraphs(rows: list[str], entry: SourceEntry, sources: Sources) -> str:
    """Return the unchanged paragraphs, at most one blank line between them, without the outlet's own dateline."""
    paragraphs: list[str] = []
    for row in rows:
        text = row if len(paragraphs) > EDGE_LINES else _strip_dateline(row, entry, sources)
        if text.strip():
            paragraphs.append(text)
        elif paragraphs and paragraphs[-1]:
            paragraphs.append("")
    return "\n".join(paragraphs).rstrip("\n")


def _strip_dateline(row: str, entry: SourceEntry, sources: Sources) -> str:
    """Return the row without its "(Outlet) – "; where the outlet was a link, only "( – " remains of it."""
    match = _DATELINE.match(row)
    if match is None or (match["outlet"] and sources.find(match["outlet"]) != entry):
        return row
    return row[match.end() :]
