"""What the tests of copies share: databases with a history, all rows of a database, and all bodies that it serves."""

import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import SQLModel
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.stores import store_of
from app.stores.schema import recorded_schema
from seed.maintenance.compact import compact
from seed.maintenance.remove import remove, undo_removal
from seed.maintenance.table_rows import Checksum, read_batches
from seed.pipeline.load import load
from seed.readers import Overrides, read_paths
from seed.records import Origin, Visit, VisitEnd
from tests.conftest import load_jsonl, resources, write_jsonl
from tests.contract.shelf import json_lines
from tests.contract.strategies import AUTHORS, DAYS, ENTITIES, LANGUAGES, SOURCES, TIMES, ZONES, compose
from tests.oracle import Record
from tests.oracle_queries import WORDS
from tests.seed.loading import load_into, report, writing

SEED = 20151124

QUERY = "?q=the OR lorem OR report"

EXPORTS = (
    *(f"/v1/articles.{name}" for name in ("csv", "ndjson", "xlsx", "atom", "rss", "jsonfeed")),
    *(f"/v1/statements.{name}" for name in ("csv", "ndjson", "xlsx")),
    *(f"/v1/entities.{name}" for name in ("csv", "ndjson", "xlsx")),
    *(f"/v1/sources.{name}" for name in ("csv", "ndjson")),
    *(f"/v1/timeline.{name}" for name in ("csv", "ndjson")),
    *(f"/v1/compare.{name}" for name in ("csv", "ndjson")),
    *(f"/v1/network.{name}" for name in ("csv", "ndjson", "graphml")),
)
"""Every kind of export."""

VIEWS = (
    "/v1/articles?limit=100&facet=source&facet=actor&facet=place&facet=weapon&facet=language&facet=precision",
    "/v1/articles?sort=-updated&limit=50",
    "/v1/statements?limit=100",
    "/v1/entities?limit=100",
    "/v1/sources?limit=100",
    "/v1/timeline",
    "/v1/network",
    "/v1/compare",
    "/v1/suggest?prefix=a",
    "/v1/corpus",
    "/v1/corpus/versions",
    "/v1/changes?since=0&limit=100",
    "/readyz",
)
"""Views of all articles."""

OF_ARTICLE = ("", ".jsonld", "/annotations", "/citation?style=csl", "/versions", "/similar")

SAID = "Admiral Ada Byrne left Amsel. “We sail,” Byrne said. The Vellandian Navy waits at Twin Quay."

MAX_ARTICLES = 12
"""Articles whose own views are compared."""


class InterruptedLoadError(Exception):
    """A load ends before it publishes."""


def records(count: int, random: Random, version: int) -> list[Record]:
    """Return records with dates of all precisions, entities and statements; another version has other texts."""
    return [_record(number, random, version) for number in range(count)]


def _record(number: int, random: Random, version: int) -> Record:
    day = random.choice(DAYS)
    published = random.choice([None, day[:4], day[:7], day, f"{day}T{random.choice(TIMES)}{random.choice(ZONES)}"])
    parts: list[Any] = [f"Report {number}, edition {version}:", *random.choices(WORDS, k=12)]
    parts += random.sample(ENTITIES, random.randrange(4))
    if random.random() < 0.4:
        parts += [". “We see the", random.choice(WORDS), "there,”", random.choice(ENTITIES[:3]), "said"]
    source, authors = random.choice(list(SOURCES)), random.sample(AUTHORS, random.randrange(3))
    return compose(number, source, f"Report {number}", published, random.choice([None, *LANGUAGES]), parts, authors)


def add_history(database: Path, count: int) -> None:
    """Load articles in several versions; remove some, bring some back, delete texts, and leave some unpublished."""
    random = Random(SEED)
    first = json_lines(records(count, random, 1))
    load_jsonl(database, first)
    load_into(database, [report(f"Said {number}", on="2019-03-04", text=SAID) for number in range(count // 10 + 1)])
    for version in (2, 3):
        newer = json_lines(records(count, random, version))
        # The same address, and so the same article.
        load_jsonl(database, [one | {"url": old["url"]} for one, old in zip(newer, first, strict=True)][::version])
    with writing(database) as engine:
        removed = [str(one["url"]) for one in first[:: max(2, count // 40)]]
        remove(engine, removed, reason="at the publisher’s request")
        undo_removal(engine, removed[::2])
        visit = Visit("https://amsel.example/feed", '"a"', None, 1_600_000_000, 200, "00")
        load_into(database, [VisitEnd(Origin(visit.url), visit)])
        compact(engine)
        _load_without_publishing(database, json_lines(records(count // 10 + 1, random, 4)))


def _load_without_publishing(database: Path, lines: list[dict[str, Any]]) -> None:
    def stop(checkpoint: str) -> None:
        if checkpoint == "snapshot built":
            raise InterruptedLoadError

    with writing(database) as engine:
        file = write_jsonl(database, lines)
        try:
            load(engine, read_paths([file], overrides=Overrides()), resources(), checkpoint=stop)
        except InterruptedLoadError:
            return
    raise AssertionError("the load was not interrupted")


def rows_of(url: str) -> dict[str, Any]:
    """Return all rows of a database as they are stored, the last id of its revisions, and its migration."""
    store = store_of(url)
    engine = store.reader_engine()
    try:
        with engine.connect() as connection:
            tables = {
                table.name: [row for rows in read_batches(connection, table, Checksum()) for row in rows]
                for table in SQLModel.metadata.sorted_tables
            }
            return {**tables, "last id": store.last_revision_id(connection), "schema": recorded_schema(connection)}
    finally:
        engine.dispose()


Answers = dict[str, tuple[int, str | None, bytes]]
"""The status, the ETag and the body of each response, by path."""


def bodies(url: str) -> Answers:
    """Return the answers to requests for each export and view, and for those of some articles."""
    settings = Settings(database_url=url, snapshot_check_ms=0, verify_hours=0, now=datetime(2026, 1, 1, tzinfo=UTC))
    app = create_app(settings)
    with TestClient(app) as client:
        articles = [item["id"] for item in client.get("/v1/articles?limit=100").json()["items"]][:MAX_ARTICLES]
        gone = [item["article"] for item in client.get("/v1/changes?since=0&limit=100").json()["items"]][:MAX_ARTICLES]
        own = (f"/v1/articles/{id_}{view}" for id_ in dict.fromkeys([*articles, *gone]) for view in OF_ARTICLE)
        words = (f"/v1/articles{QUERY}&limit=50{order}" for order in ("", "&sort=relevance"))
        paths = [*VIEWS, *EXPORTS, *words, *own]
        answers = ((path, client.get(path)) for path in paths)
        return {path: (answer.status_code, answer.headers.get("etag"), answer.content) for path, answer in answers}


RELEVANCE_CURSOR = re.compile(rb'"next": ?"[^"]*"')
"""A cursor of relevance has the state of the text index, of which each system has words of its own."""


def without_cursors(answers: Answers) -> Answers:
    """Return answers without the cursors of relevance."""
    return {
        path: (status, etag, RELEVANCE_CURSOR.sub(b"", body) if "relevance" in path else body)
        for path, (status, etag, body) in answers.items()
    }
