"""Words -> the positions of the articles that hold them. The only seam between databases: FTS5 now."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app.errors import SearchTimeoutError
from app.search.snapshot import Snapshot
from app.search.words import TextQuery, excluded_expression, required_expression

HITS = text("SELECT rowid FROM article_text WHERE article_text MATCH :expression")
RANKED = text("SELECT rowid, rank FROM article_text WHERE article_text MATCH :expression")
AVERAGES = text("SELECT block FROM article_text_data WHERE id = 1")
"""How many rows and tokens the index holds: what bm25 depends on beside the words."""

KEPT = 64
"""Text results kept with a snapshot: the next page and another facet of the same words cost no search."""

CHECK_EVERY = 10_000
"""Virtual machine instructions between two looks at the clock: well under a millisecond."""


@dataclass(frozen=True, slots=True)
class TextSearch:
    """One request's way to the text index: its session, its snapshot and the seconds it may take."""

    session: Session
    snapshot: Snapshot
    seconds: float

    def matches(self, query: TextQuery) -> BitMap:
        """Return the positions of the articles that hold all required and no excluded words."""
        required, excluded = required_expression(query), excluded_expression(query)
        found = self.snapshot.all if required is None else self._positions(required)
        return found if excluded is None else found - self._positions(excluded)

    def _positions(self, expression: str) -> BitMap:
        kept = self.snapshot.texts
        found = kept.get(expression)
        if found is None:
            found = self._hits(expression)
            for oldest in list(kept)[: max(0, 1 + len(kept) - KEPT)]:
                kept.pop(oldest, None)
            kept[expression] = found
        return found

    def _hits(self, expression: str) -> BitMap:
        with self._in_time():
            rows = self.session.connection().execute(HITS, {"expression": expression})
            ids = np.fromiter(rows.scalars(), np.int64)
        return BitMap(np.sort(self.snapshot.positions(ids)))

    def scores(self, expression: str) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Return the served positions that match and their bm25, the lower the better (Robertson and Zaragoza 2009)."""
        with self._in_time():
            rows = self.session.connection().execute(RANKED, {"expression": expression}).all()
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        scores = np.fromiter((row[1] for row in rows), np.float64, len(rows))
        served = np.isin(ids, self.snapshot.columns.order)
        return self.snapshot.positions(ids[served]), scores[served]

    def state(self) -> str:
        """Return what an order of relevance holds for: the publish, and the rows, waiting ones too, of the index."""
        block: bytes | None = self.session.connection().execute(AVERAGES).scalar()
        return f"{self.snapshot.token}.{(block or b'').hex()}"

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Break off what takes longer than its time, with SearchTimeoutError."""
        deadline = time.monotonic() + self.seconds
        connection: Any = self.session.connection().connection.driver_connection
        connection.set_progress_handler(lambda: time.monotonic() > deadline, CHECK_EVERY)
        try:
            yield
        except OperationalError as error:
            if "interrupted" not in str(error.orig):
                raise
            raise SearchTimeoutError(f"The text search took longer than {self.seconds:g} seconds.") from error
        finally:
            connection.set_progress_handler(None, 0)
