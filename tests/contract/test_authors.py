"""The filter and the facet of authors."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, load_jsonl

RECORDS: list[dict[str, Any]] = [
    {"title": "Ferry", "source": "Gazette", "text": "It sails.", "authors": ["Zoë Ó Briain", "Bo Ek"]},
    {"title": "Tide", "source": "Gazette", "text": "It turns.", "authors": ["Bo Ek"]},
    {"title": "Quay", "source": "Gazette", "text": "It stands.", "authors": ["BO EK"]},
    {"title": "Pier", "source": "Gazette", "text": "It ends."},
]


@pytest.fixture
def client(database: Path) -> TestClient:
    load_jsonl(database, RECORDS)
    return TestClient(app_for(database))


def titles(client: TestClient, query: str) -> set[str]:
    return {item["title"] for item in client.get(f"/v1/articles?{query}").json()["items"]}


def test_any_of_the_authors(client: TestClient) -> None:
    assert titles(client, "author=Bo+Ek") == {"Ferry", "Tide"}
    assert titles(client, "author=BO+EK") == {"Quay"}
    assert titles(client, "author=Bo+Ek&author=BO+EK") == {"Ferry", "Tide", "Quay"}


@pytest.mark.parametrize("name", ["zoe o briain", "ZOË Ó BRIAIN", " Zoë Ó Briain "])
def test_case_and_accents_are_ignored(client: TestClient, name: str) -> None:
    assert client.get("/v1/articles", params={"author": name}).json()["total"] == 1


@pytest.mark.parametrize(
    ("name", "code", "wanted", "nearest"),
    [
        ("Zoe Brian", "unknown", "the name of an author", ["Zoë Ó Briain"]),
        ("bo ek", "ambiguous", "the exact spelling of one of the 2 that “bo ek” can mean", ["BO EK", "Bo Ek"]),
    ],
)
def test_an_unknown_or_ambiguous_author_is_refused(
    client: TestClient, name: str, code: str, wanted: str, nearest: list[str]
) -> None:
    response = client.get("/v1/articles", params={"author": name})
    assert response.status_code == 422
    assert response.json()["errors"] == [
        {
            "parameter": "author",
            "value": name,
            "code": code,
            "wanted": wanted,
            "nearest": nearest,
            "candidates": [],
        }
    ]


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["Ó Briain, Zoë", "Z. Ó Briain", "Briain Zoë Ó", "Dr. Zoe O Briain", "“Zoë Ó Briain”"])
def test_an_author_is_found_in_every_habit_of_writing_names(client: TestClient, name: str) -> None:
    assert client.get("/v1/articles", params={"author": name}).json()["total"] == 1


def test_the_facet_ignores_its_own_filter(client: TestClient) -> None:
    facets = client.get("/v1/articles?facet=author&author=BO+EK").json()["facets"]
    assert facets["author"] == [
        {"id": "Bo Ek", "name": "Bo Ek", "count": 2, "chosen": False},
        {"id": "BO EK", "name": "BO EK", "count": 1, "chosen": True},
        {"id": "Zoë Ó Briain", "name": "Zoë Ó Briain", "count": 1, "chosen": False},
    ]


def test_every_view_takes_the_filter(client: TestClient) -> None:
    for view in ("articles", "entities", "statements", "timeline", "network", "compare"):
        assert client.get(f"/v1/{view}?author=Nobody").status_code == 422, view
        assert client.get(f"/v1/{view}?author=Bo+Ek").status_code == 200, view


def test_a_long_name_can_be_chosen(database: Path) -> None:
    name = f"The editors of {'the Gazette and ' * 20}others"
    load_jsonl(database, [{**RECORDS[0], "authors": [name]}])
    with TestClient(app_for(database)) as client:
        assert client.get("/v1/articles", params={"author": name}).json()["total"] == 1


def test_authors_of_few_articles_are_counted_by_their_lists(database: Path) -> None:
    """A corpus has many authors, most of whom wrote none of the result."""
    records = [{**RECORDS[0], "title": f"Ferry {n}", "authors": [f"Ada B{n:03}", "Bo Ek"]} for n in range(250)]
    load_jsonl(database, records)
    with TestClient(app_for(database)) as client:
        facet = client.get("/v1/articles?q=%22ferry+7%22&facet=author").json()["facets"]["author"]
        assert [(value["id"], value["count"]) for value in facet] == [("Ada B007", 1), ("Bo Ek", 1)]
        top = client.get("/v1/articles?facet=author&facet_size=2").json()["facets"]["author"]
        assert [(value["id"], value["count"]) for value in top] == [("Bo Ek", 250), ("Ada B000", 1)]
