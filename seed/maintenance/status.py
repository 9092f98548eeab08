"""Summarize a database in the numbers that an operator needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from app.labels import ordinals_by_id
from app.models import Removal, Revision
from app.posting_fields import ENTITY, SOURCE
from app.search.index.columns import UNDATED
from app.search.index.storage import current_manifest, read_articles, read_labels
from app.stores.store import connected_store
from seed.publish.pending import COUNT_PENDING


@dataclass(frozen=True, slots=True)
class Status:
    """What a database holds and serves; version, instant (UTC) and days are None where there are none.

    Days are printed days. `pending` articles are loaded but not published, `unserved_revisions` are stored but not
    served.
    """

    corpus_version: int | None
    published_at: datetime | None
    articles: int
    undated: int
    first_day: date | None
    last_day: date | None
    sources: int
    entities: int
    pending: int
    removed: int
    unserved_revisions: int
    database: str
    database_version: str

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield labels and values in order."""
        yield "corpus version", self._format_version()
        yield "articles", f"{self.articles}, of which {self.undated} undated"
        yield "printed", "no dated articles" if self.first_day is None else f"{self.first_day} to {self.last_day}"
        yield "sources", str(self.sources)
        yield "entities", str(self.entities)
        yield "loaded, not published", str(self.pending)
        yield "removed", str(self.removed)
        yield "revisions not served", str(self.unserved_revisions)
        yield self.database, self.database_version

    def lines(self) -> Iterator[str]:
        """Yield a line per label, with the values in one column."""
        return (f"{label + ':':<23}{value}" for label, value in self.rows())

    def _format_version(self) -> str:
        if self.published_at is None:
            return "none, nothing has been published yet"
        return f"{self.corpus_version}, published {self.published_at:%Y-%m-%d %H:%M} UTC"


def status(engine: Engine) -> Status:
    """Return what a database holds and serves; raise DamagedError if the index of the corpus is damaged."""
    with Session(engine) as session:
        # The articles alone: an index of them would take several times as long.
        manifest = current_manifest(session.connection())
        articles = read_articles(session.connection(), manifest)
        entities = ordinals_by_id(read_labels(session.connection(), manifest).entity)
        pending = session.scalar(COUNT_PENDING) or 0
        removed = session.exec(select(func.count()).select_from(Removal)).one()
        stored = session.exec(select(func.count(col(Revision.id)))).one()
    columns, published_at = articles.columns, manifest.published_at
    dated = int(np.count_nonzero(columns.first_day != UNDATED))
    database, database_version = connected_store(engine).version()
    return Status(
        corpus_version=None if published_at is None else manifest.version,
        published_at=None if published_at is None else datetime.fromtimestamp(published_at, UTC),
        articles=len(articles),
        undated=len(articles) - dated,
        first_day=date.fromordinal(int(columns.first_day[0])) if dated else None,
        last_day=date.fromordinal(int(columns.last_day[:dated].max())) if dated else None,
        sources=len(articles.fields[SOURCE.name].names),
        entities=len({entities[name] for name in articles.fields[ENTITY.name].names}),
        pending=pending,
        removed=removed,
        unserved_revisions=stored - len(articles),
        database=database,
        database_version=database_version,
    )
