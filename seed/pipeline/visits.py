"""Store the last visit of each fetched URL, in the database that holds the articles read from it."""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, delete, select
from sqlmodel import col

from app.models import FetchedUrl
from seed.pipeline.bulk import chunked, insert_rows
from seed.records import Visit


def last_visit(engine: Engine, url: str) -> Visit | None:
    """Return the last visit of a URL from which every record was stored."""
    with engine.connect() as connection:
        row = connection.execute(select(FetchedUrl).where(col(FetchedUrl.url) == url)).one_or_none()
    return None if row is None else Visit(**row._mapping)


def store_visits(connection: Connection, visits: Iterable[Visit]) -> None:
    """Store visits, replacing earlier ones of the same URLs."""
    newest = {visit.url: visit for visit in visits}
    for urls in chunked(newest):
        connection.execute(delete(FetchedUrl).where(col(FetchedUrl.url).in_(urls)))
    rows = [(v.url, v.etag, v.last_modified, v.fetched_at, v.status, v.content_hash) for v in newest.values()]
    insert_rows(connection, FetchedUrl, rows)
