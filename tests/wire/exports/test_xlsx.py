"""Tables as workbooks, read by a parser of our own: every sheet, every cell, every style."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from io import BytesIO
from operator import itemgetter
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from app.wire.exports import xlsx
from app.wire.exports.tables import CHUNK_BYTES, Column, Kind, Row
from app.wire.exports.xlsx import xlsx_rows
from tests.workbooks import Cell, read_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def columns_of(**kinds: Kind) -> list[Column]:
    """Return columns of these names and kinds."""
    return [Column(name, kind, itemgetter(name)) for name, kind in kinds.items()]


def workbook(kinds: Mapping[str, Kind], *rows: Row) -> bytes:
    """Return a workbook with these rows."""
    return b"".join(xlsx_rows("things", columns_of(**kinds), rows))


def cells_of(kind: Kind, *values: object) -> list[Cell]:
    """Return the cells of a column with these values, as a spreadsheet reads them."""
    document = workbook({"id": "text", "value": kind}, *({"id": "a", "value": value} for value in values))
    return [row.get("B") for row in read_workbook(document)["things"][1:]]


def test_a_workbook_has_a_header_and_one_row_per_row() -> None:
    document = workbook({"id": "text", "n": "integer"}, {"id": "a", "n": 1}, {"id": "b", "n": 20})
    assert read_workbook(document) == {"things": [{"A": "id", "B": "n"}, {"A": "a", "B": 1}, {"A": "b", "B": 20}]}


def test_a_workbook_without_rows_is_its_header() -> None:
    assert read_workbook(workbook({"id": "text"})) == {"things": [{"A": "id"}]}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", None, None),
        ("text", "", None),
        ("text", "2015", "2015"),
        ("integer", 0, 0),
        ("integer", -3, -3),
        ("number", 0.25, 0.25),
        ("number", 1e-07, 1e-07),
        ("boolean", True, True),
        ("boolean", False, False),
        ("day", "2015-11-22", date(2015, 11, 22)),
        ("day", "1900-03-01", date(1900, 3, 1)),
        ("day", "9999-12-31", date(9999, 12, 31)),
        ("day", "1900-02-28", "1900-02-28"),
        ("day", "0001-01-01", "0001-01-01"),
        ("day", "2015-11", "2015-11"),
        ("day", "2015", "2015"),
        ("day", None, None),
        ("instant", "2015-11-23T00:02:00Z", "2015-11-23T00:02:00Z"),
        ("texts", [], None),
        ("texts", ["a", "b; c"], "a; b\\; c"),
        ("json", [{"a": "é"}], '[{"a":"é"}]'),
        ("json", [], "[]"),
    ],
)
def test_a_cell_has_the_type_of_its_column(kind: Kind, value: object, expected: Cell) -> None:
    (cell,) = cells_of(kind, value)
    assert cell == expected
    assert type(cell) is type(expected)


FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=HYPERLINK(1)",
    "\t=1",
    "http://example.org",
    "mailto:a@example.org",
    "1E5",
    "#N/A",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_never_a_formula_a_link_or_a_number(text: str) -> None:
    document = workbook({"value": "text"}, {"value": text})
    with ZipFile(BytesIO(document)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert read_workbook(document)["things"][1] == {"A": text}
    assert not re.search("<f[ >]|hyperlink", sheet)
    assert sheet.count('t="inlineStr"') == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\r\nc\rd\te", "a\nb\r\nc\rd\te"),
        (" spaces ", " spaces "),
        ("<&>\"'", "<&>\"'"),
        ("Войска \u00a0 空袭 😀", "Войска \u00a0 空袭 😀"),
        ("_x0041_ _x00e9_ x_0041_", "_x0041_ _x00e9_ x_0041_"),
        ("bell\a null\0 \ufffe", "bell\ufffd null\ufffd \ufffd"),
    ],
)
def test_every_character_arrives(text: str, expected: str) -> None:
    """Those that XML cannot represent are U+FFFD."""
    assert cells_of("text", text) == [expected]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1))
def test_any_text_round_trips(text: str) -> None:
    assert cells_of("text", text) == [text]


@pytest.mark.parametrize("character", ["a", "é", "😀"])
def test_a_cell_as_long_as_may_be_is_whole(character: str) -> None:
    longest = character * (xlsx.MAX_CELL_LENGTH // len(character.encode("utf-16-le")) * 2)
    document = workbook({"value": "text"}, {"value": longest})
    assert read_workbook(document) == {"things": [{"A": "value"}, {"A": longest}]}


def test_a_cell_that_is_cut_is_named() -> None:
    """The limit of Excel is in UTF-16 code units, and no character is cut in two."""
    limit = xlsx.MAX_CELL_LENGTH
    rows = [{"id": "a", "text": "x" * (limit + 1)}, {"id": "b", "text": "short"}, {"id": "c", "text": "😀" * limit}]
    sheets = read_workbook(workbook({"id": "text", "text": "text"}, *rows))
    assert [row["B"] for row in sheets["things"][1:]] == ["x" * limit, "short", "😀" * (limit // 2)]
    note, *named = sheets["Notes"]
    assert note["A"] == (
        "A cell holds at most 32,767 characters. Cells that are cut here: 2, of which 2 are named below. The CSV and "
        "NDJSON of the same search have them whole."
    )
    assert named == [
        {"A": "sheet", "B": "cell", "C": "column", "D": "characters"},
        {"A": "things", "B": "B2", "C": "text", "D": limit + 1},
        {"A": "things", "B": "B4", "C": "text", "D": 2 * limit},
    ]


def test_many_cut_cells_are_counted_and_the_first_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_CELL_LENGTH", 4)
    monkeypatch.setattr(xlsx, "MAX_NOTES", 2)
    note, _, *named = read_workbook(workbook({"a": "text"}, *[{"a": "12345"}] * 5))["Notes"]
    assert "cut here: 5, of which 2 are named below" in str(note["A"])
    assert [row["B"] for row in named] == ["A2", "A3"]


def test_rows_that_exceed_a_sheet_continue_on_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_SHEET_ROWS", 3)
    sheets = read_workbook(workbook({"n": "integer"}, *({"n": number} for number in range(5))))
    header = {"A": "n"}
    assert sheets == {
        "things": [header, {"A": 0}, {"A": 1}],
        "things 2": [header, {"A": 2}, {"A": 3}],
        "things 3": [header, {"A": 4}],
    }


def test_as_many_rows_as_a_sheet_has_need_no_second_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_SHEET_ROWS", 3)
    assert len(read_workbook(workbook({"n": "integer"}, {"n": 1}, {"n": 2}))) == 1


def test_a_sheet_ends_before_it_is_too_large_for_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_SHEET_BYTES", 2000)
    sheets = read_workbook(workbook({"a": "text"}, *[{"a": "x" * 1500}] * 3))
    assert [len(rows) for rows in sheets.values()] == [2, 2, 2] or [len(rows) for rows in sheets.values()] == [3, 2]


def test_the_header_is_frozen_and_columns_have_names_beyond_z() -> None:
    document = workbook(
        {f"c{number}": "integer" for number in range(30)}, {f"c{number}": number for number in range(30)}
    )
    with ZipFile(BytesIO(document)) as archive:
        sheet = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    pane = sheet.find(f"{MAIN}sheetViews/{MAIN}sheetView/{MAIN}pane")
    assert pane is not None
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
    header, row = read_workbook(document)["things"]
    assert [*header] == [*row] == [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA", "AB", "AC", "AD"]
    assert row["AD"] == 29


def test_programs_recognize_a_workbook_by_its_first_files() -> None:
    with ZipFile(BytesIO(workbook({"a": "text"}))) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[:3] == ["[Content_Types].xml", "_rels/.rels", "xl/styles.xml"]


def test_equal_rows_are_equal_bytes() -> None:
    """No time and no name of a machine is in a workbook."""
    assert workbook({"a": "text"}, {"a": "b"}) == workbook({"a": "text"}, {"a": "b"})


def test_chunks_come_while_rows_are_read_and_are_bounded() -> None:
    """The rows come one after the other, and nobody waits for the last one."""
    read = []

    def rows() -> Iterator[Row]:
        for number in range(5000):
            read.append(number)
            yield {"n": number, "text": str(date(2000, 1, 1) + timedelta(number)) * 20}

    sizes, waiting = [], 0
    for chunk in xlsx_rows("things", columns_of(n="integer", text="text"), rows()):
        assert len(read) - waiting <= xlsx.ROWS_PER_CHUNK + 1
        waiting = len(read)
        sizes.append(len(chunk))
    assert len([size for size in sizes if size]) >= 3
    assert max(sizes) < 4 * CHUNK_BYTES


def test_a_failure_of_the_first_row_comes_before_any_chunk() -> None:
    rows: Iterator[Row] = ({"n": 1 // divisor} for divisor in (0, 1))
    with pytest.raises(ZeroDivisionError):
        next(xlsx_rows("things", columns_of(n="integer"), rows))


def test_a_workbook_whose_reader_leaves_ends() -> None:
    chunks = xlsx_rows("things", columns_of(n="integer"), ({"n": number} for number in range(1000)))
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]  # a generator
    assert list(chunks) == []
