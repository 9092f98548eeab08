"""The comparison of sources, against the oracle and against expected responses."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests import oracle
from tests.conftest import SOAK, app_for, seed, write_jsonl
from tests.contract.shelf import SEARCH_FIELDS, Reader, read, serve_records, with_parameter
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
    """Yield a client of five articles of three sources, two of which quote speakers."""
    database = Path(shutil.copy(migrated, tmp_path_factory.mktemp("press") / "dateline.db"))
    seed(database, "load", str(write_jsonl(database, RECORDS)))  # with the shipped lexicon, which knows the speakers
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        yield client


@st.composite
def corpora_with_searches(draw: st.DrawFn) -> tuple[Corpus, list[Pairs]]:
    """Draw a corpus and a few searches."""
    corpus = draw(corpora())
    return corpus, [draw(searches(corpus)) for _ in range(4)]


@settings(bounded, max_examples=6 * SOAK)
@given(drawn=corpora_with_searches(), limit=st.integers(1, 4))
def test_a_comparison_agrees_with_the_oracle(migrated: Path, drawn: tuple[Corpus, list[Pairs]], limit: int) -> None:
    """Every source of the corpus comes once, whatever the page size."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

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
    """Return a person as an item of a source has it."""
    return {"id": id_, "name": name, "type": "person", **count}


@pytest.mark.unmeasured
def test_a_whole_response(press: TestClient) -> None:
    """An article dated by month counts if the whole month is requested; a source without articles is listed."""
    assert press.get("/v1/compare?from=2015-10&to=2015-10").json() == {
        "total": 3,
        "understood": None,
        "notes": [],
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
        **SEARCH_FIELDS,
        "resolved": {"from": "2015-10-01", "to": "2015-10-31"},
        "undated": 1,
        "coarser": 0,
        "corpus_version": 1,
    }


def rows(client: TestClient, query: str) -> dict[str, dict[str, Any]]:
    """Return the items of a comparison by the id of their source."""
    return {item["id"]: item for item in client.get(f"/v1/compare?{query}").json()["items"]}


def test_coverage_counts_the_requested_days_or_all_articles(press: TestClient) -> None:
    """Undated articles fall into no days; other filters do not change the coverage."""
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


def test_a_source_filter_leaves_the_others_without_articles(press: TestClient) -> None:
    """They stay listed, and the entities that they name may be exclusive to the requested source."""
    found = rows(press, "source=herald")
    assert [(id_, row["articles"], len(row["speakers"])) for id_, row in found.items()] == [
        ("herald", 2, 1),
        ("gazette", 0, 0),
        ("monitor", 0, 0),
    ]
    assert [entity["id"] for entity in found["herald"]["exclusive_entities"]] == ["raqqa", "sergei-shoigu"]


def test_members_match_articles_and_are_listed_as_themselves(press: TestClient) -> None:
    """A president whose articles match his state is still listed as the speaker."""
    found = rows(press, "actor=russia&members=true&from=2015")
    assert {id_: [speaker["id"] for speaker in row["speakers"]] for id_, row in found.items()} == {
        "gazette": ["vladimir-putin"],
        "herald": ["sergei-shoigu"],
        "monitor": [],
    }


def test_an_empty_result_is_explained(press: TestClient) -> None:
    """Every source is listed without articles."""
    body = press.get("/v1/compare?q=nowhere").json()
    assert (body["total"], body["sources_with_articles"], len(body["items"])) == (3, 0, 3)
    assert body["empty"] == {
        "without": [{"parameter": "q", "value": "nowhere", "total": 5, "remaining": None}],
        "first_day": "2015-10-01",
        "last_day": "2015-12-01",
    }


def test_the_next_page_is_linked(press: TestClient) -> None:
    """It is linked as in other lists, and a cursor is valid for its own search only."""
    first = press.get("/v1/compare?limit=2&q=aleppo")
    cursor = first.json()["next"]
    assert press.get(first.links["next"]["url"]).json()["items"][0]["id"] == "monitor"
    refused = press.get(with_parameter("/v1/compare?limit=2&q=raqqa", "cursor", cursor))
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
    """No value is clamped or ignored."""
    errors = assert_problem(press.get(f"/v1/compare?{query}"), 422)["errors"]
    assert [(error["parameter"], error["value"]) for error in errors] == [(parameter, value)]


def test_before_the_first_publish_there_are_no_sources(client: TestClient) -> None:
    """Every field is present."""
    assert client.get("/v1/compare").json() == {
        "total": 0,
        "understood": None,
        "notes": [],
        "sources_with_articles": 0,
        "items": [],
        "next": None,
        "empty": {"without": [], "first_day": None, "last_day": None},
        **SEARCH_FIELDS,
        "corpus_version": 0,
    }
