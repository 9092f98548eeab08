"""Engines on a PostgreSQL database: readers of one consistent view each, and a writer whose connection has the lock."""

import os
import socket
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DatabaseError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from app.deadline import check_deadline, current_deadline, require_thread
from app.errors import DatelineError, ReplacedError, SettingsError
from app.stores.postgresql.array_parameters import use_array_parameters
from app.stores.postgresql.errors import driver_errors
from app.stores.postgresql.hosts import Hosts
from app.stores.postgresql.reader_connection import ReaderConnection
from app.stores.postgresql.standby_waits import WatchedConnection
from app.stores.postgresql.time_limits import limit_statements, set_limit
from app.stores.postgresql.urls import (
    DRIVER_NAME,
    require_known_options,
    shown_url,
    with_hosts_as_options,
    without_password,
)
from app.stores.store import (
    DATABASE_SETTING,
    GENERATION_OPTION,
    PUBLISH_OPTION,
    STORE_OPTION,
    Store,
    WriterBusyError,
)

REPLACED_MESSAGE = "The database was replaced while it was being read; send the request again."

# The server notices within milliseconds that a process was killed, unless it works for it.
LOCK_SECONDS = 1.0
"""Seconds that a writer waits for the lock: the last one may have just been killed."""

CONNECT_SECONDS = 10
"""Time to connect to a host; a URL with `connect_timeout` has another one."""

# Any numbers that no other program is likely to lock; advisory locks are those of one database.
LOCK_KEY = (1147237473, 1818848869)

_TRY_LOCK = "SELECT pg_try_advisory_lock(%s, %s)"
_HOLDER = (
    "SELECT usename, coalesce(host(client_addr), 'this host'), application_name, pid "
    "FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted AND datname = current_database()"
)
# What the operator chose stays, such as `remote_apply`, unless it is not durable.
_BE_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_USED = "dateline_used"


def database_url(url: str, named_by: str = DATABASE_SETTING) -> URL:
    """Return the URL of a PostgreSQL database with our driver; raise SettingsError for one that names no database."""
    message = f"{named_by} is {{!r}}: expected a database, as in postgresql://user@host/dateline"
    try:
        parsed = make_url(with_hosts_as_options(url))
    except (ArgumentError, ValueError) as error:
        raise SettingsError(message.format(without_password(url))) from error
    if not parsed.database:
        raise SettingsError(message.format(shown_url(parsed)))
    require_known_options(parsed, named_by)
    return parsed.set(drivername=DRIVER_NAME)


def reader_engine(url: URL, store: Store, hosts: Hosts, connections: int) -> Engine:
    """Return an engine whose transactions cannot write, and see what was committed before their first statement."""
    engine = _engine(url, store, connections, -1, hosts.default_options())  # No thread waits for a connection.
    use_array_parameters(engine)
    event.listen(engine, "connect", _leave_transactions_to_events)
    event.listen(engine, "checkout", _require_open)
    event.listen(engine, "begin", _begin_reading)
    event.listen(engine, "rollback", _end_reading)
    event.listen(engine, "handle_error", _raise_as_it_is)
    limit_statements(engine)
    hosts.attach(engine)
    return engine


def writer_engine(url: URL, store: Store) -> Engine:
    """Return an engine of one connection, which holds the lock as long as it lives: no other one can write for it."""
    url = url.update_query_dict({"target_session_attrs": "read-write"})  # No standby, whatever readers prefer.
    engine = _engine(url, store, 1, 0, {})
    event.listen(engine, "do_connect", WatchedConnection.connect_engine)
    event.listen(engine, "connect", _prepare_writer)
    return engine


def _engine(url: URL, store: Store, connections: int, overflow: int, options: Mapping[str, Any]) -> Engine:
    defaults: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": f"dateline {os.getpid()} on {socket.gethostname()}",
        **options,
    }
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=overflow,
        hide_parameters=True,  # Words of a search do not belong in a log.
        connect_args={name: value for name, value in defaults.items() if name not in url.query},
        execution_options={STORE_OPTION: store},
    )


