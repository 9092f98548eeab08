"""How fetching is tested: real servers on loopback, hosts whose addresses a table says, and a clock that never waits.

No test asks a name server or leaves the machine; those that need real seconds take fractions of one.
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
"""What the clocks of tests say first, in UTC seconds."""


@dataclass
class Waiting:
    """A clock on which only waiting takes time, and how long it was waited each time."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Wait, without waiting."""
        self.waits.append(round(seconds, 3))
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        """The clock as fetching takes it."""
        return Clock(lambda: self.seconds, lambda: START + self.seconds, self.sleep)


@dataclass
class Names:
    """A name server that is a table; a host that is not in it is a host here. What it was asked is kept."""

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
    """A site without a page."""
    with serving() as site:
        yield site


@pytest.fixture
def waiting() -> Waiting:
    """A clock for the test to look at."""
    return Waiting()


@pytest.fixture
def names() -> Names:
    """A table of addresses for the test to fill."""
    return Names()


@pytest.fixture
def client(site: Site, waiting: Waiting, names: Names) -> Clients:
    """Makes a client that may go to the site: `client(known=…, limits=…, guard=…)`."""

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
