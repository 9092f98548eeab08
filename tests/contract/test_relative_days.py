"""Days that count from today: the answer is that of the absolute days, and changes at midnight of the zone."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.conftest import load_jsonl
from tests.contract.test_feeds import FEEDS, page_of, urls_of
from tests.contract.test_refusals import assert_problem
from tests.databases import url_of
from tests.proxy import mounted

RECORDS: list[dict[str, Any]] = [
    {"title": f"Notice {day}", "source": "Post", "text": f"Notice {day}.", "published": f"2015-11-{day:02}"}
    for day in range(1, 31)
]

ClientAt = Callable[[str], TestClient]


@pytest.fixture
def client_at(database: Path) -> ClientAt:
    """Return a function that returns a client of an application over RECORDS at an instant."""
    load_jsonl(database, RECORDS)

    def client(now: str) -> TestClient:
        settings = Settings(
            database_url=url_of(database), snapshot_check_ms=0, verify_hours=0, now=datetime.fromisoformat(now)
        )
        return TestClient(mounted(create_app(settings)), base_url="http://dateline.example")

    return client


@pytest.mark.parametrize(
    ("now", "query", "first", "last"),
    [
        ("2015-11-20T12:00Z", "from=-7d", "2015-11-13", None),
        ("2015-11-20T12:00Z", "from=-1w&to=yesterday", "2015-11-13", "2015-11-19"),
        ("2015-11-20T12:00Z", "from=today&to=now", "2015-11-20", "2015-11-20"),
        ("2015-11-20T12:00Z", "from=2015-11&to=today", "2015-11-01", "2015-11-20"),
        ("2015-11-20T12:00Z", "fr%6Fm=%2D7d", "2015-11-13", None),
        ("2015-11-20T23:59:59Z", "from=today", "2015-11-20", None),
        ("2015-11-21T00:00:00Z", "from=today", "2015-11-21", None),
        ("2015-11-20T23:30Z", "from=today&tz=Pacific/Kiritimati", "2015-11-21", None),
        ("2015-11-20T09:30Z", "from=today&tz=Pacific/Kiritimati", "2015-11-20", None),
        ("2015-11-20T10:00Z", "from=today&tz=Pacific/Kiritimati", "2015-11-21", None),
        ("2015-11-20T04:59Z", "from=today&tz=America/New_York", "2015-11-19", None),
        ("2015-11-20T05:00Z", "from=today&tz=America/New_York", "2015-11-20", None),
        # Summer time ends on November 1, 2015 in New York: midnight is at 04:00 UTC before, at 05:00 after.
        ("2015-11-01T03:59Z", "from=today&tz=America/New_York", "2015-10-31", None),
        ("2015-11-01T04:00Z", "from=today&tz=America/New_York", "2015-11-01", None),
        ("2015-11-02T04:59Z", "from=today&tz=America/New_York", "2015-11-01", None),
        ("2016-02-29T12:00Z", "from=-1y&to=today", "2015-02-28", "2016-02-29"),
        ("2015-11-20T01:00+02:00", "from=today", "2015-11-19", None),
    ],
)
@pytest.mark.unmeasured
def test_the_answer_is_that_of_the_absolute_days(
    client_at: ClientAt, now: str, query: str, first: str, last: str | None
) -> None:
    client = client_at(now)
    relative = client.get(f"/v1/articles?{query}")
    assert relative.json()["resolved"] == {"from": first, "to": last}
    absolute = relative.headers["Content-Location"]
    assert "tz" not in absolute
    again = client.get(absolute)
    assert again.json() == relative.json()
    assert again.headers["ETag"] == relative.headers["ETag"]
    assert "Content-Location" not in again.headers
    assert relative.json()["total"] == len(
        [r for r in RECORDS if first <= r["published"] and (last is None or r["published"] <= last)]
    )


def test_a_304_ends_at_midnight(client_at: ClientAt) -> None:
    url = "/v1/timeline?from=-7d&to=today&interval=day"
    tag = client_at("2015-11-20T00:00:00Z").get(url).headers["ETag"]
    before = client_at("2015-11-20T23:59:59Z").get(url, headers={"If-None-Match": tag})
    assert before.status_code == 304
    assert before.headers["Content-Location"].endswith("?from=2015-11-13&to=2015-11-20&interval=day")
    assert client_at("2015-11-21T00:00:00Z").get(url, headers={"If-None-Match": tag}).status_code == 200


def test_an_answer_from_the_cache_names_its_days(client_at: ClientAt) -> None:
    client = client_at("2015-11-20T12:00Z")
    first, second = (client.get("/v1/articles?from=-7d") for _ in range(2))
    assert {**first.headers, "x-request-id": ""} == {**second.headers, "x-request-id": ""}
    assert client.head("/v1/articles?from=-7d").headers["Content-Location"] == first.headers["Content-Location"]


def test_a_walk_goes_on_with_its_days_after_midnight(client_at: ClientAt) -> None:
    """By the link to the next page, and by the client's own URL with the cursor."""
    url = "/v1/articles?from=-7d&to=yesterday&limit=4&tz=Europe/Berlin"
    page = client_at("2015-11-20T12:00Z").get(url)
    later = client_at("2015-11-21T12:00Z")
    linked = later.get(page.links["next"]["url"]).json()
    own = later.get(f"{url}&cursor={page.json()['next']}").json()
    assert own == linked
    assert own["total"] == 7
    assert [item["published"]["on"] for item in own["items"]] == ["2015-11-15", "2015-11-14", "2015-11-13"]
    assert later.get(url).json()["items"][0]["published"]["on"] == "2015-11-20"


