"""Streams of FollowTheMoney: what the model knows, each entity once, and every reference to something before it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.models import EntityType
from app.wire.exports.follow_the_money import ISO_639_3, SCHEMATA, FtmStream
from tests.conftest import app_for, load_jsonl

THING = {"name", "alias", "wikidataId", "sourceUrl"}
PROPERTIES = {
    "Article": {
        *("title", "author", "publishedAt", "publisher", "publisherUrl", "sourceUrl", "language", "bodyText"),
        *("fileName", "mimeType"),
    },
    **dict.fromkeys(("Person", "Organization", "PublicBody"), THING),
    "Territory": {*THING, "addressEntity"},
    "Address": {"full", "latitude", "longitude"},
    "Membership": {"member", "organization", "role", "startDate", "endDate"},
    "Mention": {"document", "name", "resolved"},
    "Note": {"name", "description", "summary", "entity", "proof"},
}
"""The properties that the model 4.11 has, of those that are written, by schema."""

LEGAL = {"Person", "Organization", "PublicBody"}
RANGES = {
    "member": LEGAL,
    "organization": {"Organization", "PublicBody"},
    "document": {"Article"},
    "resolved": LEGAL,
    "entity": {*LEGAL, "Territory"},
    "proof": {"Article"},
    "addressEntity": {"Address"},
}
"""The schemata that a property may refer to."""

Line = dict[str, Any]

ADA = {"id": "ada-byrne", "name": "Ada Byrne", "type": "person", "wikidata": "Q7259", "mentions": [[0, 9]]}
SHIP = {"id": "hms-reef", "name": "HMS Reef", "type": "weapon", "mentions": [[17, 25]]}
QUAY = {"id": "twin-quay", "name": "Twin Quay", "type": "place", "mentions": [[29, 38]]}
RECORD: dict[str, Any] = {
    "id": "one",
    "source": "Harbour & Gazette",
    "title": "Byrne & crew",
    "text": "Ada Byrne sailed HMS Reef to Twin Quay. “We stay,” Byrne said.",
    "url": "https://gazette.example/1",
    "authors": ["Bo Ek"],
    "published": "2015-11",
    "language": "de-AT",
    "entities": [ADA, SHIP, QUAY],
}


@pytest.fixture(scope="module")
def database(initialized: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database of the shipped collection and one more article."""
    path = tmp_path_factory.mktemp("ftm") / "dateline.db"
    path.write_bytes(initialized.read_bytes())
    load_jsonl(path, [RECORD])
    return path


@pytest.fixture(scope="module")
def client(database: Path) -> Iterator[TestClient]:
    """Yield a client of that database."""
    with TestClient(app_for(database)) as one:
        yield one


def stream(client: TestClient, path: str) -> list[Line]:
    """Return the lines of a stream, all of them valid."""
    answer = client.get(f"/v1/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson"), answer.text
    lines = [json.loads(line) for line in answer.text.splitlines()]
    schemata: dict[str, str] = {}
    for line in lines:
        assert line.keys() == {"id", "schema", "properties"}
        assert line["id"] not in schemata
        assert line["id"].startswith("dl-")
        schemata[line["id"]] = line["schema"]
        properties = line["properties"]
        assert properties.keys() <= PROPERTIES[line["schema"]]
        for name, values in properties.items():
            assert values
            assert all(isinstance(value, str) and value for value in values)
            assert name not in RANGES or {schemata[value] for value in values} <= RANGES[name]
    return lines


def of_schema(lines: list[Line], *names: str) -> list[Line]:
    """Return the lines of these schemata."""
    return [line for line in lines if line["schema"] in names]


def test_a_search_has_all_that_the_api_has(client: TestClient) -> None:
    """Counts by schema are those of the API."""
    lines = stream(client, "articles.ftm.ndjson")
    details = [client.get(f"/v1/articles/{one['id']}").json() for one in client.get("/v1/articles").json()["items"]]
    assert len(of_schema(lines, "Article")) == len(details) == 6
    assert len(of_schema(lines, "Note")) == sum(len(detail["statements"]) for detail in details)
    named = {m["entity"] for detail in details for m in detail["mentions"] if m["entity"] and m["type"] != "weapon"}
    ids = {line["id"].removeprefix("dl-") for line in of_schema(lines, *SCHEMATA.values(), "PublicBody")}
    assert named <= ids
    mentions = {(d["id"], m["entity"], m["text"]) for d in details for m in d["mentions"]}
    assert len(of_schema(lines, "Mention")) == len(mentions)


def test_one_article(client: TestClient) -> None:
    (item,) = client.get("/v1/articles?source=harbour-gazette").json()["items"]
    lines = stream(client, f"articles/{item['id']}.ftm.ndjson")
    id_ = f"dl-{item['id']}"
    assert lines[0] == {
        "id": id_,
        "schema": "Article",
        "properties": {
            "title": ["Byrne & crew"],
            "author": ["Bo Ek"],
            "publishedAt": ["2015-11"],
            "publisher": ["Harbour & Gazette"],
            "publisherUrl": ["http://testserver/v1/sources/harbour-gazette"],
            "sourceUrl": ["https://gazette.example/1"],
            "language": ["deu"],
            "bodyText": [RECORD["text"]],
            "fileName": [f"{item['id']}.txt"],
            "mimeType": ["text/plain"],
        },
    }
    (person,) = of_schema(lines, "Person")
    assert person["properties"] == {
        "name": ["Ada Byrne"],
        "wikidataId": ["Q7259"],
        "sourceUrl": ["http://testserver/v1/entities/ada-byrne"],
    }
    mentions = {tuple(line["properties"]["name"]): line["properties"] for line in of_schema(lines, "Mention")}
    assert mentions["Ada Byrne",]["resolved"] == ["dl-ada-byrne"]
    assert all("resolved" not in mentions[name,] for name in ("HMS Reef", "Twin Quay"))


