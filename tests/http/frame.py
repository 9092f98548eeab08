"""A small app with all middleware of `app.http`; a test can publish to its corpus and pass its own routes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.types import ASGIApp

from app.errors import NotFoundError
from app.http.cache import SnapshotDep
from app.http.problems import problems
from app.http.responses import stream_response
from app.http.strict_params import v1_router
from app.main import build_app
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticlePage
from app.settings import Settings
from app.stores import store_of
from app.stores.verification import Verification
from app.wire.exports.tables import NDJSON_TYPE
from tests.proxy import mounted

# Tests that are not about compression read plain bodies, and headers without random ids can be compared.
HEADERS = {"Accept-Encoding": "identity", "X-Request-ID": "a-test"}

LINES = 50


class Thing(BaseModel):
    """The response of the sample routes."""

    version: int
    given: dict[str, Any]


@dataclass
class Shelf:
    """A corpus whose snapshot tests set; `requests` counts uses of it, `failure` is raised instead."""

    snapshot: Snapshot
    failure: Exception | None = None
    requests: int = 0
    closed: int = 0
    opened: int = 0
    is_open: bool = False

    def fresh(self) -> Snapshot | None:
        """Return None, so that each request checks for a new version."""
        return None

    def current(self) -> Snapshot:
        """Return the snapshot, as `app.search.index.live.CurrentSnapshot` does."""
        self.requests += 1
        if self.failure:
            raise self.failure
        self.opened += not self.is_open
        self.is_open = True
        return self.snapshot

    def close(self) -> None:
        """Count how often the app has closed its corpus."""
        self.closed += 1

    def publish(self, token: str) -> None:
        """Make another version current."""
        self.snapshot = replace(self.snapshot, version=self.snapshot.version + 1, token=token)
        self.is_open = False


def sample_router() -> APIRouter:
    """Return routes of each kind: a list with filters, one thing, no parameters, a stream, a large body."""
    router = v1_router("things")

    @router.get("/things", responses=problems(410))
    def list_things(filters: Annotated[ArticlePage, Query()], snapshot: SnapshotDep) -> Thing:
        return Thing(version=snapshot.version, given=filters.model_dump(exclude_unset=True, by_alias=True))

    @router.get("/things/{thing_id}", responses=problems(404))
    def get_thing(thing_id: str) -> Thing:
        if thing_id == "none":
            raise NotFoundError("Nothing is published under the id none.")
        return Thing(version=0, given={"thing_id": thing_id})

    @router.get("/counts")
    def count_things(snapshot: SnapshotDep) -> Thing:
        return Thing(version=snapshot.version, given={})

    @router.get("/things.ndjson")
    def export_things() -> Response:
        return stream_response(iter([b'{"n": 1}\n' * 10] * LINES), NDJSON_TYPE)

    @router.get("/large")
    def get_large() -> Thing:
        return Thing(version=0, given={"text": "again and " * 1000})

    return router


def frame(*routers: APIRouter, settings: Settings | None = None) -> tuple[FastAPI, Shelf]:
    """Return the app, by default of the sample routes, and the shelf that replaces its corpus."""
    app = build_app(settings or Settings(), routers or (sample_router(),))
    shelf = Shelf(replace(Snapshot.unpublished(), token="first"))  # noqa: S106 - a publish token is no secret
    app.state.corpus = shelf
    app.state.store = store_of("sqlite:///unused.db")
    app.state.verification = Verification(app.state.store, hours=0)
    return mounted(app), shelf


def client_of(app: ASGIApp) -> TestClient:
    """Return a client that gets a 500 like a browser, instead of the exception."""
    return TestClient(app, raise_server_exceptions=False, headers=HEADERS)


def raising(error: Exception) -> APIRouter:
    """Return a router whose only route, `/v1/fails`, raises this error."""
    router = v1_router("failures")

    @router.get("/fails")
    def fail() -> Thing:
        raise error

    return router


def failing_chunks() -> Iterator[bytes]:
    """Yield a chunk, then fail."""
    yield b"one\n"
    raise RuntimeError("secret")
