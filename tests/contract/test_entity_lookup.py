"""`POST /v1/entities/lookup` finds entities by ids, Wikidata ids and names."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from app.search.names.lookup import MAX_NEAREST_LOOKUPS
from tests.contract.test_lookup import causes
from tests.contract.test_refusals import assert_problem

URL = "/v1/entities/lookup"


def look_up(client: TestClient, **body: list[str]) -> list[dict[str, Any]]:
    answer = client.post(URL, json=body)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_whole_response(reader: TestClient) -> None:
    """Ids first, then Wikidata ids, then names; each with its entity or an error."""
    listed = {item["id"]: item for item in reader.get("/v1/entities?limit=100").json()["items"]}
    vera = {key: listed["vera-lindqvall"][key] for key in ("id", "name", "type", "wikidata", "articles")}
    answer = reader.post(
        URL, json={"ids": ["vera-lindqvall", "vera-lindqval"], "wikidata": ["q990000001"], "names": ["Lindqvall, Vera"]}
    )
    assert answer.json() == {
        "items": [
            {"requested": "vera-lindqvall", "by": "id", "entity": vera, "error": None},
            {
                "requested": "vera-lindqval",
                "by": "id",
                "entity": None,
                "error": {
                    "parameter": "ids",
                    "value": "vera-lindqval",
                    "code": "unknown",
                    "wanted": "the id of an entity",
                    "nearest": ["vera-lindqvall"],
                    "candidates": [{"id": "vera-lindqvall", "name": "Vera Lindqvall", "type": "person"}],
                },
            },
            {"requested": "q990000001", "by": "wikidata", "entity": vera, "error": None},
            {"requested": "Lindqvall, Vera", "by": "name", "entity": vera, "error": None},
        ],
        "corpus_version": 1,
    }
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("by", "value", "code"),
    [
        ("ids", "Vera Lindqvall", "unknown"),
        ("ids", "port-amsel", "wrong-type"),
        ("wikidata", "Q990000999", "unknown"),
        ("wikidata", "https://www.wikidata.org/wiki/Q990000999", "unknown"),
        ("wikidata", "vera-lindqvall", "malformed"),
        ("names", "Vera Lindqval", "unknown"),
        ("names", "Port Amsel", "wrong-type"),
        ("names", "Vera Lindqvall, Otto Brandthal", "malformed"),
        ("names", " ", "unknown"),
    ],
)
def test_what_has_no_entity_says_why(reader: TestClient, by: str, value: str, code: str) -> None:
    (item,) = look_up(reader, **{by: [value], "type": ["person"]})
    assert (item["requested"], item["entity"], item["error"]["code"]) == (value, None, code)


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("ids", "/v1/entities/port-amsel"),
        ("ids", "https://news.example/v1/entities/port-amsel"),
        ("wikidata", "http://www.wikidata.org/entity/Q990000005"),
        ("names", "http://www.wikidata.org/entity/Q990000005"),
        ("names", "the Port Amsel’s"),
        ("names", "port-amsel"),
    ],
)
def test_addresses_and_habits_find_an_entity(reader: TestClient, by: str, value: str) -> None:
    (item,) = look_up(reader, **{by: [value]})
    assert (item["entity"]["id"], item["error"]) == ("port-amsel", None)


def test_up_to_a_thousand_are_looked_up_in_order(reader: TestClient) -> None:
    """The nearest names of unknown ones are searched for the first few."""
    names = ["Vera Lindqvall", "Vera Lindqval"] * 500
    items = look_up(reader, names=names)
    assert [item["requested"] for item in items] == names
    assert [bool(item["error"]) for item in items] == [False, True] * 500
    assert sum(bool(item["error"] and item["error"]["nearest"]) for item in items) == MAX_NEAREST_LOOKUPS
    body = {"ids": ["x"], "names": names}
    assert causes(reader.post(URL, json=body)) == [
        ("ids+wikidata+names", "1001 values", "1 to 1000 ids, Wikidata ids and names in total")
    ]
    assert causes(reader.post(URL, json={}))[0][1] == "0 values"


@pytest.mark.parametrize(
    ("body", "code", "nearest"),
    [
        ('{"name": ["a"]}', "unknown-parameter", ["names"]),
        ('{"names": [""]}', "blank", []),
        ('{"names": "a"}', "malformed", []),
        ('{"names": ["a"], "type": ["persn"]}', "invalid-choice", ["person"]),
        ("[", "malformed", []),
    ],
)
def test_an_invalid_body_is_refused(reader: TestClient, body: str, code: str, nearest: list[str]) -> None:
    (error,) = assert_problem(reader.post(URL, content=body), 422)["errors"]
    assert (error["code"], error["nearest"]) == (code, nearest)
