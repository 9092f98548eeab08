"""Text queries against the oracle, and strings that mean to break them.

`make soak` runs both in full: TREES and STRINGS are how many.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from app.errors import InvalidRequestError
from app.search.index import frequent_words
from app.text.query_parser import parse_query
from tests import oracle_queries as oracle
from tests.contract.shelf import Reader, World, read, serve_records
from tests.oracle import Record

TREES = int(os.environ.get("TREES", "80"))
STRINGS = int(os.environ.get("STRINGS", "400"))
ARTICLES = 300

SEED = 20151130

SENT = 20
"""One in this many strings is sent to the server; the others are only parsed."""

OPERATORS = 'AND OR NOT NEAR( title: ( ) | - + * ~ ^2 " ” , ,5) ~3 ? ! / [ ] { : ; % _ NEAR/3 （ ＊'
TEXTS = "port ship* Tu-160 café мир 空袭 or x:y http://a.b/(c) 1,500 İ ß '' \\ \u0301 \u200b \x01 \0"
PIECES = [" ", "  ", "\n", *OPERATORS.split(), *TEXTS.split(" ")]


@pytest.fixture(scope="module")
def queried(migrated: Path) -> Iterator[World]:
    """Yield articles in several scripts, and the application that serves them; some words are frequent."""
    random = Random(SEED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frequent_words, "MIN_REVISIONS", 1)
        patch.setattr(frequent_words, "MIN_SHARE", 0.1)
        with serve_records(migrated, [oracle.record(number, random) for number in range(ARTICLES)]) as world:
            yield world


@pytest.mark.unmeasured
def test_trees_agree_with_the_oracle(queried: World) -> None:
    """Total, ids, terms, highlights, and the explanation of an empty result."""
    random = Random(SEED)
    records = {record["public_id"]: record for record in queried.records}

    async def check(reader: Reader) -> None:
        checked = 0
        while checked < TREES:
            tree = oracle.draw_tree(random)
            q = oracle.written(tree, random)
            if len(q) > 500 or q.count("NEAR(") + q.count("~") > 2:
                continue
            await assert_agreement(reader, tree, q, records, random.choice(["relevance", "published"]))
            checked += 1

    read(queried.app, check)


async def assert_agreement(reader: Reader, tree: oracle.Tree, q: str, records: dict[str, Record], sort: str) -> None:
    expected = {id_ for id_, record in records.items() if oracle.matches(tree, record)}
    if not list(oracle.wanted_leaves(tree)):
        sort = "published"
    search = [("q", q), ("sort", sort)]
    pages = await reader.walk("/v1/articles", [*search, ("fields", "id")], limit=100)
    ids = [item["id"] for page in pages for item in page]
    assert len(ids) == len(set(ids))
    assert set(ids) == expected, q
    body = await reader.json("/v1/articles", [*search, ("limit", "8"), ("explain", "true"), ("highlight", "true")])
    assert body["total"] == len(expected)
    leaves = list(dict.fromkeys(map(json.dumps, oracle.leaves(tree))))
    for item in body["items"]:
        record = records[item["id"]]
        shown = {(part["field"], *span.values()) for part in item["highlights"] for span in part["spans"]}
        assert shown == oracle.highlights(tree, record), q
        terms = [(term["value"], term["occurs"]) for term in item["terms"]]
        assert {*terms} == {(oracle.value(leaf := json.loads(one)), oracle.matches(leaf, record)) for one in leaves}, q
    if not expected:
        totals = [entry["total"] for entry in body["empty"]["without"]]
        rests = [rest for rest in oracle.without_each_leaf(tree) if rest]
        assert totals == [ARTICLES, *(sum(oracle.matches(rest, one) for one in records.values()) for rest in rests)], q
    again = await reader.json("/v1/articles", [("q", body["understood"]), ("limit", "1")])
    assert (again["total"], again["understood"]) == (body["total"], body["understood"]), q


@pytest.mark.unmeasured
def test_hostile_strings_are_understood_or_refused(queried: World) -> None:
    """What was understood is understood in the same way again."""
    random = Random(SEED)

    async def check(reader: Reader) -> None:
        for number in range(STRINGS):
            q = "".join(random.choices(PIECES, k=random.randint(1, 40)))[:500]
            understood = None
            with suppress(InvalidRequestError):
                understood = parse_query(q).understood
            assert understood is None or parse_query(understood).understood == understood, q
            if number % SENT == 0:
                parameters = {"q": q, "highlight": "true", "explain": "true"}
                response = await reader.client.get("/v1/articles", params=parameters)
                assert response.status_code in {200, 422}, q
                assert understood is None or response.status_code == 422 or response.json()["understood"] == understood

    read(queried.app, check)
