"""Run commands against a server with the shipped collection, each with its URL as the last argument.

`python with_server.py [--load FILE] [--mcp] COMMAND...`: the server has a database of its own in an empty folder, with
the articles of the file, too, and the tools for assistants if wanted; it is ended at the end.
"""

import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from urllib.request import urlopen

SECONDS = 60
"""How long the start may take."""


def main(commands: list[str], files: list[str], *, mcp: bool) -> int:
    """Run each of the commands; return the number of those that failed."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
        environment |= {"DATELINE_DATABASE_URL": f"sqlite:///{folder}/dateline.db", "DATELINE_MCP": str(mcp).lower()}
        program = [sys.executable, "-m", "seed"]
        subprocess.run([*program, "init", "--quiet"], env=environment, check=True)
        for file in files:
            subprocess.run([*program, "load", "--quiet", file], env=environment, check=True)
        server = subprocess.Popen([*program, "serve", "--port", str(port)], env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, server)
            failed = [command for command in commands if not _succeeds(command, url)]
            print("failed: " + ", ".join(failed) if failed else f"all {len(commands)} succeeded")  # noqa: T201
            return len(failed)
        finally:
            server.terminate()
            server.wait(20)


def _succeeds(command: str, url: str) -> bool:
    return subprocess.run([*shlex.split(command), url], check=False).returncode == 0


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with urlopen(f"{url}/readyz", timeout=10):
                return
        except OSError:
            if time.monotonic() > deadline or server.poll() is not None:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--load", action="append", default=[], metavar="FILE")
    parser.add_argument("--mcp", action="store_true")
    parser.add_argument("commands", nargs="+", metavar="COMMAND")
    arguments = parser.parse_args()
    sys.exit(main(arguments.commands, arguments.load, mcp=arguments.mcp))
