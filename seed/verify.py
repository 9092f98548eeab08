"""Whether a database still says what was written into it: its pages, its references, all checksums."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from app.db import faults
from app.errors import DamagedError
from app.models import Mention, Revision, Statement
from app.search.labels import article_id
from app.search.parts import open_snapshot
from seed.bulk import Values
from seed.revisions import digest

CHUNK = 2_000
"""Revisions that are read at a time: some megabytes."""


REVISIONS = select(Revision).where(col(Revision.id) > 0).order_by(col(Revision.id)).limit(CHUNK)
MENTIONS = select(Mention).where(col(Mention.revision_id).between(0, 0)).order_by(col(Mention.revision_id))
STATEMENTS = select(Statement).where(col(Statement.revision_id).between(0, 0)).order_by(col(Statement.revision_id))


Counted = Callable[[int, int], None]
"""Is told how many revisions of how many are looked at."""


def verify(engine: Engine, progress: Counted = lambda _done, _total: None) -> Iterator[str]:
    """Yield a line for everything that is wrong; nothing is changed. It reads all there is, some thousands a second."""
    for look in (faults, _index, partial(_revisions, progress=progress)):
        try:
            yield from look(engine)
        except DatabaseError as error:
            yield f"cannot be read: {error.orig}"


def _index(engine: Engine) -> Iterator[str]:
    """Yield what is wrong with what is served: damaged blobs, revisions that are gone or are of other articles."""
    with Session(engine) as session:
        try:
            columns = open_snapshot(session).columns
        except DamagedError as error:
            yield f"index: {error}"
            return
        rows = session.connection().execute(select(col(Revision.id), col(Revision.article_id)))
        stored = {row.id: row.article_id for row in rows}
    articles = map(article_id, columns.article_ids.tolist())
    for id_, article in zip(columns.order.tolist(), articles, strict=True):
        if stored.get(id_) != article:
            yield f"index: revision {id_} of article {article} is served, but not stored"


def _revisions(engine: Engine, progress: Counted) -> Iterator[str]:
    """Yield the revisions whose rows are not those that were written."""
    with engine.connect() as connection:
        last = done = 0
        total = connection.scalar(select(func.count(col(Revision.id)))) or 0
        while rows := _raw(connection, REVISIONS, last):
            first, last = rows[0][0], rows[-1][0]
            mentions = _by_revision(_raw(connection, MENTIONS, first, last))
            statements = _by_revision(_raw(connection, STATEMENTS, first, last))
            for id_, *row, stored in rows:
                if stored and stored != digest(tuple(row), mentions.get(id_, ()), statements.get(id_, ())):
                    yield f"revision {id_} of article {row[0]} is not what was stored"
            done += len(rows)
            progress(done, total)


def _raw(connection: Connection, query: Select[Any], *bounds: int) -> list[Values]:
    """Return rows as they are stored, JSON as text; the bounds stand in for those of the query."""
    compiled = query.compile(dialect=connection.dialect)
    given = iter(bounds)
    values = tuple(next(given, compiled.params[name]) for name in compiled.positiontup or ())
    return [tuple(row) for row in connection.exec_driver_sql(str(compiled), values)]


def _by_revision(rows: list[Values]) -> dict[int, list[Values]]:
    """Return the rows of each revision, without it."""
    return {id_: [row[1:] for row in own] for id_, own in groupby(rows, key=itemgetter(0))}