@pytest.mark.unmeasured
@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ4IiwgMSwgeyJmcm9tIjogIngifV0", "%C3%A4", "====="])
def test_a_forged_cursor_is_refused(client_at: ClientAt, cursor: str) -> None:
    response = client_at("2015-11-20T12:00Z").get(f"/v1/articles?from=-7d&cursor={cursor}")
    assert [error["parameter"] for error in assert_problem(response, 422)["errors"]] == ["cursor"]


@pytest.mark.parametrize(
    "query", ["from=-0d", "from=-10000d", "from=%2B7d", "to=-9999y", "from=tomorrow", "from=-7d&from=-8d", "from=-7D"]
)
@pytest.mark.unmeasured
def test_other_days_are_refused_with_the_forms(client_at: ClientAt, query: str) -> None:
    response = client_at("2015-11-20T12:00Z").get(f"/v1/articles?{query}")
    (error,) = assert_problem(response, 422)["errors"]
    assert error["parameter"] == query[: query.index("=")]
    assert "`-7d`" in error["wanted"] or "one value" in error["wanted"]
    assert "Content-Location" not in response.headers


def test_a_feed_keeps_its_address(client_at: ClientAt) -> None:
    """A feed with absolute days has its own address."""
    client = client_at("2015-11-20T12:00Z")
    relative = client.get("/v1/articles.jsonfeed?from=-7d&limit=2&tz=UTC")
    feed = relative.json()
    assert feed["feed_url"] == "http://dateline.example/v1/articles.jsonfeed?from=-7d&limit=2&tz=UTC"
    assert feed["home_page_url"] == "http://dateline.example/?from=-7d&tz=UTC"
    assert feed["title"] == "Dateline: from -7d, tz UTC"
    assert feed["next_url"].startswith(f"{feed['feed_url']}&cursor=")
    absolute = client.get(relative.headers["Content-Location"]).json()
    assert absolute["feed_url"].endswith("?from=2015-11-13&limit=2")
    assert "?from=-7d</id>" in client.get("/v1/articles.atom?from=-7d").text


@pytest.mark.unmeasured
@pytest.mark.parametrize("suffix", FEEDS)
@pytest.mark.parametrize(
    ("query", "days"), [("from=-7d&tz=UTC", (13, 31)), ("limit=2&to=today&from=2015-11-10", (10, 21))]
)
def test_all_pages_of_a_feed_are_of_one_feed(
    client_at: ClientAt, suffix: str, query: str, days: tuple[int, int]
) -> None:
    """The days are those of the first page, although each page is read on another day."""
    first = f"http://dateline.example/v1/articles.{suffix}?{query}{'' if 'limit' in query else '&limit=5'}"
    url: str | None = first
    titles: list[str] = []
    pages: list[str] = []
    while url is not None:
        answer = client_at(f"2015-11-{20 + len(pages)}T12:00Z").get(url)
        assert urls_of(answer.content, suffix)["first"] == first
        assert identifier_of(answer.content, suffix) == first
        assert answer.links["first"]["url"] == first
        if pages:
            assert answer.links["prev"]["url"] == (pages[-1] if len(pages) > 1 else first)
        titles += titles_of(answer.content, suffix)
        pages.append(url)
        url = answer.links.get("next", {}).get("url")
        assert page_of(answer.content, suffix)[1] == url
    assert titles == [f"Notice {day}" for day in reversed(range(*days))]
    assert len(pages) > 2


def identifier_of(document: bytes, suffix: str) -> str:
    """Return what identifies a feed: its id in Atom, its URL in JSON Feed, and the link to its first page in RSS."""
    if suffix == "jsonfeed":
        return str(json.loads(document)["feed_url"])
    feed = feedparser.parse(document).feed
    return str(feed.get("id") or next(link.href for link in feed.links if link.rel == "first"))


def titles_of(document: bytes, suffix: str) -> list[str]:
    """Return the titles of the articles of a page."""
    entries = json.loads(document)["items"] if suffix == "jsonfeed" else feedparser.parse(document).entries
    return [entry["title"] for entry in entries]


def test_a_search_by_post_takes_relative_days(client_at: ClientAt) -> None:
    """Its cursor holds the days of the first page."""
    search = {"from": "-7d", "to": "today", "tz": "Pacific/Kiritimati", "limit": 5}
    first = client_at("2015-11-20T23:30Z").post("/v1/articles/search", json=search).json()
    assert (first["total"], first["resolved"]) == (8, {"from": "2015-11-14", "to": "2015-11-21"})
    response = client_at("2015-11-25T00:00Z").post("/v1/articles/search", json={**search, "cursor": first["next"]})
    second = response.json()
    assert second["resolved"] == first["resolved"]
    assert len(first["items"] + second["items"]) == 8
    unknown = client_at("2015-11-20T12:00Z").post("/v1/articles/search", json={"from": "-7d", "tz": "Mars"})
    assert [error["parameter"] for error in unknown.json()["errors"]] == ["tz"]


def test_an_export_takes_relative_days(client_at: ClientAt) -> None:
    client = client_at("2015-11-20T12:00Z")
    assert client.get("/v1/articles.ndjson?from=-2d&to=today").text.count("\n") == 3


def test_the_clock_of_the_server_is_the_default(client_at: ClientAt, database: Path) -> None:
    client = TestClient(create_app(Settings(database_url=url_of(database), verify_hours=0)))
    assert client.get("/v1/articles?from=today").json()["resolved"]["from"] > "2015-11-30"


def test_a_time_of_day_gets_a_note(client_at: ClientAt) -> None:
    body = client_at("2015-11-20T12:00Z").get("/v1/articles?from=2015-11-22T19:00-05:00&to=23 Nov 2015").json()
    assert body["notes"] == ["`from` is read as the printed day 2015-11-22; its time and zone are ignored."]
    assert body["resolved"] == {"from": "2015-11-22", "to": "2015-11-23"}
    assert body["total"] == 2
