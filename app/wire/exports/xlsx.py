"""Tables as Office Open XML workbooks (ECMA-376), written as a stream: no file and no sheet is held in memory.

Cells are text, numbers, booleans or days, never formulas or links.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from typing import IO, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from app.wire.exports.feed_xml import replace_illegal_characters
from app.wire.exports.tables import CHUNK_BYTES, Column, Row

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAX_SHEET_ROWS = 1_048_576
"""Maximum number of rows of a sheet, its header included: the limit of Excel."""

# Without ZIP64, which some programs do not read, a file in an archive has less than 2 GiB.
MAX_SHEET_BYTES = 1 << 30
"""Size at which a sheet ends and the next one begins, in bytes."""

MAX_CELL_LENGTH = 32_767
"""Maximum length of a cell in UTF-16 code units: the limit of Excel."""

MAX_NOTES = 1_000
"""Maximum number of cells that the notes name; the others are counted."""

# A chunk may be empty: equal rows compress to almost nothing, and each chunk is an opportunity to let others run.
ROWS_PER_CHUNK = 50
"""Number of rows after which a chunk is yielded."""

FIRST_DAY = "1900-03-01"
"""The first day that all spreadsheets number alike: Excel has a February 29, 1900."""

NOTES = "Notes"
"""The name of the sheet that names the cells that are cut."""

_DAY_ZERO = date(1899, 12, 30)

# Excel reads such a sequence as the character with this number.
_ESCAPE_SEQUENCE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_DAY_STYLE, _HEADER_STYLE, _TEXT_STYLE = 1, 2, 3
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_SHEET_START = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_SHEET_END = "</sheetData></worksheet>"
_RELATIONSHIPS = f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'

# The number of sheets is known last, and programs recognize a workbook by what comes first: the sheets are the default.
_FIRST_FILES = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{_CONTENT}.worksheet+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_CONTENT}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_RELATIONSHIPS}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/styles.xml": _STYLES,
}
"""The files of a workbook that come before its sheets, by path."""


def xlsx_rows(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a workbook with a header and one row per row, in chunks of bytes, some of which are empty.

    Rows beyond MAX_SHEET_ROWS continue on further sheets. Cells beyond MAX_CELL_LENGTH are cut, and a last sheet counts
    and names them.
    """
    return _Workbook(name, columns).chunks(rows)


class _Buffer:
    """The end of an archive that has not been sent yet."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is no file."""

    def take(self, size: int = 0) -> bytes:
        """Return and remove everything, or nothing if it is smaller than this size."""
        if len(self._data) < size:
            return b""
        data = bytes(self._data)
        self._data.clear()
        return data


