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
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from seed.readers.input.decoding import MAX_RECORD_BYTES, UnreadableError
from seed.readers.input.file_kinds import FileKind, file_kind, office_kind
from seed.readers.input.skipped_files import folders_of_pages, is_skipped, is_system_file
from seed.records import Origin, Refusal, SkippedFiles

MAX_EXPANSION_RATIO = 100
"""Maximum ratio of content to archive size; text dumps have 3 to 20, bombs 1,000 and more."""

MAX_UNPACKED_BYTES = 16_000_000_000
"""Maximum number of bytes that an archive may contain in total."""

MAX_MEMBERS = 100_000
"""Maximum number of files in a zip; their directory must fit into memory."""

_MIN_BUDGET_BYTES = MAX_RECORD_BYTES  # A small archive may hold one record of maximum size, whatever the ratio.
_MAX_DIRECTORY_BYTES = 300 * MAX_MEMBERS  # Bytes of the directory; an entry has about a hundred.
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = 20
_ENCRYPTED = 0x1
_COMPRESSION_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ARCHIVE_ERRORS = (
    *(EOFError, OSError, OverflowError, ValueError, NotImplementedError),
    *(zlib.error, zipfile.BadZipFile, struct.error),
)
"""Errors that the standard library raises for invalid archives."""

_OFFICE_ENTRIES = (b"[Content_Types].xml", b"mimetype")  # First entry in office documents and e-books.


class ArchiveError(UnreadableError):
    """Content that cannot be read from its archive, and why."""


@dataclass(slots=True)
class UnpackBudget:
    """Counts the bytes that may still be unpacked from an archive of `size` bytes."""

    size: int
    unpacked: int = 0

    def count(self, count: int) -> None:
        """Count unpacked bytes; raise ArchiveError above the limits."""
        self.unpacked += count
        if self.unpacked > MAX_UNPACKED_BYTES:
            raise ArchiveError(f"the archive contains too much: expected at most {MAX_UNPACKED_BYTES} bytes")
        if self.unpacked > max(_MIN_BUDGET_BYTES, MAX_EXPANSION_RATIO * self.size):
            raise ArchiveError(
                f"the archive is a bomb: expected at most {MAX_EXPANSION_RATIO} times its own {self.size} bytes"
            )


class CountingStream(io.RawIOBase):
    """A stream of archive content that counts what is read; broken content raises ArchiveError."""

    def __init__(self, inner: BinaryIO, budget: UnpackBudget) -> None:
        self._inner = inner
        self._budget = budget

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer, as RawIOBase requires."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # The base class declares no narrower type.
        with _as_archive_error():
            content = self._inner.read(len(view))
        self._budget.count(len(content))
        view[: len(content)] = content
        return len(content)


class PrefixedStream(io.RawIOBase):
    """A stream that begins with bytes that were already read from it."""

    def __init__(self, head: bytes, remaining: BinaryIO) -> None:
        self._head = memoryview(head)
        self._remaining = remaining

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer, as RawIOBase requires."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # The base class declares no narrower type.
        if not self._head:
            content = memoryview(self._remaining.read(len(view)))
        else:
            content, self._head = self._head[: len(view)], self._head[len(view) :]
        view[: len(content)] = content
        return len(content)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file or archive member: the name to show, its first bytes, all of it as a stream, and its kind if known."""

    name: str
    head: bytes
    stream: BinaryIO
    kind: FileKind | None = None


def unpack(stream: BinaryIO, name: str, head_size: int) -> Iterator[InputFile | Refusal | SkippedFiles]:
    """Yield the file itself, or the members of a gzip or zip, with a refusal for each member that is not read.

    Members that hold no articles, as in folders, are only counted.
    """
    head = stream.read(head_size)
    stream.seek(0)
    try:
        if is_gzip(head):
            yield _unpack_gzip(stream, name, head_size)
        elif is_zip(head):
            yield from _unpack_zip(stream, name, head, head_size)
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


def _unpack_gzip(stream: BinaryIO, name: str, head_size: int) -> InputFile | Refusal:
    inner = name[: -len(".gz")] if name.lower().endswith(".gz") else name
    return _open_content(gzip.GzipFile(fileobj=stream), inner, UnpackBudget(_size(stream)), head_size)


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


def _open_content(inner: object, name: str, budget: UnpackBudget, head_size: int) -> InputFile | Refusal:
    buffered = io.BufferedReader(CountingStream(inner, budget), head_size)  # type: ignore[arg-type]  # It is readable.
    head = buffered.read(head_size)
    if is_gzip(head) or is_zip(head):
        return Refusal(Origin(name), "is an archive in an archive, which is not read: expected it unpacked once")
    stream = io.BufferedReader(PrefixedStream(head, buffered), head_size)
    return InputFile(name, head, stream, file_kind(head))


def _unpack_zip(
    stream: BinaryIO, name: str, head: bytes, head_size: int
) -> Iterator[InputFile | Refusal | SkippedFiles]:
    budget = UnpackBudget(_size(stream))
    _check_directory(stream, budget.size)
    with _as_archive_error():
        archive = zipfile.ZipFile(stream)
    kind = office_kind(archive.namelist())
    if kind is not None:
        stream.seek(0)
        yield InputFile(name, head, stream, kind)
        return
    members = [member for member in archive.infolist() if not member.is_dir()]
    folders = folders_of_pages(_path_of(member) for member in members)
    for member in members:
        if _is_skipped(PurePosixPath(_path_of(member)), folders):
            yield SkippedFiles(Origin(name), 1)
        elif not _is_hidden(member.filename):
            yield _open_member(archive, member, f"{name}!{_printable(member.filename)}", budget, head_size)


def _check_directory(stream: BinaryIO, size: int) -> None:
    """Raise ArchiveError if the directory would not fit into memory, before it is read."""
    stream.seek(max(0, size - 65_536 - _END.size - _LOCATOR - _END64.size))
    tail = stream.read()
    stream.seek(0)
    end_record = tail.rfind(b"PK\x05\x06")
    with _as_archive_error():
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
        with _as_archive_error():
            inner = archive.open(member)
        return _open_content(inner, name, budget, head_size)
    except ArchiveError as error:
        return Refusal(Origin(name), str(error))


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


def _printable(name: str) -> str:
    """Return a member name as printable text on one line; it is never used to open anything."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)[:200]


@contextmanager
def _as_archive_error() -> Iterator[None]:
    try:
        yield
    except _ARCHIVE_ERRORS as error:
        raise ArchiveError(
            f"the archive is broken ({str(error) or type(error).__name__}): expected an intact one"
        ) from None
