"""Text queries -> the positions of the articles that match, and their relevance, by the text index of the store."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap, FrozenBitMap
from sqlmodel import Session

from app.search.index.bitmaps import bitmap_of
from app.search.index.snapshot import Snapshot
from app.stores.store import TextIndex, connected_store
from app.text.query_parser import TextQuery

# More pages than anyone reads, and the time to rank them is bounded.
MAX_RANKED = 10_000
"""Maximum number of articles in order of relevance: the newest ones that match."""


@dataclass(frozen=True)
class SearchContext:
    """What one request reads with; `max_ranked` is the number of articles to rank."""

    session: Session
    snapshot: Snapshot
    max_ranked: int = MAX_RANKED

    @cached_property
    def text_index(self) -> TextIndex:
        """The text index of the store that the session reads."""
        return connected_store(self.session.connection()).text_index

    def matches(self, query: TextQuery) -> BitMap:
        """Return the positions of the articles that contain all required and no excluded phrases."""
        positions = self.snapshot.all_positions
        if query.required:
            positions = self._positions(TextQuery(required=query.required))
        return positions - self._positions(TextQuery(excluded=query.excluded)) if query.excluded else positions

    def _positions(self, phrases: TextQuery) -> BitMap:
        """Return the positions that have all required phrases or any excluded one; the query has phrases of one kind.

        They are cached by kind, as `a -b` often follows `a`.
        """
        cache = self.snapshot.cache.text_hits
        positions = cache.get(phrases)
        return cache.put(phrases, self._hits(phrases)) if positions is None else positions

    def _hits(self, phrases: TextQuery) -> BitMap:
        hits = self.text_index.required_hits if phrases.required else self.text_index.excluded_hits
        ids = hits(self.session.connection(), phrases)
        return bitmap_of(np.sort(self.snapshot.ids.positions(ids)))

    def ranking(self, query: TextQuery, positions: FrozenBitMap, state: str) -> NDArray[np.uint32] | None:
        """Return these positions, which match the query, in order of relevance for a state of the text index.

        A client can continue in a cached ranking even after unpublished rows have changed the scores.
        Return None if the ranking is not cached and the text index is in another state now.
        """
        cache, key = self.snapshot.cache.rankings, (query, state, positions)
        ranking = cache.get(key)
        if ranking is not None or state != self.state():
            return ranking
        return cache.put(key, self._rank(query, positions))

    def _rank(self, query: TextQuery, positions: FrozenBitMap) -> NDArray[np.uint32]:
        """Return the positions by the scores of their articles."""
        ids = np.sort(self.snapshot.columns.order[np.array(positions.to_array(), np.int64)]).tolist()
        if not ids:
            return np.empty(0, np.uint32)
        scored, scores = self.text_index.scores(self.session.connection(), query, ids)
        return by_relevance(self.snapshot, self.snapshot.ids.positions(scored), scores)

    def state(self) -> str:
        """Return the state that a ranking is valid for: the publish, and the counts of all rows, unpublished too."""
        return f"{self.snapshot.token}.{self.text_index.state(self.session.connection())}"


def by_relevance(snapshot: Snapshot, positions: NDArray[np.uint32], scores: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the positions by score, the lowest first; ties newest first, undated ones last."""
    recency = np.where(
        positions < snapshot.time.dated_count, snapshot.time.dated_count - 1 - positions.astype(np.int64), positions
    )
    return positions[np.lexsort((recency, scores))]
