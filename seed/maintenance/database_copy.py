"""Copy a database into an empty one of the same system or another, whose rows are then equal in all tables.

The copy is marked in place of its migration until it is complete, so that no release serves it or loads into it. Rows
are copied in the order of their keys and committed in batches: a copy that was interrupted goes on after its last row.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, Engine, Table, func, inspect, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import SQLModel, col

from app.errors import DamagedError, DatelineError, UnavailableError
from app.models import Pending, Publish, Revision
from app.search.index.storage import require_current_format
from app.stores import store_of
from app.stores.schema import (
    INCOMPLETE_COPY,
    SCHEMA,
    foreign_database,
    is_foreign,
    is_incomplete_copy,
    record_schema,
    recorded_schema,
    require_known_schema,
    require_schema,
)
from app.stores.store import Store, UnusableError, connected_store, explained_errors
from seed.maintenance.backup import MAX_REPORTED_FAULTS
from seed.maintenance.database import upgrade_tables
from seed.maintenance.table_rows import MODELS, Checksum, count_rows, read_batches, rows_after
from seed.maintenance.verify import verify
from seed.pipeline.bulk import RowValues
from seed.publish.publish import Checkpoint, no_checkpoint

FROM_URL, TO_URL = "FROM_URL", "TO_URL"
"""The arguments of the command, for messages."""

CopyProgress = Callable[[str, int, int], None]
"""Called with the name of what is counted, how much of it is done, and its total."""

Note = Callable[[str], None]
"""Called with a line that nobody has to act on."""


@dataclass(frozen=True, slots=True)
class CopySummary:
    """The names of both databases, the corpus version (None if nothing was published), and the rows of each table.

    `copied` of the rows were copied by this run. `is_current` is unset if the original has changed meanwhile.
    """

    original: str
    copy: str
    version: int | None
    rows: dict[str, int]
    copied: int
    is_current: bool


class _OtherRowsError(Exception):
    """The target has rows that are not those of the original."""


def copy_database(
    from_url: str,
    to_url: str,
    *,
    progress: CopyProgress = lambda _noun, _done, _total: None,
    note: Note = lambda _line: None,
    checkpoint: Checkpoint = no_checkpoint,
) -> CopySummary:
    """Copy the database of one URL into that of the other, which is empty or an incomplete copy, and verify the copy.

    One transaction reads everything, so that a load may go on: what it writes afterwards is not copied. Raise
    DatelineError if either database is not fit for this, or if the copy is not sound; it stays incomplete then.
    """
    original, copy = store_of(from_url, FROM_URL), store_of(to_url, TO_URL)
    if not original.exists():
        raise DatelineError(f"{FROM_URL} names {original.name!r}, which does not exist.")
    if original.identity() == copy.identity():
        raise DatelineError(f"{FROM_URL} and {TO_URL} name the same database, {original.name!r}.")
    with _reader(original) as reader, reader.connect() as connection, _writer(copy) as writer:
        copying = _Copying(connection, writer, progress, checkpoint)
        with _errors_of(original, "copied"):
            state = _state(connection)
        copying.run(note)
        with _errors_of(original, "read"), reader.connect() as later:
            is_current = _state(later) == state
    rows = {table: checksum.rows for table, checksum in copying.checksums.items()}
    return CopySummary(original.name, copy.name, state[0], rows, copying.copied, is_current)


@contextmanager
def _reader(original: Store) -> Iterator[Engine]:
    """Yield a reader of the original; raise DatelineError unless this release can serve it."""
    engine = original.reader_engine(connections=2)
    try:
        with _errors_of(original, "copied"):
            require_schema(engine)
            with engine.connect() as connection:
                require_current_format(connection)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _writer(copy: Store) -> Iterator[Engine]:
    """Yield the writer of the copy, which is locked; raise DatelineError if it is another program's database."""
    with copy.writer_lock():
        if is_foreign(tables := copy.table_names()):
            raise DatelineError(f"{TO_URL} names {foreign_database(tables)}")
        engine = copy.writer_engine()
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _errors_of(store: Store, deed: str) -> Iterator[None]:
    """Raise what errors of a database mean, with its name, as there are two."""
    try:
        with explained_errors(store):
            yield
    except UnusableError as error:
        raise DatelineError(
            f"{store.name!r} cannot be {deed} ({error.reason}); once the cause is fixed, run the same command again to "
            "continue."
        ) from error
    except (UnavailableError, DamagedError) as error:
        raise DatelineError(f"{store.name!r} cannot be {deed}: {error}") from error


