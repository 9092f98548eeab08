"""No statement on a PostgreSQL server outlives the deadline of its request, or its client."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import BigInteger, Connection, Engine, bindparam, column, select, text, values
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from app.deadline import Deadline
from app.errors import ClientLeftError, SearchTimeoutError
from app.search.index import live
from app.stores import store_of
from app.stores.postgresql import reader_connection
from app.stores.store import pinned_engine
from tests.conftest import app_for
from tests.databases import OwnServer, Server, url_of
from tests.seed.loading import load_into, report
from tests.serving import serving

pytestmark = pytest.mark.unmeasured  # `make test-stores` measures the store.

LONG = 60.0
SOON = 20.0
"""Seconds after which a test fails; a busy machine needs some of them."""

SLEEP = text("SELECT pg_sleep(60)")
PID = text("SELECT pg_backend_pid()")
ACTIVE = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state = 'active'"


@pytest.fixture
def reader(served: Path) -> Iterator[Engine]:
    engine = store_of(url_of(served)).reader_engine(connections=1)
    yield engine
    engine.dispose()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_statement_is_canceled_when_its_client_leaves(served: Path, server: Server, reader: Engine) -> None:
    """Its connection is opened again for the next one, which a late cancellation must not end."""
    deadline = Deadline(LONG)

    def leave() -> None:
        wait_until(lambda: server.run(ACTIVE, [served.read_text()]) == [(1,)])
        deadline.cancel()

    leaving = threading.Thread(target=leave)
    with reader.connect() as connection:
        pid = connection.scalar(PID)
        connection.rollback()
        leaving.start()
        with deadline.apply(), pytest.raises(ClientLeftError):
            connection.execute(SLEEP)
    leaving.join()
    assert deadline.remaining > LONG - SOON
    with reader.connect() as connection:
        assert connection.scalar(PID) != pid


def test_a_client_that_leaves_between_two_statements_has_nothing_to_cancel(reader: Engine) -> None:
    deadline = Deadline(LONG)
    with deadline.apply(), reader.connect() as connection:
        pid = connection.scalar(PID)
        deadline.cancel()
        with pytest.raises(ClientLeftError):
            connection.execute(SLEEP)
    with reader.connect() as connection:
        assert connection.scalar(PID) != pid


def test_a_later_statement_has_the_time_that_remains(reader: Engine) -> None:
    """Not once more all of it."""
    deadline = Deadline(2)
    with deadline.apply(), reader.connect() as connection:
        connection.execute(text("SELECT pg_sleep(1)"))
        with pytest.raises(SearchTimeoutError):
            connection.execute(SLEEP)
    assert deadline.remaining > -0.9


@contextmanager
def locked(served: Path, table: str) -> Iterator[None]:
    """Let all statements on a table wait."""
    with psycopg.connect(url_of(served)) as connection:
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.parametrize("table", ["article_text_posting", "publish"])
def test_a_search_over_its_time_is_refused_and_the_next_one_works(
    served: Path, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the time is that of the check for another publish."""
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.3)
    load_into(served, [report()])
    with TestClient(app_for(served, text_search_seconds=0.3), raise_server_exceptions=False) as client:
        assert client.get("/v1/articles?q=ferry").status_code == 200
        with locked(served, table):
            refused = client.get("/v1/articles?q=harbour&limit=7")
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        for limit in range(1, 9):
            assert client.get(f"/v1/articles?q=harbour&limit={limit}").json()["total"] == 1


def test_a_request_whose_client_leaves_ends_on_the_server(served: Path, server: Server) -> None:
    load_into(served, [report()])

    def waiting() -> int:
        return int(server.run(f"{ACTIVE} AND wait_event_type = 'Lock'", [served.read_text()])[0][0])

    with serving(app_for(served)) as port, locked(served, "article_text_posting"):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /v1/articles?q=ferry HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            wait_until(lambda: waiting() == 1)
            time.sleep(0.5)  # Longer than the slice of a short request.
            assert waiting() == 1
        wait_until(lambda: waiting() == 0)


def pid_of(connection: Connection) -> int:
    return int(connection.scalar(PID) or 0)


