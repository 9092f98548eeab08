"""Choosing the reader for a fetched document."""

import gzip
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from seed.readers import Overrides, reader_context
from seed.readers.fetched import MAX_REFUSALS_PER_DOCUMENT, FetchedItem, read_fetched
from seed.readers.registry import FORMATS
from seed.records import FetchedDocument, Origin, RawArticle, Refusal
from tests.seed.readers.only import only_article, only_reason
from tests.seed.readers.warc_content import record, response

JSON = b'{"title": "Ferry", "source": "Gazette", "text": "It sails."}\n'
MARKDOWN = b"---\ntitle: Ferry\nsource: Gazette\n---\nIt sails.\n"
HTML = (
    b"<html><head><title>Ferry</title><meta property='og:site_name' content='Gazette'></head>"
    b"<body><p>It sails.</p></body></html>"
)
FEED = (
    b"<rss version='2.0'><channel><title>Gazette</title><item><title>Ferry</title><link>https://quay.example/1</link>"
    b"<description>It sails.</description></item></channel></rss>"
)
TABLE = b"title,source,text\nFerry,Gazette,It sails.\n"
WANTED = f"expected one of {', '.join(name for name in FORMATS if name != 'urls')}, or --format"
PAGE = b"Ferry\n\nIt sails.\n"
URL = "https://harbour.example/ferry"


def fetched(body: bytes, content_type: str = "", *, at: str = URL, charset: str | None = None) -> FetchedDocument:
    """Return a document that was found after redirects."""
    return FetchedDocument("https://short.example/1", at, content_type, charset, body, 1_774_000_000)


def read_of(document: FetchedDocument, source: str | None = None, **forced: Any) -> list[FetchedItem]:  # noqa: ANN401 - options
    """Return the items read from a document, with a source and forced options if given."""
    return list(read_fetched(document, reader_context(Overrides(source=source, **forced))))


