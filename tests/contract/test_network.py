"""The network of a result: its nodes are the most named entities, its edges articles that name both ends."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.search.aggregations.association import npmi
from tests import oracle, oracle_network
from tests.conftest import app_for, load_jsonl
from tests.contract.shelf import Reader, lines, read, shelved
from tests.contract.strategies import ENTITIES, Corpus, bounded, compose
from tests.contract.test_search import explained, searched_corpora
from tests.oracle import Pairs

TYPES = sorted({entity["type"] for entity in ENTITIES})
SIZES = ((1, 100), (3, 2), (30, 0), (30, 100))
"""Nodes and edges that are asked for; there are eight entities."""


@settings(bounded, max_examples=8)
@given(drawn=searched_corpora(), types=st.lists(st.sampled_from(TYPES), max_size=4, unique=True))
def test_the_network_of_a_result_is_the_oracles(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]], types: list[str]
) -> None:
    """Whatever the filters, and however few of the nodes and edges are wanted."""
    corpus, drawn_searches = drawn
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs, (nodes, edges) in product([[], *drawn_searches], SIZES):
                asked = [*pairs, *(("type", type_) for type_ in types), ("nodes", str(nodes)), ("edges", str(edges))]
                answer = await reader.json("/v1/network", asked)
                expected = oracle_network.network(world.records, pairs, types, nodes, edges)
                assert {key: answer[key] for key in expected} == expected, asked
                assert explained(answer["empty"]) == explained(oracle.empty(world.records, pairs)), asked

        read(world.app, check)


VERA, OTTO, PORT = ENTITIES[0], ENTITIES[1], ENTITIES[6]


@pytest.fixture
def small(database: Path) -> TestClient:
    """Four articles: two name a person at a place, one names both people, one nobody."""
    texts: list[list[Any]] = [[VERA, PORT], [VERA, PORT], [VERA, OTTO], ["ships"]]
    records = [compose(n, "Alpha Courier", "Port", f"2015-11-0{n + 1}", None, text) for n, text in enumerate(texts)]
    load_jsonl(database, lines(records))
    return TestClient(app_for(database))


def test_an_answer_says_who_meets_whom(small: TestClient) -> None:
    assert small.get("/v1/network").json() == {
        "total": 4,
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
        "corpus_version": 1,
    }


def test_those_who_are_in_every_article_of_a_result_belong_together(small: TestClient) -> None:
    body = small.get("/v1/network?place=port-amsel").json()
    assert body["edges"] == [{"source": "port-amsel", "target": "vera-lindqvall", "articles": 2, "npmi": 1.0}]


def test_of_an_empty_result_there_is_nothing_but_the_reason(small: TestClient) -> None:
    assert small.get("/v1/network?q=nowhere").json() == {
        "total": 0,
        "nodes": [],
        "edges": [],
        "empty": {
            "without": [{"parameter": "q", "value": "nowhere", "total": 4}],
            "first_day": "2015-11-01",
            "last_day": "2015-11-04",
        },
        "corpus_version": 1,
    }


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((5, 5, 5, 10), 1.0),  # Never one without the other.
        ((10, 10, 10, 10), 1.0),
        ((25, 50, 50, 100), 0.0),  # As by chance.
        ((10, 10, 100, 100), 0.0),  # One that is everywhere says nothing of the other.
        ((1, 500_000, 500_000, 1_000_000), -0.899657),
    ],
)
def test_npmi_has_its_fixed_points(counts: tuple[int, int, int, int], expected: float) -> None:
    assert npmi(*counts) == expected
    assert str(npmi(*counts)) != "-0.0"
