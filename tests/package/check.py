"""Check an installed Dateline: `python check.py BIN`, where BIN has `dateline`. It uses the standard library alone.

It runs in an empty folder, so that nothing comes from a checkout, and ends what it started.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

SECONDS = 60
"""How long the first start may take, with making the database."""


def main(bin_: Path) -> None:
    """Run the commands and a server; raise AssertionError or CalledProcessError where something is wrong."""
    program = str(bin_ / "dateline")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATELINE_", "PYTHON"))}
    with tempfile.TemporaryDirectory() as folder, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.close()
        version = _output([program, "--version"], folder, environment)
        assert version.startswith("dateline "), version
        server = subprocess.Popen([program, "serve", "--port", str(port)], cwd=folder, env=environment)
        try:
            page = _answer(f"http://127.0.0.1:{port}/v1/articles?actor=putin", server)
            assert json.loads(page)["total"] > 0, page
            assert b"<html" in _answer(f"http://127.0.0.1:{port}/", server)
            status = _output([program, "status", "--json"], folder, environment)
            assert json.loads(status)["articles"] > 0, status
        finally:
            server.terminate()
            server.wait(20)
    print(f"{version.strip()} serves from its wheel")  # noqa: T201 - the result of the check


def _output(command: list[str], folder: str, environment: dict[str, str]) -> str:
    run = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return run.stdout


def _answer(url: str, server: "subprocess.Popen[bytes]") -> bytes:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with urlopen(url, timeout=10) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            if time.monotonic() > deadline or server.poll() is not None:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
