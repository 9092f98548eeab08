"""The order of time of one corpus version: positions are in it, so that a range of days is a range of positions."""

from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.search.index.bitmaps import Int32Array, Int64Array, bitmap_of, positions_of, range_bitmap
from app.search.index.columns import UNDATED, Columns, InstantKey, SortKey, insertion_index

EPOCH_DAY = date(1970, 1, 1).toordinal()
"""The day of UTC second 0."""

SECONDS_PER_DAY = 86_400


class PublishOrder:
    """The order of articles by the time of a publish, ties by id: a range of UTC days is a slice of it."""

    def __init__(self, instants: Int64Array, article_ids: Int64Array) -> None:
        by_time = np.lexsort((article_ids, instants))
        self.positions = by_time.astype(np.uint32)
        """The position of each rank: all positions, the earliest first."""
        self.ranks = np.empty(len(by_time), np.uint32)
        """The rank of each position."""
        self.ranks[by_time] = np.arange(len(by_time), dtype=np.uint32)
        self._instants, self._article_ids = instants[by_time], article_ids[by_time]
        self.days = self._instants // SECONDS_PER_DAY + EPOCH_DAY
        """The UTC day of each rank, ascending."""

    def within(self, first: int | None, last: int | None) -> BitMap:
        """Return the positions published within these days."""
        start = 0 if first is None else insertion_index(self.days, first)
        stop = len(self.days) if last is None else insertion_index(self.days, last, after=True)
        return bitmap_of(self.positions[start : max(start, stop)])

    def day_span(self, positions: BitMap) -> tuple[int, int] | None:
        """Return the first and last day of these articles; None if there are none."""
        ranks = self.ranks[positions_of(positions)]
        return (int(self.days[ranks.min()]), int(self.days[ranks.max()])) if len(ranks) else None

    def newest_first(
        self, positions: BitMap, *, limit: int | None = None, after: InstantKey | None = None
    ) -> list[int]:
        """Return these positions, or the first `limit` of them after a key, the last published first."""
        ranks = self.ranks[positions_of(positions)]
        if after is not None:
            ranks = ranks[ranks < self._rank(after)]
        if limit is not None and len(ranks) > limit:
            # A full sort would take longer than all the rest.
            ranks = np.partition(ranks, -limit)[-limit:]
        ordered: list[int] = self.positions[np.sort(ranks)[::-1]].tolist()
        return ordered

    def last_before(self, positions: BitMap, *, limit: int, after: InstantKey) -> list[int]:
        """Return the last `limit` of these positions up to a key in the order of `newest_first`, from the key on."""
        ranks = self.ranks[positions_of(positions)]
        ranks = ranks[ranks >= self._rank(after)]
        if len(ranks) > limit:
            ranks = np.partition(ranks, limit - 1)[:limit]
        ordered: list[int] = self.positions[np.sort(ranks)].tolist()
        return ordered

    def key(self, position: int) -> InstantKey:
        """Return the sort key of a position."""
        rank = int(self.ranks[position])
        return InstantKey(int(self._instants[rank]), int(self._article_ids[rank]))

    def _rank(self, key: InstantKey) -> int:
        """Return the number of articles before a key, whether it is served or not."""
        start, stop = (insertion_index(self._instants, key.instant, after=after) for after in (False, True))
        return start + insertion_index(self._article_ids[start:stop], key.article)


class TimeOrder:
    """The days of all articles, and the articles printed within some days."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    @cached_property
    def all_positions(self) -> BitMap:
        """All positions."""
        return range_bitmap(0, len(self.columns.order))

    @cached_property
    def dated_count(self) -> int:
        """The number of dated articles: positions below it have a date."""
        return int(np.searchsorted(self.columns.first_day, UNDATED))

    @cached_property
    def dated_positions(self) -> BitMap:
        """All positions that have a date."""
        return range_bitmap(0, self.dated_count)

    @cached_property
    def coarse(self) -> NDArray[np.uint32]:
        """The dated positions whose date is less precise than a day, ascending."""
        columns = self.columns
        is_coarse = (columns.first_day != columns.last_day) & (columns.first_day != UNDATED)
        return np.flatnonzero(is_coarse).astype(np.uint32)

    def printed_within(self, first: int | None, last: int | None) -> BitMap:
        """Return the positions printed wholly within these days; without any bound, all positions, undated ones too."""
        if first is None and last is None:
            return self.all_positions
        days = self.columns.first_day[: self.dated_count]
        start = 0 if first is None else insertion_index(days, first)
        stop = self.dated_count if last is None else insertion_index(days, last, after=True)
        positions = range_bitmap(start, max(start, stop))
        # The range holds every article whose interval starts in it; remove those whose interval ends after it.
        return (
            positions if last is None else positions - bitmap_of(self.coarse[self.columns.last_day[self.coarse] > last])
        )

    def left_out(self, first: int | None, last: int | None) -> tuple[BitMap, BitMap]:
        """Return the undated positions, and those whose month or year overlaps these days but is not within them."""
        coarse, columns = self.coarse, self.columns
        starts_early = False if first is None else columns.first_day[coarse] < first
        ends_late = False if last is None else columns.last_day[coarse] > last
        is_left_out = np.logical_or(starts_early, ends_late)
        if first is not None:
            is_left_out &= columns.last_day[coarse] >= first
        if last is not None:
            is_left_out &= columns.first_day[coarse] <= last
        return range_bitmap(self.dated_count, len(columns.order)), bitmap_of(coarse[is_left_out])

    def day_span(self, positions: BitMap) -> tuple[int, int] | None:
        """Return the first and last day of these articles: a search from one to the other finds all dated ones.

        Return None if none of them has a date.
        """
        dated = positions_of(positions & self.dated_positions)
        if not len(dated):
            return None
        return int(self.columns.first_day[dated[0]]), int(self.columns.last_day[dated].max())

    def key_range(self, key: SortKey) -> tuple[int, int]:
        """Return the positions that have this key, as start and exclusive end: one, or none if it is not served.

        An empty range starts at the position where the key would be inserted.
        """
        start, stop = 0, len(self.columns.order)
        columns: tuple[Int32Array | Int64Array, ...] = (
            self.columns.first_day,
            self.columns.local_time,
            self.columns.article_ids,
        )
        for column, value in zip(columns, key, strict=True):
            equal = column[start:stop]
            start, stop = start + insertion_index(equal, value), start + insertion_index(equal, value, after=True)
        return start, stop

    def key(self, position: int) -> SortKey:
        """Return the sort key of a position: day, local time, article id."""
        columns = self.columns
        day, local_time = int(columns.first_day[position]), int(columns.local_time[position])
        return SortKey(day, local_time, int(columns.article_ids[position]))
