"""A client that costs little beside what it measures: plain HTTP/1.1 over sockets that stay open, loopback only."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass

import numpy as np

HEAD_END = b"\r\n\r\n"
STREAM_END = b"\r\n0\r\n\r\n"
TIMEOUT = 300
"""Seconds after which an answer is given up."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that single requests took, and the bytes of the last answer."""

    seconds: tuple[float, ...]
    size: int

    @property
    def median(self) -> float:
        """The middle one, in milliseconds."""
        return float(np.median(self.seconds)) * 1000

    @property
    def p99(self) -> float:
        """What 99 in 100 stay below, in milliseconds."""
        return float(np.percentile(self.seconds, 99)) * 1000


class Connection:
    """One connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = bytearray()

    def close(self) -> None:
        """End the connection."""
        self.socket.close()

    def send(self, path: str, etag: str | None = None) -> None:
        """Ask for a path, or whether the answer with this tag still holds."""
        known = f"If-None-Match: {etag}\r\n" if etag else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{known}\r\n".encode())

    def received(self) -> bytes | None:
        """Take what has arrived; return the whole answer, head and body, once it is all there."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise ConnectionError("the server has closed the connection")
        self._answer += part
        if not _is_whole(self._answer):
            return None
        answer = bytes(self._answer)
        self._answer.clear()
        return answer

    def ask(self, path: str, etag: str | None = None) -> bytes:
        """Return the whole answer to one request."""
        self.send(path, etag)
        while (answer := self.received()) is None:
            pass
        return answer


def _is_whole(answer: bytearray) -> bool:
    end = answer.find(HEAD_END)
    if end < 0:
        return False
    head = answer[:end].lower()
    at = head.find(b"content-length:")
    if at >= 0:
        return len(answer) >= end + len(HEAD_END) + int(head[at + 15 :].split(b"\r\n", 1)[0])
    return b"chunked" not in head or answer.endswith(STREAM_END)


def status(answer: bytes) -> int:
    """Return the status of an answer."""
    return int(answer[9:12])


def body(answer: bytes) -> bytes:
    """Return the body of an answer, in one piece."""
    sent = answer.partition(HEAD_END)[2]
    return b"".join(_chunks(sent)) if header(answer, "transfer-encoding") == "chunked" else sent


def _chunks(sent: bytes) -> Iterator[bytes]:
    at = 0
    while size := int(sent[at : (line := sent.index(b"\r\n", at))], 16):
        yield sent[line + 2 : line + 2 + size]
        at = line + 2 + size + 2


def header(answer: bytes, name: str) -> str:
    """Return the value of a header, empty if there is none."""
    for line in answer.partition(HEAD_END)[0].decode("latin-1").split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.lower() == name.lower():
            return value.strip()
    return ""


def get(port: int, path: str) -> bytes:
    """Return the whole answer to one request on a connection of its own; raise unless it is a 200."""
    with closing(Connection(port)) as connection:
        answer = connection.ask(path)
    if status(answer) != 200:
        raise RuntimeError(f"{path} gave {status(answer)}: {body(answer)[:300]!r}")
    return answer


def timed(port: int, paths: Iterator[str], *, most: int, seconds: float, least: int = 3) -> Times:
    """Ask one path after the other on one connection, `most` times or for so many seconds, but `least` times."""
    took: list[float] = []
    size = 0
    with closing(Connection(port)) as connection:
        begun = time.perf_counter()
        while len(took) < least or (len(took) < most and time.perf_counter() - begun < seconds):
            path = next(paths)
            started = time.perf_counter()
            answer = connection.ask(path)
            took.append(time.perf_counter() - started)
            size = len(body(answer))
            if status(answer) != 200:
                raise RuntimeError(f"{path} gave {status(answer)}: {body(answer)[:300]!r}")
    return Times(tuple(took), size)


def throughput(
    port: int,
    paths: Iterator[str],
    *,
    seconds: float,
    connections: int = 16,
    wanted: int = 200,
    etag: str | None = None,
) -> float:
    """Return the requests a second that connections, each of which asks again at once, get answered."""
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        for connection in [stack.enter_context(closing(Connection(port))) for _ in range(connections)]:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(paths), etag)
        begun, done = time.perf_counter(), 0
        while (passed := time.perf_counter() - begun) < seconds:
            ready: Sequence[tuple[selectors.SelectorKey, int]] = selector.select(1)
            for key, _ in ready:
                connection = key.data
                if (answer := connection.received()) is not None:
                    if status(answer) != wanted:
                        raise RuntimeError(f"{status(answer)} instead of {wanted}: {body(answer)[:300]!r}")
                    done += 1
                    connection.send(next(paths), etag)
    return done / passed
