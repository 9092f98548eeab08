"""The lock file that lets one process at a time write to a database."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from app.errors import DatelineError


class WriterBusyError(DatelineError):
    """Another process is writing to this database."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other writer out; raises WriterBusyError if one is at work, DatelineError if there is no folder."""
    if not path.parent.is_dir():
        raise DatelineError(f"There is no folder {str(path.parent)!r} for {path.name!r}.")
    with _lock(path.with_name(path.name + ".lock")):
        yield


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("a+b", buffering=0) as file:
        _acquire(file, path)
        with suppress(OSError):  # A disk that is full keeps nobody from removing and compacting.
            file.truncate(0)
            file.write(str(os.getpid()).encode())
        yield  # The kernel lets go of the lock when the file is closed, however the process ends.


def _acquire(file: IO[bytes], path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().decode("ascii", "replace").strip() or "unknown"
        raise WriterBusyError(f"Process {holder} is writing to this database ({path}); wait until it ends.") from error
