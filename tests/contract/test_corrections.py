"""Corrections in the API: the list, the history of an entity, and what became of merged, split and hidden ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.models import Action
from app.settings import Settings
from seed.corrections.decisions import Decision
from tests.conftest import app_for
from tests.databases import url_of
from tests.seed.corrections.drawn import RECORDS, corrected, decision
from tests.seed.loading import load_into, named, report

AT = "2026-01-31T12:00:00Z"


class Collection:
    """A database with its file of corrections, and a client of the API over it."""

    def __init__(self, database: Path, client: TestClient) -> None:
        self.client, self._database = client, database

    def correct(self, *decisions: Decision) -> None:
        """Apply decisions."""
        corrected(self._database, self._database.with_name("corrections.jsonl"), *decisions)

    def get(self, path: str, status: int = 200, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
        """Return the body of a response with this status, to which no redirect leads."""
        response = self.client.get(path, params=parameters, follow_redirects=False)
        assert response.status_code == status, response.text
        return response.headers["Location"] if status == 308 else response.json()


@pytest.fixture
def collection(database: Path) -> Iterator[Collection]:
    load_into(database, RECORDS)
    with TestClient(app_for(database)) as client:
        yield Collection(database, client)


EMPTY = dict.fromkeys(
    (
        *("by", "why", "undone_by", "from", "into", "entity", "when", "name", "type", "alias", "surface", "article"),
        *("context", "wikidata", "of"),
    )
)


def item(id_: str, do: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {**EMPTY, "id": id_, "do": do, "at": AT, "in_effect": True, **fields}


def test_there_are_none_at_first(collection: Collection) -> None:
    assert collection.get("/v1/corrections") == {"total": 0, "items": [], "next": None, "corpus_version": 1}
    assert collection.get("/v1/corpus")["corrections"] == 0
    assert collection.get("/v1/entities/amsel/history")["total"] == 0


def test_corrections_are_listed_newest_first(collection: Collection) -> None:
    """Who made them is not said."""
    rename = Decision("c1", Action.RENAME, AT, by="Ann", why="longer", entity="amsel", name="Port Amsel")
    split = decision("c2", Action.SPLIT, entity="vellandia", into="amsel", context="x")
    collection.correct(rename, split, decision("c3", Action.UNDO, of="c2"))
    assert collection.get("/v1/corrections") == {
        "total": 3,
        "items": [
            item("c3", "undo", of="c2"),
            item(
                "c2",
                "split",
                in_effect=False,
                undone_by="c3",
                entity="vellandia",
                into="amsel",
                when={"context": "x", "article": None, "surface": None},
            ),
            item("c1", "rename", why="longer", entity="amsel", name="Port Amsel"),
        ],
        "next": None,
        "corpus_version": 2,
    }
    assert collection.get("/v1/corpus")["corrections"] == 1


def test_pages_follow_each_other(collection: Collection) -> None:
    collection.correct(*(decision(f"c{n}", Action.ALIAS_ADD, entity="amsel", surface=f"A{n}") for n in range(5)))
    for path in ("/v1/corrections", "/v1/entities/amsel/history"):
        seen: list[str] = []
        page = collection.get(path, limit=2)
        while page["next"]:
            seen += [one["id"] for one in page["items"]]
            assert page["total"] == 5
            page = collection.get(path, limit=2, cursor=page["next"])
        assert [*seen, *(one["id"] for one in page["items"])] == ["c4", "c3", "c2", "c1", "c0"]


@pytest.mark.parametrize("value", ["amsel", "Amsel", "Port", "amsel-east", "Q3"])
def test_corrections_about_an_entity(collection: Collection, value: str) -> None:
    """By its ids and names, with those of what was merged into it and of what was undone."""
    collection.correct(
        decision("c1", Action.RENAME, entity="amsel-east", name="Port"),
        decision("c2", Action.MERGE, entity="amsel-east", into="amsel"),
        decision("c3", Action.WIKIDATA, entity="amsel", wikidata="Q3"),
        decision("c4", Action.HIDE, entity="vellandia"),
        decision("c5", Action.ALIAS_ADD, entity="amsel", surface="A"),
        decision("c6", Action.UNDO, of="c5"),
    )
    found = [one["id"] for one in collection.get("/v1/corrections", entity=value)["items"]]
    assert found == ["c6", "c5", "c3", "c2", "c1"]


def test_corrections_about_whom_the_index_lacks(collection: Collection) -> None:
    """A hidden entity, people without context, and an id that no article names yet."""
    collection.correct(
        decision("c1", Action.HIDE, entity="amsel"),
        decision("c2", Action.MERGE, entity="jon-warro--", into="john-varro--"),
        decision("c3", Action.RENAME, entity="nobody", name="N"),
    )
    for value, id_ in (("amsel", "c1"), ("jon-warro--", "c2"), ("nobody", "c3")):
        assert [one["id"] for one in collection.get("/v1/corrections", entity=value)["items"]] == [id_]
    body = collection.get("/v1/corrections", 422, entity="Vellandja")
    assert body["errors"][0]["nearest"][0] == "vellandia"


def test_a_merged_entity_redirects_with_its_history(collection: Collection) -> None:
    collection.correct(decision("c1", Action.MERGE, entity="amsel-east", into="amsel", why="one town"))
    assert collection.get("/v1/entities/amsel-east", 308) == "amsel"
    assert collection.get("/v1/entities/amsel-east/history", 308, limit=5) == "../amsel/history?limit=5"
    history = collection.get("/v1/entities/amsel/history")
    assert history["items"] == [item("c1", "merge", **{"from": "amsel-east"}, into="amsel", why="one town")]
    assert collection.get("/v1/entities/amsel")["former_ids"] == ["amsel-east"]


def test_people_without_context_become_one(collection: Collection) -> None:
    """Each of their ids redirects; that of a person who is in another article does not."""
    bearers = {
        entity["id"]
        for article in collection.get("/v1/articles")["items"]
        for entity in article["entities"]
        if entity["id"].startswith(("john-varro--", "jon-warro--"))
    }
    collection.correct(decision("c1", Action.MERGE, entity="jon-warro--", into="john-varro--"))
    for id_ in (*bearers, "jon-warro--", "john-varro--"):
        assert collection.get(f"/v1/entities/{id_}", 308) == "john-varro--merged"
    for value in (*bearers, "jon-warro--", "Jon Warro"):
        assert collection.get("/v1/articles", actor=value)["total"] == len(bearers)
    assert collection.get("/v1/entities/john-varro--merged")["name"] == "John Varro"
    assert collection.get("/v1/entities/john-varro--merged")["articles"] == len(bearers)
    collection.get("/v1/entities/john-varro--000000000000", 404)
    other = next(iter({one["id"] for one in collection.get("/v1/articles", place="amsel", q="storm")["items"]}))
    assert other
    given = next(one["id"] for one in collection.get("/v1/articles", q="given")["items"])
    collection.get(f"/v1/entities/john-varro--{given}", 404)


def test_a_split_entity_names_its_successors(collection: Collection) -> None:
    """It answers itself as long as articles name it."""
    collection.correct(
        decision("c1", Action.SPLIT, entity="vellandian-navy", into="club", name="C", type="media", surface="VN")
    )
    entity = collection.get("/v1/entities/vellandian-navy")
    assert (entity["split_into"], entity["articles"] > 0) == (["club"], True)
    assert collection.get("/v1/entities/club")["articles"] == 1
    collection.correct(
        decision("c2", Action.SPLIT, entity="vellandian-navy", into="amsel", surface="Vellandian Navy"),
        decision("c3", Action.SPLIT, entity="vellandian-navy", into="amsel", surface="VN"),
    )
    body = collection.get("/v1/entities/vellandian-navy", 410)
    assert body["split_into"] == ["club", "amsel"]
    assert body["detail"] == "The entity 'vellandian-navy' is 2 entities now."
    assert [one["id"] for one in collection.get("/v1/entities/vellandian-navy/history")["items"]] == ["c3", "c2", "c1"]


def test_a_hidden_entity_is_nowhere_and_says_why(collection: Collection) -> None:
    before = collection.get("/v1/articles", q="harbour")["items"][0]["id"]
    collection.correct(decision("c1", Action.HIDE, entity="amsel", why="a private place"))
    body = collection.get("/v1/entities/amsel", 404)
    assert body["detail"] == "The entity 'amsel' is hidden: a private place."
    assert collection.get("/v1/entities/amsel/related", 404)["detail"] == body["detail"]
    collection.get("/v1/articles", 422, place="amsel")
    assert "amsel" not in {entity["id"] for entity in collection.get("/v1/entities", limit=100)["items"]}
    assert "amsel" not in {one["id"] for one in collection.get("/v1/suggest", prefix="Ams")["items"]}
    assert [one["id"] for one in collection.get("/v1/entities/amsel/history")["items"]] == ["c1"]
    for version in (1, 2):
        article = collection.get(f"/v1/articles/{before}", as_of=version)
        assert "amsel" not in {mention["entity"] for mention in article["mentions"]}
        assert "amsel" not in {entity["id"] for entity in article["entities"]}


def test_a_hidden_entity_is_not_among_those_supplied_with_a_record(collection: Collection) -> None:
    article = collection.get("/v1/articles", q="given")["items"][0]["id"]
    assert len(collection.get(f"/v1/articles/{article}")["given_entities"]) == 1
    collection.correct(decision("c1", Action.HIDE, entity="rask-given"))
    assert collection.get(f"/v1/articles/{article}")["given_entities"] == []
    body = collection.get("/v1/entities/rask-given", 404)
    assert body["detail"] == "The entity 'rask-given' is hidden: a correction hides it."


def test_a_hidden_speaker_is_in_no_earlier_version(database: Path) -> None:
    text = "“We sail,” Ada Byrne said."
    load_into(
        database, [report("Ferry", text=text, entities=(named("Gil", id="gil"),)), report("Talk", text=RECORDS[0].text)]
    )
    with TestClient(app_for(database)) as client:
        collection = Collection(database, client)
        article = collection.get("/v1/articles", q="talk")["items"][0]["id"]
        (statement,) = collection.get(f"/v1/articles/{article}")["statements"]
        collection.correct(decision("c1", Action.HIDE, entity=statement["speaker"], why="no"))
        for version in (1, 2):
            (said,) = collection.get(f"/v1/articles/{article}", as_of=version)["statements"]
            assert said["speaker"] is None


@pytest.mark.parametrize("hidden", ["john-varro--", "john-varro--{article}"])
def test_hidden_people_without_context_say_why(collection: Collection, hidden: str) -> None:
    article = collection.get("/v1/articles", q="ferry")["items"][0]["id"]
    id_ = f"john-varro--{article}"
    assert collection.get(f"/v1/entities/{id_}")["articles"] == 1
    collection.correct(decision("c1", Action.HIDE, entity=hidden.format(article=article), why="a private person"))
    assert collection.get(f"/v1/entities/{id_}", 404)["detail"] == f"The entity {id_!r} is hidden: a private person."
    collection.correct(decision("c2", Action.UNDO, of="c1"))
    assert collection.get(f"/v1/entities/{id_}")["articles"] == 1


def test_an_unknown_entity_has_no_history(collection: Collection) -> None:
    assert collection.get("/v1/entities/nobody/history", 404)["type"] == "urn:dateline:problem:not-found"


def test_an_entity_whose_making_was_undone_is_hidden(collection: Collection) -> None:
    collection.correct(decision("c1", Action.MERGE, entity="amsel-east", into="new", name="New", type="place"))
    collection.correct(decision("c2", Action.UNDO, of="c1"))
    body = collection.get("/v1/entities/new", 404)
    assert body["detail"] == "The entity 'new' is hidden: the correction that made it was undone."
    assert [one["id"] for one in collection.get("/v1/entities/new/history")["items"]] == ["c2", "c1"]


def test_who_made_a_correction_is_served_only_if_that_is_switched_on(collection: Collection, database: Path) -> None:
    collection.correct(Decision("c1", Action.RENAME, AT, by="Ann", entity="amsel", name="A"))
    silent = collection.client.get("/v1/corrections")
    settings = Settings(database_url=url_of(database), snapshot_check_ms=0, serve_correctors=True)
    with TestClient(create_app(settings)) as client:
        told = client.get("/v1/corrections", headers={"If-None-Match": silent.headers["ETag"]})
    assert (told.status_code, told.json()["items"][0]["by"]) == (200, "Ann")
    assert silent.json()["items"][0]["by"] is None
    assert "Ann" not in silent.text


def test_a_changed_mention_says_that_it_was_corrected(collection: Collection) -> None:
    """So does the log of changes."""
    article = collection.get("/v1/articles", q="harbour")["items"][0]["id"]
    collection.correct(decision("c1", Action.IS, surface="quay", into="amsel", article=article))
    detail = collection.get(f"/v1/articles/{article}")
    (quay,) = (one for one in detail["mentions"] if one["text"] == "quay")
    assert (quay["entity"], quay["type"], quay["rule"], quay["confidence"]) == ("amsel", "place", "corrected", 1.0)
    assert [one["article"] for one in collection.get("/v1/changes", since=1)["items"]] == [article]
