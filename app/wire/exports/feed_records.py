"""An element of our own namespace with what a load needs of an article and no other element of a feed has exactly."""

from app.wire.exports.feed_xml import element
from app.wire.fields import ItemFields

FEED_NAMESPACE = {"xmlns:dateline": "urn:dateline:feed"}


def record_element(item: ItemFields) -> str:
    """Return the element of an article; unknown values have no attribute."""
    published, source = item["published"], item["source"]
    return element(
        "dateline:article",
        title=item["title"],
        url=item["url"],
        source=source["id"],
        source_name=source["name"],
        language=item["language"],
        language_basis=item["language_basis"],
        published_on=published["on"],
        published_at=published["at"],
        precision=published["precision"],
        zone=published["zone"],
        basis=published["basis"],
        evidence=published["evidence"],
    )
