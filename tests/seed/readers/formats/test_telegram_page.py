"""Pages of Telegram's HTML export beyond the files of `archives/telegram`."""

from dataclasses import replace

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.registry import detect_format
from seed.records import Origin, RawArticle
from tests.seed.readers.archive_scores import ARCHIVES
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

PAGE = (
    '<html><head><title>Exported Data</title></head><body><div class="page_wrap"><div class="page_header">'
    '<div class="content"><div class="text bold">Quay</div></div></div><div class="history">{}</div></div></body>'
)
MESSAGE = '<div class="message default" id="{}"><div class="body">{}</div></div>'
DATE = '<div class="pull_right date details" title="02.05.2023 11:30:00{}">11:30</div>'


def page(*messages: tuple[str, str]) -> str:
    """Return a page with messages of these ids and contents."""
    return PAGE.format("".join(MESSAGE.format(*message) for message in messages))


@pytest.mark.parametrize("name", ["basic", "group", "no-zone"])
def test_both_exports_of_a_channel_are_the_same_articles(name: str) -> None:
    pages, records = (
        [
            replace(item, origin=Origin("a"))
            for item in read_paths([ARCHIVES / "telegram" / f"{name}.{suffix}"], overrides=Overrides())
            if isinstance(item, RawArticle)
        ]
        for suffix in ("html", "json")
    )
    assert pages == records
    assert not any(article.matches_by_title for article in pages)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [(" UTC+05:30", "+05:30"), (" UTC", "+00:00"), ("", None), (" MSK+1", None)],
)
def test_a_date_has_a_zone_if_the_page_names_it(reading: Reading, zone: str, expected: str | None) -> None:
    content = page(("message1", f'{DATE.format(zone)}<div class="text">It sails.</div>'))
    article = only_article(reading("messages.html", content))
    assert (article.published.zone, article.id, article.source) == (expected, "1", "Quay")


def test_a_message_lacks_what_its_page_lacks(reading: Reading) -> None:
    article = only_article(reading("messages.html", page(("x", '<div class="text">It <b>sails</b>.</div>'))))
    assert (article.id, article.published.on, article.text) == (None, None, "It sails.")
    headless = page(("message1", '<div class="text">It sails.</div>')).replace("text bold", "text")
    assert only_reason(reading("messages.html", headless)).startswith("source: Telegram names neither")
    named = headless.replace('<div class="body">', '<div class="body"><div class="from_name">Ada <i>Byrne</i></div>')
    assert only_article(reading("messages.html", named)).source == "Ada Byrne"


def test_what_is_no_message_is_skipped(reading: Reading) -> None:
    bare = '<div class="message default" id="message1"></div>'
    assert reading("messages.html", PAGE.format(bare)) == []
    assert reading("messages.html", page(("message-3", "2 May"))) == []
    assert reading("messages.html", PAGE.format('<div class="message')) == []


def test_a_message_with_too_much_markup_is_refused_by_itself(reading: Reading) -> None:
    much = '<div class="text">' + "<b>a</b>" * 5_001 + "</div>"
    first, second = reading(
        "messages.html", page(("message1", much), ("message2", '<div class="text">It sails.</div>'))
    )
    assert only_reason([first]).startswith("the message has too much HTML")
    assert only_article([second]).id == "2"


def test_a_page_of_too_many_messages_is_refused(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.readers.formats.telegram_page.MAX_MESSAGES", 1)
    found = reading("messages.html", page(("message1", ""), ("message2", "")))
    assert only_reason(found) == "the page has 2 messages: expected at most 1"


def test_an_error_of_ours_costs_one_message(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.readers.formats.telegram_page.read_by_recipe", lambda *_args, **_options: 1 / 0)
    found = reading("messages.html", page(("message1", '<div class="text">It sails.</div>')))
    assert only_reason(found).startswith("could not be read (ZeroDivisionError")


def test_pages_are_detected_by_title_or_classes() -> None:
    assert detect_format(PAGE.encode(), "a.html") == "telegram"
    assert detect_format(b'<html><div class="page_header"></div><div class="page_body chat_page">', "a") == "telegram"
    assert detect_format(b"<html><title>Other Data</title>", "a.html") == "html"


def test_a_page_without_messages_and_a_wrong_encoding(reading: Reading) -> None:
    wrong = PAGE.format("").encode() + b"\xff\xfe\xfd"
    assert "UTF-8" in only_reason(reading("messages.html", wrong))
