"""What upkeep asks of the database itself: copies, checks, space."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.db import DRIVER, connector


def shrink(engine: Engine) -> None:
    """Give the space of dropped rows back to the disk, and that of their words in the text index."""
    with _outside(engine) as cursor:
        cursor.execute("INSERT INTO article_text(article_text) VALUES ('optimize')")
        cursor.execute("VACUUM")


def fold(engine: Engine) -> None:
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


_UNINDEXED = text("SELECT id FROM revision WHERE id NOT IN (SELECT id FROM article_text_docsize)")
_INDEXED = text("SELECT id FROM article_text_docsize WHERE id NOT IN (SELECT id FROM revision)")


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
