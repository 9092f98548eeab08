"""Every filter, alone, in pairs and mixed, against the oracle: total, page, facets, CSV and NDJSON agree."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests import oracle
from tests.contract.shelf import Reader, World, read, shelved
from tests.contract.strategies import COMBINATIONS, FACETS, Corpus, bounded, corpora, questions, searches
from tests.oracle import Pairs, Record

ALL_FACETS = [("facet", name) for name in FACETS]


def ids(items: Sequence[dict[str, Any]]) -> list[str]:
    """Return the ids of the items of an answer."""
    return [item["id"] for item in items]


def expected_ids(world: World, pairs: Pairs, sort: str = "-published") -> list[str]:
    """Return the ids that the oracle finds, in order."""
    return [record["public_id"] for record in oracle.in_order(oracle.search(world.records, pairs), sort)]


def explained(empty: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what explains an empty result, with its parts in an order of their own."""
    return empty and {**empty, "without": sorted(map(str, empty["without"]))}


@st.composite
def asked_corpora(draw: st.DrawFn) -> tuple[Corpus, dict[str, Pairs]]:
    """Draw a corpus and a value for each filter."""
    corpus = draw(corpora())
    return corpus, draw(questions(corpus))


@st.composite
def searched_corpora(draw: st.DrawFn, times: int = 3) -> tuple[Corpus, list[Pairs]]:
    """Draw a corpus and a few searches."""
    corpus = draw(corpora())
    return corpus, [draw(searches(corpus)) for _ in range(times)]


@settings(bounded, max_examples=8)
@given(drawn=asked_corpora())
def test_each_filter_alone_and_in_pairs_finds_what_the_oracle_finds(
    migrated: Path, drawn: tuple[Corpus, dict[str, Pairs]]
) -> None:
    """One page holds all, so total and items are compared for each of the 78 combinations."""
    corpus, asked = drawn
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for names in COMBINATIONS:
                pairs = [pair for name in names for pair in asked[name]]
                answer = await reader.json("/v1/articles", [*pairs, ("limit", "100")])
                assert ids(answer["items"]) == expected_ids(world, pairs), pairs
                assert answer["total"] == len(answer["items"])
                assert explained(answer["empty"]) == explained(oracle.empty(world.records, pairs)), pairs

        read(world.app, check)


@settings(bounded, max_examples=10)
@given(drawn=searched_corpora(), size=st.integers(1, 10))
def test_page_total_facets_and_exports_agree(migrated: Path, drawn: tuple[Corpus, list[Pairs]], size: int) -> None:
    """All views of one search are views of the oracle's one set, in the oracle's order."""
    corpus, drawn_searches = drawn
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                for sort in ("-published", "published"):
                    await agree(reader, world, [*pairs, ("sort", sort)], expected_ids(world, pairs, sort), size)
                await facets_agree(reader, world, pairs, size)

        read(world.app, check)


async def agree(reader: Reader, world: World, pairs: Pairs, expected: list[str], size: int) -> None:
    """Check that pages, NDJSON and CSV hold these articles in this order."""
    pages = await reader.walk("/v1/articles", pairs, limit=size)
    items = [item for page in pages for item in page]
    assert ids(items) == expected, pairs
    assert all(len(page) == size for page in pages[:-1]), "only the last page may be short"
    records = {record["public_id"]: record for record in world.records}
    for item in items:
        assert_item(item, records[item["id"]])
    assert await reader.export(pairs) == items
    rows = list(csv.DictReader(io.StringIO((await reader.ask("/v1/articles.csv", pairs)).text, newline="")))
    assert [row["id"] for row in rows] == expected
    assert [row["source"] for row in rows] == [item["source"]["id"] for item in items]
    assert [row["title"].removeprefix("'") for row in rows] == [item["title"] for item in items]


def assert_item(item: dict[str, Any], record: Record) -> None:
    """Check that an item says what its record says."""
    assert {key: item["published"][key] for key in ("on", "at", "precision")} == oracle.published(record)
    assert {**item, "published": None, "text_kind": None, "matched": None, "highlights": None} == {
        "id": record["public_id"],
        "url": record["url"],
        "title": record["title"],
        "source": {"id": record["source_id"], "name": record["source"]},
        "authors": [],
        "published": None,
        "language": record["language"],
        "language_basis": record["language"] and "metadata",
        "text_kind": None,
        "rights": None,
        "entities": oracle.named_most(record),
        "matched": None,
        "highlights": None,
    }


async def facets_agree(reader: Reader, world: World, pairs: Pairs, size: int) -> None:
    """Check every facet of a search, and that each is the same asked alone."""
    answer = await reader.json("/v1/articles", [*pairs, *ALL_FACETS, ("facet_size", str(size)), ("limit", "1")])
    expected = {name: oracle.facet(world.records, pairs, name, size) for name in FACETS}
    assert answer["facets"] == expected, pairs
    alone = await reader.json("/v1/articles", [*pairs, ("facet", "source"), ("facet_size", str(size))])
    assert alone["facets"] == {**dict.fromkeys(FACETS), "source": expected["source"]}


