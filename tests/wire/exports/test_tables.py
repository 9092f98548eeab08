"""Rows as CSV and as newline-delimited JSON, and the columns of each view."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cells import unguard_formula
from app.models import Basis, EntityType, LanguageBasis, Precision, TextKind
from app.wire.exports.columns import ARTICLES, ENTITIES, SOURCES, STATEMENTS
from app.wire.exports.tables import BYTE_ORDER_MARK, CHUNK_BYTES, Column, Kind, Row, Table, csv_rows, ndjson_rows
from app.wire.fields import ItemFields, PublishedFields

HEADER = (
    b"id,url,title,source,source_name,authors,published_on,published_at,precision,zone,basis,language,text_kind,rights,"
    b"entities,language_basis,entity_counts\r\n"
)

ITEM: ItemFields = {
    "id": "2v8k0q4m1xsc",
    "url": "https://example.org/report",
    "title": "Warships in the Caspian",
    "source": {"id": "rferl", "name": "RFE/RL"},
    "authors": ["Ann Lee", "Bo Ek"],
    "published": {
        "on": "2015-11-22",
        "at": "2015-11-23T00:02:00Z",
        "precision": Precision.MINUTE,
        "zone": "EST",
        "basis": Basis.STATED,
        "evidence": None,
    },
    "language": "en",
    "language_basis": LanguageBasis.METADATA,
    "text_kind": TextKind.DIGEST,
    "rights": "CC0-1.0",
    "entities": [
        {"id": "russia", "name": "Russia", "type": EntityType.STATE, "count": 3},
        {"id": "syria", "name": "Syria", "type": EntityType.STATE, "count": 1},
    ],
    "matched": None,
    "terms": None,
    "highlights": None,
}

UNDATED: PublishedFields = {
    "on": None,
    "at": None,
    "precision": Precision.NONE,
    "zone": None,
    "basis": None,
    "evidence": None,
}
UNKNOWN: ItemFields = {
    **ITEM,
    "url": None,
    "authors": [],
    "published": UNDATED,
    "language": None,
    "language_basis": None,
    "rights": None,
    "entities": [],
}


def article_rows(rows: Iterable[Row]) -> Iterator[bytes]:
    """Return the chunks of a CSV of articles with the default columns."""
    return csv_rows(ARTICLES.chosen_columns(None), rows)


def with_title(title: str) -> ItemFields:
    """Return an article with this title."""
    return {**ITEM, "title": title}


def cell(title: str) -> str:
    """Return the title of an article as a CSV reader parses it."""
    text = b"".join(article_rows([with_title(title)])).decode()
    return next(csv.DictReader(io.StringIO(text, newline="")))["title"]


def test_csv_has_a_header_and_one_row_per_article() -> None:
    assert b"".join(article_rows([ITEM])) == HEADER + (
        b'2v8k0q4m1xsc,https://example.org/report,Warships in the Caspian,rferl,RFE/RL,"Ann Lee; Bo Ek",2015-11-22,'
        b'2015-11-23T00:02:00Z,minute,EST,stated,en,digest,CC0-1.0,"russia; syria",metadata,"3; 1"\r\n'
    )


def test_an_unknown_value_is_an_empty_cell() -> None:
    assert b"".join(article_rows([UNKNOWN])) == HEADER + (
        b"2v8k0q4m1xsc,,Warships in the Caspian,rferl,RFE/RL,,,,none,,,,digest,,,,\r\n"
    )


def test_csv_without_articles_is_its_header() -> None:
    assert b"".join(article_rows([])) == HEADER


@pytest.mark.parametrize(
    "title",
    ["a, b", 'the "axis"', "two\nlines", "two\r\nlines", "м\u00a0é", "\ufeffmarked", "a; b", "a\tb", "a|b", "a\n", '"'],
)
def test_a_cell_is_quoted_as_needed(title: str) -> None:
    assert cell(title) == title


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "\r", "\n", '"'])
def test_a_cell_with_the_separator_of_any_locale_is_quoted(separator: str) -> None:
    quoted = separator.replace('"', '""')
    assert f',"a{quoted}b",rferl,'.encode() in b"".join(article_rows([with_title(f"a{separator}b")]))


@pytest.mark.parametrize("separator", [";", "\t", "|", ";\u200b"])
@pytest.mark.parametrize("sign", "=+-@＝")
def test_a_row_is_quoted_where_a_formula_follows_the_separator_of_a_locale(separator: str, sign: str) -> None:
    """Read with that separator, quotes count at the beginning of the row only."""
    title = f"a{separator}{sign}b"
    document = b"".join(article_rows([with_title(title)])).decode()
    line = document.split("\r\n", 1)[1]
    assert line.startswith('"')
    assert f',"{title}","rferl",' in line
    assert ",," not in line
    (row,) = csv.DictReader(io.StringIO(document, newline=""))
    assert row["title"] == title


INVISIBLE = "\ufeff\u200b\u200e\u202e\u2066\u2060\u00ad\u061c\u180e\u3164\ufe0f\U000e0001"
"""Zero-width characters, marks of order and direction, and others that take no room."""


@pytest.mark.parametrize("start", "=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−")
def test_a_cell_that_would_run_as_a_formula_starts_with_an_apostrophe(start: str) -> None:
    assert cell(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"
    assert cell(f"not {start}") == f"not {start}"


@pytest.mark.unmeasured
@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
@pytest.mark.parametrize("before", [*INVISIBLE, INVISIBLE, " ", "\u00a0", "\u3000 ", "\v", "\x85", "\x00", "\u2028"])
def test_nothing_invisible_hides_a_formula(before: str, sign: str) -> None:
    assert cell(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize("title", ["", "\u200b", "5 - 3", "\u200bword =1", "'a=1'", "2015", "№ 5", "a−1"])
def test_other_cells_stay_as_they_are(title: str) -> None:
    assert cell(title) == title


# Surrogates cannot be encoded and so cannot be in the database.
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_csv_round_trips_any_title(title: str) -> None:
    assert unguard_formula(cell(title)) == title


def test_a_title_that_looks_guarded_is_guarded() -> None:
    """Otherwise a load would take its own apostrophe off."""
    assert cell("'=1") == "''=1"


def test_ndjson_has_one_article_per_line_as_lists_show_it() -> None:
    lines = b"".join(ndjson_rows([ITEM, UNKNOWN])).splitlines(keepends=True)
    assert [json.loads(line) for line in lines] == [ITEM, UNKNOWN]
    assert all(line.endswith(b"}\n") for line in lines)


def test_a_line_break_in_a_title_does_not_break_the_line() -> None:
    assert b"".join(ndjson_rows([with_title("two\r\nlines\u2028three")])).count(b"\n") == 1


def test_ndjson_without_articles_is_empty() -> None:
    assert list(ndjson_rows([])) == []


@pytest.mark.parametrize("rows", [article_rows, ndjson_rows])
def test_rows_are_joined_to_chunks_of_a_bounded_size(rows: Callable[[Iterable[Row]], Iterator[bytes]]) -> None:
    row = b"".join(rows([ITEM])).removeprefix(HEADER)
    chunks = list(rows([ITEM] * 1000))
    assert len(chunks) > 3
    assert max(len(chunk) for chunk in chunks) < CHUNK_BYTES + len(row)
    assert b"".join(chunks).removeprefix(HEADER) == row * 1000


def test_a_byte_order_mark_comes_first() -> None:
    columns = ARTICLES.chosen_columns(["id"])
    assert BYTE_ORDER_MARK.encode() == b"\xef\xbb\xbf"
    assert b"".join(csv_rows(columns, [ITEM], bom=True)) == b"\xef\xbb\xbfid\r\n2v8k0q4m1xsc\r\n"


def test_ndjson_has_the_requested_fields_only() -> None:
    assert b"".join(ndjson_rows([ITEM, UNKNOWN], ["id", "url"])).splitlines() == [
        b'{"id":"2v8k0q4m1xsc","url":"https://example.org/report"}',
        b'{"id":"2v8k0q4m1xsc","url":null}',
    ]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", None, b""),
        ("text", "a", b"a"),
        ("integer", 0, b"0"),
        ("number", 1.5, b"1.5"),
        ("number", -0.5, b"-0.5"),
        ("boolean", True, b"true"),
        ("boolean", False, b"false"),
        ("texts", [], b""),
        ("texts", ["=a", "b"], b'"\'=a; b"'),
        ("json", [], b"[]"),
        ("json", [{"a": "\u00e9"}], '"[{""a"":""\u00e9""}]"'.encode()),
    ],
)
def test_a_cell_is_written_as_its_column_says(kind: Kind, value: object, expected: bytes) -> None:
    columns = [Column("value", kind, lambda row: row["value"])]
    assert b"".join(csv_rows(columns, [{"value": value}])) == b"value\r\n" + expected + b"\r\n"


@pytest.mark.parametrize("table", [ARTICLES, STATEMENTS, ENTITIES, SOURCES], ids=lambda table: table.name)
def test_the_names_of_columns_and_fields_are_unique(table: Table) -> None:
    for names in ([column.name for column in table.columns], [*table.fields, *table.extra_fields]):
        assert len(names) == len(set(names))


def test_the_columns_are_in_the_order_of_the_table() -> None:
    assert [column.name for column in ARTICLES.chosen_columns(["title", "text", "id"])] == ["id", "title", "text"]
    assert [column.name for column in ARTICLES.chosen_columns(None)] == HEADER.decode().strip().split(",")
