"""Rows -> snapshot -> current: what was loaded becomes what is served, in one transaction."""

import secrets
import time
from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Executable, and_, case, delete, func, insert, select
from sqlmodel import Session, col

from app.models import (
    POSTED_KINDS,
    Article,
    Entity,
    EntityType,
    Mention,
    Pending,
    Publish,
    Revision,
    SnapshotPart,
    Source,
    Statement,
)
from app.search.labels import EntityLabel, SourceLabel, article_number
from app.search.parts import open_snapshot, to_parts
from app.search.snapshot import NO_TIME, TEXT_PLACE, UNDATED, Columns, Ids, Snapshot
from seed.renumber import Arrivals, Publication, Spoken, renumber

Step = Callable[[str], None]

MANY = 10_000
"""A column with more values than these is one of ids, of which none comes again."""


def no_step(_name: str) -> None:
    """Do nothing at a named moment."""


def publish(engine: Engine, *, step: Step = no_step) -> int | None:
    """Serve what was loaded; return the new corpus version, or None if nothing differs from what is served.

    `step` is told each named moment at which a crash must lose nothing.
    """
    with engine.begin() as connection:
        version = _publish(connection, step)
        step("publish written")
    step("publish committed")
    return version


def served_version(engine: Engine) -> int:
    """Return the corpus version that is served, 0 if nothing was ever published."""
    with engine.connect() as connection:
        return connection.scalar(select(func.max(col(Publish.version)))) or 0


def _publish(connection: Connection, step: Step) -> int | None:
    with Session(connection) as session:
        before = open_snapshot(session)
    waiting = np.array(connection.scalars(select(_WAITING.c.revision_id)).all(), np.int64)
    labels = replace(before.labels, source=_sources(connection), entity=_entities(connection))
    same = bool(np.isin(waiting, before.columns.order).all())
    if same and (before.version == 0 or labels == before.labels):
        connection.execute(delete(Pending))  # some may have gone there and back
        return None
    publication = Publication(before.version + 1, secrets.token_hex(8), int(time.time()))
    after = renumber(before, labels, _arrivals(connection), publication)
    step("snapshot built")
    _make_current(connection, before, after)
    return after.version


def _sources(connection: Connection) -> tuple[SourceLabel, ...]:
    rows = connection.execute(select(Source).order_by(col(Source.id)))
    return tuple(SourceLabel(row.id, row.name, tuple(row.names), tuple(row.domains)) for row in rows)


def _entities(connection: Connection) -> tuple[EntityLabel, ...]:
    rows = connection.execute(select(Entity).order_by(col(Entity.id))).all()
    merged = {former for row in rows for former in row.former_ids}
    return tuple(
        EntityLabel(
            id=row.id,
            type=EntityType(row.type),
            name=row.name,
            wikidata=row.wikidata,
            aliases=tuple(dict.fromkeys(row.aliases + row.learned_names)),
            former_ids=tuple(row.former_ids),
            member_of=tuple(row.member_of),
            local=row.local,
        )
        for row in rows
        if row.id not in merged
    )


def _arrivals(connection: Connection) -> Arrivals:
    """Return the waiting articles, in order of their revisions, and which entities each of them names."""
    order, articles, first, last, times, source, language, precision = _gather(connection, _ARRIVALS, width=8)
    columns = Columns(
        order=np.array(order, np.int64),
        article_ids=np.array([article_number(article) for article in articles], np.int64),
        first_day=np.array(first, np.int32),
        last_day=np.array(last, np.int32),
        local_time=np.array(times, np.int32),
    )
    revisions, entities = _named(connection)
    rows = np.searchsorted(columns.order, revisions)
    return Arrivals(columns, source, language, precision, rows, entities, _spoken(connection, columns.order))


