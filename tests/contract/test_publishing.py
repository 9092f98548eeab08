"""A publish is seen completely or not at all: by other workers and by a running export."""

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
from tests import oracle
from tests.conftest import SOAK, app_for, load_jsonl, seed
from tests.contract.conftest import twelve
from tests.contract.shelf import Reader, World, json_lines, parse_ndjson, read, serve_records, without_leads
from tests.contract.strategies import FACETS, SOURCES, Corpus, bounded, compose, corpora
from tests.databases import url_of
from tests.oracle import Record

pytestmark = pytest.mark.unmeasured

MANY = 700
"""More articles than an export reads together."""


def test_two_workers_respond_alike_before_and_after_a_publish(own_world: World) -> None:
    """They share nothing but the file, and have the same bodies, ETags and cursors."""
    workers = [TestClient(app_for(own_world.database)) for _ in range(2)]
    urls = ("/v1/articles?limit=5&facet=actor", "/v1/corpus", "/v1/articles.ndjson", "/v1/entities", "/v1/sources")
    for records in ([], twelve(first=100)):
        if records:
            load_jsonl(own_world.database, json_lines(records))
        for url in urls:
            first, second = (worker.get(url) for worker in workers)
            assert first.content == second.content
            assert first.headers["etag"] == second.headers["etag"]
        cursor = workers[0].get("/v1/articles?limit=5").json()["next"]
        pages = [worker.get(f"/v1/articles?limit=5&cursor={cursor}").json() for worker in workers]
        assert pages[0] == pages[1]
        assert pages[0]["total"] == 12 + len(records)


def test_every_response_during_loads_is_of_one_version(own_world: World) -> None:
    """Total, list, words and facets agree in each response, and each version has the articles that it published."""
    loads = [twelve(first=100 * number) for number in range(1, 5)]

    def load_all() -> None:
        for records in loads:
            load_jsonl(own_world.database, json_lines(records))

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
    """Draw a corpus and a few later loads of new records and new versions of old ones."""
    corpus = draw(corpora(max_size=10))
    loads = []
    for _ in range(draw(st.integers(1, 3))):
        rows = draw(corpora(max_size=10))
        start = draw(st.integers(0, 10))
        loads.append([renumbered(row, start + offset) for offset, row in enumerate(rows)])
    return corpus, loads


def renumbered(row: Record, number: int) -> Record:
    """Return a record with another number; all versions of a number are full texts of the same source."""
    source = list(SOURCES)[number % len(SOURCES)]
    url = f"https://{SOURCES[source]}.example/{number}"
    of_number = {"id": f"record-{number}", "url": url, "source": source, "source_id": SOURCES[source]}
    return {**row, **of_number, "text_kind": "full"}


def merged(before: Record | None, after: Record) -> Record:
    """Return an article after a load: a field that the later record leaves empty keeps its value.

    So does a date of which the later record has only the day, the month or the year.
    """
    if before is None:
        return after
    given = {key: value for key, value in after.items() if value is not None and (key != "authors" or value)}
    if str(before.get("published")).startswith(str(given.get("published"))):
        del given["published"]
    return {**before, **given}


@settings(bounded, max_examples=6 * SOAK)
@given(drawn=histories())
def test_many_publishes_give_the_same_as_one(migrated: Path, drawn: tuple[Corpus, list[Corpus]]) -> None:
    """Articles are added and change their dates, words, entities and languages, in any order of loading."""
    first, loads = drawn
    first = [renumbered(row, number) for number, row in enumerate(first)]
    known = {record["id"]: record for record in first}
    with serve_records(migrated, first) as world:

        async def check(reader: Reader) -> None:
            for load in loads:
                load_jsonl(world.database, json_lines(load))
                known.update({record["id"]: merged(known.get(record["id"]), record) for record in load})
                for article in await reader.export([]):
                    known[f"record-{article['url'].rsplit('/')[-1]}"]["public_id"] = article["id"]
                await assert_agreement(reader, list(known.values()))

        read(world.app, check)


