"""The databases: each is a `Store`, and nothing else knows its dialect."""

from app.errors import SettingsError
from app.settings import Settings
from app.stores.sqlite import SqliteStore
from app.stores.store import DATABASE_SETTING, READER_SETTING, Store

POSTGRESQL_SCHEMES = ("postgresql", "postgres")
"""How the URL of a PostgreSQL database begins; a driver may follow after a plus."""


def store_of(url: str, named_by: str = DATABASE_SETTING) -> Store:
    """Return the store that a database URL names; raise SettingsError if it names none.

    `named_by` is the setting or the argument that has the URL, for messages.
    """
    if url.partition(":")[0].partition("+")[0] not in POSTGRESQL_SCHEMES:
        return SqliteStore(url, named_by)
    try:
        # Only here: the driver is in an extra, and takes a while to import.
        from app.stores.postgresql.store import PostgresqlStore  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            f"{named_by} names a PostgreSQL database, which needs psycopg: pip install 'dateline[postgresql]'"
        ) from error
    return PostgresqlStore(url, named_by)


def reading_store(settings: Settings) -> Store:
    """Return the store for those who only read; raise SettingsError if none is named."""
    if settings.reader_url is not None:
        return store_of(settings.reader_url, READER_SETTING)
    return store_of(settings.database_url)
