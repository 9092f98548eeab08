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


MAX_SCANNED_VALUES = 8
"""Maximum number of values of a field, of which each row has one, that are searched one by one instead of sorted."""


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
    is_distinct = len(set(ordinal_of_code.tolist())) == len(ordinal_of_code)
    if added.lengths is None and len(ordinal_of_code) <= MAX_SCANNED_VALUES and is_distinct:
        for code, ordinal in enumerate(ordinal_of_code.tolist()[1:], start=1):
            yield ordinal, added.positions[added.values.codes == code].astype(np.uint32)
        return
    group_of_code = np.arange(len(ordinal_of_code)) if is_distinct else ordinal_of_code + 1
    yield from (
        (int(ordinal_of_code[group]) if is_distinct else group - 1, positions)
        for group, positions in _grouped(added, group_of_code, chunk_size)
    )


def _grouped(
    added: AddedValues, group_of_code: NDArray[np.integer], chunk_size: int
) -> Iterator[tuple[int, NDArray[np.uint32]]]:
    """Yield the positions of the values of each group of codes, in order of group; group 0 has no value."""
    size = int(group_of_code.max()) + 1
    counts = np.bincount(group_of_code, np.bincount(added.values.codes, minlength=len(group_of_code)), size)
    starts = starts_of(counts.astype(np.int64)[1:])
    ends = starts[:-1].copy()
    grouped = np.empty(starts[-1], np.uint32)
    is_same = np.array_equal(group_of_code, np.arange(len(group_of_code)))
    # A stable sort of short numbers takes a fraction of the time.
    short = group_of_code.astype(np.min_scalar_type(size))
    for positions, codes in added.chunks(chunk_size):
        groups = codes if is_same else short[codes]
        order = np.argsort(groups, kind="stable")
        without, chunk_counts = np.split(np.bincount(groups, minlength=size), [1])
        shifts = ends - (np.cumsum(chunk_counts) - chunk_counts)
        order = order[without[0] :]
        grouped[np.repeat(shifts, chunk_counts) + np.arange(len(order))] = positions[order]
        ends += chunk_counts
    for group in np.flatnonzero(np.diff(starts)).tolist():
        yield group + 1, grouped[starts[group] : starts[group + 1]]


SHORT_ORDINALS = 1 << 16
"""The number of ordinals that two bytes have room for."""


def ordinal_type(count: int) -> np.dtype[np.integer]:
    """Return the type of lists of ordinals: the narrowest one, since an article has several of them."""
    return np.dtype(np.uint16 if count <= SHORT_ORDINALS else np.int32)


def transpose(postings: Postings, *, size: int, type_: np.dtype[np.integer]) -> tuple[Int64Array, NDArray[np.integer]]:
    """Return the start of the list of each of `size` positions, and the ordinals of all lists, ascending."""
    # Counted first and then written in place: sorting them would take three times their memory.
    starts = np.zeros(size + 1, np.int64)
    for posting in postings:
        starts[1:][positions_of(posting)] += 1
    np.cumsum(starts, out=starts)
    lists, ends = np.empty(starts[-1], type_), starts[:-1].copy()
    for ordinal, posting in enumerate(postings):
        positions = positions_of(posting)
        lists[ends[positions]] = ordinal
        ends[positions] += 1
    return starts, lists
