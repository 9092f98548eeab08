"""Timelines, against the oracle and expected responses: no article is counted twice or left out."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests import oracle
from tests.contract.shelf import Reader, World, read, serve_records
from tests.contract.strategies import Corpus, bounded, corpora, searches
from tests.contract.test_refusals import assert_problem
from tests.oracle import Pairs
from tests.oracle_timeline import timeline

INTERVALS = ("day", "week", "month", "year")


@st.composite
def corpora_with_searches(draw: st.DrawFn) -> tuple[Corpus, list[Pairs]]:
    """Draw a corpus and a few searches."""
    corpus = draw(corpora())
    return corpus, [draw(searches(corpus)) for _ in range(3)]


@settings(bounded, max_examples=12)
@given(
    drawn=corpora_with_searches(),
    by=st.sampled_from([None, "source", "actor", "place", "weapon", "precision", "author"]),
    top=st.integers(1, 6),
)
def test_a_timeline_agrees_with_the_oracle(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]], by: str | None, top: int
) -> None:
    """For every interval, in total and by source or actor; only timelines of too many buckets are refused."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs, interval in product(drawn_searches, INTERVALS):
                await assert_agreement(reader, world, pairs, interval, by, top)

        read(world.app, check)


async def assert_agreement(reader: Reader, world: World, pairs: Pairs, interval: str, by: str | None, top: int) -> None:
    """Check one timeline, and that its counts add up to the total."""
    expected = timeline(world.records, pairs, interval, by, top)
    parameters = [*pairs, ("interval", interval), ("top", str(top)), *([("by", by)] if by else [])]
    response = await reader.client.get("/v1/timeline", params=tuple(parameters))
    if expected is None:
        assert [error["parameter"] for error in assert_problem(response, 422)["errors"]] == ["interval"]
        return
    body = response.json()
    assert body.pop("corpus_version") == bool(world.records)
    assert (body.pop("empty") is None) == bool(expected["total"])
    languages = {value for parameter, value in pairs if parameter == "language"} - {"en", "none", "*"}
    assert len(body.pop("notes")) == len({value for value in languages if not value.startswith("en-")})
    assert (body.pop("understood") is None) == ("q" not in dict(pairs))
    assert body == expected, pairs
    undated = body["undated"] if body["coarser"] is None else 0
    assert sum(bucket["count"] for bucket in body["buckets"]) + undated + body["imprecise"] == body["total"]


