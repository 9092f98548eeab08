"""Bulk reads and inserts that bypass SQLAlchemy, which takes longer per row than the database itself."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlmodel import SQLModel

from app.models import Revision
from app.stores.store import connected_store

# Well below the limit of any database.
MAX_QUERY_VALUES = 5_000
"""Maximum number of values in one query."""

# An enum member would make the driver look for an adapter each time.
RowValues = tuple[Any, ...]
"""The values of a row in the table's column order, ready for the driver: JSON as text, enum members as their values."""


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector: rows are numerous and never cyclic, and it would visit each of them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def insert_rows(connection: Connection, table: type[SQLModel], rows: Sequence[RowValues]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connected_store(connection).insert_rows(connection, table, rows)


def insert_revisions(connection: Connection, rows: Sequence[RowValues]) -> range:
    """Insert revisions, given as rows without the id, index their texts, and return their ids in the same order.

    The ids are consecutive, as there is only one writer.
    """
    if not rows:
        return range(0)
    store = connected_store(connection)
    ids = store.next_revision_ids(connection, len(rows))
    store.insert_rows(connection, Revision, [(id_, *row) for id_, row in zip(ids, rows, strict=True)])
    store.text_index.add(connection, ids)
    return ids


def chunked(values: Iterable[str]) -> Iterable[list[str]]:
    """Yield sorted values in lists that are short enough for one query."""
    ordered = sorted(values)
    return (ordered[start : start + MAX_QUERY_VALUES] for start in range(0, len(ordered), MAX_QUERY_VALUES))
