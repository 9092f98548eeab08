"""A reader of workbooks (ECMA-376), which knows as much of them as our exports use."""

import re
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"

Cell = str | int | float | bool | date | None

DAY_FORMAT = "yyyy\\-mm\\-dd"


def read_workbook(document: bytes) -> dict[str, list[dict[str, Cell]]]:
    """Return the rows of each sheet by its name; a row has its cells by the name of their column."""
    with ZipFile(BytesIO(document)) as archive:
        styles = _number_formats(etree.fromstring(archive.read("xl/styles.xml")))
        related = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {one.get("Id"): one.get("Target") for one in related.iter(f"{PACKAGE}Relationship")}
        sheets = etree.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        return {
            sheet.get("name", ""): _rows(
                etree.fromstring(archive.read(f"xl/{targets[sheet.get(f'{OFFICE}id')]}")), styles
            )
            for sheet in sheets
        }


def _number_formats(styles: etree._Element) -> list[str | None]:
    """Return the own number format of each style of cells."""
    codes = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{MAIN}numFmt")}
    formats = styles.find(f"{MAIN}cellXfs")
    assert formats is not None
    return [codes.get(one.get("numFmtId")) for one in formats]


def _rows(sheet: etree._Element, styles: list[str | None]) -> list[dict[str, Cell]]:
    rows = list(sheet.iter(f"{MAIN}row"))
    assert [row.get("r") for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    return [dict(_named_cell(cell, row.get("r", ""), styles) for cell in row) for row in rows]


def _named_cell(cell: etree._Element, line: str, styles: list[str | None]) -> tuple[str, Cell]:
    place = cell.get("r", "")
    assert place.endswith(line)
    return place.removesuffix(line), _value(cell, styles)


def _value(cell: etree._Element, styles: list[str | None]) -> Cell:
    if cell.get("t") == "inlineStr":
        text = cell.findtext(f"{MAIN}is/{MAIN}t") or ""
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
    value = cell.findtext(f"{MAIN}v") or ""
    if cell.get("t") == "b":
        return value == "1"
    if styles[int(cell.get("s", "0"))] == DAY_FORMAT:
        return date(1899, 12, 30) + timedelta(int(value))
    return int(value) if re.fullmatch("-?[0-9]+", value) else float(value)
