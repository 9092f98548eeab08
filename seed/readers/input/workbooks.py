"""The rows of spreadsheets: Office Open XML, its binary and its old formats, and OpenDocument.

A small table may claim cells that are far apart, and the library makes a place for each cell between them. Workbooks
that are large, or not clearly harmless, are therefore read in a separate process, row by row.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from lxml import etree
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from seed.readers.input.archives import MAX_EXPANSION_RATIO
from seed.readers.input.file_kinds import OLE_DOCUMENT
from seed.readers.input.files import printable_error
from seed.readers.input.sandbox import stream_from_subprocess
from seed.readers.validation import WrongValueError, nearest_hint

MAX_WORKBOOK_BYTES = 30_000_000
"""Maximum size of a spreadsheet in bytes; 20,000 long reports have half of it."""

MAX_WORKBOOK_MEMORY = 250_000_000
"""Maximum data segment in bytes of the process that reads a spreadsheet."""

Cell = str | int | float | bool | date | datetime | time | timedelta

_ORDINARY_BYTES = 300_000
_ORDINARY_CONTENT_BYTES = 2_000_000
# A reference to a column after AZ or a row after 9999, and a number of repetitions of two digits.
_FAR_CELL = re.compile(
    rb"<(?:\w+:)?(?:c|row)\s(?:[^<]*?\s)?r\s*=\s*[\"']\s*(?:[A-Za-z]{3}|[B-Zb-z][A-Za-z]|[A-Za-z]{0,2}[0-9]{5})"
    rb"|repeated\s*=\s*[\"']\s*[0-9]{2}"
)
_DATE_1904 = re.compile(rb"\bdate1904\s*=\s*[\"'](?:1|true|on)[\"']", re.IGNORECASE)
_NULL_DATE = re.compile(rb"<table:null-date\b[^>]{0,200}date-value=[\"'](?!1899-12-30)")
_MAX_SETTINGS_BYTES = 200_000
_ENCRYPTED, _BOOKS = ("EncryptedPackage", ("Workbook", "Book"))
_DAYS_FROM_1900_TO_1904 = 1_462
_ZIP_ERRORS = (OSError, ValueError, NotImplementedError, EOFError, zlib.error, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class SheetName:
    """The name of a sheet, and whether it is hidden."""

    name: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class WorkbookSettings:
    """The sheets of a workbook in their order, those that are read, and how many days after 1899-12-30 its day 0 is.

    The last is None where nothing says from which day numbers count.
    """

    sheets: tuple[SheetName, ...]
    read: tuple[str, ...]
    first_day: int | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet: its number from 1, and its cells from the first column with any; errors are empty."""

    sheet: str
    line: int
    cells: tuple[Cell, ...]


def read_workbook(content: bytes, names: tuple[str, ...] = ()) -> tuple[WorkbookSettings, Iterator[SheetRow]]:
    """Return the settings of a workbook, and the rows of its sheets: those with these names, by default all visible.

    Raise ValueError, also while the rows are read, if it is no workbook, has no such sheet, is broken or is too large.
    """
    if len(content) > MAX_WORKBOOK_BYTES:
        raise ValueError(f"the spreadsheet is too large: expected at most {MAX_WORKBOOK_BYTES} bytes, or CSV")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        _check_ole(content)
        is_ordinary = False
    else:
        is_ordinary = _is_ordinary(content)
    items: Iterator[Any] = (
        workbook_items(content, names)
        if is_ordinary
        else stream_from_subprocess(workbook_items, content, names, memory=MAX_WORKBOOK_MEMORY)
    )
    return next(items), items


def _check_ole(content: bytes) -> None:
    if _ENCRYPTED.encode("utf-16-le") in content:
        raise ValueError("the file is encrypted: expected it saved without a password")
    if not any(book.encode("utf-16-le") in content for book in _BOOKS):
        raise ValueError(f"the file is {OLE_DOCUMENT.what}: expected {OLE_DOCUMENT.expected}")


