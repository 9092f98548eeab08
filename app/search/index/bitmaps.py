"""Postings: the set of positions that each value of a family has, and the ways between sets and arrays."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Days = NDArray[np.int32]
Ids = NDArray[np.int64]
Postings = tuple[BitMap, ...]

Counted = list[tuple[int, int]]
"""Values with the number of articles that have them, as (index, number)."""

FAMILIES = ("source", "entity", "language", "precision")
"""The families of values that have postings; each has its labels, in the same order."""


@dataclass(frozen=True, slots=True)
class Family:
    """Postings by index, and some of the indexes: those with most articles first, ties by index."""

    postings: Postings
    by_total: tuple[int, ...]
    ordinals: Days
    """The same as an array."""

    @classmethod
    def of(cls, postings: Postings, ordinals: Iterable[int]) -> "Family":
        """Put these indexes, which ascend, into their order."""
        by_total = tuple(sorted(ordinals, key=lambda ordinal: -len(postings[ordinal])))
        return cls(postings, by_total, np.array(by_total, np.int32))


def places_of(positions: BitMap) -> NDArray[np.uint32]:
    """Return the members of a set, ascending."""
    return np.frombuffer(positions.to_array(), np.uint32) if positions else np.empty(0, np.uint32)


def set_of(places: NDArray[np.integer]) -> BitMap:
    """Return the set of these."""
    # Of an array of the standard library, which is read eight times as fast as numpy's own.
    return BitMap(array("I", places.astype(np.uint32, copy=False).tobytes()))


def members_of_lists(starts: Ids, positions: BitMap) -> Ids:
    """Return the indexes of all that lies in the lists of these positions, in order."""
    places = places_of(positions)
    begins = starts[places]
    lengths = starts[places + 1] - begins
    # The lists lie one after another: where each begins, less how many went before, plus a running number.
    skipped = np.repeat(begins - (np.cumsum(lengths) - lengths), lengths)
    return skipped + np.arange(len(skipped))


def run_of(start: int, stop: int) -> BitMap:
    """Return the set of all from `start` to before `stop`."""
    found = BitMap()
    found.add_range(start, stop)
    return found
