"""Every SELECT of the log of changes: what each corpus version changed, and what it served of one article."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import DroppedError, InvalidParameter, InvalidRequestError, NotFoundError, RemovedError
from app.labels import article_number
from app.models import Change, Publish, Revision
from app.search.index.snapshot import Snapshot

ChangePlace = tuple[int, str]
"""Where a change stands in the log: corpus version, article id."""

PUBLISH = (
    col(Publish.version),
    col(Publish.published_at),
    col(Publish.articles),
    col(Publish.added),
    col(Publish.changed),
    col(Publish.removed),
)

FIELDS: dict[str, tuple[str, ...]] = {
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
"""What of an article may differ from one version to the next, and the columns that hold it."""


def publishes(session: Session, *, newest: int, before: int | None, limit: int) -> list[Row[Any]]:
    """Return the publishes up to a version, the newest first; only those before one, if it is given."""
    query = select(*PUBLISH).where(col(Publish.version) <= newest)
    if before is not None:
        query = query.where(col(Publish.version) < before)
    return list(session.connection().execute(query.order_by(col(Publish.version).desc()).limit(limit)))


def count_publishes(session: Session, *, newest: int) -> int:
    """Return how many publishes there were up to a version."""
    query = select(func.count()).select_from(Publish).where(col(Publish.version) <= newest)
    return session.connection().execute(query).scalar_one()


def changes(session: Session, *, since: int, newest: int, after: ChangePlace | None, limit: int) -> Sequence[Row[Any]]:
    """Return what changed between two versions, in order of version and article; only what comes after a place."""
    place = tuple_(col(Change.version), col(Change.article_id))
    query = (
        select(col(Change.version), col(Change.article_id), col(Change.kind), col(Change.reason))
        .add_columns(col(Publish.published_at))
        .join(Publish, col(Publish.version) == col(Change.version))
        # From the place on: by both columns the database goes right there.
        .where(place > (after or (since, "~")), col(Change.version) <= newest)
    )
    return session.connection().execute(query.order_by(col(Change.version), col(Change.article_id)).limit(limit)).all()


def count_changes(session: Session, *, since: int, newest: int) -> int:
    """Return how many changes there were between two versions."""
    query = select(func.count()).select_from(Change)
    query = query.where(col(Change.version) > since, col(Change.version) <= newest)
    return session.connection().execute(query).scalar_one()


def versions(session: Session, article: str, *, newest: int, before: int | None, limit: int) -> Sequence[Row[Any]]:
    """Return what each version up to one served anew of an article, the newest first; only those before one.

    A row says whether the revision is still stored, how long its text and the one before are in code points, and by
    the name of each of FIELDS whether it differs from before: None where one of the two is not there.
    """
    seen = (
        select(col(Change.version), col(Change.kind), col(Change.reason), col(Change.revision_id))
        .add_columns(func.lag(col(Change.revision_id)).over(order_by=col(Change.version)).label("before_id"))
        .where(col(Change.article_id) == article, col(Change.version) <= newest)
        .subquery()
    )
    now, had = aliased(Revision), aliased(Revision)
    query = (
        select(seen.c.version, seen.c.kind, seen.c.reason, col(Publish.published_at))
        .add_columns(col(now.id).label("stored"), col(had.id).label("stored_before"))
        .add_columns(func.length(now.text).label("length"), func.length(had.text).label("length_before"))
        .add_columns(*(_differs(now, had, columns).label(f"differs_{name}") for name, columns in FIELDS.items()))
        .join(Publish, col(Publish.version) == seen.c.version)
        .outerjoin(now, col(now.id) == seen.c.revision_id)
        .outerjoin(had, col(had.id) == seen.c.before_id)
        .order_by(seen.c.version.desc())
    )
    if before is not None:
        query = query.where(seen.c.version < before)
    return session.connection().execute(query.limit(limit)).all()


def _differs(now: type[Revision], had: type[Revision], columns: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(getattr(now, name).is_distinct_from(getattr(had, name)) for name in columns))


def count_versions(session: Session, article: str, *, newest: int) -> int:
    """Return how many versions up to one served an article otherwise than the version before."""
    query = select(func.count()).select_from(Change)
    query = query.where(col(Change.article_id) == article, col(Change.version) <= newest)
    return session.connection().execute(query).scalar_one()


def revision_served(session: Session, snapshot: Snapshot, article: str, as_of: int | None) -> int:
    """Return the revision of an article that is served, or that an earlier version served.

    Raises NotFoundError, RemovedError or DroppedError where there is none, InvalidRequestError for no known version.
    """
    if as_of is not None and as_of > snapshot.version:
        wanted = f"a corpus version that was published; the newest is {snapshot.version}"
        raise InvalidRequestError(InvalidParameter("as_of", str(as_of), wanted, (str(snapshot.version),)))
    served = snapshot.revision_of(article_number(article)) if as_of is None else None
    if served is not None:
        return served
    change = _last_change(session, article, snapshot.version if as_of is None else as_of)
    if change is None:
        raise _never_served(session, snapshot, article, as_of)
    if change.revision_id is None:
        when = f"{datetime.fromtimestamp(change.published_at, UTC):%Y-%m-%dT%H:%M:%SZ}"
        why = f": {change.reason}" if change.reason else ""
        raise RemovedError(f"The article {article!r} was removed on {when} by corpus version {change.version}{why}.")
    if not _is_stored(session, change.revision_id):
        raise DroppedError(
            f"What corpus version {as_of} served of the article {article!r} is not served now; it was compacted."
        )
    return int(change.revision_id)


def _last_change(session: Session, article: str, version: int) -> Row[Any] | None:
    query = (
        select(col(Change.version), col(Change.revision_id), col(Change.reason))
        .add_columns(col(Publish.published_at))
        .join(Publish, col(Publish.version) == col(Change.version))
        .where(col(Change.article_id) == article, col(Change.version) <= version)
        .order_by(col(Change.version).desc())
    )
    return session.connection().execute(query.limit(1)).first()


def _never_served(session: Session, snapshot: Snapshot, article: str, as_of: int | None) -> Exception:
    """Return why a version served nothing of an article that was not removed."""
    if as_of is None or not count_versions(session, article, newest=snapshot.version):
        return NotFoundError(f"No article with the id {article!r} is published.")
    first: int = session.connection().execute(select(func.min(col(Change.version)))).scalar_one()
    if as_of < first:
        return DroppedError(f"What corpus version {as_of} served is not known: versions are kept from {first} on.")
    return NotFoundError(f"The article {article!r} was not published yet in corpus version {as_of}.")


def _is_stored(session: Session, revision: int) -> bool:
    found = session.connection().execute(select(col(Revision.id)).where(col(Revision.id) == revision))
    return found.first() is not None
