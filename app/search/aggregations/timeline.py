"""A bitmap -> how many of its articles lie in each day, week, month or year.

Positions are places in time, so that a bucket is a run of them, and what lies in it is counted by bisection.
"""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.dates import day_range
from app.errors import InvalidParameter, InvalidRequestError
from app.search.aggregations.facets import FacetCounts
from app.search.aggregations.intervals import LAST_DAY, Numbers, first_days, interval_numbers
from app.search.index.bitmaps import places_of, set_of
from app.search.index.snapshot import Snapshot
from app.search.query.aggregation_filters import TimelineFilters
from app.search.query.parameters import Interval
from app.search.query.search import Result

MOST_BUCKETS = 5_000
"""More than a screen has columns, and thirteen years of days."""

INTERVALS: tuple[Interval, ...] = get_args(Interval)
"""From the shortest to the longest."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """An interval of the calendar, its first and last day, and how many articles lie in it: found, and at all."""

    first: int
    last: int
    count: int
    corpus: int


@dataclass(frozen=True, slots=True)
class Series:
    """A source or actor: how many found articles have it, and how many of these lie in each bucket."""

    id: str
    name: str
    count: int
    counts: list[int]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Buckets without a gap, and how many articles lie in none: those without a date, and those of longer intervals."""

    buckets: list[Bucket]
    series: list[Series] | None
    undated: int
    coarser: int


def timeline(result: Result, asked: TimelineFilters) -> Timeline:
    """Return what was found over time; raises InvalidRequestError if that takes more than 5,000 buckets."""
    snapshot, found = result.snapshot, result.positions
    bounds = _bounds(_span(result, asked), asked.interval)
    runs = _Runs.of(snapshot, bounds)
    firsts, lasts = bounds[:-1].tolist(), np.minimum(bounds[1:] - 1, LAST_DAY).tolist()
    counts, corpus = runs.counts(found), runs.counts(snapshot.dated_positions)
    return Timeline(
        buckets=[Bucket(*row) for row in zip(firsts, lasts, counts, corpus, strict=True)],
        series=_series(result, asked, runs),
        undated=len(found) - found.intersection_cardinality(snapshot.dated_positions),
        coarser=found.intersection_cardinality(runs.wide),
    )


def _span(result: Result, asked: TimelineFilters) -> tuple[int, int] | None:
    """Return the asked days, a missing end taken from what was found; None if that has no days either."""
    first, last = day_range(asked.from_, asked.to)
    if first is not None and last is not None:
        return first, last
    days = result.snapshot.days_of(result.positions)
    if days is None:
        return None
    return days[0] if first is None else first, days[1] if last is None else last


def _bounds(span: tuple[int, int] | None, interval: Interval) -> Numbers:
    """Return the first day of every interval that holds a day of the span, and of the one behind the last."""
    if span is None:
        return np.ones(1, np.int64)
    first, last = _numbers(span, interval)
    if last - first >= MOST_BUCKETS:
        raise InvalidRequestError(_too_many(span, interval))
    return first_days(np.arange(first, last + 2), interval)


def _numbers(span: tuple[int, int], interval: Interval) -> tuple[int, int]:
    first, last = interval_numbers(np.array(span), interval).tolist()
    return first, last


def _too_many(span: tuple[int, int], interval: Interval) -> InvalidParameter:
    many = {other: last - first + 1 for other in INTERVALS for first, last in [_numbers(span, other)]}
    # The longer an interval the fewer of them, so that the first that fits is the next longer one that does.
    fitting = tuple(other for other in INTERVALS if many[other] <= MOST_BUCKETS)[:1]
    instead = "".join(f"`{other}`, or " for other in fitting) + "fewer days between `from` and `to`"
    wanted = f"at most {MOST_BUCKETS:,} buckets, where {many[interval]:,} {interval}s were asked for: {instead}"
    return InvalidParameter("interval", interval, wanted, fitting)


@dataclass(frozen=True, slots=True)
class _Runs:
    """Buckets among the positions: where each begins, and the last one ends; `wide` are articles that lie in none.

    Of a report of a month no week is known: it begins in one bucket and ends in another.
    """

    places: NDArray[np.uint32]
    wide: BitMap

    @classmethod
    def of(cls, snapshot: Snapshot, bounds: Numbers) -> "_Runs":
        days = snapshot.columns.first_day[: snapshot.dated]
        # Of the array's own type: for a wider one numpy would copy the whole array.
        places = np.searchsorted(days, bounds.astype(days.dtype)).astype(np.uint32)
        cuts = np.searchsorted(snapshot.coarse, places)
        coarse = snapshot.coarse[cuts[0] : cuts[-1]]
        behind = np.repeat(bounds[1:], np.diff(cuts))
        return cls(places, set_of(coarse[snapshot.columns.last_day[coarse] >= behind]))

    def counts(self, positions: BitMap) -> list[int]:
        """Return how many of these lie in each bucket."""
        counted: list[int] = np.diff(np.searchsorted(places_of(positions - self.wide), self.places)).tolist()
        return counted


def _series(result: Result, asked: TimelineFilters, runs: _Runs) -> list[Series] | None:
    if asked.by is None:
        return None
    leading = FacetCounts(result, members=asked.members).leading(asked.by, asked.top)
    return [Series(one.id, one.name, one.count, runs.counts(result.positions & one.posting)) for one in leading]
