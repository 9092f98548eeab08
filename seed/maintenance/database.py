"""The one writer's way into the database: a lock beside the file, migrations first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from app.errors import DatelineError
from app.stores.lock import locked
from app.stores.schema import foreign, is_foreign
from app.stores.sqlite import DRIVER, damage, database_path, table_names, writer_engine

ROOT = Path(__file__).resolve().parents[2]


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
    config = Config()
    # A percent sign in the path would begin an interpolation.
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise DatelineError(f"The database was written by another release of Dateline: {error}.") from error
