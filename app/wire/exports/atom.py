"""A search as an Atom feed (RFC 4287), in pages (RFC 5005)."""

from collections.abc import Iterable, Iterator

from app.wire.articles import article_urn
from app.wire.exports.feed_records import FEED_NAMESPACE, record_element
from app.wire.exports.feed_xml import XML_DECLARATION, element, optional_element, start_tag
from app.wire.exports.feeds import (
    FEED_DESCRIPTION,
    GENERATOR,
    Feed,
    FeedEntry,
    article_url,
    coarse_date,
    dated_text,
    entities_url,
    reading_url,
    shown_instant,
)
from app.wire.exports.tables import in_chunks

ATOM_TYPE = "application/atom+xml"

ATOM_NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    **FEED_NAMESPACE,
}

# Atom requires an instant.
NEVER_UPDATED = "1970-01-01T00:00:00Z"
"""The value of `updated` before the first publish."""


def atom_feed(feed: Feed, entries: Iterable[FeedEntry]) -> Iterator[bytes]:
    """Yield the document as UTF-8 in chunks."""
    return in_chunks(line.encode() for line in _lines(feed, entries))


def _lines(feed: Feed, entries: Iterable[FeedEntry]) -> Iterator[str]:
    yield XML_DECLARATION + start_tag("feed", **ATOM_NAMESPACES)
    yield element("id", feed.first_url)
    yield element("title", feed.title)
    yield element("subtitle", FEED_DESCRIPTION)
    yield element("updated", feed.updated or NEVER_UPDATED)
    yield element("generator", GENERATOR)
    yield element("link", rel="self", type=ATOM_TYPE, href=feed.url)
    yield element("link", rel="alternate", href=feed.home_url)
    yield element("link", rel="related", type="application/json", href=feed.search_url)
    yield element("link", rel="first", type=ATOM_TYPE, href=feed.first_url)
    if feed.next_url is not None:
        yield element("link", rel="next", type=ATOM_TYPE, href=feed.next_url)
    for entry in entries:
        yield "".join(_entry(feed, entry))
    yield "</feed>\n"


def _entry(feed: Feed, entry: FeedEntry) -> Iterator[str]:
    item = entry.item
    yield start_tag("entry", **{"xml:lang": item["language"]})
    yield element("id", article_urn(item["id"]))
    yield element("title", item["title"])
    # feedparser reads `dc:date` as `updated`, and keeps the last of both.
    yield optional_element("dc:date", coarse_date(item))
    yield element("updated", entry.updated)
    yield optional_element("published", shown_instant(item))
    for author in item["authors"] or [item["source"]["name"]]:
        yield f"<author>{element('name', author).rstrip()}</author>\n"
    yield record_element(entry)
    yield element("dc:publisher", item["source"]["name"])
    # One alternate only: some readers follow the first one, others the last one.
    yield element("link", rel="alternate", href=reading_url(feed, item))
    yield element("link", rel="related", type="application/json", href=article_url(feed, item))
    for entity in item["entities"]:
        scheme = entities_url(feed, entity)
        yield element("category", term=entity["id"], scheme=scheme, label=entity["name"])
    yield optional_element("rights", item["rights"])
    yield element("summary", dated_text(item, item["lead"]))
    yield "</entry>\n"
