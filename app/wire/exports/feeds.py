"""Shared by all feed formats: the metadata of a feed, its entries, and the openings of their texts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from app import __version__
from app.search.index.snapshot import Snapshot
from app.search.sql.pages import PageRows
from app.settings import ServeText
from app.wire.articles import article_items, is_kind_served
from app.wire.fields import EntityCountFields, ItemFields

GENERATOR = f"Dateline {__version__}"
FEED_DESCRIPTION = "Articles matching a Dateline search, newest first."

# Enough to choose what to read, too little to replace the article.
MAX_OPENING_LENGTH = 300
"""Maximum number of code points of a text that a feed shows."""

# Twice the length that is shown, because each run of white space is reduced to one space.
OPENING_LENGTH = 2 * MAX_OPENING_LENGTH
"""Number of code points of a text to read for a feed."""

URI_SAFE = "!#$%&'()*+,/:;=?@[]~"
"""Characters of a URI that stay as they are besides letters, digits and `-._` (RFC 3986); `%` starts an escape."""

_PARAGRAPH_END = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed; all its URLs are absolute.

    `published_at` is when the corpus version was published, as an RFC 3339 instant; None before the first publish.
    """

    title: str
    url: str
    first_url: str
    next_url: str | None
    search_url: str
    api_url: str
    published_at: str | None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An article of a feed; `opening` is the beginning of its text, None if the operator withholds it."""

    item: ItemFields
    opening: str | None


def feed_entries(snapshot: Snapshot, pages: Iterable[PageRows], serve: ServeText) -> Iterator[FeedEntry]:
    """Yield the articles of pages of rows, whose texts are OPENING_LENGTH long."""
    for page in pages:
        for article, item in zip(page.articles, article_items(snapshot, page.articles), strict=True):
            is_served = is_kind_served(serve, article.text_kind)
            yield FeedEntry(item, opening(page.texts[article.id]) if is_served else None)


def opening(text: str) -> str:
    """Return the first paragraph of a text on one line; a long one is cut after a word and ends with an ellipsis."""
    words = " ".join(_PARAGRAPH_END.split(text.strip(), 1)[0].split())
    return words if len(words) <= MAX_OPENING_LENGTH else words[: MAX_OPENING_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def page_url(feed: Feed, item: ItemFields) -> str:
    """Return the URL of an article at its publisher, as a URI, or at this API if that is unknown."""
    return quote(item["url"], safe=URI_SAFE) if item["url"] else article_url(feed, item)


def article_url(feed: Feed, item: ItemFields) -> str:
    """Return the URL of an article at this API."""
    return f"{feed.api_url}/articles/{item['id']}"


def entities_url(feed: Feed, entity: EntityCountFields) -> str:
    """Return the URL of the list of entities of this entity's type: the scheme of which its id is a term."""
    return f"{feed.api_url}/entities?type={entity['type']}"


def printed_day(item: ItemFields) -> str | None:
    """Return the printed day, month or year of an article without an instant; None if it has an instant or no date."""
    published = item["published"]
    return published["on"] if published["at"] is None else None
