"""The same corpus on both stores: all answers are the same, to the byte, but for the cursors of pages."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests import oracle_queries as oracle
from tests.conftest import SOAK, app_for, load_jsonl, migrate
from tests.contract.shelf import json_lines
from tests.contract.strategies import AUTHORS, DAYS, ENTITIES, FACETS, LANGUAGES, SOURCES, TIMES, ZONES, compose
from tests.databases import DATABASES, Server
from tests.oracle import Pairs, Record

ARTICLES = 250
QUERIES = int(os.environ.get("QUERIES", 300 * SOAK))
SEED = 20151124

MAX_PAGES = 3
"""Pages of one list that are compared."""

LISTS = ("/v1/articles", "/v1/statements", "/v1/entities")
OTHERS = (
    *(
        "/v1/articles.csv",
        "/v1/articles.ndjson",
        "/v1/articles.atom",
        "/v1/timeline",
        "/v1/timeline.csv",
        "/v1/network",
    ),
    *("/v1/statements.ndjson", "/v1/compare"),
)

CURSOR = re.compile(r'"(?:next|previous)": ?"[^"]*"|cursor=[^"&<> ]*')
"""A cursor of relevance has the state of the text index, of which each store has words of its own."""


def corpus() -> list[Record]:
    """Return articles in several scripts, with dates of all precisions, entities and statements."""
    random = Random(SEED)
    return [_record(number, random) for number in range(ARTICLES)]


def _record(number: int, random: Random) -> Record:
    day = random.choice(DAYS)
    at = f"{day}T{random.choice(TIMES)}{random.choice(ZONES)}"
    published = random.choice([None, day[:4], day[:7], day, day, at, at])
    words = oracle.record(number, random)
    parts = [str(words["text"]), *random.sample(ENTITIES, random.randrange(4)), *random.choices(oracle.WORDS, k=3)]
    if random.random() < 0.4:
        parts += [". “We see the", random.choice(oracle.WORDS), "there,”", random.choice(ENTITIES[:3]), "said"]
    source, authors = random.choice(list(SOURCES)), random.sample(AUTHORS, random.randrange(3))
    return compose(number, source, str(words["title"]), published, random.choice([None, *LANGUAGES]), parts, authors)


@pytest.fixture(scope="module")
def clients(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[TestClient]]:
    """Yield a client of each store, with equal tokens and times of publishes."""
    folder, opened = tmp_path_factory.mktemp("stores"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("seed.publish.publish.secrets", SimpleNamespace(token_hex=lambda _size: "0123456789abcdef"))
        patch.setattr("seed.publish.publish.time", SimpleNamespace(time=lambda: 1_448_352_000))
        patch.setattr("app.search.index.frequent_words.MIN_REVISIONS", 1)
        patch.setattr("app.search.index.frequent_words.MIN_SHARE", 0.1)
        for file in (folder / "sqlite", folder / "postgresql"):
            _load(file, server)
            opened.append(TestClient(app_for(file)))
    yield opened
    for client in opened:
        client.app.state.corpus.close()  # type: ignore[attr-defined] # it is an application of ours


def _load(file: Path, server: Server) -> None:
    if file.name == "postgresql":
        DATABASES.create(file, server)
    migrate(file)
    records = json_lines(corpus())
    load_jsonl(file, records[: ARTICLES // 2])
    load_jsonl(file, records[ARTICLES // 2 :])


def draw_query(random: Random) -> str:
    """Return a random text query within the limits of queries."""
    while True:
        q = oracle.written(oracle.draw_tree(random), random)
        if len(q) <= 400 and q.count("NEAR(") + q.count("~") <= 2:
            return q


def draw_request(random: Random) -> tuple[str, Pairs]:
    """Return the path and the parameters of a random request, which some paths refuse."""
    path = random.choice([*LISTS[:1] * 8, *LISTS, *OTHERS])
    pairs: Pairs = [("q", draw_query(random))] if random.random() < 0.85 else []
    if random.random() < 0.3:
        pairs.append(("source", random.choice(list(SOURCES.values()))))
    if random.random() < 0.2:
        pairs.append(("from", random.choice(DAYS)))
    if random.random() < 0.2:
        pairs.append(("actor", random.choice(ENTITIES[:3])["id"]))
    if path == "/v1/articles":
        pairs.append(("sort", random.choice(["relevance", "-published", "published", "-updated"])))
        pairs.append(("limit", str(random.choice([3, 20]))))
        pairs += [("facet", name) for name in random.sample(FACETS, random.randrange(3))]
        pairs += [(name, "true") for name in ("highlight", "explain") if random.random() < 0.3]
    return path, pairs


def answers(client: TestClient, path: str, pairs: Pairs) -> Iterator[tuple[int, str]]:
    """Yield the status and the body, without cursors, of each of the first pages."""
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        response = client.get(path, params=[*pairs, *([("cursor", cursor)] if cursor else [])])
        yield response.status_code, CURSOR.sub("", response.text)
        body: Any = response.json() if path in LISTS and response.status_code == 200 else {}
        if (cursor := body.get("next")) is None:
            return


@pytest.mark.unmeasured
def test_both_stores_give_the_same_answers(clients: list[TestClient]) -> None:
    """Words in several scripts, phrases, prefixes, groups, exclusions; orders, facets, pages, exports, statements."""
    random = Random(SEED)
    found = 0
    for _ in range(QUERIES):
        path, pairs = draw_request(random)
        of_sqlite, of_postgresql = (list(answers(client, path, pairs)) for client in clients)
        assert of_sqlite == of_postgresql, (path, pairs)
        found += of_sqlite[0][0] == 200 and '"total":0' not in of_sqlite[0][1]
    assert found > QUERIES / 3


@pytest.mark.parametrize(
    "path", ["/v1/entities", "/v1/sources", "/v1/corpus/versions", "/v1/changes", "/v1/suggest?prefix=am", "/readyz"]
)
def test_both_stores_serve_the_same_corpus(clients: list[TestClient], path: str) -> None:
    of_sqlite, of_postgresql = (client.get(path) for client in clients)
    assert of_sqlite.status_code == 200
    assert of_sqlite.text == of_postgresql.text
