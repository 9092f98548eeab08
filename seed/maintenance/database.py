"""Open the database for its only writer: lock it, then migrate it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from app.errors import DatelineError
from app.search.index.storage import change_token
from app.stores import store_of
from app.stores.schema import foreign_database, is_foreign, recorded_schema, unusable_schema
from app.stores.store import IndexProgress, Store, UnusableError, connected_store, explained_errors
from seed.publish.publish import rebuild_outdated_index

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def open_writer(url: str, progress: IndexProgress = lambda _done, _total: None) -> Iterator[Engine]:
    """Lock the database, create or migrate it, and yield the only engine that may write.

    `progress` is called while a migration indexes texts again.
    Raise WriterBusyError if another writer is running, DamagedError if the database is damaged, DatelineError if it is
    not a Dateline database or can no longer be written (a full disk).
    """
    store = store_of(url)
    with store.writer_lock():
        # Before anything in it is changed.
        if is_foreign(tables := store.table_names()):
            raise DatelineError(f"{store.name!r} is {foreign_database(tables)}")
        engine = store.writer_engine()
        try:
            with _explained_errors(store):
                migrate(engine, progress)
                yield engine
        finally:
            engine.dispose()


@contextmanager
def _explained_errors(store: Store) -> Iterator[None]:
    """Raise what database errors mean, and for a database that cannot be used, what is still safe."""
    try:
        with explained_errors(store):
            yield
    except UnusableError as error:
        raise DatelineError(
            f"{store.name!r} cannot be used ({error.reason}). What was published stays published; once the cause is "
            "fixed, run the same command again to continue."
        ) from error


def migrate(engine: Engine, progress: IndexProgress = lambda _done, _total: None) -> None:
    """Create the tables of this release, or migrate those of an earlier one and build its indexes again.

    Readers see all of it or nothing. Raise DatelineError for a database of a newer release.
    """
    with engine.begin() as connection:
        upgrade_tables(connection)
        text_index = connected_store(connection).text_index
        if not text_index.is_current(connection):
            text_index.rebuild(connection, progress)
            change_token(connection, secrets.token_hex(8))  # The same queries get other answers now.
        rebuild_outdated_index(connection)


def upgrade_tables(connection: Connection) -> None:
    """Create the tables of this release, or migrate those of an earlier one; raise DatelineError for any other."""
    config = Config()
    # A percent sign in the path would begin an interpolation.
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatelineError(unusable_schema(recorded_schema(connection) or "")) from error
