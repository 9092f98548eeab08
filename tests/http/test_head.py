"""HEAD is GET without the body."""

from collections.abc import Iterator

import anyio
import pytest
from fastapi import Response
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from app.http.middleware import HeadMiddleware
from app.http.responses import stream_response
from app.http.strict_params import v1_router
from app.wire.exports.tables import NDJSON_TYPE
from tests.http.frame import client_of, frame, raising

PATHS = [
    "/v1/things?actor=a",
    "/v1/things.ndjson",
    "/v1/large",
    "/v1/things/none",
    "/v1/things?limit=0",
    "/v1/nothing",
    "/docs",
    "/docs/favicon.png",
    "/openapi.json",
]


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "zstd"])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.unmeasured
def test_head_has_the_status_and_headers_of_get_and_no_body(client: TestClient, path: str, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding, "Origin": "https://pages.example"}
    got, head = client.get(path, headers=headers), client.head(path, headers=headers)
    assert (head.status_code, dict(head.headers)) == (got.status_code, dict(got.headers))
    assert head.content == b""


def test_head_of_a_failure_has_no_body() -> None:
    response = client_of(frame(raising(RuntimeError()))[0]).head("/v1/fails")
    assert (response.status_code, response.content) == (500, b"")


def test_head_and_get_share_a_tag_and_its_304(client: TestClient) -> None:
    tag = client.get("/v1/large").headers["ETag"]
    assert client.head("/v1/large", headers={"If-None-Match": tag}).status_code == 304


def test_head_of_a_stream_does_not_compute_it() -> None:
    produced: list[int] = []
    router = v1_router("streams")

    def chunks() -> Iterator[bytes]:
        for number in range(10_000):
            produced.append(number)
            yield b"{}\n"

    @router.get("/endless")
    def endless() -> Response:
        return stream_response(chunks(), NDJSON_TYPE)

    assert client_of(frame(router)[0]).head("/v1/endless").status_code == 200
    assert len(produced) < 100


def test_a_client_that_leaves_before_the_headers_of_a_head_stops_it() -> None:
    messages: list[str] = []
    inbox: list[Message] = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return inbox.pop()

    async def send(_message: Message) -> None:
        raise AssertionError

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        messages.extend([(await receive())["type"], (await receive())["type"]])

    anyio.run(HeadMiddleware(app), {"type": "http", "method": "HEAD", "path": "/"}, receive, send)
    assert messages == ["http.request", "http.disconnect"]


def test_an_app_hears_that_the_client_has_left_once_the_headers_are_sent() -> None:
    """Whether it listens before or after them."""
    heard: list[Message] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        async def listen() -> None:
            heard.append(await receive())

        async with anyio.create_task_group() as group:
            group.start_soon(listen)
            await anyio.sleep(0)
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await listen()

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(_message: Message) -> None:
        """Drop the message."""

    anyio.run(HeadMiddleware(app), {"type": "http", "method": "HEAD"}, receive, send)
    assert heard == [{"type": "http.disconnect"}] * 2
