"""The Web Annotations of an article, checked against the W3C's data model."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from starlette.testclient import TestClient

from app.settings import ServeText
from tests.conftest import SOAK, app_for, load_jsonl
from tests.contract.shelf import Reader, World, read, serve_records
from tests.contract.strategies import Corpus, bounded, corpora
from tests.oracle import Record
from tests.seed.loading import load_into, report

BASE = "http://dateline.example/v1"
TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
URI = re.compile(r"https?://[^\s#]+(#[^\s#]+)?")

MOTIVATIONS = {"classifying", "describing", "identifying"}
"""The motivations of the model (section 3.3.5) that Dateline uses."""

SELECTORS = {
    "TextPositionSelector": {"type", "start", "end"},
    "TextQuoteSelector": {"type", "exact", "prefix", "suffix"},
}


def check_page(page: dict[str, Any]) -> list[dict[str, Any]]:
    """Check a page against the Web Annotation Data Model and return its annotations."""
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert page["type"] == "AnnotationPage"
    assert URI.fullmatch(page["id"])
    assert page["startIndex"] == 0
    items: list[dict[str, Any]] = page["items"]
    collection = page["partOf"]
    assert URI.fullmatch(collection["id"])
    assert (collection["type"], collection["total"], collection["first"]) == (
        "AnnotationCollection",
        len(items),
        page["id"],
    )
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        assert URI.fullmatch(item["id"])
        assert item["type"] == "Annotation"
        assert item["motivation"] in MOTIVATIONS
        assert item["body"]
        for body in item["body"]:
            check_body(body)
        check_target(item["target"])
    return items


def check_body(body: dict[str, Any]) -> None:
    """Check a body: words (section 3.2.4), or a resource with a purpose (section 4.1)."""
    assert body["purpose"] in MOTIVATIONS
    if body["type"] == "TextualBody":
        assert body["value"]
        assert body["format"] == "text/plain"
    else:
        assert body["type"] == "SpecificResource"
        assert URI.fullmatch(body["source"]["id"])


def check_target(target: dict[str, Any]) -> None:
    """Check a target: a source and selectors of a span in it (sections 4.2.4 and 4.2.5)."""
    assert target["type"] == "SpecificResource"
    assert URI.fullmatch(target["source"])
    kinds = [selector["type"] for selector in target["selector"]]
    assert kinds in (["TextPositionSelector", "TextQuoteSelector"], ["TextPositionSelector"])
    assert all(selector.keys() == SELECTORS[selector["type"]] for selector in target["selector"])
    position = target["selector"][0]
    assert 0 <= position["start"] < position["end"]


@settings(bounded, max_examples=3 * SOAK)
@given(corpus=corpora(max_size=8))
def test_each_mention_is_selected_by_position_and_by_quotation(migrated: Path, corpus: Corpus) -> None:
    """The annotations are the mentions of the records."""
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for record in world.records:
                answer = await reader.ask(f"/v1/articles/{record['public_id']}/annotations")
                assert answer.headers["content-type"] == TYPE
                items = check_page(answer.json())
                assert sorted(map(entity_and_span, items)) == sorted(mentions_of(record))
                for item in items:
                    assert_quoted(item["target"], record["text"])

        read(world.app, check)


def entity_and_span(item: dict[str, Any]) -> tuple[str, int, int]:
    """Return the entity that an annotation identifies, and its span."""
    position = item["target"]["selector"][0]
    return item["body"][0]["source"]["id"], position["start"], position["end"]


def mentions_of(record: Record) -> list[tuple[str, int, int]]:
    """Return the mentions of a record."""
    return [(f"{BASE}/entities/{e['id']}", start, end) for e in record["entities"] for start, end in e["mentions"]]


def assert_quoted(target: dict[str, Any], text: str) -> None:
    """Check that a quotation and its context are the text at its position."""
    position, quote = target["selector"]
    start, end = position["start"], position["end"]
    assert quote["exact"] == text[start:end]
    assert text[:start].endswith(quote["prefix"])
    assert text[end:].startswith(quote["suffix"])
    assert len(quote["prefix"]) == min(start, 32)
    assert len(quote["suffix"]) == min(len(text) - end, 32)


SHIP = "\U0001f6a2"
WORDS = f"{SHIP} Vera Lindqvall met Kestrelle."


def test_a_page_has_every_annotation(database: Path) -> None:
    """Offsets are code points: the ship counts as one, although it is two UTF-16 code units."""
    people = {"id": "vera-lindqvall", "name": "Vera Lindqvall", "type": "person", "mentions": [[2, 16]]}
    weapon = {"id": "k-9", "name": "K 9", "type": "weapon", "wikidata": "Q990000006", "mentions": [[21, 30]]}
    load_jsonl(database, [{"title": "Ferry", "source": "Gazette", "text": WORDS, "entities": [people, weapon]}])
    client = TestClient(app_for(database))
    article = f"{BASE}/articles/{client.get('/v1/articles').json()['items'][0]['id']}"
    assert client.get(f"{article}/annotations").json() == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{article}/annotations",
        "type": "AnnotationPage",
        "partOf": {
            "id": f"{article}/annotations#all",
            "type": "AnnotationCollection",
            "label": "Ferry",
            "total": 2,
            "first": f"{article}/annotations",
        },
        "startIndex": 0,
        "items": [
            {
                "id": f"{article}/annotations#mention-text-2-16",
                "type": "Annotation",
                "motivation": "identifying",
                "body": [
                    resource("identifying", f"{BASE}/entities/vera-lindqvall", "Vera Lindqvall"),
                    words("classifying", "person"),
                ],
                "target": {
                    "type": "SpecificResource",
                    "source": f"{article}#/text",
                    "selector": [
                        {"type": "TextPositionSelector", "start": 2, "end": 16},
                        {
                            "type": "TextQuoteSelector",
                            "exact": "Vera Lindqvall",
                            "prefix": f"{SHIP} ",
                            "suffix": " met Kestrelle.",
                        },
                    ],
                },
            },
            {
                "id": f"{article}/annotations#mention-text-21-30",
                "type": "Annotation",
                "motivation": "identifying",
                "body": [
                    resource("identifying", f"{BASE}/entities/k-9", "K 9"),
                    resource("identifying", "http://www.wikidata.org/entity/Q990000006"),
                    words("classifying", "weapon"),
                ],
                "target": {
                    "type": "SpecificResource",
                    "source": f"{article}#/text",
                    "selector": [
                        {"type": "TextPositionSelector", "start": 21, "end": 30},
                        {
                            "type": "TextQuoteSelector",
                            "exact": "Kestrelle",
                            "prefix": f"{SHIP} Vera Lindqvall met ",
                            "suffix": ".",
                        },
                    ],
                },
            },
        ],
    }


def resource(purpose: str, id_: str, label: str | None = None) -> dict[str, Any]:
    """Return a body with a resource."""
    source = {"id": id_} if label is None else {"id": id_, "label": label}
    return {"type": "SpecificResource", "purpose": purpose, "source": source}


def words(purpose: str, value: str) -> dict[str, str]:
    """Return a body with words."""
    return {"type": "TextualBody", "purpose": purpose, "format": "text/plain", "value": value}


def annotations_of(database: Path, title: str, text: str, serve: ServeText = "full") -> list[dict[str, Any]]:
    """Return the annotations of an article that is extracted with the small lexicon."""
    load_into(database, [report(title, text=text)])
    client = TestClient(app_for(database, serve_text=serve), base_url="http://dateline.example")
    id_ = client.get("/v1/articles").json()["items"][0]["id"]
    return check_page(client.get(f"/v1/articles/{id_}/annotations").json())


@pytest.mark.parametrize(
    ("text", "body", "quoted"),
    [
        (
            "The Vellandian Navy said that its ships were safe.",
            [
                words("classifying", "paraphrase"),
                resource("describing", f"{BASE}/entities/vellandian-navy", "Vellandian Navy"),
                words("describing", "Vellandian Navy said"),
            ],
            "its ships were safe.",
        ),
        (
            "“Our ships are safe at the quay,” a senior official said.",
            [words("classifying", "quotation"), words("describing", "a senior official said")],
            "Our ships are safe at the quay,",
        ),
    ],
)
def test_a_statement_has_its_kind_and_speaker(
    database: Path, text: str, body: list[dict[str, Any]], quoted: str
) -> None:
    """Each as far as it is known."""
    (said,) = (item for item in annotations_of(database, "Ferry", text) if item["motivation"] == "describing")
    position, quote = said["target"]["selector"]
    assert said["body"] == body
    assert quote["exact"] == text[position["start"] : position["end"]] == quoted
    assert said["id"].endswith(f"/annotations#statement-text-{position['start']}-{position['end']}")


def test_a_withheld_text_is_not_quoted(database: Path) -> None:
    """Its positions stay; a title is always shown."""
    items = annotations_of(database, "Vellandia waits", "Amsel waits.", serve="none")
    quoted = [[selector.get("exact") for selector in item["target"]["selector"]] for item in items]
    assert quoted == [[None, "Vellandia"], [None]]
    assert [item["target"]["source"].partition("#")[2] for item in items] == ["/title", "/text"]


def test_an_ambiguous_mention_is_not_annotated(database: Path) -> None:
    """Two places in the lexicon share a name."""
    assert annotations_of(database, "Ferry", "It sails from Twin Quay.") == []


def test_each_host_gets_its_own_ids(reader: TestClient, world: World) -> None:
    """A response that is cached for one host is not sent to another."""
    path = f"/v1/articles/{world.records[1]['public_id']}/annotations"
    for host in ("one.example", "two.example:81"):
        page = reader.get(f"http://{host}{path}").json()
        assert page["id"] == f"http://{host}{path}"
        assert all(item["id"].startswith(f"http://{host}{path}#") for item in check_page(page))


@pytest.mark.parametrize("path", ["/v1/articles/000000000000/annotations", "/v1/articles/x/annotations"])
def test_an_unknown_article_is_a_problem(reader: TestClient, path: str) -> None:
    """It has the shape of all errors."""
    answer = reader.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_annotations_take_no_parameters(reader: TestClient, world: World) -> None:
    """An unknown parameter is refused."""
    answer = reader.get(f"/v1/articles/{world.records[1]['public_id']}/annotations?limit=5")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "limit")
