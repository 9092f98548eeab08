"""The articles that wait to be published, read from the tables: one row an article, one row a statement."""

from array import array
from collections.abc import Callable, Collection, Iterable
from itertools import chain
from typing import Any, Protocol

import numpy as np
from sqlalchemy import Connection, Executable, case, func, select
from sqlmodel import col

from app.labels import article_numbers
from app.models import POSTED_KINDS, Article, Mention, Pending, Removal, Revision, Statement
from app.search.index.bitmaps import Ids
from app.search.index.columns import NO_TIME, TEXT_PLACE, UNDATED, Columns
from seed.publish.delta import Arrivals, Coded, Coder, Numbers, Spoken

CHUNK = 2_000
"""Rows that are in memory as objects at a time, some megabytes; of all others there are numbers only."""

_BETWEEN = "\n"
"""Separates ids of entities, which are words joined by hyphens."""


# Two steps of IN make the database begin with the few that wait, where a join may begin with all that there are.
_PENDING = select(col(Pending.article_id))
_REMOVED = select(col(Removal.article_id))
_WAITING = select(col(Article.revision_id)).where(col(Article.id).in_(_PENDING), col(Article.id).not_in(_REMOVED))

_ARTICLES = (
    select(
        col(Revision.id),
        col(Revision.article_id),
        func.coalesce(col(Revision.first_day), UNDATED),
        func.coalesce(col(Revision.last_day), UNDATED),
        func.coalesce(col(Revision.local_time), NO_TIME),
        col(Revision.source_id),
        col(Revision.language),
        col(Revision.precision),
        col(Revision.named),
    )
    .where(col(Revision.id).in_(_WAITING))
    .order_by(col(Revision.id))
)

_PLACE = case((col(Statement.field) == "title", 0), else_=TEXT_PLACE) + col(Statement.start)

# As one value: one row of many names is read much sooner.
_ABOUT = (
    select(func.aggregate_strings(col(Mention.entity_id), _BETWEEN))
    .where(
        col(Mention.revision_id) == col(Statement.revision_id),
        col(Mention.field) == col(Statement.field),
        # Bounded on both sides, so that it is a part of the table's own order that is looked through.
        col(Mention.start).between(col(Statement.start), col(Statement.end)),
        col(Mention.end) <= col(Statement.end),
        col(Mention.kind).in_(POSTED_KINDS),
    )
    .scalar_subquery()
)

_STATEMENTS = (
    select(col(Statement.revision_id), _PLACE, col(Statement.speaker_id), _ABOUT)
    .where(col(Statement.revision_id).in_(_WAITING))
    .order_by(col(Statement.revision_id), _PLACE)
)


def waiting_articles(connection: Connection) -> Arrivals:
    """Return the waiting articles, in order of their revisions, with what each of them names and states."""
    revisions, articles, first, last, times = array("q"), _ArticleIds(), array("i"), array("i"), array("i")
    source, language, precision, entity = _Names(), _Names(), _Names(), _Lists(tuple)
    _gather(connection, _ARTICLES, revisions, articles, first, last, times, source, language, precision, entity)
    columns = Columns(
        order=np.frombuffer(revisions, np.int64),
        article_ids=articles.numbers(),
        first_day=np.frombuffer(first, np.int32),
        last_day=np.frombuffer(last, np.int32),
        local_time=np.frombuffer(times, np.int32),
    )
    return Arrivals(
        columns,
        source.coded(),
        language.coded(),
        precision.coded(),
        entity.lengths(),
        entity.coded(),
        _spoken(connection, columns.order),
        _removed(connection),
    )


def _removed(connection: Connection) -> Ids:
    removed = _ArticleIds()
    _gather(connection, _REMOVED.where(col(Removal.article_id).in_(_PENDING)), removed)
    return removed.numbers()


def _spoken(connection: Connection, order: Ids) -> Spoken:
    revisions, places, speaker, about = array("q"), array("i"), _Names(), _Lists(_parted)
    _gather(connection, _STATEMENTS, revisions, places, speaker, about)
    return Spoken(
        rows=np.searchsorted(order, np.frombuffer(revisions, np.int64)).astype(np.int32),
        places=np.frombuffer(places, np.int32),
        speaker=speaker.coded(),
        about_lengths=about.lengths(),
        about=about.coded(),
    )


class _Column(Protocol):
    """What gathers the values of a column, a chunk at a time."""

    def extend(self, values: tuple[Any, ...], /) -> None: ...


def _gather(connection: Connection, query: Executable, *columns: _Column) -> None:
    for rows in connection.execute(query).partitions(CHUNK):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)


class _ArticleIds:
    """Public ids, as their numbers."""

    def __init__(self) -> None:
        self._chunks = [np.empty(0, np.int64)]

    def extend(self, values: tuple[str, ...]) -> None:
        self._chunks.append(article_numbers(values))

    def numbers(self) -> Ids:
        return np.concatenate(self._chunks)


class _Names:
    """A name or None each row."""

    def __init__(self) -> None:
        self._coder = Coder()
        self._codes = array("i")

    def extend(self, values: Iterable[str | None]) -> None:
        self._codes.extend(map(self._coder.__getitem__, values))

    def coded(self) -> Coded:
        return self._coder.coded(self._codes)


class _Lists:
    """Several names each row; `read` makes them of its value."""

    def __init__(self, read: Callable[[Any], Collection[str]]) -> None:
        self._read = read
        self._names = _Names()
        self._lengths = array("i")

    def extend(self, values: Iterable[Any]) -> None:
        lists = list(map(self._read, values))
        self._lengths.extend(map(len, lists))
        self._names.extend(chain.from_iterable(lists))

    def lengths(self) -> Numbers:
        return np.frombuffer(self._lengths, np.int32)

    def coded(self) -> Coded:
        return self._names.coded()


def _parted(joined: str | None) -> list[str]:
    return joined.split(_BETWEEN) if joined else []
