"""Processes that die on purpose, each time at the same place.

Places are counted, not timed. A moment is a named checkpoint, a statement as the database begins it (also one of its
own inside another), a file that gets or loses its name, or another fifty instructions of the database. A process may
die at a moment, or in the middle of a write: when a file would become longer than so many bytes.

A fork server, which has all modules, makes each of these processes in a few milliseconds.
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

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        *(f"tests.seed.durability.test_{name}" for name in ("full_disk", "kills", "resume")),
        "tests.seed.maintenance.test_remove",
    ]
)

PATIENCE = 60.0
"""Seconds after which a test fails rather than waits."""

WORK = 50
"""Instructions of the database between two moments: writing a row takes some more."""

Act = Callable[[Path, Checkpoint], object]
"""What a process does to a database; it tells its named steps. A function of a module, or a partial of one."""


@dataclass(frozen=True, slots=True)
class Course:
    """How an act went that was not killed: its moments, and how long the write-ahead log was at most, in bytes."""

    moments: list[str]
    log_bytes: int


def course(act: Act, database: Path) -> Course:
    """Let a process do it to the end."""
    path = database.with_name("course.txt")
    assert exit_of(_write_course, act, database, path) == 0
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return Course([row[1] for row in rows], max(int(row[0]) for row in rows))


def killed_at(act: Act, database: Path, moment: int) -> None:
    """Let a process do it until its moment of this number, and die there by SIGKILL."""
    assert exit_of(_die_at, act, database, moment) == -signal.SIGKILL


def killed_at_step(act: Act, database: Path, number: int) -> None:
    """The same, but only the named steps count."""
    assert exit_of(_die_at_step, act, database, number) == -signal.SIGKILL


def killed_beyond(act: Act, database: Path, size: int) -> None:
    """Let a process do it until a file would become longer than this, and die of that in the middle of the write."""
    assert exit_of(_die_beyond, act, database, size) == -signal.SIGXFSZ


def exit_of(target: Callable[..., None], *arguments: object) -> int | None:
    """Return the exit code of a process that does this."""
    process = FORKS.Process(target=target, args=arguments)
    process.start()
    process.join(PATIENCE)
    return process.exitcode


def _write_course(act: Act, database: Path, path: Path) -> None:
    log = database.with_name(database.name + "-wal")
    with path.open("w", encoding="utf-8") as file:

        def moment(name: str) -> None:
            if not file.closed:
                file.write(f"{log.stat().st_size if log.exists() else 0}\t{name}\n")

        _watch(database.parent, moment)
        act(database, lambda checkpoint: moment(f"checkpoint {checkpoint}"))


def _die_at_step(act: Act, database: Path, number: int) -> None:
    act(database, _deadly(number))


def _die_at(act: Act, database: Path, number: int) -> None:
    moment = _deadly(number)
    _watch(database.parent, moment)
    act(database, lambda checkpoint: moment(f"checkpoint {checkpoint}"))


def _deadly(number: int) -> Checkpoint:
    """Return what ends this process when it is told something for the time of this number."""
    numbers = count()

    def told(_name: str) -> None:
        if next(numbers) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return told


def _die_beyond(act: Act, database: Path, size: int) -> None:
    setrlimit(RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it: a write would only fail.
    setrlimit(RLIMIT_FSIZE, (size, getrlimit(RLIMIT_FSIZE)[1]))
    act(database, lambda _step: None)


def _watch(folder: Path, moment: Callable[[str], None]) -> None:
    """Tell the moments of this process from now on."""

    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(lambda sql: moment(f"sql {' '.join(sql.split()[:3])}"))
        connection.set_progress_handler(lambda: moment("work"), WORK)

    def audited(name: str, arguments: tuple[object, ...]) -> None:
        if name in {"os.rename", "os.remove", "os.link"} and str(arguments[0]).startswith(str(folder)):
            moment(f"{name} {Path(str(arguments[0])).name}")

    event.listen(Engine, "connect", connected)
    sys.addaudithook(audited)
