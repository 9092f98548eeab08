"""Dropping what nothing serves: revisions replaced or removed, and found entities that no revision names any more."""

import secrets
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlmodel import Session, col

from app.errors import DamagedError
from app.models import Article, Entity, Mention, Publish, Removal, Revision, Statement
from app.search.index.storage import open_snapshot
from app.stores.sqlite import REPAIR_HINT, faults, shrink
from seed.publish.publish import publish

CHUNK = 10_000
"""Rows dropped with one statement."""

_IS_LAST = col(Publish.version) == select(func.max(col(Publish.version))).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Compacted:
    """How much was dropped, and the corpus version if dropping entities made another."""

    revisions: int
    entities: int
    version: int | None


def compact(engine: Engine) -> Compacted:
    """Drop every revision that is neither served nor waiting to be, and what only these named.

    The log of changes stays, and so do the keys of removed articles: they remain removed, whoever brings them. Raises
    DamagedError before anything is dropped if the database finds a fault in itself.
    """
    for fault in faults(engine):
        raise DamagedError(f"The database is damaged ({fault}); {REPAIR_HINT}.")
    with engine.begin() as connection:
        revisions = _unserved(connection)
        for start in range(0, len(revisions), CHUNK):
            _drop(connection, revisions[start : start + CHUNK])
        if revisions:
            _forget_removed(connection)
            # What earlier versions served is answered otherwise now: no answer may be kept by server or client.
            connection.execute(update(Publish).where(_IS_LAST).values(token=secrets.token_hex(8)))
        entities = _unnamed(connection)
        for start in range(0, len(entities), CHUNK):
            connection.execute(delete(Entity).where(col(Entity.id).in_(entities[start : start + CHUNK])))
    version = publish(engine)
    shrink(engine)
    return Compacted(len(revisions), len(entities), version)


def _unserved(connection: Connection) -> list[int]:
    with Session(connection) as session:
        served = open_snapshot(session).columns.order
    wanted = select(col(Article.revision_id)).where(col(Article.id).not_in(select(col(Removal.article_id))))
    newest = np.array(connection.scalars(wanted).all(), np.int64)
    stored = np.array(connection.scalars(select(col(Revision.id))).all(), np.int64)
    return [int(id_) for id_ in np.setdiff1d(stored, np.union1d(served, newest))]


def _drop(connection: Connection, revisions: list[int]) -> None:
    connection.execute(delete(Mention).where(col(Mention.revision_id).in_(revisions)))
    connection.execute(delete(Statement).where(col(Statement.revision_id).in_(revisions)))
    connection.execute(delete(Revision).where(col(Revision.id).in_(revisions)))


def _forget_removed(connection: Connection) -> None:
    """Let removed articles point to no revision where theirs is no longer stored."""
    removed = col(Article.id).in_(select(col(Removal.article_id)))
    lost = col(Article.revision_id).not_in(select(col(Revision.id)))
    connection.execute(update(Article).where(removed, lost).values(revision_id=0))


def _unnamed(connection: Connection) -> list[str]:
    named = select(col(Mention.entity_id)).where(col(Mention.entity_id).is_not(None))
    speaking = select(col(Statement.speaker_id)).where(col(Statement.speaker_id).is_not(None))
    idle = select(col(Entity.id)).where(
        col(Entity.local), col(Entity.id).not_in(named), col(Entity.id).not_in(speaking)
    )
    return list(connection.scalars(idle))
