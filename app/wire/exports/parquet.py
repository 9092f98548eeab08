"""Tables as Parquet, whose columns have types, for pandas, DuckDB, R and Spark.

It is written by pyarrow, which is in the extra `parquet`: it takes 170 MB.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from importlib import import_module
from io import RawIOBase
from typing import Any, NamedTuple

from app.errors import NotInstalledError
from app.wire.exports.tables import Column, Kind, Row

PARQUET_TYPE = "application/vnd.apache.parquet"

# Readers skip whole groups, and a group is held in memory until it is written.
GROUP_ROWS = 10_000
"""Maximum number of rows of a row group."""

# Rows with the whole texts of articles are a thousand times as large as others.
GROUP_CHARACTERS = 8 * 1024 * 1024
"""Number of characters of texts at which a row group ends early."""

# A chunk is mostly empty, but each one is an opportunity to let others run.
ROWS_PER_CHUNK = 200
"""Number of rows after which a chunk is yielded."""

TYPES: dict[Kind, Callable[[Any], Any]] = {
    "text": lambda arrow: arrow.string(),
    "integer": lambda arrow: arrow.int64(),
    "number": lambda arrow: arrow.float64(),
    "boolean": lambda arrow: arrow.bool_(),
    "day": lambda arrow: arrow.date32(),
    "instant": lambda arrow: arrow.timestamp("us", tz="UTC"),
    "texts": lambda arrow: arrow.list_(arrow.string()),
    "integers": lambda arrow: arrow.list_(arrow.int64()),
    "json": lambda arrow: arrow.string(),
}
"""The type of the values of each kind, from the module pyarrow."""

WHOLE_DAY_LENGTH = len("2015-11-20")


class _Field(NamedTuple):
    """A column of the file."""

    name: str
    kind: Kind
    read: Callable[[Row], Any]


def load_arrow(package: str = "pyarrow") -> tuple[Any, Any]:
    """Return pyarrow and its module for Parquet; raise NotInstalledError if it is missing."""
    try:
        return import_module(package), import_module(f"{package}.parquet")
    except ImportError:
        message = "Parquet needs pyarrow on the server: pip install 'dateline[parquet]'. CSV and NDJSON need nothing."
        raise NotInstalledError(message) from None


def parquet_rows(
    columns: Sequence[Column], rows: Iterable[Row], load: Callable[[], tuple[Any, Any]] = load_arrow
) -> Iterator[bytes]:
    """Return an iterator over a file in chunks of bytes, some of which are empty; raise NotInstalledError.

    A day is a date, and null if only its month or year is known; what is known is in a column `..._text` after it.
    """
    return _chunks(list(_fields(columns)), rows, *load())


def _fields(columns: Iterable[Column]) -> Iterator[_Field]:
    for column in columns:
        if column.kind == "partial_day":
            yield _Field(column.name, "day", _reader(column.read, _whole_day))
            yield _Field(f"{column.name}_text", "text", column.read)
        elif column.kind in {"day", "instant"}:
            yield _Field(column.name, column.kind, _reader(column.read, READ[column.kind]))
        elif column.kind == "json":
            yield _Field(column.name, "json", _reader(column.read, column.as_text))
        else:
            yield _Field(column.name, column.kind, column.read)


def _whole_day(value: str) -> date | None:
    return date.fromisoformat(value) if len(value) == WHOLE_DAY_LENGTH else None


READ: dict[Kind, Callable[[str], Any]] = {"day": date.fromisoformat, "instant": datetime.fromisoformat}
"""How values that are texts in JSON become those of their type."""


def _reader(read: Callable[[Row], Any], convert: Callable[[str], Any]) -> Callable[[Row], Any]:
    """Return a function that reads a value and converts it unless it is None."""

    def converted(row: Row) -> Any:  # noqa: ANN401 - a cell of any kind
        value = read(row)
        return None if value is None else convert(value)

    return converted


class _Sink(RawIOBase):
    """The end of a file that has not been sent yet."""

    def __init__(self) -> None:
        self._data = bytearray()

    def writable(self) -> bool:
        """Return True, as pyarrow requires."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - anything with a buffer
        """Append bytes."""
        self._data += data
        return len(data)

    def take(self) -> bytes:
        """Return and remove all bytes."""
        data = bytes(self._data)
        self._data.clear()
        return data


class _Group:
    """The rows of a row group that are not written yet, by column, and the number of characters of their texts."""

    def __init__(self, fields: Sequence[_Field]) -> None:
        self._reads = [field.read for field in fields]
        self._columns: list[list[Any]] = [[] for _ in fields]
        self._names = [field.name for field in fields]
        self.rows = 0
        self.characters = 0

    @property
    def is_full(self) -> bool:
        return self.rows >= GROUP_ROWS or self.characters >= GROUP_CHARACTERS

    def append(self, row: Row) -> None:
        self.rows += 1
        for values, read in zip(self._columns, self._reads, strict=True):
            value = read(row)
            values.append(value)
            if isinstance(value, str):
                self.characters += len(value)

    def write(self, writer: Any, record_batch: Any, schema: Any) -> None:  # noqa: ANN401 - of pyarrow
        """Write the rows and remove them."""
        values = dict(zip(self._names, self._columns, strict=True))
        writer.write_batch(record_batch.from_pydict(values, schema=schema))
        for column in self._columns:
            column.clear()
        self.rows = self.characters = 0


def _chunks(fields: Sequence[_Field], rows: Iterable[Row], arrow: Any, parquet: Any) -> Iterator[bytes]:  # noqa: ANN401
    schema = arrow.schema([(field.name, TYPES[field.kind](arrow)) for field in fields])
    sink, group = _Sink(), _Group(fields)
    with parquet.ParquetWriter(sink, schema) as writer:
        for row in rows:
            group.append(row)
            if group.is_full:
                group.write(writer, arrow.RecordBatch, schema)
            if group.rows % ROWS_PER_CHUNK == 0:
                yield sink.take()
        if group.rows:
            group.write(writer, arrow.RecordBatch, schema)
    yield sink.take()
