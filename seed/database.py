"""The one writer's way into the database: a lock beside the file, migrations first."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from app.db import database_path, writer_engine
from app.errors import DatelineError

ROOT = Path(__file__).resolve().parent.parent


class WriterBusyError(DatelineError):
    """Another process is writing to this database."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other writer out; raises WriterBusyError if one is at work."""
    with _lock(path.with_name(path.name + ".lock")):
        yield


@contextmanager
def open_writer(url: str) -> Iterator[Engine]:
    """Lock the database, create or migrate it, and give the one engine that may write.

    Raises WriterBusyError if another writer is at work, DatelineError if the file cannot be one that we write.
    """
    path = database_path(url)
    if not path.parent.is_dir():
        raise DatelineError(f"DATELINE_DATABASE_URL is {url!r}, but there is no folder {str(path.parent)!r}.")
    with locked(path):
        engine = writer_engine(url)
        try:
            _connect(engine, path)
            migrate(engine)
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("a+", encoding="ascii") as file:
        _acquire(file, path)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield  # The kernel lets go of the lock when the file is closed, however the process ends.


def _acquire(file: IO[str], path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        raise WriterBusyError(f"Process {holder} is writing to this database ({path}); wait until it ends.") from error


def _connect(engine: Engine, path: Path) -> None:
    """Connect once, so that a file that is no database is told from a migration that fails."""
    try:
        engine.connect().close()
    except DatabaseError as error:
        raise DatelineError(f"{str(path)!r} cannot be opened as a database ({error.orig}).") from error


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
