"""Timelines: how many articles of a result are in each day, week, month or year.

Positions are in order of time, so that a bucket is a range of positions, and its articles are counted by bisection.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.deadline import check_deadline
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.posting_fields import SOURCE
from app.search.aggregations.facets import FacetCounts, TopValue
from app.search.index.bitmaps import Int64Array, bitmap_of, positions_of
from app.search.index.snapshot import Snapshot
from app.search.index.time_order import EPOCH_DAY
from app.search.query.aggregation_filters import TimelineFilters, TimelineTable
from app.search.query.parameters import DateField, Interval
from app.search.query.search import Result

# More than a screen has columns, and thirteen years of days.
MAX_BUCKETS = 5_000
"""Maximum number of buckets in a timeline."""

INTERVALS: tuple[Interval, ...] = get_args(Interval)
"""All intervals, from the shortest to the longest."""

LAST_DAY = date.max.toordinal()
"""The last day that a date can have, 9999-12-31; its week ends in the year 10000."""

DAY_UNIT = "datetime64[D]"

NUMPY_UNITS = {"day": DAY_UNIT, "month": "datetime64[M]", "year": "datetime64[Y]"}
"""The types of the intervals in numpy, whose weeks start on Thursday and are of no use here."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """An interval of the calendar: its first and last day, its articles in the result (`count`) and in the corpus."""

    first: int
    last: int
    count: int
    corpus: int


@dataclass(frozen=True, slots=True)
class Series:
    """A value of a facet: its number of articles in the result, in each bucket, and with a `coarser` date.

    `base` is the number of all its articles in each bucket, whatever the search; None unless it was requested.
    """

    id: str
    name: str
    count: int
    counts: list[int]
    coarser: int
    base: list[int] | None = None

    @property
    def undated(self) -> int:
        """The number of its articles in the result that have no date."""
        return self.count - sum(self.counts) - self.coarser


@dataclass(frozen=True, slots=True)
class Timeline:
    """Buckets without gaps, and the articles that are in none: `undated` ones, and those with a `coarser` date.

    Series are counted while they are read, once; None unless they were requested.
    """

    buckets: list[Bucket]
    series: Iterator[Series] | None
    undated: int
    coarser: int


def timeline(result: Result, filters: TimelineFilters | TimelineTable) -> Timeline:
    """Return the timeline of a result; raise InvalidRequestError if it would have more than MAX_BUCKETS buckets."""
    snapshot, positions = result.snapshot, result.positions
    bounds = _bounds(_span(result, filters.date_field), filters.interval)
    ranges = _bucket_ranges(snapshot, bounds, filters.date_field)
    firsts, lasts = bounds[:-1].tolist(), np.minimum(bounds[1:] - 1, LAST_DAY).tolist()
    counts, corpus = ranges.counts(positions), ranges.counts(ranges.dated)
    return Timeline(
        buckets=[Bucket(*row) for row in zip(firsts, lasts, counts, corpus, strict=True)],
        series=_series(result, filters, ranges),
        undated=len(positions) - positions.intersection_cardinality(ranges.dated),
        coarser=positions.intersection_cardinality(ranges.coarser),
    )


def _span(result: Result, date_field: DateField) -> tuple[int, int] | None:
    """Return the days from `from` to `to`; a missing one comes from the result. None if the result has no days."""
    first, last = (None, None) if result.days is None else (result.days.first, result.days.last)
    if first is not None and last is not None:
        return first, last
    snapshot = result.snapshot
    order = snapshot.time if date_field == "published" else snapshot.publish_order(date_field)
    days = order.day_span(result.positions)
    if days is None:
        return None
    return days[0] if first is None else first, days[1] if last is None else last


def _bounds(span: tuple[int, int] | None, interval: Interval) -> Int64Array:
    """Return the first day of every interval that overlaps the span, and of the interval after the last."""
    if span is None:
        return np.ones(1, np.int64)
    first, last = _numbers(span, interval)
    if last - first >= MAX_BUCKETS:
        raise InvalidRequestError(_too_many_buckets(span, interval))
    return first_days(np.arange(first, last + 2), interval)


def _numbers(span: tuple[int, int], interval: Interval) -> tuple[int, int]:
    first, last = interval_numbers(np.array(span), interval).tolist()
    return first, last


def _too_many_buckets(span: tuple[int, int], interval: Interval) -> ParameterProblem:
    counts = {other: last - first + 1 for other in INTERVALS for first, last in [_numbers(span, other)]}
    # Longer intervals give fewer buckets: the first that fits is the shortest that does.
    fitting = tuple(other for other in INTERVALS if counts[other] <= MAX_BUCKETS)[:1]
    advice = "".join(f"`{other}`, or " for other in fitting) + "fewer days between `from` and `to`"
    wanted = f"at most {MAX_BUCKETS:,} buckets, not {counts[interval]:,} {interval}s: use {advice}"
    return ParameterProblem("interval", interval, wanted, fitting, code=ErrorCode.TOO_MANY)


@dataclass(frozen=True, slots=True)
class _BucketRanges:
    """The position at which each bucket starts, and at which the last one ends; `coarser` articles are in none.

    If only the month of a report is known, its week is not: its date starts in one bucket and ends in another.
    """

    starts: NDArray[np.uint32]
    coarser: BitMap
    dated: BitMap

    @classmethod
    def of(cls, snapshot: Snapshot, bounds: Int64Array) -> "_BucketRanges":
        days = snapshot.columns.first_day[: snapshot.time.dated_count]
        # Search with the array's own type: for a wider one, numpy would copy the whole array.
        starts = np.searchsorted(days, bounds.astype(days.dtype)).astype(np.uint32)
        coarse_starts = np.searchsorted(snapshot.time.coarse, starts)
        coarse = snapshot.time.coarse[coarse_starts[0] : coarse_starts[-1]]
        bucket_ends = np.repeat(bounds[1:], np.diff(coarse_starts))
        coarser = bitmap_of(coarse[snapshot.columns.last_day[coarse] >= bucket_ends])
        return cls(starts, coarser, snapshot.time.dated_positions)

    def counts(self, positions: BitMap) -> list[int]:
        """Return how many of these positions are in each bucket."""
        counts: list[int] = np.diff(np.searchsorted(positions_of(positions - self.coarser), self.starts)).tolist()
        return counts


@dataclass(frozen=True, slots=True)
class _PublishRanges:
    """The same by the time of a publish, where the ranks of the articles take the place of their positions."""

    starts: Int64Array
    ranks: NDArray[np.uint32]
    dated: BitMap
    coarser: BitMap = field(default_factory=BitMap)

    def counts(self, positions: BitMap) -> list[int]:
        """Return how many of these positions are in each bucket."""
        ranks = np.sort(self.ranks[positions_of(positions)])
        counts: list[int] = np.diff(np.searchsorted(ranks, self.starts)).tolist()
        return counts


def _bucket_ranges(snapshot: Snapshot, bounds: Int64Array, date_field: DateField) -> _BucketRanges | _PublishRanges:
    if date_field == "published":
        return _BucketRanges.of(snapshot, bounds)
    order = snapshot.publish_order(date_field)
    return _PublishRanges(np.searchsorted(order.days, bounds), order.ranks, snapshot.all_positions)


def _series(
    result: Result, filters: TimelineFilters | TimelineTable, ranges: _BucketRanges | _PublishRanges
) -> Iterator[Series] | None:
    if filters.base is not None and filters.by != SOURCE.name:
        near, code = (SOURCE.name,), ErrorCode.CONFLICT
        raise InvalidRequestError(ParameterProblem("base", filters.base, "`by=source` next to it", near, code=code))
    if filters.by is None:
        return None
    top = FacetCounts(result, members=filters.members).top_values(filters.by, filters.top)
    return _counted(result, top, ranges, has_base=filters.base is not None)


def _counted(
    result: Result, values: Iterable[TopValue], ranges: _BucketRanges | _PublishRanges, *, has_base: bool
) -> Iterator[Series]:
    for value in values:
        check_deadline()
        positions = result.positions & value.posting
        base = ranges.counts(value.posting & ranges.dated) if has_base else None
        coarser = positions.intersection_cardinality(ranges.coarser)
        yield Series(value.id, value.name, value.count, ranges.counts(positions), coarser, base)


def interval_numbers(days: Int64Array, interval: Interval) -> Int64Array:
    """Return the number of the interval of each day."""
    if interval == "week":
        return (days - 1) // 7  # Day 1 is a Monday.
    numbers: Int64Array = (days - EPOCH_DAY).astype(DAY_UNIT).astype(NUMPY_UNITS[interval]).astype(np.int64)
    return numbers


def first_days(numbers: Int64Array, interval: Interval) -> Int64Array:
    """Return the first day of each interval."""
    if interval == "week":
        return numbers * 7 + 1
    days: Int64Array = numbers.astype(NUMPY_UNITS[interval]).astype(DAY_UNIT).astype(np.int64) + EPOCH_DAY
    return days
