"""Name the files that people have but that are not read, so that a refusal says what to do with them."""

import re
from collections.abc import Iterable
from typing import NamedTuple


class UnreadFormat(NamedTuple):
    """A format that is not read: what a file of it is, and what is expected instead."""

    what: str
    expected: str

    def reason(self, suffix: str) -> str:
        """Return why a file with this suffix is refused."""
        return f"the format {suffix!r} is not supported, the file is {self.what}: expected {self.expected}"


_SHEET = UnreadFormat("a spreadsheet", "the sheet saved as CSV, in UTF-8")
_WORD = UnreadFormat("a Word document", "its articles saved as HTML or plain text, one per file")
_DOCUMENT = UnreadFormat("an OpenDocument text", _WORD.expected)
_SLIDES = UnreadFormat("a presentation", "its articles as plain text")
_BOOK = UnreadFormat("an e-book", _WORD.expected)
_PDF = UnreadFormat("a PDF", "its articles as HTML or plain text, one per file")
_RTF = UnreadFormat("a rich text file (RTF)", _WORD.expected)
_OLE = UnreadFormat(
    "an old Word document or Excel spreadsheet", "a spreadsheet saved as CSV, in UTF-8, or a document saved as HTML"
)
_PICTURE = UnreadFormat("a picture", "text")
_ARCHIVE = UnreadFormat("an archive other than gzip and zip", "it unpacked")
_PARQUET = UnreadFormat("a Parquet table", "its articles as CSV or JSON Lines")

_MARKS = (
    (b"%PDF-", _PDF),
    (b"{\\rtf", _RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"PAR1\x15", _PARQUET),
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF87a", _PICTURE),
    (b"GIF89a", _PICTURE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"\xfd7zXZ\0", _ARCHIVE),
    (b"BZh91AY&SY", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
)
_MEMBERS = (
    (re.compile(r"xl/|Index/Tables/"), _SHEET),
    (re.compile(r"word/"), _WORD),
    (re.compile(r"ppt/|Index/Slide"), _SLIDES),
    (re.compile(r"META-INF/container\.xml$"), _BOOK),
    (re.compile(r"Index/Document\.iwa$"), _DOCUMENT),
)
_MIME_TYPES = ((b"opendocument.spreadsheet", _SHEET), (b"opendocument.text", _DOCUMENT), (b"epub+zip", _BOOK))
_ZIP_ENTRY = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)


def unread_format(head: bytes) -> UnreadFormat | None:
    """Return the format of a file that begins with these bytes, if it is a known one that is not read."""
    marked = next((unread for mark, unread in _MARKS if head.startswith(mark)), None)
    if marked is not None or not head.startswith(b"PK\x03\x04"):
        return marked
    typed = next((unread for mime_type, unread in _MIME_TYPES if mime_type in head[:200]), None)
    names = (
        head[entry.end() : entry.end() + int.from_bytes(entry[1], "little")].decode("utf-8", "replace")
        for entry in _ZIP_ENTRY.finditer(head)
    )
    return typed or office_format(names)


def office_format(names: Iterable[str]) -> UnreadFormat | None:
    """Return the format of the office document that a zip with these members is; None if it is an ordinary archive."""
    members = set(names)
    if not members & {"[Content_Types].xml", "mimetype", "Index/Document.iwa", "META-INF/container.xml"}:
        return None
    return next((unread for pattern, unread in _MEMBERS if any(map(pattern.match, members))), None)
