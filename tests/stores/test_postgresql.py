"""Read-only readers, a locked writer, deadlines, and what errors mean, on a PostgreSQL server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError
from sqlmodel import SQLModel, col, select
from starlette.testclient import TestClient

from app.deadline import Deadline, SliceOverError
from app.errors import (
    ClientLeftError,
    DamagedError,
    DatelineError,
    ReplacedError,
    SearchTimeoutError,
    UnavailableError,
)
from app.models import Article, Pending, Source
from app.stores import store_of
from app.stores.postgresql.errors import driver_errors
from app.stores.schema import SCHEMA, require_schema
from app.stores.store import (
    InterruptedReadError,
    Store,
    UnusableError,
    WriterBusyError,
    connected_store,
    explained_errors,
    pinned_engine,
)
from seed.maintenance.database import open_writer
from tests.conftest import app_for, seed
from tests.databases import Server, url_of
from tests.seed.loading import load_into, report
from tests.stores.test_sqlite import assert_rows_are_read_by_id

pytestmark = pytest.mark.unmeasured  # `make test-stores` measures the store.

IDS = select(col(Pending.article_id))
INSERT = text("INSERT INTO pending VALUES (:id)")
SLEEP = text("SELECT pg_sleep(60)")
LONG = 60.0
TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def store(served: Path) -> Store:
    return store_of(url_of(served))


@pytest.fixture
def reader(store: Store) -> Iterator[Engine]:
    engine = store.reader_engine(connections=1)
    yield engine
    engine.dispose()


@pytest.fixture
def writer(store: Store) -> Iterator[Engine]:
    engine = store.writer_engine()
    yield engine
    engine.dispose()


def test_a_new_database_has_the_tables_of_this_release(server: Server) -> None:
    """Those of the models, created by the baseline and no other migration."""
    store = store_of(server.url_of(server.create()))
    reader = store.reader_engine()
    with pytest.raises(UnavailableError, match="no tables yet; run `dateline init`"):
        require_schema(reader)
    assert (store.exists(), store.table_names(), store.version()[0]) == (True, [], "PostgreSQL")
    for _ in range(2):
        with open_writer(store.url) as engine, engine.connect() as connection:
            assert connection.scalar(text("SELECT version_num FROM alembic_version")) == SCHEMA
    require_schema(reader)
    reader.dispose()
    expected = {*SQLModel.metadata.tables, *store.extra_tables, "alembic_version"}
    assert set(store.table_names()) == expected


def test_a_database_of_another_program_stays_as_it_is(server: Server) -> None:
    store = store_of(server.url_of(server.create()))
    engine = store.writer_engine()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id int)"))
    engine.dispose()
    with pytest.raises(DatelineError, match="is a database of another program, with tables such as 'orders'"):
        open_writer(store.url).__enter__()
    assert store.table_names() == ["orders"]


def test_a_database_is_the_same_whatever_its_url(store: Store, server: Server) -> None:
    """But another one of the same server is not."""
    again = store_of(f"{store.url}&application_name=other")
    other = store_of(server.url_of(server.create()))
    assert store.identity() == again.identity() != other.identity()


@pytest.mark.parametrize("last", [0, 1, 41])
def test_ids_of_revisions_continue_after_the_last_one(store: Store, writer: Engine, last: int) -> None:
    with writer.begin() as connection:
        assert store.last_revision_id(connection) == 0
        store.set_last_revision_id(connection, last)
        assert store.last_revision_id(connection) == last
        assert store.next_revision_ids(connection, 2) == range(last + 1, last + 3)
        assert store.last_revision_id(connection) == last + 2


@pytest.mark.parametrize(
    "statement", ["INSERT INTO pending VALUES ('a')", "DROP TABLE publish", "CREATE TABLE t (i int)"]
)
def test_a_reader_cannot_write(reader: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"), reader.begin() as connection:
        connection.execute(text(statement))


def test_a_reader_has_one_consistent_view(reader: Engine, writer: Engine) -> None:
    """It lasts from the first statement to the last; the next reader sees what was committed since."""
    with reader.connect() as connection:
        assert connection.scalars(IDS).all() == []
        with writer.begin() as writing:
            writing.execute(INSERT, {"id": "a"})
        assert connection.scalars(IDS).all() == []
    with reader.connect() as connection:
        assert connection.scalars(IDS).all() == ["a"]


def test_a_writer_waits_for_the_disk(served: Path) -> None:
    """Even where the server would not; what its operator chose otherwise stays."""
    for chosen, expected in (("off", "on"), ("local", "local")):
        url = f"{url_of(served)}&options=-csynchronous_commit%3D{chosen}"
        with store_of(url).writer_engine().connect() as connection:
            assert connection.scalar(text("SHOW synchronous_commit")) == expected
        connection.engine.dispose()


def test_there_is_one_writer(store: Store, writer: Engine) -> None:
    """The message says who it is. A writer that was killed leaves no lock."""
    with writer.connect() as connection:
        other = store.writer_engine()
        with pytest.raises(WriterBusyError, match=r"\(dateline \d+ on .*, as dateline from this host, process \d+ of"):
            other.connect()
        with pytest.raises(WriterBusyError), open_writer(store.url):
            pass
        connection.invalidate()
    other.connect().close()
    with pytest.raises(WriterBusyError), writer.connect():
        pass
    other.dispose()
    writer.connect().close()


def terminate(server: Server, served: Path) -> None:
    """End all connections to a database, as a server does that is restarted."""
    server.run(TERMINATE, [served.read_text()])


def test_a_writer_without_its_lock_writes_nothing(server: Server, served: Path, store: Store, writer: Engine) -> None:
    with writer.connect() as connection:
        connection.execute(INSERT, {"id": "a"})
        terminate(server, served)
        with pytest.raises(UnusableError), explained_errors(store):
            connection.execute(INSERT, {"id": "b"})
    with store.writer_engine().connect() as other:
        with pytest.raises(WriterBusyError):
            writer.connect()
        assert other.scalars(IDS).all() == []
    other.engine.dispose()


@pytest.mark.parametrize(
    ("seconds", "slice_seconds", "error"), [(0.05, None, SearchTimeoutError), (LONG, LONG, SliceOverError)]
)
def test_a_statement_ends_with_its_deadline(
    reader: Engine, seconds: float, slice_seconds: float | None, error: type[Exception]
) -> None:
    """The connection works on, without a limit."""
    with Deadline(seconds).apply(slice_seconds), reader.connect() as connection, pytest.raises(error):
        connection.execute(SLEEP)
    with reader.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
        with pytest.raises(DatabaseError):
            connection.execute(text("SELECT 1 / 0"))


def test_a_statement_that_somebody_else_cancels_ends_the_request(store: Store, reader: Engine) -> None:
    with reader.connect() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 1"))
        with pytest.raises(UnusableError, match="statement timeout"), explained_errors(store):
            connection.execute(SLEEP)


def test_no_transaction_begins_for_a_client_that_has_left_or_on_the_event_loop(reader: Engine) -> None:
    """Nor does anything connect for it."""
    left = Deadline(LONG)
    left.cancel()
    with left.apply(), pytest.raises(ClientLeftError):
        reader.connect()
    with reader.connect() as connection, left.apply(), pytest.raises(ClientLeftError):
        connection.execute(text("SELECT 1"))
    with Deadline(LONG).apply(is_inline=True), reader.connect() as connection, pytest.raises(SliceOverError):
        connection.execute(text("SELECT 1"))


def test_a_pinned_engine_requires_its_publish(served: Path, store: Store) -> None:
    load_into(served, [report()])
    generation = store.open_generation()
    with generation.engine.connect() as connection:
        version, token = connection.execute(text("SELECT version, token FROM publish")).one()
    with pinned_engine(generation, version, token).connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    assert (generation.is_replaced, generation.is_current()) == (False, True)
    with pinned_engine(generation, version, "other").connect() as connection, pytest.raises(ReplacedError):
        connection.scalar(text("SELECT 1"))
    assert (generation.is_replaced, generation.is_current()) == (True, False)
    with pinned_engine(generation, version, "other").connect() as connection, pytest.raises(ReplacedError):
        connection.scalar(text("SELECT 1"))
    generation.engine.dispose()


def state_error(state: str | None, message: str = "no reason") -> DatabaseError:
    """Return an error of the driver as SQLAlchemy raises it."""
    if state is None:
        return OperationalError("SELECT 1", {}, psycopg.OperationalError(message))
    error = psycopg.errors.lookup(state)(message)
    raised: Any = DBAPIError.instance("SELECT 1", {}, error, psycopg.Error)
    assert isinstance(raised, DatabaseError)
    return raised


@pytest.mark.parametrize(
    ("state", "meaning"),
    [
        *((state, UnusableError) for state in (None, "08006", "25006", "28P01", "3D000", "40001", "42501", "53100")),
        *((state, UnusableError) for state in ("55P03", "57P01", "58030")),
        *((state, DamagedError) for state in ("XX000", "XX001", "XX002", "22021", "42P01", "42703")),
        *((state, None) for state in ("23505", "22003", "42601")),
    ],
)
def test_a_state_has_a_meaning(state: str | None, meaning: type[DatelineError] | None) -> None:
    error = state_error(state, "two\n  lines")
    with pytest.raises(meaning or DatabaseError) as raised, explained_errors(store_of(NOWHERE)):
        raise error
    assert "two lines" in str(raised.value) or raised.value is error


@pytest.mark.parametrize(
    ("state", "is_lost"), [(None, True), ("57P01", True), ("08006", True), ("57014", False), ("23505", False)]
)
def test_a_lost_connection_is_an_interruption(state: str | None, is_lost: bool) -> None:
    """Another one may lead to another host."""
    error = psycopg.OperationalError("gone") if state is None else psycopg.errors.lookup(state)("gone")
    with pytest.raises(DBAPIError) as raised, driver_errors():
        raise error
    assert raised.value.connection_invalidated == is_lost
    assert isinstance(store_of(NOWHERE).explain(raised.value), InterruptedReadError) == is_lost  # type: ignore[arg-type]


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    store = store_of(NOWHERE)
    engine = store.reader_engine()
    for use in (store.exists, store.table_names, store.version, store.open_generation, lambda: require_schema(engine)):
        with pytest.raises(UnavailableError, match=f"^The database '{NOWHERE}' cannot be read .*check that its server"):
            use()
    with pytest.raises(UnavailableError), open_writer(NOWHERE):
        pass


@contextmanager
def unreachable(server: Server, served: Path) -> Iterator[None]:
    """Take a database away, and give it back."""
    name = served.read_text()
    server.run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    terminate(server, served)
    yield
    server.run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_a_server_that_went_away_is_served_again_when_it_is_back(server: Server, served: Path) -> None:
    """Without a restart."""
    load_into(served, [report()])
    with TestClient(app_for(served), raise_server_exceptions=False) as client:
        assert client.get("/v1/articles").json()["total"] == 1
        with unreachable(server, served):
            refused = client.get("/v1/articles?q=harbour")
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
            assert client.get("/readyz").status_code == 503
        assert client.get("/v1/articles?q=ferry").json()["total"] == 1
        terminate(server, served)
        client.get("/v1/articles?q=amsel")
        assert client.get("/v1/articles?q=amsel&limit=1").json()["total"] == 1


def test_a_database_that_was_replaced_is_served(served: Path, server: Server) -> None:
    load_into(served, [report()])
    with TestClient(app_for(served)) as client:
        assert client.get("/v1/articles").json()["total"] == 1
        engine = store_of(url_of(served)).writer_engine()
        with engine.begin() as connection:
            connection.execute(text("UPDATE publish SET token = 'another'"))
        engine.dispose()
        assert client.get("/v1/articles").status_code == 503


def test_revision_ids_are_never_used_again(writer: Engine) -> None:
    store = connected_store(writer)
    with writer.begin() as connection:
        assert store.next_revision_ids(connection, 2) == range(1, 3)
        assert store.next_revision_ids(connection, 1) == range(3, 4)
        connection.rollback()
    with writer.begin() as connection:
        assert store.next_revision_ids(connection, 3) == range(4, 7)


def test_rows_come_back_as_they_were_inserted(writer: Engine) -> None:
    """Whatever their texts contain; a mistake of ours stays one."""
    store = connected_store(writer)
    row = ("s", "\\N\t\n“é” 🚢", "[]", '["a"]', None, None, None, None, "[]", "[]")
    with writer.begin() as connection:
        store.insert_rows(connection, Source, [row])
        store.insert_rows(connection, Article, [("a", 2**40)])
        assert store.raw_rows(connection, select(Source)) == [row]
        assert store.raw_rows(connection, select(Article).where(col(Article.id) == "a")) == [("a", 2**40)]
    with pytest.raises(IntegrityError), writer.begin() as connection:
        store.insert_rows(connection, Article, [("a", 1)])


def test_booleans_come_back_as_integers(served: Path, reader: Engine) -> None:
    load_into(served, [report()])
    with reader.connect() as connection:
        rows = connected_store(reader).raw_rows(connection, select(text("language_detected FROM revision")))
    assert [type(value) for row in rows for value in row] == [int]


def test_rows_are_read_by_id(served: Path, reader: Engine) -> None:
    assert_rows_are_read_by_id(served, reader)


def test_deleted_rows_and_words_free_their_space(served: Path, writer: Engine) -> None:
    load_into(served, [report("Ferry resumes", id="r1", text="Quaysides.")])
    load_into(served, [report("Ferry resumes", id="r1", text="Harbours.")])
    connected_words = text("SELECT word FROM article_text_posting ORDER BY word")
    with writer.connect() as connection:
        assert "quaysides" in connection.scalars(connected_words).all()
    writer.dispose()
    assert "1 revision" in seed(served, "compact")
    with writer.connect() as connection:
        assert connection.scalars(connected_words).all() == ["", "ferry", "harbours", "resumes"]
        assert connection.execute(text("SELECT texts, words FROM article_text_totals")).one() == (1, 3)


def test_backups_are_left_to_the_programs_of_the_server(store: Store, writer: Engine) -> None:
    store.flush_log(writer)
    with pytest.raises(DatelineError, match="back it up with `pg_dump --format=custom --file=news"):
        store.backup(Path("news.dump"))
    for replace, options in ((False, ""), (True, "--clean --if-exists ")):
        with pytest.raises(DatelineError, match=f"`pg_restore {options}--dbname=… news.dump`"):
            store.restore(Path("news.dump"), replace=replace)


def test_a_background_reader_pauses_after_each_statement(store: Store) -> None:
    pauses: list[float] = []
    engine = store.background_engine(lambda: pauses.append(time.monotonic()))
    with engine.connect() as connection:
        connection.execute(IDS)
        connection.execute(IDS)
    engine.dispose()
    assert len(pauses) >= 2


def test_the_commands_work_on_a_server(served: Path) -> None:
    """The collection that ships, a status, a removal, and a verification without faults."""
    seed(served, "init")
    assert "PostgreSQL:" in seed(served, "status")
    with TestClient(app_for(served)) as client:
        id_ = client.get("/v1/articles?limit=1").json()["items"][0]["id"]
        seed(served, "remove", id_)
        assert client.get("/v1/articles").json()["total"] == 4
        seed(served, "remove", "--undo", id_)
        assert client.get(f"/v1/articles/{id_}").status_code == 200
    assert "0 faults" in seed(served, "verify")


STEPS = (
    *("lexicon written", "lexicon committed", "batch written", "batch committed"),
    *("snapshot built", "publish written", "publish committed"),
)
"""The points of a load at which nothing may be lost."""


@pytest.mark.parametrize("step", STEPS)
def test_a_load_that_lost_its_connection_goes_on(server: Server, served: Path, store: Store, step: str) -> None:
    """The same command ends with the same articles, readers saw one of the two versions, and nothing is damaged."""
    load_into(served, [report("Ferry resumes", id="r1")])
    records = [report(f"Tide {number}", id=f"t{number}") for number in range(3)]
    expected = 4 if step == "publish committed" else 1

    def lose(name: str) -> None:
        if name == step:
            terminate(server, served)

    with TestClient(app_for(served), raise_server_exceptions=False) as client:
        with suppress(UnusableError), explained_errors(store):
            load_into(served, records, batch=2, checkpoint=lose)
        client.get("/v1/articles")  # Its connections have ended, too.
        assert client.get("/v1/articles?limit=9").json()["total"] == expected
        load_into(served, records, batch=2)
        assert client.get("/v1/articles?limit=8").json()["total"] == 4
        assert client.get("/v1/articles?q=tide").json()["total"] == 3
    assert "0 faults" in seed(served, "verify")
