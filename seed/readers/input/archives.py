"""Stream the content of gzip and zip files: nothing is unpacked to disk, and member names are shown but never used.

Every stream is counted while it is read. Content that is out of proportion to its archive is a bomb, not a dump of
articles.
"""

import gzip
import io
import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from seed.readers.input.file_kinds import file_kind, office_kind
from seed.readers.input.skipped_files import folders_of_pages, is_skipped, is_system_file
from seed.readers.input.unpacking import (
    MAX_EXPANSION_RATIO,
    MAX_UNPACKED_BYTES,
    ArchiveError,
    CountingStream,
    InputFile,
    PrefixedStream,
    UnpackBudget,
    as_archive_error,
    printable_name,
    read_head,
)
from seed.readers.input.warc import is_warc, read_warc
from seed.records import NoArticle, Origin, Refusal, SkippedFiles

__all__ = [
    "MAX_EXPANSION_RATIO",
    "MAX_MEMBERS",
    "MAX_UNPACKED_BYTES",
    "ArchiveError",
    "InputFile",
    "UnpackBudget",
    "is_gzip",
    "is_zip",
    "unpack",
]

Unpacked = InputFile | Refusal | NoArticle | SkippedFiles
"""What a file or an archive holds."""

MAX_MEMBERS = 100_000
"""Maximum number of files in a zip; their directory must fit into memory."""

_MAX_DIRECTORY_BYTES = 300 * MAX_MEMBERS  # Bytes of the directory; an entry has about a hundred.
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = 20
_ENCRYPTED = 0x1
_COMPRESSION_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_WARC_NAME = re.compile(r"\.warc(\.gz)?$", re.IGNORECASE)
_OFFICE_ENTRIES = (b"[Content_Types].xml", b"mimetype")  # First entry in office documents and e-books.


def unpack(stream: BinaryIO, name: str, head_size: int) -> Iterator[Unpacked]:
    """Yield the file itself, or what a gzip, zip or WARC holds, with a refusal for each member that is not read.

    Members that hold no articles, as in folders, are only counted.
    """
    head = stream.read(head_size)
    stream.seek(0)
    try:
        if is_gzip(head):
            yield from _unpack_gzip(stream, name, UnpackBudget(_size(stream)), head_size)
        elif is_zip(head):
            yield from _unpack_zip(stream, name, head, head_size)
        elif is_warc(head):
            yield from read_warc(stream, name, UnpackBudget(_size(stream)))
        else:
            yield InputFile(name, head, stream, file_kind(head))
    except ArchiveError as error:
        yield Refusal(Origin(name), str(error))


def is_gzip(head: bytes) -> bool:
    """Return whether these first bytes are those of a gzip file (RFC 1952)."""
    return head.startswith(b"\x1f\x8b")


