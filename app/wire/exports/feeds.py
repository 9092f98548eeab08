"""Shared by all feed formats: the metadata of a feed, its entries, and their dates, links and texts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from app import __version__
from app.search.index.snapshot import Snapshot
from app.search.sql.pages import PageRows
from app.settings import ServeText
from app.wire.articles import article_items, format_instant, is_kind_served
from app.wire.fields import EntityCountFields, ItemFields

GENERATOR = f"Dateline {__version__}"
FEED_DESCRIPTION = "Articles matching a Dateline search, newest first."

URI_SAFE = "!#$%&'()*+,/:;=?@[]~"
"""Characters of a URI that stay as they are besides letters, digits and `-._` (RFC 3986); `%` starts an escape."""

# Readers show an instant in their own zone: noon in UTC is on the same day from UTC-12 to UTC+11.
DAY_TIME = "T12:00:00Z"
"""The time that readers get for a day without a time."""

DAY_LENGTH = len("2015-10-07")
"""Length of a printed day; months and years are shorter."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed; all its URLs are absolute.

    `updated` is the newest time at which one of its articles was updated, or that of the last publish if it has none,
    as an RFC 3339 instant; None before the first publish. `home_url` is where a person sees the search; `page_url` is
    the address of Dateline's page, None if it is not served.
    """

    title: str
    url: str
    first_url: str
    next_url: str | None
    home_url: str
    search_url: str
    api_url: str
    page_url: str | None
    updated: str | None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An article of a feed; `updated` is when its current revision was first served, as an RFC 3339 instant.

    An article without a lead has a text without words, or one that the operator withholds.
    """

    item: ItemFields
    updated: str
    text_withheld: bool


def feed_entries(snapshot: Snapshot, pages: Iterable[PageRows], serve: ServeText) -> Iterator[FeedEntry]:
    """Yield the articles of pages of rows, which have the leads that the operator serves."""
    for page in pages:
        ids = np.array([article.id for article in page.articles], np.int64)
        instants = snapshot.columns.updated_at[snapshot.ids.positions(ids)].tolist()
        for item, instant in zip(article_items(snapshot, page.articles), instants, strict=True):
            yield FeedEntry(item, str(format_instant(instant)), not is_kind_served(serve, item["text_kind"]))


def reading_url(feed: Feed, item: ItemFields) -> str:
    """Return the URL where a person can read an article, as a URI.

    It is at its publisher, in the reader of the page if that URL is unknown, or else at this API.
    """
    if item["url"]:
        return quote(item["url"], safe=URI_SAFE)
    return article_url(feed, item) if feed.page_url is None else f"{feed.page_url}?article={item['id']}"


def article_url(feed: Feed, item: ItemFields) -> str:
    """Return the URL of an article at this API."""
    return f"{feed.api_url}/articles/{item['id']}"


def entities_url(feed: Feed, entity: EntityCountFields) -> str:
    """Return the URL of the list of entities of this entity's type: the scheme of which its id is a term."""
    return f"{feed.api_url}/entities?type={entity['type']}"


def shown_instant(item: ItemFields) -> str | None:
    """Return the instant from which readers make the date of an article: its own, or noon in UTC of its printed day.

    Return None for a month or a year, which have no day, and for an undated article.
    """
    published = item["published"]
    if published["at"] is None and published["on"] is not None and len(published["on"]) == DAY_LENGTH:
        return published["on"] + DAY_TIME
    return published["at"]


def coarse_date(item: ItemFields) -> str | None:
    """Return the printed month or year of an article whose day is unknown, in W3CDTF; None for all others.

    A day would be wrong: some readers prefer it to an instant, and take it for midnight in UTC.
    """
    return item["published"]["on"] if shown_instant(item) is None else None


def dated_text(item: ItemFields, text: str | None) -> str:
    """Return a text after its printed date in brackets, which no reader can move to another day."""
    return f"[{item['published']['on'] or 'undated'}] {text or ''}".rstrip()
