"""A PostgreSQL and a standby of it as processes of their own, which tests kill, start again and promote."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from tests.databases import NO_SERVER, NOBODY, SETTINGS, START_SECONDS, program_folder

STANDBY = "standby"
"""The name by which the primary knows its standby."""

DATABASE = "postgres"

ALL_STANDBYS = f"ANY 1 ({STANDBY})"
"""The setting of a primary whose commits wait for its standby."""

# No commit of a test is lost when processes are killed, and what waits for a standby is told from the first start.
_SETTINGS = {**SETTINGS, "listen_addresses": "127.0.0.1", "wal_retrieve_retry_interval": "100ms"}


class Node:
    """One server, reached over the loopback."""

    def __init__(self, programs: Path, data: Path, user: int | None) -> None:
        self.programs, self.data, self.user = programs, data, user
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def initialize(self) -> None:
        """Create the data of a new server."""
        options = ["--username=dateline", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        command: list[str | Path] = [self.programs / "initdb", "-D", self.data, *options]
        subprocess.run(command, user=self.user, check=True, capture_output=True, cwd=self.data.parent)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = {**_SETTINGS, "port": str(self.port), "unix_socket_directories": ""}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.execute([self.programs / "postgres", "-D", self.data, *options])
        wait_until(self.answers)

    def execute(self, command: Sequence[str | Path], **environment: str) -> None:
        """Run the program that is the server, perhaps after others have prepared it."""
        own = {"PATH": f"{self.programs}:{os.environ['PATH']}", "PGDATA": str(self.data), **environment}
        with self.data.with_suffix(".log").open("ab") as log:
            self._process = subprocess.Popen(
                command, user=self.user, stdout=log, stderr=log, cwd=self.data.parent, env={**os.environ, **own}
            )

    def answers(self) -> bool:
        """Return whether the server answers; fail if it has ended."""
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            assert self._process is not None
            assert self._process.poll() is None, self.data.with_suffix(".log").read_text()[-2000:]
            return False
        return True

    def kill(self) -> None:
        """End all processes of the server at once, without giving them time for anything."""
        if self._process is not None:
            # Each of its processes is in a group of its own.
            for pid in (self._process.pid, *_children(self._process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait(START_SECONDS)
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all processes of the server for a while: its host accepts connections, and nobody answers."""
        assert self._process is not None
        pids = (self._process.pid, *_children(self._process.pid))
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        """End the server as its operator would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_SECONDS)
            self._process = None

    def run(self, statement: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401 - of any type
        """Run a statement outside any transaction; return the first value of its first row, None without rows."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="dateline", dbname=DATABASE, autocommit=True, connect_timeout=5
        ) as connection:
            cursor = connection.execute(statement, values)
            row = cursor.fetchone() if cursor.description else None
        return row and row[0]

    def set(self, name: str, value: str) -> None:
        """Change a setting of the running server."""
        self.run(f"ALTER SYSTEM SET {name} = '{value}'")
        self.run("SELECT pg_reload_conf()")
        wait_until(lambda: self.run(f"SHOW {name}") == value)

    def promote(self) -> None:
        """Make a standby the primary."""
        self.run("SELECT pg_promote(true, 30)")


class Cluster:
    """A primary and its standby."""

    def __init__(self, primary: Node, standby: Node) -> None:
        self.primary, self.standby = primary, standby
        self.file = Path()
        """The file that stands for the database, for those who write to it."""

    def url(self, *nodes: Node, kind: str | None = None) -> str:
        """Return the URL of these nodes, by default the primary and the standby, with a kind of session."""
        hosts = ",".join(node.address for node in nodes or (self.primary, self.standby))
        return f"postgresql://dateline@{hosts}/{DATABASE}" + (f"?target_session_attrs={kind}" if kind else "")

    def wait_for_standby(self) -> None:
        """Wait until the standby has received and applied everything."""
        end = self.primary.run("SELECT pg_current_wal_lsn()")
        wait_until(lambda: self.standby.run("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [end]))

    def wait_until_received(self) -> None:
        """Wait until the standby has received everything, whether it has applied it or not."""
        end = self.primary.run("SELECT pg_current_wal_lsn()")
        wait_until(lambda: self.standby.run("SELECT pg_last_wal_receive_lsn() >= %s::pg_lsn", [end]))


def wait_until(condition: Callable[[], Any], seconds: float = START_SECONDS) -> None:
    """Wait until a condition holds; fail if it takes longer."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


@contextmanager
def started_cluster() -> Iterator[Cluster]:
    """Start a primary and a standby, and end them; skip the test if there are no programs."""
    with prepared_cluster() as cluster:
        cluster.primary.start()
        copy_data(cluster.primary, cluster.standby)
        cluster.standby.start()
        cluster.wait_for_standby()
        yield cluster


@contextmanager
def prepared_cluster() -> Iterator[Cluster]:
    """Create the data of a primary, and end both servers; skip the test if there are no programs."""
    programs = program_folder()
    if programs is None or not (programs / "pg_basebackup").exists():
        pytest.skip(NO_SERVER)
    with TemporaryDirectory(prefix="dateline-pg-") as name, ExitStack() as stack:
        folder = Path(name)
        user = NOBODY if os.geteuid() == 0 else None  # PostgreSQL refuses root.
        if user is not None:
            os.chown(folder, user, user)
        primary, standby = (Node(programs, folder / role, user) for role in ("primary", "standby"))
        for node in (primary, standby):
            stack.callback(node.kill)
        primary.initialize()
        yield Cluster(primary, standby)


def copy_data(primary: Node, standby: Node) -> None:
    """Make a new standby of a primary."""
    source = f"host=127.0.0.1 port={primary.port} user=dateline application_name={STANDBY}"
    command: list[str | Path] = [primary.programs / "pg_basebackup", "--pgdata", standby.data, "--dbname", source]
    options = ["--checkpoint=fast", "--no-sync", "--write-recovery-conf", "--wal-method=stream"]
    subprocess.run([*command, *options], user=primary.user, check=True, capture_output=True, cwd=primary.data.parent)


def _children(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    children = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # Others end meanwhile.
            stat = path.read_text()
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                children.append(int(stat.split()[0]))
    return children


def free_port() -> int:
    """Return a port of the loopback that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