async def assert_agreement(reader: Reader, records: list[Record]) -> None:
    """Check the order, facets, words and entities of the whole corpus."""
    for sort in ("-published", "published"):
        expected = [record["public_id"] for record in oracle.in_order(records, sort)]
        assert [article["id"] for article in await reader.export([("sort", sort)])] == expected
    facets = (await reader.json("/v1/articles", [("facet", name) for name in FACETS]))["facets"]
    assert facets == {name: oracle.facet(records, [], name) for name in FACETS}
    for pairs in ([("q", "port")], [("from", "2015-11"), ("to", "2015")], [("q", "-ships"), ("language", "en")]):
        found = await reader.export(pairs)
        assert {article["id"] for article in found} == {r["public_id"] for r in oracle.search(records, pairs)}


def test_a_changed_record_is_the_same_article_with_a_new_text(own_world: World, own_reader: TestClient) -> None:
    """Its id stays; the new words find it, and the old ones no longer do."""
    record = own_world.records[0]
    load_jsonl(own_world.database, [{**json_lines([record])[0], "text": "Lighthouses.", "entities": []}])
    answer = own_reader.get("/v1/articles?q=lighthouses").json()
    assert [item["id"] for item in answer["items"]] == [record["public_id"]]
    assert own_reader.get("/v1/articles").json()["total"] == 12
    assert own_reader.get(f"/v1/articles/{record['public_id']}").json()["text"] == "Lighthouses."


async def stream(app: FastAPI, path: str, meanwhile: Callable[[], None]) -> bytes:
    """Read a stream; call `meanwhile` after its first rows and then read the remaining ones."""
    body, waiting = bytearray(), [meanwhile]

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError  # pragma: no cover - the sleep never ends

    async def send(message: Message) -> None:
        body.extend(message.get("body", b""))
        if message.get("body") and waiting:
            waiting.pop()()

    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
             "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
             "root_path": "", "headers": [], "client": ("reader", 1), "server": ("dateline.example", 80)}  # fmt: skip
    await app(scope, receive, send)
    assert not waiting, "the response was not streamed"
    return bytes(body)


@pytest.mark.parametrize("suffix", ["ndjson", "csv"])
def test_an_export_keeps_the_corpus_it_began_with(migrated: Path, suffix: str) -> None:
    """New articles and texts of a publish during the export are in the next export, not in this one."""
    corpus = [compose(n, "Alpha Courier", f"Port {n}", "2015", None, ["ships"]) for n in range(MANY)]
    with serve_records(migrated, corpus) as world:
        path = f"/v1/articles.{suffix}"
        before = TestClient(world.app).get(path).content
        changed = [{**record, "title": f"New {record['title']}"} for record in corpus[-5:] + corpus[:5]]

        def publish() -> None:
            load_jsonl(world.database, json_lines([*twelve(first=1000), *changed]))

        assert anyio.run(stream, world.app, path, publish) == before
        after = TestClient(world.app).get(path).content
        assert after.count(b"\n") == before.count(b"\n") + 12
        assert after.count(b"New Port") == 10


def test_an_export_is_valid_line_by_line(own_reader: TestClient) -> None:
    """Every line is an article as lists show it, without its lead."""
    listed = own_reader.get("/v1/articles?limit=100").json()["items"]
    assert parse_ndjson(own_reader.get("/v1/articles.ndjson").content) == without_leads(listed)


def test_a_compacted_version_is_answered_503(database: Path) -> None:
    """A server that has not yet noticed the next version cannot read deleted rows; it says so and returns nothing."""
    article = {"title": "Ferry resumes", "source": "Gazette", "text": "It sails."}
    load_jsonl(database, [article])
    settings = Settings(database_url=url_of(database), snapshot_check_ms=60_000)
    with TestClient(create_app(settings)) as client:
        assert client.get("/v1/articles").json()["total"] == 1
        load_jsonl(database, [{**article, "text": "It sails again."}])
        seed(database, "compact")
        # Cached articles could still be returned; these rows have to be read.
        answer = client.get("/v1/articles.ndjson")
        assert answer.status_code == 503
        assert "compacted" in answer.json()["detail"]
