"""Read whole tables in batches of bounded size, in the order of their keys, with a checksum of all rows.

Keys are ordered in the same way by all databases, so that equal tables have equal checksums.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, LargeBinary, Select, Table, bindparam, func, inspect, select, tuple_
from sqlmodel import SQLModel

from app.models import Revision
from app.stores.store import connected_store
from seed.pipeline.bulk import RowValues

# Some megabytes in memory, and far more work than a commit.
BATCH_BYTES = 8_000_000
"""Approximate size of the rows of a batch."""

MAX_BATCH_ROWS = 20_000
"""Maximum number of rows of a batch."""

FIRST_BATCH_ROWS = 500
"""Number of rows of the first batch of a table, which says how large its rows are."""

MODELS: dict[str, type[SQLModel]] = {
    str(mapper.local_table.name): mapper.class_  # type: ignore[attr-defined] # each is a table of its own
    for mapper in inspect(Revision).registry.mappers
}
"""The model of each table."""


class Checksum:
    """The number, the size and the checksum of the rows of a table in their order; blobs have no size here."""

    def __init__(self) -> None:
        self.rows = self.size = 0
        self._hash = blake2b(digest_size=16)

    def add(self, rows: list[RowValues], *, have_blobs: bool = False) -> None:
        """Add the next rows."""
        self.rows += len(rows)
        lines = "".join(f"{_without_blobs(row) if have_blobs else row!r}\n" for row in rows).encode()
        self.size += len(lines)
        self._hash.update(lines)

    def result(self) -> tuple[int, str]:
        """Return the number of rows and their checksum."""
        return self.rows, self._hash.hexdigest()


def _without_blobs(row: RowValues) -> list[object]:
    """Return a row with a checksum in place of each blob, which may be a large part of the memory."""
    return [blake2b(value).digest() if isinstance(value, bytes) else value for value in row]


def read_batches(connection: Connection, table: Table, checksum: Checksum) -> Iterator[list[RowValues]]:
    """Yield the rows of a table, as `Store.insert_rows` takes them, and add them to a checksum."""
    has_blobs = any(isinstance(column.type, LargeBinary) for column in table.columns)
    last: RowValues | None = None
    size = 1 if has_blobs else FIRST_BATCH_ROWS
    while rows := rows_after(connection, table, last, size):
        checksum.add(rows, have_blobs=has_blobs)
        yield rows
        last = rows[-1]
        if not has_blobs:
            size = max(1, min(MAX_BATCH_ROWS, BATCH_BYTES * checksum.rows // checksum.size))


def rows_after(connection: Connection, table: Table, last: RowValues | None, count: int) -> list[RowValues]:
    """Return the rows that follow a row in the order of the key, the first ones if it is None, at most `count`."""
    return connected_store(connection).raw_rows(connection, _query_after(table, last, count))


def _query_after(table: Table, last: RowValues | None, count: int) -> Select[Any]:
    keys = list(table.primary_key.columns)
    query = select(table).order_by(*keys).limit(count)
    if last is None:
        return query
    values = [bindparam(f"last_{key.name}", last[list(table.columns).index(key)], key.type) for key in keys]
    return query.where(tuple_(*keys) > tuple_(*values) if len(keys) > 1 else keys[0] > values[0])


def count_rows(connection: Connection, table: Table) -> int:
    """Return the number of rows of a table."""
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)
