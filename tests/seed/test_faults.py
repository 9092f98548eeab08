"""Unexpected errors: a single record is refused, and a general failure is raised again."""

import errno
import logging
import sqlite3
from concurrent.futures.process import BrokenProcessPool

import pytest
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError

from app.errors import DamagedError, DatelineError
from seed.faults import MAX_MESSAGE_LENGTH, concerns_record, fault_of, refuse_unexpected
from seed.pipeline.workers import WorkerError
from seed.records import Origin, Refusal

ORIGIN = Origin("reports.jsonl", 7)

OF_ONE_RECORD = {
    IndexError("list index out of range"): "IndexError: list index out of range",
    RecursionError("maximum recursion depth exceeded"): "RecursionError: maximum recursion depth exceeded",
    ValueError(): "ValueError",
    KeyError("a\nb\x1b[2J"): "KeyError: 'a\\nb\\x1b[2J'",
    RuntimeError("a\nb\x1b[2J"): "RuntimeError: a b\\x1b[2J",
    OverflowError("Python int too large to convert to SQLite INTEGER"): (
        "OverflowError: Python int too large to convert to SQLite INTEGER"
    ),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"): (
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed"
    ),
    IntegrityError("INSERT", (), sqlite3.IntegrityError("NOT NULL constraint failed")): (
        "IntegrityError: NOT NULL constraint failed"
    ),
    DataError("INSERT", (), sqlite3.DataError("string or blob too big")): "DataError: string or blob too big",
    InterfaceError("INSERT", (), sqlite3.InterfaceError("type 'set'")): "InterfaceError: type 'set'",
}

GENERAL = [
    MemoryError(),
    OSError(errno.ENOSPC, "No space left on device"),
    BrokenProcessPool(),
    WorkerError("a worker process died"),
    DatelineError("the database is locked"),
    DamagedError("the database is damaged"),
    OperationalError("INSERT", (), sqlite3.OperationalError("database or disk is full")),
    DatabaseError("INSERT", (), sqlite3.DatabaseError("database disk image is malformed")),
]


@pytest.mark.parametrize("error", OF_ONE_RECORD, ids=repr)
def test_an_error_of_one_record_is_its_refusal(error: Exception) -> None:
    refusal = refuse_unexpected(error, ORIGIN, "annotated")
    assert refusal == Refusal(ORIGIN, f"could not be annotated ({OF_ONE_RECORD[error]}); please report this")


@pytest.mark.parametrize("error", GENERAL, ids=repr)
def test_a_general_failure_is_raised_again(error: Exception) -> None:
    assert not concerns_record(error)
    with pytest.raises(type(error)):
        refuse_unexpected(error, ORIGIN, "annotated")


def test_a_message_that_quotes_a_text_is_cut() -> None:
    assert fault_of(ValueError("a" * 10_000)).error == "ValueError: " + "a" * MAX_MESSAGE_LENGTH


def test_the_traceback_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "seed.faults"):
        try:
            int("seven")
        except ValueError as error:
            refuse_unexpected(error, ORIGIN, "read")
    (message,) = caplog.messages
    assert message.startswith("reports.jsonl:7 could not be read\nTraceback (most recent call last):")
    assert "test_faults.py" in message
