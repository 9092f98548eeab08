"""Publish what was loaded: build the next snapshot from the tables and make it current, in one transaction."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, replace
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, case, delete, func, insert, literal, select
from sqlmodel import Session, col

from app.errors import DamagedError
from app.labels import EntityLabel, Labels, SourceLabel, article_number, source_label
from app.models import Article, Change, ChangeKind, Entity, EntityType, Pending, Publish, Removal, SnapshotPart, Source
from app.search.index.columns import MAX_BLOCK_ROWS, ChangeLog
from app.search.index.digests import CHANGE_COLUMNS, PUBLISH_COLUMNS, rows_digest
from app.search.index.snapshot import Snapshot
from app.search.index.storage import has_current_format, insert_part, open_snapshot, to_parts
from app.stores.schema import REPAIR_HINT
from app.stores.store import connected_store
from seed.publish.delta import SnapshotDelta
from seed.publish.pending import COUNT_PENDING, has_new_keys, read_pending, read_served
from seed.publish.snapshot_builder import Publication, build_snapshot, is_in

_PUBLISHES = select(*(col(getattr(Publish, name)) for name in PUBLISH_COLUMNS)).order_by(col(Publish.version))
_CHANGES = select(*(col(getattr(Change, name)) for name in CHANGE_COLUMNS)).order_by(
    col(Change.version), col(Change.article_id)
)

Checkpoint = Callable[[str], None]
"""Called with the name of each point at which a crash must lose nothing."""


def no_checkpoint(_name: str) -> None:
    """Do nothing at a checkpoint."""


def publish(engine: Engine, *, checkpoint: Checkpoint = no_checkpoint) -> int | None:
    """Serve what was loaded; return the new corpus version, or None if it equals what is served."""
    with engine.begin() as connection:
        connected_store(connection).prepare_publish(connection)
        version = _publish(connection, checkpoint)
        checkpoint("publish written")
    checkpoint("publish committed")
    return version


def served_version(engine: Engine) -> int:
    """Return the corpus version that is served, or 0 if nothing has been published yet."""
    with engine.connect() as connection:
        return connection.scalar(select(func.max(col(Publish.version)))) or 0


def count_pending(engine: Engine) -> int:
    """Return the number of articles that are stored and pending."""
    with engine.connect() as connection:
        return connection.scalar(COUNT_PENDING) or 0


def _publish(connection: Connection, checkpoint: Checkpoint) -> int | None:
    # A function of its own, to free the old snapshot and the delta early: they are as large as the new snapshot.
    if (built := _build_next(connection)) is None:
        connection.execute(delete(Pending))  # Pending articles may have changed back.
        return None
    after, counts = built
    checkpoint("snapshot built")
    _make_current(connection, after, counts)
    return after.version


def _build_next(connection: Connection) -> tuple[Snapshot, dict[str, int]] | None:
    """Return the next snapshot and the numbers of articles it changes, or None if it equals what is served."""
    with Session(connection) as session:
        before = open_snapshot(session)
    labels = replace(before.labels, source=_source_labels(connection), entity=_entity_labels(connection))
    delta = read_pending(connection)
    is_new = ~is_in(delta.columns.order, before.columns.order)
    new_revisions = int(np.count_nonzero(is_new))
    removed = int(np.count_nonzero(is_in(before.columns.article_ids, delta.removed)))
    is_same = labels == before.labels and not has_new_keys(connection)
    if not new_revisions and not removed and (before.version == 0 or is_same):
        return None
    publication = Publication(before.version + 1, secrets.token_hex(8), int(time.time()))
    after = build_snapshot(before, labels, _with_publish_times(delta, publication.at, is_new), publication)
    added = len(after) - len(before) + removed
    return after, {"added": added, "changed": new_revisions - added, "removed": removed}


def _with_publish_times(delta: SnapshotDelta, at: int, is_new: NDArray[np.bool_] | bool) -> SnapshotDelta:
    """Return a delta whose articles are updated at this time if `is_new`, and loaded then unless they were before."""
    loaded, updated = delta.columns.loaded_at, delta.columns.updated_at
    columns = replace(
        delta.columns,
        loaded_at=np.where(loaded == 0, at, loaded),
        updated_at=np.where(is_new | (updated == 0), at, updated),
    )
    return replace(delta, columns=columns)


def _source_labels(connection: Connection) -> tuple[SourceLabel, ...]:
    return tuple(map(source_label, connection.execute(select(Source).order_by(col(Source.id)))))


def _entity_labels(connection: Connection) -> tuple[EntityLabel, ...]:
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
    """Store the snapshot, the counts of its changes, and the change log, article by article."""
    row = {
        "version": snapshot.version,
        "token": snapshot.token,
        "published_at": snapshot.published_at,
        "articles": len(snapshot),
        **counts,
    }
    connection.execute(insert(Publish), [row])
    log_changes(connection, snapshot.version)
    _store_index(connection, replace(snapshot, log=extend_log(connection, snapshot.log)))
    connection.execute(delete(Pending))


def _store_index(connection: Connection, snapshot: Snapshot) -> None:
    connection.execute(delete(SnapshotPart))
    for name, data in to_parts(snapshot):
        insert_part(connection, name, data)


def rebuild_outdated_index(connection: Connection) -> bool:
    """Build the index of what is served again if it has the format of another release; return whether it had.

    Version, token and time of the publish stay. Names of entities and sources become the current ones.
    """
    last = connection.execute(select(Publish).order_by(col(Publish.version).desc()).limit(1)).first()
    if last is None or has_current_format(connection):
        return False
    labels = Labels(_source_labels(connection), _entity_labels(connection))
    publication = Publication(last.version, last.token, last.published_at)
    served = _with_publish_times(read_served(connection), publication.at, False)
    snapshot = build_snapshot(Snapshot.unpublished(), labels, served, publication)
    if len(snapshot) != last.articles:
        counts = f"{len(snapshot)} of the {last.articles} articles that it served are stored"
        raise DamagedError(f"The index cannot be rebuilt: {counts}; {REPAIR_HINT}.")
    _store_index(connection, replace(snapshot, log=extend_log(connection, ChangeLog.empty())))
    return True


def extend_log(connection: Connection, log: ChangeLog) -> ChangeLog:
    """Return the log with the publishes that it does not have, and with their changes."""
    last = int(log.versions[-1]) if len(log.versions) else 0
    publishes = [
        (row.version, rows_digest([tuple(row)]))
        for row in connection.execute(_PUBLISHES.where(col(Publish.version) > last))
    ]
    blocks = [
        (block[0][0], article_number(block[0][1]), len(block), rows_digest(block))
        for block in _read_blocks(connection, last)
    ]
    columns = (*np.array(publishes, np.int64).reshape(-1, 2).T, *np.array(blocks, np.int64).reshape(-1, 4).T)
    return ChangeLog(*(np.concatenate(pair) for pair in zip(astuple(log), columns, strict=True)))


def _read_blocks(connection: Connection, after: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the changes after a version in blocks; see `ChangeLog`."""
    rows = connection.execute(_CHANGES.where(col(Change.version) > after))
    for _, changes in groupby(map(tuple, rows), key=itemgetter(0)):
        while block := list(islice(changes, MAX_BLOCK_ROWS)):
            yield block


