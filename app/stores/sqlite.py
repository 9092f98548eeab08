"""The SQLite store: a file with a write-ahead log, many readers, and one writer."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from json import dumps
from pathlib import Path
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    ExceptionContext,
    QueuePool,
    Select,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, DBAPIError, OperationalError
from sqlalchemy.orm import Mapped
from sqlalchemy.schema import CreateIndex, DropIndex
from sqlmodel import SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from app.deadline import check_deadline, current_deadline
from app.errors import DamagedError, DatelineError, SettingsError, UnavailableError
from app.models import ArticleKey, Revision
from app.sqlite_driver import DRIVER
from app.stores.schema import INIT_COMMAND, REPAIR_HINT
from app.stores.sqlite_files import (
    connection_factory,
    copy_database,
    is_database,
    move_durably,
    set_aside,
    table_names,
    temporary_file,
    writer_lock,
)
from app.stores.sqlite_reading import SqliteGeneration, begin_reading, connect_reader, inode
from app.stores.sqlite_text import TEXT_INDEX_TABLE, TOKENIZER_TABLE, SqliteTextIndex, add_index_functions
from app.stores.sqlite_verification import faults, word_faults
from app.stores.store import DATABASE_SETTING, STORE_OPTION, Generation, UnusableError

# Keys and ids arrive in no order, so that a batch touches pages all over the indexes.
WRITER_CACHE_KIB = 32 * 1024
"""Size of the writer's page cache, in KiB."""

# Pages that many batches touch are then written to the database once.
CHECKPOINT_PAGES = 16 * 1024
"""Size of the write-ahead log that triggers a checkpoint, in pages (64 MB)."""

POSTPONED_INDEXES = tuple(
    index for model in (ArticleKey, Revision) for index in SQLModel.metadata.tables[str(model.__tablename__)].indexes
)
"""The indexes that only the records of known articles need."""

# Well under a millisecond.
INSTRUCTIONS_PER_CHECK = 10_000
"""Instructions of SQLite's virtual machine between two checks of the deadline."""

# As AUTOINCREMENT does: above all ids that ever were, and above the stored ones in any case.
_LAST_REVISION_ID = text(
    "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'revision'), 0), "
    "coalesce((SELECT max(id) FROM revision), 0))"
)

_FORGET_LAST_REVISION_ID = text("DELETE FROM sqlite_sequence WHERE name = 'revision'")
_SET_LAST_REVISION_ID = text("INSERT INTO sqlite_sequence (name, seq) VALUES ('revision', :id)")

# Other subclasses cover locking, limits and our own mistakes. A value that is too long for SQLite was never stored.
_DAMAGE = (DatabaseError, DataError)

# A missing table is damage: it existed before. So is a text that is not UTF-8, or a text index that is no longer one.
_DAMAGE_WORDS = ("no such ", "Could not decode", "vtable constructor failed", "fts5", "SQL logic error")


def database_path(url: str, named_by: str = DATABASE_SETTING) -> Path:
    """Return the file that an SQLite URL names; raise SettingsError for anything else."""
    message = f"{named_by} is {url!r}: expected a file, as in sqlite:///dateline.db"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(message) from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise SettingsError(message)
    path = Path(parsed.database)
    if path.is_dir():
        raise SettingsError(f"{message}, and {parsed.database!r} is a folder")
    return path


def file_url(path: Path) -> str:
    """Return the URL of a file, whatever characters its name contains."""
    return URL.create("sqlite", database=str(path)).render_as_string()


