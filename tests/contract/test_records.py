"""What an article shows of the record that it was loaded from: its id, the printed time and its entities."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from app.labels import exported_id_key
from app.models import ArticleKey
from seed.pipeline.identity import public_id
from tests.conftest import app_for, load_jsonl
from tests.seed.loading import writing

ENTITIES = [
    {"name": "Ada Byrne", "type": "person", "id": "ada", "wikidata": "Q1", "mentions": [[0, 9], [21, 24]]},
    {"name": "Amsel", "type": "place", "mentions": [[25, 30]]},
]

FERRY = {
    "id": "4711",
    "title": "Ferry",
    "source": "The Quay",
    "published": "2019-03-04T18:30:07-05:00",
    "text": "Ada Byrne sails \U0001f6a2 on Ada Amsel.",
    "entities": ENTITIES,
}
TIDE = {"title": "Tide", "source": "The Quay", "text": "It falls.", "published": "2019-03-04"}

NAMES = ("record_id", "printed_time", "given_entities")


def shown(client: TestClient, query: str = "") -> dict[str, dict[str, Any]]:
    """Return the fields by title, of each article on its own, after comparing them with the export.

    An export with offsets names their unit.
    """
    lines = client.get(f"/v1/articles.ndjson?fields=id,title,{','.join(NAMES)}{query.replace('?', '&')}")
    exported = {line.pop("id"): line for line in map(json.loads, lines.text.splitlines())}
    details = {id_: client.get(f"/v1/articles/{id_}{query}").json() for id_ in exported}
    alone = {id_: {name: detail[name] for name in ("title", *NAMES, "offsets")} for id_, detail in details.items()}
    assert exported == alone
    assert {article.pop("offsets") for article in exported.values()} == {"utf16" if query else "codepoints"}
    return {article.pop("title"): article for article in exported.values()}


def test_an_article_shows_what_its_record_gave(database: Path) -> None:
    load_jsonl(database, [FERRY, TIDE])
    with TestClient(app_for(database)) as client:
        assert shown(client) == {
            "Ferry": {
                "record_id": "4711",
                "printed_time": "18:30:07",
                "given_entities": [ENTITIES[0], {**ENTITIES[1], "id": None, "wikidata": None}],
            },
            "Tide": dict.fromkeys(NAMES),
        }


def test_offsets_of_given_entities_may_be_utf16(database: Path) -> None:
    """The ship takes two code units."""
    load_jsonl(database, [FERRY])
    with TestClient(app_for(database)) as client:
        entities = shown(client, "?offsets=utf16")["Ferry"]["given_entities"]
    assert [entity["mentions"] for entity in entities] == [[[0, 9], [22, 25]], [[26, 31]]]


def test_an_article_shows_the_keys_by_which_a_load_recognizes_it(database: Path) -> None:
    """Every key that it ever had, but not that of its own id in an export."""
    load_jsonl(database, [FERRY, {**FERRY, "title": "The ferry", "url": "https://a.example/1"}])
    article = public_id("id:the-quay:4711")
    with writing(database) as engine, engine.begin() as connection:
        keys = (exported_id_key(article), exported_id_key("2v8k0q4m1xsc"))
        connection.execute(insert(ArticleKey), [{"key": key, "article_id": article} for key in keys])
    with TestClient(app_for(database)) as client:
        keys = client.get(f"/v1/articles/{article}").json()["record_keys"]
        assert keys == [
            "export:2v8k0q4m1xsc",
            "id:the-quay:4711",
            "title:the-quay:ferry:2019-03-04",
            "title:the-quay:the ferry:2019-03-04",
            "url:a.example/1",
        ]
        assert json.loads(client.get("/v1/articles.ndjson?fields=record_keys").text) == {"record_keys": keys}


@pytest.mark.unmeasured
def test_a_key_alone_makes_a_new_version(database: Path) -> None:
    """Or a client would be told that the article, which shows the key, has not changed."""
    load_jsonl(database, [FERRY])
    with TestClient(app_for(database)) as client:
        path = f"/v1/articles/{public_id('id:the-quay:4711')}"
        tag = client.get(path).headers["etag"]
        load_jsonl(database, [{**FERRY, "published": None}])
        answer = client.get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.json()["record_keys"][1]) == (200, "title:the-quay:ferry:")
        load_jsonl(database, [{**FERRY, "published": None}])
        assert client.get(path).headers["etag"] == answer.headers["etag"]


def test_no_entities_differ_from_unknown_ones(database: Path) -> None:
    load_jsonl(database, [{**FERRY, "entities": []}])
    with TestClient(app_for(database)) as client:
        assert shown(client)["Ferry"]["given_entities"] == []


def test_the_id_is_that_of_the_source(database: Path) -> None:
    """The source may have had another name before, and an id of the same article under it."""
    load_jsonl(database, [FERRY])
    article = public_id("id:the-quay:4711")
    with writing(database) as engine, engine.begin() as connection:
        rows = [{"key": key, "article_id": article} for key in ("id:a-quay:1:2", "id:the-quay-2:9")]
        connection.execute(insert(ArticleKey), rows)
    with TestClient(app_for(database)) as client:
        assert shown(client)["Ferry"]["record_id"] == "4711"


def test_an_id_under_a_former_name_of_the_source_counts(database: Path) -> None:
    load_jsonl(database, [TIDE])
    with writing(database) as engine, engine.begin() as connection:
        article = public_id("title:the-quay:tide:2019-03-04")
        connection.execute(insert(ArticleKey), {"key": "id:a-quay:1:2", "article_id": article})
    with TestClient(app_for(database)) as client:
        assert shown(client)["Tide"]["record_id"] == "1:2"
