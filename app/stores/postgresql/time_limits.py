"""Statements of readers end with the deadline of their request, and when its client leaves: no query outlives both."""

import threading
from contextlib import suppress
from functools import partial
from math import ceil
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from app.deadline import Deadline, check_deadline, current_deadline
from app.stores.postgresql.errors import QUERY_CANCELED, sqlstate
from app.stores.postgresql.reader_connection import ReaderConnection

MAX_EXCESS = 1.1
"""How many times the remaining time a statement may get: to change the limit takes as long as a short statement."""

CANCEL_SECONDS = 10.0
"""Seconds after which the attempt to cancel a statement is given up; its own limit ends it then."""

_LIMIT = "dateline_statement_seconds"
_CANCELED = "dateline_canceled"


def limit_statements(engine: Engine) -> None:
    """Let the statements of an engine end with the deadline in effect when they begin."""
    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "handle_error", lambda context: raise_at_deadline(context.original_exception))
    event.listen(engine, "checkout", _require_not_canceled)


def set_limit(connection: Connection, deadline: Deadline | None) -> str:
    """Return the statement that limits those of a transaction to the remaining time; an empty string without deadline.

    Zero would mean that there is no limit.
    """
    if deadline is None:
        connection.info[_LIMIT] = float("inf")
        return ""
    milliseconds = max(1, ceil(deadline.waiting_seconds * 1000))
    connection.info[_LIMIT] = milliseconds / 1000
    return f"SET LOCAL statement_timeout = {milliseconds}"


def _execute(cursor: DBAPICursor, statement: str, parameters: Any, context: ExecutionContext) -> bool:  # noqa: ANN401 - of the driver
    """Run a statement in the time that remains; cancel it if the client leaves meanwhile."""
    deadline, connection = current_deadline(), context.root_connection
    driver: ReaderConnection = connection.connection.driver_connection  # type: ignore[assignment] # it is ours
    if deadline is None or not connection.in_transaction():  # Outside, SQLAlchemy gets to know the server.
        driver.confirm_begin()
        return False
    try:
        with deadline.interruptible(partial(_cancel, driver)):
            driver.confirm_begin()
            if connection.info[_LIMIT] > MAX_EXCESS * deadline.waiting_seconds:
                driver.execute(set_limit(connection, deadline))
            context.dialect.do_execute(cursor, statement, parameters, context)
    finally:
        if deadline.is_cancelled:
            connection.info[_CANCELED] = True
    return True


def _cancel(driver: "psycopg.Connection[Any]") -> None:
    """Ask the server to cancel what runs on a connection, from another thread: that takes a connection of its own."""
    threading.Thread(target=_cancel_now, args=(driver,), name="cancel", daemon=True).start()


def _cancel_now(driver: "psycopg.Connection[Any]") -> None:
    with suppress(psycopg.Error):
        driver.cancel_safe(timeout=CANCEL_SECONDS)


def raise_at_deadline(error: BaseException | None) -> None:
    """Raise why a statement was canceled, if this is what the error says."""
    if sqlstate(error) == QUERY_CANCELED:
        check_deadline()


def _require_not_canceled(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Open a connection again that a cancellation was sent to: it may arrive late, and end a statement of another."""
    if record.info.get(_CANCELED):
        raise DisconnectionError
