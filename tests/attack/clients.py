"""Clients that ask more than is polite, in processes of their own: closed loops, open loops, and one short client."""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing import get_context

import numpy as np

from tests.bench.client import Connection, header, status

SHORT_INTERVAL_SECONDS = 0.02
"""Pause of the short client between a response and its next request."""

MAX_OPEN_CONNECTIONS = 600
"""Connections of an open loop; a request that finds all of them busy counts as not sent."""


@dataclass(slots=True)
class Tally:
    """What clients got: responses by status, seconds of each, refusals without `Retry-After`, and lost connections."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    without_retry: int = 0
    lost: int = 0
    unsent: int = 0

    def add(self, response: bytes, seconds: float) -> None:
        """Count one response."""
        code = status(response)
        self.statuses[code] += 1
        self.seconds.append(seconds)
        self.without_retry += code == 503 and not header(response, "retry-after")

    @property
    def answers(self) -> int:
        """The number of responses that are no refusals for load."""
        return sum(count for code, count in self.statuses.items() if code != 503 and code < 500)

    @property
    def errors(self) -> int:
        """The number of responses that must not be, and of lost connections."""
        return (
            self.lost + self.without_retry + sum(n for code, n in self.statuses.items() if code >= 500 and code != 503)
        )

    def percentile(self, percent: float) -> float:
        """Return a percentile of the times, in milliseconds; 0 without any."""
        return float(np.percentile(self.seconds, percent)) * 1000 if self.seconds else 0.0

    def __str__(self) -> str:
        codes = ", ".join(f"{count} × {code}" for code, count in sorted(self.statuses.items()))
        extra = [(self.lost, "lost"), (self.without_retry, "without Retry-After"), (self.unsent, "not sent")]
        return ", ".join([codes or "nothing", *(f"{count} {what}" for count, what in extra if count)])


@contextmanager
def in_a_process(work: Callable[..., Tally], *arguments: object) -> Iterator[Callable[[], Tally]]:
    """Run clients in a process of their own, which slows none of those here; yield a function that waits for it."""
    with ProcessPoolExecutor(1, get_context("fork")) as pool:
        future = pool.submit(work, *arguments)
        yield future.result


def closed_loop(port: int, paths: Sequence[str], addresses: Sequence[str], connections: int, seconds: float) -> Tally:
    """Send the next request on each connection as soon as it has its response; each connection has one address."""
    tally, turns = Tally(), cycle(paths)
    started: dict[Connection, float] = {}

    def send(connection: Connection) -> None:
        started[connection] = time.perf_counter()
        connection.send(next(turns))

    with selectors.DefaultSelector() as selector, ExitStack() as stack:

        def connect(address: str) -> None:
            connection = Connection(port, _forwarded(address))
            stack.callback(connection.close)
            selector.register(connection.socket, selectors.EVENT_READ, (connection, address))
            send(connection)

        for number in range(connections):
            connect(addresses[number % len(addresses)] if addresses else "")
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            for key, _ in selector.select(0.1):
                connection, address = key.data
                try:
                    response = connection.receive()
                except OSError:
                    tally.lost += 1
                    selector.unregister(connection.socket)
                    connect(address)
                    continue
                if response is not None:
                    tally.add(response, time.perf_counter() - started[connection])
                    send(connection)
    return tally


def open_loop(port: int, paths: Sequence[str], per_second: float, seconds: float) -> Tally:
    """Send requests at fixed times, whether the earlier ones have their responses or not."""
    tally, turns = Tally(), cycle(paths)
    begun = time.perf_counter()
    due, end = begun, begun + seconds
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        idle: list[Connection] = []
        started: dict[Connection, float] = {}
        opened = 0
        while (now := time.perf_counter()) < end + 5 and (now < end or started):
            while due <= now and due < end:
                if idle:
                    connection = idle.pop()
                elif opened < MAX_OPEN_CONNECTIONS:
                    connection = Connection(port)
                    stack.callback(connection.close)
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
                    opened += 1
                else:
                    tally.unsent += 1
                    due += 1 / per_second
                    continue
                started[connection] = due
                connection.send(next(turns))
                due += 1 / per_second
            for key, _ in selector.select(max(0.0, min(0.05, due - time.perf_counter()))):
                connection = key.data
                try:
                    response = connection.receive()
                except OSError:
                    tally.lost += 1
                    opened -= 1
                    selector.unregister(connection.socket)
                    started.pop(connection, None)
                    continue
                if response is not None:
                    tally.add(response, time.perf_counter() - started.pop(connection))
                    idle.append(connection)
    return tally


def short_client(port: int, paths: Sequence[str], address: str, seconds: float) -> Tally:
    """Send one short request after the other, with a pause between them."""
    tally, turns = Tally(), cycle(paths)
    end = time.perf_counter() + seconds
    with closing(Connection(port, _forwarded(address))) as connection:
        while time.perf_counter() < end:
            started = time.perf_counter()
            response = connection.get(next(turns))
            tally.add(response, time.perf_counter() - started)
            time.sleep(SHORT_INTERVAL_SECONDS)
    return tally


def leave(port: int, paths: Sequence[str]) -> None:
    """Send each request on a connection of its own, and close it immediately."""
    sent = []
    for path in paths:
        connection = Connection(port)
        connection.send(path)
        sent.append(connection)
    time.sleep(0.2)
    for connection in sent:
        connection.socket.shutdown(socket.SHUT_RDWR)
        connection.close()


def _forwarded(address: str) -> str:
    return f"X-Forwarded-For: {address}\r\n" if address else ""
