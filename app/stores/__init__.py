"""The databases: each is a `Store`, and nothing else knows its dialect."""

from app.stores.sqlite import SqliteStore
from app.stores.store import Store


def store_of(url: str) -> Store:
    """Return the store that a database URL names; raise SettingsError if it names none."""
    return SqliteStore(url)
