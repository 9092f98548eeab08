"""Counts over time as they go out."""

from typing import Any

from pydantic import Field

from app.dates import iso_day
from app.search.aggregations.timeline import Bucket, Series, timeline
from app.search.query.aggregation_filters import TimelineFilters
from app.search.query.parameters import Interval
from app.search.query.search import Result
from app.wire.base import TOTAL, VERSION, Empty, Out
from app.wire.facets import empty


class BucketOut(Out):
    """A day, week, month or year of the calendar, whole, and the articles that lie in it."""

    from_: str = Field(alias="from", description="Its first day.", examples=["2015-11-01"])
    to: str = Field(description="Its last day.", examples=["2015-11-30"])
    count: int = Field(description="Articles of the result that lie in it.", examples=[3])
    corpus: int = Field(description="Articles of the whole corpus that lie in it.", examples=[4])
    share: float | None = Field(description="`count` of `corpus`; null where that is 0.", examples=[0.75])


class SeriesOut(Out):
    """A source or actor over the same buckets."""

    id: str = Field(description="Id of the source or actor.", examples=["rferl"])
    name: str = Field(description="Its name.", examples=["RFE/RL"])
    count: int = Field(description="Articles of the result that have it, in a bucket or in none.", examples=[3])
    counts: list[int] = Field(description="Those that lie in each bucket, in the order of the buckets.", examples=[[3]])


class TimelineOut(Out):
    """A result over time: what lies in the buckets, the undated and the coarser are the total."""

    total: int = TOTAL
    interval: Interval = Field(description="How long a bucket is.", examples=["month"])
    buckets: list[BucketOut] = Field(
        description="From the first asked day to the last without a gap; an end that was not asked for is the first or "
        "last day found."
    )
    series: list[SeriesOut] | None = Field(
        description="The sources or actors of most articles of the result, ties by id; null unless `by` asks."
    )
    undated: int = Field(description="Articles of the result of which no date is known.", examples=[0])
    coarser: int = Field(
        description="Articles of the result whose date is known, but not to a single bucket.", examples=[0]
    )
    empty: Empty | None = Field(description="Null unless nothing was found.")
    corpus_version: int = VERSION


def timeline_out(result: Result, asked: TimelineFilters) -> TimelineOut:
    """Return a result over time; raises InvalidRequestError if that takes too many buckets."""
    counted = timeline(result, asked)
    # All at once: to make an object of each bucket first would take longer than to count.
    return TimelineOut.model_validate(
        {
            "total": len(result.positions),
            "interval": asked.interval,
            "buckets": [_bucket(bucket) for bucket in counted.buckets],
            "series": counted.series and [_series(one) for one in counted.series],
            "undated": counted.undated,
            "coarser": counted.coarser,
            "empty": empty(result),
            "corpus_version": result.snapshot.version,
        }
    )


def _bucket(bucket: Bucket) -> dict[str, Any]:
    return {
        "from": iso_day(bucket.first),
        "to": iso_day(bucket.last),
        "count": bucket.count,
        "corpus": bucket.corpus,
        "share": bucket.count / bucket.corpus if bucket.corpus else None,
    }


def _series(series: Series) -> dict[str, Any]:
    return {"id": series.id, "name": series.name, "count": series.count, "counts": series.counts}
