"""Servers in separate processes: Dateline, Datasette and static responses, each on a free port of the loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.client import get
from tests.bench.loading import database_url

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120
"""Seconds within which a server must start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server process; `ready` is the time from its start to its first successful response, in seconds."""

    port: int
    pid: int
    ready: float

    @property
    def memory(self) -> float:
        """Resident memory of the processes, in MB; what workers share counts for each."""
        numbers = ",".join(map(str, processes_of(self.pid)))
        process = subprocess.run(["ps", "-o", "rss=", "-p", numbers], capture_output=True, text=True, check=True)
        return sum(map(int, process.stdout.split())) / 1024

    @property
    def busy(self) -> float:
        """Processor time of the processes so far, in seconds; 0 where the system does not report it."""
        return busy_seconds(self.pid)


def busy_seconds(pid: int) -> float:
    """Return the processor time of a process and of those that it started, ended ones too; 0 if it is not reported."""
    return sum(map(_own_and_ended, processes_of(pid)))


def processes_of(pid: int) -> list[int]:
    """Return a process and those that it started."""
    listing = ["ps", "-o", "pid=", "--ppid", str(pid)]
    found = subprocess.run(listing, capture_output=True, text=True, check=False)
    return [pid, *map(int, found.stdout.split())]


def _own_and_ended(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


ServerContext = AbstractContextManager[Server]


@contextmanager
def running(
    command: Sequence[str], path: str, environment: Mapping[str, str] | None = None, log: Path = Path(os.devnull)
) -> Iterator[Server]:
    """Run a server with its port in place of `{port}` in the command; yield it once it serves the path.

    What it prints goes to the log; `{other}` is another free port.
    """
    port, other = _free_port(), _free_port()
    started = time.perf_counter()
    with (
        log.open("ab") as output,
        subprocess.Popen(
            [argument.format(port=port, other=other) for argument in command],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            _wait(process, port, path)
            yield Server(port, process.pid, time.perf_counter() - started)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port: int = any_port.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    begun = time.perf_counter()
    while True:
        try:
            get(port, path)
        except (OSError, RuntimeError):  # It does not listen yet, or is not ready.
            if process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise
            time.sleep(0.005)
        else:
            return


def _uvicorn(factory: str, *options: str) -> list[str]:
    return [
        *(sys.executable, "-m", "uvicorn", "--factory", factory, "--host", "127.0.0.1", "--port", "{port}"),
        *("--log-level", "warning", *options),
    ]


def dateline(database: str | Path, workers: int = 1) -> ServerContext:
    """Run Dateline on a database in a file, or on the one that a URL names.

    Without its verification in the background, which would count as processor time of the searches next to it.
    """
    options = ("--http", "app.server.protocol:BoundedProtocol", "--workers", str(workers))
    return running(
        _uvicorn("app.main:create_app", *options),
        "/v1/articles?limit=1",
        {
            "DATELINE_DATABASE_URL": database_url(database),
            "DATELINE_TEXT_SEARCH_SECONDS": "600",
            "DATELINE_VERIFY_HOURS": "0",
        },
    )


def static() -> ServerContext:
    """Run bare Starlette that serves bytes."""
    return running(_uvicorn("tests.bench.static:create_app"), "/2")


def datasette(program: Path, database: Path) -> ServerContext:
    """Run Datasette on a database, with enough time to answer completely and without suggested facets."""
    limits = {"sql_time_limit_ms": "300000", "facet_time_limit_ms": "300000", "suggest_facets": "off"}
    settings = [argument for name, value in limits.items() for argument in ("--setting", name, value)]
    command = [str(program), "serve", str(database), "--host", "127.0.0.1", "--port", "{port}", *settings]
    return running(command, "/-/versions.json")
