"""What stands at each position: when an article was printed, and which statements it reports."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.search.index.bitmaps import Days, Ids, Postings, members_of_lists, places_of, set_of

UNDATED = 2**31 - 1
"""The day of an undated article: after all days."""

NO_TIME = -1
"""The local time of an article whose time of day is unknown: before all times of its day."""

TEXT_PLACE = 1 << 24
"""What is added to a place in the text, so that it comes after every place in the title."""

Key = tuple[int, int, int]
"""Where an article stands in time: first printed day, local time, article id."""


@dataclass(frozen=True)
class Columns:
    """One row an article: ids, days (proleptic ordinals), local time in seconds since midnight."""

    order: Ids
    article_ids: Ids
    first_day: Days
    last_day: Days
    local_time: Days

    @classmethod
    def empty(cls) -> "Columns":
        """No rows."""
        ids, days = np.empty(0, np.int64), np.empty(0, np.int32)
        return cls(ids, ids, days, days, days)


@dataclass(frozen=True)
class Statements:
    """The statements of all articles, in the order of their articles and, in each, of their place.

    Position `p` of `order` has those from `starts[p]` to `starts[p + 1]`. `places` says where each one begins: its
    first code point, plus TEXT_PLACE in the text. `speaker` and `about` are postings of statements by entity.
    """

    starts: Ids
    places: Days
    speaker: Postings = ()
    about: Postings = ()

    @classmethod
    def none(cls, *, articles: int = 0, entities: int = 0) -> "Statements":
        """No statements of so many articles by so many entities."""
        postings = tuple(BitMap() for _ in range(entities))
        return cls(np.zeros(articles + 1, np.int64), np.empty(0, np.int32), postings, postings)

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def speaker_of(self) -> NDArray[np.int32]:
        """The index of each statement's speaker, -1 where no entity is known."""
        found = np.full(len(self), -1, np.int32)
        for ordinal, posting in enumerate(self.speaker):
            found[places_of(posting)] = ordinal
        return found

    def of(self, articles: BitMap) -> BitMap:
        """Return the statements of these articles."""
        return set_of(members_of_lists(self.starts, articles))


def place_in(ascending: Days | Ids, value: int, *, after: bool = False) -> int:
    """Return where a value stands or would stand, with `after` behind all that equal it."""
    # Of the array's own type: for a plain number numpy would copy the whole array to a wider one.
    bounds = np.iinfo(ascending.dtype)
    typed = ascending.dtype.type(min(max(value, bounds.min), bounds.max))
    return int(np.searchsorted(ascending, typed, side="right" if after else "left"))
