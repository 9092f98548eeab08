"""Publish what was loaded: build the next snapshot from the tables and make it current, in one transaction."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, Engine, case, delete, func, insert, literal, select
from sqlmodel import col

from app.errors import DamagedError
from app.labels import SourceLabel, article_number, source_label
from app.models import Article, Change, ChangeKind, Pending, Publish, Removal, Source
from app.search.index.batches import ArticleBatch
from app.search.index.columns import MAX_BLOCK_ROWS, ChangeLog
from app.search.index.digests import CHANGE_COLUMNS, PUBLISH_COLUMNS, rows_digest
from app.search.index.parts import PART_BYTES, Manifest, correction_parts, encode_log, label_parts, part_name, split
from app.search.index.storage import (
    current_manifest,
    has_current_format,
    require_all_parts,
    store_batches,
    store_manifest,
    store_parts,
)
from app.stores.schema import REPAIR_HINT
from app.stores.store import connected_store
from seed.corrections.stored import published_corrections, stored_decisions
from seed.publish.frequent_words import store_words
from seed.publish.label_rows import EntityParts, read_entity_parts
from seed.publish.merging import merge_parts
from seed.publish.pending import COUNT_PENDING, Changes, has_new_keys, read_changes, read_served

_PUBLISHES = select(*(col(getattr(Publish, name)) for name in PUBLISH_COLUMNS)).order_by(col(Publish.version))
_CHANGES = select(*(col(getattr(Change, name)) for name in CHANGE_COLUMNS)).order_by(
    col(Change.version), col(Change.article_id)
)


Checkpoint = Callable[[str], None]
"""Called with the name of each point at which a crash must lose nothing."""


def no_checkpoint(_name: str) -> None:
    """Do nothing at a checkpoint."""


def publish(engine: Engine, *, checkpoint: Checkpoint = no_checkpoint, part_bytes: int = PART_BYTES) -> int | None:
    """Serve what was loaded; return the new corpus version, or None if it equals what is served.

    What it writes is as large as the changes; parts of the index that are due are merged afterwards.
    """
    with engine.begin() as connection:
        connected_store(connection).prepare_publish(connection)
        version = _publish(connection, checkpoint, part_bytes)
        checkpoint("publish written")
    checkpoint("publish committed")
    if version is not None and merge_parts(engine, part_bytes=part_bytes):
        checkpoint("parts merged")
    return version


def served_version(engine: Engine) -> int:
    """Return the corpus version that is served, or 0 if nothing has been published yet."""
    with engine.connect() as connection:
        return connection.scalar(select(func.max(col(Publish.version)))) or 0


def count_pending(engine: Engine) -> int:
    """Return the number of articles that are stored and pending."""
    with engine.connect() as connection:
        return connection.scalar(COUNT_PENDING) or 0


def _publish(connection: Connection, checkpoint: Checkpoint, part_bytes: int) -> int | None:
    before = current_manifest(connection)
    require_all_parts(connection, before)
    at = int(time.time())
    labels = _read_labels(connection, before)
    changes = read_changes(connection, at)
    is_same = labels.names == (before.sources, before.entities, before.corrections)
    if not changes and (before.version == 0 or (is_same and not has_new_keys(connection))):
        connection.execute(delete(Pending))  # Pending articles may have changed back.
        return None
    checkpoint("snapshot built")
    after = replace(before, version=before.version + 1, token=secrets.token_hex(8), published_at=at)
    _log_publish(connection, after, changes)
    batch = replace(changes.batch, log=read_log(connection, after=before.version))
    words = store_words(connection, before.words)
    after = replace(_with_batch(connection, after, batch, part_bytes), words=words)
    store_manifest(connection, _with_labels(connection, after, labels))
    connection.execute(delete(Pending))
    return after.version


def _with_batch(
    connection: Connection, manifest: Manifest, batch: ArticleBatch, part_bytes: int = PART_BYTES
) -> Manifest:
    """Store a batch, and return the manifest with it."""
    if not manifest.articles:
        log = (*manifest.log, *store_parts(connection, [encode_log(batch.log)]))
        return replace(manifest, base=store_batches(connection, split(batch, part_bytes)), log=log)
    first, *others = [*split(batch, part_bytes)] or [ArticleBatch.empty()]
    batches = (replace(first, removed=batch.removed, log=batch.log), *others)
    return replace(manifest, deltas=(*manifest.deltas, *store_batches(connection, batches)))


class _Labels(NamedTuple):
    """The parts of the labels of sources and entities, and of corrections."""

    sources: list[bytes]
    entities: EntityParts
    corrections: list[bytes]

    @property
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The names of these parts."""
        return (*map(part_name, self.sources),), self.entities.names, (*map(part_name, self.corrections),)


def _read_labels(connection: Connection, before: Manifest) -> _Labels:
    decisions = stored_decisions(connection)
    return _Labels(
        label_parts(_source_labels(connection)),
        read_entity_parts(connection, before, decisions),
        correction_parts(published_corrections(decisions)),
    )


def _with_labels(connection: Connection, manifest: Manifest, labels: _Labels) -> Manifest:
    """Store the parts of labels that are new, and return the manifest with all of them."""
    store_parts(connection, labels.entities.built)
    return replace(
        manifest,
        sources=store_parts(connection, labels.sources),
        entities=labels.entities.names,
        entity_rows=labels.entities.rows,
        corrections=store_parts(connection, labels.corrections),
    )


def _source_labels(connection: Connection) -> tuple[SourceLabel, ...]:
    return tuple(map(source_label, connection.execute(select(Source).order_by(col(Source.id)))))


def _log_publish(connection: Connection, manifest: Manifest, changes: Changes) -> None:
    """Store the row of a publish, and the log of its changes, article by article."""
    served = connection.scalar(select(col(Publish.articles)).order_by(col(Publish.version).desc()).limit(1)) or 0
    row = {
        "version": manifest.version,
        "token": manifest.token,
        "published_at": manifest.published_at,
        "articles": served + changes.added - changes.removed,
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
    }
    connection.execute(insert(Publish), [row])
    log_changes(connection, manifest.version)


def rebuild_outdated_index(connection: Connection) -> bool:
    """Build the index of what is served again if it has the format of another release; return whether it had.

    Version, token and time of the publish stay. Names of entities and sources become the current ones.
    """
    last = connection.execute(select(Publish).order_by(col(Publish.version).desc()).limit(1)).first()
    if last is None or has_current_format(connection):
        return False
    batch = read_served(connection, last.published_at)
    if len(batch) != last.articles:
        counts = f"{len(batch)} of the {last.articles} articles that it served are stored"
        raise DamagedError(f"The index cannot be rebuilt: {counts}; {REPAIR_HINT}.")
    manifest = Manifest(last.version, last.token, last.published_at, words=store_words(connection, ()))
    labels = _read_labels(connection, manifest)
    manifest = _with_labels(connection, manifest, labels)
    batch = replace(batch, log=read_log(connection, after=0))
    store_manifest(connection, _with_batch(connection, manifest, batch))
    return True


def read_log(connection: Connection, *, after: int) -> ChangeLog:
    """Return the log of the publishes after a version, and of their changes."""
    publishes = [
        (row.version, rows_digest([tuple(row)]))
        for row in connection.execute(_PUBLISHES.where(col(Publish.version) > after))
    ]
    blocks = [
        (block[0][0], article_number(block[0][1]), len(block), rows_digest(block))
        for block in _read_blocks(connection, after)
    ]
    return ChangeLog(*np.array(publishes, np.int64).reshape(-1, 2).T, *np.array(blocks, np.int64).reshape(-1, 4).T)


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
