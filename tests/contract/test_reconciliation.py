"""The Reconciliation API 0.2: matches that are certain, candidates that are not, and properties of entities."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.models import EntityType
from tests.conftest import app_for, load_jsonl

ADA = {"id": "ada-byrne", "name": "Ada Byrne", "type": "person", "mentions": [[0, 9]]}
FLEET = {"id": "amsel-fleet", "name": "Amsel Fleet", "type": "organization", "mentions": [[19, 30]]}
PUTIN = {
    "id": "vladimir-putin",
    "name": "Vladimir Putin",
    "wikidata": "Q7747",
    "type": "person",
    "mentions": [[10, 24]],
}
TYPES = {"person", "organization", "state", "armed_group", "media", "place", "weapon"}


@pytest.fixture(scope="module")
def service(initialized: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of the shipped collection and of two articles, one of which names two unknown entities."""
    database = tmp_path_factory.mktemp("reconciled") / "dateline.db"
    database.write_bytes(initialized.read_bytes())
    text = "President Vladimir Putin met Barack Obama in Raqqa."
    articles = [
        {"source": "Harbour & Gazette", "title": "One", "published": "2015-10-07", "text": text, "entities": [PUTIN]},
        {
            "source": "Harbour & Gazette",
            "title": "Two",
            "text": "Ada Byrne left the Amsel Fleet.",
            "entities": [ADA, FLEET],
        },
    ]
    load_jsonl(database, articles)
    with TestClient(app_for(database), headers={"Origin": "https://refine.example"}) as client:
        yield client


