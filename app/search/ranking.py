"""Lists by a number, such as how many articles have a value: the highest first, ties by id."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

Number = TypeVar("Number", int, float)


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
