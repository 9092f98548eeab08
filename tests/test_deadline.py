"""Deadlines: what ends the work of a request, in loops and in the database."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from app.deadline import (
    SLICE_ELAPSED_SECONDS,
    Deadline,
    SliceOverError,
    check_deadline,
    current_deadline,
    require_thread,
)
from app.errors import ClientLeftError, SearchTimeoutError
from app.stores import store_of
from app.stores.sqlite import file_url

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n")
"""A statement that ends only when it is interrupted."""

LONG = 60.0


@pytest.fixture
def reader(database: Path) -> Engine:
    return store_of(file_url(database)).reader_engine(connections=1)


def test_without_a_deadline_nothing_ends() -> None:
    assert current_deadline() is None
    check_deadline()
    require_thread()


def test_a_deadline_holds_while_it_is_in_effect() -> None:
    over = Deadline(-1)
    with over.apply():
        assert current_deadline() is over
        with pytest.raises(SearchTimeoutError):
            check_deadline()
    check_deadline()
    assert over.remaining < 0
    over.seconds = LONG
    over.restart()
    assert not over.is_over()


def test_only_work_on_the_event_loop_has_to_leave_it() -> None:
    deadline = Deadline(LONG)
    with deadline.apply():
        require_thread()
    with deadline.apply(is_inline=True), pytest.raises(SliceOverError):
        require_thread()


def test_a_deadline_remembers_whether_its_work_had_to_leave_the_event_loop() -> None:
    deadline = Deadline(LONG)
    with deadline.apply():
        require_thread()
        assert deadline.has_required_thread
    with deadline.apply():
        assert not deadline.has_required_thread


def test_who_waits_for_something_else_is_interrupted_when_the_client_leaves() -> None:
    """Once, and not after the block; not at all, but refused, if the client has left before."""
    deadline, interrupts = Deadline(LONG), []
    with deadline.interruptible(lambda: interrupts.append("first")):
        assert interrupts == []
        deadline.cancel()
    deadline.cancel()
    with pytest.raises(ClientLeftError), deadline.interruptible(lambda: interrupts.append("second")):
        interrupts.append("not reached")
    deadline.cancel()
    assert interrupts == ["first"]


def test_a_slice_is_one_of_processor_time() -> None:
    deadline = Deadline(LONG)
    with deadline.apply(slice_seconds=LONG):
        check_deadline()
    with deadline.apply(slice_seconds=-LONG), pytest.raises(SliceOverError):
        check_deadline()
    with deadline.apply():
        check_deadline()


def test_the_client_comes_first() -> None:
    """Nobody reads why its request ended."""
    deadline = Deadline(-1)
    deadline.cancel()
    with deadline.apply(slice_seconds=0), pytest.raises(ClientLeftError):
        check_deadline()


@pytest.mark.parametrize(
    ("seconds", "slice_seconds", "left", "error"),
    [
        (0.001, None, False, SearchTimeoutError),
        (LONG, 0.001, False, SliceOverError),
        (LONG, None, True, ClientLeftError),
    ],
)
def test_a_statement_ends_with_its_deadline(
    reader: Engine, seconds: float, slice_seconds: float | None, left: bool, error: type[Exception]
) -> None:
    deadline = Deadline(seconds)
    if left:
        deadline.cancel()
    with deadline.apply(slice_seconds), reader.connect() as connection, pytest.raises(error):
        connection.execute(ENDLESS)
    reader.dispose()


def test_a_deadline_ends_with_its_connection(reader: Engine) -> None:
    """The next request gets the same connection, and time of its own."""
    over = Deadline(-1)
    with over.apply(), reader.connect() as connection, pytest.raises(SearchTimeoutError):
        connection.execute(ENDLESS)
    limited = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT count(*) FROM n"
    )
    with reader.connect() as connection:
        assert connection.execute(limited).scalar() == 100_000
    with Deadline(LONG).apply(), reader.connect() as connection:
        connection.invalidate()
    reader.dispose()


def test_other_errors_stay_as_they_are(reader: Engine) -> None:
    with Deadline(LONG).apply(), reader.connect() as connection, pytest.raises(OperationalError, match="no such table"):
        connection.execute(text("SELECT * FROM missing"))
    reader.dispose()


def test_work_may_wait_to_the_end_of_its_time_or_slice() -> None:
    deadline = Deadline(LONG)
    with deadline.apply():
        assert LONG - 1 < deadline.waiting_seconds <= LONG
    with deadline.apply(slice_seconds=LONG):
        assert 0 < deadline.waiting_seconds <= SLICE_ELAPSED_SECONDS
    assert Deadline(-1).waiting_seconds < 0
