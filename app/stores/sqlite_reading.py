"""Connections that read an SQLite database: which files they have open, and how a read-only folder is read."""

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from app.errors import ReplacedError, UnavailableError
from app.sqlite_driver import DRIVER
from app.stores.sqlite_files import connection_factory
from app.stores.store import PUBLISH_OPTION

REPLACED_MESSAGE = "The database was replaced while it was being read; send the request again."

_OPENING_ATTEMPTS = 5
"""How often a file may be replaced while it is being opened before a request is refused."""

_PUBLISH_TOKEN = "SELECT token FROM publish WHERE version = ?"  # noqa: S105 - a publish token is no secret

Identity = tuple[tuple[int, ...] | None, ...]
"""Device and inode of each file, None if there is none; and the size and time of one that is read as immutable."""

EngineFactory = Callable[[Callable[[], sqlite3.Connection]], Engine]
"""Makes an engine of a function that opens a connection."""


class Folder(NamedTuple):
    """What decides how a database is read: permissions, and the files next to it."""

    can_read: bool
    can_write_folder: bool
    has_log: bool
    has_shared_memory: bool


def inspect_folder(path: Path) -> Folder | None:
    """Return the permissions and the files of a database, None if there is no such file."""
    real = path.resolve()
    folder = real.parent
    if os.access(folder, os.X_OK) and not real.exists():
        return None
    return Folder(
        can_read=os.access(real, os.R_OK),
        can_write_folder=os.access(folder, os.W_OK),
        has_log=(log := _status(_with_suffix(real, "-wal"))) is not None and log.st_size > 0,
        has_shared_memory=_status(_with_suffix(real, "-shm")) is not None,
    )


def refusal(path: Path, folder: Folder) -> str | None:
    """Return why a database that could not be opened is not read as an immutable file either; None if it can be.

    An immutable file is read without locks and without a log, so that there must be none.
    """
    name = f"The database {str(path)!r} cannot be opened"
    if not folder.can_read:
        return f"{name}: this process has no permission to read it."
    if folder.can_write_folder:
        return f"{name}, although its file and its folder have the right permissions."
    if folder.has_log or folder.has_shared_memory:
        return (
            f"{name}: its folder is read-only, and next to it is a log (-wal or -shm) that it may not contain. Make a "
            "complete copy with `dateline backup` where the folder can be written, and serve that."
        )
    return None


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot write, as an immutable file where a read-only folder allows nothing else.

    Raise UnavailableError, with the reason, if there is such a file and it cannot be opened.
    """
    return _open_reader(path)[0]


def _open_reader(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Return a connection that has opened all its files, and whether it reads an immutable file."""
    try:
        return _opened(connection_factory(path, "ro")), False
    except DRIVER.OperationalError as error:
        folder = inspect_folder(path)
        if folder is None or not _is_about_opening(error):
            raise
        if reason := refusal(path, folder):
            raise UnavailableError(reason) from error
    return _opened(connection_factory(path, "immutable")), True


def _is_about_opening(error: sqlite3.Error) -> bool:
    return any(words in str(error) for words in ("unable to open", "readonly"))


def _opened(connect: Callable[[], sqlite3.Connection]) -> sqlite3.Connection:
    connection = connect()
    try:
        connection.execute("PRAGMA schema_version").fetchone()  # Opens the log, too.
    except DRIVER.Error:
        connection.close()
        raise
    return connection


class _Files(NamedTuple):
    """The names of the files of a database; a file that is read as immutable has no log."""

    database: Path
    log: Path
    shared_memory: Path
    is_immutable: bool

    def identity(self) -> Identity:
        """Return what the names stand for now."""
        database = _status(self.database)
        changes = (database.st_size, database.st_mtime_ns) if self.is_immutable and database else ()
        return *(inode(path) for path in self[:3]), changes


class SqliteGeneration:
    """The files of a database as they were when they were opened; see `app.stores.store.Generation`."""

    def __init__(self, path: Path, new_engine: EngineFactory) -> None:
        """Open the files; raise what the driver raises, and UnavailableError as `connect_reader` does."""
        anchor, self._files = _open_anchor(path)
        self._identity = self._files.identity()
        self._is_replaced = threading.Event()
        self.engine = new_engine(_verified_factory(self._files, self._identity, self._is_replaced))
        if self._files.is_immutable:
            event.listen(self.engine, "begin", _verifier(self._files, self._identity, self._is_replaced))
        # While the anchor is open, no other file can get the same inode, and no writer deletes the log.
        weakref.finalize(self, _close, self.engine, anchor)

    @property
    def is_replaced(self) -> bool:
        """Whether a connection has noticed that the files were replaced."""
        return self._is_replaced.is_set()

    def is_current(self) -> bool:
        """Return whether the files under the name of the database are still these."""
        return self._files.identity() == self._identity

    def remember(self, version: int, token: str) -> None:
        """Do nothing: a file has no copies that lag."""


def _open_anchor(path: Path) -> tuple[sqlite3.Connection, _Files]:
    """Return a connection that stays open, and the names of its files."""
    for _ in range(_OPENING_ATTEMPTS):
        before = inode(path)
        anchor, is_immutable = _open_reader(path)
        if inode(path) == before:
            real = path.resolve()
            return anchor, _Files(path, _with_suffix(real, "-wal"), _with_suffix(real, "-shm"), is_immutable)
        anchor.close()
    raise ReplacedError(REPLACED_MESSAGE)


def _with_suffix(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def inode(path: Path) -> tuple[int, int] | None:
    """Return the device and inode of a file, None if there is none."""
    status = _status(path)
    return status and (status.st_dev, status.st_ino)


def _verifier(files: _Files, identity: Identity, is_replaced: threading.Event) -> Callable[[object], None]:
    """Return a function that raises ReplacedError unless the names still stand for these files."""

    def verify(_connection: object) -> None:
        if files.identity() != identity:
            is_replaced.set()
            raise ReplacedError(REPLACED_MESSAGE)

    return verify


def _verified_factory(
    files: _Files, identity: Identity, is_replaced: threading.Event
) -> Callable[[], sqlite3.Connection]:
    """Return a function that opens connections to these files alone."""
    verify = _verifier(files, identity, is_replaced)

    def connect() -> sqlite3.Connection:
        connection = connect_reader(files.database)
        try:
            verify(connection)
        except ReplacedError:
            connection.close()
            raise
        return connection

    return connect


def _close(engine: Engine, anchor: sqlite3.Connection) -> None:
    engine.dispose()
    anchor.close()


def begin_reading(connection: Connection) -> None:
    """Begin a transaction; raise ReplacedError if the publish that its engine is pinned to is not stored any more.

    Revision ids of another publish may mean other articles.
    """
    driver = connection.connection.driver_connection
    publish = connection.get_execution_options().get(PUBLISH_OPTION)
    try:
        driver.execute("BEGIN")  # type: ignore[union-attr] # either driver's own type
        row = publish and driver.execute(_PUBLISH_TOKEN, publish[:1]).fetchone()  # type: ignore[union-attr]
    except DRIVER.Error as error:
        raise DBAPIError.instance(None, None, error, DRIVER.Error) from error
    if publish and row != publish[1:]:
        raise ReplacedError(REPLACED_MESSAGE)