def log_changes(connection: Connection, version: int) -> None:
    """Log the changes of this version to the pending articles."""
    is_removed = col(Removal.article_id).is_not(None)
    after = case((is_removed, None), else_=func.nullif(col(Article.revision_id), 0))
    before = (
        select(col(Change.revision_id))
        .where(col(Change.article_id) == col(Article.id))
        .order_by(col(Change.version).desc())
        .limit(1)
        .correlate(Article)
        .scalar_subquery()
    )
    pending = (
        select(col(Article.id).label("article"), after.label("after"), before.label("before"), col(Removal.reason))
        .outerjoin(Removal, col(Removal.article_id) == col(Article.id))
        .where(col(Article.id).in_(select(col(Pending.article_id))))
        .subquery()
    )
    kind = case(
        (pending.c.after.is_(None), ChangeKind.REMOVED.value),
        (pending.c.before.is_(None), ChangeKind.ADDED.value),
        else_=ChangeKind.UPDATED.value,
    )
    changed = (
        select(literal(version), pending.c.article, pending.c.after, kind, pending.c.reason)
        .where(pending.c.after.is_distinct_from(pending.c.before))
        .order_by(pending.c.article)
    )
    columns = [
        col(Change.version),
        col(Change.article_id),
        col(Change.revision_id),
        col(Change.kind),
        col(Change.reason),
    ]
    connection.execute(insert(Change).from_select(columns, changed))
