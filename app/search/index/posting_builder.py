"""Build the postings and lists of the next snapshot: move the old members, then add the new ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.search.index.batches import CategoricalColumn, starts_of
from app.search.index.bitmaps import Int32Array, Int64Array, Postings, bitmap_of, positions_of, range_bitmap

# Sorting all values of a large corpus together would take as much memory again as its snapshot.
VALUES_PER_SORT = 200_000
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

    @property
    def is_ascending(self) -> bool:
        """Whether the remaining old ordinals keep their order, none of which becomes the same as another."""
        remaining = self.new_ordinals[self.new_ordinals >= 0]
        return bool((np.diff(remaining) > 0).all())

    def of_codes(self, column: CategoricalColumn) -> Int32Array:
        """Return the ordinal of each code of a column; that of none is -1."""
        return np.array([-1, *(self.by_name[name] for name in column.names)], np.int32)


@dataclass(frozen=True, slots=True)
class AddedValues:
    """The values that a batch adds, and the position of each of its rows in the next snapshot.

    A row has one value, or as many as `lengths` says, one row after another.
    """

    positions: Int32Array
    values: CategoricalColumn
    lengths: NDArray[np.integer] | None = None

    def chunks(self, size: int) -> Iterator[tuple[Int32Array, NDArray[np.integer]]]:
        """Yield the positions and codes of some rows at a time: of about `size` values, or of one row."""
        ends = np.arange(1, len(self.positions) + 1) if self.lengths is None else np.cumsum(self.lengths)
        count = -(-int(ends[-1]) // size) if len(ends) else 0
        bounds = np.searchsorted(ends, np.arange(1, count) * size)
        for rows in np.split(np.arange(len(ends)), bounds) if count else []:
            if len(rows):
                first = int(ends[rows[0] - 1]) if rows[0] else 0
                positions = self.positions[rows[0] : rows[-1] + 1]
                lengths = 1 if self.lengths is None else self.lengths[rows[0] : rows[-1] + 1]
                yield np.repeat(positions, lengths), self.values.codes[first : int(ends[rows[-1]])]


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
    moved = np.flatnonzero(new_positions != np.arange(len(new_positions)))
    first_moved = int(moved[0]) if len(moved) else len(new_positions)
    unmoved = range_bitmap(0, first_moved)
    changed: set[int] = set()
    for ordinal, old_posting in zip(ordinals.new_ordinals.tolist(), old, strict=True):
        if ordinal >= 0:
            posting = old_posting
            if posting and posting.max() >= first_moved:
                posting = (posting & unmoved) | _move_posting(posting - unmoved, new_positions)
                changed.add(ordinal)
            # Two labels become one where an entity was merged into another.
            postings[ordinal] = postings[ordinal] | posting if postings[ordinal] else posting
    for ordinal, positions in _added_positions(added, ordinals, chunk_size):
        posting = bitmap_of(positions)
        postings[ordinal] = postings[ordinal] | posting if postings[ordinal] else posting
        changed.add(ordinal)
    for ordinal in changed:  # The others belong to the old snapshot, too.
        postings[ordinal].run_optimize()
    return tuple(postings)


def _move_posting(posting: BitMap, new_positions: Int32Array) -> BitMap:
    positions = new_positions[positions_of(posting)]
    return bitmap_of(positions[positions >= 0])


def _added_positions(
    added: AddedValues, ordinals: OrdinalMapping, chunk_size: int
) -> Iterator[tuple[int, NDArray[np.uint32]]]:
    """Yield each ordinal that has added positions with them, in the order of their rows."""
    ordinal_of_code = ordinals.of_codes(added.values)
    counts = np.zeros(ordinals.size, np.int64)
    # Names of several codes may be the same entity.
    np.add.at(counts, ordinal_of_code[1:], np.bincount(added.values.codes, minlength=len(ordinal_of_code))[1:])
    starts = starts_of(counts)
    ends = starts[:-1].copy()
    positions = np.empty(starts[-1], np.uint32)
    # A stable sort of short numbers takes a fraction of the time.
    ordinal_of_code = (ordinal_of_code + 1).astype(np.min_scalar_type(ordinals.size))
    index_type = np.int32 if len(positions) < 2**31 else np.int64
    for chunk_positions, codes in added.chunks(chunk_size):
        chunk_ordinals = ordinal_of_code[codes]
        order = np.argsort(chunk_ordinals, kind="stable")
        # Those without a value come first: 0 is the code of none, and here also its ordinal.
        order = order[np.count_nonzero(codes == 0) :]
        chunk_counts = np.bincount(chunk_ordinals, minlength=ordinals.size + 1)[1:]
        shifts = (ends - (np.cumsum(chunk_counts) - chunk_counts)).astype(index_type)
        positions[np.repeat(shifts, chunk_counts) + np.arange(len(order), dtype=index_type)] = chunk_positions[order]
        ends += chunk_counts
    for ordinal in np.flatnonzero(counts).tolist():
        yield ordinal, positions[starts[ordinal] : starts[ordinal + 1]]


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
