"""Postings as Roaring bitmaps, and conversions between bitmaps and numpy arrays."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap, FrozenBitMap

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


def positions_of(positions: BitMap | FrozenBitMap) -> NDArray[np.uint32]:
    """Return the members of a bitmap as an ascending array."""
    return np.frombuffer(positions.to_array(), np.uint32) if positions else np.empty(0, np.uint32)


# Building the serialized form of fewer takes longer than adding them one by one.
MIN_SERIALIZED = 8_192
"""Minimum number of positions whose bitmap is built from its serialized form."""

MAX_ARRAY_CONTAINER = 4_096
"""Maximum number of positions that a container of a serialized bitmap lists; larger ones have a bit for each."""

MARKED_SHARE = 100
"""If more than one in this number of positions is a member, marking them replaces sorting."""

NO_RUN_COOKIE = 12_346
"""The number with which the serialized form of a bitmap without run containers begins."""


def bitmap_of(positions: NDArray[np.integer]) -> BitMap:
    """Return the bitmap of an array of positions, which is several times faster for many ascending ones."""
    positions = positions.astype(np.uint32, copy=False)
    if len(positions) >= MIN_SERIALIZED and (positions[1:] > positions[:-1]).all():
        return BitMap.deserialize(_serialized(positions))
    # pyroaring reads an array of the standard library eight times as fast as a numpy array.
    return BitMap(array("I", positions.tobytes()))


def bitmap_of_any_order(positions: NDArray[np.integer], size: int) -> BitMap:
    """Return the bitmap of different positions below `size`, in any order."""
    # Marking takes a fraction of the time of sorting, if there are many.
    if len(positions) * MARKED_SHARE < size:
        return bitmap_of(np.sort(positions))
    is_member = np.zeros(size, np.bool_)
    is_member[positions] = True
    return bitmap_of(np.flatnonzero(is_member))


def _serialized(positions: NDArray[np.integer]) -> bytes:
    """Return ascending positions in the serialized form of Roaring bitmaps (RoaringFormatSpec), without runs."""
    keys = (positions >> 16).astype("<u2")
    starts = np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])
    sizes = np.diff(starts, append=len(positions))
    containers = [
        _serialized_container(members) for members in np.split(positions.astype("<u2", casting="unsafe"), starts[1:])
    ]
    head = np.array([NO_RUN_COOKIE, len(starts)], "<u4").tobytes()
    descriptions = np.column_stack([keys[starts], sizes - 1]).astype("<u2").tobytes()
    ends = len(head) + 8 * len(starts) + np.cumsum(list(map(len, containers)))
    offsets = (ends - list(map(len, containers))).astype("<u4").tobytes()
    return b"".join([head, descriptions, offsets, *containers])


def _serialized_container(members: NDArray[np.uint16]) -> bytes:
    if len(members) <= MAX_ARRAY_CONTAINER:
        return members.tobytes()
    is_member = np.zeros(1 << 16, np.bool_)
    is_member[members] = True
    return np.packbits(is_member, bitorder="little").tobytes()


def is_in(values: Int64Array, others: Int64Array) -> NDArray[np.bool_]:
    """Return which of the values are among the others, of which there are few; both are article or revision ids."""
    # Most values share their lowest bits with none of the others, which is found without a search.
    shares_bits = np.zeros(1 << 16, np.bool_)
    shares_bits[others & 0xFFFF] = True
    candidates = np.flatnonzero(shares_bits[values & 0xFFFF])
    ordered = np.sort(others)
    found = np.searchsorted(ordered, values[candidates], side="right") > np.searchsorted(ordered, values[candidates])
    among = np.zeros(len(values), np.bool_)
    among[candidates[found]] = True
    return among


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
