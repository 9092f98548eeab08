"""Bulk reads and inserts that bypass SQLAlchemy, which takes longer per row than the database itself."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, insert
from sqlmodel import SQLModel, col

from app.models import Revision
from app.stores.sqlite import index_texts

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
        connection.exec_driver_sql(str(insert(table).compile(dialect=connection.dialect)), list(rows))


def insert_revisions(connection: Connection, rows: Sequence[RowValues]) -> range:
    """Insert revisions, given as rows without the id, index their texts, and return their ids in the same order.

    The database assigns the first id; the others are consecutive, as there is only one writer.
    """
    if not rows:
        return range(0)
    returning = insert(Revision).returning(col(Revision.id)).compile(dialect=connection.dialect)
    first: int = connection.exec_driver_sql(str(returning), (None, *rows[0])).scalar_one()
    ids = range(first, first + len(rows))
    insert_rows(connection, Revision, [(id_, *row) for id_, row in zip(ids[1:], rows[1:], strict=True)])
    index_texts(connection, ids)
    return ids


def chunked(values: Iterable[str]) -> Iterable[list[str]]:
    """Yield sorted values in lists that are short enough for one query."""
    ordered = sorted(values)
    return (ordered[start : start + MAX_QUERY_VALUES] for start in range(0, len(ordered), MAX_QUERY_VALUES))
