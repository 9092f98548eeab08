"""Back up a database while it is in use, and restore a backup."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from app.errors import DatelineError
from app.stores.lock import writer_lock
from app.stores.schema import require_schema
from app.stores.sqlite import DRIVER, checkpoint, copy_database, database_path, file_url, is_database, reader_engine
from seed.maintenance.database import open_writer
from seed.maintenance.verify import VerifyProgress, verify

MAX_REPORTED_FAULTS = 10
"""Maximum number of faults in one error message."""

_FILE_SUFFIXES = ("", "-journal", "-wal", "-shm")
"""Suffixes of the files of a database: itself, its rollback journal, its write-ahead log, and the index of the log."""


def backup(url: str, target: Path, progress: VerifyProgress = lambda _done, _total: None) -> None:
    """Copy the database to a new file, and verify the copy; servers and a loader may keep running.

    The file gets its name only when it is complete. Raise DatelineError if it exists, cannot be written, or is not
    sound.
    """
    if target.exists():
        raise DatelineError(f"{str(target)!r} already exists; name another file.")
    part = target.with_name(target.name + ".part")
    with writer_lock(part), _temporary_file(part):
        _copy(database_path(url), part)
        _require_sound(part, progress)
        _move_durably(part, target)


def restore(url: str, source: Path, *, replace: bool, progress: VerifyProgress = lambda _done, _total: None) -> None:
    """Verify a backup, of this release or an earlier one, and atomically put it in place of the database.

    Running servers continue with its content. A database that is too damaged to be written to is set aside; servers
    that have it open must be restarted then. Raise DatelineError if the backup is not sound, or a loader is running.
    """
    path = database_path(url)
    part = path.with_name(path.name + ".part")
    with writer_lock(path), _temporary_file(part):
        if path.exists() and not replace:
            raise DatelineError(f"A database already exists at {str(path)!r}; --replace puts the backup in its place.")
        _copy(source, part)
        with open_writer(file_url(part)) as engine:
            checkpoint(engine)  # It has been migrated to this release, and its file is complete without the log.
        _require_sound(part, progress)
        if is_database(path):
            _copy(part, path)
        else:
            _set_aside(path)
            _move_durably(part, path)


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise DatelineError(f"There is no file {str(source)!r}.")
    try:
        copy_database(source, target)
    except DRIVER.Error as error:
        raise DatelineError(f"{str(source)!r} cannot be copied to {str(target)!r} ({error}).") from error


def _require_sound(path: Path, progress: VerifyProgress) -> None:
    engine = reader_engine(file_url(path))
    try:
        require_schema(engine)
        faults = list(islice(verify(engine, progress), MAX_REPORTED_FAULTS))
    finally:
        engine.dispose()
    if faults:
        raise DatelineError(f"{str(path)!r} is damaged: {'; '.join(faults)}.")


@contextmanager
def _temporary_file(part: Path) -> Iterator[None]:
    """Remove an incomplete file before and after, including one left by a process that was killed."""
    _remove_files(part)
    try:
        yield
    finally:
        _remove_files(part)


def _remove_files(part: Path) -> None:
    for suffix in (*_FILE_SUFFIXES, ".lock"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def _set_aside(path: Path) -> None:
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


def _move_durably(part: Path, target: Path) -> None:
    """Flush a file to the disk, rename it, and flush the name."""
    _fsync(part)
    part.replace(target)
    _fsync(target.parent)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
