"""`/v1/articles/{id}/similar`: similar articles, their scores, and the entities and words they share."""

from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from sqlmodel import Session
from starlette.testclient import TestClient

from app.labels import article_number
from app.search.aggregations import similar as module
from app.search.index.storage import open_snapshot
from app.stores import store_of
from tests import oracle_similar
from tests.conftest import SOAK, app_for, load_jsonl
from tests.contract.shelf import Reader, World, read, serve_records
from tests.contract.strategies import Corpus, bounded, corpora
from tests.databases import url_of

ENTITIES = {
    "vellandia": ("Vellandia", "state"),
    "port-amsel": ("Port Amsel", "place"),
    "vera-lindqvall": ("Vera Lindqvall", "person"),
}


def report(title: str, words: str, *named: str) -> dict[str, Any]:
    """Return a record whose text begins with the names of entities."""
    text, entities = "", []
    for id_ in named:
        name, type_ = ENTITIES[id_]
        entities.append({"id": id_, "name": name, "type": type_, "mentions": [[len(text), len(text) + len(name)]]})
        text += f"{name} "
    return {"id": title, "title": title, "source": "Gazette", "text": text + words, "entities": entities}


REPORTS = [
    report("Strike", "sortie over the café at dawn", "vellandia", "port-amsel"),
    report("Second strike", "another sortie, the Café empty", "vellandia", "port-amsel"),
    report("Third raid", "the sea at dawn", "vellandia", "vera-lindqvall"),
    report("Fourth", "nothing of it", "vera-lindqvall"),
    report("Fifth", "nobody at all"),
]


@pytest.fixture
def five(database: Path) -> Path:
    """Return a database of five articles."""
    load_jsonl(database, REPORTS)
    return database


def ids(client: TestClient) -> dict[str, str]:
    """Return the public ids of the articles by title."""
    return {item["title"]: item["id"] for item in client.get("/v1/articles").json()["items"]}


def test_a_whole_response(five: Path) -> None:
    """Articles as lists show them, scores, and the shared entities and words, the rarest first."""
    with TestClient(app_for(five)) as client:
        known = ids(client)
        items = {item["id"]: item for item in client.get("/v1/articles").json()["items"]}
        body = client.get(f"/v1/articles/{known['Strike']}/similar").json()
        assert body == {
            "total": 2,
            "items": [
                {
                    "article": items[known["Second strike"]],
                    "score": body["items"][0]["score"],
                    "entities": [
                        {"id": "port-amsel", "name": "Port Amsel", "type": "place"},
                        {"id": "vellandia", "name": "Vellandia", "type": "state"},
                    ],
                    "words": ["sortie", "strike", "amsel", "cafe", "port"],
                },
                {
                    "article": items[known["Third raid"]],
                    "score": body["items"][1]["score"],
                    "entities": [{"id": "vellandia", "name": "Vellandia", "type": "state"}],
                    "words": ["dawn", "at"],
                },
            ],
            "corpus_version": 1,
        }
        assert 1 > body["items"][0]["score"] > body["items"][1]["score"] > 0
        assert client.get(f"/v1/articles/{known['Strike']}/similar?limit=1").json() == {
            **body,
            "items": body["items"][:1],
        }


def test_an_article_without_entities_is_similar_to_none(five: Path) -> None:
    with TestClient(app_for(five)) as client:
        answer = client.get(f"/v1/articles/{ids(client)['Fifth']}/similar")
    assert answer.json() == {"total": 0, "items": [], "corpus_version": 1}


@pytest.mark.parametrize("serve", ["digest", "none"])
def test_words_of_a_withheld_text_are_not_shown(five: Path, serve: Literal["digest", "none"]) -> None:
    """Words of the titles are; the scores stay the same."""
    with TestClient(app_for(five)) as whole, TestClient(app_for(five, serve_text=serve)) as client:
        url = f"/v1/articles/{ids(client)['Strike']}/similar"
        withheld, full = client.get(url).json(), whole.get(url).json()
    assert [item["words"] for item in withheld["items"]] == [["strike"], []]
    assert [item["score"] for item in withheld["items"]] == [item["score"] for item in full["items"]]


@pytest.mark.parametrize(
    ("query", "parameter"), [("limit=0", "limit"), ("limit=51", "limit"), ("q=x", "q"), ("limit=1&limit=2", "limit")]
)
def test_an_unknown_parameter_or_value_is_refused(reader: TestClient, world: World, query: str, parameter: str) -> None:
    answer = reader.get(f"/v1/articles/{world.records[0]['public_id']}/similar?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, parameter)


@pytest.mark.parametrize("id_", ["000000000000", "nothing"])
def test_an_unknown_article_is_a_problem(reader: TestClient, id_: str) -> None:
    assert reader.get(f"/v1/articles/{id_}/similar").status_code == 404


@settings(bounded, max_examples=5 * SOAK)
@given(corpus=corpora())
def test_similarity_agrees_with_the_oracle(migrated: Path, corpus: Corpus) -> None:
    """For every article: total, order, scores, entities and words."""
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for record in world.records:
                body = await reader.json(f"/v1/articles/{record['public_id']}/similar", [("limit", "50")])
                total, expected = oracle_similar.similar(world.records, record)
                assert (body["total"], len(body["items"])) == (total, total)
                found = {item["article"]["id"]: item for item in body["items"]}
                assert list(found) == sorted(found, key=lambda id_: (-found[id_]["score"], id_))
                for one in expected:
                    item = found[one["id"]]
                    assert item["score"] == pytest.approx(one["score"], abs=1e-4)
                    assert [entity["id"] for entity in item["entities"]] == one["entities"]
                    assert item["words"] == one["words"]

        read(world.app, check)


def test_only_the_articles_with_the_most_similar_entities_are_compared(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ties are broken by id."""
    engine = store_of(url_of(world.database)).reader_engine()
    with Session(engine) as session:
        snapshot = open_snapshot(session)
    engine.dispose()
    weights, ids_ = snapshot.vectors.weights, snapshot.columns.article_ids
    for record in world.records:
        position = snapshot.ids.position_of(article_number(record["public_id"]))
        assert position is not None
        own = set(snapshot.vectors.entities(position).tolist())
        scores = {}
        for other in range(len(snapshot)):
            theirs = snapshot.vectors.entities(other)
            shared = weights[[ordinal for ordinal in theirs.tolist() if ordinal in own]].sum()
            if shared and other != position:
                scores[other] = round(float(shared / weights[theirs].sum() ** 0.5), 5)
        ranked = sorted(scores, key=lambda other: (-scores[other], int(ids_[other])))
        for most in (1, 2, 3, 5):
            monkeypatch.setattr(module, "MAX_CANDIDATES", most)
            assert sorted(module._candidates(snapshot, position)) == sorted(ranked[:most])
