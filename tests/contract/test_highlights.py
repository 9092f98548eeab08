"""`highlight=true` shows where each article has the words and names the entities that match."""

from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from starlette.testclient import TestClient

from tests import oracle
from tests.conftest import SOAK, app_for, load_jsonl
from tests.contract.shelf import Reader, World, read, serve_records
from tests.contract.strategies import Corpus, bounded
from tests.contract.test_search import corpora_with_searches
from tests.oracle import Pairs
from tests.oracle_highlights import expected_highlights

TEXT = (
    "The harbour was quiet. “Vellandia will not wait,” said Vera Lindqvall, who had come by ferry; "
    "the Kestrelle 9 stood on the pier, and by noon the café was full of people who had read her words and wished to "
    "hear more of them before the evening. At night she spoke again of Vellandia and its ships, of the café, and of "
    "all that had been promised to the town in the years before the war and never came."
)


def report(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - a field has any type
    """Return a record with two entities."""
    entity = {"id": "vellandia", "name": "Vellandia", "type": "state"}
    places = [[at, at + 9] for at in range(len(TEXT)) if TEXT.startswith("Vellandia", at)]
    record = {"title": "Cafés of Vellandia", "source": "Alpha Courier", "text": TEXT, "published": "2015-11-01"}
    return {**record, "entities": [{**entity, "mentions": places}], **more}


@pytest.fixture
def one(database: Path) -> Path:
    """Return a database of one article."""
    load_jsonl(database, [report()])
    return database


def highlights(database: Path, query: str, *, serve: Literal["full", "digest", "none"] = "full") -> Any:  # noqa: ANN401
    """Return the highlights of the only article that matches a search."""
    with TestClient(app_for(database, serve_text=serve)) as client:
        body = client.get(f"/v1/articles?{query}").json()
    assert body["total"] == 1
    return body["items"][0]["highlights"]


def test_an_article_shows_why_it_matches(one: Path) -> None:
    """Words and entities have their parameters and values; snippets are cut at word boundaries."""
    assert highlights(one, "q=cafe&actor=Vellandia&highlight=true") == [
        {
            "field": "text",
            "start": 0,
            "end": 195,
            "text": "The harbour was quiet. “Vellandia will not wait,” said Vera Lindqvall, who had come by ferry; the "
            "Kestrelle 9 stood on the pier, and by noon the café was full of people who had read her words and",
            "spans": [
                {"start": 24, "end": 33, "parameter": "actor", "value": "Vellandia"},
                {"start": 145, "end": 149, "parameter": "q", "value": "cafe"},
            ],
        },
        {
            "field": "text",
            "start": 216,
            "end": 399,
            "text": "of them before the evening. At night she spoke again of Vellandia and its ships, of the café, and "
            "of all that had been promised to the town in the years before the war and never came.",
            "spans": [
                {"start": 272, "end": 281, "parameter": "actor", "value": "Vellandia"},
                {"start": 304, "end": 308, "parameter": "q", "value": "cafe"},
            ],
        },
    ]


def test_snippets_of_the_title_come_first(one: Path) -> None:
    found = highlights(one, "q=vellandia&highlight=true")
    assert found[0] == {
        "field": "title",
        "start": 0,
        "end": 18,
        "text": "Cafés of Vellandia",
        "spans": [{"start": 9, "end": 18, "parameter": "q", "value": "vellandia"}],
    }
    assert [part["field"] for part in found] == ["title", "text", "text"]


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=vellandia", None),
        ("highlight=true", []),
        ("q=-nowhere&highlight=true", []),
        ("source=alpha-courier&highlight=true", []),
    ],
)
def test_highlights_are_null_by_default_and_empty_without_words_and_entities(
    one: Path, query: str, expected: list[str] | None
) -> None:
    assert highlights(one, query) == expected


@pytest.mark.unmeasured
@pytest.mark.parametrize(("serve", "fields"), [("full", {"title", "text"}), ("digest", {"title"}), ("none", {"title"})])
def test_a_withheld_text_is_not_highlighted(
    one: Path, serve: Literal["full", "digest", "none"], fields: set[str]
) -> None:
    """A title is always shown."""
    found = highlights(one, "q=vellandia&actor=vellandia&highlight=true", serve=serve)
    assert {part["field"] for part in found} == fields


def test_the_text_of_a_digest_is_highlighted_if_digests_are_served(database: Path) -> None:
    load_jsonl(database, [report(text_kind="digest")])
    assert {part["field"] for part in highlights(database, "q=cafe&highlight=true", serve="digest")} == {"text"}


@settings(bounded, max_examples=5 * SOAK)
@given(drawn=corpora_with_searches())
def test_everything_that_matches_is_highlighted(migrated: Path, drawn: tuple[Corpus, list[Pairs]]) -> None:
    """The texts are short enough for one snippet."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                parameters = [*pairs, ("highlight", "true"), ("limit", "100")]
                assert_agreement(world, pairs, (await reader.json("/v1/articles", parameters))["items"])

        read(world.app, check)


def assert_agreement(world: World, pairs: Pairs, items: list[dict[str, Any]]) -> None:
    """Check that each item highlights the spans that the oracle finds, and no others."""
    records = {record["public_id"]: record for record in world.records}
    assert len(items) == len(oracle.search(world.records, pairs))
    for item in items:
        record, parts = records[item["id"]], item["highlights"]
        assert all(part["text"] == record[part["field"]][part["start"] : part["end"]] for part in parts)
        spans = [(part["field"], *span.values()) for part in parts for span in part["spans"]]
        assert len(spans) == len(set(spans))
        assert set(spans) == expected_highlights(record, world.records, pairs), pairs
