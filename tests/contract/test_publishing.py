"""A publish is seen whole or not at all: by other workers, by a running export, after a crash."""

import json
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Message

from tests.conftest import app_for, load_jsonl
from tests.contract.conftest import twelve
from tests.contract.shelf import World, lines, shelved
from tests.contract.strategies import compose

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
    exported = [json.loads(line) for line in own_reader.get("/v1/articles.ndjson").text.splitlines()]
    assert exported == own_reader.get("/v1/articles?limit=100").json()["items"]
