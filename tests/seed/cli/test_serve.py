"""`dateline serve`: which database it serves, which it creates, and which it refuses."""

import signal
import sqlite3
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from typer.testing import CliRunner, Result
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import SIGNALS

from app.stores.schema import INIT_COMMAND
from app.stores.sqlite import file_url
from seed.cli import serve
from seed.cli.program import app
from tests.conftest import load_jsonl

INIT = [sys.executable, "-P", "-m", "seed", "init", "--quiet"]
"""The command that creates the default database."""

SET = (
    *("app", "factory", "host", "port", "workers", "root_path", "http", "ws", "backlog", "timeout_graceful_shutdown"),
    *("proxy_headers", "server_header", "access_log", "log_level"),
)
"""The options of uvicorn that `serve` sets."""


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """Return the calls that would start a server; commands run in an empty folder."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(serve, "run_server", lambda config: calls.append({name: getattr(config, name) for name in SET}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATELINE_DATABASE_URL", raising=False)
    return calls


@pytest.fixture
def small_process(monkeypatch: pytest.MonkeyPatch, process_command: Sequence[str]) -> None:
    """Make the process that creates a database read the small lexicon."""
    run_process = subprocess.run

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[bytes]":  # noqa: ANN401
        assert command == INIT
        python, *code = process_command
        return run_process([python, "-P", *code, *command[4:]], **options)

    monkeypatch.setattr(subprocess, "run", run)


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Create a database in this process; a test with a process of its own shows the same."""

    def run(command: list[str], *, env: dict[str, str], check: bool) -> "subprocess.CompletedProcess[bytes]":
        assert command == INIT
        assert not check
        return subprocess.CompletedProcess(command, CliRunner().invoke(app, command[4:], env=env).exit_code)

    monkeypatch.setattr(subprocess, "run", run)


def run(*arguments: str, url: str | None = None) -> Result:
    """Run `dateline serve`."""
    return CliRunner().invoke(app, ["serve", *arguments], env={"DATELINE_DATABASE_URL": url})


@pytest.mark.unmeasured
@pytest.mark.usefixtures("small_process")
def test_a_missing_default_database_is_created(served: list[dict[str, Any]], tmp_path: Path) -> None:
    """With the collection that ships, whatever is in the folder; the second start finds it."""
    (tmp_path / "seed.py").write_text("raise SystemExit(9)", encoding="utf-8")
    first = run("--port", "9000", "--root-path", "/news")
    assert first.exit_code == 0, first.output
    assert first.stdout.endswith(
        "Dateline serves http://127.0.0.1:9000/news/ and documents its API at http://127.0.0.1:9000/news/docs\n"
    )
    with sqlite3.connect(tmp_path / "dateline.db") as connection:
        assert connection.execute("SELECT count(*) FROM article").fetchone() == (5,)
    connection.close()
    run("--host", "::1", "--workers", "2", "--access-log", "--quiet")
    fixed = {
        "app": "app.main:create_app",
        "factory": True,
        "http": "app.server.protocol:BoundedProtocol",
        "ws": "none",
        "backlog": 128,
        "timeout_graceful_shutdown": 6,
        "proxy_headers": False,
        "server_header": False,
    }
    default = {**fixed, "access_log": False, "log_level": None}
    chosen = {**fixed, "access_log": True, "log_level": "warning"}
    assert served == [
        {**default, "host": "127.0.0.1", "port": 9000, "workers": 1, "root_path": "/news"},
        {**chosen, "host": "::1", "port": 8000, "workers": 2, "root_path": ""},
    ]


def test_an_ipv6_address_is_printed_in_brackets(served: list[dict[str, Any]], migrated: Path) -> None:
    result = run("--host", "::1", url=file_url(migrated))
    assert result.stdout.startswith("Dateline serves http://[::1]:8000/ and")
    assert len(served) == 1


def test_a_named_database_that_is_missing_is_never_created(served: list[dict[str, Any]], tmp_path: Path) -> None:
    """It may be a disk that is not mounted."""
    path = tmp_path / "lost.db"
    result = run(url=file_url(path))
    assert result.exit_code == 1
    assert result.stderr == (
        f"error: DATELINE_DATABASE_URL names {str(path)!r}, which does not exist. If it is to be a new database, "
        "create it with `dateline init`; otherwise check that its disk is mounted.\n"
    )
    assert served == []
    assert not path.exists()


def test_the_hosts_to_read_need_no_other_database(served: list[dict[str, Any]], tmp_path: Path) -> None:
    """Nothing is created for them."""
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    result = CliRunner().invoke(app, ["serve"], env={"DATELINE_READER_URL": url})
    assert (result.exit_code, served) == (1, [])
    assert result.stderr.startswith(f"error: The database {url!r} cannot be read (")
    assert result.stderr.endswith("and that DATELINE_READER_URL names them.\n")
    assert list(tmp_path.iterdir()) == []


