"""SQLite: engines, pragmas, the text index, copies, checks and disk space."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Literal
from urllib.parse import quote

from pydantic_core import from_json
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError

from app.errors import DamagedError

try:  # Brings an SQLite in which a reset of the write-ahead log cannot lose a commit.
    import pysqlite3.dbapi2 as pysqlite
except ImportError:  # pragma: no cover - depends on the machine: no wheel exists for it
    pysqlite = sqlite3

DRIVER: ModuleType = pysqlite
"""The SQLite module in use."""

REPAIR_HINT = "`python -m seed verify` says where, and `python -m seed restore` puts a backup in its place"
"""What to do about a damaged database."""

Mode = Literal["ro", "rwc"]

CACHE_KIB = 32 * 1024
"""Pages that the writer keeps: keys and ids come in no order, so that a batch touches pages all over the indexes."""

LOG_PAGES = 16 * 1024
"""Pages in the write-ahead log (64 MB) before they go into the database: what many batches touch goes there once."""

TEXTS = "article_text"
"""The text index, a table that no model declares."""

TOKENIZER = "unicode61 remove_diacritics 2"
"""What parts texts into words for the text index; a test compares it with the migrations."""

_READ = "SELECT doc, CASE count(*) WHEN 1 THEN min(term) ELSE 'a b' END FROM read GROUP BY doc"

INDEX_TEXTS = text(
    "INSERT INTO article_text(rowid, title, text) "
    "SELECT id, title, text FROM revision WHERE id BETWEEN :first AND :last"
)

_UNINDEXED = text("SELECT id FROM revision WHERE id NOT IN (SELECT id FROM article_text_docsize)")

_INDEXED = text("SELECT id FROM article_text_docsize WHERE id NOT IN (SELECT id FROM revision)")


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
    return DamagedError(f"The database is damaged ({error.orig}); {REPAIR_HINT}.")


def shrink(engine: Engine) -> None:
    """Give the space of dropped rows back to the disk, and that of their words in the text index."""
    with _outside(engine) as cursor:
        cursor.execute("INSERT INTO article_text(article_text) VALUES ('optimize')")
        cursor.execute("VACUUM")


def checkpoint(engine: Engine) -> None:
    """Write the whole log into the file of the database, so that the file alone is the database."""
    with _outside(engine) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _outside(engine: Engine) -> Iterator[sqlite3.Cursor]:
    """Give a cursor of the driver, as no transaction may be open; what it raises is what the engine would raise."""
    with engine.connect() as connection:
        try:
            yield connection.connection.cursor()  # type: ignore[misc] # the driver's own, whichever it is
        except DRIVER.Error as error:
            raise DBAPIError.instance(None, None, error, DRIVER.Error) from error


def faults(engine: Engine) -> Iterator[str]:
    """Yield what is wrong with pages, indexes, references and the text index; what the words are, nothing looks at."""
    with engine.connect() as connection:
        for (line,) in connection.execute(text("PRAGMA integrity_check")):
            if line != "ok":
                yield f"integrity: {line}"
        for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")):
            yield f"references: {table} {row} names something that {parent} does not have"
        for (revision,) in connection.execute(_UNINDEXED):
            yield f"words: revision {revision} is not in the text index"
        for (revision,) in connection.execute(_INDEXED):
            yield f"words: the text index has a revision {revision} that is not stored"


def is_database(path: Path) -> bool:
    """Tell whether a file is there and can be opened as a database."""
    try:
        with closing(connector(path, "ro")()) as connection:
            connection.execute("PRAGMA schema_version")
    except DRIVER.DatabaseError:
        return False
    return True


def copy_database(source: Path, target: Path) -> None:
    """Make the target what the source is at one moment, whoever reads either or writes the source meanwhile.

    Raises the driver's errors: a full disk, a file that is none of ours.
    """
    with closing(connector(source, "ro")()) as from_, closing(connector(target, "rwc")()) as to:
        to.execute("PRAGMA synchronous=FULL")
        from_.backup(to)


def table_names(path: Path) -> list[str]:
    """Return the tables of a database, none where there is no file; the file stays as it is.

    Raises the driver's errors: a file that is no database.
    """
    if not path.exists():
        return []
    with closing(connector(path, "ro")()) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
