"""What is in the log: nothing for clients that leave or send nonsense, and never a query or an address."""

import logging
import socket
import struct
from contextlib import closing

import pytest

from app.server.connections import ConnectionLimits
from tests.server.conftest import HALF_BODY, HALF_HEADER, HOST, Gate, connect, exchange, sample_app
from tests.serving import serving

LIMITS = ConnectionLimits(header_seconds=0.1, body_seconds=0.1, write_seconds=0.1, linger_seconds=0.1)

LEAVING = {
    "silent": b"",
    "half a header": HALF_HEADER,
    "half a body": HALF_BODY,
    "half a large body": HALF_BODY.replace(b": 9", b": 250000") + b"a" * 200_000,
    "half a chunk": b"POST /v1/read HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5\r\na",
    "no hundred": HALF_BODY.replace(HOST, HOST + b"Expect: 100-continue\r\n"),
    "get": b"GET /v1/counts HTTP/1.1\r\n" + HOST + b"\r\n",
    "large": b"GET /v1/bytes HTTP/1.1\r\n" + HOST + b"\r\n",
    "stream": b"GET /v1/many HTTP/1.1\r\n" + HOST + b"\r\n",
    "head": b"HEAD /v1/many HTTP/1.1\r\n" + HOST + b"\r\n",
    "pipeline": (b"GET /v1/bytes HTTP/1.1\r\n" + HOST + b"\r\n") * 20,
    "websocket": b"GET /livez HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "TLS": bytes.fromhex("16030100a5010000a10303") + b"x" * 99,
    "nonsense": b"\0\1\2\r\n\r\n",
    "a large header": b"GET /?q=private " + b"a" * 500_000,
}


@pytest.mark.parametrize("is_reset", [False, True])
@pytest.mark.parametrize("name", LEAVING)
def test_a_client_that_leaves_is_not_logged(
    gate: Gate, name: str, is_reset: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(sample_app(gate), limits=LIMITS, log_level="debug") as port:
        for _ in range(3):
            with closing(connect(port)) as client:
                if is_reset:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.sendall(LEAVING[name])
                if name in {"large", "stream"}:
                    client.recv(1)
        assert exchange(port, b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n")[0].status == 200
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


def test_a_refused_request_is_one_line_of_debugging(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(sample_app(gate), log_level="debug") as port:
        exchange(port, LEAVING["TLS"])
    records = [record for record in caplog.records if record.name.startswith("app.")]
    assert [(r.levelno, r.getMessage()) for r in records] == [
        (logging.DEBUG, "Refused a request with 400: Bad Request")
    ]


def test_no_line_has_a_query_or_an_address(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    """Not even that of an internal error, which names the path."""
    caplog.set_level(logging.DEBUG)
    with serving(sample_app(gate), log_level="info") as port, closing(connect(port)) as client:
        _, client_port = client.getsockname()
        client.sendall(b"GET /fails?q=private HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 500 ")
        for path in (b"/v1/counts", b"/v1/nothing", b"/v1/things/1"):
            exchange(port, b"GET " + path + b"?q=private HTTP/1.1\r\n" + HOST + b"\r\n")
    assert "GET /fails failed, request " in caplog.text
    assert "private" not in caplog.text
    assert str(client_port) not in caplog.text
