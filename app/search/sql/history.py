"""All SELECTs of the change log: what each corpus version changed, and which revision of an article it served."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

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
from app.search.index.digests import damaged
from app.search.index.snapshot import Snapshot
from app.search.sql.rows import articles_under, fetch, fetch_value

ChangeKey = tuple[int, str]
"""The sort key of a change: corpus version, article id."""


class PublishRow(NamedTuple):
    """A publish, under the names that its columns have in `Publish`."""

    version: int
    published_at: int
    articles: int
    added: int
    changed: int
    removed: int


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
    "mentions": ("named", "given_entities"),
}
"""The fields of an article that may differ between versions, and their columns."""


def publishes(session: Session, *, newest: int, before: int | None, limit: int) -> list[PublishRow]:
    """Return the publishes up to version `newest` and, if set, below version `before`, the newest first."""
    query = select(*(getattr(Publish, name) for name in PublishRow._fields)).where(col(Publish.version) <= newest)
    if before is not None:
        query = query.where(col(Publish.version) < before)
    return fetch(session, PublishRow, query.order_by(col(Publish.version).desc()).limit(limit))


def count_publishes(session: Session, *, newest: int) -> int:
    """Return the number of publishes up to version `newest`."""
    query = select(func.count()).select_from(Publish).where(col(Publish.version) <= newest)
    return int(fetch_value(session, query))


def changes(session: Session, *, since: int, newest: int, after: ChangeKey | None, limit: int) -> list[ChangeRow]:
    """Return the changes after version `since` up to `newest`, by version and article; only those after a sort key."""
    key = tuple_(col(Change.version), col(Change.article_id))
    query = (
        select(col(Change.version), col(Change.article_id), col(Change.kind), col(Change.reason))
        .add_columns(col(Publish.published_at))
        .join(Publish, col(Publish.version) == col(Change.version))
        # A comparison of both columns lets the database seek to the key.
        .where(key > (after or (since, "~")), col(Change.version) <= newest)
    )
    return fetch(session, ChangeRow, query.order_by(col(Change.version), col(Change.article_id)).limit(limit))


def count_changes(session: Session, *, since: int, newest: int) -> int:
    """Return the number of changes after version `since` up to `newest`."""
    query = select(func.count()).select_from(Change)
    query = query.where(col(Change.version) > since, col(Change.version) <= newest)
    return int(fetch_value(session, query))


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
