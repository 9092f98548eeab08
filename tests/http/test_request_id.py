"""Every response has the id of its request: the one that the client sent, or a new one."""

import logging
import re

import pytest
from fastapi.testclient import TestClient
from starlette.types import Scope

from app.http.middleware import request_id
from tests.http.frame import Shelf, client_of, frame, raising
from tests.http.test_repeated import CheckedShelf

RANDOM_ID = re.compile(r"[0-9a-f]{16}")
CLIENT_ID = {"X-Request-ID": "page.7_Load-1"}
PAGE = {"Origin": "https://pages.example"}

REQUESTS = [
    # method, path, headers, status
    ("GET", "/v1/counts", {}, 200),
    ("GET", "/v1/counts", PAGE, 200),
    ("HEAD", "/v1/counts", {}, 200),
    ("GET", "/v1/counts", {"If-None-Match": "*"}, 304),
    ("GET", "/v1/things.ndjson", {}, 200),
    ("GET", "/v1/things?limit=0", {}, 422),
    ("GET", "/v1/things/none", {}, 404),
    ("GET", "/nothing", {}, 404),
    ("POST", "/v1/counts", {}, 405),
    ("GET", f"/v1/things?q={'x' * 9000}", {}, 414),
    ("OPTIONS", "/v1/counts", {}, 204),
    ("OPTIONS", "/v1/counts", {**PAGE, "Access-Control-Request-Method": "GET"}, 200),
    ("OPTIONS", "/v1/counts", {**PAGE, "Access-Control-Request-Method": "DELETE"}, 400),
    ("GET", "/openapi.json", {}, 200),
]


@pytest.mark.parametrize(("method", "path", "headers", "status"), REQUESTS, ids=[f"{r[0]} {r[3]}" for r in REQUESTS])
@pytest.mark.unmeasured
def test_every_response_has_the_id_of_the_client_or_a_new_one(
    client: TestClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = client.request(method, path, headers={**headers, **CLIENT_ID})
    assert (answer.status_code, answer.headers.get_list("x-request-id")) == (status, ["page.7_Load-1"])
    without_id = TestClient(client.app, raise_server_exceptions=False)
    first, second = (without_id.request(method, path, headers=headers).headers["x-request-id"] for _ in range(2))
    assert RANDOM_ID.fullmatch(first)
    assert RANDOM_ID.fullmatch(second)
    assert first != second


@pytest.mark.parametrize("id_", ["a", "0" * 128, "A-z_0.9", "-"])
def test_a_valid_id_is_returned_unchanged(id_: str) -> None:
    assert request_id(request_with(id_)) == id_.encode()


@pytest.mark.parametrize("ids", [(), ("",), ("0" * 129,), ("a b",), ("a\n",), ("é",), ("a,b",), ("<b>",), ("a", "b")])
def test_any_other_is_replaced(ids: tuple[str, ...]) -> None:
    assert RANDOM_ID.fullmatch(request_id(request_with(*ids)).decode())


def request_with(*ids: str) -> Scope:
    return {"type": "http", "headers": [(b"host", b"x"), *((b"x-request-id", id_.encode()) for id_ in ids)]}


@pytest.mark.parametrize("fresh", [True, False])
def test_a_stored_response_has_the_id_of_each_request(shelf: Shelf, fresh: bool) -> None:
    """All other headers are the same."""
    app, _ = frame()
    app.state.corpus = CheckedShelf(shelf.snapshot, is_fresh=fresh)
    client = client_of(app)
    answers = [client.get("/v1/counts", headers={"X-Request-ID": id_}) for id_ in ("one", "two", "two")]
    tag = answers[0].headers["etag"]
    unmodified = client.get("/v1/counts", headers={"If-None-Match": tag, "X-Request-ID": "three"})
    assert [answer.headers.get_list("x-request-id") for answer in (*answers, unmodified)] == [
        [id_] for id_ in ("one", "two", "two", "three")
    ]
    assert unmodified.status_code == 304
    assert answers[1].headers == answers[2].headers
    assert {**answers[0].headers, "x-request-id": ""} == {**answers[1].headers, "x-request-id": ""}


def test_a_failure_is_logged_under_the_id_that_the_client_sees(caplog: pytest.LogCaptureFixture) -> None:
    app, _ = frame(raising(RuntimeError("secret")))
    with caplog.at_level(logging.ERROR):
        answer = client_of(app).get("/v1/fails", headers=CLIENT_ID)
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, CLIENT_ID["X-Request-ID"])
    assert "GET /v1/fails failed, request page.7_Load-1" in caplog.text


def test_scopes_other_than_requests_pass() -> None:
    """A server also announces its start and end."""
    with TestClient(frame()[0]) as client:
        assert client.get("/v1/counts").status_code == 200
