"""Facets: language ranges, articles without a value, and the number of values."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, load_jsonl
from tests.contract.test_refusals import assert_problem

LANGUAGES = ("en", "en-US", "en-US", "en-GB", "EN-us", "enm", "pt-BR", "zh-Hant-TW", None, None)


@pytest.fixture
def polyglot(database: Path) -> Iterator[TestClient]:
    """Yield a client of an application that serves an article in each of LANGUAGES."""
    records = [
        {"title": f"Notice {n}", "source": "Post", "text": f"Notice {n}.", **({"language": tag} if tag else {})}
        for n, tag in enumerate(LANGUAGES)
    ]
    load_jsonl(database, records)
    with TestClient(app_for(database)) as client:
        yield client


def facet(client: TestClient, query: str) -> dict[str, tuple[int, bool]]:
    """Return count and choice of each language of a search."""
    values = client.get(f"/v1/articles?facet=language&{query}").json()["facets"]["language"]
    return {value["id"]: (value["count"], value["chosen"]) for value in values}


@pytest.mark.parametrize(
    ("range_", "total"),
    [
        ("en", 5),
        ("EN", 5),
        ("en-us", 3),
        ("en-GB", 1),
        ("enm", 1),
        ("e", 0),
        ("pt", 1),
        ("zh-hant", 1),
        ("zh-TW", 0),
        ("fr", 0),
        ("none", 2),
        ("None", 2),
        ("*", 8),
        ("*&language=none", 10),
        ("pt&language=zh", 2),
    ],
)
@pytest.mark.unmeasured
def test_a_language_finds_the_tags_that_continue_it(polyglot: TestClient, range_: str, total: int) -> None:
    """Basic filtering of RFC 4647: whole subtags from the beginning, in any letter case."""
    assert polyglot.get("/v1/articles?limit=1&language=" + range_).json()["total"] == total


@pytest.mark.parametrize(
    ("query", "languages"),
    [
        ("language=en-US&language=none&language=*", []),
        ("language=pt&language=zh-Hant&q=notice", ["pt", "zh-Hant"]),
        ("", []),
    ],
)
def test_a_note_says_what_is_not_found_in_a_language(polyglot: TestClient, query: str, languages: list[str]) -> None:
    sentence = "are searched for names of the lexicon only: other names and statements are found in English texts."
    notes = polyglot.get(f"/v1/articles?{query}").json()["notes"]
    assert notes == [f"Texts in “{language}” {sentence}" for language in languages]


@pytest.mark.unmeasured
@pytest.mark.parametrize("value", ["en_US", "en-", "-en", "*-US", "english language", "en-toolongsubtag"])
def test_what_is_no_range_is_refused(polyglot: TestClient, value: str) -> None:
    (error,) = assert_problem(polyglot.get("/v1/articles", params={"language": value}), 422)["errors"]
    assert (error["parameter"], error["value"]) == ("language", value)
    assert error["wanted"] == "a language tag (BCP 47), such as `en` or `pt-BR`, or `none`"


def test_a_language_counts_what_its_filter_finds(polyglot: TestClient) -> None:
    counts = facet(polyglot, "facet_size=100")
    for id_, (count, _) in counts.items():
        assert polyglot.get("/v1/articles", params={"language": id_}).json()["total"] == count
    assert counts["en"] == (5, False)
    assert counts["none"] == (2, False)


def test_a_chosen_range_is_listed_with_its_count(polyglot: TestClient) -> None:
    """Also one that no article has as its tag."""
    counts = facet(polyglot, "language=pt&language=fr&language=none&facet_size=1")
    assert counts == {"en": (5, False), "none": (2, True), "pt": (1, True), "fr": (0, True)}


def test_a_facet_says_how_many_values_there_are(polyglot: TestClient) -> None:
    body: dict[str, Any] = polyglot.get("/v1/articles?facet=language&facet=source&facet=precision&facet_size=1").json()
    assert body["distinct"] == {"language": len({tag.lower() for tag in LANGUAGES if tag}), "source": 1, "precision": 0}
    assert [value["id"] for value in body["facets"]["precision"]] == ["none"]
    assert body["overlapping"] == ["language"]
    alone = polyglot.get("/v1/articles?facet=language&q=nowhere").json()
    assert (alone["distinct"], alone["facets"]["language"]) == ({"language": 0}, [])


def test_without_facets_nothing_is_said_about_them(polyglot: TestClient) -> None:
    body = polyglot.get("/v1/articles").json()
    assert (body["facets"], body["distinct"], body["overlapping"]) == (None, None, None)