class _Workbook:
    """Writes one workbook."""

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        self._name = name
        self._columns = [(_letters(number), column) for number, column in enumerate(columns)]
        self._sheets: list[str] = []
        self._cut: list[tuple[str, str, str, int]] = []
        self._cut_count = 0

    def chunks(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """Yield the workbook; the first row is read before anything else, so that its failure comes first."""
        remaining = iter(rows)
        row = next(remaining, None)
        buffer = _Buffer()
        # An archive closes only what it opened itself.
        with ZipFile(cast("IO[bytes]", buffer), "w", ZIP_DEFLATED, compresslevel=zlib.Z_BEST_SPEED) as archive:
            _write_files(archive, _FIRST_FILES)
            while row is not None or not self._sheets:
                # Opened by its path, an entry has the same time in every archive.
                with archive.open(self._new_sheet(), "w") as sheet:
                    size = sheet.write(self._header())
                    for line in range(2, MAX_SHEET_ROWS + 1):
                        if row is None or size >= MAX_SHEET_BYTES:
                            break
                        size += sheet.write(self._line(row, line))
                        row = next(remaining, None)
                        if line % ROWS_PER_CHUNK == 0:
                            yield buffer.take(CHUNK_BYTES)
                    sheet.write(_SHEET_END.encode())
            if self._cut_count:
                _write_files(archive, {self._new_sheet(NOTES): self._notes()})
            _write_files(archive, _last_files(self._sheets))
        yield buffer.take()

    def _new_sheet(self, name: str | None = None) -> str:
        """Add a sheet and return its path; by default, it has the name of the table and a number."""
        number = len(self._sheets) + 1
        self._sheets.append(name or (self._name if number == 1 else f"{self._name} {number}"))
        return f"xl/worksheets/sheet{number}.xml"

    def _header(self) -> bytes:
        cells = [_text_cell(f"{letters}1", column.name, _HEADER_STYLE) for letters, column in self._columns]
        return f'{_SHEET_START}<row r="1">{"".join(cells)}</row>'.encode()

    def _line(self, row: Row, line: int) -> bytes:
        cells = [self._cell(f"{letters}{line}", column, row) for letters, column in self._columns]
        return f'<row r="{line}">{"".join(cells)}</row>'.encode()

    def _cell(self, place: str, column: Column, row: Row) -> str:
        value = column.read(row)
        if value is None:
            return ""
        if column.kind in {"integer", "number"}:
            return f'<c r="{place}"><v>{value}</v></c>'
        if column.kind == "boolean":
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        # A month or a year is no day.
        if column.kind in {"day", "partial_day"} and len(value) == len(FIRST_DAY) and value >= FIRST_DAY:
            return f'<c r="{place}" s="{_DAY_STYLE}"><v>{(date.fromisoformat(value) - _DAY_ZERO).days}</v></c>'
        text = column.as_text(value)
        return _text_cell(place, self._fitting(text, column.name, place)) if text else ""

    def _fitting(self, text: str, column: str, place: str) -> str:
        """Return the text, or as much of it as a cell may have, and note that."""
        # Up to half of the limit, surrogate pairs cannot exceed it.
        units = text.encode("utf-16-le") if len(text) > MAX_CELL_LENGTH // 2 else b""
        if len(units) <= 2 * MAX_CELL_LENGTH:
            return text
        self._cut_count += 1
        if len(self._cut) < MAX_NOTES:
            self._cut.append((self._sheets[-1], place, column, len(units) // 2))
        return units[: 2 * MAX_CELL_LENGTH].decode("utf-16-le", errors="ignore")

    def _notes(self) -> str:
        """Return the sheet that says which cells are cut."""
        note = (
            f"A cell holds at most {MAX_CELL_LENGTH:,} characters. Cells that are cut here: {self._cut_count:,}, of "
            f"which {len(self._cut):,} are named below. The CSV and NDJSON of the same search have them whole."
        )
        lines = [(note,), ("sheet", "cell", "column", "characters"), *self._cut]
        rows = (
            f'<row r="{number}">{"".join(_plain_cell(f"{_letters(at)}{number}", value) for at, value in cells)}</row>'
            for number, cells in zip(count(1), map(enumerate, lines), strict=False)
        )
        return f"{_SHEET_START}{''.join(rows)}{_SHEET_END}"


def _letters(number: int) -> str:
    """Return the name of a column: A to Z, AA, AB and so on."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def _plain_cell(place: str, value: str | int) -> str:
    return f'<c r="{place}"><v>{value}</v></c>' if isinstance(value, int) else _text_cell(place, value)


def _text_cell(place: str, text: str, style: int = _TEXT_STYLE) -> str:
    text = _ESCAPE_SEQUENCE.sub("_x005F_", replace_illegal_characters(text))
    escaped = escape(text, {"\r": "&#13;"})
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'


def _write_files(archive: ZipFile, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        with archive.open(path, "w") as file:
            file.write(text.encode())


def _last_files(sheets: Sequence[str]) -> dict[str, str]:
    """Return the files that list the sheets of a workbook, by path."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, sheets, strict=True)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    styles = f'<Relationship Id="rId0" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    return {
        "xl/workbook.xml": (
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": f"{_RELATIONSHIPS}{related}{styles}</Relationships>",
    }