def _spoken(connection: Connection, order: Ids) -> Spoken:
    """Return the statements of the waiting articles, in their order, with who said them and whom they name."""
    revisions, places, speakers = _gather(connection, _SAID, width=3)
    about, about_places, entities = _gather(connection, _ABOUT, width=3)
    rows, starts = np.array(revisions, np.int64), np.array(places, np.int64)
    # A statement is known by its article and its place there; both fit into one number.
    known = rows << 32 | starts
    named = np.searchsorted(known, np.array(about, np.int64) << 32 | np.array(about_places, np.int64))
    return Spoken(np.searchsorted(order, rows), starts.astype(np.int32), speakers, named, entities)


_WAITING = select(col(Article.revision_id)).join(Pending, col(Pending.article_id) == col(Article.id)).subquery()

_ARRIVALS = (
    select(
        col(Revision.id),
        col(Revision.article_id),
        func.coalesce(col(Revision.first_day), UNDATED),
        func.coalesce(col(Revision.last_day), UNDATED),
        func.coalesce(col(Revision.local_time), NO_TIME),
        col(Revision.source_id),
        col(Revision.language),
        col(Revision.precision),
    )
    .join(_WAITING, _WAITING.c.revision_id == col(Revision.id))
    .order_by(col(Revision.id))
)

_NAMED = (
    select(col(Mention.revision_id), col(Mention.entity_id))
    .join(_WAITING, _WAITING.c.revision_id == col(Mention.revision_id))
    .where(col(Mention.entity_id).is_not(None), col(Mention.kind).in_(POSTED_KINDS))
)


_PLACE = case((col(Statement.field) == "title", 0), else_=TEXT_PLACE) + col(Statement.start)

_SAID = (
    select(col(Statement.revision_id), _PLACE, col(Statement.speaker_id))
    .join(_WAITING, _WAITING.c.revision_id == col(Statement.revision_id))
    .order_by(col(Statement.revision_id), _PLACE)
)

_ABOUT = (
    select(col(Statement.revision_id), _PLACE, col(Mention.entity_id))
    .join(_WAITING, _WAITING.c.revision_id == col(Statement.revision_id))
    .join(
        Mention,
        and_(
            col(Mention.revision_id) == col(Statement.revision_id),
            col(Mention.field) == col(Statement.field),
            col(Mention.start) >= col(Statement.start),
            col(Mention.end) <= col(Statement.end),
        ),
    )
    .where(col(Mention.entity_id).is_not(None), col(Mention.kind).in_(POSTED_KINDS))
    .distinct()
)


def _named(connection: Connection) -> tuple[Ids, list[str]]:
    """Return the revision and the entity of each mention: by far the most rows, so each name is kept once."""
    revisions, entities = array("q"), list[str]()
    known: dict[str, str] = {}
    for part in connection.execute(_NAMED).partitions(10_000):
        ids, names = zip(*part, strict=True)
        revisions.extend(ids)
        entities.extend(known.setdefault(name, name) for name in names)
    return np.array(revisions, np.int64), entities


def _gather(connection: Connection, query: Executable, *, width: int) -> list[list[Any]]:
    """Return the columns of a query's rows."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    # The driver makes a new object of each value; most values come again and again, and are kept once.
    known: list[dict[Any, Any]] = [{} for _ in range(width)]
    for part in connection.execute(query).partitions(10_000):
        for column, had, values in zip(columns, known, zip(*part, strict=True), strict=True):
            column.extend(had.setdefault(value, value) if len(had) < MANY else value for value in values)
    return columns


def _make_current(connection: Connection, before: Snapshot, after: Snapshot) -> None:
    connection.execute(delete(SnapshotPart))
    connection.execute(insert(SnapshotPart), [{"name": n, "data": data} for n, data in to_parts(after).items()])
    connection.execute(insert(Publish), [_row(before, after)])
    connection.execute(delete(Pending))


def _row(before: Snapshot, after: Snapshot) -> dict[str, Any]:
    added = int((~np.isin(after.columns.article_ids, before.columns.article_ids)).sum())
    fresh = int((~np.isin(after.columns.order, before.columns.order)).sum())
    return {
        "version": after.version,
        "token": after.token,
        "published_at": after.published_at,
        "articles": len(after),
        "added": added,
        "changed": fresh - added,
    }
