"""Ranges and orders by when articles were first served here, and when what is served of them last changed."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.stores import store_of
from seed.publish.publish import rebuild_outdated_index
from tests.conftest import app_for, load_jsonl, seed
from tests.contract.test_refusals import assert_problem
from tests.databases import url_of


def notice(name: str, words: str = "stays", **fields: str) -> dict[str, Any]:
    return {"id": name, "title": name, "source": "Post", "text": f"The ferry {words}.", **fields}


def set_publish_time(database: Path, version: int, instant: str) -> None:
    """Move a publish to another time, and build the index again from the tables."""
    engine = store_of(url_of(database)).writer_engine()
    at = {"at": int(datetime.fromisoformat(instant).timestamp()), "version": version}
    with engine.begin() as connection:
        connection.execute(text("UPDATE publish SET published_at = :at WHERE version = :version"), at)
        connection.execute(text("DELETE FROM snapshot_part WHERE name = 'format'"))
        assert rebuild_outdated_index(connection)
    engine.dispose()


@pytest.fixture(scope="module")
def client(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of articles of three publishes; one is undated, and one was removed."""
    database = tmp_path_factory.mktemp("publishes") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    load_jsonl(database, [notice("a", published="2019"), notice("b"), notice("c", published="2015-11-02"), notice("x")])
    set_publish_time(database, 1, "2015-11-01T23:30:00Z")
    load_jsonl(database, [notice("b", "moves"), notice("d", published="2015-10-01")])
    set_publish_time(database, 2, "2015-11-03T00:00:00Z")
    with TestClient(app_for(database)) as before:
        (x,) = before.get("/v1/articles?q=stays&source=post").json()["items"][3:4]
    seed(database, "remove", x["id"])
    load_jsonl(database, [notice("c", "sinks", published="2015-11-02")])
    with TestClient(app_for(database)) as client:
        yield client


def titles(client: TestClient, query: str) -> str:
    """Return the titles of a result, in order, over all pages of one article."""
    found, url = "", f"/v1/articles?limit=1&{query}"
    while url:
        response = client.get(url)
        found += "".join(item["title"] for item in response.json()["items"])
        url = response.links["next"]["url"] if "next" in response.links else ""
    assert len(found) == response.json()["total"]
    lines = client.get(f"/v1/articles.ndjson?{query}").text.splitlines()
    assert len(lines) == len(found)
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("date_field=published&from=2015-11-01&to=2015-11-03", "c"),
        ("date_field=loaded&from=2015-11-01&to=2015-11-03", "abcd"),
        ("date_field=loaded&to=2015-11-01", "abc"),
        ("date_field=loaded&from=2015-11-02&to=2015-11-02", ""),
        ("date_field=loaded&from=2015-11-03", "d"),
        ("date_field=loaded&to=2015-10", ""),
        ("date_field=updated&from=2015-11-01&to=2015-11-01", "a"),
        ("date_field=updated&from=2015-11-03&to=2015-11-03", "bd"),
        ("date_field=updated&from=2016", "c"),
        ("date_field=updated&from=-2d", "c"),
        ("date_field=updated&from=9999-12-31", ""),
        ("date_field=loaded", "abcd"),
    ],
)
def test_a_range_of_publishes(client: TestClient, query: str, expected: str) -> None:
    assert "".join(sorted(titles(client, query))) == expected
    body = client.get(f"/v1/articles?{query}").json()
    if "from" in query or "to" in query:
        assert (body["undated"], body["coarser"]) == ((1, 0) if "published" in query else (0, 0))


@pytest.mark.parametrize(("sort", "expected"), [("-loaded", "d"), ("-updated", "c")])
def test_the_last_publish_comes_first(client: TestClient, sort: str, expected: str) -> None:
    """Articles of one publish are in order of id, and pages and exports are in the same order."""
    found = titles(client, f"sort={sort}")
    assert found[0] == expected
    assert sorted(found) == list("abcd")
    lines = client.get(f"/v1/articles.ndjson?sort={sort}&fields=").status_code
    assert lines == 422
    export = client.get(f"/v1/articles.csv?sort={sort}").text.splitlines()[1:]
    assert [next(title for title in "abcd" if f",{title}," in line) for line in export] == list(found)
    if sort == "-updated":
        assert found[-1] == "a"


def test_a_timeline_counts_by_the_time_of_publishes(client: TestClient) -> None:
    """The buckets add up to the total, undated articles included."""
    body = client.get("/v1/timeline?date_field=loaded&interval=day").json()
    assert [(bucket["from"], bucket["count"], bucket["corpus"]) for bucket in body["buckets"]] == [
        ("2015-11-01", 3, 3),
        ("2015-11-02", 0, 0),
        ("2015-11-03", 1, 1),
    ]
    assert (body["undated"], body["imprecise"], body["total"]) == (0, 0, 4)
    years = client.get("/v1/timeline?date_field=updated&interval=year&by=source&q=ferry").json()
    assert years["buckets"][0] == {"from": "2015-01-01", "to": "2015-12-31", "count": 3, "corpus": 3, "share": 1.0}
    assert sum(years["series"][0]["counts"]) == 4
    assert client.get("/v1/timeline?date_field=loaded&q=nowhere").json()["buckets"] == []


def test_sources_are_compared_within_the_range(client: TestClient) -> None:
    (item,) = client.get("/v1/compare?date_field=loaded&to=2015-11-02&q=moves").json()["items"]
    assert (item["articles"], item["coverage"]) == (1, 3)


def test_suggestions_count_within_the_range(client: TestClient) -> None:
    items = client.get("/v1/suggest?prefix=post&type=source&date_field=loaded&from=2015-11-02").json()["items"]
    assert [item["articles"] for item in items if item["id"] == "post"] == [1]


def test_facets_are_those_of_the_date_field(client: TestClient) -> None:
    """Also where the same days of another field were counted before."""
    counts = [
        client.get(f"/v1/articles?facet=source&from=2015-11&date_field={field}").json()["facets"]["source"][0]["count"]
        for field in ("published", "loaded", "updated")
    ]
    assert counts == [2, 4, 4]
    sampled = [
        client.get(f"/v1/articles?sample=1&to=2015-11-01&date_field={field}").json()["sampled"]["of"]
        for field in ("published", "loaded", "updated")
    ]
    assert sampled == [1, 3, 1]


def test_an_unknown_date_field_is_refused(client: TestClient) -> None:
    (error,) = assert_problem(client.get("/v1/articles?date_field=mentioned"), 422)["errors"]
    assert error["wanted"] == "one of published, loaded or updated"