def _is_ordinary(content: bytes) -> bool:
    """Return whether a zip is small and has no cell far away; raise ValueError for a bomb or a broken zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if len(content) <= _ORDINARY_BYTES and size <= _ORDINARY_CONTENT_BYTES:
                return not any(_may_be_large(member.filename, archive.read(member)) for member in members)
    except (*_ZIP_ERRORS, etree.XMLSyntaxError) as error:
        raise _broken(error) from None
    if size > MAX_EXPANSION_RATIO * max(len(content), _ORDINARY_BYTES):
        own = f"{MAX_EXPANSION_RATIO} times its own {len(content)} bytes"
        raise ValueError(f"the file is a bomb: expected at most {own}")
    return False


def _broken(error: Exception, where: str = "") -> ValueError:
    return ValueError(f"the file is not an intact spreadsheet{where} ({printable_error(error)})")


def _may_be_large(name: str, member: bytes) -> bool:
    """Return whether a file of a workbook may take much memory; raise XMLSyntaxError for invalid XML.

    The library never ends at the end of some tables that are cut off.
    """
    if not name.endswith((".xml", ".rels")):
        return name.endswith(".bin")
    etree.fromstring(member, etree.XMLParser(resolve_entities=False, no_network=True))
    return _FAR_CELL.search(member) is not None or b"\0" in member[:4]  # In UTF-16, nothing would be found.


def workbook_items(content: bytes, names: tuple[str, ...]) -> Iterator[WorkbookSettings | SheetRow]:
    """Yield the settings of a workbook, then its rows, in this process."""
    with _as_value_error():
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        worksheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    chosen = _choose(worksheets, names)
    yield WorkbookSettings(
        tuple(SheetName(sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in worksheets),
        tuple(chosen),
        _first_day(content),
    )
    for name in chosen:
        with _as_value_error(f" in the sheet {name[:80]!r}"):
            sheet = workbook.get_sheet_by_name(name)
        yield from _rows(sheet, name)


def _choose(sheets: list[SheetMetadata], names: tuple[str, ...]) -> list[str]:
    """Return the names of the sheets to read, in the order of the workbook."""
    if not names:
        return [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    wanted = {name.strip().casefold(): name for name in names}
    chosen = [sheet.name for sheet in sheets if sheet.name.strip().casefold() in wanted]
    for name in wanted.keys() - {name.strip().casefold() for name in chosen}:
        raise WrongValueError("--sheet", wanted[name], nearest_hint(wanted[name], [sheet.name for sheet in sheets]))
    return chosen


def _rows(sheet: CalamineSheet, name: str) -> Iterator[SheetRow]:
    """Yield the rows that are not empty; a cell that is merged with those below it counts for each of their rows."""
    first_column = sheet.start[1] if sheet.start else 0
    below: dict[int, tuple[int, Cell]] = {}
    merged = {
        (top, left - first_column): bottom
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if left == right and top < bottom
    }
    for number, row in enumerate(sheet.iter_rows()):
        for column in [column for column, (last, _) in below.items() if last < number]:
            del below[column]
        if not any(cell != "" for cell in row):
            continue
        cells = [below[index][1] if cell == "" and index in below else cell for index, cell in enumerate(row)]
        if merged:
            for index, cell in enumerate(row):
                if (number, index) in merged:
                    below[index] = (merged[number, index], cell)
        yield SheetRow(name, number + 1, tuple(cells))


def _first_day(content: bytes) -> int | None:
    """Return how many days after 1899-12-30 the day is that a workbook numbers as 0; None if that is unknown."""
    with suppress(*_ZIP_ERRORS, KeyError), zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        path = next((name for name in ("xl/workbook.xml", "content.xml") if name in names), "")
        with archive.open(path) as member:
            settings = member.read(_MAX_SETTINGS_BYTES)
        if _NULL_DATE.search(settings):
            return None
        return _DAYS_FROM_1900_TO_1904 if _DATE_1904.search(settings) else 0
    return None


@contextmanager
def _as_value_error(where: str = "") -> Iterator[None]:
    """Raise ValueError for an error of the library, and for a panic of its code, which is a BaseException."""
    try:
        yield
    except PasswordError:
        raise ValueError("the file is encrypted: expected it saved without a password") from None
    except CalamineError as error:
        raise _broken(error, where) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError(f"the file is not an intact spreadsheet{where}") from None
