"""WARC files: captured pages are articles; other records are counted, and broken ones refused."""

import gzip
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.input import warc
from seed.readers.input.archives import unpack
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.readers.input.unpacking import InputFile
from seed.readers.input.warc import (
    MAX_BROKEN_RECORDS,
    MAX_HEADER_BYTES,
    OTHER_RECORD,
    OTHER_STATUS,
    OTHER_TYPE,
    REVISIT,
)
from seed.records import NoArticle, RawArticle, ReadItem, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason
from tests.seed.readers.warc_content import PAGE, URL, http, record, response, zipped

SECOND = "https://harbour-gazette.example/second"
LENGTHS = "expected its correct length"
SERVER_PAGE = "the page has no date, and the title of an error or of a check for browsers"


def unpacked(content: bytes) -> list[object]:
    """Return the URLs of the pages in a WARC, why records are refused, and how often what is skipped."""
    shown: list[object] = []
    for item in unpack(BytesIO(content), "a.warc", 1_000):
        match item:
            case InputFile():
                assert item.capture is not None
                assert item.name == f"a.warc!{item.capture.url}"
                shown.append(item.capture.url)
            case NoArticle():
                shown.append((item.reason, item.count))
            case Refusal():
                shown.append(item.reason)
    return shown


def read(tmp_path: Path, content: bytes, name: str = "a.warc") -> list[ReadItem]:
    """Return what is read of a file, records that are no articles, too."""
    (tmp_path / name).write_bytes(content)
    return list(read_paths([tmp_path / name], overrides=Overrides()))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (record(b"software: crawler", kind="warcinfo"), OTHER_RECORD),
        (record(b"GET / HTTP/1.1\r\n\r\n", kind="request"), OTHER_RECORD),
        (record(b"fetchTimeMs: 1", kind="metadata"), OTHER_RECORD),
        (record(b"20190304\nexample", "Content-Type: text/dns", url="dns:harbour-gazette.example"), OTHER_RECORD),
        (record(b"domain: example"), OTHER_RECORD),
        (record(PAGE, "Content-Type: text/html", kind="conversion"), OTHER_RECORD),
        (record(PAGE, "Content-Type: text/html", kind="resource", url="urn:page:1"), OTHER_RECORD),
        (record(PAGE, "Content-Type: text/html", kind="resource", url="file:///a.html"), OTHER_RECORD),
        (record(b"<html>", kind="response", url=""), OTHER_RECORD),
        (record(http(b""), kind="revisit"), REVISIT),
        (record(http(b"Gone", status="404 Not Found")), OTHER_STATUS),
        (record(http(PAGE, status="206 Partial Content")), OTHER_STATUS),
        (record(http(b"p{}", content_type="text/css")), OTHER_TYPE),
        (record(http(b"<rss/>", content_type="application/rss+xml")), OTHER_TYPE),
        (record(b"x", "Content-Type: image/png", kind="resource"), OTHER_TYPE),
        (record(b"x", kind="resource"), OTHER_TYPE),
        (response(b" \r\n"), OTHER_TYPE),
        (response(b"\xff\xd8\xff\xe0\0\x10JFIF" + b"a" * 5_000), OTHER_TYPE),
        (response(b"RIFF\x24\0\0\0WEBPVP8 "), OTHER_TYPE),
        (response(b"%PDF-1.7 <html>"), OTHER_TYPE),
        (response(b"OggS\0\x02\0\0", "Content-Encoding: identity"), OTHER_TYPE),
    ],
)
def test_other_records_are_counted(content: bytes, what: str) -> None:
    assert unpacked(content * 2 + response()) == [URL, (what, 2)]


