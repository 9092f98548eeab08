"""The hosts that a URL names, and the one of them that this process reads.

All connections of a process lead to one host, chosen when the first is opened and whenever one is refused: two standbys
may have different publishes, so that the snapshot would come from one and its rows from the other. And no host is read
that lacks the newest publish that the process has read: answers never go back to an older one.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import partial
from math import ceil
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from app.deadline import check_deadline, current_deadline
from app.stores.postgresql.reader_connection import ReaderConnection
from app.stores.store import PUBLISH_OPTION, InterruptedReadError

# A standby that has received a publish has replayed it after some milliseconds, unless it is busy.
LAG_SECONDS = 1.0
"""Time to wait until a host has the newest publish, if none has it."""

LAG_CHECK_SECONDS = 0.05
"""Time between two looks at hosts that lag."""

# A host that lost its power is noticed after ten seconds, instead of two hours.
KEEPALIVES = {"keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""Options of libpq for the connections of readers, in seconds, but the last in milliseconds."""

# `prefer-standby` tries a host that does not answer twice; libpq knows no shorter time.
CONNECT_SECONDS = 2
"""Time to connect to a host where there is another one to try."""

_CHOICE = "dateline_host"
"""The key of the choice to which a pooled connection belongs, in its information."""

_IS_NEW = "dateline_is_new"
"""The key of whether it has not been used yet."""

_IS_STANDBY = "SELECT pg_is_in_recovery()"
_TOKEN = "SELECT token FROM publish WHERE version = %s"  # noqa: S105 - a publish token is no secret
_PUBLISHES = "SELECT (SELECT token FROM publish WHERE version = %s), (SELECT coalesce(max(version), 0) FROM publish)"

DriverConnection = psycopg.Connection[Any]

ConnectionT = TypeVar("ConnectionT", bound=DriverConnection)

Options = Mapping[str, Any]
"""Options of libpq."""

Connect = Callable[..., ConnectionT]
"""A function that takes options of libpq, and raises errors of the driver."""

_log = logging.getLogger(__name__)


class Host:
    """One choice of a host, and the options that lead to it and to no other."""

    def __init__(self, connection: DriverConnection) -> None:
        info = connection.info
        self.name = f"{info.host}:{info.port}"
        # A standby that is promoted remains the host to read.
        self.options: dict[str, Any] = {"host": info.host, "port": info.port, "target_session_attrs": "any"}
        if info.hostaddr:
            self.options["hostaddr"] = info.hostaddr  # Several hosts may share the name.


class PublishState(Enum):
    """What a host has of a publish."""

    STORED = "stored"
    LAGGING = "lagging"
    """Not yet, or it cannot say."""
    CHANGED = "changed"
    """Another one of its number: `compact` gives a publish another token."""
    LOST = "lost"


