"""Verify that a database still holds what was written: its pages, its references, all checksums."""

from collections.abc import Callable, Iterator
from dataclasses import astuple
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import Engine, Select, func, inspect, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from app.errors import DamagedError, OutdatedIndexError
from app.labels import article_id
from app.models import Article, ArticleKey, Change, Mention, Pending, Publish, Removal, Revision, Statement
from app.search.index.bitmaps import Int64Array, positions_of
from app.search.index.digests import revision_digest
from app.search.index.frequent_words import WordPart
from app.search.index.storage import open_snapshot, part_faults, read_part
from app.stores.store import connected_store
from seed.pipeline.bulk import RowValues
from seed.publish.publish import read_log

REVISIONS_PER_CHUNK = 2_000  # Some megabytes.
"""Revisions that are read together."""

REVISION_QUERY = select(Revision).order_by(col(Revision.id)).limit(REVISIONS_PER_CHUNK)

_newest = aliased(Change)
_LOGGED = select(col(Change.article_id), col(Change.revision_id)).where(
    col(Change.revision_id).is_not(None),
    col(Change.version)
    == select(func.max(col(_newest.version)))
    .where(col(_newest.article_id) == col(Change.article_id))
    .scalar_subquery(),
)
"""What is served according to the change log: the newest row of each article, if it has a revision."""

_UNSERVED = select(col(Article.id)).where(
    col(Article.revision_id) > 0,
    col(Article.id).not_in(select(col(Pending.article_id))),
    col(Article.id).not_in(select(col(Removal.article_id))),
    col(Article.revision_id).not_in(select(_LOGGED.subquery().c.revision_id)),
)
_MISSING_REFERENCES = {
    "article {} has no key": select(col(Article.id)).where(col(Article.id).not_in(select(col(ArticleKey.article_id)))),
    "article {} is neither served nor pending": _UNSERVED,
    "log: version {} was never published": select(col(Change.version))
    .where(col(Change.version).not_in(select(col(Publish.version))))
    .distinct(),
}
"""The message for each id that a query returns."""

VerifyProgress = Callable[[int, int], None]
"""Called with the number of verified revisions and their total."""


def verify(engine: Engine, progress: VerifyProgress = lambda _done, _total: None) -> Iterator[str]:
    """Yield a line per fault; nothing is changed. Everything is read, some thousands of revisions per second."""
    for check in (
        _check_tables,
        connected_store(engine).faults,
        _check_index,
        _check_references,
        partial(_check_revisions, progress=progress),
        connected_store(engine).word_faults,
        _check_frequent_words,
    ):
        try:
            yield from check(engine)
        except DatabaseError as error:
            yield f"cannot be read: {error.orig}"


def _check_tables(engine: Engine) -> Iterator[str]:
    """Yield the tables that are missing."""
    with engine.connect() as connection:
        existing = inspect(connection).get_table_names()
    tables = (*SQLModel.metadata.tables, *connected_store(engine).extra_tables)
    yield from (f"table {name} is missing" for name in tables if name not in existing)


def _check_index(engine: Engine) -> Iterator[str]:
    """Yield the faults of the served index: damaged parts, revisions that are missing or belong to other articles."""
    with Session(engine) as session:
        try:
            faults = [*part_faults(session.connection())]
            yield from (f"index: {fault}" for fault in faults)
            if faults:
                return
            snapshot = open_snapshot(session)
        except OutdatedIndexError:
            return  # No damage: it is built again from the tables, which are checked.
        except DamagedError as error:
            yield f"index: {error}"
            return
        rows = session.connection().execute(select(col(Revision.id), col(Revision.article_id)))
        stored = {row.id: row.article_id for row in rows}
        logged = {row.article_id: row.revision_id for row in session.connection().execute(_LOGGED)}
        log = read_log(session.connection(), after=0)
    columns = snapshot.columns
    if not all(map(np.array_equal, astuple(log), astuple(snapshot.log))):
        yield "log: publishes or changes differ from what was published"
    articles = map(article_id, columns.article_ids.tolist())
    for id_, article in zip(columns.order.tolist(), articles, strict=True):
        if stored.get(id_) != article:
            yield f"index: revision {id_} of article {article} is served but not stored"
        if logged.pop(article, None) != id_:
            yield f"log: revision {id_} of article {article} is served, but not according to the change log"
    yield from (f"log: article {article} is logged as served but is not" for article in logged)


def _check_references(engine: Engine) -> Iterator[str]:
    """Yield the articles and versions whose references are missing."""
    with engine.connect() as connection:
        for message, query in _MISSING_REFERENCES.items():
            yield from (message.format(id_) for id_ in connection.scalars(query))


def _check_revisions(engine: Engine, progress: VerifyProgress) -> Iterator[str]:
    """Yield the revisions whose rows differ from what was written."""
    read = connected_store(engine).raw_rows
    with engine.connect() as connection:
        last = done = 0
        total = connection.scalar(select(func.count(col(Revision.id)))) or 0
        while rows := read(connection, REVISION_QUERY.where(col(Revision.id) > last)):
            first, last = rows[0][0], rows[-1][0]
            mentions = _by_revision(read(connection, _rows_between(Mention, first, last)))
            statements = _by_revision(read(connection, _rows_between(Statement, first, last)))
            for id_, *row, stored in rows:
                if stored and stored != revision_digest(tuple(row), mentions.get(id_, ()), statements.get(id_, ())):
                    yield f"revision {id_} of article {row[0]} differs from what was stored"
            done += len(rows)
            progress(done, total)


def _check_frequent_words(engine: Engine) -> Iterator[str]:
    """Yield where the frequent words of the index, their counts or the lengths of texts differ from the text index."""
    with Session(engine) as session:
        try:
            snapshot = open_snapshot(session)
        except (DamagedError, OutdatedIndexError):
            return  # Said already, or no damage.
        words, index, connection = snapshot.words, connected_store(engine).text_index, session.connection()
        served = np.sort(snapshot.columns.order)
        read = partial(read_part, connection)

        def read_words(name: str) -> WordPart:
            return WordPart(read(name))

        for word in sorted(words.words):
            of_index = _by_id(served, *index.word_counts(connection, word))
            ids = positions_of(words.revisions(word) or BitMap())
            if not np.array_equal(_by_id(served, ids, np.ones_like(ids)) > 0, of_index > 0):
                yield f"index: the word {word!r} is in other articles than the text index says"
            elif words.are_counted and not np.array_equal(
                _by_id(served, *words.occurrences(word, read_words)), of_index
            ):
                yield f"index: the word {word!r} is in some articles more or less often than the text index says"
        if words.are_counted:
            of_index = _by_id(served, *index.lengths(connection, 0))
            if not np.array_equal(words.lengths(read)[served], of_index):
                yield "index: some articles have more or fewer words than the text index says"


def _by_id(served: Int64Array, ids: NDArray[np.integer], numbers: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return the number of each served revision, 0 where it is not among the ids; both ascend."""
    by_id = np.zeros(max([0, *served[-1:].tolist(), *ids[-1:].tolist()]) + 1, np.int64)
    by_id[ids] = numbers
    return by_id[served]


def _rows_between(table: type[Mention | Statement], first: int, last: int) -> Select[Any]:
    """Return the query for the rows of the revisions from the first to the last, in order of revision."""
    revision_id = col(table.revision_id)
    return select(table).where(revision_id.between(first, last)).order_by(revision_id)


def _by_revision(rows: list[RowValues]) -> dict[int, list[RowValues]]:
    """Return the rows of each revision, without its id."""
    return {id_: [row[1:] for row in own] for id_, own in groupby(rows, key=itemgetter(0))}
