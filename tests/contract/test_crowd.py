"""A hundred readers while one version after another is published: each answer is of one version, whole."""

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
from app.stores.sqlite import file_url, writer_engine
from seed.maintenance.remove import remove
from tests.conftest import app_for, load_jsonl
from tests.contract.conftest import twelve
from tests.contract.shelf import lines
from tests.serving import PATIENCE, serving

READERS = 100

CHANGED: list[dict[str, Any]] = [
    {**record, "text": "Lighthouses in the port.", "entities": []} for record in lines(twelve())[:3]
]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")

Answer = tuple[int, str]


def taken_out(database: Path) -> None:
    """Remove an article."""
    engine = writer_engine(file_url(database))
    remove(engine, [str(lines(twelve())[4]["url"])])
    engine.dispose()


PUBLISHES: list[Callable[[Path], object]] = [
    *(partial(load_jsonl, records=lines(twelve(first=100 * number))) for number in range(3)),
    partial(load_jsonl, records=CHANGED),
    taken_out,
    partial(load_jsonl, records=lines(twelve(first=300))),
]
"""What makes one version after the other: newcomers, changed articles, a removal."""


def paths(database: Path) -> list[str]:
    """Return what every reader asks: pages, words, facets, entities, statements, and some articles."""
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


def said(status: int, body: str) -> Answer:
    """Return an answer without the moments of publishing, in which two databases differ."""
    return status, INSTANT.sub("", body)


class Reader(threading.Thread):
    """Asks on one connection, again and again; keeps what was wrong and which version it has seen at least."""

    def __init__(self, port: int, versions: dict[str, list[Answer]], done: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.versions, self.done = port, versions, done
        self.wrong: list[str] = []
        self.oldest = self.asked = 0

    def run(self) -> None:
        """Ask everything until the newest version is out, and once more."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        last = False
        while not last and not self.wrong:
            last = self.done.is_set()
            for path in self.versions:
                self._ask(connection, path, last=last)
        connection.close()

    def _ask(self, connection: HTTPConnection, path: str, *, last: bool) -> None:
        connection.request("GET", path)
        response = connection.getresponse()
        answer = said(response.status, response.read().decode())
        self.asked += 1
        numbers = [number for number, expected in enumerate(self.versions[path]) if expected == answer]
        if not numbers or numbers[-1] < self.oldest:
            self.wrong.append(f"{path} after {self.oldest}: {numbers or answer}")
        elif last and numbers[-1] < len(PUBLISHES) - 1:
            self.wrong.append(f"{path} in the end: {numbers}")
        self.oldest = max([self.oldest, *numbers[:1]])


@pytest.fixture
def versions(migrated: Path, tmp_path: Path) -> dict[str, list[Answer]]:
    """What each version answers, as a database says that nobody else reads."""
    twin = Path(shutil.copy(migrated, tmp_path / "twin.db"))
    PUBLISHES[0](twin)
    found: dict[str, list[Answer]] = {path: [] for path in paths(twin)}
    for number, publish in enumerate(PUBLISHES):
        if number:
            publish(twin)
        with TestClient(app_for(twin)) as client:
            for path, answers in found.items():
                answer = client.get(path)
                answers.append(said(answer.status_code, answer.text))
    return found


def test_a_hundred_readers_see_each_version_whole(database: Path, versions: dict[str, list[Answer]]) -> None:
    """Never an older one on the same connection, and in the end all see the newest."""
    PUBLISHES[0](database)
    done = threading.Event()
    with serving(create_app(Settings(database_url=file_url(database), snapshot_check_ms=0))) as port:
        readers = [Reader(port, versions, done) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        for publish in PUBLISHES[1:]:
            publish(database)
        done.set()
        for reader in readers:
            reader.join(6 * PATIENCE)
    assert [reader.wrong for reader in readers if reader.wrong] == []
    assert not any(reader.is_alive() for reader in readers)
    assert min(reader.asked for reader in readers) >= len(versions)
    assert len(set(next(iter(versions.values())))) == len(PUBLISHES)
