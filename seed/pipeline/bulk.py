"""Tables in bulk: inserts that bypass SQLAlchemy, which takes longer per row than the database, and cached tables."""

import gc
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, bindparam, insert, update
from sqlmodel import SQLModel, col

from app.models import Article, Revision
from app.stores.store import connected_store

# Well below the limit of any database.
MAX_QUERY_VALUES = 5_000
"""Maximum number of values in one query."""

# An enum member would make the driver look for an adapter each time.
RowValues = tuple[Any, ...]
"""The values of a row in the table's column order, ready for the driver: JSON as text, enum members as their values."""


# At 700, the default, a load spends a sixth of its time on visiting the records of its batch.
GARBAGE_COLLECTION_THRESHOLDS = (50_000, 20, 20)
"""How many more objects there must be until those of the youngest generation are visited, and how often the others are.

Fifty thousand objects of pages that refer to each other take some megabytes.
"""


@contextmanager
def garbage_collection_rare() -> Iterator[None]:
    """Run the cyclic garbage collector rarely: records are numerous and not cyclic, but pages that are read may be."""
    thresholds = gc.get_threshold()
    gc.set_threshold(*GARBAGE_COLLECTION_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


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


def insert_revisions(connection: Connection, rows: Sequence[RowValues], new_articles: Set[str] = frozenset()) -> range:
    """Insert revisions, given as rows without the id, and return their ids in the same order; index them afterwards.

    Those of `new_articles`, which are public ids, come with their article. The ids are consecutive within a
    transaction, as there is only one writer.
    """
    if not rows:
        return range(0)
    store = connected_store(connection)
    ids = store.next_revision_ids(connection, len(rows))
    numbered = [(id_, *row) for id_, row in zip(ids, rows, strict=True)]
    # A revision refers to its article, which comes second in its row.
    insert_rows(connection, Article, [(row[1], row[0]) for row in numbered if row[1] in new_articles])
    store.insert_rows(connection, Revision, numbered)
    return ids


Value = TypeVar("Value")


def chunked(values: Iterable[str]) -> Iterable[list[str]]:
    """Yield sorted values in lists that are short enough for one query."""
    ordered = sorted(values)
    return (ordered[start : start + MAX_QUERY_VALUES] for start in range(0, len(ordered), MAX_QUERY_VALUES))


def batched(values: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    """Yield the values in lists of this size; the last one may be shorter."""
    return (values[start : start + size] for start in range(0, len(values), size))


class RowWithId(Protocol):
    """A frozen dataclass with the columns of a row, whose primary key is `id`."""

    @property
    def id(self) -> str:
        """The primary key."""


_Row = TypeVar("_Row", bound=RowWithId)


class CachedTable(Generic[_Row]):
    """All rows of a table in memory; `store` writes the new and changed ones, and `rollback` forgets these changes."""

    def __init__(self, table: type[SQLModel], rows: Iterable[_Row]) -> None:
        self._table = table
        self._rows = {row.id: row for row in rows}
        self._stored = dict(self._rows)
        self._changed: set[str] = set()
        self._before: dict[str, _Row | None] = {}

    def get(self, id_: str) -> _Row | None:
        """Return the row with this id, None if there is none."""
        return self._rows.get(id_)

    def values(self) -> list[_Row]:
        """Return all rows."""
        return list(self._rows.values())

    def put(self, row: _Row) -> None:
        """Add or replace a row."""
        before = self._rows.get(row.id)
        if before is not row:
            self._before.setdefault(row.id, before)
            self._rows[row.id] = row
            self._changed.add(row.id)

    def store(self, connection: Connection) -> None:
        """Write every row that is new or has changed since it was read or last stored."""
        stored, changed = self._stored, [self._rows[id_] for id_ in sorted(self._changed)]
        inserts = [_column_values(row) for row in changed if row.id not in stored]
        updates = [_column_values(row) for row in changed if row.id in stored and stored[row.id] != row]
        if inserts:
            connection.execute(insert(self._table), inserts)
        if updates:
            id_column = col(self._table.id)  # type: ignore[attr-defined] # the protocol of its rows says so
            rows = [{"known_id": row.pop("id"), **row} for row in updates]
            connection.execute(update(self._table).where(id_column == bindparam("known_id")), rows)
        stored |= {row.id: row for row in changed}
        self._changed.clear()

    def commit(self) -> None:
        """Keep what has been stored: its transaction is committed."""
        self._before.clear()

    def rollback(self) -> None:
        """Restore the rows as they were at the last commit."""
        for id_, row in self._before.items():
            for rows in (self._rows, self._stored):
                if row is None:
                    rows.pop(id_, None)
                else:
                    rows[id_] = row
        self._before.clear()
        self._changed.clear()


def _column_values(row: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass
    """Return the columns of a row; `asdict` would copy every list in each of thousands of rows."""
    return {column.name: getattr(row, column.name) for column in fields(row)}
