"""Parquet: what is given to pyarrow, whether or not it is installed."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import itemgetter
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import NotInstalledError
from app.wire.exports import parquet
from app.wire.exports.parquet import GROUP_ROWS, TYPES, load_arrow, parquet_rows
from app.wire.exports.tables import Column, Kind

Row = dict[str, Any]

VALUES: list[tuple[Kind, Any, Any]] = [
    ("text", "Élan", "Élan"),
    ("integer", 3, 3),
    ("number", -0.5, -0.5),
    ("boolean", True, True),
    ("day", "2015-11-20", date(2015, 11, 20)),
    ("partial_day", "2015-11-20", date(2015, 11, 20)),
    ("instant", "2015-11-20T10:30:00Z", datetime(2015, 11, 20, 10, 30, tzinfo=UTC)),
    ("texts", ["a", "b; c"], ["a", "b; c"]),
    ("integers", [2, 1], [2, 1]),
    ("json", [{"a": None}], '[{"a":null}]'),
]
"""A value of each kind, as JSON has it and as Parquet has it."""

COLUMNS = [Column(kind, kind, itemgetter(kind)) for kind, _, _ in VALUES]


@dataclass
class FakeArrow:
    """As much of pyarrow as is used; the file consists of the number of rows of each group, and an end."""

    schema: list[tuple[str, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def load(self) -> tuple[Any, Any]:
        types = {name: lambda name=name: name for name in ("string", "int64", "float64", "bool_", "date32")}
        arrow = SimpleNamespace(
            **types,
            timestamp=lambda unit, tz: f"timestamp {unit} {tz}",
            list_=lambda item: f"list of {item}",
            schema=list,
            RecordBatch=SimpleNamespace(from_pydict=_as_rows),
        )
        return arrow, SimpleNamespace(ParquetWriter=self.writer)

    @contextmanager
    def writer(self, sink: io.RawIOBase, schema: list[tuple[str, str]]) -> Iterator[Any]:
        assert sink.writable()
        self.schema = schema

        def write_batch(batch: list[Row]) -> None:
            self.rows += batch
            sink.write(f"{len(batch)} ".encode())

        yield SimpleNamespace(write_batch=write_batch)
        sink.write(b"end")


def _as_rows(values: dict[str, list[Any]], *, schema: list[tuple[str, str]]) -> list[Row]:
    assert list(values) == [name for name, _ in schema]
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]


def written(columns: Sequence[Column], rows: list[Row]) -> tuple[FakeArrow, list[bytes]]:
    """Return what pyarrow gets, and the chunks of the file."""
    fake = FakeArrow()
    return fake, list(parquet_rows(columns, rows, fake.load))


def test_every_kind_has_a_type() -> None:
    fake, chunks = written(COLUMNS, [{kind: value for kind, value, _ in VALUES}])
    assert fake.schema == [
        ("text", "string"),
        ("integer", "int64"),
        ("number", "float64"),
        ("boolean", "bool_"),
        ("day", "date32"),
        ("partial_day", "date32"),
        ("partial_day_text", "string"),
        ("instant", "timestamp us UTC"),
        ("texts", "list of string"),
        ("integers", "list of int64"),
        ("json", "string"),
    ]
    assert {kind for kind, _, _ in VALUES} == {*TYPES, "partial_day"}
    assert fake.rows == [{kind: value for kind, _, value in VALUES} | {"partial_day_text": "2015-11-20"}]
    assert b"".join(chunks) == b"1 end"


def test_unknown_values_are_null() -> None:
    fake, _ = written(COLUMNS, [dict.fromkeys((column.name for column in COLUMNS), None)])
    assert set(fake.rows[0].values()) == {None}


@pytest.mark.parametrize("known", ["2015", "2015-11"])
def test_a_month_is_no_date(known: str) -> None:
    """It is in the text next to it, and nowhere padded."""
    fake, _ = written([Column("on", "partial_day", itemgetter("on"))], [{"on": known}])
    assert fake.rows == [{"on": None, "on_text": known}]


@pytest.mark.parametrize(
    ("count", "length", "groups"),
    [
        (0, 1, ""),
        (199, 1, "199 "),
        (GROUP_ROWS, 1, f"{GROUP_ROWS} "),
        (GROUP_ROWS + 201, 1, f"{GROUP_ROWS} 201 "),
        (5, parquet.GROUP_CHARACTERS // 2, "2 2 1 "),
    ],
)
def test_rows_are_written_in_groups(count: int, length: int, groups: str) -> None:
    """A group ends after a number of rows, or of characters."""
    text = "x" * length
    fake, chunks = written([Column("text", "text", itemgetter("text"))], [{"text": text}] * count)
    assert b"".join(chunks).decode() == f"{groups}end"
    assert len(fake.rows) == count


def test_a_missing_package_is_named() -> None:
    with pytest.raises(NotInstalledError, match=r"pip install 'dateline\[parquet\]'"):
        load_arrow("no_package_of_this_name")
