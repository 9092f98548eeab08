"""CSV and TSV."""

import csv
import itertools
import json
from io import BytesIO, StringIO
from typing import Any

import pytest

from app.models import Basis, Precision, TextKind
from seed.readers.formats.table_rows import RowShape, TableRows, detect_delimiter
from seed.readers.input.decoding import MAX_BLANK_LINES, MAX_RECORD_BYTES
from seed.readers.inputs import MAX_CONSECUTIVE_REFUSALS
from seed.readers.validation import NULL_WORDS
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


FOREIGN = """
Titel;Datum;Quelle;Text
titre,date,source,texte
título;fecha;fuente;texto
Título;Data;Fonte;Texto
Titolo;Data;Fonte;Testo
заголовок;дата;источник;текст
заголовок;дата;джерело;текст
标题,日期,来源,正文
タイトル,日付,媒体,本文
제목,날짜,출처,본문
العنوان;التاريخ;المصدر;النص
عنوان;تاریخ;منبع;متن
כותרת;תאריך;מקור;טקסט
Başlık;Tarih;Kaynak;Metin
Tytuł;Data publikacji;Źródło;Treść
Τίτλος;Ημερομηνία;Πηγή;Κείμενο
शीर्षक,तारीख,स्रोत,पाठ
หัวข้อ,วันที่,แหล่งที่มา,เนื้อหา
Otsikko;Päivämäärä;Lähde;Teksti
Judul;Tanggal;Sumber;Isi
""".strip().split("\n")


@pytest.mark.parametrize("header", FOREIGN)
def test_columns_in_another_language_are_read(reading: Reading, header: str) -> None:
    delimiter = ";" if ";" in header else ","
    row = delimiter.join(("Ferry", "2019-03-04", "Gazette", "It sails."))
    first, second = reading("a.txt", f"{header}\n{row}\n{row}\n")
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (first.title, first.source, first.published.on, first.text) == (
        "Ferry",
        "Gazette",
        "2019-03-04",
        "It sails.",
    )
    title, published, source, text = header.split(delimiter)
    note = f"read {title} as title, {published} as published, {source} as source, {text} as text"
    assert (first.notes, second.notes) == ((note,), ())


@pytest.mark.parametrize(
    ("header", "example"),
    [
        ("Titel;Überschrift;Quelle;Text", "--map title=Titel --map source=Quelle --map text=Text"),
        (
            "Titel;Date;Quelle;Text",
            "--map title=Titel --map source=Quelle --map text=Text --map published=Date",
        ),
        ("Título del día;Fuente;Texto", "--map source=Fuente --map text=Texto"),
    ],
)
def test_columns_that_are_not_clear_are_refused_with_an_example(reading: Reading, header: str, example: str) -> None:
    reason = only_reason(reading("a.csv", f"{header}\nA;B;C;D\n"))
    assert reason.endswith(f"expected a column for title, or --map title=COLUMN, perhaps {example}")


def test_a_table_without_names_in_any_language_has_no_example(reading: Reading) -> None:
    assert only_reason(reading("a.csv", "k;v\nA;B\n")).endswith("or --map title=COLUMN")
    wide = ";".join(["Titel", "Text", *map(str, range(200))])
    assert "or --map title=COLUMN, perhaps" in only_reason(reading("a.csv", f"{wide}\n{wide}\n"))


def test_a_text_formula_is_its_text(reading: Reading) -> None:
    table = 'id,title,source,text,date\n="0123",="Ferry ""A""",G,=1+1,="2019-03-04"\n'
    article = only_article(reading("a.csv", table))
    assert (article.id, article.title, article.text, article.published.on) == (
        "0123",
        'Ferry "A"',
        "=1+1",
        "2019-03-04",
    )


def test_a_column_in_another_language_may_be_mapped(reading: Reading) -> None:
    found = reading("a.csv", "Entête;source;texte\nFerry;Gazette;It sails.\n", map=("title=Entête",))
    assert (only_article(found).title, only_article(found).source) == ("Ferry", "Gazette")