@pytest.mark.parametrize(
    "content",
    [
        response(),
        record(http(PAGE, content_type="application/xhtml+xml; charset=utf-8")),
        record(http(PAGE).replace(b"Content-Type: text/html\r\n", b"")),
        record(http(PAGE).replace(b"HTTP/1.1 200 OK", b"HTTP/2 200")),
        record(PAGE, "Content-Type: text/html", kind="resource"),
        record(http(PAGE), url=f"<{URL}>"),
        response().replace(b"WARC/1.0", b"WARC/0.18").replace(b"WARC-Type: response", b"warc-type:  Response "),
        record(http(PAGE).replace(b"\r\n", b"\n")).replace(b"\r\n", b"\n"),
        response().rstrip(b"\r\n"),
        response() + b"\r\n" * 1_000,
        b"\r\n\n\r\n" + response(),
        response(b"\x01" + PAGE),
        record(http(PAGE.decode().encode("utf-16"))),
        record(http(PAGE.decode().encode("utf-16-le"), content_type="text/html; charset=utf-16le")),
        response(gzip.compress(PAGE)),
        response().replace(b"\r\nContent-Length", b"\r\nX: a\r\n b\r\nX-Long: " + b"a" * 9_000 + b"\r\nContent-Length"),
    ],
)
def test_a_captured_page_is_an_article(tmp_path: Path, content: bytes) -> None:
    article = only_article(read(tmp_path, content))
    assert article.title == "Ferry sails again"
    assert article.source == "The Harbour Gazette"
    assert article.url == URL
    assert article.published.on is None
    assert article.text.startswith("The ferry between")
    assert article.origin.path.endswith(f"a.warc!{URL}")


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.warc.gz", zipped),
        ("a.gz", lambda content: zipped(content[:99], content[99:])),
    ],
)
def test_a_warc_in_gzip_keeps_the_name_of_its_file(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    article = only_article(read(tmp_path, pack(response()), name))
    assert article.origin.path.endswith(f"{name}!{URL}")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (record(http(PAGE), length=30), LENGTHS),
        (record(http(PAGE), length=len(http(PAGE)) + 300), LENGTHS),
        (record(b"GET", kind="request", length=1), LENGTHS),
        (record(http(PAGE), length="-1"), "the Content-Length of a record is '-1': expected a number of bytes"),
        (record(http(PAGE), length="x"), "the Content-Length of a record is 'x': expected a number of bytes"),
        (response().replace(b"Content-Length", b"Length"), "the Content-Length of a record is '': expected a number"),
        (b"WARC/1.0\r\n" + b"a: b\r\n" * 50_000 + b"\r\n", f"the header of a record has more than {MAX_HEADER_BYTES}"),
        (record(http(PAGE), url="https://[a/"), "WARC-Target-URI is 'https://[a/': expected an absolute http"),
        (record(http(PAGE), url="https://a.example/" + "b" * 3_000), "WARC-Target-URI"),
        (record(http(PAGE).replace(b"\r\n\r\n", b"\r\n")), "the HTTP headers of the page have no end"),
        (response(b"?", "Content-Encoding: compress"), "the page is compressed as 'compress'"),
        (response(bytes(MAX_RECORD_BYTES + MAX_HEADER_BYTES)), "the page has more than 10000000 bytes"),
        (response(gzip.compress(bytes(MAX_RECORD_BYTES + 1)), "Content-Encoding: gzip"), "the page has more than"),
    ],
    ids=range(13),
)
def test_a_broken_record_costs_itself_only(broken: bytes, reason: str) -> None:
    padding = record(bytes(200_000), kind="metadata")  # So that no page is out of proportion to the file.
    first, second, last, _ = unpacked(response() + broken + response(url=SECOND) + padding)
    assert (first, last) == (URL, SECOND)
    assert str(second).startswith(reason) or str(second).endswith(reason)


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (response()[:-80], f"the file ends after {len(http(PAGE)) - 76} of the {len(http(PAGE))} bytes of the record"),
        (response()[:50], "the file ends within the header of a record"),
        (b"what is this", "no record begins after"),
        (record(b"", kind="request", length=10**17), "the file ends after 4 of the 100000000000000000 bytes"),
    ],
)
def test_a_file_that_is_cut_is_reported(end: bytes, reason: str) -> None:
    assert any(reason in str(item) for item in unpacked(response(url=SECOND) + end))


def test_records_within_a_cut_record_are_read() -> None:
    found = unpacked(record(http(PAGE), length=5_000_000) + response(url=SECOND))
    assert "the file ends after" in str(found[0])
    assert found[1:] == [SECOND]


def test_a_record_without_beginning_is_skipped() -> None:
    content = record(b"", kind="request", length=2).removesuffix(b"\r\n") + b"x" * 70_000 + b"\n" + response()
    assert [str(item)[:16] for item in unpacked(content)] == ["no record begins", URL[:16]]


def test_a_wacz_may_have_several_warcs(tmp_path: Path) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/a.warc.gz", zipped(response(), record(http(b""), kind="revisit")))
        archive.writestr("archive/b.warc", b"\r\n" + response(url=SECOND))
        archive.writestr("pages/pages.jsonl", '{"title": "Ferry", "text": "It sails.", "source": "Gazette"}')
    found = read(tmp_path, file.getvalue(), "a.wacz")
    assert [item.url for item in found if isinstance(item, RawArticle)] == [URL, SECOND]
    assert [item.reason for item in found if isinstance(item, NoArticle)] == [REVISIT]


