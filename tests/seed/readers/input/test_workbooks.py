"""Workbooks row by row, in this process or another; `archives/xlsx` has files with what is in them."""

import re
from pathlib import Path

import pytest
from python_calamine import PasswordError

from seed.readers.input import workbooks
from seed.readers.input.workbooks import SheetName, SheetRow, WorkbookSettings, read_workbook, workbook_items
from tests.seed.readers.hostile_content import packed_table, packed_workbook, sheet_row, table_row

FILES = Path(__file__).parents[1] / "archives" / "xlsx"
ROWS = sheet_row("title", "text") + sheet_row("Ferry", "It sails.")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def oversized(content: bytes, size: int) -> bytes:
    """Return a zip whose directory claims that its first member has this size."""
    made = bytearray(content)
    at = made.index(b"PK\x01\x02") + 24
    made[at : at + 4] = size.to_bytes(4, "little")
    return bytes(made)


def test_a_small_workbook_is_read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "stream_from_subprocess", None)
    settings, rows = read_workbook(packed_workbook([f"<sheetData>{ROWS}</sheetData>", ""]))
    assert settings == WorkbookSettings(
        (SheetName("Sheet1", is_hidden=False), SheetName("Sheet2", is_hidden=False)), ("Sheet1", "Sheet2"), 0
    )
    assert [*rows] == [SheetRow("Sheet1", 1, ("title", "text")), SheetRow("Sheet1", 2, ("Ferry", "It sails."))]


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="10001"><c r="A10001"><v>1</v></c></row>',
        "<row><c r = 'BA1'><v>1</v></c></row>",
        '<row><c r="AAA1"><v>1</v></c></row>',
        "<row><c><v>" + "1" * 2_000_000 + "</v></c></row>",
    ],
)
def test_a_workbook_that_may_be_large_is_read_in_another(sheet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "stream_from_subprocess", lambda *_, **__: iter(["settings", "row"]))
    settings, rows = read_workbook(packed_workbook([f"<sheetData>{sheet}</sheetData>"]))
    assert [settings, *rows] == ["settings", "row"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            bytes(workbooks.MAX_WORKBOOK_BYTES + 1),
            "the spreadsheet is too large: expected at most 30000000 bytes, or CSV",
        ),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "the file is encrypted: expected it saved without a password"),
        (OLE + "WordDocument".encode("utf-16-le"), "the file is an old Word document or Excel spreadsheet: expected a"),
        (b"Ferry", "the file is not an intact spreadsheet (File is not a zip file)"),
        (oversized(packed_workbook([""]), 31_000_000), "the file is a bomb: expected at most 100 times its own"),
        (oversized(packed_workbook([""]), 10), "the file is not an intact spreadsheet (Bad CRC-32"),
        (packed_workbook(["<sheetData><row><c></row>"]), "the file is not an intact spreadsheet (Opening and ending"),
        (
            packed_workbook(['<sheetData><row><c r="?"><v>1</v></c></row></sheetData>']),
            "the file is not an intact spreadsheet in the sheet 'Sheet1' (",
        ),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
        [*read_workbook(content)[1]]


def test_an_old_workbook_does_not_say_from_when_it_numbers_days() -> None:
    settings, *rows = workbook_items((FILES / "from-libreoffice.xls").read_bytes(), ())
    assert isinstance(settings, WorkbookSettings)
    assert settings.first_day is None
    assert len(rows) == 6
    dated = packed_table('<table:null-date table:date-value="1904-01-01"/>' + table_row("a"))
    assert next(workbook_items(dated, ())) == WorkbookSettings((SheetName("A", is_hidden=False),), ("A",), None)


@pytest.mark.parametrize("error", [PasswordError("x"), type("PanicException", (BaseException,), {})("x")])
def test_errors_of_the_library_are_ours(error: BaseException) -> None:
    with pytest.raises(ValueError, match="the file is"), workbooks._as_value_error():
        raise error


def test_other_errors_pass() -> None:
    with pytest.raises(KeyboardInterrupt), workbooks._as_value_error():
        raise KeyboardInterrupt