@pytest.mark.parametrize("details", ["{", "[1]", '{"a": ' + "[" * 200_000, "A4"])
def test_a_cell_of_other_details_is_ignored(reading: Reading, details: str) -> None:
    file = StringIO()
    csv.writer(file).writerows([["title", "source", "text", "details"], ["Ferry", "G", "A.", details]])
    article = only_article(reading("a.csv", file.getvalue()))
    assert (article.details, article.notes) == ({}, ("ignored columns: details",))


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
        (
            "title,source,text,date\nA,G,B,03/04/2019\n",
            {"strict": True},
            "published: '03/04/2019' is not a date: expected",
        ),
        (b"title,source,text\nA,G,\xff\n", {}, "byte 0xff at 4 is not UTF-8"),
        (b"title,source,text\nA,G,\x81\n", {"encoding": "cp1252"}, "byte 0x81 is not cp1252: expected text in cp1252"),
        ('"title,source', {}, "unexpected end of data"),
    ],
)
def test_what_cannot_be_taken_is_named(
    reading: Reading, table: str | bytes, options: dict[str, Any], reason: str
) -> None:
    assert only_reason(reading("a.csv", table, **options)).startswith(reason)


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;", "\ufeffsep=;", "\nsep=;\r\n"])
@pytest.mark.parametrize("name", ["a.csv", "a"])
def test_the_line_that_names_the_delimiter_is_skipped(reading: Reading, first: str, name: str) -> None:
    found = reading(name, f"{first}\r\ntitle;source;text\r\nFerry, late;G;A.\r\n")
    assert titles(found) == ["Ferry, late"]
    assert found[0].origin.line == 3 + first.count("\n")


def test_the_type_that_powershell_writes_is_skipped(reading: Reading) -> None:
    table = '#TYPE System.Management.Automation.PSCustomObject\r\n"title","source","text"\r\n"Ferry","G","A."\r\n'
    assert titles(reading("a.csv", table)) == titles(reading("a", table)) == ["Ferry"]


def test_any_delimiter_may_be_named(reading: Reading) -> None:
    assert titles(reading("a.csv", "sep=^\ntitle^source^text\nFerry^G^A,B;C\n")) == ["Ferry"]
    assert reading("a.csv", "sep=;\n") == []


def test_empty_cells_at_the_end_of_a_row_may_be_missing_or_too_many(reading: Reading) -> None:
    found = reading(
        "a.csv", "title,source,text,date,author\nA,G,A.,,,, \nB,G,B.\nC,G,C.,2019\nD,G,D.,2019,Ada Byrne,x\n"
    )
    assert titles(found) == ["A", "B", "C", 5]
    assert only_reason(found[3:]).startswith("the row is ['D', 'G', 'D.', '2019', 'Ada Byrne', 'x']: expected 5 cells")


def test_a_row_without_its_source_is_short_only_if_it_has_no_url(reading: Reading) -> None:
    assert titles(reading("a.csv", "title,text,url,source\nA,A.,https://g.example/1\n")) == ["A"]
    assert only_reason(reading("a.csv", "title,text,source\nA,A.\n")).startswith("the row is ['A', 'A.']: expected 3")
    assert titles(reading("a.csv", "title,text,date,source\nA,A.\n", source="G")) == ["A"]
    assert titles(reading("a.csv", "title,text,k\nA,A.\n", map=("source=title",))) == ["A"]


def test_columns_without_a_name_at_the_end_are_empty(reading: Reading) -> None:
    found = reading("a.csv", "title,source,text,,\nA,G,A.,,\nB,G,B.\nC,G,first, second,\n")
    assert titles(found) == ["A", "B", 4]
    assert [item.notes for item in found if isinstance(item, RawArticle)] == [(), ()]


@pytest.mark.parametrize(
    ("table", "note"),
    [
        (",title,source,text\n0,A,G,A.\n1,B,G,B.\n", "column 1 (without a name)"),
        ('"title","source","text"\n"1","A","G","A."\n"2","B","G","B."\n', "column 1 (without a name)"),
        ("Unnamed: 0,title,source,text\n0,A,G,A.\n1,B,G,B.\n", "Unnamed: 0"),
        ("title,source,,text,\nA,G,x,A.,\nB,G,,B.,\n", "column 3 (without a name)"),
    ],
)
def test_the_numbers_of_rows_are_ignored(reading: Reading, table: str, note: str) -> None:
    found = reading("a.csv", table)
    assert titles(found) == ["A", "B"]
    assert [item.notes for item in found if isinstance(item, RawArticle)] == [(f"ignored columns: {note}",), ()]


def test_a_row_with_one_cell_more_is_refused(reading: Reading) -> None:
    found = reading("a.csv", "title,source,text\nA,G,A.\n1,B,G,B.\n")
    assert titles(found) == ["A", 3]
    assert titles(reading("a.csv", "title,source,text\nFerry, late,G,A.\n")) == [2]


