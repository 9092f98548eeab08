"""Repeated requests: the cache answers them, with the same response, before anything below it runs."""

from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.http.cache import CacheMiddleware
from app.search.index.snapshot import Snapshot
from tests.http.frame import Shelf, client_of, frame

URL = "/v1/things?actor=a"
ORIGIN = {"Origin": "https://pages.example"}


@dataclass
class CheckedShelf(Shelf):
    """A shelf whose last check for a new version is still fresh, or is not."""

    is_fresh: bool = True

    def fresh(self) -> Snapshot | None:
        """Return the snapshot if the last check is still fresh."""
        return self.snapshot if self.is_fresh else None


@dataclass
class Frame:
    """A client, its shelf, and how many requests the cache passed on."""

    client: TestClient
    shelf: CheckedShelf
    passed: int = 0

    def get(self, *, headers: dict[str, str] | None = None, method: str = "GET") -> tuple[int, bytes, dict[str, str]]:
        response = self.client.request(method, URL, headers=headers or {})
        return response.status_code, response.content, dict(response.headers)


def cache_of(app: FastAPI) -> CacheMiddleware:
    """Return the cache in the middleware of an app."""
    layer = app.build_middleware_stack()
    app.middleware_stack = layer
    while not isinstance(layer, CacheMiddleware):
        layer = layer.app  # type: ignore[attr-defined] # every middleware has the next one
    return layer


@pytest.fixture
def framed() -> Frame:
    app, shelf = frame()
    app.state.corpus = CheckedShelf(shelf.snapshot)
    framed = Frame(client_of(app), app.state.corpus)
    cache = cache_of(app)
    below = cache.app

    async def count_and_pass(scope: Scope, receive: Receive, send: Send) -> None:
        framed.passed += scope["type"] == "http"
        await below(scope, receive, send)

    cache.app = count_and_pass
    return framed


@pytest.mark.parametrize("fresh", [True, False])
def test_the_cache_answers_a_repeated_request(framed: Frame, fresh: bool) -> None:
    framed.shelf.is_fresh = fresh
    first, second = framed.get(), framed.get()
    assert framed.passed == 1
    assert second == first


def test_the_cache_answers_a_client_that_has_the_response(framed: Frame) -> None:
    tag = framed.get()[2]["etag"]
    assert framed.get(headers={"If-None-Match": tag})[0] == 304
    assert framed.passed == 1


@pytest.mark.parametrize("first", [{}, ORIGIN])
def test_a_page_of_another_origin_and_a_script_share_a_stored_response(framed: Frame, first: dict[str, str]) -> None:
    framed.get(headers=first)
    assert framed.get(headers=ORIGIN)[2]["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in framed.get()[2]
    assert framed.passed == 1


def test_a_star_runs_the_request_again(framed: Frame) -> None:
    framed.get()
    assert framed.get(headers={"If-None-Match": "*"})[0] == 304
    assert framed.passed == 2


@pytest.mark.parametrize("methods", [("GET", "HEAD"), ("HEAD", "GET")])
def test_head_and_get_share_a_stored_response(framed: Frame, methods: tuple[str, str]) -> None:
    answers = {method: framed.get(method=method) for method in methods}
    _, body, headers = answers["GET"]
    assert answers["HEAD"] == (200, b"", headers)
    assert body
    assert framed.passed == 1


def test_a_publish_ends_the_use_of_stored_responses(framed: Frame) -> None:
    before = framed.get()
    framed.shelf.publish("second")
    assert framed.get() != before
    assert framed.passed == 2
