"""Read-only readers, a durable writer, and clear messages for databases that cannot be opened."""

import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlmodel import Session, col
from starlette.testclient import TestClient

from app.errors import DamagedError, DatelineError, UnavailableError
from app.models import Pending, Revision
from app.stores import store_of
from app.stores.schema import INIT_COMMAND, REPAIR_HINT, SCHEMA, require_schema
from app.stores.sqlite import database_path, file_url
from app.stores.store import UnusableError, connected_store, explained_errors
from tests.seed.loading import load_into, report

INSERT = text("INSERT INTO pending VALUES (:id)")
IDS = select(col(Pending.article_id))


@pytest.fixture
def reader(database: Path) -> Iterator[Engine]:
    """Yield a read-only engine."""
    engine = store_of(file_url(database)).reader_engine()
    yield engine
    engine.dispose()


@pytest.fixture
def writer(database: Path) -> Iterator[Engine]:
    """Yield the engine of the writer."""
    engine = store_of(file_url(database)).writer_engine()
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///dateline.db", "dateline.db"),
        ("sqlite:////var/lib/dateline.db", "/var/lib/dateline.db"),
        ("sqlite:///data/dateline.db?timeout=5", "data/dateline.db"),
        ("sqlite+pysqlite:///dateline.db", "dateline.db"),
    ],
)
def test_a_url_names_a_file(url: str, path: str) -> None:
    """It may be relative or absolute; a driver in it makes no difference."""
    assert database_path(url) == Path(path)


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "dateline.db", "sqlite://", "sqlite:///:memory:", "postgresql://host/name", "sqlite://host:x/y"],
)
def test_anything_else_is_refused(url: str) -> None:
    """The message has the variable, its value and what was expected."""
    reason = f"DATELINE_DATABASE_URL is {url!r}: expected a file, as in sqlite:///dateline.db"
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        database_path(url)


@pytest.mark.parametrize("name", ["a b.db", "a#b.db", "50%.db", "50%41.db", "what?.db", "a?b=c&d.db", "élan 🚢.db"])
def test_a_file_may_have_any_name(database: Path, name: str) -> None:
    """Characters with a meaning in a URL or in the driver's URI are escaped."""
    renamed = database.rename(database.with_name(name))
    assert database_path(file_url(renamed)) == renamed
    engine = store_of(file_url(renamed)).reader_engine()
    require_schema(engine)
    engine.dispose()
    assert sorted(path.name for path in renamed.parent.iterdir() if path.suffix == ".db") == [name]


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO pending VALUES ('a')", "DELETE FROM publish", "DROP TABLE publish", "CREATE TABLE more (id INT)"],
)
def test_a_reader_cannot_write(reader: Engine, statement: str) -> None:
    """SQLite itself refuses."""
    with pytest.raises(OperationalError, match="readonly"), reader.begin() as connection:
        connection.execute(text(statement))


def test_a_reader_never_creates_a_database(tmp_path: Path) -> None:
    """A mistyped name creates no empty file."""
    engine = store_of(file_url(tmp_path / "missing.db")).reader_engine()
    with pytest.raises(OperationalError, match="unable to open"):
        engine.connect()
    assert list(tmp_path.iterdir()) == []


def test_a_reader_never_checkpoints(database: Path, writer: Engine, tmp_path: Path) -> None:
    """It reads what a killed writer left in the log, and leaves it there."""
    with writer.begin() as connection:
        connection.execute(INSERT, {"id": "a"})
        connection.commit()
    copy = tmp_path / "copy.db"
    logs = [Path(f"{path}-wal") for path in (database, copy)]
    shutil.copy(database, copy)
    shutil.copy(logs[0], logs[1])
    before = copy.read_bytes(), logs[1].read_bytes()

    engine = store_of(file_url(copy)).reader_engine()
    with engine.connect() as connection:
        assert connection.scalars(IDS).all() == ["a"]
    engine.dispose()
    assert (copy.read_bytes(), logs[1].read_bytes()) == before


def test_a_reader_has_one_consistent_view(reader: Engine, writer: Engine) -> None:
    """It lasts from the first statement to the last; the next reader sees what was committed since."""
    with reader.connect() as connection:
        assert connection.scalars(IDS).all() == []
        with writer.begin() as writing:
            writing.execute(INSERT, {"id": "a"})
        assert connection.scalars(IDS).all() == []
    with reader.connect() as connection:
        assert connection.scalars(IDS).all() == ["a"]


def test_a_writer_uses_a_log_and_waits_for_the_disk(writer: Engine) -> None:
    """It also enforces foreign keys."""
    pragmas = ("journal_mode", "synchronous", "foreign_keys")
    with writer.connect() as connection:
        assert [connection.scalar(text(f"PRAGMA {name}")) for name in pragmas] == ["wal", 2, 1]
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            connection.execute(text("INSERT INTO article_key VALUES ('key', 'no article')"))


def test_a_writer_holds_the_lock_from_its_first_statement(database: Path, writer: Engine) -> None:
    """A second writer waits and then fails; it cannot have read what the first one changes later."""
    other = store_of(file_url(database)).writer_engine()
    with writer.connect() as first, other.connect() as second:
        second.connection.cursor().execute("PRAGMA busy_timeout = 10")
        first.scalars(IDS).all()
        with pytest.raises(OperationalError, match="locked"):
            second.scalars(IDS).all()
    other.dispose()