@pytest.mark.parametrize("word", sorted(NULL_WORDS))
def test_a_word_for_an_empty_cell_empties_optional_fields(reading: Reading, word: str) -> None:
    record = {"title": word, "url": "https://g.example/1", "text": "A."}
    record |= dict.fromkeys(("source", "id", "date", "author", "language", "rights", "text_kind"), f" {word} ")
    quoted = (f'"{cell}"' for cell in record.values())
    table = f"{','.join(record)}\n{','.join(quoted)}\n"
    for article in (
        only_article(reading("a.csv", table)),
        only_article(reading("a.json", json.dumps([{**record, "authors": [word, "Ada Byrne", None], "author": ""}]))),
    ):
        assert (article.title, article.source, article.id, article.language) == (word, "g.example", None, None)
        assert (article.published.on, article.rights, article.text_kind) == (None, None, TextKind.FULL)
        assert article.authors in {(), ("Ada Byrne",)}
        assert article.missing["language"] == f"language is {f' {word} '!r}, a word for an empty cell"
        assert f"title is {word!r}, a word for an empty cell" in article.notes
        assert article.matches_by_title
    reason = only_reason(reading("a.csv", table.replace("A.", word)))
    assert reason == f"text is {word!r}: expected a value; this field is required"


@pytest.mark.parametrize("value", ["0000-00-00", "0000-00-00 00:00:00"])
def test_the_zero_date_of_databases_is_empty(reading: Reading, value: str) -> None:
    article = only_article(reading("a.csv", f"title,source,text,date\nA,G,A.,{value}\n"))
    assert (article.published.on, article.matches_by_title) == (None, True)


def test_the_outlet_of_amcat_is_its_medium(reading: Reading) -> None:
    article = only_article(reading("a.csv", "id,headline,medium,date,text,url\n1,A,G,2019,A.,https://h.example/1\n"))
    assert (article.source, article.provenance["source"]) == ("G", "medium")


