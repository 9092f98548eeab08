"""Words -> the positions of the articles that hold them. The only seam between databases: FTS5 now."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app.errors import SearchTimeoutError
from app.search.index.bitmaps import set_of
from app.search.index.snapshot import Snapshot
from app.text.query_parser import TextQuery, excluded_expression, required_expression

HITS = text("SELECT group_concat(rowid) FROM article_text WHERE article_text MATCH :expression")
"""The row ids as one value: to hand half a million rows over one by one takes longer than to find them."""

SCORES = text(
    "SELECT rowid, rank FROM article_text WHERE article_text MATCH :expression AND rowid BETWEEN :first AND :last "
    "AND +rowid IN (SELECT value FROM json_each(:ids))"
)
"""The scores of some rows. The plus keeps SQLite from asking the index anew for each of them."""

AVERAGES = text("SELECT block FROM article_text_data WHERE id = 1")
"""How many rows and tokens the index holds: what bm25 depends on beside the words."""

RANKED = 10_000
"""Matches that are put in order of relevance, the newest ones: more pages than anyone turns, and a bounded time."""

CHECK_EVERY = 10_000
"""Virtual machine instructions between two looks at the clock: well under a millisecond."""


@dataclass(frozen=True, slots=True)
class TextSearch:
    """One request's way to the text index: its session, its snapshot, the seconds it may take, the matches it ranks."""

    session: Session
    snapshot: Snapshot
    seconds: float
    most_ranked: int = RANKED

    def matches(self, query: TextQuery) -> BitMap:
        """Return the positions of the articles that hold all required and no excluded words."""
        required, excluded = required_expression(query), excluded_expression(query)
        found = self.snapshot.all if required is None else self._positions(required)
        return found if excluded is None else found - self._positions(excluded)

    def _positions(self, expression: str) -> BitMap:
        found = self.snapshot.cache.texts.get(expression)
        return self.snapshot.cache.texts.put(expression, self._hits(expression)) if found is None else found

    def _hits(self, expression: str) -> BitMap:
        with self._in_time():
            listed: str | None = self.session.connection().execute(HITS, {"expression": expression}).scalar()
        ids = np.fromstring(listed or "", np.int64, sep=",")
        return set_of(np.sort(self.snapshot.positions(ids)))

    def ranking(self, expression: str, positions: FrozenBitMap, state: str) -> NDArray[np.uint32] | None:
        """Return these positions, which the expression finds, in the order of relevance of a state of the index.

        While it is kept a reader can go on in it, though rows that wait to be published change the scores; None if it
        is not kept, and the state is another now.
        """
        kept, asked = self.snapshot.cache.rankings, (expression, state, positions)
        found = kept.get(asked)
        if found is not None or state != self.state():
            return found
        return kept.put(asked, self._ranked(expression, positions))

    def _ranked(self, expression: str, positions: FrozenBitMap) -> NDArray[np.uint32]:
        """Order by bm25, the lower the better (Robertson and Zaragoza 2009)."""
        ids = np.sort(self.snapshot.columns.order[np.array(positions.to_array(), np.int64)]).tolist()
        if not ids:
            return np.empty(0, np.uint32)
        asked = {"expression": expression, "first": ids[0], "last": ids[-1], "ids": json.dumps(ids)}
        with self._in_time():
            rows = self.session.connection().execute(SCORES, asked).all()
        found = self.snapshot.positions(np.array([row[0] for row in rows], np.int64))
        return by_relevance(self.snapshot, found, np.array([row[1] for row in rows], np.float64))

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


def by_relevance(snapshot: Snapshot, positions: NDArray[np.uint32], scores: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the positions by score, the lowest first; ties newest first, undated last."""
    recency = np.where(positions < snapshot.dated, snapshot.dated - 1 - positions.astype(np.int64), positions)
    return positions[np.lexsort((recency, scores))]
