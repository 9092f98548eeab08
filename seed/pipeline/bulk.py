"""Many rows at once, straight to the driver: SQLAlchemy takes longer over each row than the database does."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, insert
from sqlmodel import SQLModel, col

from app.models import Revision
from app.stores.sqlite import index_texts

PARAMETERS = 5_000
"""Values that one question asks about: well below what any database takes."""

Values = tuple[Any, ...]
"""A row: a value a column in the order of the table, ready for the driver: JSON as text, and no member of an enum,
for which the driver would look for an adapter each time."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold off the search for circular garbage: rows are many and never circular, and it would look at each of them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def insert_rows(connection: Connection, table: type[SQLModel], rows: Sequence[Values]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connection.exec_driver_sql(str(insert(table).compile(dialect=connection.dialect)), list(rows))


def insert_revisions(connection: Connection, rows: Sequence[Values]) -> range:
    """Insert revisions, whose rows lack the id, with their words, and return the ids that they got, in their order.

    The database names the first; the others follow it, for nobody else writes meanwhile.
    """
    if not rows:
        return range(0)
    returning = insert(Revision).returning(col(Revision.id)).compile(dialect=connection.dialect)
    first: int = connection.exec_driver_sql(str(returning), (None, *rows[0])).scalar_one()
    ids = range(first, first + len(rows))
    insert_rows(connection, Revision, [(id_, *row) for id_, row in zip(ids[1:], rows[1:], strict=True)])
    index_texts(connection, ids)
    return ids


def in_parts(values: Iterable[str]) -> Iterable[list[str]]:
    """Yield values in parts that one question can ask about."""
    left = sorted(values)
    return (left[start : start + PARAMETERS] for start in range(0, len(left), PARAMETERS))