@settings(bounded, max_examples=8)
@given(drawn=searched_corpora())
def test_a_number_of_a_facet_is_the_total_after_choosing_it(migrated: Path, drawn: tuple[Corpus, list[Pairs]]) -> None:
    """Entities narrow a result; sources, languages and precisions that are not chosen yet widen a choice."""
    corpus, drawn_searches = drawn
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches[:2]:
                facets = (await reader.json("/v1/articles", [*pairs, *ALL_FACETS]))["facets"]
                for name in FACETS:
                    for value in facets[name]:
                        others = [p for p in pairs if p[0] != name or name in {"actor", "place", "weapon"}]
                        chosen = await reader.json("/v1/articles", [*others, (name, value["id"]), ("limit", "1")])
                        assert chosen["total"] == value["count"], (pairs, name, value)

        read(world.app, check)


@settings(bounded, max_examples=10)
@given(drawn=searched_corpora())
def test_entities_within_a_result_are_counted_as_the_oracle_counts(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]]
) -> None:
    """By articles and then id, over the whole result; the list of sources likewise over the whole corpus."""
    corpus, drawn_searches = drawn
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                pages = await reader.walk("/v1/entities", pairs, limit=3)
                counted = [(item["id"], item["articles"]) for page in pages for item in page]
                assert counted == oracle.entities(world.records, pairs), pairs
            answer = await reader.json("/v1/sources")
            shown = [
                {key: item[key] for key in ("id", "articles", "first_day", "last_day")} for item in answer["items"]
            ]
            assert shown == oracle.sources(world.records)
            assert answer["total"] == len(shown)

        read(world.app, check)


@settings(bounded, max_examples=6)
@given(drawn=searched_corpora())
def test_relevance_orders_what_a_query_finds_and_leaves_nothing_out(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]]
) -> None:
    """The order is the text index's own; the set is the oracle's, in pages and exports alike."""
    corpus, drawn_searches = drawn
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for drawn_pairs in drawn_searches:
                pairs = [("q", "port"), *(pair for pair in drawn_pairs if pair[0] != "q")]
                asked = [*pairs, ("sort", "relevance")]
                found = [item for page in await reader.walk("/v1/articles", asked, limit=2) for item in page]
                assert sorted(ids(found)) == sorted(expected_ids(world, pairs))
                assert await reader.export(asked) == found

        read(world.app, check)


@settings(bounded, max_examples=6)
@given(corpus=corpora())
def test_the_corpus_is_described_in_the_oracles_numbers(migrated: Path, corpus: Corpus) -> None:
    """`/v1/corpus` and each article, source and entity by its id agree with the lists."""
    with shelved(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            await describes(reader, world.records)

        read(world.app, check)


async def describes(reader: Reader, records: list[Record]) -> None:
    """Check the corpus, and each thing in it by its id."""
    first, last = oracle.days(records)
    described = await reader.json("/v1/corpus")
    assert {**described, "published_at": None} == {
        "version": 1 if records else 0,
        "published_at": None,
        "articles": len(records),
        "undated": sum(oracle.printed_on(record) is None for record in records),
        "sources": len(oracle.sources(records)),
        "entities": len(oracle.entities(records, [])),
        "first_day": first,
        "last_day": last,
    }
    for record in records:
        detail = await reader.json(f"/v1/articles/{record['public_id']}")
        assert detail["text"] == record["text"]
        assert_item({key: detail[key] for key in ITEM_KEYS}, record)
        spans = [(mention["start"], mention["end"], mention["entity"]) for mention in detail["mentions"]]
        assert spans == sorted((*span, e["id"]) for e in record["entities"] for span in e["mentions"])
        assert all(record["text"][m["start"] : m["end"]] == m["text"] for m in detail["mentions"])
    for entity, count in oracle.entities(records, []):
        assert (await reader.json(f"/v1/entities/{entity}"))["articles"] == count
    for source in oracle.sources(records):
        shown = await reader.json(f"/v1/sources/{source['id']}")
        assert {key: shown[key] for key in source} == source


ITEM_KEYS = (
    *("id", "url", "title", "source", "authors", "published", "language", "language_basis", "text_kind", "rights"),
    "entities",
)


def test_chosen_values_stay_listed_by_count_and_then_id(reader: TestClient) -> None:
    """Whether articles elsewhere have the value or none at all has it."""
    url = "/v1/articles?q=nowhere&language=pt-BR&language=fr&language=gl&facet=language"
    values = reader.get(url).json()["facets"]["language"]
    assert [(value["id"], value["count"], value["chosen"]) for value in values] == [
        ("fr", 0, True),
        ("gl", 0, True),
        ("pt-BR", 0, True),
    ]
