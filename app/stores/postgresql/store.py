"""The PostgreSQL store: a database on a server, many readers, and one writer."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    any_,
    bindparam,
    event,
    inspect,
    literal,
    text,
)
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Mapped
from sqlmodel import SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from app.errors import DatelineError, UnavailableError
from app.stores.postgresql import verification
from app.stores.postgresql.engines import PostgresqlGeneration, database_url, reader_engine, writer_engine
from app.stores.postgresql.errors import driver_errors, explain, in_one_line
from app.stores.postgresql.hosts import Hosts
from app.stores.postgresql.schema import TEXT_INDEX_TABLES, create_tables
from app.stores.postgresql.text_index import PostgresqlTextIndex
from app.stores.postgresql.urls import libpq_options, shown_url
from app.stores.store import DATABASE_SETTING, Generation, Store

# Blocks of numbers come from the sequence, so that they are greater than any that was ever used.
_NEXT_IDS = text(
    "SELECT setval(own, nextval(own) - 1 + :count) FROM pg_get_serial_sequence('revision', 'id') AS serial(own)"
)

_LAST_ID = text(
    "SELECT coalesce(pg_sequence_last_value(CAST(pg_get_serial_sequence('revision', 'id') AS regclass)), 0)"
)
_SET_LAST_ID = text(
    "SELECT setval(CAST(pg_get_serial_sequence('revision', 'id') AS regclass), greatest(:id, 1), :id > 0)"
)

# The databases of a server have numbers, and a server and its standbys have a number.
_IDENTITY = text(
    "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
)

_VERSION = text("SELECT current_setting('server_version'), pg_is_in_recovery()")

# An operator who waits for no standby has said `local`.
_AWAIT_STANDBYS = text(
    "SELECT set_config('synchronous_commit', 'remote_apply', true) "
    "WHERE current_setting('synchronous_commit') IN ('on', 'remote_write')"
)


# Only queries that modules have made come here.
@cache
def _query_by_id(query: Select[Any]) -> str:
    """Return the statement of a query for rows by id, whose parameter `ids` is an array."""
    ids = bindparam("ids", type_=ARRAY(BigInteger))
    return str(query.where(query.selected_columns[0] == any_(ids)).compile(dialect=dialect()))  # type: ignore[no-untyped-call]


class PostgresqlStore:
    """A PostgreSQL database; see `app.stores.store.Store`. Raise SettingsError for a URL that names none."""

    extra_tables: tuple[str, ...] = TEXT_INDEX_TABLES
    text_index = PostgresqlTextIndex()

    def __init__(self, url: str, named_by: str = DATABASE_SETTING) -> None:
        self.url, self.named_by = url, named_by
        self._url = database_url(url, named_by)
        self.name = shown_url(self._url)
        self._hosts = Hosts(libpq_options(self._url))

    def version(self) -> tuple[str, str]:
        """Return the version of the server."""
        with self._reader() as connection:
            version, is_standby = connection.execute(_VERSION).one()
        if (host := self.read_host()) is None:
            return "PostgreSQL", version
        return "PostgreSQL", f"{version}, read from {host}, {'a standby' if is_standby else 'the primary'}"

    def read_host(self) -> str | None:
        """Return the host that was chosen, if there are several."""
        chosen = self._hosts.chosen
        return chosen.name if chosen is not None and len(self._hosts.named) > 1 else None

    def identity(self) -> tuple[object, ...]:
        """Return the numbers of the server and of the database."""
        with self._reader() as connection:
            return tuple(connection.execute(_IDENTITY).one())

    def folder(self) -> None:
        """Return None: the server has the files."""

    def exists(self) -> bool:
        """Return True: the server has created the database; raise UnavailableError if it cannot be reached."""
        with self._reader():
            return True

    def table_names(self) -> list[str]:
        """Return the tables of the database; raise UnavailableError if it cannot be reached."""
        with self._reader() as connection:
            return inspect(connection).get_table_names()

    @contextmanager
    def _reader(self) -> Iterator[Connection]:
        engine = self.reader_engine(connections=1)
        try:
            with engine.connect() as connection:
                yield connection
        except DatabaseError as error:
            raise self.explain_unreadable(error) from error
        finally:
            engine.dispose()

    def reader_engine(self, *, connections: int = 4) -> Engine:
        """Return an engine whose transactions cannot write, and each have one consistent view."""
        return reader_engine(self._url, self, self._hosts, connections)

    def open_generation(self, *, connections: int = 4) -> Generation:
        """Open the database; raise UnavailableError if it cannot be opened."""
        try:
            return PostgresqlGeneration(partial(self.reader_engine, connections=connections), self._hosts)
        except DatabaseError as error:
            raise self.explain_unreadable(error) from error

    def writer_engine(self) -> Engine:
        """Return an engine of one connection, which takes the lock of the writer when it is opened."""
        return writer_engine(self._url, self)

    @contextmanager
    def writer_lock(self) -> Iterator[None]:
        """Do nothing: the connection of the writer's engine has the lock, and nobody can write without it."""
        yield

    def explain(self, error: DatabaseError) -> DatelineError | None:
        """Return what a database error means; None for a mistake of ours."""
        return explain(error)

    def explain_unreadable(self, error: DatabaseError) -> UnavailableError:
        """Return why the database cannot be read, in the words of the server."""
        return UnavailableError(
            f"The database {self.name!r} cannot be read ({in_one_line(error.orig)}): check that its server is running, "
            f"that the database exists, and that {self.named_by} names them."
        )

    def create_tables(self, connection: Connection) -> None:
        """Create all tables unless the database has some already."""
        create_tables(connection)

    def postpone_indexes(self, connection: Connection) -> None:
        """Do nothing: readers and writers of other tables would wait for a dropped index."""

    def complete_indexes(self, connection: Connection) -> None:
        """Do nothing: none is postponed."""

    def prepare_publish(self, connection: Connection) -> None:
        """Finish the text index, and let the commit wait until the standbys that the server waits for have applied it.

        Otherwise a standby could be promoted that lacks what readers saw.
        """
        self.text_index.settle(connection)
        connection.execute(_AWAIT_STANDBYS)

    def insert_rows(self, connection: Connection, table: type[SQLModel], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows through the protocol of COPY, which takes a fraction of the time of statements."""
        target = SQLModel.metadata.tables[str(table.__tablename__)]
        names = connection.dialect.identifier_preparer
        columns = ", ".join(map(names.format_column, target.columns))
        driver: Any = connection.connection.driver_connection
        statement = f"COPY {names.format_table(target)} ({columns}) FROM STDIN"
        with driver_errors(), driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def among(self, column: Mapped[str], values: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition with all values in one parameter."""
        return column == any_(literal(list(values), ARRAY(String)))

    def next_revision_ids(self, connection: Connection, count: int) -> range:
        """Return a block of numbers of the sequence."""
        last: int = connection.execute(_NEXT_IDS, {"count": count}).scalar_one()
        return range(last + 1 - count, last + 1)

    def last_revision_id(self, connection: Connection) -> int:
        """Return the last number of the sequence that was used."""
        last: int = connection.execute(_LAST_ID).scalar_one()
        return last

    def set_last_revision_id(self, connection: Connection, revision_id: int) -> None:
        """Let the sequence continue after this number."""
        connection.execute(_SET_LAST_ID, {"id": revision_id})

    def blob(self, connection: Connection, query: SelectOfScalar[bytes]) -> bytes | None:
        """Return the value, read in the binary format; as text, bytes are twice as long."""
        driver: Any = connection.connection.driver_connection
        compiled = query.compile(dialect=connection.dialect)
        with driver_errors(), driver.cursor(binary=True) as cursor:
            row = cursor.execute(str(compiled), compiled.params).fetchone()
        return None if row is None else row[0]

    def raw_rows(self, connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
        """Return rows as the driver reads them, with booleans as integers."""
        compiled = query.compile(dialect=connection.dialect)
        rows = connection.exec_driver_sql(str(compiled), compiled.params)
        return [tuple(int(value) if isinstance(value, bool) else value for value in row) for row in rows]

    def rows_by_id(self, connection: Connection, query: Select[Any], ids: Sequence[int]) -> Sequence[Sequence[Any]]:
        """Return these rows; one statement for any number of ids is prepared once for each connection."""
        return connection.exec_driver_sql(_query_by_id(query), {"ids": list(ids)}).fetchall()

    def faults(self, engine: Engine) -> Iterator[str]:
        """Yield the faults in indexes, references and rows of the text index; its words are not checked."""
        return verification.faults(engine)

    def word_faults(self, engine: Engine, pause: Callable[[], None] = lambda: None) -> Iterator[str]:
        """Yield a fault if the text index does not have exactly the words of the stored texts."""
        return verification.word_faults(engine, pause)

    def background_engine(self, pause: Callable[[], None]) -> Engine:
        """Return a reader that calls `pause` after each statement, which may raise to end them."""
        engine = self.reader_engine(connections=1)
        event.listen(engine, "after_cursor_execute", lambda *_: pause())
        return engine

    def shrink(self, engine: Engine) -> None:
        """Free the disk space of deleted rows and of their words in the text index."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (ANALYZE)"))

    def flush_log(self, engine: Engine) -> None:
        """Do nothing: the server writes its log into the database."""

    def backup(self, target: Path) -> AbstractContextManager[Store]:
        """Raise DatelineError: PostgreSQL has its own programs for this."""
        raise DatelineError(
            f"{self.name!r} is a PostgreSQL database: back it up with `pg_dump --format=custom --file={target} …`."
        )

    def restore(self, source: Path, *, replace: bool) -> AbstractContextManager[Store]:
        """Raise DatelineError: PostgreSQL has its own programs for this."""
        options = "--clean --if-exists " if replace else ""
        raise DatelineError(
            f"{self.name!r} is a PostgreSQL database: restore it with `pg_restore {options}--dbname=… {source}`."
        )
