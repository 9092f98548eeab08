"""What all feeds of a search share: what a feed says of itself, its entries, and the first words of their texts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from app import __version__
from app.search.query.search import Result
from app.search.sql import rows
from app.settings import ServeText
from app.wire.articles import BATCH, Item, article_items, is_served

GENERATOR = f"Dateline {__version__}"
DESCRIPTION = "What a search of Dateline finds, newest first."

OPENING = 300
"""Code points of a text that a feed shows: enough to choose what to read, too few to replace it."""

URI = "!#$%&'()*+,/:;=?@[]~"
"""What stands in a URI as it is, beside letters, digits and `-._` (RFC 3986), and the sign of escapes."""

_PARAGRAPH_END = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed, by absolute URLs: its own, the first page's, the next one's, the search's and the API's.

    `published_at` is when the corpus version was published, in RFC 3339; None before the first publish.
    """

    title: str
    url: str
    first_url: str
    next_url: str | None
    search_url: str
    api_url: str
    published_at: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a feed; `opening` is what its text begins with, None where the operator withholds it."""

    item: Item
    opening: str | None


def feed_entries(result: Result, positions: Sequence[int], serve: ServeText) -> Iterator[Entry]:
    """Yield the articles at these positions in short reads: between two batches no read transaction is held."""
    for at in range(0, len(positions), BATCH):
        batch = positions[at : at + BATCH]
        items = article_items(result, batch)
        openings = _openings(result, batch, serve)
        result.text.session.rollback()
        yield from map(Entry, items, openings)


def _openings(result: Result, positions: Sequence[int], serve: ServeText) -> list[str | None]:
    ids = [int(result.snapshot.columns.order[position]) for position in positions]
    # Twice as many, since white space inside is made one space each.
    found = rows.openings(result.text.session, ids, 2 * OPENING) if serve != "none" else ()
    shown = {row.id: opening(row.opening) for row in found if is_served(row, serve)}
    return [shown.get(id_) for id_ in ids]


def opening(text: str) -> str:
    """Return the first paragraph of a text on one line; one that is long ends behind a word with an ellipsis."""
    words = " ".join(_PARAGRAPH_END.split(text.strip(), 1)[0].split())
    return words if len(words) <= OPENING else words[: OPENING - 1].rsplit(" ", 1)[0] + "…"


def page_url(feed: Feed, item: Item) -> str:
    """Return where an article was published, as a URI, or where Dateline serves it if that is unknown."""
    return quote(item["url"], safe=URI) if item["url"] else article_url(feed, item)


def article_url(feed: Feed, item: Item) -> str:
    """Return where Dateline serves an article."""
    return f"{feed.api_url}/articles/{item['id']}"


def entities_url(feed: Feed, entity: Item) -> str:
    """Return where Dateline lists the entities of this one's type: what an entity's id is a term of."""
    return f"{feed.api_url}/entities?type={entity['type']}"


def printed_day(item: Item) -> str | None:
    """Return the printed day, month or year of an article without an instant, None for one that has it or no date."""
    published = item["published"]
    day: str | None = published["on"] if published["at"] is None else None
    return day
