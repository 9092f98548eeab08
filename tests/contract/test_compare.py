"""Sources side by side, against the oracle and by hand."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests import oracle
from tests.conftest import app_for, seed, write_jsonl
from tests.contract.shelf import Reader, extended, read, shelved
from tests.contract.strategies import Corpus, bounded, corpora, searches
from tests.contract.test_refusals import assert_problem
from tests.oracle import Pairs
from tests.oracle_compare import comparison

RECORDS: list[dict[str, Any]] = [
    {
        "title": "Night",
        "source": "Gazette",
        "text": "“Aleppo is quiet,” Vladimir Putin said. “Raqqa is not,” Vladimir Putin said.",
        "published": "2015-10-01",
    },
    {
        "title": "Morning",
        "source": "Gazette",
        "text": "“We asked about Aleppo,” Barack Obama said.",
        "published": "2015-10",
    },
    {
        "title": "Evening",
        "source": "Herald",
        "text": "“Raqqa is far,” Sergei Shoigu said.",
        "published": "2015-10-03",
    },
    {"title": "Undated", "source": "Herald", "text": "Nobody said a word."},
    {"title": "Late", "source": "Monitor", "text": "Nobody asked about Homs.", "published": "2015-12-01"},
]


@pytest.fixture(scope="module")
def press(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Five articles of three sources, two of which let someone speak."""
    database = Path(shutil.copy(migrated, tmp_path_factory.mktemp("press") / "dateline.db"))
    seed(database, "load", str(write_jsonl(database, RECORDS)))  # with the lexicon that ships: it knows who speaks
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        yield client


@st.composite
def searched_corpora(draw: st.DrawFn) -> tuple[Corpus, list[Pairs]]:
    """Draw a corpus and a few searches."""
    corpus = draw(corpora())
    return corpus, [draw(searches(corpus)) for _ in range(4)]


@settings(bounded, max_examples=12)
@given(drawn=searched_corpora(), limit=st.integers(1, 4))
def test_a_comparison_is_the_oracles(migrated: Path, drawn: tuple[Corpus, list[Pairs]], limit: int) -> None:
    """Every source of the corpus once, in pages of any size."""
    corpus, drawn_searches = drawn
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in [[], *drawn_searches]:
                expected = comparison(world.records, pairs)
                pages = await reader.walk("/v1/compare", pairs, limit=limit)
                assert [item for page in pages for item in page] == expected, pairs
                body = await reader.json("/v1/compare", pairs)
                assert body["total"] == len(expected)
                assert body["sources_with_articles"] == sum(row["articles"] > 0 for row in expected)
                assert (body["empty"] is None) == bool(oracle.search(world.records, pairs))

        read(world.app, check)


def person(id_: str, name: str, **count: int) -> dict[str, Any]:
    """Return a person in a row."""
    return {"id": id_, "name": name, "type": "person", **count}


def test_the_whole_answer(press: TestClient) -> None:
    """October in three sources: the month counts only as a whole, and the last one has nothing to say."""
    assert press.get("/v1/compare?from=2015-10&to=2015-10").json() == {
        "total": 3,
        "sources_with_articles": 2,
        "items": [
            {
                "id": "gazette",
                "name": "Gazette",
                "articles": 2,
                "coverage": 2,
                "share": 1.0,
                "first_day": "2015-10-01",
                "last_day": "2015-10-31",
                "exclusive_entities": [
                    {"id": "aleppo", "name": "Aleppo", "type": "place", "articles": 2},
                    person("barack-obama", "Barack Obama", articles=1),
                    person("vladimir-putin", "Vladimir Putin", articles=1),
                ],
                "speakers": [
                    person("vladimir-putin", "Vladimir Putin", statements=2),
                    person("barack-obama", "Barack Obama", statements=1),
                ],
            },
            {
                "id": "herald",
                "name": "Herald",
                "articles": 1,
                "coverage": 1,
                "share": 1.0,
                "first_day": "2015-10-03",
                "last_day": "2015-10-03",
                "exclusive_entities": [person("sergei-shoigu", "Sergei Shoigu", articles=1)],
                "speakers": [person("sergei-shoigu", "Sergei Shoigu", statements=1)],
            },
            {
                "id": "monitor",
                "name": "Monitor",
                "articles": 0,
                "coverage": 0,
                "share": None,
                "first_day": None,
                "last_day": None,
                "exclusive_entities": [],
                "speakers": [],
            },
        ],
        "next": None,
        "empty": None,
        "corpus_version": 1,
    }


