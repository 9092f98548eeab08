"""Pages saved as MHTML."""

import base64
from pathlib import Path

import pytest

from seed.readers.mime.saved_pages import matches
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

CASES = Path(__file__).resolve().parent / "cases"
BLINK = "From: <Saved by Blink>\nSnapshot-Content-Location: https://gazette.example/1\nMIME-Version: 1.0\n"
PAGE = "<html><head><title>Ferry sails</title></head><body><h1>Ferry sails</h1><p>It sails – again.</p></body></html>"


def test_a_page_of_chrome_loads(reading: Reading) -> None:
    page = only_article(reading("54-chrome.mhtml", (CASES / "54-chrome.mhtml").read_bytes()))
    assert (page.title, page.source) == ("Norland sends second ferry", "The Harbour Gazette")
    assert page.url == "https://harbour-gazette.example/second-ferry"
    assert (page.published.on, page.published.at) == ("2019-03-04", 1_551_742_200)
    assert page.text.startswith("The government of Norland")
    assert page.text.endswith("at least.")


SAVED = [
    (BLINK, "", True),
    (
        'From: "Saved by Windows Internet Explorer 8"\nMIME-Version: 1.0\nContent-Type: text/html\nContent-Location: http://a.example\n',
        "",
        True,
    ),
    ("From: <Saved>\nContent-Type: Multipart/Related\nMIME-Version: 1.0\n", "", True),
    ("From: a@b.example\nContent-Type: multipart/related\nMIME-Version: 1.0\n", "", False),
    ("From: a@b.example\nContent-Type: multipart/related\nMIME-Version: 1.0\n", ".mht", True),
    ("From: Gazette\nTo: b\nContent-Type: multipart/related\nMIME-Version: 1.0\n", "", False),
    ("From: Gazette\nMIME-Version: 1.0\nContent-Type: text/html\n", "", False),
    ("From: Gazette\nMIME-Version: 1.0\n", "", False),
    ("<html>", ".mht", False),
]


@pytest.mark.parametrize(("text", "suffix", "is_saved"), SAVED)
def test_a_saved_page_is_recognized_by_its_header(text: str, suffix: str, *, is_saved: bool) -> None:
    assert matches(text, suffix) == is_saved


@pytest.mark.parametrize(
    ("header", "url"),
    [
        (BLINK, "https://gazette.example/1"),
        ("From: <Saved>\nMIME-Version: 1.0\nContent-Location: http://gazette.example/2\n", "http://gazette.example/2"),
        ("From: <Saved>\nMIME-Version: 1.0\nContent-Location: file:///C:/1.htm\n", None),
        (
            BLINK.replace("https://gazette.example/1", "=?utf-8?Q?https://gazette.example/=C3=A4?="),
            "https://gazette.example/ä",
        ),
    ],
)
def test_the_address_is_where_the_page_was_saved(reading: Reading, header: str, url: str | None) -> None:
    content = f"{header}Content-Type: text/html; charset=utf-8\n\n{PAGE}"
    page = only_article(reading("a.mht", content, source="Gazette"))
    assert (page.url, page.text, page.published.on) == (url, "It sails – again.", None)


def test_the_page_is_the_part_that_the_header_names(reading: Reading) -> None:
    header = BLINK + 'Content-Type: multipart/related; start="<main@x>"; boundary=b\n\n'
    frame = "--b\nContent-Type: text/html\nContent-ID: <ad@x>\n\n<p>Buy oars.</p>\n"
    content = f"{header}{frame}--b\nContent-Type: text/html; charset=utf-8\nContent-ID: main@x\n\n{PAGE}\n--b--"
    page = only_article(reading("a.mht", content, source="Gazette"))
    assert (page.text, page.notes) == ("It sails – again.", ("frames that were not read: 1",))


