"""A served sample app, and exchanges over raw sockets: what a client library would not send."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPResponse
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request, Response

from app.http.responses import stream_response
from app.http.strict_params import v1_router
from app.routes import health
from app.settings import Settings
from app.wire.exports.tables import NDJSON_TYPE
from tests.http.frame import Thing, frame, sample_router
from tests.serving import TIMEOUT_SECONDS, serving

HOST = b"Host: dateline.example\r\n"
HALF_HEADER = b"GET /v1/counts HTTP/1.1\r\n" + HOST
HALF_BODY = b"POST /v1/read HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\n{"


LARGE = bytes(range(256)) * 40_000
"""A body that no buffer of a system holds."""


CHUNKS = 2_000
"""Chunks of a stream that no buffer holds either."""


@dataclass
class Gate:
    """A request that waits for the test, and a stream that counts what it produces."""

    entered: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    produced: int = 0

    def hold(self) -> Thing:
        """Occupy the thread until the test releases it."""
        self.entered.set()
        self.released.wait(TIMEOUT_SECONDS)
        return Thing(version=0, given={})

    def many(self) -> Iterator[bytes]:
        """Yield more than a client would read."""
        for _ in range(CHUNKS):
            self.produced += 1
            yield b"{}\n" * 20_000


def failing_router() -> APIRouter:
    """Return a route that fails, whatever its parameters are."""
    router = APIRouter()

    @router.get("/fails")
    def fail() -> Response:
        raise RuntimeError("a fault")

    return router


def sample_app(gate: Gate) -> FastAPI:
    """Return an app with a request of each kind: quick, with a body, waiting, large, streaming, failing."""
    router = v1_router("served")

    async def read(request: Request) -> Response:
        return Response(await request.body())

    def show_host(request: Request) -> Thing:
        return Thing(version=0, given={"host": request.headers["host"]})

    router.add_api_route("/read", read, methods=["POST"], response_model=None, name="read")
    router.add_api_route("/host", show_host, name="host")
    router.add_api_route("/held", gate.hold, name="held")
    router.add_api_route("/bytes", lambda: Response(LARGE), response_model=None, name="bytes")
    router.add_api_route("/many", lambda: stream_response(gate.many(), NDJSON_TYPE), response_model=None, name="many")
    routers = (sample_router(), router, failing_router(), health.router)
    app, _ = frame(*routers, settings=Settings(threads=1))
    return app


@pytest.fixture(scope="module")
def gate() -> Gate:
    """Return the gate of the sample app."""
    return Gate()


@pytest.fixture(scope="module")
def port(gate: Gate) -> Iterator[int]:
    """Serve the sample routes on a free port of the loopback."""
    with serving(sample_app(gate)) as port:
        yield port


def connect(port: int) -> socket.socket:
    """Return a connection to a server."""
    return socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)


def read_response(client: socket.socket, method: str = "GET") -> tuple[HTTPResponse, bytes]:
    """Read one response with its body."""
    response = HTTPResponse(client, method=method)
    response.begin()
    return response, response.read()


def exchange(port: int, request: bytes) -> tuple[HTTPResponse, bytes]:
    """Send bytes on a new connection and read one response."""
    with closing(connect(port)) as client:
        client.sendall(request)
        return read_response(client, request.partition(b" ")[0].decode("latin-1"))


def read_to_end(client: socket.socket) -> bytes:
    """Return what a server sends until it ends the connection."""
    received = b""
    try:
        while chunk := client.recv(65_536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def problem(response: HTTPResponse, body: bytes, *, is_closed: bool = True) -> dict[str, Any]:
    """Return a problem after a check of its headers."""
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert len(response.headers.get_all("X-Request-ID", [])) == 1
    assert len(response.headers.get_all("Date", [])) == 1
    assert response.headers["Server"] is None
    assert (response.headers["Connection"] == "close") is is_closed
    document: dict[str, Any] = json.loads(body)
    assert document["status"] == response.status
    return document
