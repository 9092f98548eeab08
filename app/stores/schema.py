"""The schema that this release needs, and messages for other databases with the commands that fix them."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, Select, String, column, inspect, select, table, update
from sqlalchemy.exc import DatabaseError

from app.errors import UnavailableError
from app.stores.store import connected_store

SCHEMA = "2026_12_01_d"
"""The migration that this release reads and writes; a test compares it with `migrations/`."""

EARLIER_SCHEMAS = (
    "2026_11_22_a",
    "2026_11_22_b",
    "2026_11_25_a",
    "2026_11_25_b",
    "2026_11_25_c",
    "2026_11_25_d",
    "2026_11_25_e",
    "2026_11_25_f",
    "2026_11_29_a",
    "2026_11_30_a",
    "2026_11_30_b",
    "2026_11_30_c",
    "2026_11_30_d",
    "2026_11_30_e",
    "2026_12_01_a",
    "2026_12_01_b",
    "2026_12_01_c",
)
"""The migrations before SCHEMA: a database at any other one was written by a newer release."""

_INCOMPLETE = "incomplete_copy_"

INCOMPLETE_COPY = f"{_INCOMPLETE}{SCHEMA}"
"""What stands in place of SCHEMA while a database is being filled with a copy of another one: nobody can use it."""

INIT_COMMAND = "dateline init"
"""The command that creates or migrates a database."""

REPAIR_HINT = "`dateline verify` says where, and `dateline restore` puts a backup in its place"
"""What to do about a damaged database."""


def is_foreign(tables: Sequence[str]) -> bool:
    """Return whether these are the tables of another program's database."""
    return bool(tables) and "alembic_version" not in tables


def foreign_database(tables: Sequence[str]) -> str:
    """Return a description of another program's database, with one of its tables."""
    return f"a database of another program, with tables such as {tables[0]!r}: name another one."


def newer_release(schema: str) -> str:
    """Return the message for a database at a migration that this release does not know."""
    return (
        f"The database was written by a newer release of Dateline (it is at migration {schema}, and this release knows "
        f"those up to {SCHEMA}): use that release or a newer one."
    )


def is_incomplete_copy(schema: str) -> bool:
    """Return whether this stands in place of the migration of a copy that is not complete, of any release."""
    return schema.startswith(_INCOMPLETE)


def unusable_schema(schema: str) -> str | None:
    """Return why this release cannot use or migrate a database at this migration, None if it can."""
    if is_incomplete_copy(schema):
        return (
            "The database is a copy that is not complete: run the same `dateline copy FROM_URL TO_URL` again, which "
            "completes it."
        )
    return newer_release(schema) if is_newer(schema) else None


_VERSIONS = table("alembic_version", column("version_num", String))


def schema_query() -> Select[str]:
    """Return the query for the migration that a database is at."""
    return select(_VERSIONS.c.version_num)


def recorded_schema(connection: Connection) -> str | None:
    """Return the migration that a database is at."""
    return connection.execute(schema_query()).scalar()


def record_schema(connection: Connection, schema: str) -> None:
    """Change the migration that a database is said to be at."""
    connection.execute(update(_VERSIONS).values(version_num=schema))


def is_newer(schema: str) -> bool:
    """Return whether only a newer release knows this migration."""
    return schema not in (*EARLIER_SCHEMAS, SCHEMA)


def require_known_schema(schema: str | None) -> None:
    """Raise UnavailableError, with what to do about it, unless this is the migration that this release needs."""
    if schema is not None and (reason := unusable_schema(schema)):
        raise UnavailableError(reason)
    if schema != SCHEMA:
        raise UnavailableError(
            f"The database is at migration {schema}, this release needs {SCHEMA}; run `{INIT_COMMAND}`."
        )


def require_schema(engine: Engine) -> None:
    """Raise UnavailableError, with the command that fixes it, unless the database exists and is migrated."""
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            if is_foreign(tables):
                raise UnavailableError(f"{connected_store(engine).named_by} names {foreign_database(tables)}")
            if not tables:
                raise UnavailableError(f"The database has no tables yet; run `{INIT_COMMAND}`.")
            schema = recorded_schema(connection)
    except DatabaseError as error:
        raise connected_store(engine).explain_unreadable(error) from error
    require_known_schema(schema)
