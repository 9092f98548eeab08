"""Factiva: pages, documents and texts with several articles, whose fields are named by codes or by their order alone.

With codes, each field is a row: `HD` and the headline, `LP` and `TD` with the text, `AN` at the end. Without them, a
headline is followed by its author, the number of words, day, time, outlet, code of the outlet, edition, page, language
and copyright; the text ends at the number of the document, which begins with the code of the outlet.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from app.models import Basis
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import parse_date
from seed.readers.html_markup.tree import Element, text_lines
from seed.readers.language_tags import language_tag
from seed.readers.press.bylines import not_names, outlet_check, read_byline
from seed.readers.press.factiva_header import UNCLEAR, begins_header
from seed.readers.press.factiva_page import page_exports
from seed.readers.press.factiva_rows import (
    CODED,
    DOCUMENT,
    NAME,
    Export,
    coded_exports,
    content_rows,
    count_results,
    plain_exports,
)
from seed.readers.press.fields import DatabaseFields
from seed.records import Origin, RawArticle, ReadItem, Refusal

_LEFT_OUT = {
    "ART": "captions",
    "CX": "a correction",
    "RF": "notes",
    "CT": "contacts",
}
_OTHER_CODES = frozenset({"WC", "SN", "SC", "LA", "CY", "LP", "TD", "AN"})
_HEAD_ROWS = 200  # Rows in which codes are looked for.


def matches(lines: Sequence[str]) -> bool:
    """Return whether the beginning of a text is of an export: it has codes, or the rows above a text."""
    rows = [row.strip("\r\n") for line in lines for row in line.split("\n") if row.strip()]
    codes = {match[1] for row in rows if (match := CODED.fullmatch(row))}
    if _is_coded(codes):
        return True
    document = next((match["id"] for row in rows if (match := DOCUMENT.fullmatch(row))), "")
    rows = [row.strip() for row in rows]
    return any(begins_header(rows, index, document) for index in range(len(rows)))


def read(paragraphs: Iterable[str], origin: Origin, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield an article, or a refusal, for each one in the lines of a text or document."""
    rows = content_rows(paragraphs)
    head = [*islice(rows, _HEAD_ROWS)]
    codes = {match[1] for _, row in head if (match := CODED.fullmatch(row))}
    results: list[int] = []
    all_rows = count_results(chain(head, rows), results)
    exports = coded_exports(all_rows) if {"HD", "SN"} <= codes or _is_coded(codes) else plain_exports(all_rows)
    yield from _items(exports, origin, context, results)


def _is_coded(codes: Collection[str]) -> bool:
    """Return whether the codes at the beginning of rows are those of an article, of which some may be missing."""
    return {"HD", "PD"} <= {*codes} and len(_OTHER_CODES.intersection(codes)) > 1


def read_tree(tree: Element, origin: Origin, context: ReaderContext) -> list[ReadItem]:
    """Return the articles of a page, or refusals; nothing if no article has a number, or a day and an outlet."""
    exports = list(page_exports(tree))
    if not any(export.document or {"PD", "SN"} <= export.lines.keys() for export in exports):
        return []
    results: list[int] = []
    deque(count_results(enumerate(text_lines(tree)), results), maxlen=0)
    return list(_items(exports, origin, context, results))


def _items(
    exports: Iterable[Export], origin: Origin, context: ReaderContext, results: Sequence[int]
) -> Iterator[ReadItem]:
    """Yield an article or a refusal for each export, and say with the last one if the search had more or fewer."""
    count = 0
    last: ReadItem | None = None
    for export in exports:
        if last is not None:
            yield last
        count += 1
        place = Origin(origin.path, export.number)
        try:
            last = _article(export, place, context)
        except ValueError as error:
            last = Refusal(place, str(error))
    if results and sum(results) != count and isinstance(last, RawArticle):
        last = replace(last, notes=(*last.notes, f"the search found {sum(results)} articles, and the file has {count}"))
    if last is not None:
        yield last


def _article(export: Export, origin: Origin, context: ReaderContext) -> RawArticle:
    """Return the article of an export; raise ValueError naming field, value and what was expected."""
    if export.error:
        raise ValueError(export.error)
    fields = DatabaseFields(database=NAME)
    language = language_tag(export.value("LA"))
    for name, code in (("title", "HD"), ("language", "LA"), ("rights", "CY")):
        fields.set_value(name, code, export.value(code))
    fields.set_value("id", "AN", export.document)
    fields.missing["url"] = f"{NAME} has none"
    fields.set_source("SN", export.value("SN"), context)
    if unclear := export.lines.get(UNCLEAR):
        fields.missing["source"] = f"one of {'; '.join(unclear)[:200]!r} may be it"
    is_outlet = outlet_check((str(fields.fields.get("source", "")), export.value("SN")), context.sources)
    byline = read_byline(
        "; ".join(export.lines.get("BY", ())), is_outlet, language.partition("-")[0] if language else None
    )
    fields.set_value("authors", "BY", byline.authors)
    if byline.authors or byline.agency:
        fields.notes += [f"left out of the byline: {piece!r}" for piece in byline.unread]
    elif byline.unread:
        fields.dropped["authors"] = not_names(byline)
    _set_date(fields, export)
    fields.set_value("text", "LP and TD", "\n\n".join((*export.lines.get("LP", ()), *export.lines.get("TD", ()))))
    section = "; ".join(filter(None, (export.value("SE"), export.value("CLM"))))
    fields.details |= {"section": section, "page": export.value("PG"), "length": export.value("WC")}
    fields.details |= {"agency": export.value("CR") or byline.agency, "place": export.value("DLN")}
    fields.details["edition"] = export.value("ED") or fields.details["edition"]
    left_out = [what for code, what in _LEFT_OUT.items() if export.value(code)]
    if left_out:
        fields.notes.append(f"left out: {', '.join(left_out)}")
    return fields.article(origin, context)


def _set_date(fields: DatabaseFields, export: Export) -> None:
    """Set the day, with the time if it can be read."""
    day, time = export.value("PD"), export.value("ET")
    fields.missing["published"] = f"{NAME} has none here"
    for text in filter(None, (f"{day} {time}" if day and time else "", day)):
        try:
            fields.published = parse_date("published", text, basis=Basis.METADATA)
        except ValueError as error:
            fields.dropped["published"] = error
        else:
            fields.dropped.pop("published", None)
            fields.provenance["published"] = f"PD of {NAME}"
            del fields.missing["published"]
            return
