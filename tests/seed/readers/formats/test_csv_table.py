"""CSV and TSV."""

import csv
import itertools

import pytest

from app.models import Basis, Precision
from seed.readers.formats.csv_table import detect_delimiter
from seed.readers.input.decoding import MAX_BLANK_LINES, MAX_RECORD_BYTES
from seed.readers.inputs import MAX_CONSECUTIVE_REFUSALS
from seed.records import Origin, Published, RawArticle, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

HEAD = "title,source,text\n"


def titles(found: list[RawArticle | Refusal]) -> list[object]:
    """Return the title of each article and the line of each refusal."""
    return [item.title if isinstance(item, RawArticle) else item.origin.line for item in found]


def test_an_export_is_read_by_the_names_of_its_columns(reading: Reading, tmp_path: object) -> None:
    table = (
        "\ufeffID;Headline;Publisher;URL;Date Published;Byline;Language;Licence;Full Text;Section\r\n"
        "17;Ferry resumes;Gazette;https://gazette.example/17;2019-03-04 18:30:00+01:00;By Ada Byrne and Jo Li;en_GB;"
        'CC0-1.0;"First.\n\nSecond ""quoted""; third.";Sea\r\n'
    )
    article = only_article(reading("export.csv", table))
    assert article == RawArticle(
        origin=Origin(f"{tmp_path}/export.csv", 2),
        id="17",
        title="Ferry resumes",
        source="Gazette",
        url="https://gazette.example/17",
        published=Published("2019-03-04", 1_551_720_600, 66_600, Precision.MINUTE, "+01:00", Basis.METADATA),
        authors=("Ada Byrne", "Jo Li"),
        language="en-GB",
        rights="CC0-1.0",
        text='First.\n\nSecond "quoted"; third.',
    )
    assert article.provenance["published"] == "Date Published"
    assert article.notes == ("ignored columns: Section",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a"])
def test_the_dialect_is_detected(reading: Reading, delimiter: str, end: str, name: str) -> None:
    rows = [["title", "source", "text"], ["Ferry, 1; 2", "Gazette", 'A "text"'], ["Tide", "Gazette", "B"]]
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    assert titles(reading(name, end.join(lines))) == ["Ferry, 1; 2", "Tide"]


def test_only_the_first_bytes_are_a_byte_order_mark(reading: Reading) -> None:
    """In a cell of several lines, U+FEFF is a character of the text, also at the beginning of a line."""
    table = '\ufefftitle,source,text\r\n\ufeffTide,G,"First.\r\n\ufeffSecond."\r\n'
    (article,) = reading("a.csv", table)
    assert isinstance(article, RawArticle)
    assert (article.title, article.text) == ("\ufeffTide", "First.\r\n\ufeffSecond.")


def test_mixed_line_ends_and_blank_lines(reading: Reading) -> None:
    table = "\n\r\ntitle,source,text\r\nFerry,G,A\n\r\n\nTide,G,B\r\n"
    assert titles(reading("a.csv", table)) == ["Ferry", "Tide"]


def test_columns_are_mapped_by_hand(reading: Reading) -> None:
    table = "k,src,body,title\nFerry,G,A text.,x\n"
    article = only_article(reading("a.csv", table, map=("title=k", "source=src", "language=")))
    assert (article.title, article.source, article.text) == ("Ferry", "G", "A text.")
    assert article.provenance["title"] == "k"
    assert article.notes == ("ignored columns: title",)


def test_the_source_of_a_row_with_only_a_url_is_its_host(reading: Reading) -> None:
    article = only_article(reading("a.csv", "title,url,text\nFerry,https://www.gazette.example/1,A text.\n"))
    assert (article.source, article.provenance["source"]) == ("gazette.example", "the host of url")


def test_the_columns_not_read_are_named_once(reading: Reading) -> None:
    found = reading("a.csv", "title,source,text,zz\nA,G,A,1\nB,G,B,2\n")
    assert [item.notes for item in found if isinstance(item, RawArticle)] == [("ignored columns: zz",), ()]


def test_of_two_columns_for_a_field_the_better_known_is_taken(reading: Reading) -> None:
    article = only_article(reading("a.csv", "date,title,source,text,published\n2018,Ferry,G,A.,2019\n"))
    assert article.published.on == "2019"
    assert article.notes == ("ignored columns: date",)


@pytest.mark.parametrize(
    ("table", "options", "reason"),
    [
        ("a,b\n1,2\n", {}, "the header is ['a', 'b']: expected a column for title, or --map title=COLUMN"),
        ("title,b\n1,2\n", {}, "the header is ['title', 'b']: expected a column for text, or --map text=COLUMN"),
        ("title,text\n1,2\n", {}, "the header is ['title', 'text']: expected a column for source or url, --source"),
        ("title,title\n", {}, "the header is ['title', 'title']: expected each column once"),
        ("title,source,text\n", {"map": ("id=titel",)}, "the column of --map id is 'titel': expected perhaps 'title'"),
        ('title,source,text\nA,G,"B', {}, "unexpected end of data"),
        ('title,source,text\nA,G,"B"x\n', {}, "',' expected after '\"'"),
        ("title,source,text\nA,G\n", {}, "the row is ['A', 'G']: expected 3 cells, as in the header"),
        ("title,source,text\nA,G,\n", {}, "text is '': expected a value"),
        ("title,source,text,date\nA,G,B,03/04/2019\n", {}, "published: '03/04/2019' is not a date: expected"),
        (b"title,source,text\nA,G,\xff\n", {}, "byte 0xff at 4 is not UTF-8"),
        (b"title,source,text\nA,G,\x81\n", {"encoding": "cp1252"}, "byte 0x81 is not cp1252: expected text in cp1252"),
        ('"title,source', {}, "unexpected end of data"),
    ],
)
def test_what_cannot_be_taken_is_named(
    reading: Reading, table: str | bytes, options: dict[str, str], reason: str
) -> None:
    assert only_reason(reading("a.csv", table, **options)).startswith(reason)


def test_an_empty_table_holds_nothing(reading: Reading) -> None:
    assert reading("a.csv", "") == reading("b.csv", "\n\n") == reading("c.csv", HEAD) == []


def test_a_bad_row_does_not_stop_the_next(reading: Reading) -> None:
    long = b"x" * (MAX_RECORD_BYTES + 1)
    table = HEAD.encode() + b'A,G,B\nC,G\nD,G,"E"x\n\xff\n' + long + b"\nF,G,H\n"
    assert titles(reading("a.csv", table)) == ["A", 3, 4, 5, 6, "F"]


def test_an_unclosed_quote_is_bounded(reading: Reading) -> None:
    table = HEAD.encode() + b'A,G,"' + (b"x," * 100_000 + b"\n") * 60
    assert "the row is too long" in only_reason(reading("a.csv", table))


def test_a_text_longer_than_the_limit_of_the_csv_module_is_read(reading: Reading) -> None:
    csv.field_size_limit(131_072)
    assert len(only_article(reading("a.csv", HEAD + "A,G," + "x" * 200_000)).text) == 200_000


def test_another_encoding_is_read_where_it_is_named(reading: Reading) -> None:
    table = "title,source,text\nПаром,Вестник,Текст\n"
    for encoding in ("windows-1251", "koi8-r"):
        assert only_article(reading("a.csv", table.encode(encoding), encoding=encoding)).title == "Паром"
    for encoding in ("utf-16", "utf-32", "utf-8-sig"):
        assert only_article(reading("a.csv", table.encode(encoding))).title == "Паром"


@pytest.mark.parametrize("encoding", ["rot13", "utf-99", "zlib", ""])
def test_an_unknown_encoding_stops_the_run(reading: Reading, encoding: str) -> None:
    with pytest.raises(ValueError, match=f"--encoding: '{encoding}' is not an encoding"):
        reading("a.csv", "", encoding=encoding)


def test_a_hostile_sample_does_not_take_long() -> None:
    for a, b in itertools.product(('"', "'", ',"', '",', "\n'", "a"), repeat=2):
        assert detect_delimiter((a + b) * 2_000) in ",\t;|"


def test_a_file_of_only_refusals_is_aborted(reading: Reading) -> None:
    found = reading("a.csv", HEAD + "A\n" * (MAX_CONSECUTIVE_REFUSALS + 5))
    assert len(found) == MAX_CONSECUTIVE_REFUSALS + 1
    assert str(found[-1]).count("10000 consecutive records were refused: the rest of the file is not read") == 1


@pytest.mark.unmeasured
def test_endless_blank_lines_abort_the_table(reading: Reading) -> None:
    assert only_reason(reading("a.csv", HEAD + "\n" * (MAX_BLANK_LINES + 5))).startswith(
        "more than 100000 consecutive blank lines"
    )
