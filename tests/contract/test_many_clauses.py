"""Searches of many clauses, and what a zero result says about exclusions."""

from pathlib import Path

from starlette.testclient import TestClient

from tests.conftest import load_jsonl

RECORDS = [
    {"title": title, "source": source, "language": "en", "text": "It sailed.", "entities": []}
    for title, source in (("Ferry", "east.example"), ("Bridge", "west.example"))
]


def test_facets_of_many_clauses_are_those_of_few(client: TestClient, database: Path) -> None:
    """They are not cached, as the same request is not likely to come again."""
    load_jsonl(database, RECORDS)
    languages = ["en", *(f"q{letter}" for letter in "abcdefghijkl")]
    many = [client.get("/v1/articles", params={"language": languages, "facet": "source"}).json() for _ in range(2)]
    few = client.get("/v1/articles", params={"language": "en", "facet": "source"}).json()
    assert [answer["facets"] for answer in many] == [few["facets"]] * 2


def test_a_zero_result_says_what_each_exclusion_excludes(client: TestClient, database: Path) -> None:
    load_jsonl(database, RECORDS)
    answer = client.get("/v1/articles", params={"exclude_source": ["east.example", "west.example"]}).json()
    assert answer["empty"]["without"] == [
        {"parameter": "exclude_source", "value": "east.example", "total": 1, "remaining": None},
        {"parameter": "exclude_source", "value": "west.example", "total": 1, "remaining": None},
    ]
