"""Suggestions for a prefix, within the filters."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.models import EntityType
from app.search.names.prefixes import OWNER_KINDS
from app.search.query.aggregation_filters import SuggestFilters
from app.search.query.filters import ArticleFilters
from seed.readers.outlets import load_sources
from tests import oracle, oracle_suggest
from tests.conftest import app_for, load_jsonl
from tests.contract.shelf import SEARCH_FIELDS, Reader, json_lines, read, serve_records
from tests.contract.strategies import ENTITIES, SOURCES, Corpus, bounded, compose
from tests.contract.test_search import corpora_with_searches
from tests.oracle import Pairs

NAMES = [*(entity["name"] for entity in ENTITIES), *SOURCES]
PrefixTypesLimit = tuple[str, list[str], int]


@st.composite
def prefixes(draw: st.DrawFn) -> str:
    """Draw a prefix of a word of a name, often with a typo."""
    name = draw(st.sampled_from(NAMES))
    begin = draw(st.sampled_from([0, *(at + 1 for at, letter in enumerate(name) if letter == " ")]))
    text = name[begin : begin + draw(st.integers(1, 9))]
    at, letter = draw(st.integers(0, len(text) - 1)), draw(st.sampled_from("aelpé"))
    swapped = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    typos = (text, text, text[:at] + letter + text[at:], text[:at] + letter + text[at + 1 :], swapped)
    prefix: str = draw(st.sampled_from([typo for typo in typos if typo.strip()]))
    return draw(st.sampled_from(["", "", "", "the ", "President ", "mr. "])) + prefix


@st.composite
def inverted_names(draw: st.DrawFn) -> str:
    """Draw a name with its words in another order."""
    words = draw(st.sampled_from(ENTITIES))["name"].split()
    at = draw(st.integers(1, len(words) - 1)) if len(words) > 1 else 0
    return draw(st.sampled_from([" ", ", "])).join(filter(None, (" ".join(words[at:]), " ".join(words[:at]))))


PREFIXES_TYPES_LIMITS = st.tuples(
    prefixes() | inverted_names(), st.lists(st.sampled_from(OWNER_KINDS), max_size=2), st.sampled_from([1, 3, 50])
)


@settings(bounded, max_examples=6)
@given(drawn=corpora_with_searches(times=2), drawn_prefixes=st.lists(PREFIXES_TYPES_LIMITS, min_size=6, max_size=9))
def test_suggestions_agree_with_the_oracle(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]], drawn_prefixes: list[PrefixTypesLimit]
) -> None:
    """Suggestions, their matching names and their order, including those without an article within the filters."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:
        entries = load_sources().entries.values() if corpus else ()
        known = {entry.id: [entry.name, *entry.names] for entry in entries}
        everyone = oracle_suggest.suggestables(world.records, known)

        async def check(reader: Reader) -> None:
            for pairs in [[], *drawn_searches]:
                found = oracle.search(world.records, pairs)
                for prefix, kinds, limit in drawn_prefixes:
                    types = [("type", str(kind)) for kind in kinds]
                    query = [*pairs, *types, ("prefix", prefix), ("limit", str(limit))]
                    items = (await reader.json("/v1/suggest", query))["items"]
                    assert items == oracle_suggest.suggest(everyone, found, prefix, kinds, limit), query

        read(world.app, check)


VERA, OFFICE, PORT, MIRROR = ENTITIES[0], ENTITIES[2], ENTITIES[6], ENTITIES[5]


@pytest.fixture
def small(database: Path) -> TestClient:
    """Return a client of three articles of two sources that name a port, a newspaper, and a person by two names."""
    texts: list[list[Any]] = [[PORT, VERA], [PORT, MIRROR], [{**VERA, "name": "Élodie Lindqvall"}]]
    records = [
        compose(n, list(SOURCES)[n % 2], "Port", f"2015-11-0{n + 1}", None, text) for n, text in enumerate(texts)
    ]
    records[2]["entities"][0]["name"] = "Élodie Lindqvall"
    load_jsonl(database, json_lines(records))
    return TestClient(app_for(database))


def suggestions(client: TestClient, query: str) -> list[tuple[str, str, bool, int]]:
    items = client.get(f"/v1/suggest?{query}").json()["items"]
    return [(item["id"], item["matched"], item["typo"], item["articles"]) for item in items]


