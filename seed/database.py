"""The one writer's way into the database: a lock beside the file, migrations first."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from app.db import DRIVER, damage, database_path, foreign, is_foreign, writer_engine
from app.errors import DatelineError
from app.upkeep import table_names

ROOT = Path(__file__).resolve().parent.parent


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
def open_writer(url: str) -> Iterator[Engine]:
    """Lock the database, create or migrate it, and give the one engine that may write.

    Raises WriterBusyError if another writer is at work, DamagedError if what is read there is damaged, DatelineError if
    the file cannot be one that we write, or cannot be written any more: a full disk.
    """
    path = database_path(url)
    if not path.parent.is_dir():
        raise DatelineError(f"DATELINE_DATABASE_URL is {url!r}, but there is no folder {str(path.parent)!r}.")
    with locked(path):
        _look(path)
        engine = writer_engine(url)
        try:
            with _naming(path):
                migrate(engine)
                yield engine
        finally:
            engine.dispose()


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


def _look(path: Path) -> None:
    """Refuse what is no database of ours, before anything of it is changed."""
    try:
        tables = table_names(path)
    except DRIVER.DatabaseError as error:
        raise DatelineError(f"{str(path)!r} cannot be opened as a database ({error}).") from error
    if is_foreign(tables):
        raise DatelineError(f"{str(path)!r} is {foreign(tables)}")


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Say which database could not be used, and what can be relied on all the same."""
    try:
        yield
    except DatabaseError as error:
        try:
            raise damage(error) from error
        except OperationalError:  # No damage: a full disk, a file that may only be read.
            raise DatelineError(
                f"{str(path)!r} cannot be used ({error.orig}). What was published stays published; when it can be used "
                "again, the same command goes on from here."
            ) from error


def migrate(engine: Engine) -> None:
    """Bring the tables to this release, from nothing or from an earlier one.

    Raises DatelineError for a database of a later release.
    """
    config = Config(toml_file=ROOT / "pyproject.toml")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise DatelineError(f"The database was written by another release of Dateline: {error}.") from error