def _leave_transactions_to_events(connection: "psycopg.Connection[Any]", _record: object) -> None:
    connection.autocommit = True


def _require_open(connection: ReaderConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Replace the connections that the server has ended, so that the first request after its return is answered."""
    if record.info.get(_USED) and not connection.is_usable():
        raise InvalidatePoolError
    record.info[_USED] = True


def _begin_reading(connection: Connection) -> None:
    """Limit the statements of a transaction; its first one raises ReplacedError unless the publish is stored.

    Revision ids of another publish may mean other articles. No transaction begins on the event loop, which would wait
    for the server.
    """
    require_thread()
    check_deadline()
    version, _ = connection.get_execution_options().get(PUBLISH_OPTION, (None, None))
    of_publish = "" if version is None else f"SELECT token FROM publish WHERE version = {version:d}"  # noqa: S608
    statements = filter(None, (_BEGIN, set_limit(connection, current_deadline()), of_publish))
    driver: Any = connection.connection.driver_connection
    try:
        with driver_errors():
            driver.begin("; ".join(statements), partial(_require_publish, connection))
    except DatabaseError as error:
        connection.invalidate(error)
        raise


def _require_publish(connection: Connection, stored: str | None) -> None:
    """Raise ReplacedError unless the stored token is that of the publish which the engine requires, if it does."""
    options = connection.get_execution_options()
    if PUBLISH_OPTION in options and stored != options[PUBLISH_OPTION][1]:
        options[GENERATION_OPTION].mark_replaced(connection)
        raise ReplacedError(REPLACED_MESSAGE)


def _raise_as_it_is(context: ExceptionContext) -> None:
    """Raise what the beginning of a transaction raised, where SQLAlchemy takes it for an error of its statement."""
    if isinstance(context.original_exception, DatelineError):
        raise context.original_exception


def _end_reading(connection: Connection) -> None:
    """End the transaction on the server; nothing waits for that."""
    if not connection.invalidated:
        driver: Any = connection.connection.driver_connection
        driver.end()


def _prepare_writer(connection: "psycopg.Connection[Any]", _record: object) -> None:
    """Take the lock; raise WriterBusyError if another connection keeps it, and close this one."""
    end = time.monotonic() + LOCK_SECONDS
    with connection.cursor() as cursor:
        while not (is_locked := cursor.execute(_TRY_LOCK, LOCK_KEY).fetchone() == (True,)) and time.monotonic() < end:
            time.sleep(LOCK_SECONDS / 20)
        if not is_locked:
            user, host, program, pid = cursor.execute(_HOLDER, LOCK_KEY).fetchone() or ("unknown",) * 4
            connection.close()
            raise WriterBusyError(
                f"Another writer is writing to this database ({program or 'a program'}, as {user} from {host}, process "
                f"{pid} of the server); wait until it ends."
            )
        cursor.execute(_BE_DURABLE)
    connection.commit()


class PostgresqlGeneration:
    """A database as it was when it was opened; see `app.stores.store.Generation`.

    Its publishes identify it, as a promoted standby is the same database at another place.
    """

    def __init__(self, new_engine: Callable[[], Engine], hosts: Hosts) -> None:
        """Connect once; raise what the engine raises."""
        self.engine, self._hosts = new_engine(), hosts
        self._is_replaced = threading.Event()
        weakref.finalize(self, self.engine.dispose)
        with self.engine.connect():
            pass

    @property
    def is_replaced(self) -> bool:
        """Whether a transaction has found other publishes than those that it was to read."""
        return self._is_replaced.is_set()

    def mark_replaced(self, connection: Connection) -> None:
        """Keep in mind that other publishes were found; raise InterruptedReadError if a host has only fallen behind."""
        if not self.is_replaced:
            self._hosts.leave_if_behind(connection)
        self._is_replaced.set()

    def remember(self, version: int, token: str) -> None:
        """Never read a host that lacks this publish."""
        self._hosts.remember(version, token)

    def is_current(self) -> bool:
        """Return whether no transaction has found other publishes."""
        return not self.is_replaced
