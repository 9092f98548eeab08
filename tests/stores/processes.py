"""Commands and servers of Dateline as processes of their own."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any, NamedTuple

import httpx2

from tests.conftest import ROOT
from tests.stores.cluster import free_port, wait_until

SECONDS = 180.0
"""Time after which a test stops waiting."""


def dateline(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "seed", *arguments],
        cwd=ROOT,
        env=_environment(settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def _environment(settings: dict[str, str]) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
    return {**others, "PYTHONPATH": str(ROOT), **{f"DATELINE_{name.upper()}": v for name, v in settings.items()}}


class Answer(NamedTuple):
    """An answer: when its request was sent and when it came, its status, its corpus version, and an error's body."""

    sent: float
    at: float
    status: int
    version: int
    error: str


class Api:
    """A server process, and a thread that asks it all the time for what no cache has."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS)
        self.answers: list[Answer] = []
        self._numbers = count()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask_on)

    def ask(self) -> int:
        """Search for words, in an order that needs the database; return the status."""
        number = next(self._numbers)
        query = {"q": f"ferry OR nothing{number}", "sort": "relevance", "limit": "3", "facet": "source"}
        sent = time.monotonic()
        response = self.client.get("/v1/articles", params=query)
        version = response.json().get("corpus_version", 0)
        error = response.text if response.status_code != 200 else ""
        self.answers.append(Answer(sent, time.monotonic(), response.status_code, version, error))
        return response.status_code

    def _ask_on(self) -> None:
        while not self._ended.wait(0.05):
            self.ask()

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Ask all the time; fail afterwards if an answer was worse than a 503, or of an older version than another."""
        self.answers.clear()
        self._thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._thread.join(SECONDS)
        assert {answer.status for answer in self.answers} <= {200, 503}, self.answers
        versions = [answer.version for answer in self.answers if answer.status == 200]
        assert versions == sorted(versions)
        assert not [answer for answer in self.answers if "compacted" in answer.error]

    def dark_seconds(self, since: float) -> float:
        """Return the time from an instant to the first good answer to a request that was sent after it."""
        return min(answer.at for answer in self.answers if answer.sent > since and answer.status == 200) - since

    def slowest(self, until: float) -> float:
        """Return how long the slowest answer before an instant took."""
        return max(answer.at - answer.sent for answer in self.answers if answer.at < until)

    def errors(self) -> list[str]:
        """Return the bodies of the requests that were answered with 503."""
        return [answer.error for answer in self.answers if answer.status != 200]

    def status(self) -> int:
        """Return the status of the last answer."""
        return self.answers[-1].status if self.answers else 0

    def total(self) -> int:
        """Return the number of articles that are served."""
        body: Any = self.client.get("/v1/articles?limit=1").json()
        return int(body["total"])

    def host(self) -> str | None:
        """Return which host is read."""
        body: Any = self.client.get("/readyz").json()
        host: str | None = body.get("database_host")
        return host


@contextmanager
def serving(**settings: str) -> Iterator[Api]:
    """Run `dateline serve` with these settings."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "seed", "serve", "--port", str(port), "--quiet"],
        cwd=ROOT,
        env=_environment({"snapshot_check_ms": "50", **settings}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    api = Api(process, port)
    try:
        wait_until(lambda: _is_ready(api))
        yield api
    finally:
        api.client.close()
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(SECONDS)


def _is_ready(api: Api) -> bool:
    assert api.process.poll() is None
    with suppress(httpx2.TransportError):
        return api.client.get("/readyz").status_code == 200
    return False
