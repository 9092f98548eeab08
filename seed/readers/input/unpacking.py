"""Streams of what archives contain: counted while they are read, so that a bomb ends the reading."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from seed.readers.input.decoding import MAX_RECORD_BYTES, UnreadableError
from seed.readers.input.file_kinds import FileKind

MAX_EXPANSION_RATIO = 100
"""Maximum ratio of content to archive size; text dumps have 3 to 20, bombs 1,000 and more."""

MAX_UNPACKED_BYTES = 16_000_000_000
"""Maximum number of bytes that an archive may contain in total."""

_MIN_BUDGET_BYTES = MAX_RECORD_BYTES  # A small archive may hold one record of maximum size, whatever the ratio.
_ARCHIVE_ERRORS = (
    *(EOFError, OSError, OverflowError, ValueError, NotImplementedError),
    *(zlib.error, zipfile.BadZipFile, struct.error),
)
"""Errors that the standard library raises for invalid archives."""


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
    """A stream of archive content that counts what is read; broken content raises ArchiveError, again and again."""

    def __init__(self, inner: io.BufferedIOBase, budget: UnpackBudget) -> None:
        self._inner = inner
        self._budget = budget
        self._error: ArchiveError | None = None

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer, as RawIOBase requires."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # The base class declares no narrower type.
        if self._error is not None:
            raise self._error
        try:
            with as_archive_error():
                # One block, so that an error loses nothing that was before it.
                content = self._inner.read1(len(view))
            self._budget.count(len(content))
        except ArchiveError as error:
            self._error = error
            raise
        view[: len(content)] = content
        return len(content)


def read_head(content: CountingStream, size: int) -> bytes:
    """Return the first bytes, fewer if the content ends or breaks; raise ArchiveError if there are none."""
    head = bytearray()
    while len(head) < size:
        try:
            block = content.read(size - len(head))
        except ArchiveError:
            if not head:
                raise
            break
        if not block:
            break
        head += block
    return bytes(head)


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
class Capture:
    """What a crawl says of a page that it captured: its URL, media type and charset, and whether it was cut."""

    url: str
    content_type: str
    charset: str | None
    is_cut: bool


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file or archive member: the name to show, its first bytes, all of it as a stream, and its kind if known.

    `capture` is set for a page in a web archive.
    """

    name: str
    head: bytes
    stream: BinaryIO
    kind: FileKind | None = None
    capture: Capture | None = None


def printable_name(name: str) -> str:
    """Return a member name as printable text on one line; it is never used to open anything."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)[:200]


@contextmanager
def as_archive_error() -> Iterator[None]:
    """Raise ArchiveError for the errors of broken archives."""
    try:
        yield
    except ArchiveError:
        raise
    except _ARCHIVE_ERRORS as error:
        raise ArchiveError(
            f"the archive is broken ({str(error) or type(error).__name__}): expected an intact one"
        ) from None
