"""Many readers while versions are published one after another: each response is of one whole version."""

import re
import shutil
import threading
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.stores import store_of
from seed.maintenance.remove import remove
from tests.conftest import SOAK, app_for, load_jsonl
from tests.contract.conftest import twelve
from tests.contract.shelf import json_lines
from tests.databases import url_of
from tests.serving import TIMEOUT_SECONDS, serving

pytestmark = [pytest.mark.unmeasured, pytest.mark.soak]

READERS = min(40 * SOAK, 100)
"""More than the connections of a default pool, and ten times the threads; a hundred in `make soak`."""

CHANGED: list[dict[str, Any]] = [
    {**record, "text": "Lighthouses in the port.", "entities": []} for record in json_lines(twelve())[:3]
]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")

Answer = tuple[int, str]


def remove_one_article(database: Path) -> None:
    """Remove one article."""
    engine = store_of(url_of(database)).writer_engine()
    remove(engine, [str(json_lines(twelve())[4]["url"])])
    engine.dispose()


PUBLISHES: list[Callable[[Path], object]] = [
    *(partial(load_jsonl, records=json_lines(twelve(first=100 * number))) for number in range(3)),
    partial(load_jsonl, records=CHANGED),
    remove_one_article,
    partial(load_jsonl, records=json_lines(twelve(first=300))),
]
"""The steps that publish one version each: new articles, changed articles, a removal."""


def paths(database: Path) -> list[str]:
    """Return the paths that every reader requests: pages, words, facets, entities, a timeline, and some articles."""
    with TestClient(app_for(database)) as client:
        ids = [item["id"] for item in client.get("/v1/articles?limit=12").json()["items"]]
    return [
        "/v1/articles?limit=100&facet=source&facet=actor&facet=language",
        f"/v1/articles?q={quote('“the port”')}&limit=5&facet=place",
        "/v1/articles?q=lighthouses",
        "/v1/articles?from=2015&to=2016&sort=published&limit=7",
        "/v1/entities?limit=10",
        "/v1/timeline?interval=month",
        *(f"/v1/articles/{id_}" for id_ in ids[::2]),
    ]


def without_instants(status: int, body: str) -> Answer:
    """Return a response without the instants of publishing, in which two databases differ."""
    return status, INSTANT.sub("", body)


class Reader(threading.Thread):
    """A reader that sends requests on one connection and records errors and the oldest version it can have seen."""

    def __init__(self, port: int, versions: dict[str, list[Answer]], done: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.versions, self.done = port, versions, done
        self.errors: list[str] = []
        self.oldest = self.requests = 0

    def run(self) -> None:
        """Request every path until the newest version is published, and once more."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        last = False
        while not last and not self.errors:
            last = self.done.is_set()
            for path in self.versions:
                self._request(connection, path, last=last)
        connection.close()

    def _request(self, connection: HTTPConnection, path: str, *, last: bool) -> None:
        connection.request("GET", path)
        response = connection.getresponse()
        answer = without_instants(response.status, response.read().decode())
        self.requests += 1
        numbers = [number for number, expected in enumerate(self.versions[path]) if expected == answer]
        if not numbers or numbers[-1] < self.oldest:
            self.errors.append(f"{path} after {self.oldest}: {numbers or answer}")
        elif last and numbers[-1] < len(PUBLISHES) - 1:
            self.errors.append(f"{path} at the end: {numbers}")
        self.oldest = max([self.oldest, *numbers[:1]])


@pytest.fixture
def versions(migrated: Path, tmp_path: Path) -> dict[str, list[Answer]]:
    """Return the responses of each version by path, from a second database that nobody else reads."""
    other_database = Path(shutil.copy(migrated, tmp_path / "other_database.db"))
    PUBLISHES[0](other_database)
    responses: dict[str, list[Answer]] = {path: [] for path in paths(other_database)}
    for number, publish in enumerate(PUBLISHES):
        if number:
            publish(other_database)
        with TestClient(app_for(other_database)) as client:
            for path, answers in responses.items():
                answer = client.get(path)
                answers.append(without_instants(answer.status_code, answer.text))
    return responses


def test_many_readers_see_each_version_whole(database: Path, versions: dict[str, list[Answer]]) -> None:
    """No connection sees an older version again, and in the end all see the newest."""
    PUBLISHES[0](database)
    done = threading.Event()
    with serving(create_app(Settings(database_url=url_of(database), snapshot_check_ms=0))) as port:
        readers = [Reader(port, versions, done) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        for publish in PUBLISHES[1:]:
            publish(database)
        done.set()
        for reader in readers:
            reader.join(6 * TIMEOUT_SECONDS)
    assert [reader.errors for reader in readers if reader.errors] == []
    assert not any(reader.is_alive() for reader in readers)
    assert min(reader.requests for reader in readers) >= len(versions)
    assert len(set(next(iter(versions.values())))) == len(PUBLISHES)
