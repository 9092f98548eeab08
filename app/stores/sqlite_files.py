"""The files of an SQLite database: connections of the driver, copies, durable renames, and the lock of the writer."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Literal
from urllib.parse import quote

from app.errors import DatelineError
from app.sqlite_driver import DRIVER
from app.stores.store import WriterBusyError

OpenMode = Literal["ro", "rwc", "immutable"]
"""To read, to write or create, or to read a file that nobody can change, without locks and without a log."""

_FILE_SUFFIXES = ("", "-journal", "-wal", "-shm")
"""Suffixes of the files of a database: itself, its rollback journal, its write-ahead log, and the index of the log."""


def connection_factory(path: Path, mode: OpenMode) -> Callable[[], sqlite3.Connection]:
    """Return a function that opens driver connections to a file, without implicit transactions."""
    uri = f"file:{quote(str(path))}?{'mode=ro&immutable=1' if mode == 'immutable' else f'mode={mode}'}"

    def connect() -> sqlite3.Connection:
        connection: sqlite3.Connection = DRIVER.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10
        )
        return connection

    return connect


def is_database(path: Path) -> bool:
    """Return whether a file exists and can be opened as a database."""
    try:
        with closing(connection_factory(path, "ro")()) as connection:
            connection.execute("PRAGMA schema_version")
    except DRIVER.DatabaseError:
        return False
    return True


def table_names(path: Path) -> list[str]:
    """Return the tables of a database, an empty list if there is no file; the file is not changed.

    Raise DatelineError for a file that is not a database.
    """
    if not path.exists():
        return []
    try:
        with closing(connection_factory(path, "ro")()) as connection:
            return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    except DRIVER.DatabaseError as error:
        raise DatelineError(f"{str(path)!r} cannot be opened as a database ({error}).") from error


def copy_database(source: Path, target: Path) -> None:
    """Copy a consistent state of the source to the target, even while others read either or write the source.

    Raise DatelineError for a full disk, a missing file, or a file that is not a database.
    """
    if not source.is_file():
        raise DatelineError(f"There is no file {str(source)!r}.")
    try:
        with closing(connection_factory(source, "ro")()) as from_, closing(connection_factory(target, "rwc")()) as to:
            to.execute("PRAGMA synchronous=FULL")
            from_.backup(to)
    except DRIVER.Error as error:
        raise DatelineError(f"{str(source)!r} cannot be copied to {str(target)!r} ({error}).") from error


@contextmanager
def temporary_file(part: Path) -> Iterator[None]:
    """Remove an incomplete file before and after, including one left by a process that was killed."""
    _remove_files(part)
    try:
        yield
    finally:
        _remove_files(part)


def _remove_files(part: Path) -> None:
    for suffix in (*_FILE_SUFFIXES, ".lock"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def set_aside(path: Path) -> None:
    """Keep the old files under other names.

    The database keeps its own name, too: power may fail before the new file has it.
    """
    for suffix in _FILE_SUFFIXES:
        file = path.with_name(path.name + suffix)
        if file.exists():
            copy = file.with_name(file.name + ".damaged")
            copy.unlink(missing_ok=True)
            copy.hardlink_to(file)
    for suffix in _FILE_SUFFIXES[1:]:  # These belong to the old file and must never be taken for files of the new one.
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def move_durably(part: Path, target: Path) -> None:
    """Flush a file to the disk, rename it, and flush the name.

    Nothing has written to the file since its log was flushed: the files that readers made next to it hold nothing.
    """
    for suffix in _FILE_SUFFIXES[1:]:
        part.with_name(part.name + suffix).unlink(missing_ok=True)
    _fsync(part)
    part.replace(target)
    _fsync(target.parent)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the writer lock; raise WriterBusyError if another process has it, DatelineError if none can ever have it.

    The lock file is next to the real file, so that it is the same for all links to it.
    """
    path = path.resolve()
    if not path.parent.is_dir():
        raise DatelineError(f"There is no folder {str(path.parent)!r} for {path.name!r}.")
    with _lock_file(path.with_name(path.name + ".lock")):
        yield


@contextmanager
def _lock_file(path: Path) -> Iterator[None]:
    with _open_lock(path) as file:
        _acquire(file, path)
        with suppress(OSError):  # A full disk must not prevent removing and compacting.
            file.truncate(0)
            file.write(str(os.getpid()).encode())
        yield  # The kernel releases the lock when the file is closed, however the process ends.


def _open_lock(path: Path) -> IO[bytes]:
    try:
        return path.open("a+b", buffering=0)
    except OSError as error:
        raise DatelineError(f"{str(path)!r} cannot be opened, which every writer locks ({error.strerror}).") from error


def _acquire(file: IO[bytes], path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().decode("ascii", "replace").strip() or "unknown"
        raise WriterBusyError(f"Process {holder} is writing to this database ({path}); wait until it ends.") from error
