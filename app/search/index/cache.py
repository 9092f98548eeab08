"""The cache of one corpus version: what earlier requests computed and later ones are likely to need."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap, FrozenBitMap

from app.search.index.bitmaps import Int32Array, Int64Array, OrdinalCounts, RankedPostings
from app.search.index.frequent_words import TextStatistics
from app.search.index.time_order import PublishOrder
from app.text.query_tree import Node

# Each cache holds up to twice its size: see RecentCache.
FACET_CACHE_SIZE = 500
"""Facet counts to cache, about a kilobyte each."""

# The next page and another facet of the same words then cost no search. Hits take at most one bit per article, a
# ranking takes at most 64 kB.
TEXT_CACHE_SIZE = 32
"""Nodes of text queries whose hits to cache, and rankings to cache."""

# A sample takes a second of a million articles, and at most 40 kB.
SAMPLE_CACHE_SIZE = 16
"""Random samples to cache."""

ITEM_CACHE_SIZE = 2_000
"""Articles whose JSON to cache, about 1.2 kB each: 5 MB at most."""

# Four times the usual size of an item, so that the cache stays bounded.
MAX_CACHED_ITEM_BYTES = 4_096
"""Maximum size of the JSON of an item that is cached."""

ENTITY_JSON_CACHE_SIZE = 10_000
"""Entities with a number of mentions whose JSON to cache, about 250 bytes each."""

CacheKey = TypeVar("CacheKey")
CacheValue = TypeVar("CacheValue")


class RecentCache(Generic[CacheKey, CacheValue]):
    """A cache of the most recently used values: at least the last `size`, at most twice as many.

    It keeps two generations instead of an order of use, so that threads share it without a lock: the older generation
    is dropped as a whole, and values that were used in the meantime are in the younger one.
    """

    def __init__(self, size: int, fits: Callable[[CacheValue], bool] = lambda _value: True) -> None:
        """Cache the last `size` values, and of those that `get_many` makes only the ones that fit."""
        self._size = size
        self._fits = fits
        self._young: dict[CacheKey, CacheValue] = {}
        self._old: dict[CacheKey, CacheValue] = {}

    def get(self, key: CacheKey) -> CacheValue | None:
        """Return the value of this key, None if it is not cached."""
        value = self._young.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self.put(key, value)
        return value

    def put(self, key: CacheKey, value: CacheValue) -> CacheValue:
        """Cache a value and return it."""
        if len(self._young) >= self._size:
            self._young, self._old = {}, self._young
        self._young[key] = value
        return value

    def get_many(
        self, keys: Sequence[CacheKey], build: Callable[[list[CacheKey]], Iterable[CacheValue]]
    ) -> list[CacheValue]:
        """Return the values of these keys, in this order; `build` makes the missing ones together."""
        values = {key: self.get(key) for key in keys}
        missing = [key for key, value in values.items() if value is None]
        built = dict(zip(missing, build(missing), strict=True)) if missing else {}
        for key, value in built.items():
            if self._fits(value):
                self.put(key, value)
        return [built[key] if value is None else value for key, value in values.items()]

    def __len__(self) -> int:
        return len({*self._young, *self._old})


@dataclass(frozen=True, slots=True)
class SnapshotCache:
    """The caches of one snapshot. Ranked postings live as long as the snapshot, the others hold recent values only."""

    ranked_postings: dict[object, RankedPostings] = field(default_factory=dict)
    """Ranked postings by field, or by entity types and `members`; each is built on first use."""
    value_lists: dict[str, tuple[Int64Array, Int32Array]] = field(default_factory=dict)
    """The values of each position by posting field; each is built on first use."""
    publish_orders: dict[str, PublishOrder] = field(default_factory=dict)
    """The orders of articles by when they were loaded or updated; each is built on first use."""
    samples: RecentCache[object, BitMap] = field(default_factory=lambda: RecentCache(SAMPLE_CACHE_SIZE))
    """Random samples by size, seed and clauses."""
    facet_counts: RecentCache[object, tuple[OrdinalCounts, int]] = field(
        default_factory=lambda: RecentCache(FACET_CACHE_SIZE)
    )
    """Facet counts and numbers of values by facet, size and clauses."""
    text_hits: RecentCache[Node, BitMap] = field(default_factory=lambda: RecentCache(TEXT_CACHE_SIZE))
    """The positions that match a leaf of a text query, or all or any of several words."""
    said: RecentCache[str, tuple[BitMap, BitMap]] = field(default_factory=lambda: RecentCache(TEXT_CACHE_SIZE))
    """The statements that were read for the words of a search, and those of them that have the words."""
    rankings: RecentCache[tuple[Node, str, FrozenBitMap], dict[int, NDArray[np.uint32]]] = field(
        default_factory=lambda: RecentCache(TEXT_CACHE_SIZE)
    )
    """Windows of positions in order of relevance, by query, state of the text index and positions."""
    text_statistics: RecentCache[str, TextStatistics] = field(default_factory=lambda: RecentCache(1))
    """What relevance depends on apart from words, by state of the text index; two bytes per revision."""
    item_json: RecentCache[tuple[int, tuple[str, ...] | None], bytes] = field(
        default_factory=lambda: RecentCache(ITEM_CACHE_SIZE, lambda json: len(json) <= MAX_CACHED_ITEM_BYTES)
    )
    """The JSON of articles as lists show them, by position and selected fields."""
    entity_json: dict[tuple[str, int], bytes] = field(default_factory=dict)
    """The JSON of entities as lists of articles show them, by id and number of mentions."""
