"""Open the database for its only writer: take the lock next to the file, then migrate."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from app.errors import DatelineError
from app.stores.lock import writer_lock
from app.stores.schema import foreign_database, is_foreign
from app.stores.sqlite import DRIVER, damaged_error, database_path, table_names, writer_engine
from seed.publish.publish import rebuild_outdated_index

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def open_writer(url: str) -> Iterator[Engine]:
    """Lock the database, create or migrate it, and yield the only engine that may write.

    Raise WriterBusyError if another writer is running, DamagedError if the database is damaged, DatelineError if the
    file is not a Dateline database or can no longer be written (a full disk).
    """
    path = database_path(url)
    if not path.parent.is_dir():
        raise DatelineError(f"DATELINE_DATABASE_URL is {url!r}, but the folder {str(path.parent)!r} does not exist.")
    with writer_lock(path):
        _require_dateline_database(path)
        engine = writer_engine(url)
        try:
            with _explaining_errors(path):
                migrate(engine)
                yield engine
        finally:
            engine.dispose()


def _require_dateline_database(path: Path) -> None:
    """Raise DatelineError for any other file, before anything in it is changed."""
    try:
        tables = table_names(path)
    except DRIVER.DatabaseError as error:
        raise DatelineError(f"{str(path)!r} cannot be opened as a database ({error}).") from error
    if is_foreign(tables):
        raise DatelineError(f"{str(path)!r} is {foreign_database(tables)}")


@contextmanager
def _explaining_errors(path: Path) -> Iterator[None]:
    """Turn database errors into errors that name the database and say what is still safe."""
    try:
        yield
    except DatabaseError as error:
        try:
            raise damaged_error(error) from error
        except OperationalError:  # Not damage, but a full disk or a read-only file.
            raise DatelineError(
                f"{str(path)!r} cannot be used ({error.orig}). What was published stays published; once the "
                "cause is fixed, run the same command again to continue."
            ) from error


def migrate(engine: Engine) -> None:
    """Create the tables of this release, or migrate those of an earlier one and build its index again.

    Raise DatelineError for a database of a later release.
    """
    config = Config()
    # A percent sign in the path would begin an interpolation.
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise DatelineError(f"The database was written by another release of Dateline: {error}.") from error
    rebuild_outdated_index(engine)
