"""The SQLite store: engines, pragmas, the text index, copies, checks and disk space."""

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

from app.errors import DamagedError, SettingsError

try:  # It brings an SQLite in which resetting the write-ahead log cannot lose a commit.
    import pysqlite3.dbapi2 as pysqlite
except ImportError:  # pragma: no cover - depends on the machine: no wheel exists for it
    pysqlite = sqlite3

DRIVER: ModuleType = pysqlite
"""The SQLite module in use."""

REPAIR_HINT = "`dateline verify` says where, and `dateline restore` puts a backup in its place"
"""What to do about a damaged database."""

OpenMode = Literal["ro", "rwc"]

# Keys and ids arrive in no order, so that a batch touches pages all over the indexes.
WRITER_CACHE_KIB = 32 * 1024
"""Size of the writer's page cache, in KiB."""

# Pages that many batches touch are then written to the database once.
CHECKPOINT_PAGES = 16 * 1024
"""Size of the write-ahead log that triggers a checkpoint, in pages (64 MB)."""

TEXT_INDEX_TABLE = "article_text"
"""The table of the text index, which no model declares."""

TOKENIZER = "unicode61 remove_diacritics 2"
"""The tokenizer of the text index; a test compares it with the migrations."""

_FOLDINGS = "SELECT doc, CASE count(*) WHEN 1 THEN min(term) ELSE 'a b' END FROM vocabulary GROUP BY doc"

_INDEX_TEXTS = text(
    "INSERT INTO article_text(rowid, title, text) "
    "SELECT id, title, text FROM revision WHERE id BETWEEN :first AND :last"
)

_NOT_INDEXED = text("SELECT id FROM revision WHERE id NOT IN (SELECT id FROM article_text_docsize)")

_NOT_STORED = text("SELECT id FROM article_text_docsize WHERE id NOT IN (SELECT id FROM revision)")


def database_path(url: str) -> Path:
    """Return the file that an SQLite URL names; raise SettingsError for anything else."""
    message = f"DATELINE_DATABASE_URL is {url!r}: expected a file, as in sqlite:///dateline.db"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(message) from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise SettingsError(message)
    path = Path(parsed.database)
    if path.is_dir():
        raise SettingsError(f"{message}, and {parsed.database!r} is a folder")
    return path


def file_url(path: Path) -> str:
    """Return the URL of a file, whatever characters its name contains."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def reader_engine(url: str, *, connections: int = 4) -> Engine:
    """Return an engine whose connections cannot write and never checkpoint."""
    return _engine(url, "ro", "BEGIN", connections)


def writer_engine(url: str) -> Engine:
    """Return an engine for the single writer: write-ahead log, full durability, locked from the first statement."""
    engine = _engine(url, "rwc", "BEGIN IMMEDIATE", 1)
    event.listen(engine, "connect", _prepare_writer)
    return engine


def _engine(url: str, mode: OpenMode, begin: str, connections: int) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=DRIVER,
        creator=connection_factory(database_path(url), mode),
        poolclass=QueuePool,
        pool_size=connections,
        json_deserializer=from_json,  # Twice as fast as the standard library.
        max_overflow=-1,  # No thread waits for a connection: the number of threads limits how many are in use.
    )
    # The driver would begin a transaction only at the first write; readers need one consistent view throughout.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def connection_factory(path: Path, mode: OpenMode) -> Callable[[], sqlite3.Connection]:
    """Return a function that opens driver connections to a file, without implicit transactions."""
    uri = f"file:{quote(str(path))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        connection: sqlite3.Connection = DRIVER.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10
        )
        return connection

    return connect


def index_foldings(codes: range) -> dict[int, str]:
    """Return how the text index folds these code points, as the index itself does: its tables differ from Python's.

    A letter maps to the one code point that it is folded to, a combining accent to an empty string, and a separator of
    words to a space.
    """
    connection = DRIVER.connect(":memory:")
    try:
        connection.execute(f"CREATE VIRTUAL TABLE probe USING fts5(letters, tokenize='{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(probe, 'instance')")
        # No stored text contains surrogates, because databases refuse them.
        rows = [(code, f"a{chr(code)}b") for code in codes if not 0xD800 <= code < 0xE000]
        connection.executemany("INSERT INTO probe(rowid, letters) VALUES (?, ?)", rows)
        foldings: dict[int, str] = dict(connection.execute(_FOLDINGS))
    finally:
        connection.close()
    return {code: foldings.get(code, "a b")[1:-1] for code in codes}


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=ON")  # On macOS alone: fsync leaves data in the drive's cache there.
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")


def index_texts(connection: Connection, ids: range) -> None:
    """Add these revisions to the text index with one statement.

    A trigger would make the index flush after each row, which takes twice as long.
    """
    connection.execute(_INDEX_TEXTS, {"first": ids[0], "last": ids[-1]})


def damaged_error(error: DatabaseError) -> DamagedError:
    """Return a database error as damage, with a message for the operator; raise it again if the file is not damaged."""
    # Subclasses cover locking, limits and our own mistakes; but a missing table is damage: it existed before.
    if type(error) is not DatabaseError and not str(error.orig).startswith("no such "):
        raise error
    return DamagedError(f"The database is damaged ({error.orig}); {REPAIR_HINT}.")


def shrink(engine: Engine) -> None:
    """Free the disk space of dropped rows and of their words in the text index."""
    with _driver_cursor(engine) as cursor:
        cursor.execute("INSERT INTO article_text(article_text) VALUES ('optimize')")
        cursor.execute("VACUUM")


def truncate_log(engine: Engine) -> None:
    """Write the whole log into the database file, so that the file alone is complete."""
    with _driver_cursor(engine) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _driver_cursor(engine: Engine) -> Iterator[sqlite3.Cursor]:
    """Yield a driver cursor outside any transaction; its errors become those that the engine would raise."""
    with engine.connect() as connection:
        try:
            yield connection.connection.cursor()  # type: ignore[misc] # either driver's own type
        except DRIVER.Error as error:
            raise DBAPIError.instance(None, None, error, DRIVER.Error) from error


def find_faults(engine: Engine) -> Iterator[str]:
    """Yield the faults in pages, indexes, foreign keys and rows of the text index; its words are not checked."""
    with engine.connect() as connection:
        for (line,) in connection.execute(text("PRAGMA integrity_check")):
            if line != "ok":
                yield f"integrity: {line}"
        for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")):
            yield f"references: {table} {row} refers to a missing row of {parent}"
        for (revision,) in connection.execute(_NOT_INDEXED):
            yield f"words: revision {revision} is not in the text index"
        for (revision,) in connection.execute(_NOT_STORED):
            yield f"words: the text index has revision {revision}, which is not stored"


def is_database(path: Path) -> bool:
    """Return whether a file exists and can be opened as a database."""
    try:
        with closing(connection_factory(path, "ro")()) as connection:
            connection.execute("PRAGMA schema_version")
    except DRIVER.DatabaseError:
        return False
    return True


def copy_database(source: Path, target: Path) -> None:
    """Copy a consistent state of the source to the target, even while others read either or write the source.

    Raise the driver's errors: a full disk, a file that is not a database.
    """
    with closing(connection_factory(source, "ro")()) as from_, closing(connection_factory(target, "rwc")()) as to:
        to.execute("PRAGMA synchronous=FULL")
        from_.backup(to)


def table_names(path: Path) -> list[str]:
    """Return the tables of a database, an empty list if there is no file; the file is not changed.

    Raise the driver's errors: a file that is not a database.
    """
    if not path.exists():
        return []
    with closing(connection_factory(path, "ro")()) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