def test_an_article_in_a_frame_is_not_lost_in_silence(reading: Reading) -> None:
    header = BLINK + "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
    frame = f"--b\nContent-Type: text/html; charset=utf-8\n\n{PAGE}\n--b--"
    page = "<html><title>Reader</title><iframe src='cid:a'></iframe></html>\n"
    assert only_reason(reading("a.mht", header + page + frame)).endswith("; frames that were not read: 1")
    frames = "<html><title>Gazette</title><frameset cols='1,2'><frame src='cid:a'></frameset></html>\n"
    reason = only_reason(reading("a.mht", header + frames + frame))
    expected = "the page consists of frames: expected the frame with the article, saved by itself"
    assert reason == f"{expected}; frames that were not read: 1"


REPORT = (
    f"<html><head><title>Ferry sails</title></head><body><h1>Ferry sails</h1><p>{'It sails again. ' * 20}</p></html>"
)
FRAME = "--b\nContent-Type: text/html; charset=utf-8\nContent-Location: https://frame.example/1\n\n{}\n"
ADVERTISEMENT = FRAME.format("<html><title>Oars</title><p>Buy oars.</p></html>")


@pytest.mark.parametrize(
    "page",
    [
        "<html><title>Reader</title><iframe src='cid:a'></iframe></html>",
        "<html><title>Gazette</title><frameset cols='1,2'><frame src='cid:a'></frameset></html>",
        "<html><title>Gazette</title><h1>Gazette</h1><p>Read the report below.</p><iframe src='cid:a'></iframe></html>",
    ],
)
def test_the_only_frame_with_a_report_is_read(reading: Reading, page: str) -> None:
    header = f"{BLINK}Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n{page}\n"
    frames = ADVERTISEMENT + FRAME.format(REPORT)
    article = only_article(reading("a.mht", f"{header}{frames}--b--", source="Gazette"))
    assert (article.title, article.text[:15]) == ("Ferry sails", "It sails again.")
    assert article.url == "https://gazette.example/1"
    assert article.notes[0] == "the article is in a frame of the page; other frames that were not read: 1"


def test_of_several_frames_with_reports_none_is_read(reading: Reading) -> None:
    frames = (
        f"{BLINK}Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<title>Reader</title>\n"
    )
    reason = only_reason(reading("a.mht", f"{frames}{FRAME.format(REPORT) * 2}--b--", source="Gazette"))
    assert reason.endswith("; 2 frames have a text of their own: expected the one with the article, saved by itself")


def test_a_page_with_a_report_is_read_whatever_is_in_its_frames(reading: Reading) -> None:
    longer = REPORT.replace("Ferry sails", "Comments").replace("again", "again and again")
    frames = f"{BLINK}Content-Type: multipart/related; boundary=b\n\n{FRAME.format(REPORT)}{FRAME.format(longer)}--b--"
    article = only_article(reading("a.mht", frames, source="Gazette"))
    assert (article.title, article.notes) == ("Ferry sails", ("frames that were not read: 1",))


def test_an_encoding_may_be_that_of_the_page_or_of_the_user(reading: Reading) -> None:
    page = PAGE.replace("<head>", "<head><meta charset=windows-1252>")
    content = f"{BLINK}Content-Type: text/html\n\n{page}".encode("cp1252")
    assert only_article(reading("a.mhtml", content)).text == "It sails – again."
    assert only_article(reading("a.mhtml", content, encoding="windows-1252")).text == "It sails – again."
    encoded = base64.encodebytes(PAGE.encode("koi8-r", "replace")).decode()
    content = f"{BLINK}Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n{encoded}".encode()
    assert only_article(reading("a.mhtml", content, encoding="koi8-r")).text == "It sails ? again."
    declared = f"{BLINK}Content-Type: text/html; charset=koi8-r\n\n{PAGE}"
    assert only_article(reading("a.mhtml", declared)).notes == ("the message declares koi8-r, but is UTF-8",)


def test_a_page_that_cannot_be_read_is_refused(reading: Reading) -> None:
    assert "no HTML page" in only_reason(reading("a.mhtml", f"{BLINK}Content-Type: image/png\n\nA"))
    unknown = f"{BLINK}Content-Type: text/html\nContent-Transfer-Encoding: x-gzip\n\nA"
    assert "the encoding 'x-gzip' is not read" in only_reason(reading("a.mhtml", unknown))
    assert "title is None" in only_reason(reading("a.mhtml", f"{BLINK}Content-Type: text/html\n\n<p>It sails.</p>"))
