"""The timeline of a result as response fields."""

from typing import Any

from pydantic import Field

from app.dates import iso_day
from app.search.aggregations.timeline import Bucket, Series, Timeline
from app.search.query.parameters import Interval
from app.search.query.search import Result
from app.wire.base import NOTES_FIELD, TOTAL_FIELD, UNDERSTOOD_FIELD, VERSION_FIELD, EmptyExplanation, Out
from app.wire.facets import explain_no_articles


class BucketOut(Out):
    """A whole calendar day, week, month or year and the articles whose dates fall into it."""

    from_: str = Field(alias="from", description="First day of the bucket.", examples=["2015-11-01"])
    to: str = Field(description="Last day of the bucket.", examples=["2015-11-30"])
    count: int = Field(description="Number of articles of the result in the bucket.", examples=[3])
    corpus: int = Field(description="Number of articles of the whole corpus in the bucket.", examples=[4])
    share: float | None = Field(description="`count` divided by `corpus`; null if `corpus` is 0.", examples=[0.75])


class SeriesOut(Out):
    """A source or actor counted over the same buckets."""

    id: str = Field(description="Id of the source or actor.", examples=["rferl"])
    name: str = Field(description="Name of the source or actor.", examples=["RFE/RL"])
    count: int = Field(
        description="Number of articles of the result that have it, in any bucket or in none.", examples=[3]
    )
    counts: list[int] = Field(
        description="Number of these articles in each bucket, in the order of the buckets.", examples=[[3]]
    )


class TimelineOut(Out):
    """The timeline of a result; the counts of all buckets, `undated` and `imprecise` add up to the total."""

    total: int = TOTAL_FIELD
    understood: str | None = UNDERSTOOD_FIELD
    notes: list[str] = NOTES_FIELD
    interval: Interval = Field(description="The length of a bucket.", examples=["month"])
    buckets: list[BucketOut] = Field(
        description="The buckets from the first requested day to the last, without gaps; where `from` or `to` is "
        "missing, from the first or to the last day of the result."
    )
    series: list[SeriesOut] | None = Field(
        description="The sources or actors with the most articles in the result, ties by id; null without `by`."
    )
    undated: int = Field(description="Number of articles of the result without a known date.", examples=[0])
    imprecise: int = Field(
        description="Number of articles of the result whose date is known, but not precisely enough for one bucket.",
        examples=[0],
    )
    empty: EmptyExplanation | None = Field(description="Why no article matches; null if one does.")
    corpus_version: int = VERSION_FIELD


def timeline_out(result: Result, interval: Interval, counts: Timeline) -> TimelineOut:
    """Return the timeline of a result."""
    # Validated as a whole: building a model for each bucket first would take longer than counting.
    return TimelineOut.model_validate(
        {
            "total": len(result.positions),
            "understood": result.understood,
            "notes": result.notes,
            "interval": interval,
            "buckets": [_bucket(bucket) for bucket in counts.buckets],
            "series": counts.series and [_series(series) for series in counts.series],
            "undated": counts.undated,
            "imprecise": counts.coarser,
            "empty": None if result.positions else explain_no_articles(result),
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
