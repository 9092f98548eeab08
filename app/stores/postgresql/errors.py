"""What errors of PostgreSQL mean, by their SQLSTATE (appendix A of its manual)."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from app.errors import DamagedError, DatelineError
from app.stores.schema import REPAIR_HINT
from app.stores.store import InterruptedReadError, UnusableError

QUERY_CANCELED = "57014"
"""The state of a statement that took longer than `statement_timeout`."""

# A conflict with recovery: a standby had to replay what a statement on it, or its locks, stood in the way of.
_INTERRUPTED = ("40001", "40P01")

# The connection was lost, or ended because the server does.
_LOST = ("08", "57P01", "57P02")

# Damaged pages, bytes that are not UTF-8, and what is missing although it was there when the schema was checked.
_DAMAGE = ("XX", "22021", "3F000", "42P01", "42703", "42704", "42883")

# No connection, no permission, no memory or disk space, locked, shut down, a conflict with recovery, an input error.
_UNUSABLE = ("08", "25006", "28", "3D", "40", "42501", "53", "55", "57", "58")


def sqlstate(error: BaseException | None) -> str:
    """Return the five characters of the state of a driver's error; an empty string where it never reached a server."""
    return getattr(error, "sqlstate", None) or ""


def in_one_line(error: BaseException | None) -> str:
    """Return the message of a driver's error, which may have several lines."""
    return " ".join(str(error).split())


def explain(error: DatabaseError) -> DatelineError | None:
    """Return what a database error means; None for a mistake of ours."""
    state, message = sqlstate(error.orig), in_one_line(error.orig)
    # A lost connection tells nothing of the next one, which may lead to another host.
    if state in _INTERRUPTED or error.connection_invalidated:
        return InterruptedReadError(message)
    if state.startswith(_DAMAGE):
        return DamagedError(f"The database is damaged ({message}); {REPAIR_HINT}.")
    if state.startswith(_UNUSABLE) or (not state and isinstance(error, OperationalError)):
        return UnusableError(message)
    return None


@contextmanager
def driver_errors() -> Iterator[None]:
    """Raise errors of a connection as those that an engine would raise."""
    try:
        yield
    except psycopg.Error as error:
        is_lost = sqlstate(error).startswith(_LOST) or (
            isinstance(error, psycopg.OperationalError) and not sqlstate(error)
        )
        raise DBAPIError.instance(None, None, error, psycopg.Error, connection_invalidated=is_lost) from error
