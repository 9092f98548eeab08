"""The network of a result: nodes are the entities that most articles name, edges are shared articles."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.search.aggregations.association import npmi
from tests import oracle, oracle_network
from tests.conftest import SOAK, app_for, load_jsonl
from tests.contract.shelf import SEARCH_FIELDS, Reader, json_lines, read, serve_records
from tests.contract.strategies import ENTITIES, Corpus, bounded, compose
from tests.contract.test_search import corpora_with_searches, with_sorted_values
from tests.oracle import Pairs

TYPES = sorted({entity["type"] for entity in ENTITIES})
SIZES = ((1, 100), (3, 2), (30, 0), (30, 100))
"""Requested numbers of nodes and edges; there are eight entities."""


@settings(bounded, max_examples=4 * SOAK)
@given(drawn=corpora_with_searches(), types=st.lists(st.sampled_from(TYPES), max_size=4, unique=True))
def test_the_network_of_a_result_agrees_with_the_oracle(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]], types: list[str]
) -> None:
    """With any filters, and any number of nodes and edges."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs, (nodes, edges) in product([[], *drawn_searches], SIZES):
                parameters = [
                    *pairs,
                    *(("type", type_) for type_ in types),
                    ("nodes", str(nodes)),
                    ("edges", str(edges)),
                ]
                answer = await reader.json("/v1/network", parameters)
                expected = oracle_network.network(world.records, pairs, types, nodes, edges)
                assert {key: answer[key] for key in expected} == expected, parameters
                assert with_sorted_values(answer["empty"]) == with_sorted_values(oracle.empty(world.records, pairs)), (
                    parameters
                )

        read(world.app, check)


VERA, OTTO, PORT = ENTITIES[0], ENTITIES[1], ENTITIES[6]


@pytest.fixture
def small(database: Path) -> TestClient:
    """Return a client of four articles: two name a person and a place, one names two people, one nobody."""
    texts: list[list[Any]] = [[VERA, PORT], [VERA, PORT], [VERA, OTTO], ["ships"]]
    records = [compose(n, "Alpha Courier", "Port", f"2015-11-0{n + 1}", None, text) for n, text in enumerate(texts)]
    load_jsonl(database, json_lines(records))
    return TestClient(app_for(database))


def test_a_whole_response(small: TestClient) -> None:
    assert small.get("/v1/network").json() == {
        "total": 4,
        "understood": None,
        "notes": [],
        "nodes": [
            {"id": "vera-lindqvall", "name": "Vera Lindqvall", "type": "person", "articles": 3},
            {"id": "port-amsel", "name": "Port Amsel", "type": "place", "articles": 2},
            {"id": "otto-brandthal", "name": "Otto Brandthal", "type": "person", "articles": 1},
        ],
        "edges": [
            {"source": "port-amsel", "target": "vera-lindqvall", "articles": 2, "npmi": 0.415037},
            {"source": "otto-brandthal", "target": "vera-lindqvall", "articles": 1, "npmi": 0.207519},
        ],
        "empty": None,
        **SEARCH_FIELDS,
        "corpus_version": 1,
    }


def test_entities_in_every_article_of_a_result_have_the_greatest_npmi(small: TestClient) -> None:
    body = small.get("/v1/network?place=port-amsel").json()
    assert body["edges"] == [{"source": "port-amsel", "target": "vera-lindqvall", "articles": 2, "npmi": 1.0}]


def test_an_empty_result_is_explained(small: TestClient) -> None:
    assert small.get("/v1/network?q=nowhere").json() == {
        "total": 0,
        **SEARCH_FIELDS,
        "understood": "nowhere",
        "nodes": [],
        "edges": [],
        "empty": {
            "without": [{"parameter": "q", "value": "nowhere", "total": 4, "remaining": None}],
            "first_day": "2015-11-01",
            "last_day": "2015-11-04",
        },
        "corpus_version": 1,
    }


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((5, 5, 5, 10), 1.0),  # Neither occurs without the other.
        ((10, 10, 10, 10), 1.0),
        ((25, 50, 50, 100), 0.0),  # As expected by chance.
        ((10, 10, 100, 100), 0.0),  # An entity in every article carries no information about the other.
        ((1, 500_000, 500_000, 1_000_000), -0.899657),
    ],
)
def test_npmi_has_its_fixed_points(counts: tuple[int, int, int, int], expected: float) -> None:
    assert npmi(*counts) == expected
    assert str(npmi(*counts)) != "-0.0"
