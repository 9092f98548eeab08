"""Tables of exports: their columns as data, and their rows as CSV (RFC 4180) and as newline-delimited JSON."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from pydantic_core import to_json

from app.cells import ORDINARY_STARTS, guard_formula, hides_formula, join_texts

CSV_TYPE = "text/csv; charset=utf-8; header=present"
NDJSON_TYPE = "application/x-ndjson"

Row = Mapping[str, Any]
"""An item of a list, as its JSON shows it."""

Kind = Literal["text", "integer", "number", "boolean", "day", "partial_day", "instant", "texts", "integers", "json"]
"""What the cells of a column contain: a `partial_day` may be a month or a year; lists are joined by `join_texts`."""

PLAIN_KINDS = frozenset(("integer", "number", "boolean", "day", "partial_day", "instant"))
"""The kinds of values that a CSV has as they are: a negative number is no formula."""

STRING_KINDS = frozenset(("text", "day", "partial_day", "instant"))
"""The kinds of values that are text already."""

_AS_TEXT: Mapping[Kind, Callable[[Any], str]] = {
    "text": str,
    "integer": str,
    "number": str,
    "boolean": lambda value: "true" if value else "false",
    "day": str,
    "partial_day": str,
    "instant": str,
    "texts": join_texts,
    "integers": lambda values: "; ".join(map(str, values)),
    "json": lambda value: to_json(value).decode(),
}
"""Functions that return a value of each kind as text."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a CSV or a spreadsheet, and how its value is read from a row; None is an empty cell.

    It comes by default, only on request, or if the switch of this name is on.
    """

    name: str
    kind: Kind
    read: Callable[[Row], Any]
    is_default: bool = True
    switch: str | None = None

    def as_text(self, value: Any) -> str:  # noqa: ANN401 - a cell of any kind
        """Return a value of the column as text."""
        return "" if value is None else _AS_TEXT[self.kind](value)


@dataclass(frozen=True, slots=True)
class Table:
    """A view as a table: its columns, and the fields of its JSON, of which `extra_fields` come on request only."""

    name: str
    columns: tuple[Column, ...]
    fields: tuple[str, ...]
    extra_fields: tuple[str, ...] = ()

    def chosen_columns(self, names: Sequence[str] | None, switches: Collection[str] = ()) -> list[Column]:
        """Return the columns with these names; by default, those that these switches or no request show."""
        if names is not None:
            return [column for column in self.columns if column.name in names]
        return [column for column in self.columns if column.is_default or column.switch in switches]


BYTE_ORDER_MARK = "\ufeff"

# Sending each row on its own costs more than building it.
CHUNK_BYTES = 32 * 1024
"""Size at which a chunk is sent, in bytes."""

# Most columns need no quotes, which one look at all their cells shows; more rows would only take more memory.
ROWS_TOGETHER = 20
"""Number of rows of a CSV that are written together."""

# Excel splits at the list separator of its locale, and LibreOffice at each of these that the user ticks.
QUOTED = re.compile(r'[",;|\x00-\x1f\x7f-\x9f\u2028\u2029]')
"""A character for which a cell is quoted: a separator in some locale, a quote, a line break, or a control character."""


def csv_rows(columns: Sequence[Column], rows: Iterable[Row], *, bom: bool = False) -> Iterator[bytes]:
    """Yield a header and one line per row, as UTF-8 in chunks, after a byte order mark if `bom`.

    Unknown values are empty cells. A text that a spreadsheet would run as a formula starts with an apostrophe.
    """
    return in_chunks(_csv_lines(columns, rows, bom=bom))


def ndjson_rows(rows: Iterable[Row], names: Sequence[str] | None = None) -> Iterator[bytes]:
    """Yield the rows, or only these fields of them, as one JSON object per line, as UTF-8 in chunks."""
    if names is not None:
        rows = ({name: row[name] for name in names} for row in rows)
    return in_chunks(to_json(row) + b"\n" for row in rows)


def _csv_lines(columns: Sequence[Column], rows: Iterable[Row], *, bom: bool) -> Iterator[bytes]:
    header = ",".join(column.name for column in columns)
    yield f"{BYTE_ORDER_MARK if bom else ''}{header}\r\n".encode()
    readers = [(column, _text_reader(column)) for column in columns]
    remaining = iter(rows)
    while group := list(islice(remaining, ROWS_TOGETHER)):
        yield from _group_lines([_guarded_cells(column, list(map(read, group))) for column, read in readers])


def _text_reader(column: Column) -> Callable[[Row], str | None]:
    """Return a function that returns the text of a cell."""
    read, as_text = column.read, _AS_TEXT[column.kind]
    return read if column.kind in STRING_KINDS else lambda row: None if (value := read(row)) is None else as_text(value)


def _guarded_cells(column: Column, texts: Sequence[str | None]) -> list[str]:
    cells = [text or "" for text in texts]
    if column.kind in PLAIN_KINDS or ORDINARY_STARTS.issuperset([cell[:1] for cell in cells]):
        return cells
    return list(map(guard_formula, cells))


def _group_lines(columns: Sequence[Sequence[str]]) -> Iterator[bytes]:
    """Yield a line for each row of these columns of cells; a column without special characters needs no quotes."""
    quoted, whole = list(columns), set[int]()
    for at, cells in enumerate(columns):
        if QUOTED.search("".join(cells)):
            quoted[at] = [_quoted(cell) if QUOTED.search(cell) else cell for cell in cells]
            if hides_formula(",".join(cells)):
                whole.update(row for row, cell in enumerate(cells) if hides_formula(cell))
    for row, line in enumerate(zip(*quoted, strict=True)):
        # Read with another separator, a quote counts only at the beginning of a cell: then all cells need it.
        shown = line if row not in whole else [_quoted(cells[row]) for cells in columns]
        yield ",".join(shown).encode() + b"\r\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def in_chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines joined to chunks of at least CHUNK_BYTES; the last one may be smaller."""
    chunk = bytearray()
    for line in lines:
        chunk += line
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)
