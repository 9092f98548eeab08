"""Read articles and their statements from the tables, as the batch of a publish: the pending ones or all."""

from array import array
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Protocol

import numpy as np
from sqlalchemy import ColumnElement, Connection, Executable, Select, case, func, insert, select
from sqlmodel import col

from app.labels import article_numbers
from app.models import (
    BEARER_MARK,
    POSTED_KINDS,
    Article,
    Change,
    Mention,
    Pending,
    Publish,
    Removal,
    Revision,
    Statement,
)
from app.posting_fields import ENTITY, POSTING_FIELDS
from app.search.index.batches import ArticleBatch, CategoricalColumn, CategoryEncoder, StatementBatch
from app.search.index.bitmaps import Int32Array, Int64Array, is_in
from app.search.index.columns import NO_TIME, TEXT_PLACE, UNDATED, Columns
from app.search.index.digests import LISTED_COLUMNS, listed_digest, stored_digest, text_digest

# Some megabytes of objects; all other rows are kept as numbers only.
ROWS_PER_CHUNK = 2_000
"""Rows that are in memory as objects at a time."""

_SEPARATOR = "\n"
"""Separates entity ids, which never contain it."""


# Nested IN queries make the database begin with the few pending articles; a join may begin with all articles.
_PENDING = select(col(Pending.article_id))
_REMOVED = select(col(Removal.article_id))
_PENDING_REVISIONS = select(col(Article.revision_id)).where(
    col(Article.id).in_(_PENDING), col(Article.id).not_in(_REMOVED)
)

_LAST_VERSION = (
    select(col(Change.article_id), func.max(col(Change.version)).label("version"))
    .group_by(col(Change.article_id))
    .subquery()
)
_SERVED_REVISIONS = (
    select(col(Change.revision_id))
    .join(
        _LAST_VERSION,
        (col(Change.article_id) == _LAST_VERSION.c.article_id) & (col(Change.version) == _LAST_VERSION.c.version),
    )
    .where(col(Change.revision_id).is_not(None))
)


_LAST_PENDING_VERSION = (
    select(col(Change.article_id), func.max(col(Change.version)).label("version"))
    .where(col(Change.article_id).in_(_PENDING))
    .group_by(col(Change.article_id))
    .subquery()
)
_SERVED_PENDING = (
    select(col(Change.article_id), col(Change.revision_id))
    .join(
        _LAST_PENDING_VERSION,
        (col(Change.article_id) == _LAST_PENDING_VERSION.c.article_id)
        & (col(Change.version) == _LAST_PENDING_VERSION.c.version),
    )
    .where(col(Change.revision_id).is_not(None))
)
"""The pending articles that are served, with the revisions that are."""


def _publish_time(version: ColumnElement[int]) -> ColumnElement[int]:
    """Return when a version that changed the article of a revision was published; 0 if none has."""
    query = select(version).where(col(Change.article_id) == col(Revision.article_id)).correlate(Revision)
    published_at = select(col(Publish.published_at)).where(col(Publish.version) == query.scalar_subquery())
    return func.coalesce(published_at.correlate(Revision).scalar_subquery(), 0)


_ARTICLES = select(
    col(Revision.id),
    col(Revision.article_id),
    func.coalesce(col(Revision.first_day), UNDATED),
    func.coalesce(col(Revision.last_day), UNDATED),
    func.coalesce(col(Revision.local_time), NO_TIME),
    _publish_time(func.min(col(Change.version))),
    _publish_time(func.max(col(Change.version))),
    *(col(getattr(Revision, field.column)) for field in POSTING_FIELDS),
).order_by(col(Revision.id))

_CONTENTS = select(
    *(col(getattr(Revision, name)) for name in LISTED_COLUMNS), col(Revision.text), col(Revision.digest)
).order_by(col(Revision.id))

_PLACE = case((col(Statement.field) == "title", 0), else_=TEXT_PLACE) + col(Statement.start)

# Aggregated into one value: one row of many ids is read much faster than many rows.
_ABOUT = (
    select(func.aggregate_strings(col(Mention.entity_id), _SEPARATOR))
    .where(
        col(Mention.revision_id) == col(Statement.revision_id),
        col(Mention.field) == col(Statement.field),
        # Bounded on both sides, so that the scan is a range of the primary key.
        col(Mention.start).between(col(Statement.start), col(Statement.end)),
        col(Mention.end) <= col(Statement.end),
        col(Mention.kind).in_(POSTED_KINDS),
    )
    .scalar_subquery()
)

