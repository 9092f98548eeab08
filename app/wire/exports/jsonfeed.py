"""A feed as JSON Feed 1.1."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_core import to_json

from app.wire.articles import urn
from app.wire.exports.feeds import DESCRIPTION, Entry, Feed, article_url, page_url
from app.wire.exports.tables import in_chunks

JSON_FEED_TYPE = "application/feed+json"

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed, entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the document as UTF-8 in chunks."""
    return in_chunks(_parts(feed, entries))


def _parts(feed: Feed, entries: Iterable[Entry]) -> Iterator[bytes]:
    head = {
        "version": VERSION,
        "title": feed.title,
        "description": DESCRIPTION,
        "home_page_url": feed.search_url,
        "feed_url": feed.url,
        "next_url": feed.next_url,
    }
    yield _json(head).removesuffix(b"}") + b',"items":['
    for number, entry in enumerate(entries):
        yield (b",\n" if number else b"\n") + _json(_item(feed, entry))
    yield b"\n]}\n"


def _item(feed: Feed, entry: Entry) -> dict[str, Any]:
    item = entry.item
    return {
        "id": urn(item["id"]),
        "url": page_url(feed, item),
        "title": item["title"],
        # The format wants a content; of a text that is withheld the title is all there is.
        "content_text": entry.opening or item["title"],
        "summary": entry.opening,
        "date_published": item["published"]["at"],
        "authors": [{"name": name} for name in item["authors"]],
        "tags": list(dict.fromkeys(entity["name"] for entity in item["entities"])),
        "language": item["language"],
        "_dateline": {
            "url": article_url(feed, item),
            **{key: item[key] for key in ("source", "published", "text_kind", "rights", "entities")},
        },
    }


def _json(fields: dict[str, Any]) -> bytes:
    """Return the fields that are known: the format leaves out what is not."""
    return to_json({name: value for name, value in fields.items() if value})
