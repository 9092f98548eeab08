"""The entities of each article as a vector, to compare articles with each other."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.search.index.bitmaps import Int32Array, Int64Array, Postings

# A few megabytes of weights.
LENGTH_BATCH = 50_000
"""Articles whose vector lengths are computed together."""


class EntityVectors:
    """The vectors of all articles: position `p` has the entities `lists[starts[p]:starts[p + 1]]`."""

    def __init__(self, postings: Postings, starts: Int64Array, lists: Int32Array) -> None:
        self._postings, self._starts, self._lists = postings, starts, lists

    def entities(self, position: int) -> Int32Array:
        """Return the ordinals of the entities of an article, ascending."""
        return self._lists[self._starts[position] : self._starts[position + 1]]

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The square of each entity's inverse document frequency."""
        counts = np.array([max(1, len(posting)) for posting in self._postings], np.float64)
        return np.log(len(self._starts) / counts) ** 2

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """The length of each position's vector of weighted entities; 1 for an article without entities."""
        squares = np.ones(len(self._starts) - 1, np.float32)
        weights = self.weights.astype(np.float32)
        with_entities = np.flatnonzero(np.diff(self._starts))
        # In batches: the weights of all lists together would take as much memory as the lists.
        for at in range(0, len(with_entities), LENGTH_BATCH):
            batch = with_entities[at : at + LENGTH_BATCH]
            begin, end = self._starts[batch[0]], self._starts[batch[-1] + 1]
            batch_weights = weights[self._lists[begin:end]]
            squares[batch] = np.add.reduceat(batch_weights, self._starts[batch] - begin)
        return np.sqrt(squares)