def zipped(**members: bytes) -> bytes:
    """Return a zip of members with one-letter names and the suffixes of their formats."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for suffix, content in members.items():
            archive.writestr(f"a.{suffix}", content)
    return file.getvalue()


def test_files_without_articles_in_an_archive_are_skipped() -> None:
    body = zipped(html=HTML, css=b"p {}", png=b"PNG")
    assert only_article(read_of(fetched(body, "application/zip"))).title == "Ferry"


@pytest.mark.parametrize(
    ("body", "content_type", "at"),
    [
        (HTML, "text/html", URL),
        (HTML, "application/octet-stream", URL),
        (HTML, "", URL + ".jsonl"),
        (TABLE, "text/csv", URL),
        (TABLE, "text/plain", URL + ".csv"),
        (b"[" + JSON + b"]", "application/json", URL),
        (gzip.compress(HTML), "application/gzip", URL + ".html.gz"),
        (gzip.compress(JSON), "application/octet-stream", URL + ".jsonl.gz"),
        (JSON, "application/jsonl", URL),
        (JSON, "application/x-ndjson", URL),
        (JSON, "text/plain", URL + ".jsonl?a=b"),
        (JSON, "application/octet-stream", URL + ".NDJSON"),
        (JSON, "application/json", URL),
        (b"\xef\xbb\xbf " + JSON, "", URL),
        (MARKDOWN, "text/markdown", URL),
        (MARKDOWN, "text/plain", URL + ".md"),
        (MARKDOWN, "", URL),
    ],
)
def test_type_url_and_content_decide_the_format(body: bytes, content_type: str, at: str) -> None:
    article = only_article(read_of(fetched(body, content_type, at=at)))
    assert (article.title, article.source, article.text) == ("Ferry", "Gazette", "It sails.")
    assert article.origin.path == "https://short.example/1"
    assert article.url == (at if article.origin.line is None else None)


@pytest.mark.parametrize("content_type", ["application/rss+xml", "text/xml", "text/html"])
def test_entries_of_a_feed_have_their_own_addresses(content_type: str) -> None:
    article = only_article(read_of(fetched(FEED, content_type)))
    assert (article.title, article.url) == ("Ferry", "https://quay.example/1")


def test_the_canonical_url_of_a_page_wins() -> None:
    page = HTML.replace(b"<meta", b"<link rel=canonical href='/1'><meta", 1)
    assert only_article(read_of(fetched(page, "text/html"))).url == "https://harbour.example/1"


def test_what_a_zip_holds_is_named_and_has_no_address_of_its_own() -> None:
    content = zipped(md=MARKDOWN, txt=PAGE, urls=b"http://a/\n", doc=b"GIF89a")
    article, page, listed, unread = read_of(fetched(content, "application/zip", at=URL + ".zip"))
    assert isinstance(article, RawArticle)
    assert (article.origin, article.url) == (Origin("https://short.example/1!a.md"), None)
    assert isinstance(page, Refusal)
    assert page.reason.startswith("source: the page has the signature of no outlet")
    assert isinstance(listed, Refusal)
    assert listed.reason.startswith("is a list of URLs")
    assert unread == Refusal(
        Origin("https://short.example/1!a.doc"), f"the format 'application/zip' is not supported: {WANTED}"
    )


@pytest.mark.parametrize("body", [response(), record(b"", kind="request"), gzip.compress(response())])
def test_a_web_archive_is_refused(body: bytes) -> None:
    (item,) = read_of(fetched(body, "application/gzip", at="http://a.example/a.warc.gz"))
    assert item == Refusal(Origin(item.origin.path), "is a WARC: expected it as a file")


def test_a_broken_archive_is_refused() -> None:
    (refusal,) = read_of(fetched(zipped(md=MARKDOWN)[:-30], "application/zip", at=URL + ".zip"))
    assert isinstance(refusal, Refusal)
    assert refusal.origin == Origin("https://short.example/1")
    assert refusal.reason.startswith("the archive is broken")


def test_format_and_encoding_can_be_forced() -> None:
    body = "title;source;text\nCaf\u00e9;Gazette;It sails.\n".encode("cp1252")
    assert only_article(read_of(fetched(body, "image/gif"), format="csv", encoding="cp1252")).title == "Caf\u00e9"
    assert only_article(read_of(fetched(JSON, "application/jsonl"), format="urls")).title == "Ferry"


@pytest.mark.parametrize("content_type", ["text/plain", ""])
def test_text_is_a_page_of_the_host(content_type: str) -> None:
    article = only_article(read_of(fetched(PAGE, content_type)))
    assert (article.title, article.source, article.text) == ("Ferry", "harbour.example", "It sails.")
    assert article.url == URL
    assert article.published.on is None


@pytest.mark.parametrize(
    ("at", "signature", "given", "source"),
    [
        ("https://www.harbour.example/a", "", None, "harbour.example"),
        ("https://intranet/a", "", None, "intranet"),
        ("https://en.rferl.org/a", "", None, "en.rferl.org"),
        ("https://en.rferl.org/a", "MRC Store", None, "en.rferl.org"),
        ("https://archive.example/a", "RFE/RL journalists report the news in many languages.", None, "rferl"),
        ("https://en.rferl.org/a", "", "Gazette", "Gazette"),
    ],
)
def test_the_outlet_of_a_page(at: str, signature: str, given: str | None, source: str) -> None:
    body = PAGE + b"\n" + signature.encode()
    assert only_article(read_of(fetched(body, "text/plain", at=at), given)).source == source


def test_an_address_that_is_stated_stays() -> None:
    body = MARKDOWN.replace(b"source:", b"url: https://quay.example/a\nsource:")
    assert only_article(read_of(fetched(body))).url == "https://quay.example/a"


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"GIF89a", "image/gif", f"the format 'image/gif' is not supported: {WANTED}"),
        (b"<svg>", "", f"the format 'no declared type' is not supported: {WANTED}"),
        (b"<html>", "", "title is None: expected a value"),
        (b"\0\1", "application/octet-stream", "the format 'application/octet-stream' is not supported: expected"),
        (b"", "text/plain", "title: the page is blank: expected a title and a text"),
        (
            b"http://a/\n",
            "text/plain",
            "is a list of URLs: expected the list as a file",
        ),
    ],
)
def test_what_is_not_read_says_so(body: bytes, content_type: str, reason: str) -> None:
    (refusal,) = read_of(fetched(body, content_type))
    assert isinstance(refusal, Refusal)
    assert refusal.origin == Origin("https://short.example/1")
    assert refusal.reason.startswith(reason)


def test_of_a_document_full_of_nothing_the_rest_is_not_read() -> None:
    found = read_of(fetched(JSON + b"no\n" * (MAX_REFUSALS_PER_DOCUMENT + 5) + JSON, "application/jsonl"))
    assert len(found) == 1 + MAX_REFUSALS_PER_DOCUMENT + 1
    assert found[-1] == Refusal(
        Origin("https://short.example/1"), "holds more than 1000 records that cannot be loaded: the rest is not read"
    )


@pytest.mark.parametrize(
    ("text", "encoding", "charset"),
    [
        ("Caf\u00e9", "utf-8", None),
        ("Caf\u00e9", "utf-8", "iso-8859-1"),
        ("Caf\u00e9", "iso-8859-1", "iso-8859-1"),
        ("\u2019", "cp1252", "windows-1252"),
        ("\u2019", "cp1252", "iso-8859-1"),
        ("\u0410\ufeff", "utf-16", "windows-1252"),
        ("\u0413\u0430\u0437\u0435\u0442\u0430", "cp1251", "windows-1251"),
        ("\u0413\u0430\u0437\u0435\u0442\u0430", "koi8-r", "KOI8-R"),
        ("\u65b0\u805e", "iso-2022-jp", "iso-2022-jp"),
        ("Cafe", "utf-16-le", "utf-16le"),
        ("Caf\u00e9", "utf-8", "x-unknown"),
    ],
)
def test_text_is_decoded_as_declared_unless_it_is_utf_8(text: str, encoding: str, charset: str | None) -> None:
    body = f"{text}\n\nIt sails.\n".encode(encoding)
    assert only_article(read_of(fetched(body, "text/plain", charset=charset))).title == text


def test_an_encoding_is_declared_by_the_server_then_by_the_page() -> None:
    page = "<html><meta charset=windows-1251><title>\u0413\u0430\u0437\u0435\u0442\u0430</title><p>It sails.</p>"
    for charset, encoding, notes in (
        ("windows-1251", "windows-1251", ()),
        ("koi8-r", "koi8-r", ()),
        (None, "windows-1251", ()),
        ("koi8-r", "utf-8", ("the page declares windows-1251, but is UTF-8",)),
    ):
        article = only_article(read_of(fetched(page.encode(encoding), "text/html", charset=charset)))
        assert (article.title, article.notes) == ("\u0413\u0430\u0437\u0435\u0442\u0430", notes)


@pytest.mark.parametrize("charset", [None, "ascii", "punycode", "rot13", "unicode_escape", "a\0b"])
def test_what_is_not_as_declared_is_refused(charset: str | None) -> None:
    reason = only_reason(read_of(fetched(b"Caf\xe9\n\nIt sails", "text/plain", charset=charset)))
    hint = "or --encoding windows-1252 if 'Café It sails' is right"
    assert reason == f"byte 0xe9 at 3 is not UTF-8: expected text in UTF-8, {hint}"


@drawn(
    st.binary(max_size=60) | st.sampled_from([JSON, MARKDOWN, PAGE, HTML, FEED, TABLE]),
    st.sampled_from(["", "text/plain", "text/markdown", "application/jsonl", "text/html", "text/xml", "text/csv"]),
    st.sampled_from([None, "utf-8", "utf-7", "utf-16", "big5", "hz", "euc-jp", "mac-roman", "idna", "zlib"]),
)
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str, charset: str | None) -> None:
    for item in read_of(fetched(body, content_type, charset=charset)):
        assert isinstance(item, RawArticle) or item.reason.isprintable()


def test_a_document_of_a_word_processor_is_read_as_what_it_is() -> None:
    assert "none of ProQuest" in only_reason(read_of(fetched(b"{\\rtf1 Ferry}", "application/octet-stream")))


def test_an_empty_document_is_named() -> None:
    assert only_reason(read_of(fetched(b" ", "application/json"))).startswith("the file is empty: expected an array")
