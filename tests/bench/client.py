"""A client that costs little compared with what it measures: HTTP/1.1 over persistent sockets, loopback only."""

import select
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass

import numpy as np

HEAD_END = b"\r\n\r\n"
STREAM_END = b"\r\n0\r\n\r\n"
BUSY = 503
TIMEOUT = 300
"""Seconds after which a request fails."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that single requests took, and the size of the last body in bytes."""

    seconds: tuple[float, ...]
    size: int

    @property
    def median(self) -> float:
        """The median, in milliseconds."""
        return float(np.median(self.seconds)) * 1000

    @property
    def p99(self) -> float:
        """The 99th percentile, in milliseconds."""
        return float(np.percentile(self.seconds, 99)) * 1000


class Connection:
    """One connection to a server on this machine."""

    def __init__(self, port: int, headers: str = "") -> None:
        """Connect; `headers` are whole lines to send with each request."""
        self.port = port
        self._headers = headers
        self.socket = self._connected()
        self._response = bytearray()

    def _connected(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()

    def send(self, path: str, etag: str | None = None) -> None:
        """Send a GET, with an ETag as a conditional one; connect again if the server has closed the idle connection."""
        if select.select([self.socket], [], [], 0)[0]:
            self.socket.close()
            self.socket = self._connected()
        condition = f"If-None-Match: {etag}\r\n" if etag else ""
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{self._headers}{condition}\r\n".encode()
        )

    def receive(self) -> bytes | None:
        """Read what has arrived; return the whole response, headers and body, once it is complete."""
        chunk = self.socket.recv(1 << 20)
        if not chunk:
            raise ConnectionError("the server has closed the connection")
        self._response += chunk
        if not _is_complete(self._response):
            return None
        response = bytes(self._response)
        self._response.clear()
        return response

    def get(self, path: str, etag: str | None = None) -> bytes:
        """Return the whole response to one request."""
        self.send(path, etag)
        while (response := self.receive()) is None:
            pass
        return response


def _is_complete(response: bytearray) -> bool:
    end = response.find(HEAD_END)
    if end < 0:
        return False
    head = response[:end].lower()
    at = head.find(b"content-length:")
    if at >= 0:
        return len(response) >= end + len(HEAD_END) + int(head[at + 15 :].split(b"\r\n", 1)[0])
    return b"chunked" not in head or response.endswith(STREAM_END)


def status(response: bytes) -> int:
    """Return the status of a response."""
    return int(response[9:12])


def body(response: bytes) -> bytes:
    """Return the body of a response in one piece."""
    sent = response.partition(HEAD_END)[2]
    return b"".join(_chunks(sent)) if header(response, "transfer-encoding") == "chunked" else sent


def _chunks(sent: bytes) -> Iterator[bytes]:
    at = 0
    while size := int(sent[at : (line := sent.index(b"\r\n", at))], 16):
        yield sent[line + 2 : line + 2 + size]
        at = line + 2 + size + 2


def header(response: bytes, name: str) -> str:
    """Return the value of a header, or an empty string."""
    for line in response.partition(HEAD_END)[0].decode("latin-1").split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.lower() == name.lower():
            return value.strip()
    return ""


def get(port: int, path: str) -> bytes:
    """Return the whole response to one request on a new connection; raise RuntimeError unless it is a 200."""
    with closing(Connection(port)) as connection:
        response = connection.get(path)
    if status(response) != 200:
        raise RuntimeError(f"{path} gave {status(response)}: {body(response)[:300]!r}")
    return response


def timed(port: int, paths: Iterator[str], *, max_requests: int, seconds: float, min_requests: int = 3) -> Times:
    """Request one path after the other on one connection, up to `max_requests` or for these seconds."""
    took: list[float] = []
    size = 0
    with closing(Connection(port)) as connection:
        begun = time.perf_counter()
        while len(took) < min_requests or (len(took) < max_requests and time.perf_counter() - begun < seconds):
            path = next(paths)
            started = time.perf_counter()
            response = connection.get(path)
            took.append(time.perf_counter() - started)
            size = len(body(response))
            if status(response) != 200:
                raise RuntimeError(f"{path} gave {status(response)}: {body(response)[:300]!r}")
    return Times(tuple(took), size)


def throughput(
    port: int,
    paths: Iterator[str],
    *,
    seconds: float,
    connections: int = 16,
    expected_status: int = 200,
    etag: str | None = None,
    headers: str = "",
) -> tuple[float, int]:
    """Return the requests per second, and their number, over connections that each send the next request immediately.

    It ends when the paths do, or after these seconds; refusals of a busy server (503) do not count.
    """
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        for connection in [stack.enter_context(closing(Connection(port, headers))) for _ in range(connections)]:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(paths), etag)
        begun, done = time.perf_counter(), 0
        while (passed := time.perf_counter() - begun) < seconds:
            ready: Sequence[tuple[selectors.SelectorKey, int]] = selector.select(1)
            for key, _ in ready:
                connection = key.data
                if (response := connection.receive()) is not None:
                    if status(response) not in {expected_status, BUSY}:
                        raise RuntimeError(f"{status(response)} instead of {expected_status}: {body(response)[:300]!r}")
                    done += status(response) == expected_status
                    if (path := next(paths, None)) is None:
                        return done / (time.perf_counter() - begun), done
                    connection.send(path, etag)
    return done / passed, done
