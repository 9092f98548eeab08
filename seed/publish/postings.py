"""Build the postings and lists of the next snapshot: move the old members, then add the new ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap

from app.search.index.bitmaps import Int32Array, Int64Array, Postings, bitmap_of, positions_of
from seed.publish.delta import CategoricalColumn

# Sorting all values of a large load together would take as much memory again as its snapshot.
VALUES_PER_SORT = 250_000
"""Maximum number of added values that are sorted together."""


@dataclass(frozen=True, slots=True)
class OrdinalMapping:
    """The ordinals of the labels of one posting field.

    `by_name` are the new ordinals, `new_ordinals` maps each old ordinal to its new one (-1: the label is gone), `size`
    is the number of new ordinals.
    """

    by_name: Mapping[str, int]
    new_ordinals: Int32Array
    size: int


@dataclass(frozen=True, slots=True)
class AddedValues:
    """The values that a delta adds, each with its position in the next snapshot."""

    positions: Int32Array
    values: CategoricalColumn


def build_postings(
    old: Postings,
    new_positions: Int32Array,
    ordinals: OrdinalMapping,
    added: AddedValues,
    *,
    chunk_size: int = VALUES_PER_SORT,
) -> Postings:
    """Return the posting of each new ordinal: the old members at their new positions (-1: removed) and the added ones.

    `new_positions` maps each old position to its new one.
    """
    postings = [BitMap() for _ in range(ordinals.size)]
    is_unchanged = np.array_equal(new_positions, np.arange(len(new_positions)))
    for ordinal, old_posting in zip(ordinals.new_ordinals.tolist(), old, strict=True):
        if ordinal >= 0:
            posting = old_posting if is_unchanged else _move_posting(old_posting, new_positions)
            # Two labels become one where an entity was merged into another.
            postings[ordinal] = postings[ordinal] | posting if postings[ordinal] else posting
    for ordinal, posting in _added_postings(added, ordinals, chunk_size):
        postings[ordinal] = postings[ordinal] | posting
    for posting in postings:
        posting.run_optimize()
    return tuple(postings)


def group_values(positions: Int32Array, values: Int32Array, *, size: int) -> tuple[Int64Array, Int32Array]:
    """Return the start of each position's list, and the values of all lists, ascending, one list after another."""
    pairs = _sorted_pairs(positions, values)
    return _starts(pairs, size), pairs.astype(np.int32)  # The lower half is the value.


def transpose(postings: Postings, *, size: int) -> tuple[Int64Array, Int32Array]:
    """Return the start of the list of each of `size` positions, and the ordinals of all lists, ascending."""
    # Counted first and then written in place: sorting them would take three times their memory.
    starts = np.zeros(size + 1, np.int64)
    for posting in postings:
        starts[1:][positions_of(posting)] += 1
    np.cumsum(starts, out=starts)
    lists, ends = np.empty(starts[-1], np.int32), starts[:-1].copy()
    for ordinal, posting in enumerate(postings):
        positions = positions_of(posting)
        lists[ends[positions]] = ordinal
        ends[positions] += 1
    return starts, lists


def _move_posting(posting: BitMap, new_positions: Int32Array) -> BitMap:
    positions = new_positions[positions_of(posting)]
    return bitmap_of(positions[positions >= 0])


def _added_postings(added: AddedValues, ordinals: OrdinalMapping, chunk_size: int) -> Iterator[tuple[int, BitMap]]:
    """Yield ordinals with added positions; an ordinal may be yielded again with other positions."""
    ordinal_of_code = np.array([ordinals.by_name[name] for name in added.values.names], np.int32)
    for start in range(0, len(added.positions), chunk_size):
        codes = added.values.codes[start : start + chunk_size]
        positions = added.positions[start : start + chunk_size]
        pairs = _sorted_pairs(ordinal_of_code[codes[codes >= 0]], positions[codes >= 0])
        starts = _starts(pairs, ordinals.size)
        for ordinal in np.flatnonzero(np.diff(starts)).tolist():
            # The lower half of a pair is the position.
            yield ordinal, bitmap_of(pairs[starts[ordinal] : starts[ordinal + 1]])


def _sorted_pairs(upper: Int32Array, lower: Int32Array) -> Int64Array:
    """Return sorted pairs, each packed into one 64-bit number: millions of them are sorted in a tenth of a second."""
    pairs = upper.astype(np.int64)
    pairs <<= 32
    pairs |= lower
    pairs.sort()
    return pairs


def _starts(pairs: Int64Array, size: int) -> Int64Array:
    """Return where the pairs of each upper half begin, and where the last ones end."""
    return np.searchsorted(pairs, np.arange(size + 1) << 32)