def test_engines_connections_and_sessions_know_their_store(database: Path) -> None:
    store = store_of(file_url(database))
    for engine in (store.reader_engine(), store.writer_engine()):
        assert connected_store(engine) is store
        with Session(engine) as session:
            assert connected_store(session.connection()) is store
        engine.dispose()


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (
            DatabaseError("SELECT 1", {}, Exception("database disk image is malformed")),
            DamagedError(f"The database is damaged (database disk image is malformed); {REPAIR_HINT}."),
        ),
        (
            OperationalError("SELECT 1", {}, Exception("no such table: publish")),
            DamagedError(f"The database is damaged (no such table: publish); {REPAIR_HINT}."),
        ),
        (OperationalError("SELECT 1", {}, Exception("database is locked")), UnusableError("database is locked")),
    ],
)
def test_a_database_error_has_a_meaning(database: Path, error: DatabaseError, meaning: DatelineError) -> None:
    """A lock held by another process is not damage."""
    store = store_of(file_url(database))
    with pytest.raises(type(meaning), match=f"^{re.escape(str(meaning))}$"), explained_errors(store):
        raise error


def test_a_mistake_of_ours_has_no_other_meaning(database: Path) -> None:
    mistake = IntegrityError("SELECT 1", {}, Exception("UNIQUE constraint failed"))
    with pytest.raises(IntegrityError) as raised, explained_errors(store_of(file_url(database))):
        raise mistake
    assert raised.value is mistake


def test_revision_ids_are_never_used_again(writer: Engine) -> None:
    """Neither after the newest revision is deleted, nor does a lost sequence give one that is stored."""
    store = connected_store(writer)
    with writer.begin() as connection:
        assert store.next_revision_ids(connection, 2) == range(1, 3)
        connection.execute(text("INSERT INTO source(id, name, names, domains) VALUES ('s', 'S', '[]', '[]')"))
        connection.execute(text("INSERT INTO article VALUES ('a', 1)"))
        row = {"article_id": "a", "source_id": "s", "text_kind": "full", "authors": [], "precision": "none"}
        rows = [{"id": id_, "title": "T", "text": "T", **row} for id_ in (6, 7)]
        connection.execute(insert(Revision), rows)
        store.text_index.add(connection, range(6, 8))
        connection.execute(text("DELETE FROM revision WHERE id = 7"))
        assert store.next_revision_ids(connection, 1) == range(8, 9)
        connection.execute(text("DELETE FROM sqlite_sequence"))
        assert store.next_revision_ids(connection, 3) == range(7, 10)


def assert_rows_are_read_by_id(database: Path, reader: Engine) -> None:
    """Fail unless rows come as the driver returns them: any number with one statement, a missing one left out."""
    load_into(database, [report("Ferry", id="1", authors=["Søren"]), report("“Port” 🚢", id="2")])
    query = select(*(getattr(Revision, name) for name in ("id", "title", "authors", "published_at")))
    with reader.connect() as connection:
        read = partial(connected_store(reader).rows_by_id, connection, query)
        assert [tuple(row) for row in read([1])] == [(1, "Ferry", '["Søren"]', None)]
        assert {row[1] for row in read([2, 2**40, 1, 2])} == {"Ferry", "“Port” 🚢"}
        assert list(read([])) == []


def test_rows_are_read_by_id(database: Path, reader: Engine) -> None:
    assert_rows_are_read_by_id(database, reader)


def test_shrinking_frees_disk_space(database: Path, writer: Engine) -> None:
    """The space of deleted rows is freed."""
    with writer.begin() as connection:
        connection.execute(INSERT, [{"id": f"{number:0100}"} for number in range(5000)])
    with writer.begin() as connection:
        connection.execute(text("DELETE FROM pending"))
    connected_store(writer).shrink(writer)
    writer.dispose()
    assert database.stat().st_size < 300_000


def _missing(database: Path) -> None:
    database.unlink()


def _empty(database: Path) -> None:
    database.write_bytes(b"")


def _older(database: Path) -> None:
    engine = store_of(file_url(database)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2026_11_22_a'"))
    engine.dispose()


def _newer(database: Path) -> None:
    engine = store_of(file_url(database)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '1a2b3c4d5e6f'"))
    engine.dispose()


def _garbage(database: Path) -> None:
    database.write_text("This is no database, though it has enough characters for one. " * 20, encoding="ascii")


UNAVAILABLE = {
    f"There is no database to read; run `{INIT_COMMAND}`.": _missing,
    f"The database has no tables yet; run `{INIT_COMMAND}`.": _empty,
    f"The database is at migration 2026_11_22_a, this release needs {SCHEMA}; run `{INIT_COMMAND}`.": _older,
    "The database was written by a newer release of Dateline (it is at migration 1a2b3c4d5e6f, and this release knows "
    f"those up to {SCHEMA}): use that release or a newer one.": _newer,
    "DATELINE_DATABASE_URL names a file that cannot be read (file is not a database): name another and run "
    f"`{INIT_COMMAND}`, or put a backup in its place with `dateline restore`.": _garbage,
}


@pytest.mark.parametrize("reason", UNAVAILABLE)
def test_a_database_that_cannot_be_served_names_the_command_that_fixes_it(database: Path, reason: str) -> None:
    """Each message also has the cause."""
    break_database: Callable[[Path], None] = UNAVAILABLE[reason]
    break_database(database)
    engine = store_of(file_url(database)).reader_engine()
    with pytest.raises(UnavailableError) as refused:
        require_schema(engine)
    engine.dispose()
    assert str(refused.value) == reason
    assert INIT_COMMAND == "dateline init"


def test_a_request_closes_its_session(client: TestClient) -> None:
    """More requests than connections succeed."""
    assert {client.get("/v1/sources").status_code for _ in range(30)} == {200}
