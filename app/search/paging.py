"""A set of articles in an order, and the part of it that comes after a given article."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.search.index.columns import UNDATED, Key
from app.search.index.snapshot import Snapshot

CHUNK = 500
"""Positions taken from a bitmap at once."""


def newest_first(snapshot: Snapshot, found: BitMap, after: Key | None = None) -> Iterator[int]:
    """Yield the dated positions from the newest to the oldest, then the undated ones by id; only those after a key."""
    start, stop = (snapshot.dated, snapshot.dated) if after is None else snapshot.run(after)
    if after is None or after[0] != UNDATED:
        yield from backwards(found, count_before(found, start))
        stop = snapshot.dated
    yield from forwards(found, count_before(found, stop))


def oldest_first(snapshot: Snapshot, found: BitMap, after: Key | None = None) -> Iterator[int]:
    """Yield the positions from the oldest to the newest, then the undated ones by id; only those after a key."""
    stop = 0 if after is None else snapshot.run(after)[1]
    yield from forwards(found, count_before(found, stop))


def count_before(found: BitMap, position: int) -> int:
    """Return how many of the found lie before a position."""
    return found.rank(position - 1) if position else 0


def forwards(found: BitMap, start: int) -> Iterator[int]:
    """Yield the found from the `start`-th on."""
    for at in range(start, len(found), CHUNK):
        yield from found[at : at + CHUNK]


def backwards(found: BitMap, stop: int) -> Iterator[int]:
    """Yield the first `stop` of the found, the last one first."""
    for at in range(stop, 0, -CHUNK):
        yield from reversed(found[max(0, at - CHUNK) : at].to_array())


def newest(snapshot: Snapshot, found: BitMap, count: int) -> BitMap:
    """Return the first of the found, newest first, at most so many."""
    dated = count_before(found, snapshot.dated)
    return found[max(0, dated - count) : dated] | found[dated : max(dated, count)]


def by_relevance(snapshot: Snapshot, positions: NDArray[np.uint32], scores: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the positions by score, the lowest first; ties newest first, undated last."""
    recency = np.where(positions < snapshot.dated, snapshot.dated - 1 - positions.astype(np.int64), positions)
    return positions[np.lexsort((recency, scores))]


def newest_page(snapshot: Snapshot, found: BitMap, *, limit: int, after: Key | None) -> tuple[list[int], Key | None]:
    """Return the `limit` positions that come after a key, newest first, and the key of the last if others follow."""
    positions = list(islice(newest_first(snapshot, found, after), limit + 1))
    following = snapshot.key(positions[limit - 1]) if len(positions) > limit else None
    return positions[:limit], following
