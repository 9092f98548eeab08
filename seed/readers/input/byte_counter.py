"""How much of the input is read: bytes as they lie on the disk, so that gzip and zip count as they are packed."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from seed.records import Link, Refusal


class ByteCounter:
    """Counts the files that are opened through it; `total` is None until it is known, and where it cannot be."""

    def __init__(self) -> None:
        self.total: int | None = None
        self._before = 0
        self._size = 0
        self._stream: BinaryIO | None = None

    def expect(self, found: Iterable[Path | Refusal | Link]) -> None:
        """Add up what there will be to read; an address has no size, and so there is no total."""
        total = 0
        for path in found:
            if isinstance(path, Link):
                return
            with suppress(OSError):
                total += path.stat().st_size if isinstance(path, Path) else 0
        self.total = total

    @contextmanager
    def opened(self, path: Path) -> Iterator[BinaryIO]:
        """Open a file to be read, and count it; raises OSError."""
        with path.open("rb") as stream:
            self._stream, self._size = stream, os.fstat(stream.fileno()).st_size
            try:
                yield stream
            finally:
                self._stream = None
                self._before += self._size

    @property
    def done(self) -> int:
        """Bytes read so far; the place in an archive is that of the member being read."""
        return self._before + (0 if self._stream is None else min(self._stream.tell(), self._size))
