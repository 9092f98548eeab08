"""Clients that send or read too slowly, or more of them than the server takes: they cost only themselves."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from app.server.connections import ConnectionLimits
from tests.server.conftest import (
    CHUNKS,
    HALF_BODY,
    HALF_HEADER,
    HOST,
    LARGE,
    Gate,
    connect,
    exchange,
    problem,
    read_response,
    read_to_end,
    sample_app,
)
from tests.serving import TIMEOUT_SECONDS, serving

LIVEZ = b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n"
MANY = b"GET /v1/many HTTP/1.1\r\n" + HOST + b"Accept-Encoding: identity\r\n\r\n"
HELD = b"GET /v1/held HTTP/1.1\r\n" + HOST + b"\r\n"
QUICK = ConnectionLimits(header_seconds=0.1, body_seconds=0.1, write_seconds=0.1, linger_seconds=0.1)
SLOW = ConnectionLimits(connections=4, header_seconds=60, body_seconds=60)


@pytest.fixture
def quick(gate: Gate) -> Iterator[int]:
    """Serve with short deadlines."""
    with serving(sample_app(gate), limits=QUICK) as port:
        yield port


@pytest.fixture
def narrow(gate: Gate) -> Iterator[int]:
    """Serve four connections, with long deadlines."""
    gate.entered.clear()
    gate.released.clear()
    with serving(sample_app(gate), limits=SLOW) as port:
        yield port


def test_a_connection_without_a_request_is_closed(quick: int) -> None:
    with closing(connect(quick)) as client:
        assert read_to_end(client) == b""


@pytest.mark.parametrize(
    ("sent", "what"), [(HALF_HEADER, "the header of a request"), (HALF_BODY, "the body of a request")]
)
def test_half_a_request_is_refused_in_time(quick: int, sent: bytes, what: str) -> None:
    response, body = exchange(quick, sent)
    assert response.status == 408
    assert problem(response, body)["detail"] == f"Dateline waited too long for {what}."


@pytest.mark.parametrize("sent", [HALF_HEADER + b"X-Long: ", HALF_BODY.replace(b"9", b"900000")])
def test_a_request_that_trickles_in_is_refused_in_time(quick: int, sent: bytes) -> None:
    """However often a byte arrives."""
    ended = threading.Event()

    def trickle(client: socket.socket) -> None:
        while not ended.wait(0.01):
            try:
                client.sendall(b"a")
            except OSError:
                return

    with closing(connect(quick)) as client:
        client.sendall(sent)
        sender = threading.Thread(target=trickle, args=(client,))
        sender.start()
        received = read_to_end(client)
        ended.set()
        sender.join()
    assert received.startswith(b"HTTP/1.1 408 ")


def test_the_second_half_of_a_pipelined_request_has_a_deadline(quick: int) -> None:
    with closing(connect(quick)) as client:
        client.sendall(LIVEZ + HALF_BODY)
        received = read_to_end(client)
    assert [answer[:3] for answer in received.split(b"HTTP/1.1 ")[1:]] == [b"200", b"408"]


def test_a_body_that_nobody_needs_has_a_deadline(quick: int) -> None:
    """Its response is complete before it."""
    with closing(connect(quick)) as client:
        client.sendall(LIVEZ.replace(b"\r\n\r\n", b"\r\nContent-Length: 9\r\n\r\n{"))
        assert read_response(client)[0].status == 200
        assert read_to_end(client) == b""


def test_a_connection_outlives_a_body_that_nobody_needs(port: int) -> None:
    """Its rest arrives after the response."""
    with closing(connect(port)) as client:
        client.sendall(LIVEZ.replace(b"\r\n\r\n", b"\r\nContent-Length: 9\r\n\r\n{"))
        assert read_response(client)[0].status == 200
        client.sendall(b"12345678")
        client.sendall(LIVEZ)
        assert read_response(client)[0].status == 200


def test_an_invalid_rest_of_a_body_ends_the_connection(port: int, gate: Gate) -> None:
    """The response has begun, so that no other can be sent."""
    with closing(connect(port)) as client:
        client.sendall(MANY.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"))
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")
        client.sendall(b"no chunk\r\n")
        received = read_to_end(client)
    assert b"HTTP/1.1" not in received
    assert has_stopped(gate)


def test_an_idle_connection_outlives_the_deadlines_of_requests(quick: int) -> None:
    """Idle connections have a limit of their own."""
    with closing(connect(quick)) as idle, closing(connect(quick)) as other:
        idle.sendall(LIVEZ)
        assert read_response(idle)[0].status == 200
        assert read_to_end(other) == b""
        idle.sendall(LIVEZ)
        assert read_response(idle)[0].status == 200


def test_a_client_that_does_not_read_is_disconnected(quick: int, gate: Gate) -> None:
    gate.produced = 0
    with closing(connect(quick)) as client:
        client.sendall(MANY)
        assert has_stopped(gate)
        assert not read_to_end(client).endswith(b"\r\n0\r\n\r\n")
    assert 0 < gate.produced < CHUNKS


def has_stopped(gate: Gate) -> bool:
    """Return whether a stream soon stops being produced."""
    end = time.monotonic() + TIMEOUT_SECONDS
    counts = [-1]
    while time.monotonic() < end:
        time.sleep(0.1)
        counts.append(gate.produced)
        if counts[-4:] == [gate.produced] * 4:
            return True
    return False


def test_a_large_response_arrives_whole(port: int) -> None:
    """It is written in slices."""
    with closing(connect(port)) as client:
        for _ in range(2):
            client.sendall(b"GET /v1/bytes HTTP/1.1\r\n" + HOST + b"Accept-Encoding: identity\r\n\r\n")
            assert read_response(client)[1] == LARGE


def test_a_client_may_leave_in_the_middle_of_a_large_response(port: int) -> None:
    with closing(connect(port)) as client:
        client.sendall(b"GET /v1/bytes HTTP/1.1\r\n" + HOST + b"\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert exchange(port, LIVEZ)[0].status == 200


@pytest.mark.parametrize("sent", [b"", HALF_HEADER, HALF_BODY, LIVEZ])
def test_a_new_connection_replaces_the_one_that_waited_longest(narrow: int, sent: bytes) -> None:
    with ExitStack() as stack:
        waiting = [stack.enter_context(closing(connect(narrow))) for _ in range(4)]
        for client in waiting:
            client.sendall(sent)
            if sent is LIVEZ:
                read_response(client)
        assert exchange(narrow, LIVEZ)[0].status == 200
        assert read_to_end(waiting[0]) == b""
        for client in waiting[2:]:
            client.setblocking(False)
            with pytest.raises(BlockingIOError):
                client.recv(1)


def test_many_half_open_connections_starve_nobody(narrow: int) -> None:
    with ExitStack() as stack:
        statuses = []
        for number in range(60):
            client = stack.enter_context(closing(connect(narrow)))
            client.sendall((b"", HALF_HEADER, HALF_BODY)[number % 3])
            if number % 3 == 0:
                statuses.append(exchange(narrow, LIVEZ)[0].status)
    assert statuses == [200] * 20


def test_a_connection_is_refused_while_all_others_are_busy(narrow: int, gate: Gate) -> None:
    with ExitStack() as stack:
        busy = [stack.enter_context(closing(connect(narrow))) for _ in range(4)]
        for client in busy:
            client.sendall(HELD)
        assert gate.entered.wait(TIMEOUT_SECONDS)
        response, body = exchange(narrow, LIVEZ)
        document = problem(response, body)
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
        assert document["type"] == "urn:dateline:problem:too-many-connections"
        assert document["detail"] == "All 4 connections of the server are busy; try again later."
        gate.released.set()
        assert [read_response(client)[0].status for client in busy] == [200] * 4
