"""Read the files that press databases export: plain text, and the documents of word processors."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.documents.docx import docx_paragraphs
from seed.readers.documents.paragraphs import MAX_DOCUMENT_BYTES
from seed.readers.documents.rtf import rtf_paragraphs
from seed.readers.input.decoding import MAX_RECORD_BYTES, UnreadableError, decode_utf8, read_lines
from seed.readers.press.databases import DATABASES, database_of
from seed.readers.saved_text.database_exports import refuse_export
from seed.records import Origin, ReadItem, Refusal

_HEAD_LINES = 2_000
"""Number of lines or paragraphs from which the database is detected; a cover page with 100 articles has 1,000."""

_EXPECTED = "its text saved as plain text (.txt), one article per file, and its outlet with --source"


def matches(text: str, _suffix: str) -> bool:
    """Return whether text is an export of a press database."""
    return database_of(text.split("\n")) is not None


def read_text(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of an export in plain text."""
    return _read(_lines(stream), path, context, "a text")


def read_docx(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of an export as a Word document."""
    return _read_document(stream, path, context, docx_paragraphs, "a Word document")


def read_rtf(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of an export as a rich text file."""
    return _read_document(stream, path, context, rtf_paragraphs, "a rich text file (RTF)")


def _lines(stream: BinaryIO) -> Iterator[str]:
    for number, content in read_lines(stream):
        if content is None:
            raise UnreadableError(f"line {number} is too long: expected at most {MAX_RECORD_BYTES} bytes per line")
        try:
            yield decode_utf8(content, is_start=number == 1).rstrip("\r\n").replace("\0", "")
        except ValueError as error:
            raise UnreadableError(f"line {number}: {error}") from None


def _read_document(
    stream: BinaryIO,
    path: str,
    context: ReaderContext,
    paragraphs_of: Callable[[bytes], Iterator[str]],
    what: str,
) -> Iterator[ReadItem]:
    content = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(content) > MAX_DOCUMENT_BYTES:
        reason = f"the document is too large: expected at most {MAX_DOCUMENT_BYTES} bytes"
        return iter([Refusal(Origin(path), reason)])
    return _read(paragraphs_of(content), path, context, what)


def _read(paragraphs: Iterable[str], path: str, context: ReaderContext, what: str) -> Iterator[ReadItem]:
    """Yield the articles, and a refusal for what cannot be read any further."""
    try:
        yield from _read_paragraphs(paragraphs, path, context, what)
    except UnreadableError as error:
        yield Refusal(Origin(path), str(error))


def _read_paragraphs(paragraphs: Iterable[str], path: str, context: ReaderContext, what: str) -> Iterator[ReadItem]:
    iterator = iter(paragraphs)
    head = list(islice(iterator, _HEAD_LINES))
    database = database_of(head)
    if database is not None:
        yield from database.read(chain(head, iterator), Origin(path), context)
        return
    reason = f"the file is {what} that none of {', '.join(each.name for each in DATABASES)} exported"
    try:
        refuse_export("\n".join(head))
    except ValueError as error:
        reason = str(error)
    else:
        reason += f": expected {_EXPECTED}"
    yield Refusal(Origin(path), reason)
