"""Entities that are named together with an entity, and how much more often than expected by chance."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests import oracle, oracle_network
from tests.conftest import SOAK, app_for, load_jsonl, seed, write_jsonl
from tests.contract.shelf import SEARCH_FIELDS, Reader, json_lines, read, serve_records, with_parameter
from tests.contract.strategies import ENTITIES, Corpus, bounded, compose
from tests.contract.test_search import corpora_with_searches, with_sorted_values
from tests.oracle import Pairs, Record

TYPES = sorted({entity["type"] for entity in ENTITIES})
VERA, OTTO, OFFICE, PORT = ENTITIES[0], ENTITIES[1], ENTITIES[2], ENTITIES[6]


def without_wikidata(pages: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the items of all pages without their Wikidata ids, which the oracle does not have."""
    return [{key: value for key, value in item.items() if key != "wikidata"} for page in pages for item in page]


def explanation_without_articles(records: list[Record], pairs: Pairs, id_: str) -> dict[str, Any] | None:
    """Return why no article of a result names an entity; the entity itself is never dropped."""
    type_ = oracle_network.named_entities(records)[id_]["type"]
    # Spelt as in no drawn search, so that it can be distinguished from those.
    own = (type_ if type_ in {"place", "weapon"} else "actor", id_.upper().replace(id_[0].upper(), id_[0], 1))
    empty = oracle.empty(records, [*pairs, own])
    return empty and {**empty, "without": [one for one in empty["without"] if one["value"] != own[1]]}


@settings(bounded, max_examples=5 * SOAK)
@given(
    drawn=corpora_with_searches(times=2),
    types=st.lists(st.sampled_from(TYPES), max_size=4, unique=True),
    sort=st.sampled_from(["articles", "npmi", "lift"]),
)
def test_related_entities_agree_with_the_oracle(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]], types: list[str], sort: str
) -> None:
    """For every entity of a corpus, in each order, page by page."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                for id_ in sorted(oracle_network.named_entities(world.records)):
                    parameters = [*pairs, *(("type", type_) for type_ in types), ("sort", sort)]
                    pages = await reader.walk(f"/v1/entities/{id_}/related", parameters, limit=3)
                    expected = oracle_network.related(world.records, pairs, id_, types, sort)
                    assert without_wikidata(pages) == expected, (id_, parameters)
                    answer = await reader.json(f"/v1/entities/{id_}/related", parameters)
                    assert answer["total"] == len(expected)
                    assert with_sorted_values(answer["empty"]) == with_sorted_values(
                        explanation_without_articles(world.records, pairs, id_)
                    ), (id_, parameters)

        read(world.app, check)


@settings(bounded, max_examples=5 * SOAK)
@given(drawn=corpora_with_searches(), sort=st.sampled_from(["articles", "lift"]))
def test_entities_are_listed_by_articles_or_lift(migrated: Path, drawn: tuple[Corpus, list[Pairs]], sort: str) -> None:
    """The pages together agree with the oracle."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                pages = await reader.walk("/v1/entities", [*pairs, ("sort", sort)], limit=3)
                assert without_wikidata(pages) == oracle_network.entities(world.records, pairs, sort), pairs

        read(world.app, check)


@pytest.fixture
def small(database: Path) -> TestClient:
    """Return a client of six articles, one per day; three name Vera, two of these also Port Amsel."""
    texts: list[list[Any]] = [[VERA, PORT], [VERA, PORT, OTTO], [VERA, OFFICE], [OTTO, PORT], ["ships"], []]
    days = [f"2015-11-0{n + 1}" for n in range(len(texts))]
    records = [compose(n, "Alpha Courier", "Port", days[n], None, text) for n, text in enumerate(texts)]
    load_jsonl(database, json_lines(records))
    return TestClient(app_for(database))