def test_connections_that_the_server_has_ended_are_replaced(served: Path, server: Server, reader: Engine) -> None:
    """Before a statement fails."""
    with reader.connect() as connection:
        pid = pid_of(connection)
    server.run("SELECT pg_terminate_backend(%s)", [pid])
    wait_until(lambda: server.run("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid]) == [(0,)])
    with reader.connect() as connection:
        assert pid_of(connection) != pid


def test_a_transaction_that_cannot_begin_leaves_no_connection(served: Path, server: Server, reader: Engine) -> None:
    """The next one opens its own."""
    with reader.connect() as connection:
        pid = pid_of(connection)
        connection.rollback()
        server.run("SELECT pg_terminate_backend(%s)", [pid])
        with pytest.raises(OperationalError):
            connection.execute(PID)
    with reader.connect() as connection:
        assert pid_of(connection) != pid


def test_a_transaction_whose_connection_is_lost_leaves_none(server: Server, reader: Engine) -> None:
    with reader.connect() as connection:
        server.run("SELECT pg_terminate_backend(%s)", [pid_of(connection)])
        with pytest.raises(OperationalError):
            connection.execute(PID)
        connection.rollback()
        assert pid_of(connection)


def test_a_transaction_that_waits_for_its_publish_ends_with_its_deadline(served: Path) -> None:
    load_into(served, [report()])
    generation = store_of(url_of(served)).open_generation()
    engine = pinned_engine(generation, 1, "any")
    with (
        locked(served, "publish"),
        Deadline(0.2).apply(),
        engine.connect() as connection,
        pytest.raises(SearchTimeoutError),
    ):
        connection.execute(PID)
    generation.engine.dispose()


def test_statements_stay_prepared(reader: Engine) -> None:
    """From one transaction to the next."""
    for _ in range(9):
        with reader.connect() as connection:
            connection.execute(PID)
    with reader.connect() as connection:
        prepared = connection.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert prepared == [PID.text]


def test_a_request_ends_although_its_server_hangs(
    server: Server, reader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped process cannot cancel its statement. The next request has a connection of its own."""
    if not isinstance(server, OwnServer):
        pytest.skip("the processes of DATELINE_TEST_POSTGRES are not ours")
    monkeypatch.setattr(reader_connection, "HANG_SECONDS", 0.1)
    deadline = Deadline(0.3)
    with reader.connect() as connection:
        pid = pid_of(connection)
        os.kill(pid, signal.SIGSTOP)
        try:
            with deadline.apply(), pytest.raises(OperationalError, match="the server hangs"):
                connection.execute(PID)
            assert deadline.remaining > -SOON / 2
            with reader.connect() as other:
                assert pid_of(other) != pid
        finally:
            os.kill(pid, signal.SIGCONT)


def test_a_transaction_without_statements_ends(reader: Engine) -> None:
    with reader.connect() as connection:
        connection.begin().rollback()
        pid = pid_of(connection)
    with reader.connect() as connection:
        assert pid_of(connection) == pid


def test_a_connection_that_is_lost_before_a_transaction_begins_is_replaced(reader: Engine) -> None:
    """In the pool, and after it has left it."""
    with reader.connect() as connection:
        pid = pid_of(connection)
        driver: Any = connection.connection.driver_connection
    driver.close()
    with reader.connect() as connection:
        driver = connection.connection.driver_connection
        driver.close()
        with pytest.raises(OperationalError):
            connection.begin()
    with reader.connect() as connection:
        assert pid_of(connection) != pid


@pytest.mark.parametrize("ids", [(), (2,), (3, 2, 2**40), range(2, 100)])
def test_a_list_of_values_is_one_parameter(reader: Engine, ids: Sequence[int]) -> None:
    """So that its statement is prepared once, for any number of values; those of the statement itself stay in it."""
    number = column("number", BigInteger)
    rows = values(number, name="numbers").data([(2,), (3,), (5,), (2**40,)])
    query = select(number).select_from(rows).where(number.in_(bindparam("ids", expanding=True)), number.in_([2, 3, 4]))
    assert "= ANY (%(ids)s::BIGINT[])" in str(query.compile(dialect=reader.dialect))
    with reader.connect() as connection:
        assert set(connection.scalars(query, {"ids": ids})) == {2, 3, 5, 2**40} & set(ids) & {2, 3, 4}
