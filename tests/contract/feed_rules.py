"""Checks of feeds against the specifications of the three formats; each check returns the entries of a document."""

import json
import re
from collections import Counter
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
"""An RFC 3339 instant, which RFC 4287 (section 3.3) and JSON Feed require."""

DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
"""A day, month or year in W3CDTF, which Dublin Core recommends."""

ABSOLUTE = re.compile(r"(https?://[^/\s]+(/[!-~]*)?|urn:[a-z]+:[!-~]+)")
"""An absolute URI, in ASCII."""

RFC_822 = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")

ONCE_AT_MOST = ("published", "rights", "summary", "subtitle", "generator")


def atom_entries(document: bytes) -> list[ET.Element]:
    """Check a document against RFC 4287, sections 4.1 and 4.2, and return its entries."""
    feed = ET.fromstring(document)  # noqa: S314 - our counts document
    entries = feed.findall(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *entries):
        counts = Counter(child.tag.removeprefix(ATOM) for child in element)
        assert [counts[name] for name in ("id", "title", "updated")] == [1, 1, 1], counts
        assert max(counts[name] for name in ONCE_AT_MOST) <= 1, counts
        assert ABSOLUTE.fullmatch(_text(element, f"{ATOM}id"))
        assert all(
            INSTANT.fullmatch(_text(date)) for name in ("updated", "published") for date in element.iter(ATOM + name)
        )
        kinds = [(link.get("type"), link.get("hreflang")) for link in element.findall(f"{ATOM}link[@rel='alternate']")]
        assert len(kinds) == len(set(kinds)), "at most one alternate link per type and language"
        assert all(ABSOLUTE.fullmatch(link.get("href", "")) for link in element.findall(f"{ATOM}link"))
    for entry in entries:
        assert entry.findall(f"{ATOM}author/{ATOM}name"), "an author is required, because the feed has none"
        assert entry.findall(f"{ATOM}link[@rel='alternate']"), "an alternate link is required without content"
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))
        assert all(DAY.fullmatch(_text(day)) for day in entry.findall(f"{DC}date"))
    assert [len(feed.findall(f"{ATOM}link[@rel='{rel}']")) for rel in ("self", "first")] == [1, 1]
    _assert_distinct([_text(entry, f"{ATOM}id") for entry in entries])
    return entries


def rss_items(document: bytes) -> list[ET.Element]:
    """Check a document against RSS 2.0 and the profile of the RSS Advisory Board, and return its items."""
    rss = ET.fromstring(document)  # noqa: S314 - our counts document
    assert (rss.tag, rss.get("version"), [child.tag for child in rss]) == ("rss", "2.0", ["channel"])
    items = rss.findall("channel/item")
    counts = Counter(child.tag for child in rss[0])
    assert [counts[name] for name in ("title", "link", "description")] == [1, 1, 1]
    for item in items:
        names_in_item = Counter(child.tag for child in item)
        assert [names_in_item[name] for name in ("guid", "title", "link")] == [1, 1, 1]
        assert max(names_in_item[name] for name in ("pubDate", f"{DC}date", "description")) <= 1
        assert (item[0].tag, item[0].get("isPermaLink")) == ("guid", "false")
    for date in (*rss.iter("pubDate"), *rss.iter("lastBuildDate")):
        assert RFC_822.fullmatch(_text(date))
        assert parsedate_to_datetime(_text(date)).tzinfo is not None
    assert all(ABSOLUTE.fullmatch(_text(link)) for link in rss.iter("link"))
    assert len(rss[0].findall(f"{ATOM}link[@rel='self'][@type='application/rss+xml']")) == 1
    _assert_distinct([_text(item, "guid") for item in items])
    return items


def json_items(document: bytes) -> list[dict[str, Any]]:
    """Check a document against JSON Feed 1.1 and return its items."""
    feed = json.loads(document)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert all(ABSOLUTE.fullmatch(feed[name]) for name in ("home_page_url", "feed_url", "next_url") if name in feed)
    items: list[dict[str, Any]] = feed["items"]
    for item in items:
        assert isinstance(item["id"], str)
        assert item["content_text"], "content is required"
        assert ABSOLUTE.fullmatch(item["url"])
        assert INSTANT.fullmatch(item.get("date_published", "2015-11-01T00:00:00Z"))
        assert all(author["name"] for author in item.get("authors", ()))
        assert all(isinstance(tag, str) for tag in item.get("tags", ()))
        assert None not in item.values(), "unknown fields are left out"
    _assert_distinct([item["id"] for item in items])
    return items


def _text(element: ET.Element, name: str = ".") -> str:
    return element.findtext(name) or ""


def _assert_distinct(ids: list[str]) -> None:
    assert len(ids) == len(set(ids))
