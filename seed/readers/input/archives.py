"""What gzip and zip hold, as streams: nothing is unpacked to disk, and a member's name is shown but never used.

Every stream is counted while it is read. What grows out of proportion is no dump of articles but a bomb.
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

from seed.readers.input.decoding import LINE_LIMIT, UnreadableError
from seed.records import Origin, Refusal

RATIO = 100
"""How much larger than the archive its content may be; dumps of text come to 3 to 20, bombs to 1,000 and more."""

TOTAL = 16_000_000_000
"""Bytes that an archive may hold in all."""

MEMBERS = 100_000
"""Files in a zip; their list has to be in memory."""

_FREE = LINE_LIMIT  # A small archive may hold one record of the longest, whatever the ratio.
_DIRECTORY = 300 * MEMBERS  # Bytes of the list: a file's entry has about a hundred.
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = 20
_ENCRYPTED = 0x1
_READ = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (
    *(EOFError, OSError, OverflowError, ValueError, NotImplementedError),
    *(zlib.error, zipfile.BadZipFile, struct.error),
)
"""What the standard library says of archives that are no archives."""

_OFFICE = (b"[Content_Types].xml", b"mimetype")  # First in documents of office programs and in books.


class ArchiveError(UnreadableError):
    """Content that does not come out of its archive, and why."""


@dataclass(slots=True)
class Budget:
    """How many bytes may still come out of an archive of `size` bytes."""

    size: int
    spent: int = 0

    def spend(self, count: int) -> None:
        """Count bytes that came out; raises ArchiveError once they are too many."""
        self.spent += count
        if self.spent > TOTAL:
            raise ArchiveError(f"the archive holds too much: wanted at most {TOTAL} bytes")
        if self.spent > max(_FREE, RATIO * self.size):
            raise ArchiveError(f"the archive is a bomb: wanted at most {RATIO} times its own {self.size} bytes")


class Counted(io.RawIOBase):
    """A stream out of an archive, counted as it is read; what is broken in it is an ArchiveError."""

    def __init__(self, inner: BinaryIO, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer, as RawIOBase asks for."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # The base class says no more of it.
        with _broken():
            content = self._inner.read(len(view))
        self._budget.spend(len(content))
        view[: len(content)] = content
        return len(content)


class Again(io.RawIOBase):
    """A stream whose beginning was read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer, as RawIOBase asks for."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # The base class says no more of it.
        if not self._head:
            content = memoryview(self._rest.read(len(view)))
        else:
            content, self._head = self._head[: len(view)], self._head[len(view) :]
        view[: len(content)] = content
        return len(content)


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or a file in an archive: the name to show, its beginning, and all of it as a stream."""

    name: str
    head: bytes
    stream: BinaryIO


def parts(stream: BinaryIO, name: str, head_size: int) -> Iterator[Part | Refusal]:
    """The file itself, or what it holds if it is gzip or zip; a refusal for each thing in it that is not read."""
    head = stream.read(head_size)
    stream.seek(0)
    try:
        if is_gzip(head):
            yield _gzip(stream, name, head_size)
        elif is_zip(head):
            yield from _zip(stream, name, head_size)
        else:
            yield Part(name, head, stream)
    except ArchiveError as error:
        yield Refusal(Origin(name), str(error))


def is_gzip(head: bytes) -> bool:
    """Whether a file that begins so is gzip (RFC 1952)."""
    return head.startswith(b"\x1f\x8b")


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a zip, but no document of an office program."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not head[30:].startswith(_OFFICE)


def _gzip(stream: BinaryIO, name: str, head_size: int) -> Part | Refusal:
    inner = name[: -len(".gz")] if name.lower().endswith(".gz") else name
    return _part(gzip.GzipFile(fileobj=stream), inner, Budget(_size(stream)), head_size)


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


def _part(inner: object, name: str, budget: Budget, head_size: int) -> Part | Refusal:
    buffered = io.BufferedReader(Counted(inner, budget), head_size)  # type: ignore[arg-type]  # It can be read from.
    head = buffered.read(head_size)
    if is_gzip(head) or is_zip(head):
        return Refusal(Origin(name), "an archive in an archive is not read: wanted it unpacked once")
    again = io.BufferedReader(Again(head, buffered), head_size)
    return Part(name, head, again)


def _zip(stream: BinaryIO, name: str, head_size: int) -> Iterator[Part | Refusal]:
    budget = Budget(_size(stream))
    _check_directory(stream, budget.size)
    with _broken():
        archive = zipfile.ZipFile(stream)
    for member in archive.infolist():
        if not member.is_dir() and not _hidden(member.filename):
            yield _member(archive, member, f"{name}!{_shown(member.filename)}", budget, head_size)


def _check_directory(stream: BinaryIO, size: int) -> None:
    """Refuse a list of members that would not fit into memory, before it is read."""
    stream.seek(max(0, size - 65_536 - _END.size - _LOCATOR - _END64.size))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    with _broken():
        length = 0 if at < 0 else _END.unpack_from(tail, at)[5]
        before = at - _LOCATOR - _END64.size
        if before >= 0 and tail[before:].startswith(b"PK\x06\x06"):
            length = max(length if length < 0xFFFFFFFF else 0, _END64.unpack_from(tail, before)[8])
    end = max(0, size - len(tail)) + max(0, at)
    if length > _DIRECTORY or _entries(stream, end - length - _LOCATOR - _END64.size, end) > MEMBERS:
        raise ArchiveError(f"the archive has too many members: wanted at most {MEMBERS}")


def _entries(stream: BinaryIO, start: int, end: int) -> int:
    """How many members a list names: what the archive itself says of it need not be true."""
    stream.seek(max(0, start))
    listed = stream.read(end - max(0, start))
    stream.seek(0)
    return listed.count(b"PK\x01\x02")


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: Budget, head_size: int
) -> Part | Refusal:
    reason = _unreadable(member)
    if reason is not None:
        return Refusal(Origin(name), reason)
    try:
        with _broken():
            inner = archive.open(member)
        return _part(inner, name, budget, head_size)
    except ArchiveError as error:
        return Refusal(Origin(name), str(error))


def _unreadable(member: zipfile.ZipInfo) -> str | None:
    """Why a member is not read, if it is not."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if ".." in path.parts or path.is_absolute() or ":" in path.parts[0]:
        return "the member's name leads out of the archive: wanted a name within it"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "the member is a link: wanted a file"
    if member.flag_bits & _ENCRYPTED:
        return "the member is encrypted: wanted it in the clear"
    if member.compress_type not in _READ:
        return f"the member is packed by method {member.compress_type}: wanted stored or deflated"
    return None


def _hidden(name: str) -> bool:
    """Files that a folder would hide, and what macOS adds to archives."""
    return any(part.startswith((".", "__MACOSX")) and part not in {".", ".."} for part in re.split(r"[/\\]", name))


def _shown(name: str) -> str:
    """A name as text on one line; whatever an archive gives, nothing is opened by it."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)[:200]


@contextmanager
def _broken() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise ArchiveError(f"the archive is broken ({str(error) or type(error).__name__}): wanted it whole") from None