def test_a_cut_gzip_loses_only_its_last_records(tmp_path: Path) -> None:
    content = zipped(response(), response(url=SECOND))
    article, refusal = read(tmp_path, content[:-40], "a.warc.gz")
    assert isinstance(article, RawArticle)
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("the archive is broken (Compressed file ended")
    *_, refusal = read(tmp_path, zipped(response(), response()[:90])[:-20], "a.warc.gz")
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("the archive is broken")


def test_a_file_of_broken_records_is_given_up() -> None:
    found = unpacked(record(b"", length="x") * 2 * MAX_BROKEN_RECORDS)
    assert len(found) == MAX_BROKEN_RECORDS + 1
    assert found[-1] == "100 records have no valid length: the rest of the file is not read"


def test_a_file_of_other_records_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MAX_RECORDS_WITHOUT_PAGE", 2)
    assert unpacked(record(b"", kind="request") * 3 + response()) == [
        "2 consecutive records have no page: the rest of the file is not read",
        (OTHER_RECORD, 2),
    ]


def test_what_a_capture_hides_counts_in_the_budget() -> None:
    bomb = response(zipped(b" " * 5_000_000 + b"x"), "Content-Encoding: gzip")
    assert str(unpacked(bomb * 4)[-1]).startswith("the archive is a bomb")


@pytest.mark.parametrize("compresslevel", [0, 9])
def test_a_bomb_in_two_archives_is_one(compresslevel: int) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.warc.gz", gzip.compress(response(bytes(11_000_000)), compresslevel))
    assert str(unpacked(file.getvalue())[0]).startswith("the archive is a bomb")


def test_a_page_that_was_cut_is_an_extract(tmp_path: Path) -> None:
    cut = record(http(PAGE), "WARC-Truncated: length")
    article = only_article(read(tmp_path, cut))
    assert article.text_kind == "extract"
    assert article.notes[-1] == "the capture of the page ends early: the text may not be all of it"


def test_a_page_has_the_charset_of_its_response(tmp_path: Path) -> None:
    content = record(http(PAGE.replace(b"Ferry", b"F\xe4hre"), content_type='text/html; charset="windows-1252"'))
    assert only_article(read(tmp_path, content)).title == "Fähre sails again"


@pytest.mark.parametrize(
    ("url", "body", "reason"),
    [
        ("https://harbour-gazette.example/", PAGE, "the page is the front page of a site"),
        ("https://harbour-gazette.example/index.html", PAGE, "the page is the front page of a site"),
        (URL, b"<!doctype html><title>Ferry | Gazette</title><h1>Ferry</h1>", "the page has no text"),
        (URL, b'{"title": "Ferry"}', OTHER_TYPE),
        (URL, PAGE.replace(b"Ferry sails again", b"Page not found"), SERVER_PAGE),
        (URL, PAGE.replace(b"Ferry sails again", b"404 - Not found"), SERVER_PAGE),
        (URL, PAGE.replace(b"Ferry sails again", b"Checking your browser"), SERVER_PAGE),
        (
            URL,
            PAGE.replace(b"<article>", b"<meta property=og:type content=website><article>"),
            "the page has no date, and is of the type 'website'",
        ),
    ],
)
def test_a_page_that_is_no_article_is_counted(tmp_path: Path, url: str, body: bytes, reason: str) -> None:
    (item,) = read(tmp_path, response(body, url=url))
    assert isinstance(item, NoArticle)
    assert item.reason == reason


def test_other_faults_of_a_page_are_refused(reading: Reading) -> None:
    page = PAGE.replace(b"Ferry", b"<meta charset=utf-7>F\xe4hre")
    assert "not a text encoding" in only_reason(reading("a.warc", response(page)))


def test_an_unexpected_error_costs_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.readers.fetched.read_fetched", lambda *_: 1 / 0)
    (item,) = read(tmp_path, response())
    assert isinstance(item, Refusal)
    assert "ZeroDivisionError" in item.reason
    assert "CaptureTask" in item.trace or "fetched.py" in item.trace


def test_an_arc_is_refused_by_name(reading: Reading) -> None:
    arc = b"filedesc://a.arc 0.0.0.0 20190304000000 text/plain 9\n1 0 x\n"
    assert "the file is an ARC file, the predecessor of WARC" in only_reason(reading("a.arc.gz", zipped(arc)))