def test_statements_have_their_words_and_their_speaker(client: TestClient) -> None:
    detail = client.get("/v1/articles/xcx40nxes912").json()
    lines = stream(client, "articles/xcx40nxes912.ftm.ndjson")
    notes = of_schema(lines, "Note")
    assert len(notes) == len(detail["statements"])
    for note, statement in zip(notes, detail["statements"], strict=True):
        words = detail[statement["field"]][statement["start"] : statement["end"]]
        speaker = {"entity": [f"dl-{statement['speaker']}"]} if statement["speaker"] else {}
        assert note["properties"] == {
            "name": [statement["speaker_name"]],
            "description": [words],
            "summary": [f"{statement['speaker_name']} {statement['cue']} ({statement['kind']})"],
            **speaker,
            "proof": ["dl-xcx40nxes912"],
        }


def test_a_name_that_may_mean_several_is_not_resolved(client: TestClient) -> None:
    snapshot = client.app.state.corpus.current()  # type: ignore[attr-defined]  # it is an application of ours
    item = client.get("/v1/articles/xcx40nxes912").json()
    item |= {"mentions": [{**item["mentions"][0], "entity": None}], "statements": [], "language": None}
    article, mention = map(json.loads, b"".join(FtmStream(snapshot, "").of_articles([item])).splitlines())
    assert "language" not in article["properties"]
    assert mention["properties"].keys() == {"document", "name"}


def test_ministries_are_public_bodies_and_alliances_are_not(client: TestClient) -> None:
    lines = {line["id"]: line for line in stream(client, "entities.ftm.ndjson")}
    assert lines["dl-russian-ministry-of-defence"]["schema"] == "PublicBody"
    assert lines["dl-nato"]["schema"] == lines["dl-islamic-state"]["schema"] == "Organization"
    assert lines["dl-russia"]["schema"] == "Territory"


def test_entities_are_those_of_the_search(client: TestClient) -> None:
    """And the organizations to which they belong; weapons are left out."""
    listed = client.get("/v1/entities?actor=putin&type=person&limit=100").json()["items"]
    lines = stream(client, "entities.ftm.ndjson?actor=putin&type=person")
    assert {line["id"] for line in of_schema(lines, "Person")} >= {f"dl-{one['id']}" for one in listed}
    assert of_schema(lines, "Membership")
    assert stream(client, "entities.ftm.ndjson?type=weapon") == []


def test_withheld_texts_are_left_out(database: Path) -> None:
    """Titles are never withheld, and neither are statements in them."""
    with TestClient(app_for(database, serve_text="none")) as client:
        lines = stream(client, "articles.ftm.ndjson?source=harbour-gazette")
        whole = stream(client, "articles.ftm.ndjson")
        statements = client.get("/v1/statements?limit=100").json()["items"]
    assert "bodyText" not in lines[0]["properties"]
    assert "We stay" not in json.dumps(lines)
    notes = of_schema(whole, "Note")
    described = [note for note in notes if "description" in note["properties"]]
    assert len(described) == sum(statement["field"] == "title" for statement in statements) < len(notes)


def test_the_tables_are_complete() -> None:
    assert {*SCHEMATA} == {*EntityType} - {EntityType.WEAPON}
    assert {*map(len, ISO_639_3), *map(len, ISO_639_3.values())} == {2, 3}
    assert ISO_639_3["en"] == "eng"


def test_a_place_with_coordinates_has_an_address_there(client: TestClient) -> None:
    lines = {line["id"]: line for line in stream(client, "entities.ftm.ndjson")}
    aleppo = client.get("/v1/entities/aleppo").json()
    assert lines["dl-aleppo"]["properties"]["addressEntity"] == ["dl-aleppo-address"]
    assert lines["dl-aleppo-address"] == {
        "id": "dl-aleppo-address",
        "schema": "Address",
        "properties": {
            "full": ["Aleppo"],
            "latitude": [str(aleppo["at"]["lat"])],
            "longitude": [str(aleppo["at"]["lon"])],
        },
    }
    # The middle of a country is no address.
    assert "addressEntity" not in lines["dl-russia"]["properties"]
    assert "addressEntity" not in lines["dl-twin-quay"]["properties"]
    places = client.get("/v1/places.geojson").json()
    assert len(of_schema([*lines.values()], "Address")) == places["places"] - places["without_geometry"]


def test_values_are_as_the_tools_of_the_model_write_them(database: Path) -> None:
    """Letters composed, spaces plain, and nothing invisible: what goes in comes out."""
    record = {
        "id": "1",
        "source": "Gazette",
        "title": "Die\xa0Fa\u0308hre \u200bsinkt",
        "text": "Wa\xadrm.",
        "language": "de",
    }
    load_jsonl(database, [record])
    with TestClient(app_for(database)) as client:
        (article,) = of_schema(stream(client, "articles.ftm.ndjson?source=gazette"), "Article")
    assert article["properties"]["title"] == ["Die F\xe4hre sinkt"]
    assert article["properties"]["bodyText"] == ["Warm."]
