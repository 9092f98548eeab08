"""Load records into a database of their own, serve them, and send many requests to the application.

All requests of a check run in one event loop, which is several times faster than one event loop per request.
"""

import json
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import httpx2
from fastapi import FastAPI

from tests.conftest import app_for, load_jsonl
from tests.oracle import Pairs, Record

FIELDS = ("id", "title", "source", "url", "published", "language", "authors", "text_kind", "text", "entities")


SEARCH_FIELDS: dict[str, Any] = {
    "understood": None,
    "notes": [],
    "resolved": None,
    "sampled": None,
    "undated": None,
    "coarser": None,
}
"""The fields that say how a search was read, where it has no range of days."""


class Reader:
    """A client of one application."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def ask(self, path: str, pairs: Pairs | None = None) -> httpx2.Response:
        """Return the response to a request, which must be 200."""
        response = await self.client.get(path, params=tuple(pairs or ()))
        assert response.status_code == 200, (path, pairs, response.text)
        return response

    async def json(self, path: str, pairs: Pairs | None = None) -> Any:  # noqa: ANN401 - JSON has any type
        """Return the body of a 200 as JSON."""
        return (await self.ask(path, pairs)).json()

    async def export(self, pairs: Pairs) -> list[dict[str, Any]]:
        """Return the articles of an NDJSON export; only a line feed ends a line."""
        return parse_ndjson((await self.ask("/v1/articles.ndjson", pairs)).content)

    async def walk(self, path: str, pairs: Pairs, *, limit: int) -> list[list[dict[str, Any]]]:
        """Return all pages of a list, following `next` to the last one."""
        pages, paging = [], Pairs([("limit", str(limit))])
        while True:
            page = await self.json(path, [*pairs, *paging])
            pages.append(page["items"])
            if page["next"] is None:
                return pages
            paging = [("limit", str(limit)), ("cursor", page["next"])]


def parse_ndjson(export: bytes) -> list[dict[str, Any]]:
    """Return the articles of an NDJSON export; only a line feed ends a line."""
    return [json.loads(line) for line in export.split(b"\n") if line]


def without_leads(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the articles of a list as exports have them."""
    return [{name: value for name, value in item.items() if name != "lead"} for item in items]


def with_parameter(url: str, parameter: str, value: str) -> str:
    """Return a URL with one more parameter; the client's `params` would replace the present ones."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({parameter: value})}"


Check = Callable[[Reader], Awaitable[None]]


def read(app: FastAPI, check: Check) -> None:
    """Run a check against an application, in one event loop."""
    anyio.run(partial(_read, app, check))


async def _read(app: FastAPI, check: Check) -> None:
    transport = httpx2.ASGITransport(app=app)
    # Uncompressed: thousands of responses are read, and other tests check compression.
    headers = {"Accept-Encoding": "identity"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://dateline.example", headers=headers) as client:
        await check(Reader(client))


def json_lines(records: list[Record]) -> list[dict[str, Any]]:
    """Return records as lines of a JSON Lines file: only the fields that a file has, without nulls."""
    return [{key: record[key] for key in FIELDS if record.get(key) is not None} for record in records]


@dataclass(frozen=True)
class World:
    """A loaded corpus and the application that serves it."""

    app: FastAPI
    database: Path
    records: list[Record]


@contextmanager
def serve_records(migrated: Path, records: list[Record]) -> Iterator[World]:
    """Load records into a copy of the migrated database and serve them; set the public id of each record."""
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        database = Path(shutil.copy(migrated, folder))
        if records:
            load_jsonl(database, json_lines(records))
        app = app_for(database)
        try:
            read(app, partial(_set_public_ids, records))
            yield World(app, database, records)
        finally:
            app.state.corpus.close()


async def _set_public_ids(records: list[Record], reader: Reader) -> None:
    ids = {article["url"]: article["id"] for article in await reader.export([])}
    assert len(ids) == len(records), "one article per record"
    for record in records:
        record["public_id"] = ids[record["url"]]
