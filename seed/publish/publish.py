"""Rows -> snapshot -> current: what was loaded becomes what is served, in one transaction."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlmodel import Session, col

from app.labels import EntityLabel, SourceLabel
from app.models import Entity, EntityType, Pending, Publish, SnapshotPart, Source
from app.search.index.snapshot import Snapshot
from app.search.index.storage import open_snapshot, part_digest, to_parts
from seed.publish.change_log import log_changes
from seed.publish.pending import waiting_articles
from seed.publish.snapshot_builder import Publication, found_in, renumber

Checkpoint = Callable[[str], None]


def no_checkpoint(_name: str) -> None:
    """Do nothing at a named moment."""


def publish(engine: Engine, *, checkpoint: Checkpoint = no_checkpoint) -> int | None:
    """Serve what was loaded; return the new corpus version, or None if nothing differs from what is served.

    `checkpoint` is told each named moment at which a crash must lose nothing.
    """
    with engine.begin() as connection:
        version = _publish(connection, checkpoint)
        checkpoint("publish written")
    checkpoint("publish committed")
    return version


def served_version(engine: Engine) -> int:
    """Return the corpus version that is served, 0 if nothing was ever published."""
    with engine.connect() as connection:
        return connection.scalar(select(func.max(col(Publish.version)))) or 0


def unpublished(engine: Engine) -> int:
    """Return how many articles are stored and wait to be published."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Pending)) or 0


def _publish(connection: Connection, checkpoint: Checkpoint) -> int | None:
    # Out of the hand as soon as it can be: the snapshot before and what arrived are as large as the one that is stored.
    if (found := _next(connection)) is None:
        connection.execute(delete(Pending))  # some may have gone there and back
        return None
    after, counts = found
    checkpoint("snapshot built")
    _make_current(connection, after, counts)
    return after.version


def _next(connection: Connection) -> tuple[Snapshot, dict[str, int]] | None:
    """Return the snapshot to serve and how many articles it changes; None if nothing differs from what is served."""
    with Session(connection) as session:
        before = open_snapshot(session)
    labels = replace(before.labels, source=_sources(connection), entity=_entities(connection))
    arrivals = waiting_articles(connection)
    fresh = int(np.count_nonzero(~found_in(arrivals.columns.order, before.columns.order)))
    gone = int(np.count_nonzero(found_in(before.columns.article_ids, arrivals.removed)))
    if not fresh and not gone and (before.version == 0 or labels == before.labels):
        return None
    publication = Publication(before.version + 1, secrets.token_hex(8), int(time.time()))
    after = renumber(before, labels, arrivals, publication)
    added = len(after) - len(before) + gone
    return after, {"added": added, "changed": fresh - added, "removed": gone}


def _sources(connection: Connection) -> tuple[SourceLabel, ...]:
    rows = connection.execute(select(Source).order_by(col(Source.id)))
    return tuple(SourceLabel(row.id, row.name, tuple(row.names), tuple(row.domains)) for row in rows)


def _entities(connection: Connection) -> tuple[EntityLabel, ...]:
    labels = [
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
        for row in connection.execute(select(Entity).order_by(col(Entity.id)))
    ]
    merged = {former for label in labels for former in label.former_ids}
    return tuple(label for label in labels if label.id not in merged)


def _make_current(connection: Connection, snapshot: Snapshot, counts: dict[str, int]) -> None:
    """Store the snapshot with what it changes: as counts, and article by article in the log."""
    row = {
        "version": snapshot.version,
        "token": snapshot.token,
        "published_at": snapshot.published_at,
        "articles": len(snapshot),
        **counts,
    }
    connection.execute(delete(SnapshotPart))
    for name, data in to_parts(snapshot):
        connection.execute(insert(SnapshotPart), {"name": name, "data": data, "digest": part_digest(data)})
    connection.execute(insert(Publish), [row])
    log_changes(connection, snapshot.version)
    connection.execute(delete(Pending))
