"""All SELECTs of the change log: what each corpus version changed, and which revision of an article it served."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import (
    DroppedError,
    ErrorCode,
    InvalidRequestError,
    MovedError,
    NotFoundError,
    ParameterProblem,
    RemovedError,
)
from app.labels import article_number, former_id_key
from app.models import Change, Publish, Revision
from app.search.index.columns import MAX_BLOCK_ROWS
from app.search.index.digests import CHANGE_COLUMNS, PUBLISH_COLUMNS, damaged, rows_digest
from app.search.index.snapshot import Snapshot
from app.search.sql.rows import articles_under, fetch, fetch_value

ChangeKey = tuple[int, str]
"""The sort key of a change: corpus version, article id."""


class PublishRow(NamedTuple):
    """A publish, under the names that its columns have in `Publish`: those of PUBLISH_COLUMNS."""

    version: int
    published_at: int
    articles: int
    added: int
    changed: int
    removed: int


class _LoggedRow(NamedTuple):
    """A row of the change log, with the columns of CHANGE_COLUMNS."""

    version: int
    article_id: str
    revision_id: int | None
    kind: str
    reason: str | None


class ChangeRow(NamedTuple):
    """What a publish did to an article, and when."""

    version: int
    article_id: str
    kind: str
    reason: str | None
    published_at: int


class VersionRow(NamedTuple):
    """A version that changed an article, and the fields that differ from the version before.

    `stored` and `stored_before` are the ids of its revision and of the previous one if they are still stored; the
    lengths are those of their texts in code points. `differs` has for each of VERSIONED_FIELDS whether it differs, None
    if one of the revisions is not stored.
    """

    version: int
    kind: str
    reason: str | None
    published_at: int
    stored: int | None
    stored_before: int | None
    length: int | None
    length_before: int | None
    differs: tuple[bool | None, ...]


VERSIONED_FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "text": ("text",),
    "text_kind": ("text_kind",),
    "source": ("source_id",),
    "url": ("url", "other_urls"),
    "authors": ("authors",),
    "published": ("published_on", "published_at", "local_time", "precision", "zone", "basis", "evidence"),
    "language": ("language", "language_detected"),
    "rights": ("rights",),
    "details": ("details",),
    "mentions": ("named", "given_entities"),
}
"""The fields of an article that may differ between versions, and their columns."""


def publishes(session: Session, snapshot: Snapshot, *, before: int | None, limit: int) -> list[PublishRow]:
    """Return the publishes up to the one of the snapshot and, if set, below version `before`, the newest first.

    Raise DamagedError if they are not as they were published.
    """
    versions = snapshot.log.versions
    end = len(versions) if before is None else int(np.searchsorted(versions, before))
    return _publishes(session, snapshot, versions[max(0, end - limit) : end].tolist())[::-1]


def _publishes(session: Session, snapshot: Snapshot, versions: Sequence[int]) -> list[PublishRow]:
    """Return these publishes in order; raise DamagedError if one is not as it was published."""
    query = select(*(getattr(Publish, name) for name in PUBLISH_COLUMNS)).where(col(Publish.version).in_(versions))
    rows = fetch(session, PublishRow, query.order_by(col(Publish.version)))
    digests = snapshot.log.publish_digest[np.searchsorted(snapshot.log.versions, versions)].tolist()
    if [rows_digest([row]) for row in rows] != digests:
        raise damaged("the publishes differ from what was published")
    return rows


def changes(
    session: Session, snapshot: Snapshot, *, since: int, after: ChangeKey | None, limit: int
) -> list[ChangeRow]:
    """Return the changes after version `since`, by version and article; only those after a sort key.

    Raise DamagedError if the log is not as it was published.
    """
    key = after or (since, "~")
    log = snapshot.log
    if not log.count_since(since):
        return []
    first = max(0, bisect_right(log.block_keys, key) - 1)
    ends = np.cumsum(log.block_rows[first:])
    # The key may be that of the last row of the first block.
    count = int(np.searchsorted(ends, MAX_BLOCK_ROWS + limit)) + 1
    rows = [row for row in _blocks(session, snapshot, first, first + count) if row[:2] > key][:limit]
    versions = sorted({row.version for row in rows})
    times = {row.version: row.published_at for row in _publishes(session, snapshot, versions)}
    return [ChangeRow(row.version, row.article_id, row.kind, row.reason, times[row.version]) for row in rows]


def _blocks(session: Session, snapshot: Snapshot, first: int, end: int) -> Iterator[_LoggedRow]:
    """Yield the rows of some blocks of the log; raise DamagedError for one that is not as it was published."""
    log = snapshot.log
    sizes = log.block_rows[first:end].tolist()
    # A comparison of both columns lets the database seek to the key.
    key = tuple_(col(Change.version), col(Change.article_id))
    query = select(*(getattr(Change, name) for name in CHANGE_COLUMNS)).where(key >= log.block_keys[first])
    ordered = query.order_by(col(Change.version), col(Change.article_id)).limit(sum(sizes))
    rows = iter(fetch(session, _LoggedRow, ordered))
    for size, digest in zip(sizes, log.block_digest[first:end].tolist(), strict=True):
        block = list(islice(rows, size))
        if rows_digest(block) != digest:
            raise damaged("the change log differs from what was published")
        yield from block


def versions(session: Session, article: str, *, newest: int, before: int | None, limit: int) -> list[VersionRow]:
    """Return the versions that changed an article, up to `newest` and, if set, below `before`, the newest first."""
    revisions = (
        select(col(Change.version), col(Change.kind), col(Change.reason), col(Change.revision_id))
        .add_columns(func.lag(col(Change.revision_id)).over(order_by=col(Change.version)).label("before_id"))
        .where(col(Change.article_id) == article, col(Change.version) <= newest)
        .subquery()
    )
    now, previous = aliased(Revision), aliased(Revision)
    query = (
        select(revisions.c.version, revisions.c.kind, revisions.c.reason, col(Publish.published_at))
        .add_columns(col(now.id).label("stored"), col(previous.id).label("stored_before"))
        .add_columns(func.length(now.text).label("length"), func.length(previous.text).label("length_before"))
        .add_columns(*(_differs(now, previous, columns) for columns in VERSIONED_FIELDS.values()))
        .join(Publish, col(Publish.version) == revisions.c.version)
        .outerjoin(now, col(now.id) == revisions.c.revision_id)
        .outerjoin(previous, col(previous.id) == revisions.c.before_id)
        .order_by(revisions.c.version.desc())
    )
    if before is not None:
        query = query.where(revisions.c.version < before)
    return fetch(session, _version_row, query.limit(limit))


def _version_row(*columns: Any) -> VersionRow:  # noqa: ANN401 - columns of several types
    known = len(columns) - len(VERSIONED_FIELDS)
    return VersionRow._make((*columns[:known], columns[known:]))


def _differs(now: type[Revision], previous: type[Revision], columns: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(getattr(now, name).is_distinct_from(getattr(previous, name)) for name in columns))


def require_logged(session: Session, snapshot: Snapshot, article: str) -> None:
    """Raise DamagedError unless the newest change of an article leads to the revision that is served."""
    change = _last_change(session, article, snapshot.version)
    logged = None if change is None else change.revision_id
    if logged != snapshot.ids.revision_of(article_number(article)):
        raise damaged(f"the change log of the article {article} differs from what was published")


def count_versions(session: Session, article: str, *, newest: int) -> int:
    """Return the number of versions up to `newest` that changed an article."""
    query = select(func.count()).select_from(Change)
    query = query.where(col(Change.article_id) == article, col(Change.version) <= newest)
    return int(fetch_value(session, query))


def revision_served(session: Session, snapshot: Snapshot, article: str, as_of: int | None) -> int:
    """Return the revision of an article that is served now, or that version `as_of` served.

    Raise NotFoundError, RemovedError or DroppedError if there is none, InvalidRequestError if `as_of` is too high.
    """
    if as_of is not None and as_of > snapshot.version:
        wanted = f"a corpus version that was published; the newest is {snapshot.version}"
        near, code = (str(snapshot.version),), ErrorCode.OUT_OF_RANGE
        raise InvalidRequestError(ParameterProblem("as_of", str(as_of), wanted, near, code=code))
    served = snapshot.ids.revision_of(article_number(article)) if as_of is None else None
    if served is not None:
        return served
    require_logged(session, snapshot, article)
    change = _last_change(session, article, snapshot.version if as_of is None else as_of)
    if change is None:
        raise _never_served(session, snapshot, article, as_of)
    if change.revision_id is None:
        when = f"{datetime.fromtimestamp(change.published_at, UTC):%Y-%m-%dT%H:%M:%SZ}"
        why = f": {change.reason}" if change.reason else ""
        raise RemovedError(f"The article {article!r} was removed on {when} by corpus version {change.version}{why}.")
    if not _is_stored(session, change.revision_id):
        raise DroppedError(f"The revision of the article {article!r} that corpus version {as_of} served was compacted.")
    return change.revision_id


class _LastChange(NamedTuple):
    version: int
    revision_id: int | None
    reason: str | None
    published_at: int


def _last_change(session: Session, article: str, version: int) -> _LastChange | None:
    query = (
        select(col(Change.version), col(Change.revision_id), col(Change.reason))
        .add_columns(col(Publish.published_at))
        .join(Publish, col(Publish.version) == col(Change.version))
        .where(col(Change.article_id) == article, col(Change.version) <= version)
        .order_by(col(Change.version).desc())
    )
    return next(iter(fetch(session, _LastChange, query.limit(1))), None)


def _never_served(session: Session, snapshot: Snapshot, article: str, as_of: int | None) -> Exception:
    """Return the error for an article that a version did not serve although it was not removed."""
    if as_of is None or not count_versions(session, article, newest=snapshot.version):
        return unknown_article(session, article)
    first: int = fetch_value(session, select(func.min(col(Change.version))))
    if as_of < first:
        return DroppedError(f"Corpus version {as_of} is not recorded: the first recorded version is {first}.")
    return NotFoundError(f"The article {article!r} was not yet published in corpus version {as_of}.")


def unknown_article(session: Session, article: str) -> NotFoundError:
    """Return the error for an id that no version served: MovedError if the article has another id now."""
    key = former_id_key(article)
    current_id = articles_under(session, [key]).get(key)
    if current_id is not None:
        return MovedError(article, current_id)
    return NotFoundError(f"No article with the id {article!r} is published.")


def _is_stored(session: Session, revision: int) -> bool:
    return fetch_value(session, select(col(Revision.id)).where(col(Revision.id) == revision)) is not None
