"""Postings as Roaring bitmaps, and conversions between bitmaps and numpy arrays."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]
Postings = tuple[BitMap, ...]
"""The postings of one field, by ordinal."""

OrdinalCounts = list[tuple[int, int]]
"""Values with the number of articles that have them, as (ordinal, count)."""


@dataclass(frozen=True, slots=True)
class RankedPostings:
    """The postings of one field, and the ordinals of some or all of its values by their number of articles.

    `by_total` starts with the value that most articles have; ties are in order of ordinal.
    """

    postings: Postings
    by_total: tuple[int, ...]
    by_total_array: Int32Array

    @classmethod
    def of(cls, postings: Postings, ordinals: Iterable[int]) -> "RankedPostings":
        """Rank these ordinals, which must ascend."""
        by_total = tuple(sorted(ordinals, key=lambda ordinal: -len(postings[ordinal])))
        return cls(postings, by_total, np.array(by_total, np.int32))


def positions_of(positions: BitMap) -> NDArray[np.uint32]:
    """Return the members of a bitmap as an ascending array."""
    return np.frombuffer(positions.to_array(), np.uint32) if positions else np.empty(0, np.uint32)


def bitmap_of(positions: NDArray[np.integer]) -> BitMap:
    """Return the bitmap of an array of positions."""
    # pyroaring reads an array of the standard library eight times as fast as a numpy array.
    return BitMap(array("I", positions.astype(np.uint32, copy=False).tobytes()))


def list_indexes(starts: Int64Array, positions: BitMap) -> Int64Array:
    """Return the indexes of all items in the lists of these positions, in order.

    The list of position `p` is `starts[p]` to `starts[p + 1]`, end exclusive.
    """
    return range_indexes(starts, positions_of(positions))


def range_indexes(starts: Int64Array, members: NDArray[np.integer]) -> Int64Array:
    """Return the indexes of all items in the lists of these members, in their order; see `list_indexes`."""
    list_starts = starts[members]
    lengths = starts[members + 1] - list_starts
    # The output joins the lists: the start of each, less the number of items before it, plus a running number.
    shifts = np.repeat(list_starts - (np.cumsum(lengths) - lengths), lengths)
    return shifts + np.arange(len(shifts))


def range_bitmap(start: int, stop: int) -> BitMap:
    """Return the bitmap of all positions from `start` to `stop`, end exclusive."""
    positions = BitMap()
    positions.add_range(start, stop)
    return positions


def values_by_position(postings: Postings, *, size: int) -> tuple[Int64Array, Int32Array]:
    """Return the start of the list of each position, and the ordinals of all lists, ascending."""
    lengths = [len(posting) for posting in postings]
    positions = np.concatenate([np.empty(0, np.uint32), *map(positions_of, postings)])
    order = np.argsort(positions, kind="stable")
    starts = np.searchsorted(positions[order], np.arange(size + 1)).astype(np.int64)
    return starts, np.repeat(np.arange(len(postings), dtype=np.int32), lengths)[order]