def is_zip(head: bytes) -> bool:
    """Return whether these first bytes are those of a zip file that is not an office document."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not head[30:].startswith(_OFFICE_ENTRIES)


def _unpack_gzip(stream: BinaryIO, name: str, budget: UnpackBudget, head_size: int) -> Iterator[Unpacked]:
    """Yield what a gzip holds; a WARC in it keeps the name of its file."""
    inner = name[: -len(".gz")] if name.lower().endswith(".gz") else name
    file = _open_content(gzip.GzipFile(fileobj=stream), inner, budget, head_size)
    yield from _open_warc(file, name, budget)


def _open_warc(file: InputFile | Refusal, name: str, budget: UnpackBudget) -> Iterator[Unpacked]:
    """Yield a file, or what it holds if it is a WARC."""
    if isinstance(file, InputFile) and is_warc(file.head):
        yield from read_warc(file.stream, name, budget)
    else:
        yield file


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


def _open_content(inner: object, name: str, budget: UnpackBudget, head_size: int) -> InputFile | Refusal:
    content = CountingStream(inner, budget)  # type: ignore[arg-type]  # It is readable.
    head = read_head(content, head_size)
    if is_gzip(head) or is_zip(head):
        return Refusal(Origin(name), "is an archive in an archive, which is not read: expected it unpacked once")
    stream = io.BufferedReader(PrefixedStream(head, content), head_size)  # type: ignore[arg-type]  # It is readable.
    return InputFile(name, head, stream, file_kind(head))


def _unpack_zip(stream: BinaryIO, name: str, head: bytes, head_size: int) -> Iterator[Unpacked]:
    archive, budget = open_zip(stream)
    kind = office_kind(archive.namelist())
    if kind is not None:
        stream.seek(0)
        yield InputFile(name, head, stream, kind)
        return
    members = [member for member in archive.infolist() if not member.is_dir()]
    folders = folders_of_pages(_path_of(member) for member in members)
    is_web_archive = _is_wacz(archive)
    for member in members:
        path = PurePosixPath(_path_of(member))
        if _is_skipped(path, folders) or (is_web_archive and not _WARC_NAME.search(path.name)):
            yield SkippedFiles(Origin(name), 1)
        elif not _is_hidden(member.filename):
            shown = f"{name}!{printable_name(member.filename)}"
            yield from _open_warc(_open_member(archive, member, shown, budget, head_size), shown, budget)


def _is_wacz(archive: zipfile.ZipFile) -> bool:
    """Return whether a zip is a WACZ, which has WARC files, and an index and a list of the pages in them."""
    names = archive.namelist()
    return "datapackage.json" in names and any(
        name.startswith("archive/") and _WARC_NAME.search(name) for name in names
    )


def open_zip(stream: BinaryIO) -> tuple[zipfile.ZipFile, UnpackBudget]:
    """Return a zip and how much may be unpacked from it; raise ArchiveError if it is broken or lists too many files."""
    budget = UnpackBudget(_size(stream))
    _check_directory(stream, budget.size)
    with as_archive_error():
        return zipfile.ZipFile(stream), budget


def open_part(archive: zipfile.ZipFile, name: str, budget: UnpackBudget) -> BinaryIO:
    """Return the content of a part of a document; raise ArchiveError if it is not there or cannot be read."""
    with as_archive_error():
        if name not in archive.namelist():
            raise ValueError(f"{name} is missing")
        if (reason := _reason_to_refuse(archive.getinfo(name))) is not None:
            raise ValueError(reason)
        inner = archive.open(name)
    return io.BufferedReader(CountingStream(inner, budget))  # type: ignore[arg-type]  # It is readable.


def _check_directory(stream: BinaryIO, size: int) -> None:
    """Raise ArchiveError if the directory would not fit into memory, before it is read."""
    stream.seek(max(0, size - 65_536 - _END.size - _LOCATOR - _END64.size))
    tail = stream.read()
    stream.seek(0)
    end_record = tail.rfind(b"PK\x05\x06")
    with as_archive_error():
        length = 0 if end_record < 0 else _END.unpack_from(tail, end_record)[5]
        end64_record = end_record - _LOCATOR - _END64.size
        if end64_record >= 0 and tail[end64_record:].startswith(b"PK\x06\x06"):
            length = max(length if length < 0xFFFFFFFF else 0, _END64.unpack_from(tail, end64_record)[8])
    end = max(0, size - len(tail)) + max(0, end_record)
    if (
        length > _MAX_DIRECTORY_BYTES
        or _count_entries(stream, end - length - _LOCATOR - _END64.size, end) > MAX_MEMBERS
    ):
        raise ArchiveError(f"the archive has too many members: expected at most {MAX_MEMBERS}")


def _count_entries(stream: BinaryIO, start: int, end: int) -> int:
    """Count the entries in a directory: the count that the archive itself states may be false."""
    stream.seek(max(0, start))
    directory = stream.read(end - max(0, start))
    stream.seek(0)
    return directory.count(b"PK\x01\x02")


def _open_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: UnpackBudget, head_size: int
) -> InputFile | Refusal:
    reason = _reason_to_refuse(member)
    if reason is not None:
        return Refusal(Origin(name), reason)
    try:
        with as_archive_error():
            inner = archive.open(member)
        is_packed = _WARC_NAME.search(member.filename)
        content = _without_gzip(inner, budget, head_size) if is_packed else inner
        return _open_content(content, name, budget, head_size)
    except ArchiveError as error:
        return Refusal(Origin(name), str(error))


def _without_gzip(inner: object, budget: UnpackBudget, head_size: int) -> object:
    """Return the content of a member that is a gzip, else the member."""
    content = CountingStream(inner, budget)  # type: ignore[arg-type]  # It is readable.
    head = read_head(content, head_size)
    stream = io.BufferedReader(PrefixedStream(head, content), head_size)  # type: ignore[arg-type]  # It is readable.
    return gzip.GzipFile(fileobj=stream) if is_gzip(head) else stream


def _reason_to_refuse(member: zipfile.ZipInfo) -> str | None:
    """Return why a member is not read, None if it is."""
    path = PurePosixPath(_path_of(member))
    if ".." in path.parts or path.is_absolute() or ":" in path.parts[0]:
        return "the member's name leads out of the archive: expected a name within it"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "the member is a link: expected a file"
    if member.flag_bits & _ENCRYPTED:
        return "the member is encrypted: expected it unencrypted"
    if member.compress_type not in _COMPRESSION_METHODS:
        return f"the member is compressed by method {member.compress_type}: expected stored or deflated"
    return None


def _path_of(member: zipfile.ZipInfo) -> str:
    return member.filename.replace("\\", "/")


def _is_skipped(path: PurePosixPath, folders: frozenset[str]) -> bool:
    return (
        is_skipped(path.name)
        or any(is_system_file(part) for part in path.parts)
        or any(str(parent) in folders for parent in path.parents)
    )


def _is_hidden(name: str) -> bool:
    """Return whether a folder would hide the file, or macOS added it to the archive."""
    return any(
        component.startswith((".", "__MACOSX")) and component not in {".", ".."}
        for component in re.split(r"[/\\]", name)
    )
