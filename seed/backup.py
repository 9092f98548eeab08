"""A second copy of a database, made while it is in use, and its way back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from app.db import DRIVER, copy_database, database_path, file_url, is_database, reader_engine, require_schema
from app.errors import DatelineError
from seed.database import locked, open_writer
from seed.verify import Counted, verify

MOST_FAULTS = 10
"""Faults that one refusal names."""

SUFFIXES = ("", "-wal", "-shm", ".lock")
"""A database, its write-ahead log, the index of that, and the lock of its writer."""


def backup(url: str, target: Path, progress: Counted = lambda _done, _total: None) -> None:
    """Copy the database to a file that is not there yet, and verify the copy; servers and a loader may go on.

    The file appears under its name only when it is whole. Raises DatelineError if it cannot be, or does not verify.
    """
    if target.exists():
        raise DatelineError(f"{str(target)!r} is there already; name another file.")
    with _passing(target.with_name(target.name + ".part")) as part:
        _copied(database_path(url), part)
        _require_sound(part, progress)
        _settle(part, target)


def restore(url: str, source: Path, *, replace: bool, progress: Counted = lambda _done, _total: None) -> None:
    """Verify a backup, of this release or an earlier one, and put it in the place of the database, all at once.

    Running servers go on with what it says. A database that is too damaged to be written into is set aside, and servers
    that have it open must be started again. Raises DatelineError if the backup does not verify, or a loader is at work.
    """
    path = database_path(url)
    with locked(path), _passing(path.with_name(path.name + ".part")) as part:
        if path.exists() and not replace:
            raise DatelineError(f"There is a database at {str(path)!r}; --replace puts the backup in its place.")
        _copied(source, part)
        with open_writer(file_url(part)):
            pass  # It is of this release now.
        _require_sound(part, progress)
        if is_database(path):
            _copied(part, path)
        else:
            _set_aside(path)
            _settle(part, path)


def _copied(source: Path, target: Path) -> None:
    if not source.is_file():
        raise DatelineError(f"There is no file {str(source)!r}.")
    try:
        copy_database(source, target)
    except DRIVER.Error as error:
        raise DatelineError(f"{str(source)!r} cannot be copied to {str(target)!r} ({error}).") from error


def _require_sound(path: Path, progress: Counted) -> None:
    engine = reader_engine(file_url(path))
    try:
        require_schema(engine)
        faults = list(islice(verify(engine, progress), MOST_FAULTS))
    finally:
        engine.dispose()
    if faults:
        raise DatelineError(f"{str(path)!r} is not what was stored: {'; '.join(faults)}.")


@contextmanager
def _passing(part: Path) -> Iterator[Path]:
    """Give a name for a file that is not whole yet, and leave nothing of it."""
    try:
        yield part
    finally:
        for suffix in SUFFIXES:
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def _set_aside(path: Path) -> None:
    for suffix in SUFFIXES[:3]:
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.replace(beside.with_name(beside.name + ".damaged"))


def _settle(part: Path, target: Path) -> None:
    """Give a file its name once it is on the disk."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(target)
