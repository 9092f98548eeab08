"""A set of articles in an order, and the part of it that comes after a given article."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from pyroaring import BitMap

from app.search.index.columns import UNDATED, Key
from app.search.index.snapshot import Snapshot

CHUNK = 500
"""Positions taken from a bitmap at once."""

Number = TypeVar("Number", int, float)


def newest_first(snapshot: Snapshot, found: BitMap, after: Key | None = None) -> Iterator[int]:
    """Yield the dated positions from the newest to the oldest, then the undated ones by id; only those after a key."""
    start, stop = (snapshot.dated, snapshot.dated) if after is None else snapshot.run(after)
    if after is None or after[0] != UNDATED:
        yield from backwards(found, count_before(found, start))
        stop = snapshot.dated
    yield from forwards(found, count_before(found, stop))


def oldest_first(snapshot: Snapshot, found: BitMap, after: Key | None = None) -> Iterator[int]:
    """Yield the positions from the oldest to the newest, then the undated ones by id; only those after a key."""
    stop = 0 if after is None else snapshot.run(after)[1]
    yield from forwards(found, count_before(found, stop))


def count_before(found: BitMap, position: int) -> int:
    """Return how many of the found lie before a position."""
    return found.rank(position - 1) if position else 0


def forwards(found: BitMap, start: int) -> Iterator[int]:
    """Yield the found from the `start`-th on."""
    for at in range(start, len(found), CHUNK):
        yield from found[at : at + CHUNK]


def backwards(found: BitMap, stop: int) -> Iterator[int]:
    """Yield the first `stop` of the found, the last one first."""
    for at in range(stop, 0, -CHUNK):
        yield from reversed(found[max(0, at - CHUNK) : at].to_array())


def newest(snapshot: Snapshot, found: BitMap, count: int) -> BitMap:
    """Return the first of the found, newest first, at most so many."""
    dated = count_before(found, snapshot.dated)
    return found[max(0, dated - count) : dated] | found[dated : max(dated, count)]


def newest_page(snapshot: Snapshot, found: BitMap, *, limit: int, after: Key | None) -> tuple[list[int], Key | None]:
    """Return the `limit` positions that come after a key, newest first, and the key of the last if others follow."""
    positions = list(islice(newest_first(snapshot, found, after), limit + 1))
    following = snapshot.key(positions[limit - 1]) if len(positions) > limit else None
    return positions[:limit], following


@dataclass(frozen=True, slots=True)
class CountPage(Generic[Number]):
    """Some values in order, and the place after which the next page begins, if there is one.

    A value is its number, its id and the index of its label.
    """

    values: list[tuple[Number, str, int]]
    next: tuple[Number, str] | None


def count_page(
    values: Sequence[tuple[Number, str, int]], *, limit: int, after: tuple[Number, str] | None
) -> CountPage[Number]:
    """Return the `limit` values that come after a place, which is a number and an id."""
    ordered = sorted(values, key=_place)
    begin = None if after is None else (-after[0], after[1])
    rest = (value for value in ordered if begin is None or _place(value) > begin)
    found = list(islice(rest, limit + 1))
    if len(found) <= limit:
        return CountPage(found, None)
    return CountPage(found[:limit], found[limit - 1][:2])


def _place(value: tuple[Number, str, int]) -> tuple[Number, str]:
    return -value[0], value[1]
