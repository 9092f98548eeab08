"""Lists by count: values with the number of articles that have them, the most first, ties by id."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

Counted = tuple[int, str, int]
"""A value in a list: how many articles have it, its id, the index of its label."""


@dataclass(frozen=True, slots=True)
class CountPage:
    """Some values in order, and the place after which the next page begins, if there is one."""

    values: list[Counted]
    next: tuple[int, str] | None


def count_page(values: Sequence[Counted], *, limit: int, after: tuple[int, str] | None) -> CountPage:
    """Return the `limit` values that come after a place, which is a count and an id."""
    ordered = sorted(values, key=_place)
    begin = None if after is None else (-after[0], after[1])
    rest = (value for value in ordered if begin is None or _place(value) > begin)
    found = list(islice(rest, limit + 1))
    if len(found) <= limit:
        return CountPage(found, None)
    return CountPage(found[:limit], found[limit - 1][:2])


def _place(value: Counted) -> tuple[int, str]:
    return -value[0], value[1]
