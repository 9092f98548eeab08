"""An element of our own namespace with what a load needs of an article and no other element of a feed has exactly."""

from app.wire.exports.feed_xml import element
from app.wire.exports.feeds import FeedEntry

FEED_NAMESPACE = {"xmlns:dateline": "urn:dateline:feed"}


def record_element(entry: FeedEntry) -> str:
    """Return the element of an article; unknown values have no attribute."""
    item = entry.item
    published, source = item["published"], item["source"]
    return element(
        "dateline:article",
        title=item["title"],
        url=item["url"],
        source=source["id"],
        source_name=source["name"],
        language=item["language"],
        language_basis=item["language_basis"],
        text_kind=item["text_kind"],
        published_on=published["on"],
        published_at=published["at"],
        precision=published["precision"],
        zone=published["zone"],
        basis=published["basis"],
        evidence=published["evidence"],
        # Only where it says why there is no lead.
        text_withheld=None if item["lead"] else "true" if entry.text_withheld else "false",
    )
