"""Publishes, changes and the versions of an article: what a copy of the corpus needs to follow it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.conftest import app_for, load_jsonl
from tests.contract.shelf import Reader, read, shelved
from tests.contract.strategies import bounded

Record = dict[str, Any]

QUAY: Record = {
    "id": "r1",
    "title": "Ferry resumes",
    "source": "Harbour Gazette",
    "url": "https://harbour-gazette.example/1",
    "published": "2019-03-04",
    "text": "It sails.",
    "entities": [],
}
TIDE: Record = {**QUAY, "id": "r2", "title": "Tide turns", "url": "https://harbour-gazette.example/2"}
QUAY_ID, TIDE_ID = "k2kv2fv233z6", "0vbby10h0ffv"


def instants(client: TestClient) -> list[str]:
    """Return when each version was published, the first one first."""
    return [item["published_at"] for item in client.get("/v1/corpus/versions").json()["items"]][::-1]


def test_publishes_are_listed_newest_first(database: Path, client: TestClient) -> None:
    """With the number of articles and what changed."""
    load_jsonl(database, [QUAY])
    load_jsonl(database, [{**QUAY, "text": "It rests."}, TIDE])
    one, two = instants(client)
    assert client.get("/v1/corpus/versions").json() == {
        "total": 2,
        "items": [
            {"version": 2, "published_at": two, "articles": 2, "added": 1, "changed": 1, "removed": 0},
            {"version": 1, "published_at": one, "articles": 1, "added": 1, "changed": 0, "removed": 0},
        ],
        "next": None,
        "corpus_version": 2,
    }
    assert client.get("/v1/corpus").json()["published_at"] == two


def test_changes_are_in_order_of_version_and_article(database: Path, client: TestClient) -> None:
    """So that a copy can apply one after another."""
    load_jsonl(database, [QUAY, TIDE])
    load_jsonl(database, [{**QUAY, "text": "It rests."}])
    one, two = instants(client)
    added = {"version": 1, "kind": "added", "at": one, "reason": None}
    updated = {"version": 2, "article": QUAY_ID, "kind": "updated", "at": two, "reason": None}
    assert client.get("/v1/changes").json() == {
        "total": 3,
        "items": [{**added, "article": TIDE_ID}, {**added, "article": QUAY_ID}, updated],
        "next": None,
        "corpus_version": 2,
    }
    since = client.get("/v1/changes?since=1").json()
    assert since == {"total": 1, "items": [updated], "next": None, "corpus_version": 2}
    assert client.get("/v1/changes?since=2").json() == {"total": 0, "items": [], "next": None, "corpus_version": 2}


def test_nothing_was_published_yet(client: TestClient) -> None:
    """There are no publishes and no changes, and no version to know of."""
    empty = {"total": 0, "items": [], "next": None, "corpus_version": 0}
    assert client.get("/v1/corpus/versions").json() == empty
    assert client.get("/v1/changes").json() == empty
    assert client.get("/v1/changes?since=1").status_code == 422


def test_a_version_to_come_is_refused(database: Path, client: TestClient) -> None:
    """The newest is named."""
    load_jsonl(database, [QUAY])
    answer = client.get("/v1/changes?since=7")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "parameter": "since",
            "value": "7",
            "wanted": "a corpus version that was published; the newest is 1",
            "nearest": ["1"],
        }
    ]


STATES = st.lists(st.dictionaries(st.integers(0, 5), st.sampled_from(["One.", "Two."]), max_size=4), max_size=4)
"""The texts of some articles, load by load."""


@settings(bounded, max_examples=12)
@given(STATES, st.integers(1, 3))
def test_a_copy_follows(migrated: Path, loads: list[dict[int, str]], limit: int) -> None:
    """Page by page, from any version on, it ends with what is served; each change comes once."""
    with shelved(migrated, []) as world:
        for load in loads:
            load_jsonl(world.database, [{**QUAY, "id": f"r{n}", "url": None, "text": text} for n, text in load.items()])

        async def check(reader: Reader) -> None:
            newest = (await reader.json("/v1/corpus"))["version"]
            every = [item for page in await reader.walk("/v1/changes", [], limit=100) for item in page]
            assert every == sorted(every, key=lambda item: (item["version"], item["article"]))
            for since in range(newest + 1):
                pages = await reader.walk("/v1/changes", [("since", str(since))], limit=limit)
                assert [item for page in pages for item in page] == [i for i in every if i["version"] > since]
                assert all(len(page) == limit for page in pages[:-1])
            publishes = [item for page in await reader.walk("/v1/corpus/versions", [], limit=limit) for item in page]
            assert [item["version"] for item in publishes] == list(range(newest, 0, -1))
            served = {item["id"] for item in await reader.export([])}
            assert {item["article"] for item in every} == served

        read(world.app, check)


def test_changes_end_with_the_version_that_is_served(database: Path) -> None:
    """A process that has not seen the newest publish yet answers as of the one it serves, all at once."""
    load_jsonl(database, [QUAY])
    app = app_for(database)
    app.state.corpus._check_seconds = 3600
    with TestClient(app) as client:
        before = [client.get(path).json() for path in ("/v1/changes?limit=9", "/v1/corpus/versions?limit=9")]
        load_jsonl(database, [TIDE])
        # Other URLs, for which no answer is kept.
        after = [client.get(path).json() for path in ("/v1/changes?limit=8", "/v1/corpus/versions?limit=8")]
    assert after == before


@pytest.mark.parametrize("path", ["/v1/changes?since=0&limit=1", "/v1/corpus/versions?limit=1"])
def test_the_next_page_is_linked(database: Path, client: TestClient, path: str) -> None:
    """As in every list."""
    load_jsonl(database, [QUAY])
    load_jsonl(database, [TIDE])
    first = client.get(path)
    assert first.json()["total"] == 2
    second = client.get(first.links["next"]["url"])
    assert second.json()["next"] is None
    assert first.json()["items"] != second.json()["items"]