def rows(client: TestClient, query: str) -> dict[str, dict[str, Any]]:
    """Return the items of a comparison by the id of their source."""
    return {item["id"]: item for item in client.get(f"/v1/compare?{query}").json()["items"]}


def test_coverage_is_of_the_asked_days_and_of_all_without_them(press: TestClient) -> None:
    """Undated articles are in no days; whatever else is asked, the coverage stays."""
    assert {id_: row["coverage"] for id_, row in rows(press, "q=aleppo").items()} == {
        "gazette": 2,
        "herald": 2,
        "monitor": 1,
    }
    dated = rows(press, "from=2015&actor=putin")
    assert {id_: (row["articles"], row["coverage"], row["share"]) for id_, row in dated.items()} == {
        "gazette": (1, 2, 0.5),
        "herald": (0, 1, 0.0),
        "monitor": (0, 1, 0.0),
    }


def test_a_source_filter_silences_the_others(press: TestClient) -> None:
    """They stay listed, and what they name no longer counts against the one that is asked."""
    found = rows(press, "source=herald")
    assert [(id_, row["articles"], len(row["speakers"])) for id_, row in found.items()] == [
        ("herald", 2, 1),
        ("gazette", 0, 0),
        ("monitor", 0, 0),
    ]
    assert [entity["id"] for entity in found["herald"]["exclusive_entities"]] == ["raqqa", "sergei-shoigu"]


def test_members_find_articles_and_are_listed_as_themselves(press: TestClient) -> None:
    """A president who is found for his state is still the one who spoke."""
    found = rows(press, "actor=russia&members=true&from=2015")
    assert {id_: [speaker["id"] for speaker in row["speakers"]] for id_, row in found.items()} == {
        "gazette": ["vladimir-putin"],
        "herald": ["sergei-shoigu"],
        "monitor": [],
    }


def test_nothing_found_is_explained(press: TestClient) -> None:
    """All are silent."""
    body = press.get("/v1/compare?q=nowhere").json()
    assert (body["total"], body["sources_with_articles"], len(body["items"])) == (3, 0, 3)
    assert body["empty"] == {
        "without": [{"parameter": "q", "value": "nowhere", "total": 5}],
        "first_day": "2015-10-01",
        "last_day": "2015-12-01",
    }


def test_the_next_page_is_linked(press: TestClient) -> None:
    """As in other lists; a cursor serves its own question alone."""
    first = press.get("/v1/compare?limit=2&q=aleppo")
    cursor = first.json()["next"]
    assert press.get(first.links["next"]["url"]).json()["items"][0]["id"] == "monitor"
    refused = press.get(extended("/v1/compare?limit=2&q=raqqa", "cursor", cursor))
    assert [error["parameter"] for error in assert_problem(refused, 422)["errors"]] == ["cursor"]


@pytest.mark.parametrize(
    ("query", "parameter", "value"),
    [
        ("limit=0", "limit", "0"),
        ("limit=201", "limit", "201"),
        ("cursor=garbage", "cursor", "garbage"),
        ("sort=published", "sort", "published"),
        ("facet=source", "facet", "source"),
        ("source=herold", "source", "herold"),
        ("speaker=putin", "speaker", "putin"),
    ],
)
def test_a_bad_request_is_refused_by_name(press: TestClient, query: str, parameter: str, value: str) -> None:
    """Nothing is clamped or ignored."""
    errors = assert_problem(press.get(f"/v1/compare?{query}"), 422)["errors"]
    assert [(error["parameter"], error["value"]) for error in errors] == [(parameter, value)]


def test_before_the_first_publish_there_is_nobody(client: TestClient) -> None:
    """Every field is there."""
    assert client.get("/v1/compare").json() == {
        "total": 0,
        "sources_with_articles": 0,
        "items": [],
        "next": None,
        "empty": {"without": [], "first_day": None, "last_day": None},
        "corpus_version": 0,
    }
