"""The format of a file: detected from its content, then from its suffix, or forced."""

import codecs

import pytest

from seed.readers.registry import detect_format
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article

TOLD = [
    ("---\ntitle: Ferry\n", "a.txt", "markdown"),
    ("\ufeff---\r\n# A remark.\r\ntitle: Ferry\r\n", "a", "markdown"),
    ("---\nA rule, and no key\n", "a.txt", "page"),
    ('{"title": "Ferry"}\n', "a", "json-lines"),
    ('\n { "title": "Ferry"}', "a.txt", "json-lines"),
    ('{"title": "Ferry\n{}', "a.jsonl", "json-lines"),
    ("[Photo] Ferry\n", "a.txt", "page"),
    ("", "a.ndjson", "json-lines"),
    ("Ferry", "a.MD", "markdown"),
    ("Ferry", "a.doc", None),
    ("Ferry", "", None),
    ("# Two\nhttps://g.example/1\n", "a.txt", "urls"),
    ("https://g.example/1", "a.csv", "csv"),
    ("", "a.urls", "urls"),
]


@pytest.mark.parametrize(("text", "name", "format_name"), TOLD)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_content_decides_the_format_then_the_suffix(
    text: str, name: str, format_name: str | None, encoding: str
) -> None:
    assert detect_format(text.encode(encoding), name) == format_name


def test_binary_content_indicates_no_format() -> None:
    assert detect_format(codecs.BOM_UTF16_LE + b"a", "a.txt") == "page"
    assert detect_format(b"\xff\xd8\xff", "a.jpg") is None


def test_what_is_declared_counts_between_content_and_suffix() -> None:
    assert detect_format(b"Ferry", "a.md", "html") == "html"
    assert detect_format(b"<html>", "a.md", "feed") == "html"


def test_a_format_can_be_forced(reading: Reading) -> None:
    page = 'MRC Store\n{"Ferry"}\n\nA text.'
    assert only_article(reading("a.txt", page, format="page")).title == '{"Ferry"}'


def test_an_unknown_format_stops_the_run(reading: Reading) -> None:
    with pytest.raises(ValueError, match="--format: 'excel' is not a format: expected one of feed"):
        reading("a.txt", "", format="excel")