@pytest.mark.parametrize(
    ("encoding", "cell", "hint"),
    [
        (
            "windows-1252",
            "Fähre nach Sula – „endlich“",
            "--encoding windows-1252 if 'A,G,Fähre nach Sula – „endlic' is right",
        ),
        (
            "macintosh",
            "Fähre nach Sula – „endlich“",
            "--encoding macintosh if 'A,G,Fähre nach Sula – „endlic' is right",
        ),
    ],
)
def test_a_table_of_another_program_is_refused_with_its_encoding(
    reading: Reading, encoding: str, cell: str, hint: str
) -> None:
    table = f"title,source,text\nA,G,{cell}\nB,G,B.\n".encode(encoding)
    found = reading("a.csv", table)
    assert titles(found) == [2, "B"]
    assert only_reason(found[:1]).endswith(f" is not UTF-8: expected text in UTF-8, or {hint}")
    assert f", or --encoding {encoding} if '" in only_reason(
        reading("a.json", f'[{{"text": "{cell}"}}]'.encode(encoding))
    )
    assert titles(reading("a.csv", table, encoding=encoding)) == ["A", "B"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a"])
def test_utf_16_without_a_mark_is_read_with_a_note(reading: Reading, encoding: str, name: str) -> None:
    table = "title;source;text\r\nПаром 一;Вестник;Текст\r\nFerry;G;A\r\n"
    found = reading(name, table.encode(encoding))
    assert titles(found) == ["Паром 一", "Ferry"]
    assert [item.notes for item in found if isinstance(item, RawArticle)] == [
        (f"the file has no byte order mark, and was read as {encoding}",),
        (),
    ]


def test_an_empty_table_holds_nothing(reading: Reading) -> None:
    assert reading("a.csv", "") == reading("b.csv", "\n\n") == reading("c.csv", HEAD) == []


def test_a_bad_row_does_not_stop_the_next(reading: Reading) -> None:
    long = b"x" * (MAX_RECORD_BYTES + 1)
    table = HEAD.encode() + b'A,G,B\nC,G\nD,G,"E"x\n\xff\n' + long + b"\nF,G,H\n"
    assert titles(reading("a.csv", table)) == ["A", 3, 4, 5, 6, "F"]


UNCLOSED: dict[str, tuple[str | bytes, list[str], str]] = {
    "the end of the file": ('A,G,"x\nB,G,y\nC,G,z\n', ["line 2", "B", "C"], "unexpected end of data"),
    "lines of the text": (
        'A,G,"x\nHe left, then, later.\nB,G,y\n',
        ["line 2", "B"],
        "unexpected end of data; a quote opens on line 2, and line 3 was not read, up to the next row on line 4",
    ),
    "the quote of the next row": ('A,G,"x\nB,G,"y"\nC,G,z\n', ["line 2", "B", "C"], "',' expected after '\"'"),
    "a text of several lines": (
        'A,G,"x ""q"" y\nB,G,"One.\nTwo, and three."\nC,G,z\n',
        ["line 2", "B", "C"],
        "',' expected after '\"'",
    ),
    "a quote inside a text of several lines": (
        'A,G,"He said "no" and\nleft, then, later.\nEnd."\nB,G,y\n',
        ["line 2", "B"],
        "',' expected after '\"'; a quote opens on line 2, and lines 3 to 4 were not read, "
        "up to the next row on line 5",
    ),
    "too many cells after a text of several lines": (
        'A,G,"x\ny",z\nB,G,y\n',
        ["line 2", "B"],
        "the row is ['A', 'G', 'x\\ny', 'z']: expected 3 cells, as in the header; line 3 was not read, "
        "up to the next row on line 4",
    ),
    "no certain row": (
        'A,G,"x\nHe left, then, later.\nEnd.\n',
        ["line 2"],
        "unexpected end of data; a quote opens on line 2, and lines 3 to 4 were not read, to the end of the file",
    ),
    "a bad byte": (
        b'A,G,"caf\xe9\nleft, then, later."\nB,G,y\n',
        ["line 2", "B"],
        "byte 0xe9 at 8 is not UTF-8: expected text in UTF-8, or --encoding windows-1252 if 'A,G,\"café' is right; "
        "a quote opens on line 2, and line 3 was not read, up to the next row on line 4",
    ),
    "two open quotes": ('A,G,"x\nB,G,"y\nC,G,z\n', ["line 2", "line 3", "C"], "',' expected after '\"'"),
}


@pytest.mark.parametrize("what", UNCLOSED)
def test_after_an_unclosed_quote_the_next_certain_row_is_read(reading: Reading, what: str) -> None:
    rows, wanted, reason = UNCLOSED[what]
    found = reading("a.csv", HEAD.encode() + (rows if isinstance(rows, bytes) else rows.encode()))
    refusals = [item for item in found if isinstance(item, Refusal)]
    assert [title if isinstance(title, str) else f"line {title}" for title in titles(found)] == wanted
    assert refusals[0].reason == reason


def test_rows_in_a_quoted_cell_are_noted(reading: Reading) -> None:
    """The quote of the second row closes that of the first."""
    article = only_article(reading("a.csv", HEAD + 'A,G,"x\nB,G,y\nC,G,z\nD,G,"\n'))
    assert article.notes == (
        "a cell has 2 lines that could be rows (the first is line 3): a quote may be missing before",
    )


def test_a_table_of_two_columns_is_no_clear_table(reading: Reading) -> None:
    """A sentence with a comma could be a row, so that none is looked for among the lines of another."""
    found = reading("a.csv", 'title,text\nA,"x\nB,y\n"C",z\nD,w\n', source="G")
    assert titles(found) == [2, "D"]
    assert str(found[0]).count("; lines 2 to 4 were read as one row") == 1


def test_lines_of_an_endless_row_are_not_all_kept() -> None:
    """A row after the kept ones is reported as a line that was not read."""
    rows = TableRows(BytesIO(b'title,source,text\nA,G,"x\nx\nx\nB,G,y\nC,G,"z\nD,G,"x"\n'), max_row_lines=3)
    assert rows.header() == ["title", "source", "text"]
    with pytest.raises(csv.Error):
        rows.row()
    assert rows.skip_to_row(RowShape(3, 3)) == (
        "; a quote opens on line 2, and lines 3 to 6 were not read, up to the next row on line 7"
    )
    assert rows.row() == ["D", "G", "x"]


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


@pytest.mark.unmeasured
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


def test_endless_blank_lines_after_an_unclosed_quote_are_named(reading: Reading) -> None:
    reason = only_reason(reading("a.csv", HEAD + 'A,G,"x"y"\n' + "\n" * (MAX_BLANK_LINES + 1)))
    assert reason.endswith(
        f"not read, to the end of the file; more than {MAX_BLANK_LINES} consecutive blank lines: expected records"
    )


def test_what_cannot_be_decoded_ends_the_reading(reading: Reading) -> None:
    content = HEAD + "Ferry,G,It sails.\n" + " \n" * 70_000
    article, refusal = reading("a.csv", content.encode("utf-16") + b"\x00\xdc\x00")
    assert isinstance(article, RawArticle)
    assert isinstance(refusal, Refusal)
    assert "is not utf-16" in refusal.reason
