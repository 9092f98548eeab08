"""What all feed formats share: the metadata of a feed, its entries, and the openings of their texts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app import __version__
from app.search.query.search import Result
from app.search.sql import rows
from app.settings import ServeText
from app.wire.articles import EXPORT_BATCH_SIZE, ItemFields, article_items, is_text_served

GENERATOR = f"Dateline {__version__}"
FEED_DESCRIPTION = "Articles matching a Dateline search, newest first."

# Enough to choose what to read, too little to replace the article.
MAX_OPENING_LENGTH = 300
"""Maximum number of code points of a text that a feed shows."""

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


def feed_entries(result: Result, positions: Sequence[int], serve: ServeText) -> Iterator[FeedEntry]:
    """Yield the articles at these positions, read in batches; no read transaction is held between two batches."""
    for start in range(0, len(positions), EXPORT_BATCH_SIZE):
        batch = positions[start : start + EXPORT_BATCH_SIZE]
        items = article_items(result, batch)
        openings = _openings(result, batch, serve)
        result.text.session.rollback()
        yield from map(FeedEntry, items, openings)


def _openings(result: Result, positions: Sequence[int], serve: ServeText) -> list[str | None]:
    ids = [int(result.snapshot.columns.order[position]) for position in positions]
    # Twice the length, because each run of whitespace is reduced to one space.
    beginnings = rows.openings(result.text.session, ids, 2 * MAX_OPENING_LENGTH) if serve != "none" else ()
    openings = {row.id: opening(row.opening) for row in beginnings if is_text_served(row, serve)}
    return [openings.get(id_) for id_ in ids]


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


def entities_url(feed: Feed, entity: dict[str, Any]) -> str:
    """Return the URL of the list of entities of this entity's type: the scheme of which its id is a term."""
    return f"{feed.api_url}/entities?type={entity['type']}"


def printed_day(item: ItemFields) -> str | None:
    """Return the printed day, month or year of an article without an instant; None if it has an instant or no date."""
    published = item["published"]
    day: str | None = published["on"] if published["at"] is None else None
    return day