_STATEMENTS = select(
    col(Statement.revision_id), _PLACE, col(Statement.speaker_id), col(Statement.kind), _ABOUT
).order_by(col(Statement.revision_id), _PLACE)


_NEW_KEYS = ""
"""What stands in place of an article where articles have new keys."""

COUNT_PENDING = select(func.count(col(Pending.article_id))).where(col(Pending.article_id) != _NEW_KEYS)
"""The number of articles that are stored and pending."""


def mark_new_keys(connection: Connection) -> None:
    """Let the next publish make a new version, because articles show keys that they did not have."""
    if not has_new_keys(connection):
        connection.execute(insert(Pending), [{"article_id": _NEW_KEYS}])


def has_new_keys(connection: Connection) -> bool:
    """Return whether articles have keys that they did not have at the last publish."""
    query = select(col(Pending.article_id)).where(col(Pending.article_id) == _NEW_KEYS)
    return connection.scalar(query) is not None


@dataclass(frozen=True, slots=True)
class Changes:
    """What the pending articles change in what is served, and the numbers of articles by kind of change.

    `batch` has the articles that are not served as they are now, and removes those that are served no longer.
    """

    batch: ArticleBatch
    added: int
    changed: int
    removed: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def read_changes(connection: Connection, at: int) -> Changes:
    """Return what a publish of the pending articles at this time, in UTC seconds, changes."""
    served = connection.execute(_SERVED_PENDING).all()
    served_revisions = np.array([row.revision_id for row in served], np.int64)
    served_articles = article_numbers([row.article_id for row in served])
    pending = _read_batch(connection, _PENDING_REVISIONS)
    is_served = is_in(pending.columns.order, served_revisions)
    batch = pending.take(np.flatnonzero(~is_served)) if is_served.any() else pending
    removed = _read_removed(connection, served_articles)
    loaded = batch.columns.loaded_at
    columns = replace(
        batch.columns, loaded_at=np.where(loaded == 0, at, loaded), updated_at=np.full(len(batch), at, np.int64)
    )
    changed = int(np.count_nonzero(is_in(batch.columns.article_ids, served_articles)))
    return Changes(replace(batch, columns=columns, removed=removed), len(batch) - changed, changed, len(removed))


def read_served(connection: Connection, at: int) -> ArticleBatch:
    """Return all articles that the last publish serves; `at` is the time of those that have none, in UTC seconds."""
    batch = _read_batch(connection, _SERVED_REVISIONS)
    times = {name: getattr(batch.columns, name) for name in ("loaded_at", "updated_at")}
    known = {name: np.where(instants == 0, at, instants) for name, instants in times.items()}
    return replace(batch, columns=replace(batch.columns, **known))


def _read_batch(connection: Connection, ids: Select[Any]) -> ArticleBatch:
    """Return the revisions with these ids in their order, with their entities and statements."""
    loaded, updated = array("q"), array("q")
    revisions, articles, first, last, times = array("q"), _ArticleNumbers(), array("i"), array("i"), array("i")
    single = {field.name: _Categories() for field in POSTING_FIELDS if not field.is_list}
    lists = {
        field.name: _CategoryLists(_indexed_ids if field is ENTITY else tuple)
        for field in POSTING_FIELDS
        if field.is_list
    }
    fields: dict[str, _Categories | _CategoryLists] = {**single, **lists}
    values = (fields[field.name] for field in POSTING_FIELDS)
    _read_columns(
        connection,
        _ARTICLES.where(col(Revision.id).in_(ids)),
        *(revisions, articles, first, last, times, loaded, updated),
        *values,
    )
    listed_digests, text_digests, revision_digests = _read_digests(connection, ids)
    columns = Columns(
        order=np.frombuffer(revisions, np.int64),
        article_ids=articles.numbers(),
        first_day=np.frombuffer(first, np.int32),
        last_day=np.frombuffer(last, np.int32),
        local_time=np.frombuffer(times, np.int32),
        listed_digest=listed_digests,
        text_digest=text_digests,
        revision_digest=revision_digests,
        loaded_at=np.frombuffer(loaded, np.int64),
        updated_at=np.frombuffer(updated, np.int64),
    )
    return ArticleBatch(
        columns,
        {name: column.column() for name, column in fields.items()},
        {name: column.lengths() for name, column in lists.items()},
        _read_statements(connection, columns.order, ids),
    )


