"""What requests of one corpus version found out lately, so that the next ones need not."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap, FrozenBitMap

from app.search.index.bitmaps import Counted, Family

Key = TypeVar("Key")
Value = TypeVar("Value")


class RecentCache(Generic[Key, Value]):
    """Values by key: at least the last `size` that were put or asked for, at most twice as many.

    Two generations instead of an order of use, so that several threads can share it without a lock: the older one
    is let go of as a whole, and what was asked for in the meantime is in the younger one.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """Return the value of this key, if it is remembered."""
        value = self._young.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> Value:
        """Remember a value and return it."""
        if len(self._young) >= self._size:
            self._young, self._old = {}, self._young
        self._young[key] = value
        return value

    def __len__(self) -> int:
        return len({*self._young, *self._old})


COUNTED = 500
"""Facets of which the counts are remembered, up to twice as many: about a kilobyte each."""

TEXTS = 32
"""Text queries of which the results are remembered, and as many rankings, up to twice as many: the next page and
another facet of the same words cost no search. A result takes a bit an article at most, a ranking about 80 kB."""

SHOWN = 2_000
"""Articles of which the JSON is remembered, up to twice as many: about 1 kB each, 4 MB at most in all."""


@dataclass(frozen=True, slots=True)
class SnapshotCache:
    """What facets count is kept as long as the snapshot, everything else only lately."""

    families: dict[object, Family] = field(default_factory=dict)
    """What facets count, made when it is first asked for."""
    counted: RecentCache[object, Counted] = field(default_factory=lambda: RecentCache(COUNTED))
    """What facets counted, by the questions."""
    texts: RecentCache[str, BitMap] = field(default_factory=lambda: RecentCache(TEXTS))
    """What text queries found, by their expressions."""
    rankings: RecentCache[tuple[str, str, FrozenBitMap], NDArray[np.uint32]] = field(
        default_factory=lambda: RecentCache(TEXTS)
    )
    """Positions in order of relevance, by the words, the state of the text index and the set."""
    shown: RecentCache[int, bytes] = field(default_factory=lambda: RecentCache(SHOWN))
    """What lists showed of articles, as JSON, by position."""
