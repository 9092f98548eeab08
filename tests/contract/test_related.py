"""Who and what is named together with an entity, and how much more often than by chance."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests import oracle, oracle_network
from tests.conftest import app_for, load_jsonl, seed, write_jsonl
from tests.contract.shelf import Reader, extended, lines, read, shelved
from tests.contract.strategies import ENTITIES, Corpus, bounded, compose
from tests.contract.test_search import explained, searched_corpora
from tests.oracle import Pairs, Record

TYPES = sorted({entity["type"] for entity in ENTITIES})
VERA, OTTO, OFFICE, PORT = ENTITIES[0], ENTITIES[1], ENTITIES[2], ENTITIES[6]


def without_wikidata(pages: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the items of all pages, without what the oracle leaves to other tests."""
    return [{key: value for key, value in item.items() if key != "wikidata"} for page in pages for item in page]


def unnamed(records: list[Record], pairs: Pairs, id_: str) -> dict[str, Any] | None:
    """Return what explains that a result does not name an entity: the search for it, which cannot be dropped."""
    type_ = oracle_network.named(records)[id_]["type"]
    # Written as no drawn search writes it, so that it can be told from those.
    own = (type_ if type_ in {"place", "weapon"} else "actor", id_.upper().replace(id_[0].upper(), id_[0], 1))
    empty = oracle.empty(records, [*pairs, own])
    return empty and {**empty, "without": [one for one in empty["without"] if one["value"] != own[1]]}


@settings(bounded, max_examples=9)
@given(
    drawn=searched_corpora(times=2),
    types=st.lists(st.sampled_from(TYPES), max_size=4, unique=True),
    sort=st.sampled_from(["articles", "npmi", "lift"]),
)
def test_relations_are_the_oracles(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]], types: list[str], sort: str
) -> None:
    """Of every entity of a corpus, in each order, page by page."""
    corpus, drawn_searches = drawn
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                for id_ in sorted(oracle_network.named(world.records)):
                    asked = [*pairs, *(("type", type_) for type_ in types), ("sort", sort)]
                    pages = await reader.walk(f"/v1/entities/{id_}/related", asked, limit=3)
                    expected = oracle_network.related(world.records, pairs, id_, types, sort)
                    assert without_wikidata(pages) == expected, (id_, asked)
                    answer = await reader.json(f"/v1/entities/{id_}/related", asked)
                    assert answer["total"] == len(expected)
                    assert explained(answer["empty"]) == explained(unnamed(world.records, pairs, id_)), (id_, asked)

        read(world.app, check)


@settings(bounded, max_examples=9)
@given(drawn=searched_corpora(), sort=st.sampled_from(["articles", "lift"]))
def test_entities_are_listed_by_articles_or_lift(migrated: Path, drawn: tuple[Corpus, list[Pairs]], sort: str) -> None:
    """Page by page as the oracle has them at once."""
    corpus, drawn_searches = drawn
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                pages = await reader.walk("/v1/entities", [*pairs, ("sort", sort)], limit=3)
                assert without_wikidata(pages) == oracle_network.entities(world.records, pairs, sort), pairs

        read(world.app, check)


@pytest.fixture
def small(database: Path) -> TestClient:
    """Six articles, one a day; three name Vera, two of them Port Amsel as well."""
    texts: list[list[Any]] = [[VERA, PORT], [VERA, PORT, OTTO], [VERA, OFFICE], [OTTO, PORT], ["ships"], []]
    days = [f"2015-11-0{n + 1}" for n in range(len(texts))]
    records = [compose(n, "Alpha Courier", "Port", days[n], None, text) for n, text in enumerate(texts)]
    load_jsonl(database, lines(records))
    return TestClient(app_for(database))


def test_an_answer_says_how_much_they_belong_together(small: TestClient) -> None:
    answer = small.get("/v1/entities/vera-lindqvall/related?limit=1")
    assert answer.json() == {
        "total": 3,
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
        "corpus_version": 1,
    }
    assert small.get(answer.links["next"]["url"]).json()["items"][0]["id"] == "amsel-harbour-office"


def test_filters_narrow_what_is_related(small: TestClient) -> None:
    """NPMI is of the articles that the filters find, lift beside the whole corpus."""
    (item,) = small.get("/v1/entities/vera-lindqvall/related?to=2015-11-01&limit=1").json()["items"]
    assert (item["id"], item["articles"], item["corpus"], item["npmi"], item["lift"]) == ("port-amsel", 1, 3, 1, 2)


def test_an_entity_that_the_result_does_not_name_is_explained(small: TestClient) -> None:
    """By the days, which are those of the corpus, and what each filter costs."""
    assert small.get("/v1/entities/vera-lindqvall/related?from=2015-11-04&source=alpha-courier").json() == {
        "total": 0,
        "items": [],
        "next": None,
        "empty": {
            "without": [
                {"parameter": "source", "value": "alpha-courier", "total": 0},
                {"parameter": "from", "value": "2015-11-04", "total": 3},
            ],
            "first_day": "2015-11-01",
            "last_day": "2015-11-06",
        },
        "corpus_version": 1,
    }


def test_an_entity_can_be_named_alone(small: TestClient) -> None:
    """Its articles are there, so that there is nothing to explain."""
    body = small.get("/v1/entities/vera-lindqvall/related?type=weapon").json()
    assert (body["total"], body["items"], body["empty"]) == (0, [], None)


def test_a_cursor_belongs_to_its_entity(small: TestClient) -> None:
    cursor = small.get("/v1/entities/vera-lindqvall/related?limit=1").json()["next"]
    answer = small.get(extended("/v1/entities/port-amsel/related?limit=1", "cursor", cursor))
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == ["cursor"]


def mention(name: str, text: str, **entity: str) -> dict[str, Any]:
    """Return an entity that a text names once."""
    start = text.index(name)
    return {"name": name, "mentions": [[start, start + len(name)]], **entity}


def test_with_members_it_is_the_search_that_members_widen(database: Path) -> None:
    """What is related to an actor is what `actor` finds, without the actor; places and weapons likewise."""
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
