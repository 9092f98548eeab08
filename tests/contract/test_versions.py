"""Publishes, changes and the versions of an article, with which a copy can follow the corpus."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.testclient import TestClient

from app.stores import store_of
from tests.conftest import SOAK, app_for, load_jsonl, seed
from tests.contract.shelf import Reader, read, serve_records
from tests.contract.strategies import bounded
from tests.databases import url_of

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
QUAY_ID, TIDE_ID = "8p0zv1e9r975", "bqf3h92kp4r5"


def instants(client: TestClient) -> list[str]:
    """Return when each version was published, the first one first, as RFC 3339 instants."""
    return [item["published_at"] for item in client.get("/v1/corpus/versions").json()["items"]][::-1]


def test_publishes_are_listed_newest_first(database: Path, client: TestClient) -> None:
    """Each has the number of articles and of changes."""
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
    """A copy can apply them one after another."""
    load_jsonl(database, [QUAY, TIDE])
    load_jsonl(database, [{**QUAY, "text": "It rests."}])
    one, two = instants(client)
    added = {"version": 1, "kind": "added", "at": one, "reason": None}
    updated = {"version": 2, "article": QUAY_ID, "kind": "updated", "at": two, "reason": None}
    assert client.get("/v1/changes").json() == {
        "total": 3,
        "items": [{**added, "article": QUAY_ID}, {**added, "article": TIDE_ID}, updated],
        "next": None,
        "corpus_version": 2,
    }
    since = client.get("/v1/changes?since=1").json()
    assert since == {"total": 1, "items": [updated], "next": None, "corpus_version": 2}
    assert client.get("/v1/changes?since=2").json() == {"total": 0, "items": [], "next": None, "corpus_version": 2}


def test_before_the_first_publish_there_are_no_changes(client: TestClient) -> None:
    """There are no publishes either, and no version to start from."""
    empty = {"total": 0, "items": [], "next": None, "corpus_version": 0}
    assert client.get("/v1/corpus/versions").json() == empty
    assert client.get("/v1/changes").json() == empty
    assert client.get("/v1/changes?since=1").status_code == 422


def test_a_future_version_is_refused(database: Path, client: TestClient) -> None:
    """The newest version is named."""
    load_jsonl(database, [QUAY])
    answer = client.get("/v1/changes?since=7")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "parameter": "since",
            "value": "7",
            "code": "out-of-range",
            "wanted": "a corpus version that was published; the newest is 1",
            "nearest": ["1"],
            "candidates": [],
        }
    ]


STATES = st.lists(st.dictionaries(st.integers(0, 5), st.sampled_from(["One.", "Two."]), max_size=4), max_size=4)
"""The texts of some articles in each of several loads."""


@settings(bounded, max_examples=6 * SOAK)
@given(STATES, st.integers(1, 3))
def test_a_copy_follows_the_corpus(migrated: Path, loads: list[dict[int, str]], limit: int) -> None:
    """From any version on, page by page, it ends with the articles that are served; each change comes once."""
    with serve_records(migrated, []) as world:
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
    """A process that has not yet noticed the newest publish lists the changes up to the version that it serves."""
    load_jsonl(database, [QUAY])
    app = app_for(database)
    app.state.corpus._check_seconds = 3600
    with TestClient(app) as client:
        before = [client.get(path).json() for path in ("/v1/changes?limit=9", "/v1/corpus/versions?limit=9")]
        load_jsonl(database, [TIDE])
        # Other URLs, for which no response is cached.
        after = [client.get(path).json() for path in ("/v1/changes?limit=8", "/v1/corpus/versions?limit=8")]
    assert after == before


@pytest.mark.unmeasured
@pytest.mark.parametrize("path", ["/v1/changes?since=0&limit=1", "/v1/corpus/versions?limit=1"])
def test_the_next_page_is_linked(database: Path, client: TestClient, path: str) -> None:
    """It is linked as in every list."""
    load_jsonl(database, [QUAY])
    load_jsonl(database, [TIDE])
    first = client.get(path)
    assert first.json()["total"] == 2
    second = client.get(first.links["next"]["url"])
    assert second.json()["next"] is None
    assert first.json()["items"] != second.json()["items"]


def version(number: int, at: str, kind: str, before: int | None, after: int | None, **fields: object) -> Record:
    """Return an item of the list of versions; by default with nothing to compare it with."""
    item = {"version": number, "at": at, "kind": kind, "reason": None, "stored": True, "changed": None}
    return {**item, "text_length": {"before": before, "after": after}, **fields}


@pytest.mark.unmeasured
def test_the_versions_of_an_article(database: Path, client: TestClient) -> None:
    """Each version has its publish and the changed fields; a publish that left the article alone is not listed."""
    load_jsonl(database, [QUAY])
    load_jsonl(database, [TIDE])
    load_jsonl(database, [{**QUAY, "text": "It rests – again."}])
    load_jsonl(database, [{**QUAY, "title": "Ferry rests", "published": "2019-03-05", "text": "It rests – again."}])
    times = instants(client)
    assert client.get(f"/v1/articles/{QUAY_ID}/versions").json() == {
        "total": 3,
        "items": [
            version(4, times[3], "updated", 17, 17, changed=["title", "published"]),
            version(3, times[2], "updated", 9, 17, changed=["text"]),
            version(1, times[0], "added", None, 9),
        ],
        "next": None,
        "corpus_version": 4,
    }


OTHERS: dict[str, tuple[Record, str]] = {
    "title": ({"title": "Ferry rests"}, "title"),
    "text": ({"text": "It rests."}, "text"),
    "a digest that becomes the full text": ({"text_kind": "full"}, "text_kind"),
    "source": ({"source": "Bay Courier"}, "source"),
    "url": ({"url": "https://harbour-gazette.example/3"}, "url"),
    "authors": ({"authors": ["Ada Byrne"]}, "authors"),
    "day": ({"published": "2019-03-05"}, "published"),
    "time": ({"published": "2019-03-04T12:00Z"}, "published"),
    "language": ({"language": "en"}, "language"),
    "rights": ({"rights": "CC0-1.0"}, "rights"),
    "details": ({"details": {"page": "A4"}}, "details"),
    "entities": ({"entities": [{"name": "It", "type": "weapon", "mentions": [[0, 2]]}]}, "mentions"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("what", OTHERS)
def test_each_field_that_changes_is_named(database: Path, client: TestClient, what: str) -> None:
    """No other field is named."""
    fields, name = OTHERS[what]
    load_jsonl(database, [{**QUAY, "text_kind": "digest"}])
    load_jsonl(database, [{**QUAY, "text_kind": "digest", **fields}])
    assert client.get(f"/v1/articles/{QUAY_ID}/versions").json()["items"][0]["changed"] == [name]


@pytest.mark.unmeasured
def test_versions_have_pages(database: Path, client: TestClient) -> None:
    """Each is compared with the previous one, even on another page; a cursor is valid for one article."""
    for number in range(5):
        load_jsonl(database, [{**QUAY, "text": "x" * (number + 1)}, TIDE])
    path = f"/v1/articles/{QUAY_ID}/versions"
    whole = client.get(path).json()["items"]
    first = client.get(f"{path}?limit=2")
    second = client.get(first.links["next"]["url"]).json()
    third = client.get(f"{path}?limit=2&cursor={second['next']}").json()
    assert first.json()["items"] + second["items"] + third["items"] == whole
    assert [item["text_length"]["before"] for item in whole] == [4, 3, 2, 1, None]
    assert third["next"] is None
    assert client.get(f"/v1/articles/{TIDE_ID}/versions?limit=2&cursor={second['next']}").status_code == 422


@pytest.mark.unmeasured
def test_as_of_returns_an_article_as_a_version_served_it(database: Path, client: TestClient) -> None:
    """It has all its fields but the current keys; as of the newest version, it is the same as without `as_of`."""
    named = {"entities": [{"id": "it", "name": "It", "type": "weapon", "mentions": [[0, 2]]}]}
    states = [QUAY, {**QUAY, "text": "It rests.", **named}, {**QUAY, "title": "Ferry rests"}]
    answers = []
    for state in states:
        load_jsonl(database, [state])
        answers.append(client.get(f"/v1/articles/{QUAY_ID}").json())
    assert [answer["mentions"] for answer in answers] != [[]] * 3
    for number, answer in enumerate(answers, start=1):
        answer["record_keys"] = answers[-1]["record_keys"]
        assert client.get(f"/v1/articles/{QUAY_ID}?as_of={number}").json() == answer


def test_as_of_a_version_before_an_article_it_is_not_found(database: Path, client: TestClient) -> None:
    """An article that never existed is not found either."""
    load_jsonl(database, [QUAY])
    load_jsonl(database, [TIDE])
    answer = client.get(f"/v1/articles/{TIDE_ID}?as_of=1")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        f"The article '{TIDE_ID}' was not yet published in corpus version 1.",
    )
    for path in ("000000000000", "000000000000?as_of=1", "000000000000/versions", "no-id?as_of=2"):
        assert client.get(f"/v1/articles/{path}").status_code == 404


def test_a_compacted_version_is_gone(database: Path, client: TestClient) -> None:
    """The log still lists it, and the response says that it was compacted."""
    load_jsonl(database, [QUAY])
    load_jsonl(database, [{**QUAY, "text": "It rests."}])
    load_jsonl(database, [{**QUAY, "text": "It sleeps."}])
    kept = client.get(f"/v1/articles/{QUAY_ID}?as_of=2")
    assert kept.status_code == 200
    seed(database, "compact")
    answer = client.get(f"/v1/articles/{QUAY_ID}?as_of=2", headers={"If-None-Match": kept.headers["etag"]})
    assert answer.status_code == 410
    assert answer.json() == {
        "type": "urn:dateline:problem:dropped",
        "title": "This version is no longer stored",
        "status": 410,
        "detail": f"The revision of the article '{QUAY_ID}' that corpus version 2 served was compacted.",
        "errors": [],
    }
    assert client.get(f"/v1/articles/{QUAY_ID}?as_of=3").json() == client.get(f"/v1/articles/{QUAY_ID}").json()
    times = instants(client)
    assert client.get(f"/v1/articles/{QUAY_ID}/versions").json()["items"] == [
        version(3, times[2], "updated", None, 10),
        version(2, times[1], "updated", None, None, stored=False),
        version(1, times[0], "added", None, None, stored=False),
    ]


def test_versions_before_the_log_are_unknown(database: Path, client: TestClient) -> None:
    """The database is of a release without a log of changes."""
    load_jsonl(database, [QUAY])
    load_jsonl(database, [TIDE])
    engine = store_of(url_of(database)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE change SET version = 2"))
    engine.dispose()
    answer = client.get(f"/v1/articles/{QUAY_ID}?as_of=1")
    assert (answer.status_code, answer.json()["detail"]) == (
        410,
        "Corpus version 1 is not recorded: the first recorded version is 2.",
    )
    assert client.get("/v1/articles/000000000000?as_of=1").status_code == 404
    assert client.get(f"/v1/articles/{QUAY_ID}?as_of=2").status_code == 200


def test_texts_of_earlier_versions_are_withheld_too(database: Path) -> None:
    """As the operator configures it."""
    load_jsonl(database, [QUAY])
    load_jsonl(database, [{**QUAY, "text": "It rests."}])
    with TestClient(app_for(database, serve_text="none")) as client:
        answer = client.get(f"/v1/articles/{QUAY_ID}?as_of=1").json()
    assert (answer["text"], answer["text_withheld"]) == (None, True)


@settings(bounded, max_examples=3 * SOAK)
@given(STATES)
def test_every_version_stays_as_it_was_served(migrated: Path, loads: list[dict[int, str]]) -> None:
    """Later versions do not change it."""
    with serve_records(migrated, []) as world:
        answered: list[dict[str, Record]] = []

        async def look(reader: Reader) -> None:
            newest = (await reader.json("/v1/corpus"))["version"]
            served = [item["id"] for item in await reader.export([])]
            if newest > len(answered):
                answered.append({id_: await reader.json(f"/v1/articles/{id_}") for id_ in served})

        async def look_back(reader: Reader) -> None:
            for number, answers in enumerate(answered, start=1):
                for id_ in answered[-1]:
                    found = await reader.client.get(f"/v1/articles/{id_}", params={"as_of": number})
                    assert found.json() == answers[id_] if id_ in answers else found.status_code == 404

        for load in loads:
            load_jsonl(world.database, [{**QUAY, "id": f"r{n}", "url": None, "text": text} for n, text in load.items()])
            read(world.app, look)
        read(world.app, look_back)


@pytest.mark.unmeasured
def test_a_removed_article_leaves_a_tombstone(database: Path, client: TestClient) -> None:
    """It has the day, version and reason of the removal; earlier versions stay as they were."""
    load_jsonl(database, [QUAY, TIDE])
    before = client.get(f"/v1/articles/{QUAY_ID}").json()
    seed(database, "remove", QUAY_ID, "--reason", "by order")
    seed(database, "remove", TIDE_ID)
    times = instants(client)
    answer = client.get(f"/v1/articles/{QUAY_ID}")
    assert (answer.status_code, answer.headers["content-type"]) == (410, "application/problem+json")
    assert answer.json() == {
        "type": "urn:dateline:problem:removed",
        "title": "The article was removed",
        "status": 410,
        "detail": f"The article '{QUAY_ID}' was removed on {times[1]} by corpus version 2: by order.",
        "errors": [],
    }
    for path in (f"{QUAY_ID}?as_of=2", f"{QUAY_ID}?as_of=3", TIDE_ID):
        assert client.get(f"/v1/articles/{path}").status_code == 410
    assert client.get(f"/v1/articles/{TIDE_ID}").json()["detail"].endswith(" by corpus version 3.")
    assert client.get(f"/v1/articles/{QUAY_ID}?as_of=1").json() == before
    removed = {"version": 2, "article": QUAY_ID, "kind": "removed", "at": times[1], "reason": "by order"}
    assert client.get("/v1/changes?since=1").json()["items"][0] == removed
    assert client.get("/v1/corpus/versions").json()["items"][0]["removed"] == 1
    assert client.get(f"/v1/articles/{QUAY_ID}/versions").json()["items"] == [
        version(2, times[1], "removed", 9, None, reason="by order", stored=False),
        version(1, times[0], "added", None, 9),
    ]


def test_a_removed_article_is_in_no_view(database: Path, client: TestClient) -> None:
    """It is not counted either; once restored, it is in every view as before."""
    named = [{"id": "it", "name": "It", "type": "weapon", "mentions": [[0, 2]]}]
    load_jsonl(database, [{**QUAY, "entities": named, "language": "en"}, {**TIDE, "text": "“It turns,” it said."}])
    paths = [
        "/v1/articles?facet=weapon&facet=language",
        "/v1/articles?q=sails",
        "/v1/articles?weapon=it",
        "/v1/sources",
    ]
    paths += ["/v1/articles?q=sails&sort=relevance", "/v1/entities", "/v1/statements", "/v1/articles.ndjson"]
    before = [client.get(path).text for path in paths]
    seed(database, "remove", QUAY_ID)
    for path in paths:
        assert QUAY_ID not in client.get(path).text
    assert [client.get(path).json()["total"] for path in paths[:3]] == [1, 0, 0]
    assert client.get(paths[0]).json()["facets"]["language"] == [
        {"id": "none", "name": "none", "count": 1, "chosen": False}
    ]
    seed(database, "remove", "--undo", QUAY_ID)
    after = [client.get(path).text.replace('"corpus_version":3', '"corpus_version":1') for path in paths]
    assert after == before
    assert client.get(f"/v1/articles/{QUAY_ID}?as_of=2").status_code == 410
