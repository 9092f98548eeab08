"""What is answered already goes out before anything else looks at the request, and is the same."""

from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.http.caching.middleware import Shortcut
from app.search.index.snapshot import Snapshot
from tests.http.frame import Shelf, client_of, frame

URL = "/v1/things?actor=a"
ORIGIN = {"Origin": "https://pages.example"}


@dataclass
class Looked(Shelf):
    """A shelf that was looked at a moment ago, or was not."""

    is_fresh: bool = True

    def fresh(self) -> Snapshot | None:
        """Return the snapshot if it was looked at."""
        return self.snapshot if self.is_fresh else None


@dataclass
class Frame:
    """A client, its shelf, and how often a request went the long way."""

    client: TestClient
    shelf: Looked
    passed: int = 0

    def asked(self, *, headers: dict[str, str] | None = None, method: str = "GET") -> tuple[int, bytes, dict[str, str]]:
        response = self.client.request(method, URL, headers=headers or {})
        return response.status_code, response.content, dict(response.headers)


@pytest.fixture
def framed(monkeypatch: pytest.MonkeyPatch) -> Frame:
    app, shelf = frame()
    app.state.corpus = Looked(shelf.snapshot)
    found = Frame(client_of(app), app.state.corpus)
    stack = app.build_middleware_stack()
    assert isinstance(stack, Shortcut)
    whole = stack.app

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        found.passed += scope["type"] == "http"
        await whole(scope, receive, send)

    stack.app = counted
    monkeypatch.setattr(app, "middleware_stack", stack)
    return found


def test_the_same_answer_goes_the_short_way(framed: Frame) -> None:
    first, second = framed.asked(), framed.asked()
    assert framed.passed == 1
    assert second == first


def test_a_304_is_the_same_on_both_ways(framed: Frame) -> None:
    tag = framed.asked()[2]["etag"]
    short = framed.asked(headers={"If-None-Match": tag})
    assert (short[0], framed.passed) == (304, 1)
    framed.shelf.is_fresh = False
    assert framed.asked(headers={"If-None-Match": tag}) == short
    assert framed.passed == 2


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": "*"}])
def test_a_page_of_another_origin_is_told_that_it_may_read(framed: Frame, headers: dict[str, str]) -> None:
    framed.asked()
    assert framed.asked(headers={**ORIGIN, **headers})[2]["access-control-allow-origin"] == "*"
    assert framed.passed == 2


def test_head_has_no_body(framed: Frame) -> None:
    _, body, headers = framed.asked()
    assert framed.asked(method="HEAD") == (200, b"", headers)
    assert body


def test_another_publish_is_answered_anew(framed: Frame) -> None:
    before = framed.asked()
    framed.shelf.publish("second")
    assert framed.asked() != before
    assert framed.passed == 2
