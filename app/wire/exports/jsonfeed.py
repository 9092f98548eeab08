"""A search as JSON Feed 1.1."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_core import to_json

from app.wire.articles import article_urn
from app.wire.exports.feeds import (
    FEED_DESCRIPTION,
    Feed,
    FeedEntry,
    article_url,
    dated_text,
    reading_url,
    shown_instant,
)
from app.wire.exports.tables import in_chunks

JSON_FEED_TYPE = "application/feed+json"

JSON_FEED_VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed, entries: Iterable[FeedEntry]) -> Iterator[bytes]:
    """Yield the document as UTF-8 in chunks."""
    return in_chunks(_lines(feed, entries))


def _lines(feed: Feed, entries: Iterable[FeedEntry]) -> Iterator[bytes]:
    head = {
        "version": JSON_FEED_VERSION,
        "title": feed.title,
        "description": FEED_DESCRIPTION,
        "home_page_url": feed.home_url,
        # The format has no other identifier of a feed, so that all pages have the same.
        "feed_url": feed.first_url,
        "next_url": feed.next_url,
    }
    yield _json(head).removesuffix(b"}") + b',"items":['
    for number, entry in enumerate(entries):
        yield (b",\n" if number else b"\n") + _json(_item(feed, entry))
    yield b"\n]}\n"


def _item(feed: Feed, entry: FeedEntry) -> dict[str, Any]:
    item = entry.item
    return {
        "id": article_urn(item["id"]),
        "url": reading_url(feed, item),
        "title": item["title"],
        # The format requires content; without a lead, there is only the title.
        "content_text": dated_text(item, item["lead"] or item["title"]),
        "summary": item["lead"],
        # No `date_modified`: readers show it where there is no date of publication.
        "date_published": shown_instant(item),
        "authors": [{"name": name} for name in item["authors"]],
        "tags": list(dict.fromkeys(entity["name"] for entity in item["entities"])),
        "language": item["language"],
        "_dateline": {
            "url": article_url(feed, item),
            "source": item["source"],
            "published": item["published"],
            "text_kind": item["text_kind"],
            "rights": item["rights"],
            "entities": item["entities"],
            "page_url": item["url"],
            "language_basis": item["language_basis"],
            "text_withheld": entry.text_withheld,
        },
    }


def _json(fields: dict[str, Any]) -> bytes:
    """Return the fields that have a value as JSON; the format omits unknown ones."""
    return to_json({name: value for name, value in fields.items() if value})