def _read_digests(connection: Connection, ids: Select[Any]) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Return the checksums of the revisions with these ids in their order; see `Columns`."""
    listed, texts, revisions = array("q"), array("q"), array("q")
    for rows in connection.execute(_CONTENTS.where(col(Revision.id).in_(ids))).partitions(ROWS_PER_CHUNK):
        for *row, text, digest in rows:
            listed.append(listed_digest(tuple(row)))
            texts.append(text_digest(text))
            revisions.append(stored_digest(digest))
    return np.frombuffer(listed, np.int64), np.frombuffer(texts, np.int64), np.frombuffer(revisions, np.int64)


def _read_removed(connection: Connection, served: Int64Array) -> Int64Array:
    removed = _ArticleNumbers()
    _read_columns(connection, _REMOVED.where(col(Removal.article_id).in_(_PENDING)), removed)
    # np.intersect1d imports numpy.ma, which takes as long as all the rest of a small publish.
    numbers = np.sort(removed.numbers())
    return numbers[is_in(numbers, served)]


def _read_statements(connection: Connection, order: Int64Array, ids: Select[Any]) -> StatementBatch:
    query = _STATEMENTS.where(col(Statement.revision_id).in_(ids))
    revisions, places, speaker, kind = array("q"), array("i"), _Speakers(), _Categories()
    about = _CategoryLists(_split_ids)
    _read_columns(connection, query, revisions, places, speaker, kind, about)
    return StatementBatch(
        rows=np.searchsorted(order, np.frombuffer(revisions, np.int64)).astype(np.int32),
        places=np.frombuffer(places, np.int32),
        speaker=speaker.column(),
        kind=kind.column(),
        about_lengths=about.lengths(),
        about=about.column(),
    )


class _ColumnBuilder(Protocol):
    """Collects the values of a column, one chunk at a time."""

    def extend(self, values: tuple[Any, ...], /) -> None: ...


def _read_columns(connection: Connection, query: Executable, *columns: _ColumnBuilder) -> None:
    for rows in connection.execute(query).partitions(ROWS_PER_CHUNK):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)


class _ArticleNumbers:
    """Collects public ids as numbers."""

    def __init__(self) -> None:
        self._chunks = [np.empty(0, np.int64)]

    def extend(self, values: tuple[str, ...]) -> None:
        self._chunks.append(article_numbers(values))

    def numbers(self) -> Int64Array:
        return np.concatenate(self._chunks)


class _Categories:
    """Collects one name, or None, per row."""

    def __init__(self) -> None:
        self._encoder = CategoryEncoder()
        self._codes = array("i")

    def extend(self, values: Iterable[str | None]) -> None:
        self._codes.extend(map(self._encoder.__getitem__, values))

    def column(self) -> CategoricalColumn:
        return self._encoder.column(self._codes)


class _CategoryLists:
    """Collects several names per row; `parse` extracts them from its value."""

    def __init__(self, parse: Callable[[Any], Collection[str]]) -> None:
        self._parse = parse
        self._names = _Categories()
        self._lengths = array("i")

    def extend(self, values: Iterable[Any]) -> None:
        lists = list(map(self._parse, values))
        self._lengths.extend(map(len, lists))
        self._names.extend(chain.from_iterable(lists))

    def lengths(self) -> Int32Array:
        return np.frombuffer(self._lengths, np.int32)

    def column(self) -> CategoricalColumn:
        return self._names.column()


class _Speakers(_Categories):
    """Collects one indexed entity, or None, per row."""

    def extend(self, values: Iterable[str | None]) -> None:
        super().extend(None if id_ is not None and id_.endswith(BEARER_MARK) else id_ for id_ in values)


def _split_ids(joined: str | None) -> list[str]:
    return _indexed_ids(joined.split(_SEPARATOR)) if joined else []


def _indexed_ids(ids: Iterable[str]) -> list[str]:
    """Return the entities without the names that have no context, which are found through the database."""
    return [id_ for id_ in ids if not id_.endswith(BEARER_MARK)]
