"""The supported formats, and which of them a file has: detected from its content first, then from its suffix."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from seed.readers.agencies import newsml, nitf
from seed.readers.context import ReaderContext
from seed.readers.documents import pdf
from seed.readers.formats import (
    csv_table,
    feed,
    html_page,
    json_document,
    json_lines,
    markdown,
    ris,
    saved_text,
    sitemap,
    spreadsheet,
    telegram_page,
    tool_xml,
    url_list,
)
from seed.readers.formats.json_lines import DOCUMENT_SUFFIXES
from seed.readers.input.decoding import MAX_RECORD_BYTES, decode_head
from seed.readers.mime import messages, saved_pages
from seed.readers.mime.parts import condense_stream
from seed.readers.press import exports
from seed.records import ReadItem

ReadFunction = Callable[[BinaryIO, str, ReaderContext], Iterator[ReadItem]]
Detector = Callable[[str, str], bool]

HEAD_BYTES = 65_536
"""Number of bytes at the beginning of a file from which its format is detected."""


def _never(_text: str, _suffix: str) -> bool:
    """Return False: nothing in plain text shows that it is a saved page, only its suffix does."""
    return False


def _load_record(stream: BinaryIO) -> bytes:
    """Return the bytes of a file of one record; one over the limit is enough for the reader to refuse it."""
    return stream.read(MAX_RECORD_BYTES + 1)


@dataclass(frozen=True, slots=True)
class InputFormat:
    """A reader, the suffixes of its files, and a detector that decides by the beginning of the text and the suffix.

    `has_many_articles` means that a file holds many articles; `is_buffered` means that it is read in one go, and is
    limited to the size of one record. `load` then returns what the reader gets of a file, which may be less than all.
    """

    read: ReadFunction
    suffixes: tuple[str, ...]
    matches: Detector = _never
    has_many_articles: bool = False
    is_buffered: bool = False
    load: Callable[[BinaryIO], bytes] = _load_record


FORMATS: dict[str, InputFormat] = {
    "feed": InputFormat(feed.read, (".rss", ".atom", ".rdf"), feed.matches, has_many_articles=True, is_buffered=True),
    "sitemap": InputFormat(sitemap.read, (), sitemap.matches, has_many_articles=True),
    "xml": InputFormat(tool_xml.read, (".xml", ".tei"), tool_xml.matches, is_buffered=True),
    "nitf": InputFormat(nitf.read, (".nitf",), nitf.matches, has_many_articles=True, is_buffered=True),
    "newsml": InputFormat(newsml.read, (".newsml",), newsml.matches, has_many_articles=True, is_buffered=True),
    "telegram": InputFormat(telegram_page.read, (), telegram_page.matches, has_many_articles=True, is_buffered=True),
    "html": InputFormat(html_page.read, (".html", ".htm", ".xhtml"), html_page.matches, is_buffered=True),
    "markdown": InputFormat(markdown.read, (".md", ".markdown"), markdown.matches, is_buffered=True),
    "mhtml": InputFormat(
        saved_pages.read, (".mhtml", ".mht"), saved_pages.matches, is_buffered=True, load=condense_stream
    ),
    "mbox": InputFormat(messages.read_mailbox, (".mbox",), messages.matches_mailbox, has_many_articles=True),
    "email": InputFormat(messages.read, (".eml",), messages.matches, is_buffered=True, load=condense_stream),
    "ris": InputFormat(ris.read, (".ris",), ris.matches, has_many_articles=True),
    "json-lines": InputFormat(json_lines.read, (".jsonl", ".ndjson"), json_lines.matches, has_many_articles=True),
    "json": InputFormat(json_document.read, DOCUMENT_SUFFIXES, json_document.matches, has_many_articles=True),
    "csv": InputFormat(csv_table.read, (".csv", ".tsv"), csv_table.matches, has_many_articles=True),
    "spreadsheet": InputFormat(spreadsheet.read, (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), has_many_articles=True),
    "pdf": InputFormat(pdf.read, (".pdf",), is_buffered=True),
    url_list.URL_LIST: InputFormat(url_list.read, (".urls",), url_list.matches, has_many_articles=True),
    "docx": InputFormat(exports.read_docx, (".docx",), has_many_articles=True),
    "rtf": InputFormat(exports.read_rtf, (".rtf",), has_many_articles=True),
    "press": InputFormat(exports.read_text, (), exports.matches, has_many_articles=True),
    "page": InputFormat(saved_text.read, (".txt",), is_buffered=True),
}
"""All formats by name, in the order of detection. Adding a format takes one module and one line here."""

FORMAT_BY_SUFFIX: dict[str, str] = {
    suffix: name for name, input_format in FORMATS.items() for suffix in input_format.suffixes
}
"""Format name by file suffix."""


def suffix_of(name: str) -> str:
    """Return the suffix of a file or archive member in lowercase."""
    return PurePath(name.rpartition("!")[2]).suffix.lower()


def detect_format(head: bytes, name: str, declared: str | None = None) -> str | None:
    """Return the name of the format of a file that begins with `head`; None if nothing indicates one.

    `declared` is the format that the sender declares, which counts for more than the suffix.
    """
    suffix = suffix_of(name)
    text = decode_head(head)
    detected = (format_name for format_name, input_format in FORMATS.items() if input_format.matches(text, suffix))
    return next(detected, None) or declared or FORMAT_BY_SUFFIX.get(suffix)
