"""The lock file that limits an SQLite database to one writing process at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from app.errors import DatelineError
from app.stores.store import WriterBusyError


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the writer lock; raise WriterBusyError if another process has it, DatelineError if the folder is missing."""
    if not path.parent.is_dir():
        raise DatelineError(f"There is no folder {str(path.parent)!r} for {path.name!r}.")
    with _lock_file(path.with_name(path.name + ".lock")):
        yield


@contextmanager
def _lock_file(path: Path) -> Iterator[None]:
    with path.open("a+b", buffering=0) as file:
        _acquire(file, path)
        with suppress(OSError):  # A full disk must not prevent removing and compacting.
            file.truncate(0)
            file.write(str(os.getpid()).encode())
        yield  # The kernel releases the lock when the file is closed, however the process ends.


def _acquire(file: IO[bytes], path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().decode("ascii", "replace").strip() or "unknown"
        raise WriterBusyError(f"Process {holder} is writing to this database ({path}); wait until it ends.") from error
