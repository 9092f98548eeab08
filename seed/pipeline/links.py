"""Replace links by the records at their URLs, and remember each visit until the next load."""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection, Engine, delete, select
from sqlmodel import col

from app.models import FetchedUrl
from seed.faults import refuse_unexpected
from seed.fetch.client import FetchResult
from seed.fetch.errors import NotFetchedError
from seed.pipeline.bulk import chunked, insert_rows
from seed.readers.context import ReaderContext
from seed.readers.fetched import read_fetched
from seed.records import FetchedDocument, Link, Origin, Record, Refusal, UnchangedInput, Visit, VisitEnd

FetchFunction = Callable[[str], FetchResult]
"""Fetches a URL; raises NotFetchedError if there is nothing to read."""


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
        yield from _read_document(answer.document, context)
    yield VisitEnd(Origin(link.url), answer.visit)


def _read_document(document: FetchedDocument, context: ReaderContext) -> Iterator[Record]:
    try:
        yield from read_fetched(document, context)
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
