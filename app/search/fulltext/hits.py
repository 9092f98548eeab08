"""Text queries -> the positions of the articles that match, and their relevance. Only this module queries FTS5."""

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
from app.search.index.bitmaps import bitmap_of
from app.search.index.snapshot import Snapshot
from app.text.query_parser import TextQuery, excluded_expression, required_expression

HITS_SQL = text("SELECT group_concat(rowid) FROM article_text WHERE article_text MATCH :expression")
"""The row ids as one value: fetching half a million rows one by one takes longer than the search."""

SCORES_SQL = text(
    "SELECT rowid, rank FROM article_text WHERE article_text MATCH :expression AND rowid BETWEEN :first AND :last "
    "AND +rowid IN (SELECT value FROM json_each(:ids))"
)
"""The scores of some rows. The plus keeps SQLite from querying the index again for each of them."""

AVERAGES_SQL = text("SELECT block FROM article_text_data WHERE id = 1")
"""The row and token counts of the text index: apart from the words, bm25 depends on them alone."""

# More pages than anyone reads, and the time to rank them is bounded.
MAX_RANKED = 10_000
"""Maximum number of articles in order of relevance: the newest ones that match."""

# Well under a millisecond.
INSTRUCTIONS_PER_CHECK = 10_000
"""Instructions of SQLite's virtual machine between two checks of the deadline."""


@dataclass(frozen=True, slots=True)
class SearchContext:
    """The text index as one request may use it: `seconds` limits each query, `max_ranked` the articles to rank."""

    session: Session
    snapshot: Snapshot
    seconds: float
    max_ranked: int = MAX_RANKED

    def matches(self, query: TextQuery) -> BitMap:
        """Return the positions of the articles that contain all required and no excluded phrases.

        Raise SearchTimeoutError if a query takes longer than `seconds`.
        """
        required, excluded = required_expression(query), excluded_expression(query)
        positions = self.snapshot.all_positions if required is None else self._positions(required)
        return positions if excluded is None else positions - self._positions(excluded)

    def _positions(self, expression: str) -> BitMap:
        cache = self.snapshot.cache.text_hits
        positions = cache.get(expression)
        return cache.put(expression, self._hits(expression)) if positions is None else positions

    def _hits(self, expression: str) -> BitMap:
        with self._time_limit():
            joined: str | None = self.session.connection().execute(HITS_SQL, {"expression": expression}).scalar()
        ids = np.fromstring(joined or "", np.int64, sep=",")
        return bitmap_of(np.sort(self.snapshot.positions(ids)))

    def ranking(self, query: TextQuery, positions: FrozenBitMap, state: str) -> NDArray[np.uint32] | None:
        """Return these positions, which match the query, in order of relevance for a state of the text index.

        A client can continue in a cached ranking even after unpublished rows have changed the scores.
        Return None if the ranking is not cached and the text index is in another state now.
        """
        expression = required_expression(query) or ""
        cache, key = self.snapshot.cache.rankings, (expression, state, positions)
        ranking = cache.get(key)
        if ranking is not None or state != self.state():
            return ranking
        return cache.put(key, self._rank(expression, positions))

    def _rank(self, expression: str, positions: FrozenBitMap) -> NDArray[np.uint32]:
        """Return the positions by bm25, the lower the better (Robertson and Zaragoza 2009)."""
        ids = np.sort(self.snapshot.columns.order[np.array(positions.to_array(), np.int64)]).tolist()
        if not ids:
            return np.empty(0, np.uint32)
        parameters = {"expression": expression, "first": ids[0], "last": ids[-1], "ids": json.dumps(ids)}
        with self._time_limit():
            rows = self.session.connection().execute(SCORES_SQL, parameters).all()
        scored = self.snapshot.positions(np.array([row[0] for row in rows], np.int64))
        return by_relevance(self.snapshot, scored, np.array([row[1] for row in rows], np.float64))

    def state(self) -> str:
        """Return the state that a ranking is valid for: the publish, and the counts of all rows, unpublished too."""
        block: bytes | None = self.session.connection().execute(AVERAGES_SQL).scalar()
        return f"{self.snapshot.token}.{(block or b'').hex()}"

    @contextmanager
    def _time_limit(self) -> Iterator[None]:
        """Interrupt a query after `seconds` and raise SearchTimeoutError."""
        deadline = time.monotonic() + self.seconds
        connection: Any = self.session.connection().connection.driver_connection
        connection.set_progress_handler(lambda: time.monotonic() > deadline, INSTRUCTIONS_PER_CHECK)
        try:
            yield
        except OperationalError as error:
            if "interrupted" not in str(error.orig):
                raise
            raise SearchTimeoutError(f"The text search took longer than {self.seconds:g} seconds.") from error
        finally:
            connection.set_progress_handler(None, 0)


def by_relevance(snapshot: Snapshot, positions: NDArray[np.uint32], scores: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the positions by score, the lowest first; ties newest first, undated ones last."""
    recency = np.where(
        positions < snapshot.dated_count, snapshot.dated_count - 1 - positions.astype(np.int64), positions
    )
    return positions[np.lexsort((recency, scores))]
