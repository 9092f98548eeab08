"""Replace links by the records at their URLs, and remember each visit until the next load."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, delete, select
from sqlmodel import col

from app.models import FetchedUrl
from seed.faults import refuse_unexpected
from seed.fetch.client import FetchResult
from seed.fetch.errors import NotFetchedError
from seed.pipeline.bulk import chunked, insert_rows
from seed.readers.context import ReaderContext
from seed.readers.fetched import read_fetched
from seed.records import (
    FetchedDocument,
    Link,
    ListedPage,
    Origin,
    Record,
    Refusal,
    UnchangedInput,
    Visit,
    VisitEnd,
)

FetchFunction = Callable[[str], FetchResult]
"""Fetches a URL; raises NotFetchedError if there is nothing to read."""


MAX_LISTED_PAGES = 100_000
"""Maximum number of pages of lists without texts in one load: at one page per second, they take more than a day."""


@dataclass(slots=True)
class _PageList:
    """The pages that a file lists without their texts."""

    name: str
    links: list[Link] = field(default_factory=list)
    urls: set[int] = field(default_factory=set)  # Hashes: a list may have a million long URLs.
    hosts: set[str] = field(default_factory=set)
    dropped: int = 0

    def add(self, link: Link) -> None:
        """Count a page."""
        self.urls.add(hash(link.url))
        self.hosts.add(urlsplit(link.url).hostname or "")

    def size(self) -> str:
        """Return how many pages of how many hosts it lists."""
        return f"{len(self.urls):,} page{'s' * (len(self.urls) != 1)} of {_hosts(self.hosts)}"


def _hosts(hosts: set[str]) -> str:
    return f"1 host ({next(iter(hosts))})" if len(hosts) == 1 else f"{len(hosts):,} hosts"


def gather_lists(records: Iterable[Record], *, fetch: bool, announce: Callable[[str], None]) -> Iterator[Record]:
    """Yield the records, and at the end the pages that files list without their texts.

    Unless they are to be fetched, each such file is refused instead. Otherwise `announce` gets a line that says how
    many pages of how many hosts follow.
    """
    lists: dict[str, _PageList] = {}
    gathered = 0
    for record in records:
        if not isinstance(record, Link) or record.listed is None:
            yield record
            continue
        pages = lists.setdefault(record.origin.path, _PageList(record.listed.list_name))
        if fetch and gathered == MAX_LISTED_PAGES:
            pages.dropped += 1
            continue
        pages.add(record)
        if fetch:
            gathered += 1
            pages.links.append(record)
    if fetch and lists:
        urls, hosts = set[int](), set[str]()
        for pages in lists.values():
            urls, hosts = urls | pages.urls, hosts | pages.hosts
        announce(f"fetching {_PageList('', urls=urls, hosts=hosts).size()}, one after the other")
    for path, pages in lists.items():
        if not fetch:
            reason = f"{pages.name} lists {pages.size()} here without their texts: expected --fetch, which fetches them"
            yield Refusal(Origin(path), reason)
        elif pages.dropped:
            reason = (
                f"{pages.dropped:,} pages are too many: expected at most {MAX_LISTED_PAGES:,} listed pages per load"
            )
            yield Refusal(Origin(path), reason)
        yield from pages.links


def resolve_links(records: Iterable[Record], fetch: FetchFunction, context: ReaderContext) -> Iterator[Record]:
    """Yield the records, each link replaced by the records at its URL or by a refusal that says why there are none.

    Documents are read one at a time, and each URL is fetched only once.
    """
    seen: set[str] = set()
    for record in records:
        if not isinstance(record, Link):
            yield record
        elif record.url in seen:
            yield UnchangedInput(record.origin)
        else:
            seen.add(record.url)
            yield from _fetch_and_read(record, fetch, context)


def _fetch_and_read(link: Link, fetch: FetchFunction, context: ReaderContext) -> Iterator[Record]:
    try:
        answer = fetch(link.url)
    except NotFetchedError as error:
        is_listed = link.origin.line is not None
        yield Refusal(link.origin, f"{link.url}: {error}" if is_listed else str(error))
        return
    except Exception as error:
        yield refuse_unexpected(error, link.origin, f"fetched from {link.url}")
        return
    if answer.document is None:
        yield UnchangedInput(Origin(link.url))
    else:
        yield from _read_document(answer.document, context, link.listed)
    yield VisitEnd(Origin(link.url), answer.visit)


def _read_document(document: FetchedDocument, context: ReaderContext, listed: ListedPage | None) -> Iterator[Record]:
    try:
        yield from read_fetched(document, context, listed)
    except Exception as error:
        yield refuse_unexpected(error, Origin(document.url), "read")


def last_visit(engine: Engine, url: str) -> Visit | None:
    """Return the last visit of a URL from which every record was stored."""
    query = select(
        col(FetchedUrl.url),
        col(FetchedUrl.etag),
        col(FetchedUrl.last_modified),
        col(FetchedUrl.fetched_at),
        col(FetchedUrl.status),
        col(FetchedUrl.content_hash),
    )
    with engine.connect() as connection:
        row = connection.execute(query.where(col(FetchedUrl.url) == url)).one_or_none()
    return None if row is None else Visit(*row)


def store_visits(connection: Connection, visits: Iterable[Visit]) -> None:
    """Store visits, replacing earlier ones of the same URLs."""
    newest = {visit.url: visit for visit in visits}
    for urls in chunked(newest):
        connection.execute(delete(FetchedUrl).where(col(FetchedUrl.url).in_(urls)))
    rows = [(v.url, v.etag, v.last_modified, v.fetched_at, v.status, v.content_hash) for v in newest.values()]
    insert_rows(connection, FetchedUrl, rows)
