"""Clients that connect and do not ask, and a server that is to stop whatever its clients do.

`python -m tests.attack.connections [DATABASE]` prints what happened next to what is wanted.
"""

import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Annotated

import typer

from app.stores.sqlite import file_url

HALF_OPEN = 1_100
DESCRIPTORS = 1_024
ALL_CLOSED_SECONDS = 30.0
STOPPED_SECONDS = 10.0
PATIENCE_SECONDS = 60.0
"""Time after which a trial gives up."""

PATH = "/v1/articles?limit=3"
EXPORT = b"GET /v1/articles.ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF_SENT = (
    b"",
    b"GET /v1/articles?limit=3 HTT",
    b"GET /v1/articles?limit=3 HTTP/1.1\r\nHost: localhost\r\nAccept: ",
    b"POST /v1/articles/lookup HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 90\r\n\r\n{",
)
"""What a client sends before it falls silent: nothing, a part of the header, the header and a part of the body."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running `dateline serve`."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path


@contextmanager
def serving(database: Path, *options: str, descriptors: int | None = None) -> Iterator[Server]:
    """Run `dateline serve` on a database, with a hard limit of file descriptors; it is killed at the end."""
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port: int = any_port.getsockname()[1]
    command = [sys.executable, "-m", "seed", "serve", "--port", str(port), *options]
    if descriptors:
        command = ["sh", "-c", f'ulimit -n {descriptors} && exec "$@"', "sh", *command]
    with tempfile.TemporaryDirectory(prefix="dateline-attack-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env={**os.environ, "DATELINE_DATABASE_URL": file_url(database)},
                stdout=output,
                stderr=output,
            )
        try:
            _wait_until_ready(process, port)
            yield Server(process, port, log)
        finally:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_answered(port):
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.1)


def is_answered(port: int, path: str = PATH) -> bool:
    """Return whether a request on a new connection gets a 200 within five seconds."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return response.status == 200


@dataclass(frozen=True, slots=True)
class HalfOpenTrial:
    """What happened to half-open connections and to a client that sent requests meanwhile; times in seconds."""

    opened: int
    closed: int
    last_closed: float
    requests: int
    answered: int
    slowest: float
    log_bytes: int


class _Asker(threading.Thread):
    """A client that sends requests, each on a new connection, until it is stopped."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.done = threading.Event()
        self.seconds: list[float] = []
        self.answered = 0

    def run(self) -> None:
        while not self.done.wait(0.02):
            begun = time.monotonic()
            self.answered += is_answered(self.port)
            self.seconds.append(time.monotonic() - begun)


def half_open_trial(database: Path, count: int = HALF_OPEN) -> HalfOpenTrial:
    """Open many connections that send no whole request, and ask on others until all are closed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(count + 200, hard) if hard > 0 else count + 200, hard))
    with serving(database, descriptors=DESCRIPTORS) as server, ExitStack() as stack:
        asker = _Asker(server.port)
        asker.start()
        selector = stack.enter_context(selectors.DefaultSelector())
        begun = time.monotonic()
        opened = 0
        for number in range(count):
            with suppress(OSError):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
                selector.register(client, selectors.EVENT_READ)
                opened += 1
                client.sendall(HALF_SENT[number % len(HALF_SENT)])
        last_closed = begun
        while selector.get_map() and time.monotonic() < begun + PATIENCE_SECONDS:
            for key, _ in selector.select(0.2):
                assert isinstance(key.fileobj, socket.socket)
                if not _has_more(key.fileobj):
                    selector.unregister(key.fileobj)
                    last_closed = time.monotonic()
        asker.done.set()
        asker.join()
        return HalfOpenTrial(
            opened,
            opened - len(selector.get_map()),
            last_closed - begun,
            len(asker.seconds),
            asker.answered,
            max(asker.seconds),
            server.log.stat().st_size,
        )


def _has_more(client: socket.socket) -> bool:
    try:
        return bool(client.recv(65_536))
    except OSError:
        return False


def stop_trial(database: Path, *options: str, number: signal.Signals = signal.SIGTERM) -> float:
    """Return the seconds from a signal to the end of a server with stalled exports and half-sent requests."""
    with serving(database, *options) as server, ExitStack() as stack:
        # More than all buffers hold: a client that sends many requests and reads no response.
        for sent in (EXPORT * 5_000, *HALF_SENT):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.sendall(sent)
        time.sleep(2)
        begun = time.monotonic()
        server.process.send_signal(number)
        server.process.wait(PATIENCE_SECONDS)
        return time.monotonic() - begun


def print_trials(database: Path) -> None:
    """Run all trials on a database and print what happened."""
    trial = half_open_trial(database)
    typer.echo(
        f"{trial.opened:,} half-open connections with {DESCRIPTORS:,} descriptors:\n"
        f"- {trial.answered} of {trial.requests} other requests answered (wanted: all), the slowest in "
        f"{trial.slowest:.2f} s\n"
        f"- {trial.closed:,} closed after {trial.last_closed:.1f} s (wanted: {ALL_CLOSED_SECONDS:.0f} s)\n"
        f"- {trial.log_bytes:,} bytes of log (wanted: less than 100,000)"
    )
    for options in ((), ("--workers", "2")):
        for number in (signal.SIGTERM, signal.SIGINT):
            seconds = stop_trial(database, *options, number=number)
            typer.echo(
                f"{number.name} with a stalled export and a half-sent body, {' '.join(options) or 'one process'}: "
                f"ended after {seconds:.1f} s (wanted: {STOPPED_SECONDS:.0f} s)"
            )


def main(
    database: Annotated[Path | None, typer.Argument(help="A database; a new one by default.")] = None,
) -> None:
    """Run the trials."""
    if database is not None:
        return print_trials(database)
    with tempfile.TemporaryDirectory(prefix="dateline-attack-") as folder:
        new = Path(folder) / "dateline.db"
        environment = {**os.environ, "DATELINE_DATABASE_URL": file_url(new)}
        subprocess.run([sys.executable, "-m", "seed", "init", "--quiet"], env=environment, check=True)
        print_trials(new)
    return None


if __name__ == "__main__":
    typer.run(main)