def batch(client: TestClient, *queries: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the results of queries, in their order."""
    keyed = {f"q{number}": query for number, query in enumerate(queries)}
    answer = client.post("/v1/reconcile", data={"queries": json.dumps(keyed)})
    assert answer.status_code == 200, answer.text
    results = answer.json()
    assert results.keys() == keyed.keys()
    return [results[key]["result"] for key in keyed]


def one(client: TestClient, value: object, **query: object) -> list[dict[str, Any]]:
    """Return the candidates of one value."""
    return batch(client, {"query": value, **query})[0]


def matched(candidates: list[dict[str, Any]]) -> list[str]:
    """Return the ids that are matches."""
    return [candidate["id"] for candidate in candidates if candidate["match"]]


def extended(client: TestClient, ids: list[str], *properties: str) -> dict[str, Any]:
    """Return the answer to a data extension."""
    wanted = {"ids": ids, "properties": [{"id": name, "settings": {}} for name in properties]}
    answer: dict[str, Any] = client.post("/v1/reconcile", data={"extend": json.dumps(wanted)}).json()
    return answer


def test_the_manifest_says_what_there_is(service: TestClient) -> None:
    """Other origins may read it, and all of its addresses work."""
    answer = service.get("/v1/reconcile", params={"callback": "jsonp", "_": "1"})
    assert answer.headers["access-control-allow-origin"] == "*"
    manifest = answer.json()
    assert (manifest["versions"], manifest["batchSize"]) == (["0.2"], 50)
    assert {type_["id"] for type_ in manifest["defaultTypes"]} == TYPES == set(EntityType)
    assert manifest["identifierSpace"] == "http://testserver/v1/entities/"
    preview = manifest["preview"]["url"].replace("{{id}}", "vladimir-putin")
    assert service.get(preview).status_code == service.get(manifest["documentation"]).status_code == 200
    for kind, addresses in manifest["suggest"].items():
        prefix = {"property": "a"}.get(kind, "p")
        base = addresses["service_url"]
        suggested = service.get(base + addresses["service_path"], params={"prefix": prefix, "key": "x"}).json()[
            "result"
        ]
        id_ = suggested[0]["id"] if suggested else pytest.fail(kind)
        flyout = base + addresses["flyout_service_path"].replace("${id}", id_)
        assert service.get(flyout).json()["id"] == id_
    proposals = manifest["extend"]["propose_properties"]
    answer = service.get(proposals["service_url"] + proposals["service_path"], params={"type": "person", "limit": 3})
    assert (answer.json()["type"], len(answer.json()["properties"])) == ("person", 3)


@pytest.mark.parametrize(
    ("value", "id_"),
    [
        ("Vladimir Putin", "vladimir-putin"),
        ("Putin, Vladimir", "vladimir-putin"),
        ("President Obama", "barack-obama"),
        ("vladimir-putin", "vladimir-putin"),
        ("Q7747", "vladimir-putin"),
        ("ada byrne", "ada-byrne"),
    ],
)
def test_a_name_that_can_mean_one_entity_is_a_match(service: TestClient, value: str, id_: str) -> None:
    candidates = one(service, value)
    assert matched(candidates) == [id_]
    assert candidates[0]["id"] == id_
    assert candidates[0]["score"] >= 90


@pytest.mark.parametrize("value", ["Ada Byrnes", "Vladimr Putin", "Zebulon Quist", "Obama Putin"])
def test_what_only_resembles_a_name_is_no_match(service: TestClient, value: str) -> None:
    candidates = one(service, value)
    assert matched(candidates) == []
    assert all(candidate["score"] <= 60 for candidate in candidates)


def test_a_candidate_says_what_its_score_is_made_of(service: TestClient) -> None:
    (candidate,) = one(service, "Ada Byrne", type="person", properties=[{"pid": "unknown", "v": "x"}])
    assert candidate == {
        "id": "ada-byrne",
        "name": "Ada Byrne",
        "description": "person, in 1 article",
        "type": [{"id": "person", "name": "person"}],
        "score": 100.0,
        "match": True,
        "features": [
            {"id": "name_exact", "value": True},
            {"id": "name_similarity", "value": 1.0},
            {"id": "type_match", "value": True},
            {"id": "articles", "value": 0.693},
        ],
    }


def test_a_type_is_a_condition_of_a_match(service: TestClient) -> None:
    """Entities of other types are shown; of an unknown type, nothing is a match."""
    assert matched(one(service, "Putin", type=["person", "place"], type_strict="should")) == ["vladimir-putin"]
    wrong = one(service, "Vladimir Putin", type="place")
    assert [(candidate["id"], candidate["match"]) for candidate in wrong] == [("vladimir-putin", False)]
    (unknown,) = one(service, "Vladimir Putin", type="https://schema.org/Person")
    assert (unknown["id"], unknown["match"]) == ("vladimir-putin", False)


def test_a_property_confirms_or_excludes(service: TestClient) -> None:
    """One that is not known does neither, and neither does a name in it that is not known."""
    given = [
        ("country", "Russia"),
        ("member_of", {"id": "kremlin"}),
        ("wikidata", "wd:Q7747"),
        ("country", "Ruritania"),
    ]
    for pid, value in given:
        assert matched(one(service, "President Putin", properties=[{"pid": pid, "v": value}])) == ["vladimir-putin"]
    excluding: list[tuple[str, Any]] = [("country", "Syria"), ("wikidata", "Q76"), ("wikidata", 76)]
    for pid, value in excluding:
        (candidate,) = one(service, "Putin", properties=[{"pid": pid, "v": value}])
        assert (candidate["match"], candidate["score"]) == (False, 80.0)
    several = [{"pid": "country", "v": ["Syria", "Russia"]}]
    assert matched(one(service, "Putin", properties=several)) == ["vladimir-putin"]
    for ignored in ("", "x" * 300):
        assert matched(one(service, "Putin", properties=[{"pid": "country", "v": ignored}])) == ["vladimir-putin"]
    assert matched(one(service, "Ada Byrne", properties=[{"pid": "country", "v": "Russia"}])) == ["ada-byrne"]
    assert matched(one(service, "Ada Byrne", properties=[{"pid": "wikidata", "v": "Q1"}])) == ["ada-byrne"]


def test_a_wikidata_id_decides_about_an_uncertain_name(service: TestClient) -> None:
    assert matched(one(service, "Vladimr Putin", properties=[{"pid": "wikidata", "v": "Q7747"}])) == ["vladimir-putin"]
    for other in ("Q999999999", ["Q7747", "Q76"]):
        assert matched(one(service, "Vladimr Putin", properties=[{"pid": "wikidata", "v": other}])) == []


def test_a_property_decides_between_namesakes(migrated: Path, tmp_path: Path) -> None:
    database = tmp_path / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    spans = {1: [[0, 9]], 2: [[14, 23]]}
    entities = [{**ADA, "id": f"ada-{n}", "wikidata": f"Q99{n}", "mentions": span} for n, span in spans.items()]
    load_jsonl(database, [{"source": "S", "title": "T", "text": "Ada Byrne met Ada Byrne.", "entities": entities}])
    with TestClient(app_for(database)) as client:
        candidates = one(client, "Ada Byrne")
        assert [(one["score"], one["match"]) for one in candidates] == [(70.0, False), (70.0, False)]
        candidates = one(client, "Ada Byrne", properties=[{"pid": "wikidata", "v": ["Q992"]}])
        assert [(one["id"], one["match"]) for one in candidates] == [("ada-2", True), ("ada-1", False)]


def test_a_batch_answers_every_query(service: TestClient) -> None:
    """Also a blank one, a number, and one with members that the specification does not have."""
    results = batch(
        service, {"query": " "}, {"query": 5}, {"query": "Putin", "limit": 1, "colour": "red"}, {"query": "…"}
    )
    assert results[0] == results[3] == []
    assert len(results[2]) == 1
    limited = one(service, "Vladimr Putin", limit=2)
    assert len(limited) == 2
    assert one(service, "Putin " * 60) == []
    assert service.get("/v1/reconcile", params={"queries": json.dumps({"a": {"query": "Putin"}})}).json()["a"]["result"]


def test_an_extension_has_the_values_of_each_entity(service: TestClient) -> None:
    ids = ["vladimir-putin", "amsel-fleet", "nobody"]
    properties = (
        *("type", "wikidata", "aliases", "country", "member_of", "articles", "first_day", "last_day", "sources"),
        *("statements", "related"),
    )
    answer = extended(service, ids, *properties)
    assert [one["id"] for one in answer["meta"]] == list(properties)
    assert answer["meta"][3]["type"] == {"id": "state", "name": "state"}
    putin, fleet, nobody = (answer["rows"][id_] for id_ in ids)
    assert putin["wikidata"] == [{"str": "Q7747"}]
    assert {"str": "Putin"} in putin["aliases"]
    assert putin["country"] == [{"id": "russia", "name": "Russia"}]
    assert {"id": "kremlin", "name": "Kremlin"} in putin["member_of"]
    detail = service.get("/v1/entities/vladimir-putin").json()
    assert (putin["first_day"], putin["last_day"]) == ([{"str": detail["first_day"]}], [{"str": detail["last_day"]}])
    assert putin["articles"] == [{"int": detail["articles"]}] == [{"int": 6}]
    assert putin["sources"] == [{"str": source["name"]} for source in detail["sources"]]
    assert putin["statements"] == [{"int": service.get("/v1/statements?speaker=vladimir-putin").json()["total"]}]
    related = service.get("/v1/entities/vladimir-putin/related?limit=10").json()["items"]
    assert putin["related"] == [{"id": one["id"], "name": one["name"]} for one in related]
    assert fleet["statements"] == [{"int": 0}]
    assert (fleet["wikidata"], fleet["first_day"], fleet["country"]) == ([], [], [])
    assert nobody == {name: [] for name in properties}


def test_a_preview_may_be_framed_and_runs_nothing(service: TestClient) -> None:
    answer = service.get("/v1/reconcile/preview/vladimir-putin")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert "Harbour &amp; Gazette" in answer.text
    assert "<dt>Member of</dt>" in answer.text
    bare = service.get("/v1/reconcile/preview/amsel-fleet").text
    assert "organization, in 1 article" in bare
    assert "<dt>Printed</dt>" not in bare
    assert service.get("/v1/reconcile/preview/nobody").status_code == 404


def test_suggestions_continue_at_the_cursor(service: TestClient) -> None:
    path = "/v1/reconcile/suggest/entity"
    first = service.get(path, params={"prefix": "a"}).json()["result"]
    second = service.get(path, params={"prefix": "a", "cursor": "10"}).json()["result"]
    assert len(first) == 10
    assert not {one["id"] for one in first} & {one["id"] for one in second}
    assert service.get(path).json() == {"result": []}
    (type_,) = service.get("/v1/reconcile/suggest/type", params={"prefix": "Armed"}).json()["result"]
    assert type_ == {"id": "armed_group", "name": "armed group"}


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"queries": "{"}, 422, "invalid json"),
        ({"queries": "[]"}, 422, "an object of queries"),
        ({"queries": '{"q0": {}}'}, 422, "field required at q0.query"),
        ({"queries": json.dumps({f"q{number}": {"query": "a"} for number in range(51)})}, 413, "the limit is 50"),
        (
            {"queries": json.dumps({"q": {"query": "a", "properties": [{"pid": "p", "v": ["x"] * 11}]}})},
            422,
            "at most 10",
        ),
        ({"extend": json.dumps({"ids": ["a"] * 51, "properties": []})}, 413, "51 ids"),
        ({"extend": json.dumps({"ids": [], "properties": [{"id": "age"}]})}, 422, "properties of this service: type"),
        ({"queries": "x" * 300_000}, 413, "exceeds the limit"),
    ],
)
def test_what_is_wrong_is_refused(service: TestClient, form: dict[str, str], status: int, words: str) -> None:
    answer = service.post("/v1/reconcile", data=form)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.json()["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_what_is_not_text_and_what_is_unknown_is_refused(service: TestClient) -> None:
    assert service.get("/v1/reconcile?queries=%FF").status_code == 422
    assert service.get("/v1/reconcile/flyout/type?id=person").json() == {"id": "person", "html": "<p>person</p>"}
    assert service.get("/v1/reconcile/flyout/property?id=age").status_code == 404
    assert service.get("/v1/reconcile/suggest/colour?prefix=a").status_code == 422


def test_every_batch_has_the_shape_of_the_specification(service: TestClient) -> None:
    """Random queries of known and unknown names, types and properties; at most one match, and then the first."""
    random = Random(5)
    names = [
        "Putin",
        "Obama",
        "Ada Byrne",
        "Amsel",
        "Raqqa",
        "“x”",
        "",
        "İstanbul",
        "\u0000",
        "普京",
        "a" * 300,
        "Q7747",
    ]
    for _ in range(60):
        queries = [
            {
                "query": " ".join(random.choices(names, k=random.randint(1, 2))),
                "type": random.choice([[], "person", ["place", "nothing"]]),
                "properties": random.choice([[], [{"pid": "country", "v": random.choice(names) or "x"}]]),
            }
            for _ in range(random.randint(1, 5))
        ]
        for candidates in batch(service, *queries):
            assert [one["match"] for one in candidates[1:]] == [False] * len(candidates[1:])
            for one_candidate in candidates:
                assert 0 <= one_candidate["score"] <= 100
                assert {"id", "name", "type", "score", "match"} <= one_candidate.keys()
                assert {type_["id"] for type_ in one_candidate["type"]} <= TYPES
