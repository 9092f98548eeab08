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
from tests.conftest import SOAK
from tests.contract.shelf import Reader, World, read, serve_records, without_leads
from tests.contract.strategies import COMBINATIONS, FACETS, Corpus, bounded, corpora, filter_pairs, searches
from tests.oracle import Pairs, Record

ALL_FACETS = [("facet", name) for name in FACETS]


def ids(items: Sequence[dict[str, Any]]) -> list[str]:
    """Return the ids of the items of a response."""
    return [item["id"] for item in items]


def expected_ids(world: World, pairs: Pairs, sort: str = "-published") -> list[str]:
    """Return the ids that the oracle finds, in order."""
    return [record["public_id"] for record in oracle.in_order(oracle.search(world.records, pairs), sort)]


def with_sorted_values(empty: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the explanation of an empty result with its values sorted."""
    return empty and {**empty, "without": sorted(map(str, empty["without"]))}


@st.composite
def corpora_with_filters(draw: st.DrawFn) -> tuple[Corpus, dict[str, Pairs]]:
    """Draw a corpus and a value for each filter."""
    corpus = draw(corpora())
    return corpus, draw(filter_pairs(corpus))


@st.composite
def corpora_with_searches(draw: st.DrawFn, times: int = 3) -> tuple[Corpus, list[Pairs]]:
    """Draw a corpus and a few searches."""
    corpus = draw(corpora())
    return corpus, [draw(searches(corpus)) for _ in range(times)]


@settings(bounded, max_examples=4 * SOAK)
@given(drawn=corpora_with_filters())
def test_each_filter_and_each_pair_of_filters_agrees_with_the_oracle(
    migrated: Path, drawn: tuple[Corpus, dict[str, Pairs]]
) -> None:
    """One page has all articles, so total and items are compared for each of the 78 combinations."""
    corpus, drawn_filters = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for names in COMBINATIONS:
                pairs = [pair for name in names for pair in drawn_filters[name]]
                answer = await reader.json("/v1/articles", [*pairs, ("limit", "100")])
                assert ids(answer["items"]) == expected_ids(world, pairs), pairs
                assert answer["total"] == len(answer["items"])
                left_out = {"undated": answer["undated"], "coarser": answer["coarser"]}
                assert left_out == oracle.left_out(world.records, pairs), pairs
                assert with_sorted_values(answer["empty"]) == with_sorted_values(oracle.empty(world.records, pairs)), (
                    pairs
                )

        read(world.app, check)


@settings(bounded, max_examples=5 * SOAK)
@given(drawn=corpora_with_searches(), size=st.integers(1, 10))
def test_page_total_facets_and_exports_agree(migrated: Path, drawn: tuple[Corpus, list[Pairs]], size: int) -> None:
    """All views of a search have the articles of the oracle, in its order."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches:
                for sort in ("-published", "published"):
                    await assert_agreement(
                        reader, world, [*pairs, ("sort", sort)], expected_ids(world, pairs, sort), size
                    )
                await assert_facets_agree(reader, world, pairs, size)

        read(world.app, check)


async def assert_agreement(reader: Reader, world: World, pairs: Pairs, expected: list[str], size: int) -> None:
    """Check that pages, NDJSON and CSV have these articles in this order."""
    pages = await reader.walk("/v1/articles", pairs, limit=size)
    items = [item for page in pages for item in page]
    assert ids(items) == expected, pairs
    assert all(len(page) == size for page in pages[:-1]), "only the last page may be shorter"
    records = {record["public_id"]: record for record in world.records}
    for item in items:
        assert_item(item, records[item["id"]])
        assert_lead(item["lead"], records[item["id"]]["text"])
    assert await reader.export(pairs) == without_leads(items)
    rows = list(csv.DictReader(io.StringIO((await reader.ask("/v1/articles.csv", pairs)).text, newline="")))
    assert [row["id"] for row in rows] == expected
    assert [row["source"] for row in rows] == [item["source"]["id"] for item in items]
    assert [row["title"].removeprefix("'") for row in rows] == [item["title"] for item in items]


def assert_item(item: dict[str, Any], record: Record) -> None:
    """Check that an item has the values of its record."""
    assert {key: item["published"][key] for key in ("on", "at", "precision")} == oracle.published(record)
    unchecked = {"published": None, "text_kind": None, "lead": None, "matched": None, "highlights": None, "terms": None}
    assert {**item, **unchecked} == {
        "id": record["public_id"],
        "url": record["url"],
        "title": record["title"],
        "source": {"id": record["source_id"], "name": record["source"]},
        "authors": record["authors"],
        "published": None,
        "language": record["language"],
        "language_basis": record["language"] and "metadata",
        "text_kind": None,
        "rights": None,
        "lead": None,
        "entities": oracle.named_most(record),
        "matched": None,
        "terms": None,
        "highlights": None,
    }


def assert_lead(lead: str | None, text: str) -> None:
    """Check that a lead is the beginning of a text, on one line, up to its end or a mark; none without words."""
    line = " ".join(text.split())
    if lead is None:
        assert not any(character.isalnum() for character in text)
        return
    assert line.startswith(lead.removesuffix("…"))
    assert len(lead) <= 300
    assert lead == line or lead[-1] in ".…"


async def assert_facets_agree(reader: Reader, world: World, pairs: Pairs, size: int) -> None:
    """Check every facet of a search, and that each is the same if requested alone."""
    answer = await reader.json("/v1/articles", [*pairs, *ALL_FACETS, ("facet_size", str(size)), ("limit", "1")])
    expected = {name: oracle.facet(world.records, pairs, name, size) for name in FACETS}
    assert answer["facets"] == expected, pairs
    assert answer["distinct"] == {name: oracle.distinct(world.records, pairs, name) for name in FACETS}, pairs
    alone = await reader.json("/v1/articles", [*pairs, ("facet", "source"), ("facet_size", str(size))])
    assert alone["facets"] == {**dict.fromkeys(FACETS), "source": expected["source"]}


@settings(bounded, max_examples=4 * SOAK)
@given(drawn=corpora_with_searches())
def test_the_count_of_a_facet_value_is_the_total_after_filtering_by_it(
    migrated: Path, drawn: tuple[Corpus, list[Pairs]]
) -> None:
    """Entities narrow a result; further sources, languages and precisions widen a choice."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for pairs in drawn_searches[:2]:
                facets = (await reader.json("/v1/articles", [*pairs, *ALL_FACETS]))["facets"]
                for name in FACETS:
                    for value in facets[name]:
                        others = [p for p in pairs if p[0] != name or name in {"actor", "place", "weapon"}]
                        chosen = await reader.json("/v1/articles", [*others, (name, value["id"]), ("limit", "1")])
                        assert chosen["total"] == value["count"], (pairs, name, value)

        read(world.app, check)


@settings(bounded, max_examples=5 * SOAK)
@given(drawn=corpora_with_searches())
def test_entities_within_a_result_agree_with_the_oracle(migrated: Path, drawn: tuple[Corpus, list[Pairs]]) -> None:
    """Entities are listed by articles and then id, within the result; sources likewise, within the corpus."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

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


@settings(bounded, max_examples=3 * SOAK)
@given(drawn=corpora_with_searches())
def test_relevance_orders_all_matches_of_a_query(migrated: Path, drawn: tuple[Corpus, list[Pairs]]) -> None:
    """The order is that of the text index; the set is that of the oracle, in pages and exports alike."""
    corpus, drawn_searches = drawn
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            for drawn_pairs in drawn_searches:
                pairs = [("q", "port"), *(pair for pair in drawn_pairs if pair[0] != "q")]
                parameters = [*pairs, ("sort", "relevance")]
                found = [item for page in await reader.walk("/v1/articles", parameters, limit=2) for item in page]
                assert sorted(ids(found)) == sorted(expected_ids(world, pairs))
                assert await reader.export(parameters) == without_leads(found)

        read(world.app, check)


@settings(bounded, max_examples=3 * SOAK)
@given(corpus=corpora())
def test_the_numbers_of_the_corpus_agree_with_the_oracle(migrated: Path, corpus: Corpus) -> None:
    """`/v1/corpus` and every article, source and entity by its id agree with the lists."""
    with serve_records(migrated, corpus) as world:

        async def check(reader: Reader) -> None:
            await assert_corpus(reader, world.records)

        read(world.app, check)


async def assert_corpus(reader: Reader, records: list[Record]) -> None:
    """Check the numbers of the corpus, and every article, source and entity by its id."""
    first, last = oracle.days(records)
    described = await reader.json("/v1/corpus")
    assert {**described, "published_at": None} == {
        "version": 1 if records else 0,
        "published_at": None,
        "articles": len(records),
        "undated": sum(oracle.printed_on(record) is None for record in records),
        "sources": len(oracle.sources(records)),
        "entities": len(oracle.entities(records, [])),
        "corrections": 0,
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
    """Even if only articles outside the result have the value, or none at all."""
    url = "/v1/articles?q=nowhere&language=pt-BR&language=fr&language=gl&facet=language"
    values = reader.get(url).json()["facets"]["language"]
    assert [(value["id"], value["count"], value["chosen"]) for value in values] == [
        ("fr", 0, True),
        ("gl", 0, True),
        ("pt-BR", 0, True),
    ]