def test_an_unmigrated_database_is_refused_with_the_command(served: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    result = run(url=file_url(path))
    assert (result.exit_code, served) == (1, [])
    assert INIT_COMMAND in result.stderr


@pytest.mark.usefixtures("no_process")
def test_a_database_that_cannot_be_created_is_an_error(served: list[dict[str, Any]], tmp_path: Path) -> None:
    """Here because its lock cannot be made; the command that creates it says why, then `serve` says what."""
    (tmp_path / "dateline.db.lock").mkdir()
    result = run()
    assert (result.exit_code, served) == (1, [])
    assert result.stderr == "error: The database 'dateline.db' could not be created.\n"


@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize("has_tables", [True, False])
def test_a_first_start_that_was_interrupted_is_completed(
    served: list[dict[str, Any]], tmp_path: Path, migrated: Path, has_tables: bool
) -> None:
    """It left a database in which nothing was ever published."""
    database = tmp_path / "dateline.db"
    database.write_bytes(migrated.read_bytes() if has_tables else b"")
    assert run().exit_code == 0
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM article").fetchone() == (5,)
    connection.close()
    assert len(served) == 1


def test_an_index_of_another_format_is_refused_with_the_command(served: list[dict[str, Any]], database: Path) -> None:
    load_jsonl(database, [{"title": "Ferry", "source": "Gazette", "text": "It sails."}])
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM snapshot_part WHERE name = 'format'")
    connection.close()
    result = run(url=file_url(database))
    assert (result.exit_code, served) == (1, [])
    assert f"run `{INIT_COMMAND}`, which builds it again" in result.stderr


class Alive(BaseHTTPRequestHandler):
    """Answers every GET with 200."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""


def test_the_page_opens_once_the_server_responds(
    served: list[dict[str, Any]], migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a thread of its own: the server does not wait for a browser."""
    opened: list[str] = []
    done = threading.Event()

    def open_(url: str) -> None:
        opened.append(url)
        done.set()

    monkeypatch.setattr(webbrowser, "open", open_)
    server = HTTPServer(("127.0.0.1", 0), Alive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        port = str(server.server_port)
        assert run("--port", port, "--open", url=file_url(migrated)).exit_code == 0
        assert done.wait(20)
    finally:
        server.shutdown()
        server.server_close()
    assert opened == [f"http://127.0.0.1:{port}/"]
    assert len(served) == 1


def test_no_browser_opens_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(serve, "OPEN_TIMEOUT_SECONDS", 0.1)
    serve._open_page("http://127.0.0.1:9")
    assert opened == []


async def unused_app(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Do nothing."""


def config(workers: int = 1) -> uvicorn.Config:
    """Return a configuration of uvicorn that leaves the logging alone."""
    return uvicorn.Config(unused_app, port=0, workers=workers, log_config=None)


@pytest.mark.parametrize("interrupt", [False, True])
def test_a_server_that_started_ends_without_an_error(monkeypatch: pytest.MonkeyPatch, interrupt: bool) -> None:
    """Even if it ends with Ctrl-C."""

    def run_until_stopped(server: uvicorn.Server) -> None:
        server.started = True
        if interrupt:
            raise KeyboardInterrupt

    monkeypatch.setattr(uvicorn.Server, "run", run_until_stopped)
    serve.run_server(config())


def test_a_server_that_did_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn.Server, "run", lambda _server: None)
    with pytest.raises(SystemExit) as exit_:
        serve.run_server(config())
    assert exit_.value.code == STARTUP_FAILURE


class WorkerProcess:
    """A process of a worker that ends after some looks, or when it is killed."""

    def __init__(self, looks: float) -> None:
        self.looks = looks
        self.kills = 0

    @property
    def process(self) -> "WorkerProcess":
        """Return the process, which is this one."""
        return self

    def is_alive(self) -> bool:
        """Return whether it runs."""
        self.looks -= 1
        return self.looks >= 0 and not self.kills

    def join(self, _seconds: float) -> None:
        """Do not wait."""

    def kill(self) -> None:
        """Count."""
        self.kills += 1


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[serve.Workers]:
    """Return the parent process that `serve` would run."""
    parents: list[serve.Workers] = []

    def keep(parent: serve.Workers) -> None:
        parents.append(parent)

    monkeypatch.setattr(serve.Workers, "run", keep)
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    serve.run_server(config(workers=2))
    for number, handler in handlers.items():
        signal.signal(number, handler)
    yield parents[0]
    for listener in parents[0].sockets:
        listener.close()


@pytest.mark.parametrize(
    ("signals", "stop_seconds", "looks", "kills"),
    [
        ([], 60, [0, 3], [0, 0]),
        ([signal.SIGTERM], 60, [0, float("inf")], [0, 1]),
        ([], -1, [float("inf"), float("inf")], [1, 1]),
    ],
    ids=["ended", "second signal", "hanging"],
)
def test_the_parent_kills_workers_that_do_not_end(
    workers: serve.Workers,
    monkeypatch: pytest.MonkeyPatch,
    signals: list[int],
    stop_seconds: int,
    looks: list[float],
    kills: list[int],
) -> None:
    processes: list[Any] = [WorkerProcess(number) for number in looks]
    workers.processes, workers.signal_queue = processes, signals
    monkeypatch.setattr(serve, "STOP_SECONDS", stop_seconds)
    workers.join_all()
    assert [process.kills for process in processes] == kills
    assert len(workers.sockets) == 1


@pytest.mark.parametrize(("first", "second"), [(signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGINT)])
def test_a_second_signal_before_the_first_is_handled_is_noticed(
    workers: serve.Workers, first: signal.Signals, second: signal.Signals
) -> None:
    workers.signal_queue = [first]
    workers.handle_signals()
    assert (workers.should_exit.is_set(), workers.is_urgent) == (True, False)
    workers.signal_queue = [second]
    workers.handle_signals()
    process = WorkerProcess(float("inf"))
    processes: list[Any] = [process]
    workers.processes = processes
    workers.join_all()
    assert (workers.is_urgent, process.kills) == (True, 1)
