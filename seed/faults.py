"""Unexpected errors: which of them concern a single record, and the refusal that each of these becomes.

A text that no rule foresaw must not stop a load. Errors of the database, the disk, the memory or a worker process
concern no record: they end the load.
"""

import logging
import traceback
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, ProgrammingError, SQLAlchemyError

from app.errors import DatelineError
from seed.records import Origin, Refusal

MAX_MESSAGE_LENGTH = 200
"""Maximum length of an error's message in a refusal: some messages quote a whole text."""

_REFUSED_VALUES = (DataError, IntegrityError, InterfaceError, ProgrammingError)
"""What a database raises for a value, such as one that is too large."""

_GENERAL_FAILURES = (BrokenExecutor, DatelineError, MemoryError, OSError, SQLAlchemyError)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """An unexpected error, as its name and message on one line, and its traceback; workers send it."""

    error: str
    trace: str


def concerns_record(error: Exception) -> bool:
    """Return whether an error concerns a single record, so that the others can be loaded without it."""
    return isinstance(error, _REFUSED_VALUES) or not isinstance(error, _GENERAL_FAILURES)


def fault_of(error: Exception) -> Fault:
    """Return the fault of a single record; raise the error again if it concerns more than that."""
    if not concerns_record(error):
        raise error
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    message = " ".join(str(cause)[:MAX_MESSAGE_LENGTH].split())
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in message)
    return Fault(
        f"{type(cause).__name__}: {shown}" if shown else type(cause).__name__,
        "".join(traceback.format_exception(error)),
    )


def refuse_faulty(fault: Fault, origin: Origin, activity: str) -> Refusal:
    """Return the refusal of a record that could not be read, annotated or stored; log the traceback at DEBUG."""
    _log.debug("%s could not be %s\n%s", origin, activity, fault.trace)
    return Refusal(origin, f"could not be {activity} ({fault.error}); please report this", fault.trace)


def refuse_unexpected(error: Exception, origin: Origin, activity: str) -> Refusal:
    """Return the refusal for an unexpected error; raise it again if it concerns more than one record."""
    return refuse_faulty(fault_of(error), origin, activity)
