"""A search as RSS 2.0, with the elements of Atom and Dublin Core that the RSS Advisory Board's profile recommends."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from app.wire.articles import article_urn
from app.wire.exports.feed_records import FEED_NAMESPACE, record_element
from app.wire.exports.feed_xml import XML_DECLARATION, element, optional_element, start_tag
from app.wire.exports.feeds import (
    FEED_DESCRIPTION,
    GENERATOR,
    Feed,
    FeedEntry,
    coarse_date,
    dated_text,
    entities_url,
    reading_url,
    shown_instant,
)
from app.wire.exports.tables import in_chunks

RSS_TYPE = "application/rss+xml"

RSS_NAMESPACES = {
    "version": "2.0",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    **FEED_NAMESPACE,
}


def rss_feed(feed: Feed, entries: Iterable[FeedEntry]) -> Iterator[bytes]:
    """Yield the document as UTF-8 in chunks."""
    return in_chunks(line.encode() for line in _lines(feed, entries))


def _lines(feed: Feed, entries: Iterable[FeedEntry]) -> Iterator[str]:
    yield XML_DECLARATION + start_tag("rss", **RSS_NAMESPACES) + start_tag("channel")
    yield element("title", feed.title)
    yield element("link", feed.home_url)
    yield element("description", FEED_DESCRIPTION)
    yield optional_element("lastBuildDate", _rfc_822(feed.updated))
    yield element("generator", GENERATOR)
    yield element("atom:link", rel="self", type=RSS_TYPE, href=feed.url)
    yield element("atom:link", rel="first", type=RSS_TYPE, href=feed.first_url)
    if feed.next_url is not None:
        yield element("atom:link", rel="next", type=RSS_TYPE, href=feed.next_url)
    for entry in entries:
        yield "".join(_item(feed, entry))
    yield "</channel>\n</rss>\n"


def _item(feed: Feed, entry: FeedEntry) -> Iterator[str]:
    item = entry.item
    yield start_tag("item")
    yield element("guid", article_urn(item["id"]), isPermaLink="false")
    yield element("title", item["title"])
    yield element("link", reading_url(feed, item))
    yield optional_element("dc:date", coarse_date(item))
    yield optional_element("pubDate", _rfc_822(shown_instant(item)))
    for author in item["authors"]:
        yield element("dc:creator", author)
    yield element("dc:publisher", item["source"]["name"])
    yield record_element(entry)
    yield optional_element("dc:language", item["language"])
    for entity in item["entities"]:
        yield element("category", entity["name"], domain=entities_url(feed, entity))
    yield optional_element("dc:rights", item["rights"])
    # Readers interpret a description as HTML, so plain text is escaped twice.
    yield element("description", escape(dated_text(item, item["lead"])))
    yield "</item>\n"


def _rfc_822(instant: str | None) -> str | None:
    """Return an instant as an RFC 822 date with a four-digit year, as RSS requires."""
    return None if instant is None else format_datetime(datetime.fromisoformat(instant), usegmt=True)
