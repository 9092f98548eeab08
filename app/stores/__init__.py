"""The databases: each is a `Store`, and nothing else knows its dialect."""

from app.stores.sqlite import SqliteStore
from app.stores.store import Store


def store_of(url: str) -> Store:
    """Return the store that a database URL names; raise ValueError for a URL of none."""
    return SqliteStore(url)
