"""PDF: the text of one article per file, as far as the places of its lines show what it is.

`pypdf` is an extra. It does not recognize text in pictures.
"""

import io
import logging
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO
from unicodedata import category

from seed.readers.context import ReaderContext
from seed.readers.dates.customs import declared_custom
from seed.readers.documents.pdf_headlines import find_title, is_press_word, refuse_several
from seed.readers.documents.pdf_lines import (
    PdfLine,
    page_texts,
    paragraphs,
    printed_url,
    without_furniture,
)
from seed.readers.fields.article import build_article
from seed.readers.fields.plain_text import first_words
from seed.readers.input.decoding import read_bytes
from seed.readers.input.files import printable
from seed.readers.input.sandbox import read_in_subprocess
from seed.readers.line_patterns import fold_line
from seed.readers.outlets import SourceEntry, site_host
from seed.readers.saved_text.database_exports import refuse_export
from seed.readers.saved_text.header import PageHeader, parse_header
from seed.readers.validation import preview
from seed.records import Origin, Published, RawArticle, ReadItem, Refusal

MAX_PDF_PAGES = 300
"""Maximum number of pages; an article has a few, and a book is none."""

NOTE = "the text comes from a PDF, which has lines only: paragraphs, their order and hyphens are put together"

_MAX_NOTES = 3  # Of what may be another article.
_MAX_UNREADABLE = 0.1  # Share of the characters.
_ORDINARY_BYTES = 100_000
_ORDINARY_CONTENT_BYTES = 500_000
_ORDINARY_STREAMS = 50
_STREAM = re.compile(rb"stream\r?\n")
# A form within a form, an object within a stream, a tree of pages, a name in disguise, another filter.
_RISKY = re.compile(
    rb"/Form\b|/ObjStm|/XObject\b|/Encrypt\b|/\w{0,40}#[0-9A-Fa-f]{2}|/LZW|/ASCII|/RunLength|/Kids.{0,5000}/Kids",
    re.DOTALL,
)


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the one article of a PDF."""
    try:
        content = read_bytes(stream)
    except ValueError as error:
        yield Refusal(Origin(path), str(error))
        return
    if is_ordinary_pdf(content):
        yield from read_document(content, path, context)
    else:
        yield from read_in_subprocess(read_document, content, path, context)


def is_ordinary_pdf(content: bytes) -> bool:
    """Return whether a PDF is too small and too simple to take much time or memory."""
    if len(content) > _ORDINARY_BYTES or _RISKY.search(content):
        return False
    starts = [match.end() for match in _STREAM.finditer(content)]
    return len(starts) <= _ORDINARY_STREAMS and sum(map(len, (_inflated(content, start) for start in starts))) <= (
        _ORDINARY_CONTENT_BYTES
    )


def _inflated(content: bytes, start: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(content[start:], _ORDINARY_CONTENT_BYTES + 1)
    except zlib.error:
        return b""


def read_document(content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return the one article of a PDF, or a refusal."""
    origin = Origin(path)
    try:
        lines, title = _read_lines(content)
        return [_article(origin, lines, title, context)]
    except ValueError as error:
        return [Refusal(origin, str(error))]


def _read_lines(content: bytes) -> tuple[list[PdfLine], str]:
    """Return the lines of all pages, and the title of the metadata; raise ValueError if there are none."""
    try:
        import pypdf  # noqa: PLC0415 - an extra, which takes long to import
    except ImportError:
        raise ValueError("the file is a PDF: expected pypdf to read it (pip install 'dateline[pdf]')") from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        is_locked = reader.is_encrypted and not reader.decrypt("")
        count = 0 if is_locked else len(reader.pages)
        if is_locked or not 0 < count <= MAX_PDF_PAGES:
            lines, title = [], ""
        else:
            lines = [line for number in range(count) for line in _page_lines(reader.pages[number], number)]
            title = str((reader.metadata.title if reader.metadata else None) or "")
    except pypdf.errors.DependencyError:
        is_locked, count, lines, title = True, 0, [], ""
    except MemoryError:
        raise
    except Exception as error:
        reason = printable(" ".join(f"{type(error).__name__} {error}".split()))[:100]
        raise ValueError(f"the PDF is broken ({reason}): expected an intact one") from None
    if is_locked:
        raise ValueError("the PDF is encrypted: expected it saved without a password")
    if count > MAX_PDF_PAGES:
        raise ValueError(f"the PDF has {count} pages: expected at most {MAX_PDF_PAGES}")
    _check_text("".join(line.text for line in lines), count)
    return lines, title


def _check_text(text: str, pages: int) -> None:
    if not any(map(str.isalpha, text)):
        raise ValueError(f"the PDF has no text, only pictures ({pages} pages): expected text recognized by OCR")
    unreadable = sum(category(char) in {"Cc", "Co", "Cn", "Cs"} or char == "\ufffd" for char in text)
    unreadable += 4 * len(re.findall(r"/g[0-9]{1,5}\b|\(cid:[0-9]{1,5}\)", text))
    if unreadable > _MAX_UNREADABLE * len(text):
        raise ValueError("the PDF does not say which letters its text has: expected text recognized by OCR")


