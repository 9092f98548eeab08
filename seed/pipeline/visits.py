"""What is remembered of an address between two loads, in the database that holds what came of it."""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, delete, select
from sqlmodel import col

from app.models import FetchedUrl
from seed.pipeline.bulk import in_parts, insert_rows
from seed.records import Visit


def known_visit(engine: Engine, url: str) -> Visit | None:
    """The last visit of an address of which everything was stored."""
    with engine.connect() as connection:
        row = connection.execute(select(FetchedUrl).where(col(FetchedUrl.url) == url)).one_or_none()
    return None if row is None else Visit(**row._mapping)


def store_visits(connection: Connection, visits: Iterable[Visit]) -> None:
    """Remember visits in place of earlier ones of the same addresses."""
    newest = {visit.url: visit for visit in visits}
    for some in in_parts(newest):
        connection.execute(delete(FetchedUrl).where(col(FetchedUrl.url).in_(some)))
    rows = [(v.url, v.etag, v.last_modified, v.fetched_at, v.status, v.content_hash) for v in newest.values()]
    insert_rows(connection, FetchedUrl, rows)
