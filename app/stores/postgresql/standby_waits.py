"""Commits that wait for a standby: PostgreSQL says nothing about them, and waits without end."""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy.engine import Dialect

# A standby that is there confirms a commit within milliseconds, and a large publish within a second or two.
FIRST_WARNING_SECONDS = 5.0
"""Time after which the operator is told that a commit waits for a standby."""

NEXT_WARNING_SECONDS = 60.0
"""Time between two such warnings."""

CONNECT_SECONDS = 3
"""Time to connect to the server to ask what a commit waits for."""

_WAITS = "SELECT wait_event FROM pg_stat_activity WHERE pid = %s"
_NAMES = "SHOW synchronous_standby_names"
_STANDBYS = (
    "SELECT application_name, coalesce(state, 'connected'), coalesce(sync_state, 'unknown') FROM pg_stat_replication"
)

_log = logging.getLogger(__name__)


class WatchedConnection(psycopg.Connection[Any]):
    """A connection that warns, in the log, of each commit that has been waiting for a standby for some time."""

    watch_options: Mapping[str, Any]
    """The options of libpq that lead to the same server."""

    @classmethod
    def connect_engine(
        cls, _dialect: Dialect, _record: object, _arguments: object, options: Mapping[str, Any]
    ) -> "WatchedConnection":
        """Return a connection for an engine."""
        connection = cls.connect(**options)
        info = connection.info
        address = {"hostaddr": info.hostaddr} if info.hostaddr else {}
        connection.watch_options = {**options, "host": info.host, "port": info.port, **address}
        return connection

    def commit(self) -> None:
        """Commit."""
        with self._warnings():
            super().commit()

    @contextmanager
    def _warnings(self) -> Iterator[None]:
        ended = threading.Event()
        arguments = (ended, self.info.backend_pid, self.watch_options)
        threading.Thread(target=_warn_until, args=arguments, name="commit", daemon=True).start()
        try:
            yield
        finally:
            ended.set()


def _warn_until(ended: threading.Event, pid: int, options: Mapping[str, Any]) -> None:
    """Warn while the server process waits for a standby, until its commit has ended."""
    seconds, waited = FIRST_WARNING_SECONDS, 0.0
    while not ended.wait(seconds):
        waited += seconds
        # A server that cannot be asked is no reason to say anything: the commit itself will fail.
        with suppress(psycopg.Error):
            if (reason := waiting_reason(pid, options)) and not ended.is_set():
                _log.warning("warning: a commit has been waiting for a standby for %d s: %s", waited, reason)
        seconds = NEXT_WARNING_SECONDS


def waiting_reason(pid: int, options: Mapping[str, Any]) -> str | None:
    """Return what a process of the server waits for and what to do about it, None if it does not wait for a standby."""
    options = {**options, "connect_timeout": CONNECT_SECONDS, "autocommit": True}
    with psycopg.connect(**options) as connection:
        if connection.execute(_WAITS, (pid,)).fetchone() != ("SyncRep",):
            return None
        (names,) = connection.execute(_NAMES).fetchone() or ("",)
        standbys = [f"{name} ({state}, {kind})" for name, state, kind in connection.execute(_STANDBYS)]
    return (
        f"synchronous_standby_names of {options['host']}:{options['port']} is {names!r}, and connected are "
        f"{', '.join(standbys) or 'none'}. Start a standby of such a name; the commit then ends by itself. To go on "
        "without one, run there: ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf(). What the "
        "commit wrote is stored, but nobody sees it before."
    )
