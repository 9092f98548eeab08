"""The sheets of spreadsheets are read as tables; `archives/xlsx` has files with what is in them."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.models import TextKind
from app.wire.exports.tables import Column, Kind
from app.wire.exports.xlsx import xlsx_rows
from seed.readers.fields.recipe_files import RECIPE_FOLDER, load_recipes
from seed.readers.formats import spreadsheet
from seed.readers.formats.spreadsheet import MAX_CELL_LENGTH
from seed.readers.input.workbooks import Cell, SheetName, SheetRow, WorkbookSettings
from seed.records import NoArticle, RawArticle, ReadItem, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.fields.test_dateline_export import ROW
from tests.seed.readers.hostile_content import packed_workbook, sheet_row
from tests.seed.readers.mutations import context
from tests.seed.readers.only import only_article, only_reason


def workbook(*rows: str) -> bytes:
    """Return a workbook with a sheet of these rows."""
    return packed_workbook([f"<sheetData>{''.join(rows)}</sheetData>"])


def cell(value: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - as in a column
    """Return what reads a value from any row."""
    return lambda _row: value


def exported(row: dict[str, Any]) -> bytes:
    """Return a row as the service exports it to Excel."""
    kinds: dict[str, Kind] = {"published_on": "partial_day", "text_withheld": "boolean"}
    columns = [Column(name, kinds.get(name, "text"), cell(value)) for name, value in row.items()]
    return b"".join(xlsx_rows("articles", columns, [row]))


def test_what_dateline_exports_is_read_back(reading: Reading) -> None:
    row = {**ROW, "title": "'=1+1", "text": "Ada sails.\r\n_x0041_", "record_id": "00012", "text_withheld": False}
    article = only_article(reading("a.xlsx", exported(row)))
    assert (article.title, article.text, article.id) == ("'=1+1", "Ada sails.\r\n_x0041_", "00012")
    assert (article.public_id, article.published.on, article.published.at) == (ROW["id"], "2015-11-22", 1_448_236_920)


def test_a_cut_export_is_an_extract_without_its_annotation(reading: Reading) -> None:
    row = {**ROW, "text_kind": "full", "text": "word " * 7_000, "mentions": "[" + "1, " * 20_000}
    article = only_article(reading("a.xlsx", exported(row)))
    assert (article.text_kind, len(article.text)) == (TextKind.EXTRACT, MAX_CELL_LENGTH)
    assert "the text was probably cut" in article.notes[-1]


def test_a_text_kind_that_the_user_sets_stays(reading: Reading) -> None:
    table = workbook(sheet_row("title", "source", "text"), sheet_row("Ferry", "G", "a" * MAX_CELL_LENGTH))
    article = only_article(reading("a.xlsx", table, manifest="file,text_kind\na.xlsx,full\n"))
    assert (article.text_kind, article.notes) == (TextKind.FULL, ())


def test_a_sheet_without_a_header_is_refused_if_no_other_has_one(reading: Reading) -> None:
    reason = only_reason(reading("a.xlsx", workbook(sheet_row("a", "b"))))
    assert reason == "the header is ['a', 'b']: expected a column for title, or --map title=COLUMN"
    assert (
        only_reason(reading("a.xlsx", workbook()))
        == "the sheets have no rows: expected a header, and articles below it"
    )


def test_hidden_sheets_are_named_if_no_other_has_articles(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = WorkbookSettings((SheetName("Drafts", is_hidden=True),), (), 0)
    monkeypatch.setattr(spreadsheet, "read_workbook", lambda *_: (settings, iter(())))
    assert only_reason(reading("a.xlsx", workbook())).endswith("hidden sheets are read only with --sheet: 'Drafts'")


def test_a_row_that_resembles_a_header_most_is_named(reading: Reading) -> None:
    rows = (sheet_row("Press"), sheet_row("title", "date"), sheet_row("title", "url", "x"))
    (refusal,) = reading("a.xlsx", workbook(*rows))
    assert isinstance(refusal, Refusal)
    assert (refusal.origin.line, refusal.reason[:32]) == (2, "the header is ['title', 'date']:")


def test_columns_may_be_mapped(reading: Reading) -> None:
    table = workbook(
        sheet_row("Titel", "Blatt", "Wortlaut", "Tag"),
        "<row>"
        + "".join(f"<c t='inlineStr'><is><t>{text}</t></is></c>" for text in ("Fähre", "Küstenwelle", "Sie fährt."))
        + "<c><v>43528.5</v></c></row>",
    )
    fields = ("title=Titel", "source=Blatt", "text=Wortlaut", "published=Tag")
    article = only_article(reading("a.xlsx", table, map=fields))
    assert (article.title, article.published.on, article.published.local_time) == ("Fähre", "2019-03-04", 43_200)


def test_a_table_without_a_header_is_read_if_a_recipe_names_its_columns(reading: Reading) -> None:
    names = next(columns for recipe in load_recipes(RECIPE_FOLDER) for columns in recipe.columns)
    cells = {"url": "https://g.example/1", "hostname": "g.example", "title": "Ferry", "text": "It sails."}
    row = sheet_row(*(cells.get(name, "-") for name in names))
    found = reading("a.xlsx", workbook(row, row))
    assert [item.title for item in found if isinstance(item, RawArticle)] == ["Ferry", "Ferry"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (12.0, "12"),
        (1e15, "1000000000000000.0"),
        (True, "true"),
        (date(2019, 3, 4), "2019-03-04"),
        ("a", "a"),
    ],
)
def test_cells_become_the_texts_of_a_table(value: Cell, text: str) -> None:
    assert spreadsheet._text(value) == text


def test_a_number_is_no_day_where_nothing_says_from_when_days_count(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        SheetRow("A", 1, ("title", "source", "date", "text")),
        SheetRow("A", 2, ("Ferry", "G", 43528.0, "It sails.")),
    ]
    found: list[list[ReadItem]] = []
    for first_day in (None, 0):
        settings = WorkbookSettings((SheetName("A", is_hidden=False),), ("A",), first_day)
        monkeypatch.setattr(spreadsheet, "read_workbook", lambda *_, settings=settings: (settings, iter(rows)))
        found.append([*spreadsheet.read(io.BytesIO(), "a.xls", context())])
    (unknown,), (known,) = found
    assert isinstance(unknown, RawArticle)
    assert isinstance(known, RawArticle)
    assert (unknown.published.on, known.published.on) == (None, "2019-03-04")
    assert "as the day number of a spreadsheet it would be 2019-03-04" in unknown.missing["published"]


def test_a_sheet_name_is_shown_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = WorkbookSettings((SheetName("A\n", is_hidden=False), SheetName("B\x1b", is_hidden=True)), ("A\n",), 0)
    rows = [SheetRow("A\n", 1, ("title", "source", "text")), SheetRow("A\n", 2, ("Ferry", "G", "It sails."))]
    monkeypatch.setattr(spreadsheet, "read_workbook", lambda *_: (settings, iter(rows)))
    article, skipped = spreadsheet.read(io.BytesIO(), "a.xls", context())
    assert isinstance(skipped, NoArticle)
    assert (str(article.origin), str(skipped.origin)) == ("a.xls!A\\n:2", "a.xls!B\\x1b")
