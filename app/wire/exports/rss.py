"""A feed as RSS 2.0, with the elements of Atom and Dublin Core that the RSS Advisory Board's profile recommends."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from app.wire.articles import urn
from app.wire.exports.feed_xml import DECLARATION, element, given, start
from app.wire.exports.feeds import DESCRIPTION, GENERATOR, Entry, Feed, entities_url, page_url, printed_day
from app.wire.exports.tables import in_chunks

RSS_TYPE = "application/rss+xml"

NAMESPACES = {
    "version": "2.0",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}


def rss_feed(feed: Feed, entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the document as UTF-8 in chunks."""
    return in_chunks(part.encode() for part in _parts(feed, entries))


def _parts(feed: Feed, entries: Iterable[Entry]) -> Iterator[str]:
    yield DECLARATION + start("rss", **NAMESPACES) + start("channel")
    yield element("title", feed.title)
    yield element("link", feed.search_url)
    yield element("description", DESCRIPTION)
    yield given("lastBuildDate", _rfc_822(feed.published_at))
    yield element("generator", GENERATOR)
    yield element("atom:link", rel="self", type=RSS_TYPE, href=feed.url)
    yield element("atom:link", rel="first", type=RSS_TYPE, href=feed.first_url)
    if feed.next_url is not None:
        yield element("atom:link", rel="next", type=RSS_TYPE, href=feed.next_url)
    for entry in entries:
        yield "".join(_item(feed, entry))
    yield "</channel>\n</rss>\n"


def _item(feed: Feed, entry: Entry) -> Iterator[str]:
    item = entry.item
    yield start("item")
    yield element("guid", urn(item["id"]), isPermaLink="false")
    yield element("title", item["title"])
    yield element("link", page_url(feed, item))
    yield given("pubDate", _rfc_822(item["published"]["at"]))
    yield given("dc:date", printed_day(item))
    for author in item["authors"]:
        yield element("dc:creator", author)
    yield element("dc:publisher", item["source"]["name"])
    yield given("dc:language", item["language"])
    for entity in item["entities"]:
        yield element("category", entity["name"], domain=entities_url(feed, entity))
    yield given("dc:rights", item["rights"])
    # Readers take a description for HTML, so that plain text has to be escaped once more.
    yield given("description", escape(entry.opening or ""))
    yield "</item>\n"


def _rfc_822(instant: str | None) -> str | None:
    """Return an instant in the form of RFC 822 with four digits for the year, as RSS has it."""
    return None if instant is None else format_datetime(datetime.fromisoformat(instant), usegmt=True)
