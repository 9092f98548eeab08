"""Every SELECT of the log of changes: what each corpus version changed, and what it served of one article."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select, tuple_
from sqlmodel import Session, col

from app.models import Change, Publish

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
