"""Processes that are killed on purpose, each time at the same point.

Points are counted, not timed. An event is a named checkpoint, the start of an SQL statement (including the database's
own nested ones), the renaming, linking or removal of a file, or fifty more instructions of the database. A process is
killed at an event, or in the middle of a write: when a file would grow beyond a size.

A fork server with all modules loaded starts each of these processes in a few milliseconds.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from resource import RLIMIT_CORE, RLIMIT_FSIZE, getrlimit, setrlimit

from sqlalchemy import Engine, event

from seed.publish.publish import Checkpoint
from tests.databases import DATABASES

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        *(f"tests.seed.durability.test_{name}" for name in ("copy_kills", "full_disk", "kills", "resume")),
        "tests.seed.maintenance.test_remove",
    ]
)

PATIENCE = 60.0
"""Seconds after which a test fails instead of waiting longer."""

INSTRUCTIONS_PER_EVENT = 50
"""Instructions of the database between two events: fewer than it takes to write a row."""

Action = Callable[[Path, Checkpoint], object]
"""An action on a database that calls its checkpoints: a function of a module, or a partial of one."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The events of an action that was not killed, and the maximum size of the write-ahead log, in bytes."""

    events: list[str]
    log_bytes: int


def trace(action: Action, database: Path) -> Trace:
    """Run an action to its end, and return its trace."""
    path = database.with_name("trace.txt")
    assert exit_of(_write_trace, action, database, path) == 0
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return Trace([row[1] for row in rows], max(int(row[0]) for row in rows))


def kill_at_event(action: Action, database: Path, number: int) -> None:
    """Run an action until its event of this number, and kill it there by SIGKILL."""
    assert exit_of(_die_at_event, action, database, number) == -signal.SIGKILL


def kill_at_checkpoint(action: Action, database: Path, number: int) -> None:
    """Run an action until its checkpoint of this number, and kill it there by SIGKILL."""
    assert exit_of(_die_at_checkpoint, action, database, number) == -signal.SIGKILL


def kill_beyond_size(action: Action, database: Path, size: int) -> None:
    """Run an action until a file would grow beyond a size, and kill it in the middle of that write."""
    assert exit_of(_die_beyond_size, action, database, size) == -signal.SIGXFSZ


def exit_of(target: Callable[..., None], *arguments: object) -> int | None:
    """Return the exit code of a process that calls a function."""
    process = FORKS.Process(target=_call, args=(DATABASES.urls, target, arguments))
    process.start()
    process.join(PATIENCE)
    return process.exitcode


def _call(urls: dict[Path, str], target: Callable[..., None], arguments: tuple[object, ...]) -> None:
    """Call a function in this process, in which the same files stand for the same databases on a server."""
    DATABASES.urls |= urls
    target(*arguments)


def _write_trace(action: Action, database: Path, path: Path) -> None:
    log = database.with_name(database.name + "-wal")
    with path.open("w", encoding="utf-8") as file:

        def record_event(name: str) -> None:
            if not file.closed:
                file.write(f"{log.stat().st_size if log.exists() else 0}\t{name}\n")

        _watch_events(database.parent, record_event)
        action(database, lambda checkpoint: record_event(f"checkpoint {checkpoint}"))


def _die_at_checkpoint(action: Action, database: Path, number: int) -> None:
    action(database, _killer(number))


def _die_at_event(action: Action, database: Path, number: int) -> None:
    on_event = _killer(number)
    _watch_events(database.parent, on_event)
    action(database, lambda checkpoint: on_event(f"checkpoint {checkpoint}"))


def _killer(number: int) -> Checkpoint:
    """Return a function that kills this process at its call of this number, counted from 0."""
    numbers = count()

    def count_call(_name: str) -> None:
        if next(numbers) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return count_call


def _die_beyond_size(action: Action, database: Path, size: int) -> None:
    setrlimit(RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it: a write would only fail.
    setrlimit(RLIMIT_FSIZE, (size, getrlimit(RLIMIT_FSIZE)[1]))
    action(database, lambda _checkpoint: None)


def _watch_events(folder: Path, on_event: Callable[[str], None]) -> None:
    """Call a function with the events of this process from now on."""

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(lambda sql: on_event(f"sql {' '.join(sql.split()[:3])}"))
        connection.set_progress_handler(lambda: on_event("work"), INSTRUCTIONS_PER_EVENT)

    def on_audit(name: str, arguments: tuple[object, ...]) -> None:
        if name in {"os.rename", "os.remove", "os.link"} and str(arguments[0]).startswith(str(folder)):
            on_event(f"{name} {Path(str(arguments[0])).name}")

    event.listen(Engine, "connect", on_connect)
    sys.addaudithook(on_audit)
