"""Count how much of the input was read, in bytes on the disk: archives count in their compressed size."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from seed.records import Link, Refusal, SkippedFiles


class ByteCounter:
    """Counts the bytes read from the files opened through it; `total` is None while it is unknown.

    `skipped_files` is the number of files that hold no articles.
    """

    def __init__(self) -> None:
        self.total: int | None = None
        self.skipped_files = 0
        self._finished_bytes = 0
        self._current_size = 0
        self._stream: BinaryIO | None = None

    def expect(self, entries: Iterable[Path | Refusal | Link | SkippedFiles]) -> None:
        """Set `total` to the size of all files; a link has no size, so with links there is no total."""
        total = 0
        for path in entries:
            if isinstance(path, Link):
                return
            with suppress(OSError):
                total += path.stat().st_size if isinstance(path, Path) else 0
            total += path.size if isinstance(path, SkippedFiles) else 0
        self.total = total

    def skip(self, files: SkippedFiles) -> None:
        """Count files that are not read."""
        self.skipped_files += files.count
        self._finished_bytes += files.size

    @contextmanager
    def open(self, path: Path) -> Iterator[BinaryIO]:
        """Open a file for reading and count its bytes; raise OSError."""
        with path.open("rb") as stream:
            self._stream, self._current_size = stream, os.fstat(stream.fileno()).st_size
            try:
                yield stream
            finally:
                self._stream = None
                self._finished_bytes += self._current_size

    @property
    def bytes_read(self) -> int:
        """The number of bytes read so far; inside an archive, up to the member being read."""
        return self._finished_bytes + (0 if self._stream is None else min(self._stream.tell(), self._current_size))