def _state(connection: Connection) -> tuple[int | None, str | None, int, int]:
    """Return what changes with each load and each publish: version, token, last revision id, pending articles."""
    newest = select(col(Publish.version), col(Publish.token)).order_by(col(Publish.version).desc()).limit(1)
    version, token = connection.execute(newest).first() or (None, None)
    pending = connection.scalar(select(func.count(col(Pending.article_id)))) or 0
    return version, token, connected_store(connection).last_revision_id(connection), pending


class _Copying:
    """One run of a copy: the transaction in which it reads, where it writes, and what it has counted."""

    def __init__(self, reader: Connection, writer: Engine, progress: CopyProgress, checkpoint: Checkpoint) -> None:
        self._reader, self._writer = reader, writer
        self._original, self._copy = connected_store(reader), connected_store(writer)
        self._progress, self._checkpoint = progress, checkpoint
        self._tables = SQLModel.metadata.sorted_tables  # Those that others refer to come first.
        self._total = self._done = self.copied = 0
        self.checksums: dict[str, Checksum] = {}

    def run(self, note: Note) -> None:
        """Copy all rows that are missing, verify the copy, and let it be used."""
        with _errors_of(self._original, "copied"):
            self._total = sum(count_rows(self._reader, table) for table in self._tables)
        is_complete = self._prepare()
        try:
            self._copy_tables(may_write=not is_complete)
        except _OtherRowsError:
            if is_complete:
                raise DatelineError(
                    f"{TO_URL} names {self._copy.name!r}, which is no copy of {self._original.name!r} as it is now: "
                    "name an empty database."
                ) from None
            note(f"{self._original.name!r} has changed since the copy began: it begins again")
            self._begin_again()
            self._copy_tables(may_write=True)
        if not is_complete:
            self._finish()

    def _prepare(self) -> bool:
        """Create the tables of an empty database; return whether it is one that is in use."""
        with _errors_of(self._copy, "written"), self._writer.begin() as connection:
            if not inspect(connection).get_table_names():
                _create_tables(connection)
            schema = recorded_schema(connection)
        self._checkpoint("tables created")
        if schema == INCOMPLETE_COPY:
            return False
        if is_incomplete_copy(schema or ""):
            raise DatelineError(
                f"{TO_URL} names {self._copy.name!r}, a copy that another release began: name an empty database."
            )
        with _errors_of(self._copy, "written"):
            require_known_schema(schema)
        return True

    def _begin_again(self) -> None:
        with _errors_of(self._copy, "written"), self._writer.begin() as connection:
            for name in (*self._copy.extra_tables, "alembic_version"):
                connection.exec_driver_sql(f"DROP TABLE {name}")
            SQLModel.metadata.drop_all(connection)
            _create_tables(connection)
        self._checkpoint("tables created again")

    def _copy_tables(self, *, may_write: bool) -> None:
        """Copy the rows that are missing; raise _OtherRowsError if there are others, or if it may not write them."""
        self._done = 0
        for table in self._tables:
            self.checksums[table.name] = Checksum()
            last: RowValues | None = None
            may_have_rows = True
            for rows in self._read(self._reader, table, self.checksums[table.name]):
                stored = self._stored_rows(table, last, len(rows)) if may_have_rows else []
                may_have_rows = len(stored) == len(rows)
                if stored != rows[: len(stored)] or not (may_have_rows or may_write):
                    raise _OtherRowsError
                if not may_have_rows:
                    self._insert(table, rows[len(stored) :])
                last = rows[-1]
                self._count("rows", rows)
            if may_have_rows and self._stored_rows(table, last, 1):
                raise _OtherRowsError

    def _read(self, connection: Connection, table: Table, checksum: Checksum) -> Iterator[list[RowValues]]:
        """Yield the rows of a table in batches; raise DatelineError if they cannot be read."""
        batches = read_batches(connection, table, checksum)
        while True:
            with _errors_of(connected_store(connection), "read"):
                rows = next(batches, None)
            if rows is None:
                return
            yield rows

    def _stored_rows(self, table: Table, last: RowValues | None, count: int) -> list[RowValues]:
        with _errors_of(self._copy, "read"), self._writer.connect() as connection:
            return rows_after(connection, table, last, count)

    def _insert(self, table: Table, rows: list[RowValues]) -> None:
        """Insert rows, and index the texts of revisions, in one transaction."""
        with _errors_of(self._copy, "written"), self._writer.begin() as connection:
            try:
                self._copy.insert_rows(connection, MODELS[table.name], rows)
            except (IntegrityError, DataError) as error:
                reason = f"a row of {table.name} cannot be stored ({' '.join(str(error.orig).split())})"
                raise DatelineError(f"{self._original.name!r} is damaged: {reason}.") from error
            if table.name == Revision.__tablename__:
                self._copy.text_index.add(connection, range(rows[0][0], rows[-1][0] + 1))
            self._checkpoint("batch written")
        self.copied += len(rows)
        self._checkpoint("batch committed")

    def _count(self, noun: str, rows: list[RowValues]) -> None:
        self._done += len(rows)
        self._progress(noun, self._done, self._total)

    def _finish(self) -> None:
        """Verify the copy, and let it be used."""
        with _errors_of(self._copy, "written"), self._writer.begin() as connection:
            self._copy.text_index.settle(connection)
            self._copy.set_last_revision_id(connection, self._original.last_revision_id(self._reader))
        self._checkpoint("rows copied")
        reader = self._copy.reader_engine(connections=1)
        try:
            self._require_equal_rows(reader)
            self._require_sound(reader)
        finally:
            reader.dispose()
        self._checkpoint("copy verified")
        with _errors_of(self._copy, "written"):
            with self._writer.begin() as connection:
                record_schema(connection, SCHEMA)
            self._checkpoint("copy completed")
            self._copy.flush_log(self._writer)

    def _require_equal_rows(self, reader: Engine) -> None:
        """Read everything that was stored; raise DatelineError unless number and checksum are those of the original."""
        self._done = 0
        with reader.connect() as connection:
            for table in self._tables:
                checksum = Checksum()
                for rows in self._read(connection, table, checksum):
                    self._count("rows compared", rows)
                if checksum.result() != self.checksums[table.name].result():
                    raise DatelineError(
                        f"{self._copy.name!r} does not have the rows of {table.name} that were copied into it: delete "
                        "it, and copy again."
                    )

    def _require_sound(self, reader: Engine) -> None:
        """Raise DatelineError if the copy has a fault; so has the original then, since their rows are equal."""
        faults = verify(reader, lambda done, total: self._progress("revisions verified", done, total))
        if first := list(islice(faults, MAX_REPORTED_FAULTS)):
            raise DatelineError(
                f"{self._original.name!r} is damaged, and so is its copy, which stays incomplete: {'; '.join(first)}."
            )


def _create_tables(connection: Connection) -> None:
    """Create the tables of this release in an empty database, and mark it as an incomplete copy."""
    upgrade_tables(connection)
    record_schema(connection, INCOMPLETE_COPY)
