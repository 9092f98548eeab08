"""A search as an Atom feed (RFC 4287), in pages (RFC 5005)."""

from collections.abc import Iterable, Iterator

from app.wire.articles import article_urn
from app.wire.exports.feed_xml import XML_DECLARATION, element, optional_element, start_tag
from app.wire.exports.feeds import (
    FEED_DESCRIPTION,
    GENERATOR,
    Feed,
    FeedEntry,
    article_url,
    entities_url,
    page_url,
    printed_day,
)
from app.wire.exports.tables import in_chunks

ATOM_TYPE = "application/atom+xml"

ATOM_NAMESPACES = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:dc": "http://purl.org/dc/elements/1.1/"}

# Atom requires an instant.
NEVER_UPDATED = "1970-01-01T00:00:00Z"
"""The value of `updated` before the first publish."""


def atom_feed(feed: Feed, entries: Iterable[FeedEntry]) -> Iterator[bytes]:
    """Yield the document as UTF-8 in chunks."""
    return in_chunks(line.encode() for line in _lines(feed, entries))


def _lines(feed: Feed, entries: Iterable[FeedEntry]) -> Iterator[str]:
    updated = feed.published_at or NEVER_UPDATED
    yield XML_DECLARATION + start_tag("feed", **ATOM_NAMESPACES)
    yield element("id", feed.first_url)
    yield element("title", feed.title)
    yield element("subtitle", FEED_DESCRIPTION)
    yield element("updated", updated)
    yield element("generator", GENERATOR)
    yield element("link", rel="self", type=ATOM_TYPE, href=feed.url)
    yield element("link", rel="alternate", type="application/json", href=feed.search_url)
    yield element("link", rel="first", type=ATOM_TYPE, href=feed.first_url)
    if feed.next_url is not None:
        yield element("link", rel="next", type=ATOM_TYPE, href=feed.next_url)
    for entry in entries:
        yield "".join(_entry(feed, entry, updated))
    yield "</feed>\n"


def _entry(feed: Feed, entry: FeedEntry, updated: str) -> Iterator[str]:
    item = entry.item
    at = item["published"]["at"]
    yield start_tag("entry", **{"xml:lang": item["language"]})
    yield element("id", article_urn(item["id"]))
    yield element("title", item["title"])
    # Without an instant, only the time of the publish is known; the printed day is in `dc:date`.
    yield element("updated", at or updated)
    yield optional_element("published", at)
    yield optional_element("dc:date", printed_day(item))
    for author in item["authors"] or [item["source"]["name"]]:
        yield f"<author>{element('name', author).rstrip()}</author>\n"
    yield element("dc:publisher", item["source"]["name"])
    yield element("link", rel="alternate", href=page_url(feed, item))
    yield element("link", rel="alternate", type="application/json", href=article_url(feed, item))
    for entity in item["entities"]:
        scheme = entities_url(feed, entity)
        yield element("category", term=entity["id"], scheme=scheme, label=entity["name"])
    yield optional_element("rights", item["rights"])
    yield optional_element("summary", entry.opening)
    yield "</entry>\n"
