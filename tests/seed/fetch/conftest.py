"""Fixtures for fetching: real servers on loopback, a table of host addresses, and a clock that never waits.

No test queries a name server or leaves the machine; those that need real time take fractions of a second.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from seed.fetch.client import Client, LastVisit
from seed.fetch.clock import Clock
from seed.fetch.guard import Guard
from seed.fetch.http_exchange import Exchange, Limits, user_agent
from tests.seed.fetch.site import Site, serving

START = 1_774_000_000.0
"""Initial UTC time of the test clocks, in seconds."""


@dataclass
class Waiting:
    """A clock that advances only by waiting, and records each wait."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Advance the clock without waiting."""
        self.waits.append(round(seconds, 3))
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        """Return the clock in the form that fetching takes."""
        return Clock(lambda: self.seconds, lambda: START + self.seconds, self.sleep)


@dataclass
class Names:
    """A name server backed by a table; unknown hosts are on loopback. It records its queries."""

    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    takes: Callable[[], None] = lambda: None

    def __call__(self, host: str, _port: int) -> tuple[str, ...]:
        self.requests.append(host)
        self.takes()
        return self.addresses.get(host, ("127.0.0.1",))


Clients = Callable[..., Client]


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a site without pages."""
    with serving() as site:
        yield site


@pytest.fixture
def waiting() -> Waiting:
    """Return a clock that the test can inspect."""
    return Waiting()


@pytest.fixture
def names() -> Names:
    """Return a table of addresses for the test to fill."""
    return Names()


@pytest.fixture
def client(site: Site, waiting: Waiting, names: Names) -> Clients:
    """Return a factory of clients that may reach the site: `client(known=…, limits=…, guard=…)`."""

    def make(
        *,
        known: LastVisit = lambda _url: None,
        limits: Limits | None = None,
        guard: Guard | None = None,
        clock: Clock | None = None,
    ) -> Client:
        mine = guard or Guard.of(["127.0.0.1"], [site.port])
        exchange = Exchange(mine, user_agent("https://dateline.example/about"), limits or Limits(), names)
        return Client(exchange, known=known, clock=clock or waiting.clock, jitter=lambda: 0.5)

    return make