class Hosts:
    """The hosts in the options of a URL, and which one is read; all readers of a store share the choice."""

    def __init__(self, options: Options) -> None:
        self.named = tuple(named_hosts(options))
        self.chosen: Host | None = None
        """The host that is read; None before one is chosen, and after it was left."""
        self.publish: tuple[int, str] | None = None
        """Version and token of the newest publish that this process has read, None if it has read none."""
        self._lock = threading.Lock()
        self._failed_at = float("-inf")
        self._failure = ""

    def default_options(self) -> Options:
        """Return options of connections; those of the URL come first."""
        return KEEPALIVES | ({"connect_timeout": CONNECT_SECONDS} if len(self.named) > 1 else {})

    def attach(self, engine: Engine) -> None:
        """Let all connections of an engine lead to the chosen host."""
        event.listen(engine, "do_connect", self._connect_engine)
        event.listen(engine, "checkout", self._require_chosen)
        event.listen(engine, "begin", self._require_newest)

    def remember(self, version: int, token: str) -> None:
        """Read no host that lacks this publish from now on."""
        self.publish = version, token

    def leave_if_behind(self, connection: Connection) -> None:
        """Leave the host of a connection, which lacks a publish, and raise InterruptedReadError.

        Return if that publish was lost or replaced: then no host is better.
        """
        if self.publish is None:
            return
        host: Host = connection.info[_CHOICE]
        driver: Any = connection.connection.driver_connection
        state = _state(driver, *self.publish) if len(self.named) < 2 else PublishState.LAGGING
        if state is not PublishState.LAGGING:
            self._forget_publish(host, state)
            return
        self._leave(host)
        raise InterruptedReadError(f"its host lacks corpus version {self.publish[0]}, which was read before")

    def connect(self, connect: Connect[ConnectionT], options: Options) -> tuple[ConnectionT, Host]:
        """Return a connection to the chosen host, or to the next one that can be reached.

        Raise what ends a request that has no time left for that.
        """
        check_deadline()
        host = self.chosen
        if host is not None:
            try:
                return connect(**{**options, **host.options}), host
            except psycopg.OperationalError:
                self._leave(host)
        return self._choose(connect, options)

    def _leave(self, host: Host) -> None:
        """Let the next connection choose again, unless another thread has chosen meanwhile."""
        if self.chosen is host:
            self.chosen = None

    def _choose(self, connect: Connect[ConnectionT], options: Options) -> tuple[ConnectionT, Host]:
        arrival = time.monotonic()
        with self._lock:
            if (host := self.chosen) is not None:
                return connect(**{**options, **host.options}), host
            if self._failed_at > arrival:
                # All who have waited would otherwise try the same hosts, one after the other.
                raise psycopg.OperationalError(self._failure)
            try:
                connection = self._newest(connect, options)
            except psycopg.OperationalError as error:
                self._failed_at, self._failure = time.monotonic(), str(error)
                raise
            self.chosen = Host(connection)
            return connection, self.chosen

    def _newest(self, connect: Connect[ConnectionT], options: Options) -> ConnectionT:
        """Return a connection to a host with the newest publish; wait for one that lags, but not for long."""
        end = time.monotonic() + LAG_SECONDS
        while (connection := self._first_current(connect, options)) is None:
            if time.monotonic() > end:
                version, _ = self.publish or (0, "")
                raise psycopg.OperationalError(f"no host has caught up with corpus version {version} yet")
            time.sleep(LAG_CHECK_SECONDS)
        return connection

    def _first_current(self, connect: Connect[ConnectionT], options: Options) -> ConnectionT | None:
        """Return a connection to the first host with the newest publish, None if all that can be reached lag.

        What libpq prefers is asked first. If no host has the publish, and one will never get it, it was lost.
        """
        other: ConnectionT | None = None
        state_of_other = PublishState.LAGGING
        for connection in self._reachable(connect, options):
            state = PublishState.STORED if self.publish is None else _state(connection, *self.publish)
            if state is PublishState.STORED:
                _close(other)
                return connection
            if state is not PublishState.LAGGING and other is None:
                other, state_of_other = connection, state
            else:
                _close(connection)
        if other is not None:
            self._forget_publish(Host(other), state_of_other)
        return other

    def _reachable(self, connect: Connect[ConnectionT], options: Options) -> Iterator[ConnectionT]:
        yield connect(**options)
        for named in self.named if len(self.named) > 1 else ():
            check_deadline()
            try:
                connection = connect(**{**options, **named})
            except psycopg.OperationalError:
                continue
            yield connection

    def _forget_publish(self, host: Host, state: PublishState) -> None:
        """Require no publish any more, and tell the operator why."""
        version, _ = self.publish or (0, "")
        if state is PublishState.LOST:
            _log.warning("%s does not have corpus version %d, which was read before: it was lost", host.name, version)
        else:
            _log.info("%s has another corpus version %d than before: it was compacted or replaced", host.name, version)
        self.publish = None

    def _connect_engine(
        self, _dialect: Dialect, record: ConnectionPoolEntry, _arguments: object, options: dict[str, Any]
    ) -> ReaderConnection:
        connect: Callable[..., ReaderConnection] = ReaderConnection.connect
        connection, host = self.connect(connect, limited_options(options))
        record.info[_CHOICE] = host
        connection.on_hang = partial(self._leave, host)
        record.info[_IS_NEW] = True
        return connection

    def _require_chosen(self, _connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        """Replace a connection to a host that was left, but not one that was opened just now: that could go on."""
        if not record.info.pop(_IS_NEW, False) and record.info[_CHOICE] is not self.chosen:
            raise DisconnectionError

    def _require_newest(self, connection: Connection) -> None:
        """Leave a host that lacks the newest publish, unless the engine requires a publish by itself."""
        if self.publish is not None and PUBLISH_OPTION not in connection.get_execution_options():
            version, token = self.publish
            if connection.exec_driver_sql(_TOKEN, (version,)).scalar() != token:
                self.leave_if_behind(connection)


def limited_options(options: Options) -> Options:
    """Return options with at most the time to connect that a request has left, in whole seconds as libpq has it."""
    deadline = current_deadline()
    seconds = int(options.get("connect_timeout", 0))
    if deadline is None or not seconds:
        return options
    return {**options, "connect_timeout": min(seconds, max(CONNECT_SECONDS, ceil(deadline.waiting_seconds)))}


def named_hosts(options: Options) -> Iterator[Options]:
    """Yield the options that lead to each host that is named, with its address and port, if they are."""
    lists = {name: str(options[name]).split(",") for name in ("host", "hostaddr", "port") if options.get(name)}
    count = max(map(len, lists.values()), default=0)
    for number in range(count if "host" in lists or "hostaddr" in lists else 0):
        yield {name: values[number] if len(values) > 1 else values[0] for name, values in lists.items()}


def _state(connection: DriverConnection, version: int, token: str) -> PublishState:
    """Return what a host has of a publish."""
    try:
        is_standby = connection.execute(_IS_STANDBY).fetchone() == (True,)
        stored, newest = connection.execute(_PUBLISHES, (version,)).fetchone() or (None, 0)
        connection.rollback()
    except psycopg.errors.UndefinedTable:
        connection.rollback()
        stored, newest = None, 0
    except psycopg.OperationalError:
        return PublishState.LAGGING
    if stored == token:
        return PublishState.STORED
    if stored is not None:
        return PublishState.CHANGED
    return PublishState.LAGGING if is_standby and newest < version else PublishState.LOST


def _close(connection: DriverConnection | None) -> None:
    if connection is not None:
        connection.close()
