"""Every name of an entity or source gives the same search."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, load_jsonl, seed, write_jsonl

pytestmark = pytest.mark.unmeasured


def naming(number: int, entity: dict[str, Any], source: str = "Alpha Courier") -> dict[str, Any]:
    """Return a record whose text is one name."""
    return {
        "title": f"Report {number}",
        "source": source,
        "url": f"https://alpha-courier.example/{number}",
        "text": f"{entity['name']}.",
        "entities": [{**entity, "mentions": [[0, len(entity["name"])]]}],
    }


VERA = {"id": "vera-lindqvall", "name": "Vera Lindqvall", "type": "person", "wikidata": "Q990000001"}
RECORDS = [
    naming(1, VERA),
    naming(2, {"id": "vera-lindqvall", "name": "Frau Lindqvall", "type": "person"}),
    naming(3, {"name": "V. Lindqvall-Ström", "type": "person", "wikidata": "Q990000001"}),
    naming(4, {"id": "other-strom", "name": "Nils Östrøm", "type": "person"}, source="Bay Gazette"),
]


@pytest.fixture(scope="module")
def names(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of four records: three on one person under three names, one on another; with a lexicon."""
    database = Path(shutil.copy(migrated, tmp_path_factory.mktemp("names")))
    seed(database, "load", str(write_jsonl(database, RECORDS)))
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    "name",
    ["vera-lindqvall", "VERA-LINDQVALL", "Vera Lindqvall", "vera lindqvall", "Q990000001", "q990000001",
     "Frau Lindqvall", "V. Lindqvall-Ström", "v. lindqvall strom", " Vera  Lindqvall "],
)  # fmt: skip
def test_all_names_of_an_actor_are_one_search(names: TestClient, name: str) -> None:
    """Id, Wikidata id, name and the aliases in records; case, accents and hyphens fold."""
    answer = names.get("/v1/articles", params={"actor": name}).json()
    assert answer["total"] == 3
    assert {item["url"][-1] for item in answer["items"]} == {"1", "2", "3"}


@pytest.mark.parametrize(
    ("name", "found"),
    [("vera-lindqvall", True), ("Q990000001", True), ("Vera Lindqvall", True)],
)
def test_an_entity_is_found_by_the_id_that_lists_show(names: TestClient, name: str, found: bool) -> None:
    """Every actor in a facet can be requested by the id that the facet shows."""
    facet = names.get("/v1/articles?facet=actor").json()["facets"]["actor"]
    assert [(value["id"], value["count"]) for value in facet] == [("vera-lindqvall", 3), ("other-strom", 1)]
    assert (names.get("/v1/articles", params={"any_actor": name}).json()["total"] == 3) is found


@pytest.mark.parametrize("name", ["bay-gazette", "Bay Gazette", "BAY GAZETTE", "bay gazette"])
def test_all_names_of_a_source_are_one_search(names: TestClient, name: str) -> None:
    """Id and name are recognized in any case."""
    assert names.get("/v1/articles", params={"source": name}).json()["total"] == 1
    assert names.get("/v1/articles", params={"exclude_source": name}).json()["total"] == 3


@pytest.mark.parametrize("name", ["rferl", "RFE/RL", "rferl.org", "www.rferl.org", "https://www.rferl.org/a/1.html"])
def test_a_known_source_without_an_article_is_known(names: TestClient, name: str) -> None:
    """It is known by id, name and domain, whatever surrounds the domain."""
    assert names.get("/v1/articles", params={"source": name}).json()["total"] == 0
    assert names.get("/v1/sources/rferl").json()["articles"] == 0
    assert "rferl" not in {item["id"] for item in names.get("/v1/sources").json()["items"]}


def test_actor_requires_all_and_any_actor_requires_one(names: TestClient) -> None:
    """Two actors give the union only if the request says so."""
    both = ["vera-lindqvall", "other-strom"]
    assert names.get("/v1/articles", params={"actor": both}).json()["total"] == 0
    assert names.get("/v1/articles", params={"any_actor": both}).json()["total"] == 4


@pytest.mark.parametrize("name", ["russia", "Russia", "RUSSIA", "Q159"])
def test_an_entity_of_the_lexicon_without_an_article_is_known(names: TestClient, name: str) -> None:
    """The response is an empty list with its explanation."""
    answer = names.get("/v1/articles", params={"actor": name})
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == 0
    assert answer.json()["empty"]["without"] == [{"parameter": "actor", "value": name, "total": 4, "remaining": None}]


def test_an_ambiguous_name_lists_its_candidates(database: Path) -> None:
    """No candidate is guessed."""
    load_jsonl(
        database,
        [naming(n, {"id": f"ostvik-guild-{n}", "name": "Ostvik Guild", "type": "organization"}) for n in (1, 2)],
    )
    with TestClient(app_for(database)) as client:
        answer = client.get("/v1/articles?actor=Ostvik%20Guild")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["nearest"] == ["ostvik-guild-1", "ostvik-guild-2"]
        assert client.get("/v1/articles?actor=ostvik-guild-2").json()["total"] == 1


def test_people_of_one_name_are_all_meant(database: Path) -> None:
    """Whom only articles know; a note says how many they are."""
    people = [{"id": f"jan-ostvik-{n}", "name": "Jan Ostvik", "type": "person"} for n in (1, 2)]
    load_jsonl(database, [naming(n, person) for n, person in enumerate(people)])
    with TestClient(app_for(database)) as client:
        answer = client.get("/v1/articles?actor=Jan%20Ostvik").json()
        assert (answer["total"], len(answer["notes"])) == (2, 1)
        assert "is the name of 2 people" in answer["notes"][0]
        assert client.get("/v1/articles?actor=jan-ostvik-2").json()["total"] == 1


@pytest.mark.parametrize(("prefix", "found"), [("lind", 1), ("vera lin", 1), ("ostrom", 1), ("qvall", 0), ("frau", 1)])
def test_entities_are_found_by_prefixes_of_their_words(names: TestClient, prefix: str, found: int) -> None:
    """Each prefix may be in any of the names; only entities within the result count."""
    assert names.get("/v1/entities", params={"name": prefix}).json()["total"] == found
