"""Connections go to the checked addresses, and name the requested host."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
import pytest

from seed.fetch.clock import Clock, TimeBudget
from seed.fetch.errors import UnreachedError
from seed.fetch.guard import Guard
from seed.fetch.http_exchange import CheckedAddresses, Exchange, Limits
from tests.seed.fetch.conftest import Clients, Names, Waiting
from tests.seed.fetch.site import Site, answer


def budget(seconds: float = 5) -> TimeBudget:
    """Return a time budget on the real clock."""
    return TimeBudget(seconds, Clock())


def test_the_next_address_is_tried_where_one_does_not_answer(client: Clients, site: Site, names: Names) -> None:
    names.addresses = {"harbour.example": ("127.0.0.9", "127.0.0.8", "127.0.0.1")}
    site.pages["/"] = answer("Ferry")
    found = client(guard=Guard.of(["127.0.0.0/8"], [site.port])).fetch(site.url("/"))
    assert found.document is not None
    assert found.document.body == b"Ferry"


def test_the_name_is_never_looked_up_again(site: Site) -> None:
    """It cannot be resolved: no name ends in `invalid` (RFC 6761)."""
    stream = CheckedAddresses(("127.0.0.1",), budget()).connect_tcp("harbour.invalid", site.port, 5)
    assert stream.get_extra_info("server_addr") == ("127.0.0.1", site.port)
    stream.write(b"GET / HTTP/1.1\r\n\r\n", 5)
    assert stream.read(8) == b"HTTP/1.1"
    stream.close()


def test_nothing_is_done_when_the_time_is_over(site: Site, waiting: Waiting) -> None:
    mine = TimeBudget(5, waiting.clock)
    with mine:
        stream = CheckedAddresses(("127.0.0.1",), mine).connect_tcp("harbour.example", site.port)
        waiting.seconds += 5
        with pytest.raises(httpcore.ReadTimeout, match=r"^after 5 s$"):
            stream.read(1)
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(b"GET / HTTP/1.1\r\n\r\n")
        stream.close()
        with pytest.raises(httpcore.ConnectTimeout):
            CheckedAddresses(("127.0.0.1",), mine).connect_tcp("harbour.example", site.port)


@contextmanager
def hearing() -> Iterator[tuple[int, list[bytes]]]:
    """Yield the port of a server that accepts the first bytes and disconnects."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hear() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(4096))

        thread = threading.Thread(target=hear)
        thread.start()
        yield server.getsockname()[1], heard
        thread.join()


def test_tls_names_the_host_and_not_the_address(names: Names) -> None:
    """It is in plain text in the first TLS message (RFC 6066 3); the certificate is checked against it."""
    with hearing() as (port, heard):
        guard = Guard.of(["127.0.0.1"], [port])
        exchange = Exchange(guard, "Dateline", Limits(), names)
        with pytest.raises(UnreachedError, match=r"^the connection failed \("):
            exchange.request(guard.check_url(f"https://harbour.example:{port}/"), {}, budget=budget(), limit=10)
    assert b"harbour.example" in heard[0]
    assert heard[0][:1] == b"\x16"
