"""The schema that this release needs, and messages for other databases with the commands that fix them."""

from collections.abc import Sequence

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from app.errors import UnavailableError
from app.stores.store import connected_store

SCHEMA = "2026_11_29_a"
"""The migration that this release reads and writes; a test compares it with `migrations/`."""

INIT_COMMAND = "dateline init"
"""The command that creates or migrates a database."""

REPAIR_HINT = "`dateline verify` says where, and `dateline restore` puts a backup in its place"
"""What to do about a damaged database."""


def is_foreign(tables: Sequence[str]) -> bool:
    """Return whether these are the tables of another program's database."""
    return bool(tables) and "alembic_version" not in tables


def foreign_database(tables: Sequence[str]) -> str:
    """Return a description of another program's database, with one of its tables."""
    return f"a database of another program, with tables such as {tables[0]!r}: name another file."


def require_schema(engine: Engine) -> None:
    """Raise UnavailableError, with the command that fixes it, unless the database exists and is migrated."""
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            if is_foreign(tables):
                raise UnavailableError(f"DATELINE_DATABASE_URL names {foreign_database(tables)}")
            if not tables:
                raise UnavailableError(f"The database has no tables yet; run `{INIT_COMMAND}`.")
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DatabaseError as error:
        raise connected_store(engine).explain_unreadable(error) from error
    if version != SCHEMA:
        raise UnavailableError(
            f"The database is at migration {version}, this release needs {SCHEMA}; run `{INIT_COMMAND}`."
        )
