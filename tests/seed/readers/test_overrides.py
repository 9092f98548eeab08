"""Values set by the user win over those in the files."""

import re
from pathlib import Path

import pytest

from app.models import Basis, Precision, TextKind
from seed.readers import Overrides, read_paths
from seed.records import Published, RawArticle
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article

RECORD = "---\ntitle: Ferry\nsource: Gazette\npublished: 2019-03-04\nbasis: inferred\nevidence: x\n---\nA text."


def test_a_given_date_and_source_win(reading: Reading) -> None:
    article = only_article(reading("a.md", RECORD, date="2019-03", source="Harbour News"))
    assert article.source == "Harbour News"
    assert article.published == Published("2019-03", precision=Precision.MONTH, basis=Basis.METADATA)


def test_a_given_source_fills_a_missing_one(reading: Reading) -> None:
    line = '{"title": "Ferry", "text": "A text."}'
    assert only_article(reading("a.jsonl", line, source="Gazette")).source == "Gazette"


def test_a_manifest_fills_every_column_and_wins_over_the_options(reading: Reading) -> None:
    table = (
        "file,title,source,url,published,authors,language,rights,text_kind\n"
        'a.md,"Ferry, again",News,https://news.example/1,2020-01-02T03:04Z,Ada Byrne; Jo Li,DE,CC0-1.0,digest\n'
    )
    article = only_article(reading("a.md", RECORD, manifest=table, date="2018", source="Other"))
    assert article == RawArticle(
        origin=article.origin,
        title="Ferry, again",
        text="A text.",
        source="News",
        url="https://news.example/1",
        published=Published("2020-01-02", 1_577_934_240, 11_040, Precision.MINUTE, "UTC", Basis.METADATA),
        authors=("Ada Byrne", "Jo Li"),
        language="de",
        rights="CC0-1.0",
        text_kind=TextKind.DIGEST,
    )


def test_an_empty_cell_gives_nothing(reading: Reading) -> None:
    article = only_article(reading("a.md", RECORD, manifest="\ufefffile,title,authors\n\na.md,,\n"))
    assert (article.title, article.authors, article.published.basis) == ("Ferry", (), Basis.INFERRED)


def test_a_manifest_in_the_folder_is_not_read_as_a_record(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.md").write_text(RECORD)
    (tmp_path / "meta.csv").write_text("file,title\na/x.md,First\n")
    found = read_paths([tmp_path], overrides=Overrides(manifest=tmp_path / "meta.csv"))
    assert [item.title for item in found if isinstance(item, RawArticle)] == ["First", "Ferry"]


def test_a_file_of_many_takes_what_is_true_of_all(reading: Reading) -> None:
    lines = '{"title": "One", "text": "A."}\n{"title": "Two", "text": "B."}'
    found = reading("a.jsonl", lines, manifest="file,source,rights\na.jsonl,Gazette,CC0-1.0\n")
    assert [(item.title, item.source, item.rights) for item in found if isinstance(item, RawArticle)] == [
        ("One", "Gazette", "CC0-1.0"),
        ("Two", "Gazette", "CC0-1.0"),
    ]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("", "line 1: the header is []: expected the column file"),
        ("title\nx\n", "line 1: the header is ['title']: expected the column file"),
        (
            "file,file\na.md,a.md\n",
            "line 1: the header is ['file', 'file']: expected the column file, and each column once",
        ),
        ("file,autors\na.md,x\n", "line 1: an unknown column is 'autors': expected perhaps 'authors'"),
        ("file,title\na.md,x,y\n", "line 2: the line is ['y']: expected as many cells as in the header"),
        ("file,title\n,x\n", "line 2: column file is '': expected the name of a file"),
        ("file,published\na.md,May\n", "line 2: column published: 'May' is not a date: expected YYYY,"),
        ("file,url\na.md,x\n", "line 2: column url is 'x': expected an absolute http or https URL"),
        ("file,authors\na.md,Ada;;Jo\n", "line 2: column authors[1] is '': expected a line of text"),
        ("file,text_kind\na.md,part\n", "line 2: column text_kind is 'part': expected one of full, extract, digest"),
        ('file,title\na.md,"x', "line 1: unexpected end of data"),
        ("file,title\nb.md,x\n", "line 2, file 'b.md' is not one of the files read"),
        ("file,title\na.md,x\na.md,y\n", "lines 2 and 3 both name"),
    ],
)
def test_a_wrong_manifest_says_where_and_what_was_wanted(reading: Reading, table: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r"meta\.csv") as raised:
        reading("a.md", RECORD, manifest=table)
    assert problem in str(raised.value)


def test_a_line_that_names_two_files_is_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.md").write_text(RECORD)
    table = tmp_path / "meta.csv"
    table.write_text("file,title\nx.md,First\n")
    with pytest.raises(ValueError, match="expected a longer path, for one of them"):
        read_paths([tmp_path], overrides=Overrides(manifest=table))


def test_a_title_cannot_be_set_for_a_file_of_many_articles(reading: Reading) -> None:
    with pytest.raises(ValueError, match="column title: the file holds many articles: expected an empty cell"):
        reading("a.jsonl", "", manifest="file,title\na.jsonl,x\n")


def test_a_manifest_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.csv: cannot be read: No such file"):
        read_paths([tmp_path], overrides=Overrides(manifest=tmp_path / "none.csv"))
    (tmp_path / "meta.csv").write_bytes(b"file\n\xff")
    with pytest.raises(ValueError, match=r"meta\.csv: byte 0xff at 5 is not UTF-8"):
        read_paths([tmp_path], overrides=Overrides(manifest=tmp_path / "meta.csv"))


@pytest.mark.parametrize(
    ("overrides", "problem"),
    [
        (Overrides(date="yesterday"), "--date: published: 'yesterday' is not a date: expected YYYY,"),
        (Overrides(date=""), "--date: published: '' is not a date"),
        (Overrides(source=" "), "--source: source is ' ': expected a line of text"),
    ],
)
def test_a_wrong_option_stops_before_anything_is_read(overrides: Overrides, problem: str) -> None:
    with pytest.raises(ValueError, match=r"^--") as raised:
        read_paths([], overrides=overrides)
    assert str(raised.value).startswith(problem)


def test_a_manifest_cannot_name_a_list_of_urls(reading: Reading) -> None:
    """Otherwise the documents would be loaded without these values, silently."""
    wanted = "is a list of URLs, and its values would not apply to the documents at these URLs: expected"
    for row in ("a.txt,Gazette", "a.txt,"):
        with pytest.raises(ValueError, match=re.escape(wanted)):
            reading("a.txt", "http://a.example/1\n", manifest=f"file,source\n{row}\n")