def _page_lines(page: Any, number: int) -> Iterator[PdfLine]:  # noqa: ANN401 - pypdf is an extra
    """Yield the lines of a page in the order of the file."""
    fragments: list[tuple[str, list[float], list[float], float]] = []
    page.extract_text(
        visitor_text=lambda text, outer, inner, _font, size: fragments.append(
            (text, [*outer], [*inner], float(size or 0))
        )
    )
    text, place = "", (0.0, 0.0, 0.0)
    for piece, outer, inner, size in fragments:
        for index, row in enumerate(piece.split("\n")):
            if index:
                yield from _line(text, place, number)
                text = ""
            if row.strip() and not text.strip():
                x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
                y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
                scale = math.hypot(inner[2], inner[3]) * math.hypot(outer[2], outer[3])
                place = (x, y - index * size * scale, round(size * scale, 1))
            text += row
    yield from _line(text, place, number)


def _line(text: str, place: tuple[float, float, float], page: int) -> Iterator[PdfLine]:
    text = " ".join(text.replace("\0", "").split())
    if text:
        yield PdfLine(text, *place, page)


def _article(origin: Origin, lines: list[PdfLine], metadata_title: str, context: ReaderContext) -> RawArticle:
    url = printed_url(lines)
    page = "\n".join(line.text for line in lines)
    refuse_export(page)
    entry, source, source_provenance = _outlet(page, url, context)
    custom = declared_custom([entry.language] if entry.language else (), entry.country)
    found = paragraphs(without_furniture(lines))
    if not found:
        raise ValueError("text: the PDF has nothing but page numbers and running titles: expected a text")

    def is_outlet(name: str) -> bool:
        return context.sources.knows(name) or fold_line(name) in {fold_line(source), fold_line(entry.name)}

    possible = refuse_several(found, is_outlet, custom)
    start, end, title_provenance = find_title(found, metadata_title, is_outlet, custom)
    title = " ".join(paragraph.text for paragraph in found[start:end])
    is_made = not title and "title" not in context.overrides
    header = parse_header([*page_texts(found[end:])], is_outlet, custom)
    above = parse_header(
        [text for text in page_texts(found[:start]) if not is_outlet(text) and not is_press_word(text)],
        is_outlet,
        custom,
    )
    text = "\n\n".join(row for row in (*above.body, *header.body) if row)
    published, dropped = _date(header, above)
    reason = None if published.on else header.reason_for_missing_date or above.reason_for_missing_date
    agency = header.agency or above.agency
    record = {
        "title": title or first_words(text),
        "source": source,
        "url": url,
        "authors": header.authors or above.authors,
        "language": entry.language,
        "text": text,
    }
    provenance = {
        "title": title_provenance if title else "the first words of the text, because no line is clearly the title",
        "source": source_provenance,
        "url": "the address that a browser printed on each page",
        "authors": "a byline next to the title",
        "published": "printed next to the title",
        "language": "the language of the outlet",
        "text": "the pages without page numbers and running titles",
    }
    article = build_article(
        origin,
        record,
        published,
        context.overrides,
        provenance={name: place for name, place in provenance.items() if record.get(name) or name == "published"},
        missing={"published": reason} if reason and "published" not in context.overrides else {},
        details={"agency": "" if context.sources.find(agency) == entry else agency},
        notes=(NOTE, *(f"may hold another article: {preview(found[number].text)}" for number in possible[:_MAX_NOTES])),
        dropped=dropped,
        strict=context.strict,
    )
    return replace(article, matches_by_title=False) if is_made else article


def _date(header: PageHeader, above: PageHeader) -> tuple[Published, dict[str, ValueError]]:
    """Return the date printed below the title, else that above it; and the error of one with several readings."""
    published = header.published or above.published
    unclear = header.unclear_date or above.unclear_date
    if published is not None or unclear is None:
        return published or Published(), {}
    return Published(), {"published": ValueError(f"the date printed next to the title is not clear: {unclear.reason}")}


def _outlet(page: str, url: str | None, context: ReaderContext) -> tuple[SourceEntry, str, str]:
    """Return the outlet, the name it was found by, and where that name came from."""
    override = context.overrides.get("source")
    if isinstance(override, str):
        return context.sources.resolve(override), override, "set by the user"
    host = site_host(url or context.base or "")
    if host:
        return context.sources.resolve(host), host, "the host of its URL"
    outlet = context.sources.recognise(page)
    if outlet is None:
        raise ValueError("source: nothing in the PDF shows its outlet with certainty: expected --source, or a manifest")
    return outlet, outlet.id, "a signature of the outlet"
