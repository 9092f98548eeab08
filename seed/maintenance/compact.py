"""Delete what is no longer served: replaced or removed revisions, and local entities that no revision names."""

import secrets
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine, Text, cast, delete, func, not_, select, update
from sqlmodel import col

from app.errors import DamagedError
from app.models import Article, Bearer, Entity, Extracted, Mention, Removal, Revision, Statement
from app.search.index.storage import change_token, current_manifest, read_articles
from app.stores.schema import REPAIR_HINT
from app.stores.store import connected_store
from seed.publish.publish import publish

ROWS_PER_DELETE = 10_000
"""Maximum number of rows deleted by one statement."""


# Each has all mentions of a revision.
ROWS_PER_QUERY = 500
"""Number of rows of what was extracted that are in memory together."""

_MENTIONED, _SPEAKER = 6, 4
"""The places of the entity in the rows of mentions and of statements."""


@dataclass(frozen=True, slots=True)
class CompactSummary:
    """The numbers of deleted rows, and the new corpus version if deleting entities required a publish."""

    revisions: int
    entities: int
    version: int | None


def compact(engine: Engine) -> CompactSummary:
    """Delete every revision that is neither served nor pending, and the local entities that only these named.

    The change log stays, and so do the keys of removed articles: they stay removed, whatever is loaded. Raise
    DamagedError before anything is deleted if the database finds a fault in itself.
    """
    store = connected_store(engine)
    for fault in store.faults(engine):
        raise DamagedError(f"The database is damaged ({fault}); {REPAIR_HINT}.")
    with engine.begin() as connection:
        revisions = _unserved_revisions(connection)
        for start in range(0, len(revisions), ROWS_PER_DELETE):
            _delete_revisions(connection, revisions[start : start + ROWS_PER_DELETE])
        if revisions:
            _clear_lost_revisions(connection)
            # Requests for earlier versions get other responses now: those cached by servers and clients must expire.
            change_token(connection, secrets.token_hex(8))
        entities = _unused_entities(connection)
        for start in range(0, len(entities), ROWS_PER_DELETE):
            connection.execute(delete(Entity).where(col(Entity.id).in_(entities[start : start + ROWS_PER_DELETE])))
    version = publish(engine)
    store.shrink(engine)
    return CompactSummary(len(revisions), len(entities), version)


def _unserved_revisions(connection: Connection) -> list[int]:
    served = read_articles(connection, current_manifest(connection)).columns.order
    current = select(col(Article.revision_id)).where(col(Article.id).not_in(select(col(Removal.article_id))))
    newest = np.array(connection.scalars(current).all(), np.int64)
    stored = np.array(connection.scalars(select(col(Revision.id))).all(), np.int64)
    return [int(id_) for id_ in np.setdiff1d(stored, np.union1d(served, newest))]


def _delete_revisions(connection: Connection, revisions: list[int]) -> None:
    connection.execute(delete(Mention).where(col(Mention.revision_id).in_(revisions)))
    connection.execute(delete(Statement).where(col(Statement.revision_id).in_(revisions)))
    connection.execute(delete(Extracted).where(col(Extracted.revision_id).in_(revisions)))
    connection.execute(delete(Bearer).where(col(Bearer.revision_id).in_(revisions)))
    connection.execute(delete(Revision).where(col(Revision.id).in_(revisions)))


def _clear_lost_revisions(connection: Connection) -> None:
    """Clear the revision of removed articles where it is no longer stored."""
    is_removed = col(Article.id).in_(select(col(Removal.article_id)))
    is_lost = col(Article.revision_id).not_in(select(col(Revision.id)))
    connection.execute(update(Article).where(is_removed, is_lost).values(revision_id=0))


def _unused_entities(connection: Connection) -> list[str]:
    mentioned = select(col(Mention.entity_id)).where(col(Mention.entity_id).is_not(None))
    speakers = select(col(Statement.speaker_id)).where(col(Statement.speaker_id).is_not(None))
    unused = select(col(Entity.id)).where(
        col(Entity.local),
        col(Entity.id).not_in(mentioned),
        col(Entity.id).not_in(speakers),
        # Corrections let future articles name them.
        not_(col(Entity.made)),
        # What took the place of an entity stays known.
        func.length(cast(col(Entity.moved_to), Text)) <= len("[]"),
    )
    found = _found_entities(connection)
    return [id_ for id_ in connection.scalars(unused) if id_ not in found]


def _found_entities(connection: Connection) -> set[str]:
    """Return the entities that were found in revisions before corrections: undoing these needs them."""
    query = select(col(Extracted.mentions), col(Extracted.statements))
    ids: set[str] = set()
    for rows in connection.execute(query).partitions(ROWS_PER_QUERY):
        for mentions, statements in rows:
            ids.update(mention[_MENTIONED] for mention in mentions)
            ids.update(statement[_SPEAKER] for statement in statements)
    return ids
