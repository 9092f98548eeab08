"""Sets of positions in order, and pages of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from pyroaring import BitMap

from app.search.index.columns import UNDATED, SortKey
from app.search.index.snapshot import Snapshot

POSITION_BATCH = 500
"""Positions that are taken from a bitmap together."""

Number = TypeVar("Number", int, float)


def newest_first(snapshot: Snapshot, positions: BitMap, after: SortKey | None = None) -> Iterator[int]:
    """Yield the positions after a key: dated ones from newest to oldest, then undated ones by article id."""
    start, stop = (snapshot.dated_count, snapshot.dated_count) if after is None else snapshot.key_range(after)
    if after is None or after.day != UNDATED:
        yield from descending(positions, count_before(positions, start))
        stop = snapshot.dated_count
    yield from ascending(positions, count_before(positions, stop))


def oldest_first(snapshot: Snapshot, positions: BitMap, after: SortKey | None = None) -> Iterator[int]:
    """Yield the positions after a key: dated ones from oldest to newest, then undated ones by article id."""
    stop = 0 if after is None else snapshot.key_range(after)[1]
    yield from ascending(positions, count_before(positions, stop))


def count_before(positions: BitMap, position: int) -> int:
    """Return how many of the positions are lower than a position."""
    return positions.rank(position - 1) if position else 0


def ascending(positions: BitMap, start: int) -> Iterator[int]:
    """Yield the positions in ascending order from index `start` on."""
    for at in range(start, len(positions), POSITION_BATCH):
        yield from positions[at : at + POSITION_BATCH]


def descending(positions: BitMap, stop: int) -> Iterator[int]:
    """Yield the first `stop` positions in descending order."""
    for at in range(stop, 0, -POSITION_BATCH):
        yield from reversed(positions[max(0, at - POSITION_BATCH) : at].to_array())


def newest(snapshot: Snapshot, positions: BitMap, count: int) -> BitMap:
    """Return the first `count` positions, newest first, or all if there are fewer."""
    dated = count_before(positions, snapshot.dated_count)
    return positions[max(0, dated - count) : dated] | positions[dated : max(dated, count)]


def newest_page(
    snapshot: Snapshot, positions: BitMap, *, limit: int, after: SortKey | None
) -> tuple[list[int], SortKey | None]:
    """Return the `limit` positions after a key, newest first, and the key of the last one if more follow."""
    page = list(islice(newest_first(snapshot, positions, after), limit + 1))
    next_after = snapshot.key(page[limit - 1]) if len(page) > limit else None
    return page[:limit], next_after


@dataclass(frozen=True, slots=True)
class CountPage(Generic[Number]):
    """Values in descending order, as (number, id, ordinal), and where the next page starts, None on the last page.

    The next page holds the values after `next`, a number and an id.
    """

    values: list[tuple[Number, str, int]]
    next: tuple[Number, str] | None


def count_page(
    values: Sequence[tuple[Number, str, int]], *, limit: int, after: tuple[Number, str] | None
) -> CountPage[Number]:
    """Return the `limit` values after a number and an id, the largest number first, ties by id."""
    ordered = sorted(values, key=_sort_key)
    last_key = None if after is None else (-after[0], after[1])
    remaining = (value for value in ordered if last_key is None or _sort_key(value) > last_key)
    page = list(islice(remaining, limit + 1))
    if len(page) <= limit:
        return CountPage(page, None)
    return CountPage(page[:limit], page[limit - 1][:2])


def _sort_key(value: tuple[Number, str, int]) -> tuple[Number, str]:
    return -value[0], value[1]
