"""The servers of the browser tests: Dateline with the shipped collection, and a static server with the page's files."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
DATELINE = ROOT / ".venv" / "bin" / "python"
"""The environment of the server; the browser tests have their own."""

PATIENCE = 60
"""Seconds a server may take to answer."""


@contextmanager
def dateline(database: Path) -> Iterator[str]:
    """Serve the shipped collection from a new database; yield the origin."""
    environment = {**os.environ, "DATELINE_DATABASE_URL": f"sqlite:///{database}"}
    subprocess.run([DATELINE, "-m", "seed", "init"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    command = [str(DATELINE), "-m", "uvicorn", "--factory", "app.main:create_app", "--log-level", "warning"]
    with _running([*command, "--port", "{port}"], "/readyz", environment) as origin:
        yield origin


@contextmanager
def static(folder: Path) -> Iterator[str]:
    """Serve the files of a folder; yield the origin."""
    command = [sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", str(folder)]
    with _running(command, "/index.html", dict(os.environ)) as origin:
        yield origin


@contextmanager
def _running(command: Sequence[str], path: str, environment: dict[str, str]) -> Iterator[str]:
    port = _free_port()
    with subprocess.Popen(
        [part.format(port=port) for part in command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            origin = f"http://127.0.0.1:{port}"
            _wait(process, origin + path)
            yield origin
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port: int = any_port.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    start = time.monotonic()
    while True:
        try:
            with urlopen(url, timeout=PATIENCE):
                return
        except (URLError, ConnectionError):
            if process.poll() is not None or time.monotonic() - start > PATIENCE:
                raise
            time.sleep(0.05)
