"""A publish is seen whole or not at all: by other workers, by a running export, after a crash."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import anyio
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message

from app.main import create_app
from app.settings import Settings
from app.stores.sqlite import file_url
from tests import oracle
from tests.conftest import app_for, load_jsonl, seed
from tests.contract.conftest import twelve
from tests.contract.shelf import Reader, World, lines, parsed, read, shelved
from tests.contract.strategies import FACETS, SOURCES, Corpus, bounded, compose, corpora
from tests.oracle import Record

MANY = 700
"""More rows than an export reads at a time."""


def test_two_workers_answer_alike_before_and_after_a_publish(own_world: World) -> None:
    """They share nothing but the file: the same bodies, tags and cursors."""
    workers = [TestClient(app_for(own_world.database)) for _ in range(2)]
    urls = ("/v1/articles?limit=5&facet=actor", "/v1/corpus", "/v1/articles.ndjson", "/v1/entities", "/v1/sources")
    for records in ([], twelve(first=100)):
        if records:
            load_jsonl(own_world.database, lines(records))
        for url in urls:
            first, second = (worker.get(url) for worker in workers)
            assert first.content == second.content
            assert first.headers["etag"] == second.headers["etag"]
        cursor = workers[0].get("/v1/articles?limit=5").json()["next"]
        pages = [worker.get(f"/v1/articles?limit=5&cursor={cursor}").json() for worker in workers]
        assert pages[0] == pages[1]
        assert pages[0]["total"] == 12 + len(records)


def test_every_answer_while_others_load_is_of_one_version(own_world: World) -> None:
    """Total, list, words and facets agree in each, and each version has the number of articles that it published."""
    loads = [twelve(first=100 * number) for number in range(1, 5)]

    def load_all() -> None:
        for records in loads:
            load_jsonl(own_world.database, lines(records))

    loading = Thread(target=load_all)
    seen: set[tuple[int, int]] = set()
    with TestClient(own_world.app) as reader:
        loading.start()
        while loading.is_alive() or not seen:
            for url in ("/v1/articles?limit=100&facet=source", "/v1/articles?limit=100&facet=source&q=port"):
                body = reader.get(url).json()
                assert body["total"] == len(body["items"]) == sum(value["count"] for value in body["facets"]["source"])
                seen.add((body["corpus_version"], body["total"]))
        loading.join()
        body = reader.get("/v1/articles?limit=1&facet=language").json()
    assert seen <= {(version, 12 * version) for version in range(1, 6)}
    assert (body["corpus_version"], body["total"]) == (5, 60)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Corpus, list[Corpus]]:
    """Draw a corpus and a few later loads, whose records are new or new versions of old ones."""
    corpus = draw(corpora(max_size=10))
    loads = []
    for _ in range(draw(st.integers(1, 3))):
        rows = draw(corpora(max_size=10))
        start = draw(st.integers(0, 10))
        loads.append([later(row, start + place) for place, row in enumerate(rows)])
    return corpus, loads


def later(row: Record, number: int) -> Record:
    """Return a record under another number; all versions of a number are of one source."""
    source = list(SOURCES)[number % len(SOURCES)]
    url = f"https://{SOURCES[source]}.example/{number}"
    return {**row, "id": f"record-{number}", "url": url, "source": source, "source_id": SOURCES[source]}


def merged(before: Record | None, after: Record) -> Record:
    """Return what an article says after a load: what a later record leaves empty stays."""
    return {**(before or {}), **{key: value for key, value in after.items() if value is not None or before is None}}


@settings(bounded, max_examples=12)
@given(drawn=histories())
def test_many_publishes_come_to_the_same_as_one(migrated: Path, drawn: tuple[Corpus, list[Corpus]]) -> None:
    """Articles that come, move in time, and change their words, entities and languages, in any order of loading."""
    first, loads = drawn
    first = [later(row, place) for place, row in enumerate(first)]
    known = {record["id"]: record for record in first}
    with shelved(migrated, first) as world:

        async def check(reader: Reader) -> None:
            for load in loads:
                load_jsonl(world.database, lines(load))
                known.update({record["id"]: merged(known.get(record["id"]), record) for record in load})
                for article in await reader.export([]):
                    known[f"record-{article['url'].rsplit('/')[-1]}"]["public_id"] = article["id"]
                await agrees(reader, list(known.values()))

        read(world.app, check)


async def agrees(reader: Reader, records: list[Record]) -> None:
    """Check order, facets, words and entities of everything that is published."""
    for sort in ("-published", "published"):
        expected = [record["public_id"] for record in oracle.in_order(records, sort)]
        assert [article["id"] for article in await reader.export([("sort", sort)])] == expected
    facets = (await reader.json("/v1/articles", [("facet", name) for name in FACETS]))["facets"]
    assert facets == {name: oracle.facet(records, [], name) for name in FACETS}
    for pairs in ([("q", "port")], [("from", "2015-11"), ("to", "2015")], [("q", "-ships"), ("language", "en")]):
        found = await reader.export(pairs)
        assert {article["id"] for article in found} == {r["public_id"] for r in oracle.search(records, pairs)}


def test_a_changed_record_is_the_same_article_with_a_new_text(own_world: World, own_reader: TestClient) -> None:
    """The id stays; the old words find it no longer, the new ones do."""
    record = own_world.records[0]
    load_jsonl(own_world.database, [{**lines([record])[0], "text": "Lighthouses.", "entities": []}])
    answer = own_reader.get("/v1/articles?q=lighthouses").json()
    assert [item["id"] for item in answer["items"]] == [record["public_id"]]
    assert own_reader.get("/v1/articles").json()["total"] == 12
    assert own_reader.get(f"/v1/articles/{record['public_id']}").json()["text"] == "Lighthouses."


async def stream(app: FastAPI, path: str, meanwhile: Callable[[], None]) -> bytes:
    """Read a stream; once its first rows came, do something, and only then take the rest."""
    body, waiting = bytearray(), [meanwhile]

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError  # pragma: no cover - the sleep has no end

    async def send(message: Message) -> None:
        body.extend(message.get("body", b""))
        if message.get("body") and waiting:
            waiting.pop()()

    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
             "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
             "root_path": "", "headers": [], "client": ("reader", 1), "server": ("dateline.example", 80)}  # fmt: skip
    await app(scope, receive, send)
    assert not waiting, "there was a stream"
    return bytes(body)


@pytest.mark.parametrize("suffix", ["ndjson", "csv"])
def test_an_export_keeps_the_corpus_it_began_with(migrated: Path, suffix: str) -> None:
    """Newcomers and new texts of a publish meanwhile are in the next export, not in this."""
    corpus = [compose(n, "Alpha Courier", f"Port {n}", "2015", None, ["ships"]) for n in range(MANY)]
    with shelved(migrated, corpus) as world:
        path = f"/v1/articles.{suffix}"
        before = TestClient(world.app).get(path).content
        changed = [{**record, "title": f"New {record['title']}"} for record in corpus[-5:] + corpus[:5]]

        def publish() -> None:
            load_jsonl(world.database, lines([*twelve(first=1000), *changed]))

        assert anyio.run(stream, world.app, path, publish) == before
        after = TestClient(world.app).get(path).content
        assert after.count(b"\n") == before.count(b"\n") + 12
        assert after.count(b"New Port") == 10


def test_an_export_is_valid_line_by_line(own_reader: TestClient) -> None:
    """Every line is one article as lists show it."""
    assert (
        parsed(own_reader.get("/v1/articles.ndjson").content)
        == own_reader.get("/v1/articles?limit=100").json()["items"]
    )


def test_a_version_that_was_compacted_away_asks_to_be_asked_again(database: Path) -> None:
    """A server that has not looked yet cannot show rows that are gone; it says so, and shows nothing in part."""
    article = {"title": "Ferry resumes", "source": "Gazette", "text": "It sails."}
    load_jsonl(database, [article])
    settings = Settings(database_url=file_url(database), snapshot_check_ms=60_000)
    with TestClient(create_app(settings)) as client:
        assert client.get("/v1/articles").json()["total"] == 1
        load_jsonl(database, [{**article, "text": "It sails again."}])
        seed(database, "compact")
        # What it has shown already it can show again; these rows it would have to read.
        answer = client.get("/v1/articles.ndjson")
        assert answer.status_code == 503
        assert "compacted" in answer.json()["detail"]
