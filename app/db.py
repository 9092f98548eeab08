"""Engines, pragmas and the read-only session; only this room, `upkeep` and `search.fulltext` know that it is SQLite."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Depends, Request
from pydantic_core import from_json
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import Session

from app.errors import DamagedError, UnavailableError

try:  # Brings an SQLite in which a reset of the write-ahead log cannot lose a commit.
    import pysqlite3.dbapi2 as pysqlite
except ImportError:  # pragma: no cover - depends on the machine: no wheel exists for it
    pysqlite = sqlite3

DRIVER: ModuleType = pysqlite
"""The SQLite module in use."""

SCHEMA = "2026_11_25_f"
"""The migration that this release reads and writes; a test compares it with `migrations/`."""

MEND = "python -m seed init"
"""The command that creates or migrates a database."""

MEND_DAMAGE = "`python -m seed verify` says where, and `python -m seed restore` puts a backup in its place"
"""What to do about a damaged database."""

Mode = Literal["ro", "rwc"]

CACHE_KIB = 32 * 1024
"""Pages that the writer keeps: keys and ids come in no order, so that a batch touches pages all over the indexes."""

LOG_PAGES = 16 * 1024
"""Pages in the write-ahead log (64 MB) before they go into the database: what many batches touch goes there once."""


def database_path(url: str) -> Path:
    """Return the file that an SQLite URL names; raise ValueError for anything else."""
    wanted = f"DATELINE_DATABASE_URL is {url!r}; wanted is a file, as in sqlite:///dateline.db"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ValueError(wanted) from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError(wanted)
    path = Path(parsed.database)
    if path.is_dir():
        raise ValueError(f"{wanted}, and {parsed.database!r} is a folder")
    return path


def file_url(path: Path) -> str:
    """Return the URL that names a file, whatever characters its name has."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def reader_engine(url: str, *, connections: int = 4) -> Engine:
    """Make an engine whose connections cannot write and never checkpoint."""
    return _engine(url, "ro", "BEGIN", connections)


def writer_engine(url: str) -> Engine:
    """Make an engine for the one writer: write-ahead log, full durability, locked from the first statement."""
    engine = _engine(url, "rwc", "BEGIN IMMEDIATE", 1)
    event.listen(engine, "connect", _prepare_writer)
    return engine


def _engine(url: str, mode: Mode, begin: str, connections: int) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=DRIVER,
        creator=connector(database_path(url), mode),
        poolclass=QueuePool,
        pool_size=connections,
        json_deserializer=from_json,  # Twice as fast as the one of the standard library.
        max_overflow=-1,  # Nobody waits for a connection: the threads bound how many are in use.
    )
    # The driver would begin a transaction only at the first write; readers need one view from first to last.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def connector(path: Path, mode: Mode) -> Callable[[], sqlite3.Connection]:
    """Return what opens connections of the driver to a file; transactions are begun by hand."""
    uri = f"file:{quote(str(path))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        connection: sqlite3.Connection = DRIVER.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10
        )
        return connection

    return connect


TEXTS = "article_text"
"""The text index, a table that no model declares."""

TOKENIZER = "unicode61 remove_diacritics 2"
"""What parts texts into words for the text index; a test compares it with the migrations."""

_READ = "SELECT doc, CASE count(*) WHEN 1 THEN min(term) ELSE 'a b' END FROM read GROUP BY doc"


def as_indexed(codes: range) -> dict[int, str]:
    """Return how the text index reads these code points, asked of the index itself: its tables are no Python's.

    A letter is what it is folded to, one code point; an accent that belongs to the letter before it is nothing; what
    parts words is a space.
    """
    connection = DRIVER.connect(":memory:")
    try:
        connection.execute(f"CREATE VIRTUAL TABLE given USING fts5(letters, tokenize='{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE read USING fts5vocab(given, 'instance')")
        # No text holds half a surrogate pair, which no database takes.
        between = [(code, f"a{chr(code)}b") for code in codes if not 0xD800 <= code < 0xE000]
        connection.executemany("INSERT INTO given(rowid, letters) VALUES (?, ?)", between)
        read: dict[int, str] = dict(connection.execute(_READ))
    finally:
        connection.close()
    return {code: read.get(code, "a b")[1:-1] for code in codes}


INDEX_TEXTS = text(
    "INSERT INTO article_text(rowid, title, text) "
    "SELECT id, title, text FROM revision WHERE id BETWEEN :first AND :last"
)


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=ON")  # Only macOS knows a difference: its fsync leaves data in the drive.
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")


def index_texts(connection: Connection, ids: range) -> None:
    """Put the words of these revisions into the text index, all at once.

    A trigger would have the index write out what it gathered after each row, which takes twice as long.
    """
    connection.execute(INDEX_TEXTS, {"first": ids[0], "last": ids[-1]})


def damage(error: DatabaseError) -> DamagedError:
    """Return what a statement failed of as the sentence for an operator; raise it again if it was not for the file."""
    # Its subclasses are about locks, limits and mistakes of ours; but tables that are missing were there once.
    if type(error) is not DatabaseError and not str(error.orig).startswith("no such "):
        raise error
    return DamagedError(f"The database is damaged ({error.orig}); {MEND_DAMAGE}.")


def is_foreign(tables: Sequence[str]) -> bool:
    """Tell whether these are the tables of another program's database."""
    return bool(tables) and "alembic_version" not in tables


def foreign(tables: Sequence[str]) -> str:
    """Return what to say of a database with such tables."""
    return f"a database of another program, with tables such as {tables[0]!r}: name another file."


def require_schema(engine: Engine) -> None:
    """Raise UnavailableError, with the command that mends it, unless the database is there and migrated."""
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            if is_foreign(tables):
                raise UnavailableError(f"DATELINE_DATABASE_URL names {foreign(tables)}")
            if not tables:
                raise UnavailableError(f"The database has no tables yet; run `{MEND}`.")
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except OperationalError as error:
        if "unable to open" in str(error.orig):
            raise UnavailableError(f"There is no database to read; run `{MEND}`.") from error
        raise UnavailableError(f"The database cannot be read ({error.orig}); is there room on its disk?") from error
    except DatabaseError as error:
        raise UnavailableError(
            f"DATELINE_DATABASE_URL names a file that cannot be read ({error.orig}): name another and run `{MEND}`, or "
            "put a backup in its place with `python -m seed restore`."
        ) from error
    if found != SCHEMA:
        raise UnavailableError(f"The database is at migration {found}, this release needs {SCHEMA}; run `{MEND}`.")


def new_session(request: Request) -> Session:
    """Return a read-only session; everything that is read with it is of one moment.

    It asks nothing of the database by itself, so that it needs no thread.
    """
    return Session(request.app.state.engine)


async def get_session(request: Request) -> AsyncIterator[Session]:
    """Give a handler one read-only session."""
    with new_session(request) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
