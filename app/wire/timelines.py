"""The timeline of a result as response fields."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

from pydantic import Field

from app.dates import iso_day
from app.search.aggregations.timeline import Bucket, Series, Timeline
from app.search.query.parameters import Interval
from app.search.query.search import Result
from app.wire.base import VERSION_FIELD, EmptyExplanation, Out, SearchOut, TotalOut
from app.wire.facets import explain_no_articles, search_fields


class BucketOut(Out):
    """A whole calendar day, week, month or year and the articles whose dates fall into it."""

    from_: str = Field(alias="from", description="First day of the bucket.", examples=["2015-11-01"])
    to: str = Field(description="Last day of the bucket.", examples=["2015-11-30"])
    count: int = Field(description="Number of articles of the result in the bucket.", examples=[3])
    corpus: int = Field(description="Number of articles of the whole corpus in the bucket.", examples=[4])
    share: float | None = Field(description="`count` divided by `corpus`; null if `corpus` is 0.", examples=[0.75])


class SeriesOut(Out):
    """A value of a facet counted over the same buckets."""

    id: str = Field(description="Id of the value, such as that of a source.", examples=["rferl"])
    name: str = Field(description="Name of the value.", examples=["RFE/RL"])
    count: int = Field(
        description="Number of articles of the result that have it, in any bucket or in none.", examples=[3]
    )
    counts: list[int] = Field(
        description="Number of these articles in each bucket, in the order of the buckets.", examples=[[3]]
    )
    base: list[int] | None = Field(
        description="Number of all articles of the source in each bucket, whatever the filters; null without `base`.",
        examples=[None],
    )


class TimelineOut(SearchOut, TotalOut):
    """The timeline of a result.

    The counts of all buckets and `imprecise` add up to the total; without a range, `undated` belongs to the sum.
    """

    interval: Interval = Field(description="The length of a bucket.", examples=["month"])
    buckets: list[BucketOut] = Field(
        description="The buckets from the first requested day to the last, without gaps; where `from` or `to` is "
        "missing, from the first or to the last day of the result."
    )
    series: list[SeriesOut] | None = Field(
        description="The values of the facet with the most articles in the result, ties by id; null without `by`."
    )
    undated: int = Field(
        description="Number of articles without a known date: of the result or, with a range of days, of those that "
        "the range leaves out of it.",
        examples=[0],
    )
    imprecise: int = Field(
        description="Number of articles of the result whose date is known, but not precisely enough for one bucket.",
        examples=[0],
    )
    empty: EmptyExplanation | None = Field(description="Why no article matches; null if one does.")
    corpus_version: int = VERSION_FIELD


def timeline_out(result: Result, interval: Interval, counts: Timeline) -> TimelineOut:
    """Return the timeline of a result."""
    fields = search_fields(result)
    undated = counts.undated if fields["undated"] is None else fields["undated"]
    # Validated as a whole: building a model for each bucket first would take longer than counting.
    return TimelineOut.model_validate(
        {
            **fields,
            "undated": undated,
            "total": result.total,
            "interval": interval,
            "buckets": [_bucket(bucket) for bucket in counts.buckets],
            "series": None if counts.series is None else [_series(series) for series in counts.series],
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
    return {"id": series.id, "name": series.name, "count": series.count, "counts": series.counts, "base": series.base}


NO_SERIES = {"series": None, "series_name": None}
"""What rows of the whole result have in place of a series."""


def timeline_rows(timeline: Timeline) -> Iterator[dict[str, Any]]:
    """Yield a row for each bucket of the whole result and then of each series.

    Rows without days follow those of the buckets for the articles that are in none, so that the counts of the rows of
    a series add up to the number of its articles.
    """
    days = [(iso_day(bucket.first), iso_day(bucket.last)) for bucket in timeline.buckets]
    counts, corpus = [bucket.count for bucket in timeline.buckets], [bucket.corpus for bucket in timeline.buckets]
    yield from _rows(NO_SERIES, days, counts, corpus)
    yield from _rows_without_days(NO_SERIES, timeline)
    for series in timeline.series or ():
        label = {"series": series.id, "series_name": series.name}
        yield from _rows(label, days, series.counts, series.base or repeat(None))
        yield from _rows_without_days(label, series)


def _rows(
    label: dict[str, Any], days: Sequence[tuple[str, str]], counts: Iterable[int], bases: Iterable[int | None]
) -> Iterator[dict[str, Any]]:
    for (first, last), count, base in zip(days, counts, bases, strict=False):
        share = count / base if base else None
        yield {"from": first, "to": last, **label, "count": count, "corpus": base, "share": share, "kind": "bucket"}


def _rows_without_days(label: dict[str, Any], counted: Timeline | Series) -> Iterator[dict[str, Any]]:
    without_days = {"from": None, "to": None, **label}
    for kind, count in (("imprecise", counted.coarser), ("undated", counted.undated)):
        if count:
            yield {**without_days, "count": count, "corpus": None, "share": None, "kind": kind}
