"""Spreadsheets: the sheets of Excel and of OpenDocument, read as tables of CSV are, one article per row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, groupby, islice
from typing import BinaryIO

from app.cells import guard_formula
from app.models import TextKind
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import SPREADSHEET_EPOCH
from seed.readers.fields.mapping import find_layout
from seed.readers.fields.recipe_files import RecipeFile
from seed.readers.fields.recipes import Recipe, find_recipe
from seed.readers.formats.csv_table import Table, read_row
from seed.readers.input.files import printable
from seed.readers.input.workbooks import MAX_WORKBOOK_BYTES, Cell, SheetRow, WorkbookSettings, read_workbook
from seed.readers.validation import preview
from seed.records import NoArticle, Origin, RawArticle, ReadItem, Refusal

MAX_ROWS_ABOVE_HEADER = 20
"""Maximum number of rows with cells that may come before the header of a sheet."""

MAX_CELL_LENGTH = 32_767
"""Maximum length of a cell of Excel in UTF-16 code units: a text of this length was probably cut."""

_DAY_NUMBERS = range(10_000, 73_051)  # 1927 to 2099: none of them is a year or a compact date.
_MAX_EXACT_NUMBER = 10**15  # Excel keeps 15 digits of a number.
_SPAN_COLUMNS = ("mentions", "statements", "given_entities")


@dataclass(frozen=True, slots=True)
class _Header:
    """The columns of a sheet: their names, those of dates, ids and other texts, and whether Dateline wrote them.

    `first_day` is that of the workbook, for numbers in the columns of dates.
    """

    names: tuple[str, ...]
    dates: frozenset[str]
    ids: frozenset[str]
    texts: frozenset[str]
    is_own: bool
    first_day: int | None


@dataclass(frozen=True, slots=True)
class _NoHeader:
    """Why a sheet has no header; `line` is that of a row that resembles one."""

    reason: str
    line: int | None = None


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of the sheets that have a header; other sheets are skipped, but refused if none has one."""
    try:
        settings, rows = read_workbook(stream.read(MAX_WORKBOOK_BYTES + 1), context.sheets)
        yield from _read_sheets(groupby(rows, key=lambda row: row.sheet), settings, path, context)
    except ValueError as error:
        yield Refusal(Origin(path), str(error))


def _read_sheets(
    sheets: Iterable[tuple[str, Iterator[SheetRow]]], settings: WorkbookSettings, path: str, context: ReaderContext
) -> Iterator[ReadItem]:
    without_header: list[tuple[Origin, str]] = []
    has_table = False
    for name, rows in sheets:
        place = f"{path}!{printable(name)}"
        first = [*islice(rows, MAX_ROWS_ABOVE_HEADER + 1)]
        found = _find_header(first, context)
        if isinstance(found, _NoHeader) and found.line is None:
            without_header.append((Origin(place), found.reason))
            continue
        has_table = True
        if isinstance(found, _NoHeader):
            yield Refusal(Origin(place, found.line), found.reason)
        else:
            number, table = found
            header = _header(first[number], context, settings.first_day)
            body = first[number:] if table.first_row else first[number + 1 :]
            yield from _articles(chain(body, rows), place, table, header, context)
    hidden = [sheet.name for sheet in settings.sheets if sheet.is_hidden and sheet.name not in settings.read]
    if has_table:
        for origin, _ in without_header:
            yield NoArticle(origin, "a sheet without columns for title and text has no articles")
        for name in hidden:
            yield NoArticle(Origin(f"{path}!{printable(name)}"), "a hidden sheet is read only with --sheet")
        return
    empty = (Origin(path), "the sheets have no rows: expected a header, and articles below it")
    origin, reason = next(iter(without_header), empty)
    more = f"; hidden sheets are read only with --sheet: {', '.join(map(preview, hidden[:10]))}" if hidden else ""
    yield Refusal(origin, f"{reason}{more}")


def _find_header(rows: list[SheetRow], context: ReaderContext) -> tuple[int, Table] | _NoHeader:
    """Return the position of the header among the first rows of a sheet, and its table; or why there is none."""
    no_header = _NoHeader("")
    for number, row in enumerate(rows):
        names = _names(row)
        try:
            table = Table([*names], context)
        except ValueError as error:
            layout = find_layout(names, frozenset(context.paths))
            is_near = len(layout.keys) > 1 and "title" in layout.keys
            if not no_header.reason or (is_near and no_header.line is None):
                no_header = _NoHeader(str(error), row.line if is_near else None)
            continue
        if number:
            note = f"the header of the sheet is in row {row.line}: the rows above it are not read"
            table.notes = (note, *table.notes)
        return number, table
    return no_header


