"""Whether a database still says what was written into it: its pages, its references, all checksums."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, inspect, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from app.errors import DamagedError
from app.labels import article_id
from app.models import Article, ArticleKey, Change, Mention, Pending, Publish, Removal, Revision, Statement
from app.search.index.storage import open_snapshot
from app.stores.sqlite import TEXTS, faults
from seed.pipeline.bulk import Values
from seed.pipeline.rows import digest

CHUNK = 2_000
"""Revisions that are read at a time: some megabytes."""


REVISIONS = select(Revision).where(col(Revision.id) > 0).order_by(col(Revision.id)).limit(CHUNK)
MENTIONS = select(Mention).where(col(Mention.revision_id).between(0, 0)).order_by(col(Mention.revision_id))
STATEMENTS = select(Statement).where(col(Statement.revision_id).between(0, 0)).order_by(col(Statement.revision_id))


_last = aliased(Change)
_LOGGED = select(col(Change.article_id), col(Change.revision_id)).where(
    col(Change.revision_id).is_not(None),
    col(Change.version)
    == select(func.max(col(_last.version))).where(col(_last.article_id) == col(Change.article_id)).scalar_subquery(),
)
"""What the log says is served: the last row of each article, if it has a revision."""

_LOST = select(col(Article.id)).where(
    col(Article.revision_id) > 0,
    col(Article.id).not_in(select(col(Pending.article_id))),
    col(Article.id).not_in(select(col(Removal.article_id))),
    col(Article.revision_id).not_in(select(_LOGGED.subquery().c.revision_id)),
)
_UNLINKED = {
    "article {} has no key": select(col(Article.id)).where(col(Article.id).not_in(select(col(ArticleKey.article_id)))),
    "article {} is neither served nor waits for it": _LOST,
    "log: version {} was never published": select(col(Change.version))
    .where(col(Change.version).not_in(select(col(Publish.version))))
    .distinct(),
}
"""What to say of each id that a query finds."""


Counted = Callable[[int, int], None]
"""Is told how many revisions of how many are looked at."""


def verify(engine: Engine, progress: Counted = lambda _done, _total: None) -> Iterator[str]:
    """Yield a line for everything that is wrong; nothing is changed. It reads all there is, some thousands a second."""
    for look in (_tables, faults, _index, _links, partial(_revisions, progress=progress)):
        try:
            yield from look(engine)
        except DatabaseError as error:
            yield f"cannot be read: {error.orig}"


def _tables(engine: Engine) -> Iterator[str]:
    """Yield the tables that are not there."""
    with engine.connect() as connection:
        there = inspect(connection).get_table_names()
    yield from (f"table {name} is missing" for name in (*SQLModel.metadata.tables, TEXTS) if name not in there)


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
        logged = {row.article_id: row.revision_id for row in session.connection().execute(_LOGGED)}
    articles = map(article_id, columns.article_ids.tolist())
    for id_, article in zip(columns.order.tolist(), articles, strict=True):
        if stored.get(id_) != article:
            yield f"index: revision {id_} of article {article} is served, but not stored"
        if logged.pop(article, None) != id_:
            yield f"log: revision {id_} of article {article} is served, but the log of changes says otherwise"
    yield from (f"log: article {article} is said to be served, and is not" for article in logged)


def _links(engine: Engine) -> Iterator[str]:
    """Yield the articles and versions that others should name, and do not."""
    with engine.connect() as connection:
        for sentence, query in _UNLINKED.items():
            yield from (sentence.format(id_) for id_ in connection.scalars(query))


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
