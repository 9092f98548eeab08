"""Bitmaps of arrays: the same for few and many positions, in any order."""

import numpy as np
import pytest
from pyroaring import BitMap

from app.search.index.bitmaps import MAX_ARRAY_CONTAINER, MIN_SERIALIZED, bitmap_of, is_in, range_indexes

RANDOM = np.random.default_rng(1)
POSITIONS = {
    "none": [],
    "few": [3, 65_536, 2**32 - 1],
    "a range": range(100_000),
    "sparse": range(0, 40_000_000, 1_000),
    "dense in some containers": [*range(70_000, 90_000), *range(200_000, 1_000_000, 40)],
    "as many as a list may have": range(65_536 - MAX_ARRAY_CONTAINER, 65_536 + MIN_SERIALIZED),
    "the highest": range(2**32 - MIN_SERIALIZED, 2**32),
}


@pytest.mark.parametrize("name", POSITIONS)
def test_a_bitmap_has_the_positions_of_an_array(name: str) -> None:
    positions = list(POSITIONS[name])
    for array in (np.array(positions, np.uint32), np.array(positions, np.int64)):
        bitmap = bitmap_of(array)
        assert bitmap.to_array().tolist() == positions
        assert bitmap == BitMap(positions)


def test_positions_may_come_in_any_order_and_twice() -> None:
    positions = np.concatenate([np.arange(MIN_SERIALIZED), np.arange(10)])
    assert bitmap_of(RANDOM.permutation(positions)) == BitMap(range(MIN_SERIALIZED))


def test_ids_are_found_among_others() -> None:
    """Also where they share their lowest bits."""
    values = np.array([5, 65_541, 2**60 - 1, 0, 7], np.int64)
    assert is_in(values, np.array([65_541, 2**60 - 1, 9], np.int64)).tolist() == [False, True, True, False, False]
    assert is_in(values, values[:0]).tolist() == [False] * 5
    assert is_in(values[:0], values).tolist() == []


def test_indexes_of_lists_may_repeat_lists() -> None:
    """And come in any order."""
    starts = np.array([0, 2, 2, 5], np.int64)
    assert range_indexes(starts, np.array([2, 0, 1, 2])).tolist() == [2, 3, 4, 0, 1, 2, 3, 4]
