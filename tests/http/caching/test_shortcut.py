"""The fast path of the cache: it answers before any other middleware runs, with the same response."""

from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.http.caching.middleware import CacheFastPath
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
    """A client, its shelf, and how many requests passed through all middleware."""

    client: TestClient
    shelf: CheckedShelf
    passed: int = 0

    def get(self, *, headers: dict[str, str] | None = None, method: str = "GET") -> tuple[int, bytes, dict[str, str]]:
        response = self.client.request(method, URL, headers=headers or {})
        return response.status_code, response.content, dict(response.headers)


@pytest.fixture
def framed(monkeypatch: pytest.MonkeyPatch) -> Frame:
    app, shelf = frame()
    app.state.corpus = CheckedShelf(shelf.snapshot)
    framed = Frame(client_of(app), app.state.corpus)
    stack = app.build_middleware_stack()
    assert isinstance(stack, CacheFastPath)
    inner_app = stack.app

    async def count_and_pass(scope: Scope, receive: Receive, send: Send) -> None:
        framed.passed += scope["type"] == "http"
        await inner_app(scope, receive, send)

    stack.app = count_and_pass
    monkeypatch.setattr(app, "middleware_stack", stack)
    return framed


def test_a_repeated_request_takes_the_fast_path(framed: Frame) -> None:
    first, second = framed.get(), framed.get()
    assert framed.passed == 1
    assert second == first


def test_a_304_is_the_same_on_both_paths(framed: Frame) -> None:
    tag = framed.get()[2]["etag"]
    fast = framed.get(headers={"If-None-Match": tag})
    assert (fast[0], framed.passed) == (304, 1)
    framed.shelf.is_fresh = False
    assert framed.get(headers={"If-None-Match": tag}) == fast
    assert framed.passed == 2


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": "*"}])
def test_a_page_of_another_origin_may_read_the_response(framed: Frame, headers: dict[str, str]) -> None:
    framed.get()
    assert framed.get(headers={**ORIGIN, **headers})[2]["access-control-allow-origin"] == "*"
    assert framed.passed == 2


def test_head_has_no_body(framed: Frame) -> None:
    _, body, headers = framed.get()
    assert framed.get(method="HEAD") == (200, b"", headers)
    assert body


def test_a_publish_ends_the_use_of_stored_responses(framed: Frame) -> None:
    before = framed.get()
    framed.shelf.publish("second")
    assert framed.get() != before
    assert framed.passed == 2
