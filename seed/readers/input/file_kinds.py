"""Recognize files by their first bytes or members, and say what to do with those that are not read."""

import re
from collections.abc import Iterable
from typing import NamedTuple


class FileKind(NamedTuple):
    """What a file is, and what is expected instead of it; `name` is that of its format, if a reader has one for it."""

    name: str
    what: str
    expected: str

    def reason_to_refuse(self, suffix: str) -> str:
        """Return why a file with this suffix is refused if no format has this name."""
        return f"the format {suffix!r} is not supported, the file is {self.what}: expected {self.expected}"


_AS_TABLE = "the sheet saved as CSV, in UTF-8"
_AS_TEXT = "its articles saved as HTML or plain text, one per file"
SPREADSHEET = FileKind("spreadsheet", "a spreadsheet", _AS_TABLE)
_NUMBERS = FileKind("numbers", "a spreadsheet", _AS_TABLE)
_DOCX = FileKind("docx", "a Word document", _AS_TEXT)
_ODT = FileKind("odt", "an OpenDocument text", _AS_TEXT)
_PAGES = FileKind("pages", "an OpenDocument text", _AS_TEXT)
_SLIDES = FileKind("slides", "a presentation", "its articles as plain text")
_EPUB = FileKind("epub", "an e-book", _AS_TEXT)
_PDF = FileKind("pdf", "a PDF", "its articles as HTML or plain text, one per file")
_RTF = FileKind("rtf", "a rich text file (RTF)", _AS_TEXT)
OLE_DOCUMENT = FileKind(
    "spreadsheet",
    "an old Word document or Excel spreadsheet",
    "a spreadsheet saved as CSV, in UTF-8, or a document saved as HTML",
)
_WEBARCHIVE = FileKind(
    "webarchive", "a binary property list, as Safari saves pages (webarchive)", "the page saved as HTML"
)
_PICTURE = FileKind("picture", "a picture", "text")
_ARCHIVE = FileKind("archive", "an archive other than gzip and zip", "it unpacked")
_ARC = FileKind("arc", "an ARC file, the predecessor of WARC", "it converted to WARC, as `warcio recompress` does")
_PARQUET = FileKind("parquet", "a Parquet table", "its articles as CSV or JSON Lines")

_MARKS = (
    (b"%PDF-", _PDF),
    (b"{\\rtf", _RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE_DOCUMENT),
    (b"bplist00", _WEBARCHIVE),
    (b"PAR1\x15", _PARQUET),
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF87a", _PICTURE),
    (b"GIF89a", _PICTURE),
    (b"filedesc://", _ARC),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"\xfd7zXZ\0", _ARCHIVE),
    (b"BZh91AY&SY", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
)
_MEMBERS = (
    (re.compile(r"xl/"), SPREADSHEET),
    (re.compile(r"Index/Tables/"), _NUMBERS),
    (re.compile(r"word/"), _DOCX),
    (re.compile(r"ppt/|Index/Slide"), _SLIDES),
    (re.compile(r"META-INF/container\.xml$"), _EPUB),
    (re.compile(r"Index/Document\.iwa$"), _PAGES),
)
_MIME_TYPES = ((b"opendocument.spreadsheet", SPREADSHEET), (b"opendocument.text", _ODT), (b"epub+zip", _EPUB))
_ZIP_ENTRY = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)


def file_kind(head: bytes) -> FileKind | None:
    """Return the kind of a file that begins with these bytes; None if it may be text or an ordinary archive."""
    marked = next((kind for mark, kind in _MARKS if head.startswith(mark)), None)
    if marked is not None or not head.startswith(b"PK\x03\x04"):
        return marked
    typed = next((kind for mime_type, kind in _MIME_TYPES if mime_type in head[:200]), None)
    names = (
        head[entry.end() : entry.end() + int.from_bytes(entry[1], "little")].decode("utf-8", "replace")
        for entry in _ZIP_ENTRY.finditer(head)
    )
    return typed or office_kind(names)


def office_kind(names: Iterable[str]) -> FileKind | None:
    """Return the kind of office document that a zip with these members is; None if it is an ordinary archive."""
    members = set(names)
    if not members & {"[Content_Types].xml", "mimetype", "Index/Document.iwa", "META-INF/container.xml"}:
        return None
    return next((kind for pattern, kind in _MEMBERS if any(map(pattern.match, members))), None)