def test_a_whole_response(small: TestClient) -> None:
    answer = small.get("/v1/entities/vera-lindqvall/related?limit=1")
    assert answer.json() == {
        "total": 3,
        "understood": None,
        "notes": [],
        "items": [
            {
                "id": "port-amsel",
                "name": "Port Amsel",
                "type": "place",
                "wikidata": "Q990000005",
                "articles": 2,
                "corpus": 3,
                "npmi": 0.26186,
                "lift": 4 / 3,
            }
        ],
        "next": answer.json()["next"],
        "empty": None,
        **SEARCH_FIELDS,
        "corpus_version": 1,
    }
    assert small.get(answer.links["next"]["url"]).json()["items"][0]["id"] == "amsel-harbour-office"


def test_filters_narrow_the_related_entities(small: TestClient) -> None:
    """NPMI is computed within the filtered articles, lift against the whole corpus."""
    (item,) = small.get("/v1/entities/vera-lindqvall/related?to=2015-11-01&limit=1").json()["items"]
    assert (item["id"], item["articles"], item["corpus"], item["npmi"], item["lift"]) == ("port-amsel", 1, 3, 1, 2)


def test_an_entity_that_the_result_does_not_name_is_explained(small: TestClient) -> None:
    """The explanation has the days of the corpus and the total without each filter."""
    assert small.get("/v1/entities/vera-lindqvall/related?from=2015-11-04&source=alpha-courier").json() == {
        "total": 0,
        "understood": None,
        "notes": [],
        "items": [],
        "next": None,
        "empty": {
            "without": [
                {"parameter": "source", "value": "alpha-courier", "total": 0, "remaining": None},
                {"parameter": "from", "value": "2015-11-04", "total": 3, "remaining": None},
            ],
            "first_day": "2015-11-01",
            "last_day": "2015-11-06",
        },
        **SEARCH_FIELDS,
        "resolved": {"from": "2015-11-04", "to": None},
        "undated": 0,
        "coarser": 0,
        "corpus_version": 1,
    }


def test_an_entity_can_be_named_alone(small: TestClient) -> None:
    """Its articles match, so there is nothing to explain."""
    body = small.get("/v1/entities/vera-lindqvall/related?type=weapon").json()
    assert (body["total"], body["items"], body["empty"]) == (0, [], None)


def test_a_cursor_belongs_to_its_entity(small: TestClient) -> None:
    cursor = small.get("/v1/entities/vera-lindqvall/related?limit=1").json()["next"]
    answer = small.get(with_parameter("/v1/entities/port-amsel/related?limit=1", "cursor", cursor))
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == ["cursor"]


def mention(name: str, text: str, **entity: str) -> dict[str, Any]:
    """Return an entity that a text mentions once."""
    start = text.index(name)
    return {"name": name, "mentions": [[start, start + len(name)]], **entity}


@pytest.mark.unmeasured
def test_members_widen_the_related_entities_like_a_search(database: Path) -> None:
    """The articles are those that `actor` finds for an actor; places and weapons likewise."""
    texts = {"2015-11-01": "Russia and France.", "2015-11-02": "Putin and France.", "2015-11-03": "Ministry in Raqqa."}
    given = {"Russia": ("state", "Q159"), "Putin": ("person", "Q7747"), "France": ("state", "Q142")}
    given |= {"Ministry": ("organization", "Q1134015"), "Raqqa": ("place", "Q219617")}
    records = [
        {
            "title": day,
            "source": "Gazette",
            "published": day,
            "text": text,
            "entities": [
                mention(name, text, type=type_, wikidata=wikidata)
                for name, (type_, wikidata) in given.items()
                if name in text
            ],
        }
        for day, text in texts.items()
    ]
    seed(database, "load", str(write_jsonl(database, records)))
    with TestClient(app_for(database)) as client:
        for parameter, id_ in (("actor", "russia"), ("place", "raqqa")):
            for members in ("false", "true"):
                near = client.get(f"/v1/entities/{id_}/related?members={members}").json()["items"]
                found = client.get(f"/v1/entities?{parameter}={id_}&members={members}").json()["items"]
                counts = {item["id"]: (item["articles"], item["lift"]) for item in near}
                expected = {item["id"]: (item["articles"], item["lift"]) for item in found if item["id"] != id_}
                assert counts == expected
        assert "vladimir-putin" in {
            item["id"] for item in client.get("/v1/entities/russia/related?members=true").json()["items"]
        }
