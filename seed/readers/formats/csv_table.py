"""CSV and TSV: one article per row, columns identified by name."""

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.fields.column_languages import map_example
from seed.readers.fields.mapping import details_in, find_layout, ignored_note
from seed.readers.fields.recipe_reading import headerless_columns
from seed.readers.fields.recipes import Recipe, find_recipe, read_record
from seed.readers.formats.table_rows import (
    DELIMITERS,
    MAX_COLUMNS,
    SEPARATOR_LINE,
    RowShape,
    TableRows,
    first_line,
    split_cells,
)
from seed.readers.input.decoding import UnreadableError
from seed.readers.validation import WrongValueError, nearest_hint
from seed.records import Origin, ReadItem, Refusal

_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*+)"')
_SUFFIXES = {".csv", ".tsv", ".tab"}


def matches(text: str, suffix: str) -> bool:
    """Return whether the first line has three or more known columns, among them a title and a text or URL."""
    if suffix in _SUFFIXES:
        return True
    separator = SEPARATOR_LINE.match(text)
    cells = _split_widest(first_line(text[separator.end() :] if separator else text))
    fields = find_layout(tuple(cells), frozenset()).keys
    return len(fields) >= 3 and "title" in fields and ("text" in fields or "url" in fields)


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of a table; an unusable row is refused with the line where it begins."""
    rows = TableRows(stream)
    try:
        table = Table(rows.header(), context)
    except (ValueError, csv.Error) as error:
        yield Refusal(Origin(path, 1), str(error))
        return
    while True:
        origin = Origin(path, 1 if table.first_row else rows.next_line)
        try:
            row, table.first_row = table.first_row or rows.row(), None
        except UnreadableError as error:
            yield Refusal(origin, str(error))
            return
        except (ValueError, csv.Error) as error:
            yield Refusal(origin, f"{error}{rows.skip_to_row(table.shape)}")
            continue
        if row is None:
            return
        if any(map(str.strip, row)):
            yield _read_row(origin, row, table, rows)


def _read_row(origin: Origin, row: list[str], table: "Table", rows: TableRows) -> ReadItem:
    """Return the article of a row, or a refusal; after a row of several lines, the next one may be inside it."""
    try:
        record = table.record(row)
    except ValueError as error:
        return Refusal(origin, f"{error}{rows.skip_to_row(table.shape) if rows.has_several_lines else ''}")
    notes = (*table.notes, *rows.note_on_rows_inside(table.shape))
    try:
        article = read_row(origin, record, table.context, notes)
    except ValueError as error:
        return Refusal(origin, str(error))
    if not isinstance(article, Refusal):
        table.notes = ()
    return article


class Table:
    """The columns of a table; `notes` are those that no article has yet.

    `first_row` is the row in the place of a header that the table does not have, if a recipe names its columns.
    """

    def __init__(self, header: list[str], context: ReaderContext) -> None:
        columns = None if context.paths else headerless_columns(header, context.recipes)
        self.first_row = None if columns is None else header
        self._is_headerless = columns is not None
        header = list(columns or header)
        while header and not header[-1]:
            header = header[:-1]
        if header:
            _check_header(header, context)
        self._header = header
        self.context = context
        self._needed = _count_needed(header, context)
        self._is_first = True
        self.notes = _note_ignored(header, context)

    @property
    def shape(self) -> RowShape:
        """Return how many cells its rows have."""
        return RowShape(self._needed, len(self._header))

    def record(self, row: list[str]) -> dict[str, object]:
        """Return the cells of a row by column; raise WrongValueError if it has too many or too few.

        Cells at its end that are empty may be missing, or more than the columns, as spreadsheets write them.
        """
        if self._is_first and len(row) == len(self._header) + 1 and row[0] in {"0", "1"} and row[-1].strip():
            # R writes the numbers of rows without a name for their column.
            self._header = ["", *self._header]
            self._needed += 1
            self.notes = _note_ignored(self._header, self.context)
        count = self.shape.count_cells(row)
        if count is None:
            raise WrongValueError("the row", row, f"{len(self._header)} cells, as in the header")
        cells = {name: _cell(row[index]) if index < count else "" for index, name in enumerate(self._header) if name}
        if self._is_first and details_in(cells) is not None:
            self.notes = _note_ignored([name for name in self._header if name != "details"], self.context)
        self._is_first = False
        return _without_nulls(cells) if self._is_headerless else dict(cells)


def read_row(origin: Origin, record: dict[str, object], context: ReaderContext, notes: tuple[str, ...]) -> ReadItem:
    """Return the article of a row, or a refusal if that fails unexpectedly; raise ValueError for an invalid value."""
    try:
        return read_record(origin, record, context, notes=notes)
    except ValueError:
        raise
    except Exception as error:
        return refuse_unexpected(error, origin, "read")


def _split_widest(line: str) -> list[str]:
    return max((split_cells(line, delimiter) for delimiter in DELIMITERS), key=len)


def _check_header(header: list[str], context: ReaderContext) -> None:
    names = [name for name in header if name]
    if len(header) > MAX_COLUMNS or len(set(names)) < len(names):
        raise WrongValueError("the header", header, f"each column once, and at most {MAX_COLUMNS} columns")
    for name, column in context.paths.items():
        if column and column not in header:
            raise WrongValueError(f"the column of --map {name}", column, nearest_hint(column, header))
    layout = find_layout(tuple(header), frozenset(context.paths))
    filled = {
        *layout.keys,
        *filter(context.paths.get, context.paths),
        *context.overrides,
    }
    if (recipe := find_recipe(dict.fromkeys(header), context)) is not None:
        if isinstance(recipe, Recipe) and "text" not in header:
            raise WrongValueError("the header", header, "a column text: choose it in `fields=` of the export")
        return
    example = map_example(names, layout.keys)
    more = f", perhaps {example}" if example else ""
    for name in ("title", "text"):
        if name not in filled:
            raise WrongValueError("the header", header, f"a column for {name}, or --map {name}=COLUMN{more}")
    if not filled & {"source", "url"}:
        wanted = f"a column for source or url, --source, or --map source=COLUMN{more}"
        raise WrongValueError("the header", header, wanted)


def _count_needed(header: list[str], context: ReaderContext) -> int:
    """Return how many cells a row needs at least: up to the last column of a required field."""
    columns = {**find_layout(tuple(header), frozenset(context.paths)).keys, **context.paths}
    required = {"title", "text"} if "url" in columns else {"title", "text", "source"}
    needed = {column for name, column in columns.items() if name in required - context.overrides.keys()}
    return max((index for index, name in enumerate(header, start=1) if name in needed), default=1)


def _note_ignored(header: list[str], context: ReaderContext) -> tuple[str, ...]:
    recipe = find_recipe(dict.fromkeys(header), context)
    if isinstance(recipe, Recipe):
        return ()
    if recipe is not None:
        return ignored_note("columns", [name for name in header if name not in recipe.roots])
    mapped = set(context.paths.values())
    names = tuple(name or f"column {number} (without a name)" for number, name in enumerate(header, start=1))
    layout = find_layout(names, frozenset(context.paths))
    return (*layout.note, *ignored_note("columns", [name for name in layout.unused if name not in mapped]))


def _cell(cell: str) -> str:
    """Return a cell, without the formula around a text that must not become a number in a spreadsheet: `="0123"`."""
    return match[1].replace('""', '"') if cell[:2] == '="' and (match := _TEXT_FORMULA.fullmatch(cell)) else cell


def _without_nulls(cells: dict[str, str]) -> dict[str, object]:
    """Return a row without the words that programs write for a missing value."""
    return {name: None if cell in {"null", "None"} else cell for name, cell in cells.items()}