class SqliteStore:
    """An SQLite database; see `app.stores.store.Store`. Raise ValueError for a URL that names no file."""

    extra_tables: tuple[str, ...] = (TEXT_INDEX_TABLE, TOKENIZER_TABLE)
    text_index = SqliteTextIndex()

    def __init__(self, url: str, named_by: str = DATABASE_SETTING) -> None:
        self.url, self.named_by = url, named_by
        self._path = database_path(url, named_by)
        self.name = str(self._path)

    def version(self) -> tuple[str, str]:
        """Return the version of the library that the driver brings."""
        return "SQLite", DRIVER.sqlite_version

    def identity(self) -> tuple[object, ...]:
        """Return the device and inode of the file, or its path if there is none yet."""
        path = self._path.resolve()
        return inode(path) or (path,)

    def folder(self) -> Path:
        """Return the folder of the file."""
        return self._path.parent

    def read_host(self) -> None:
        """Return None: a file is on this host."""

    def exists(self) -> bool:
        """Return whether there is such a file."""
        return self._path.exists()

    def table_names(self) -> list[str]:
        """Return the tables in the file; raise DatelineError for a file that is not a database."""
        return table_names(self._path)

    def reader_engine(self, *, connections: int = 4) -> Engine:
        """Return an engine whose connections cannot write and never checkpoint."""
        return self._reader_engine(connections, partial(connect_reader, self._path))

    def open_generation(self, *, connections: int = 4) -> Generation:
        """Open the files that have the name of the database now; raise UnavailableError if they cannot be opened."""
        try:
            return SqliteGeneration(self._path, partial(self._reader_engine, connections))
        except DRIVER.Error as error:
            unreadable: DatabaseError = DBAPIError.instance(None, None, error, DRIVER.Error)
            raise self.explain_unreadable(unreadable) from error

    def _reader_engine(self, connections: int, connect: Callable[[], sqlite3.Connection]) -> Engine:
        # The driver would begin a transaction only at the first write; readers need one consistent view throughout.
        engine = self._engine(connect, begin_reading, connections)
        event.listen(engine, "begin", _limit_time)
        event.listen(engine, "checkin", _unlimit_time)
        event.listen(engine, "handle_error", _raise_at_deadline)
        return engine

    def writer_engine(self) -> Engine:
        """Return an engine for the single writer: write-ahead log, full durability, locked from the first statement."""
        engine = self._engine(connection_factory(self._path, "rwc"), _begin_writing, 1)
        event.listen(engine, "connect", _prepare_writer)
        return engine

    def _engine(
        self, connect: Callable[[], sqlite3.Connection], begin: Callable[[Connection], object], connections: int
    ) -> Engine:
        engine = create_engine(
            "sqlite://",
            module=DRIVER,
            creator=connect,
            poolclass=QueuePool,
            pool_size=connections,
            json_deserializer=from_json,  # Twice as fast as the standard library.
            max_overflow=-1,  # No thread waits for a connection: the number of threads limits how many are in use.
            hide_parameters=True,  # Words of a search do not belong in a log.
            execution_options={STORE_OPTION: self},
        )
        event.listen(engine, "begin", begin)
        return engine

    @contextmanager
    def writer_lock(self) -> Iterator[None]:
        """Hold the lock file next to the database; raise DatelineError if their folder is missing."""
        folder = self._path.parent
        if not folder.is_dir():
            raise DatelineError(f"{self.named_by} is {self.url!r}, but the folder {str(folder)!r} does not exist.")
        with writer_lock(self._path):
            yield

    def explain(self, error: DatabaseError) -> DatelineError | None:
        """Return what a database error means; None for a mistake of ours."""
        if type(error) in _DAMAGE or any(words in str(error.orig) for words in _DAMAGE_WORDS):
            return DamagedError(f"The database is damaged ({error.orig}); {REPAIR_HINT}.")
        if isinstance(error, OperationalError):
            return UnusableError(str(error.orig))
        return None

    def explain_unreadable(self, error: DatabaseError) -> UnavailableError:
        """Return why the file cannot be opened by a reader."""
        if not isinstance(error, OperationalError):
            return UnavailableError(
                f"{self.named_by} names a file that cannot be read ({error.orig}): name another and run "
                f"`{INIT_COMMAND}`, or put a backup in its place with `dateline restore`."
            )
        if "unable to open" in str(error.orig):
            return UnavailableError(f"There is no database to read; run `{INIT_COMMAND}`.")
        return UnavailableError(f"The database cannot be read ({error.orig}); is its disk full?")

    def create_tables(self, connection: Connection) -> None:
        """Do nothing: migrations create all tables."""

    def postpone_indexes(self, connection: Connection) -> None:
        """Drop the indexes whose values arrive in no order: each batch would write pages all over them."""
        for index in POSTPONED_INDEXES:
            connection.execute(DropIndex(index, if_exists=True))

    def complete_indexes(self, connection: Connection) -> None:
        """Build the postponed indexes that are missing, from sorted values."""
        for index in POSTPONED_INDEXES:
            connection.execute(CreateIndex(index, if_not_exists=True))

    def prepare_publish(self, connection: Connection) -> None:
        """Finish the indexes; a file has no copies that anybody waits for."""
        self.complete_indexes(connection)
        self.text_index.settle(connection)

    def insert_rows(self, connection: Connection, table: type[SQLModel], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows through the driver, as SQLAlchemy takes longer per row than the database itself."""
        connection.exec_driver_sql(_insert_statement(table), list(rows))

    def among(self, column: Mapped[str], values: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition with all values in one parameter: SQLAlchemy renders each one of several."""
        listed = func.json_each(json.dumps(values, ensure_ascii=False)).table_valued("value")
        return column.in_(select(listed.c.value))

    def next_revision_ids(self, connection: Connection, count: int) -> range:
        """Return the ids that the database would assign to the next revisions."""
        last = self.last_revision_id(connection)
        return range(last + 1, last + 1 + count)

    def last_revision_id(self, connection: Connection) -> int:
        """Return the last id that was assigned."""
        last: int = connection.execute(_LAST_REVISION_ID).scalar_one()
        return last

    def set_last_revision_id(self, connection: Connection, revision_id: int) -> None:
        """Let AUTOINCREMENT continue after this id."""
        connection.execute(_FORGET_LAST_REVISION_ID)
        connection.execute(_SET_LAST_REVISION_ID, {"id": revision_id})

    def blob(self, connection: Connection, query: SelectOfScalar[bytes]) -> bytes | None:
        """Return the value."""
        return connection.scalar(query)

    def raw_rows(self, connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
        """Return rows as the driver reads them."""
        compiled = query.compile(dialect=connection.dialect)
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        return [tuple(row) for row in connection.exec_driver_sql(str(compiled), values)]

    def rows_by_id(self, connection: Connection, query: Select[Any], ids: Sequence[int]) -> Sequence[Sequence[Any]]:
        """Return these rows; SQLAlchemy takes three times as long as the database to prepare and read them."""
        return connection.exec_driver_sql(_query_by_id(query), (dumps(ids),)).fetchall()

    def faults(self, engine: Engine) -> Iterator[str]:
        """Yield the faults in pages, indexes, foreign keys and rows of the text index; its words are not checked."""
        return faults(engine)

    def word_faults(self, engine: Engine, pause: Callable[[], None] = lambda: None) -> Iterator[str]:
        """Yield a fault if the text index does not have exactly the words of the stored texts."""
        return word_faults(engine, pause)

    def background_engine(self, pause: Callable[[], None]) -> Engine:
        """Return a reader whose statements call `pause` often, which may raise to end them."""
        engine = self._reader_engine(1, partial(connect_reader, self._path))
        # At each checkout, as a connection that is returned loses its handler.
        event.listen(engine, "checkout", lambda connection, *_: _call_often(connection, pause))
        return engine

    def shrink(self, engine: Engine) -> None:
        """Free the disk space of deleted rows and of their words in the text index."""
        with _driver_cursor(engine) as cursor:
            cursor.execute("INSERT INTO article_text(article_text) VALUES ('optimize')")
            cursor.execute("VACUUM")

    def flush_log(self, engine: Engine) -> None:
        """Write the whole log into the database file, so that the file alone is complete."""
        with _driver_cursor(engine) as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def backup(self, target: Path) -> Iterator["SqliteStore"]:
        """Copy the database to a new file next to `target`, which gets this name when the block ends."""
        part = target.with_name(target.name + ".part")
        with writer_lock(part), temporary_file(part):
            # Only now, so that what a backup leaves behind that is killed after the rename is removed, too.
            if target.exists():
                raise DatelineError(f"{str(target)!r} already exists; name another file.")
            copy_database(self._path, part)
            yield SqliteStore(file_url(part))
            move_durably(part, target)

    @contextmanager
    def restore(self, source: Path, *, replace: bool) -> Iterator["SqliteStore"]:
        """Copy a backup to a new file, whose content or which itself replaces the database when the block ends."""
        path = self._path.resolve()  # A link keeps pointing to the database.
        part = path.with_name(path.name + ".part")
        with writer_lock(path), temporary_file(part):
            if path.exists() and not replace:
                raise DatelineError(
                    f"A database already exists at {str(path)!r}; --replace puts the backup in its place."
                )
            copy_database(source, part)
            yield SqliteStore(file_url(part))
            if is_database(path):
                copy_database(part, path)
            else:
                set_aside(path)
                move_durably(part, path)


def _call_often(connection: sqlite3.Connection, pause: Callable[[], None]) -> None:
    connection.set_progress_handler(pause, INSTRUCTIONS_PER_CHECK)


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=ON")  # On macOS alone: fsync leaves data in the drive's cache there.
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    add_index_functions(connection)


# Only queries that modules have made come here.
@cache
def _query_by_id(query: Select[Any]) -> str:
    """Return the statement of a query for rows by id, whose parameter is the ids as JSON: one for any number of ids."""
    ids = func.json_each(bindparam("ids")).table_valued("value")
    by_id = query.where(query.selected_columns[0].in_(select(ids.c.value)))
    return str(by_id.compile(dialect=dialect()))


@cache
def _insert_statement(table: type[SQLModel]) -> str:
    """Return the statement that inserts a row, which takes a millisecond to compile."""
    return str(insert(table).compile(dialect=dialect()))


def _limit_time(connection: Connection) -> None:
    """Interrupt the transaction, which begins now, at the deadline in effect."""
    deadline = current_deadline()
    if deadline is not None:
        driver_connection: Any = connection.connection.driver_connection
        driver_connection.set_progress_handler(deadline.is_over, INSTRUCTIONS_PER_CHECK)


def _unlimit_time(driver_connection: sqlite3.Connection | None, _record: object) -> None:
    if driver_connection is not None:  # None if the connection is lost.
        driver_connection.set_progress_handler(None, 0)


def _raise_at_deadline(context: ExceptionContext) -> None:
    """Raise why a statement was interrupted."""
    if "interrupted" in str(context.original_exception):
        check_deadline()


@contextmanager
def _driver_cursor(engine: Engine) -> Iterator[sqlite3.Cursor]:
    """Yield a driver cursor outside any transaction; its errors become those that the engine would raise."""
    with engine.connect() as connection:
        try:
            yield connection.connection.cursor()  # type: ignore[misc] # either driver's own type
        except DRIVER.Error as error:
            raise DBAPIError.instance(None, None, error, DRIVER.Error) from error