def test_a_whole_response(small: TestClient) -> None:
    assert small.get("/v1/suggest?prefix=alph&limit=1").json() == {
        "understood": None,
        "notes": [],
        "items": [
            {
                "kind": "source",
                "id": "alpha-courier",
                "name": "Alpha Courier",
                "type": None,
                "matched": "Alpha Courier",
                "typo": False,
                "articles": 2,
            }
        ],
        **SEARCH_FIELDS,
        "corpus_version": 1,
    }
    assert small.get("/v1/suggest?prefix=AMSLE&limit=1").json() == {
        "understood": None,
        "notes": [],
        "items": [
            {
                "kind": "entity",
                "id": "port-amsel",
                "name": "Port Amsel",
                "type": "place",
                "matched": "Port Amsel",
                "typo": True,
                "articles": 2,
            }
        ],
        **SEARCH_FIELDS,
        "corpus_version": 1,
    }


def test_those_with_the_most_articles_within_the_filters_come_first(small: TestClient) -> None:
    assert suggestions(small, "prefix=amsel") == [
        ("port-amsel", "Port Amsel", False, 2),
        ("amsel-mirror", "Amsel Mirror", False, 1),
    ]
    assert suggestions(small, "prefix=amsel&from=2015-11-03") == [
        ("amsel-mirror", "Amsel Mirror", False, 0),
        ("port-amsel", "Port Amsel", False, 0),
    ]
    assert suggestions(small, "prefix=amsel&q=nowhere&type=place") == [("port-amsel", "Port Amsel", False, 0)]


def test_case_and_accents_fold_and_the_matching_name_is_shown(small: TestClient) -> None:
    assert suggestions(small, "prefix=elod")[0] == ("vera-lindqvall", "Élodie Lindqvall", False, 2)
    assert suggestions(small, "prefix=LINDQ")[0] == ("vera-lindqvall", "Vera Lindqvall", False, 2)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("lindqvall v", "Vera Lindqvall"),
        ("Lindqvall, Ver", "Vera Lindqvall"),
        ("mr lindq", "Vera Lindqvall"),
        ("president vera", "Vera Lindqvall"),
        ("President Lindqvall's", "Vera Lindqvall"),
        ("V. Lind", "Vera Lindqvall"),
        ("vl lindqvall", None),
        ("Q990000001", "Vera Lindqvall"),
        ("http://www.wikidata.org/entity/Q990000001", "Vera Lindqvall"),
        ("/v1/entities/vera-lindqvall", "Vera Lindqvall"),
        ("E. Lindqvall", "Élodie Lindqvall"),
        ("Lindqvall E.V.", None),
    ],
)
def test_names_are_found_in_every_habit_of_typing_them(small: TestClient, prefix: str, expected: str | None) -> None:
    found = [(id_, matched) for id_, matched, typo, _ in suggestions(small, f"prefix={quote(prefix)}") if not typo]
    assert found == ([("vera-lindqvall", expected)] if expected else [])


def test_an_article_and_a_title_of_something_else_do_not_matter(small: TestClient) -> None:
    assert suggestions(small, "prefix=the+port+a") == [("port-amsel", "Port Amsel", False, 2)]
    assert suggestions(small, "prefix=president+port+a") == []
    assert suggestions(small, "prefix=mr+lindqval&type=place") == []
    assert suggestions(small, "prefix=mr+lindqvoll") == [("vera-lindqvall", "Vera Lindqvall", True, 2)]


def test_three_letters_are_too_few_for_a_typo(small: TestClient) -> None:
    assert suggestions(small, "prefix=psrt&type=place") == [("port-amsel", "Port Amsel", True, 2)]
    assert suggestions(small, "prefix=psr&type=place") == []
    assert suggestions(small, "prefix=p-s-r&type=place") == []


def test_types_can_be_selected(small: TestClient) -> None:
    assert {row[0] for row in suggestions(small, "prefix=a&type=source&limit=50")} >= {"alpha-courier", "afp"}
    assert "alpha-courier" not in {row[0] for row in suggestions(small, "prefix=a&type=media&type=place&limit=50")}


def test_before_the_first_publish_nothing_is_suggested(client: TestClient) -> None:
    assert client.get("/v1/suggest?prefix=amsel").json() == {"items": [], **SEARCH_FIELDS, "corpus_version": 0}


def test_the_parameters_are_the_filters_and_three_more() -> None:
    parameters = set(SuggestFilters.model_json_schema()["properties"])
    assert parameters == {*ArticleFilters.model_json_schema()["properties"], "prefix", "type", "limit"}


def test_the_types_are_those_of_entities_and_sources() -> None:
    types = SuggestFilters.model_json_schema()["properties"]["type"]["items"]["enum"]
    assert types == [*EntityType, "source"] == list(OWNER_KINDS)
