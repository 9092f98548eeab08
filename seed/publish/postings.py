"""The postings and lists of the next snapshot: where what they held has moved, and what has landed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap

from app.search.index.bitmaps import Days, Ids, Postings, places_of, set_of
from seed.publish.delta import Coded, Numbers

AT_ONCE = 250_000
"""Values that are put in order at once: all of a large load would take as much memory again as its snapshot."""


@dataclass(frozen=True, slots=True)
class Ordinals:
    """The index of each label of one family: by name, and for each index that it had before, -1 if it is gone."""

    by_name: Mapping[str, int]
    renamed: Numbers
    size: int


@dataclass(frozen=True, slots=True)
class Landed:
    """The values that arrive, each with the position where it arrives."""

    places: Numbers
    values: Coded


def postings_of(
    old: Postings, moved: Numbers, ordinals: Ordinals, landed: Landed, *, at_once: int = AT_ONCE
) -> Postings:
    """Return a posting for each ordinal: the old ones with their members moved (-1: gone), and what has landed."""
    postings = [BitMap() for _ in range(ordinals.size)]
    still = np.array_equal(moved, np.arange(len(moved)))
    for ordinal, posting in zip(ordinals.renamed.tolist(), old, strict=True):
        if ordinal >= 0:
            now = posting if still else _moved(posting, moved)
            # Two labels become one where an entity was merged into another.
            postings[ordinal] = postings[ordinal] | now if postings[ordinal] else now
    for ordinal, posting in _gathered(landed, ordinals, at_once):
        postings[ordinal] = postings[ordinal] | posting
    for posting in postings:
        posting.run_optimize()
    return tuple(postings)


def lists_of(positions: Numbers, values: Numbers, *, size: int) -> tuple[Ids, Days]:
    """Return the values of each position, ascending, one list after another, and where each list begins."""
    pairs = _pairs(positions, values)
    return _starts(pairs, size), pairs.astype(np.int32)  # Its lower half is the value.


def transposed(postings: Postings, *, size: int) -> tuple[Ids, Days]:
    """Return the ordinals of each of `size` positions as lists, ascending, and where each list begins."""
    # Counted, then written where each list has come to: sorting them would take three times their memory.
    starts = np.zeros(size + 1, np.int64)
    for posting in postings:
        starts[1:][places_of(posting)] += 1
    np.cumsum(starts, out=starts)
    lists, ends = np.empty(starts[-1], np.int32), starts[:-1].copy()
    for ordinal, posting in enumerate(postings):
        places = places_of(posting)
        lists[ends[places]] = ordinal
        ends[places] += 1
    return starts, lists


def _moved(posting: BitMap, moved: Numbers) -> BitMap:
    places = moved[places_of(posting)]
    return set_of(places[places >= 0])


def _gathered(landed: Landed, ordinals: Ordinals, at_once: int) -> Iterator[tuple[int, BitMap]]:
    """Yield the ordinals for which something has landed, with the positions; an ordinal may come again with others."""
    named = np.array([ordinals.by_name[name] for name in landed.values.names], np.int32)
    for at in range(0, len(landed.places), at_once):
        codes, places = landed.values.codes[at : at + at_once], landed.places[at : at + at_once]
        pairs = _pairs(named[codes[codes >= 0]], places[codes >= 0])
        starts = _starts(pairs, ordinals.size)
        for ordinal in np.flatnonzero(np.diff(starts)).tolist():
            yield ordinal, set_of(pairs[starts[ordinal] : starts[ordinal + 1]])  # The lower half is the position.


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