def _names(row: SheetRow) -> tuple[str, ...]:
    """Return the names of columns, without empty cells at the end."""
    names = [" ".join(_text(cell).split()) for cell in row.cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _header(row: SheetRow, context: ReaderContext, first_day: int | None) -> _Header:
    names = _names(row)
    recipe = find_recipe(dict.fromkeys(names), context)
    layout = find_layout(names, frozenset(context.paths))
    columns = [*layout.keys.items(), *context.paths.items()]
    columns += [(name, column) for name, *clashing in layout.clashes for column in clashing]
    texts = frozenset[str]() if recipe else frozenset(column for _, column in columns)
    if isinstance(recipe, RecipeFile):
        columns = [(name, place.path) for name, places in recipe.fields.items() for place in places]
    dates, ids = (frozenset(column for name, column in columns if name == wanted) for wanted in ("published", "id"))
    return _Header(names, dates, ids, texts, isinstance(recipe, Recipe), first_day)


def _articles(
    rows: Iterable[SheetRow], path: str, table: Table, header: _Header, context: ReaderContext
) -> Iterator[ReadItem]:
    for row in rows:
        origin = Origin(path, row.line)
        if _names(row) == header.names and table.first_row is None:
            yield NoArticle(origin, "a repeated header is no article")
            continue
        try:
            yield _article(origin, row, table, header, context)
        except ValueError as error:
            yield Refusal(origin, str(error))


def _article(origin: Origin, row: SheetRow, table: Table, header: _Header, context: ReaderContext) -> ReadItem:
    width = len(header.names)
    texts = [_cell_text(cell, name, header) for cell, name in zip(row.cells, header.names, strict=False)]
    record = table.record(texts)
    for name, cell in zip(header.names, row.cells, strict=False):
        if name in header.ids and isinstance(cell, float) and abs(cell) >= _MAX_EXACT_NUMBER:
            record[name] = cell  # No text: its last digits are lost, so that two articles may have the same.
    is_cut = any(map(_is_cut, texts))
    if is_cut and header.is_own:
        record = {name: value for name, value in record.items() if name not in _SPAN_COLUMNS}
    notes = table.notes
    if any(cell != "" for cell in row.cells[width:]):
        notes = (*notes, "cells to the right of the header are not read")
    article = read_row(origin, record, context, notes)
    table.notes = ()
    if is_cut and isinstance(article, RawArticle) and "text_kind" not in context.overrides:
        note = f"a cell has {MAX_CELL_LENGTH} characters, the most of a spreadsheet: the text was probably cut"
        return replace(article, text_kind=TextKind.EXTRACT, notes=(*article.notes, note))
    return article


def _is_cut(text: str) -> bool:
    if len(text) < MAX_CELL_LENGTH // 2:
        return False
    # Half of a character outside the Basic Multilingual Plane may have been cut off, too.
    return MAX_CELL_LENGTH - 1 <= len(text.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_CELL_LENGTH


def _cell_text(cell: Cell, column: str, header: _Header) -> str:
    """Return a cell as CSV would have it."""
    if column in header.dates and header.first_day is not None and type(cell) in {int, float}:
        day = _day_of_number(float(str(cell)), header.first_day)
        if day is not None:
            return day
    if isinstance(cell, bool) and column in header.texts:
        return ""  # No title, name or date is true or false.
    text = _text(cell)
    return guard_formula(text) if header.is_own else text


def _day_of_number(number: float, first_day: int) -> str | None:
    """Return the day, and the time if there is one, of a day number without a format; None for another number."""
    days = number + first_day
    if int(days) not in _DAY_NUMBERS:
        return None
    return _moment((SPREADSHEET_EPOCH + timedelta(days=days)).replace(tzinfo=None))


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _MAX_EXACT_NUMBER:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _moment(moment: datetime) -> str:
    """Return the day and the time to the second; tables write days as midnights, so that one says nothing."""
    rounded = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return rounded.date().isoformat() if rounded.time() == datetime.min.time() else rounded.isoformat(sep=" ")
