"""The postings and lists of the next snapshot: where what they held has moved, and what has landed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap

from app.search.postings import Days, Ids, Postings, places_of, set_of
from seed.arrivals import Coded, Numbers


@dataclass(frozen=True, slots=True)
class Slots:
    """The index of each label of one family: by name, and for each index that it had before, -1 if it is gone."""

    by_name: Mapping[str, int]
    renamed: Numbers
    size: int


@dataclass(frozen=True, slots=True)
class Landed:
    """The values that arrive, each with the position where it arrives."""

    places: Numbers
    values: Coded


def postings_of(old: Postings, moved: Numbers, slots: Slots, landed: Landed) -> Postings:
    """Return a posting for each slot: the old ones with their members moved (-1: gone), and what has landed."""
    postings = [BitMap() for _ in range(slots.size)]
    still = np.array_equal(moved, np.arange(len(moved)))
    for slot, posting in zip(slots.renamed.tolist(), old, strict=True):
        if slot >= 0:
            now = posting if still else _moved(posting, moved)
            # Two labels become one where an entity was merged into another.
            postings[slot] = postings[slot] | now if postings[slot] else now
    for slot, posting in _gathered(landed, slots):
        postings[slot] = postings[slot] | posting
    for posting in postings:
        posting.run_optimize()
    return tuple(postings)


def lists_of(positions: Numbers, values: Numbers, *, size: int) -> tuple[Ids, Days]:
    """Return the values of each position, ascending, one list after another, and where each list begins."""
    pairs = _pairs(positions, values)
    return _starts(pairs, size), pairs.astype(np.int32)  # Its lower half is the value.


def transposed(postings: Postings, *, size: int) -> tuple[Ids, Days]:
    """Return the slots of each of `size` positions as lists."""
    totals = [len(posting) for posting in postings]
    places = np.concatenate([np.empty(0, np.uint32), *map(places_of, postings)])
    return lists_of(places.view(np.int32), np.repeat(np.arange(len(postings), dtype=np.int32), totals), size=size)


def _moved(posting: BitMap, moved: Numbers) -> BitMap:
    places = moved[places_of(posting)]
    return set_of(places[places >= 0])


def _gathered(landed: Landed, slots: Slots) -> Iterator[tuple[int, BitMap]]:
    """Yield each slot for which something has landed, with the positions."""
    named = np.array([slots.by_name[name] for name in landed.values.names], np.int32)
    known = landed.values.codes >= 0
    pairs = _pairs(named[landed.values.codes[known]], landed.places[known])
    starts = _starts(pairs, slots.size)
    for slot in np.flatnonzero(np.diff(starts)).tolist():
        yield slot, set_of(pairs[starts[slot] : starts[slot + 1]])  # The lower half is the position.


def _pairs(upper: Numbers, lower: Numbers) -> Ids:
    """Return pairs in order, each as one number of two halves: millions of them are sorted in a tenth of a second."""
    pairs = upper.astype(np.int64)
    pairs <<= 32
    pairs |= lower
    pairs.sort()
    return pairs


def _starts(pairs: Ids, size: int) -> Ids:
    """Return where the pairs of each upper half begin, and where the last end."""
    return np.searchsorted(pairs, np.arange(size + 1) << 32)