@settings(bounded, max_examples=6)
@given(drawn=corpora_with_searches(), interval=st.sampled_from(INTERVALS))
def test_a_bucket_is_the_total_of_its_days(migrated: Path, drawn: tuple[Corpus, list[Pairs]], interval: str) -> None:
    """A search within the days of a bucket finds as many articles as its count."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                others = [pair for pair in pairs if pair[0] not in {"from", "to"}]
                body = await reader.json("/v1/timeline", [*others, ("interval", interval)])
                for bucket in [bucket for bucket in body["buckets"] if bucket["corpus"]]:
                    days = [("from", bucket["from"]), ("to", bucket["to"]), ("limit", "1")]
                    assert (await reader.json("/v1/articles", [*others, *days]))["total"] == bucket["count"]
                    assert (await reader.json("/v1/articles", days))["total"] == bucket["corpus"]

        read(world.app, check)


def test_a_whole_response(reader: TestClient) -> None:
    """Months of one year with one series; an article dated by year falls into no month."""
    body = reader.get(
        "/v1/timeline?source=alpha-courier&source=bay-gazette&from=2015&to=2015-12&by=source&top=1"
    ).json()
    months = body.pop("buckets")
    assert len(months) == 12
    assert [month for month in months if month["corpus"]] == [
        {"from": "2015-11-01", "to": "2015-11-30", "count": 3, "corpus": 7, "share": 3 / 7},
        {"from": "2015-12-01", "to": "2015-12-31", "count": 1, "corpus": 1, "share": 1.0},
    ]
    assert months[0] == {"from": "2015-01-01", "to": "2015-01-31", "count": 0, "corpus": 0, "share": None}
    assert body == {
        "total": 5,
        "understood": None,
        "notes": [],
        "interval": "month",
        "series": [{"id": "bay-gazette", "name": "Bay Gazette", "count": 3, "counts": [0] * 10 + [1, 1], "base": None}],
        "sampled": None,
        "resolved": {"from": "2015-01-01", "to": "2015-12-31"},
        "undated": 1,
        "coarser": 0,
        "imprecise": 1,
        "empty": None,
        "corpus_version": 1,
    }


def test_undated_articles_are_counted_separately(reader: TestClient) -> None:
    """Without requested days they are part of the result, but in no bucket."""
    body = reader.get("/v1/timeline?interval=year").json()
    assert body["buckets"] == [{"from": "2015-01-01", "to": "2015-12-31", "count": 10, "corpus": 10, "share": 1.0}]
    assert (body["total"], body["undated"], body["imprecise"], body["series"]) == (12, 2, 0, None)


@pytest.mark.parametrize(
    ("query", "first", "last", "many"),
    [
        ("from=2015-11-02&to=2015-11-09&interval=week", "2015-11-02", "2015-11-15", 2),
        ("from=2015-11-01&to=2015-11-02&interval=week", "2015-10-26", "2015-11-08", 2),
        ("from=2015-11-15&to=2015-12-01&interval=month", "2015-11-01", "2015-12-31", 2),
        ("from=2016-02-29&to=2016-03-01&interval=day", "2016-02-29", "2016-03-01", 2),
        ("from=0001&to=0001-01&interval=week", "0001-01-01", "0001-02-04", 5),
        ("from=9999-12-31&to=9999&interval=week", "9999-12-27", "9999-12-31", 1),
        ("from=9999-12-31&to=9999&interval=day", "9999-12-31", "9999-12-31", 1),
        ("from=1969-12&to=1970-01&interval=month", "1969-12-01", "1970-01-31", 2),
        ("from=5000&to=9999&interval=year", "5000-01-01", "9999-12-31", 5_000),
        ("from=2015-11-02&source=alpha-courier&interval=day", "2015-11-02", "2015-11-01", 0),
    ],
)
def test_buckets_are_whole_calendar_intervals(reader: TestClient, query: str, first: str, last: str, many: int) -> None:
    """From the bucket of the first requested day to that of the last, without gaps."""
    buckets = reader.get(f"/v1/timeline?{query}").json()["buckets"]
    assert len(buckets) == many
    assert many == 0 or (buckets[0]["from"], buckets[-1]["to"]) == (first, last)


def test_an_empty_result_is_explained_and_has_zero_counts(reader: TestClient) -> None:
    """The requested days and the counts of the corpus are present, and there are no series."""
    body = reader.get("/v1/timeline?q=nowhere&from=2015-11&to=2015-11&by=actor").json()
    assert body == {
        "total": 0,
        "understood": "nowhere",
        "notes": [],
        "interval": "month",
        "buckets": [{"from": "2015-11-01", "to": "2015-11-30", "count": 0, "corpus": 7, "share": 0.0}],
        "series": [],
        "sampled": None,
        "resolved": {"from": "2015-11-01", "to": "2015-11-30"},
        "undated": 0,
        "coarser": 0,
        "imprecise": 0,
        "empty": {
            "without": [
                {"parameter": "from+to", "value": "2015-11/2015-11", "total": 0, "remaining": None},
                {"parameter": "q", "value": "nowhere", "total": 7, "remaining": None},
            ],
            "first_day": "2015-01-01",
            "last_day": "2015-12-31",
        },
        "corpus_version": 1,
    }


@pytest.mark.parametrize("query", ["q=nowhere", "q=nowhere&from=2015", "precision=none"])
def test_without_any_day_there_are_no_buckets(reader: TestClient, query: str) -> None:
    """An end that is neither requested nor in the result is not made up."""
    assert reader.get(f"/v1/timeline?{query}").json()["buckets"] == []


@pytest.mark.parametrize(
    ("query", "parameter", "value"),
    [
        ("interval=hour", "interval", "hour"),
        ("interval=day&interval=week", "interval", "day, week"),
        ("by=month", "by", "month"),
        ("base=source", "base", "source"),
        ("base=source&by=actor", "base", "source"),
        ("base=corpus&by=source", "base", "corpus"),
        ("top=0", "top", "0"),
        ("top=201", "top", "201"),
        ("limit=5", "limit", "5"),
        ("cursor=x", "cursor", "x"),
        ("sort=published", "sort", "published"),
        ("actor=velandia", "actor", "velandia"),
        ("from=2016&to=2015", "from", "2016"),
    ],
)
def test_a_bad_request_is_refused_by_name(reader: TestClient, query: str, parameter: str, value: str) -> None:
    """No value is clamped or ignored."""
    errors = assert_problem(reader.get(f"/v1/timeline?{query}"), 422)["errors"]
    assert [(error["parameter"], error["value"]) for error in errors] == [(parameter, value)]


@pytest.mark.parametrize(
    ("query", "interval", "wanted", "nearest"),
    [
        ("interval=day&from=2000&to=2015", "day", "not 5,844 days: use `week`, or fewer days", ["week"]),
        ("interval=day&from=1900&to=2015", "day", "not 42,368 days: use `month`, or fewer days", ["month"]),
        ("from=0001", "month", "not 24,180 months: use `year`, or fewer days", ["year"]),
        ("interval=year&from=0001&to=9999", "year", "not 9,999 years: use fewer days", []),
    ],
)
def test_too_many_buckets_are_refused_and_a_longer_interval_named(
    reader: TestClient, query: str, interval: str, wanted: str, nearest: list[str]
) -> None:
    """It is the shortest interval that fits."""
    (error,) = assert_problem(reader.get(f"/v1/timeline?{query}"), 422)["errors"]
    assert error == {
        "parameter": "interval",
        "value": interval,
        "code": "too-many",
        "wanted": f"at most 5,000 buckets, {wanted} between `from` and `to`",
        "nearest": nearest,
        "candidates": [],
    }


def test_before_the_first_publish_there_is_nothing(client: TestClient) -> None:
    """Every field is present."""
    body: dict[str, Any] = client.get("/v1/timeline?by=source").json()
    assert body == {
        "total": 0,
        "understood": None,
        "notes": [],
        "interval": "month",
        "buckets": [],
        "series": [],
        "sampled": None,
        "resolved": None,
        "undated": 0,
        "coarser": None,
        "imprecise": 0,
        "empty": {"without": [], "first_day": None, "last_day": None},
        "corpus_version": 0,
    }


def test_the_oracle_places_a_month() -> None:
    """A month belongs to a month and a year, and to no week and no day."""
    november = {"published": "2015-11", "source_id": "a", "source": "A", "entities": []}
    assert [timeline([november], [], interval)["imprecise"] for interval in INTERVALS] == [1, 1, 0, 0]  # type: ignore[index]
    assert oracle.days([november]) == ("2015-11-01", "2015-11-30")


def test_each_source_has_its_own_base(reader: TestClient) -> None:
    """All its articles in each bucket, whatever the filters."""
    query = "interval=week&from=2015-11&to=2015-11"
    body = reader.get(f"/v1/timeline?{query}&by=source&base=source&actor=vellandia&top=200").json()
    assert body["series"]
    for series in body["series"]:
        alone = reader.get(f"/v1/timeline?{query}&source={series['id']}").json()
        assert series["base"] == [bucket["count"] for bucket in alone["buckets"]]
        assert all(count <= base for count, base in zip(series["counts"], series["base"], strict=True))


def test_a_series_of_a_language_has_the_tags_that_continue_it(reader: TestClient) -> None:
    body = reader.get("/v1/timeline?interval=year&by=language&top=200").json()
    assert {"en", "en-GB", "none"} <= {series["id"] for series in body["series"]}
    for series in body["series"]:
        assert reader.get(f"/v1/articles?language={series['id']}").json()["total"] == series["count"]
