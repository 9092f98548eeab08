"""Overload: heavy clients beside a short one, clients that leave, and many times the capacity."""

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from urllib.parse import quote, urlencode

from app.http.load.allocator import TRIM_SECONDS
from app.models import EntityType
from app.stores.sqlite import file_url
from seed.extract.lexicon.lexicon import load_lexicon
from tests.attack.clients import Tally, closed_loop, in_a_process, leave, open_loop, short_client
from tests.bench.client import Connection, status
from tests.bench.corpus import word
from tests.bench.servers import Server, running

HEAVY_CONNECTIONS = 64
HEAVY_ADDRESSES = tuple(f"198.51.100.{number}" for number in range(1, 9))
SHORT_ADDRESS = "203.0.113.9"
"""Addresses for documentation (RFC 5737), as a trusted proxy forwards them."""

REQUESTS_PER_KIND = 2_000
"""Different requests of one heavy kind, so that few of them are in the cache."""

REQUESTS_OF_FILTERS = 10_000
"""The same for filters, of which a second answers hundreds."""

LEAVERS = 40


def _paths(path: str, parameters: Iterator[Sequence[tuple[str, object]]]) -> list[str]:
    return [f"{path}?{urlencode(pairs)}" for pairs in parameters]


def heavy_kinds() -> Mapping[str, list[str]]:
    """Return the requests of each heavy kind, all different."""
    people = [e.id for e in load_lexicon().entities.values() if e.type is EntityType.PERSON]
    numbers = range(REQUESTS_PER_KIND)
    triples = list(islice(product(range(13), repeat=3), REQUESTS_PER_KIND))
    days = [f"{1700 + n % 300}-{n // 300 + 1:02}-01" for n in numbers]
    return {
        "long phrases": _paths(
            "/v1/articles",
            (
                [("q", " ".join(f'"the {word(at)}"' for at in range(n % 40, n % 40 + 4)) + f" -{word(n)}")]
                for n in numbers
            ),
        ),
        "statements with exclusions": _paths(
            "/v1/statements",
            (
                [
                    ("q", f'-"{word(a)} {word(b)}" -{word(c + 20)}'),
                    ("limit", 100),
                    ("members", "true"),
                    ("exclude_actor", people[a]),
                    ("exclude_actor", people[b]),
                ]
                for a, b, c in triples
            ),
        ),
        "ten unknown names": _paths(
            "/v1/articles", ([("actor", f"Vladislav Unknown{n * 10 + at}") for at in range(10)] for n in numbers)
        ),
        "147 filters": _paths(
            "/v1/articles",
            (
                [
                    ("limit", n // len(people) + 1),
                    *(
                        (name, people[(n + at) % len(people)])
                        for name in ("actor", "any_actor", "exclude_actor")
                        for at in range(49)
                    ),
                ]
                for n in range(REQUESTS_OF_FILTERS)
            ),
        ),
        "explain with members": _paths(
            "/v1/articles",
            (
                [
                    ("actor", "russia"),
                    ("members", "true"),
                    ("explain", "true"),
                    ("highlight", "true"),
                    ("limit", 100),
                    ("from", day),
                ]
                for day in days
            ),
        ),
        "Atom of 1,000": _paths("/v1/articles.atom", ([("limit", 1000), ("from", day)] for day in days)),
        "network 200/2000": _paths("/v1/network", ([("nodes", 200), ("edges", 2000), ("from", day)] for day in days)),
        "whole NDJSON": _paths("/v1/articles.ndjson", ([("from", day)] for day in days)),
        "entities with words": _paths("/v1/entities", ([("q", word(n % 500)), ("from", days[n])] for n in numbers)),
        "timeline of 400 years": _paths(
            "/v1/timeline",
            ([("interval", "month"), ("by", "source"), ("top", 20), ("from", day), ("to", "2100")] for day in days),
        ),
    }


def short_paths() -> list[str]:
    """Return short requests: pages, facets and words, each different, and now and then the liveness probe."""
    people = [e.id for e in load_lexicon().entities.values() if e.type is EntityType.PERSON]
    paths = []
    for number in range(REQUESTS_PER_KIND):
        person = quote(people[number % len(people)])
        paths += [
            f"/v1/articles?actor={person}&facet=actor&limit={number // len(people) + 5}",
            f"/v1/articles?q={word(2_000 + number)}&limit=5",
            f"/v1/articles?source=outlet-{number % 60:02}&limit={number // 60 + 5}",
            "/livez",
        ]
    return paths


@contextmanager
def serving(
    database: Path, *, log: Path = Path(os.devnull), program: str = "seed", **settings: str
) -> Iterator[Server]:
    """Serve a database with `dateline serve`, as operators do, with these settings."""
    command = [sys.executable, "-m", program, "serve", "--port", "{port}"]
    environment = {"DATELINE_DATABASE_URL": file_url(database), **settings}
    with running(command, "/v1/articles?limit=1", environment, log) as server:
        yield server


@dataclass(frozen=True, slots=True)
class HeavyTrial:
    """One heavy kind beside the short client: what each got, the p99 of the short one in ms, and memory in MB."""

    kind: str
    heavy: Tally
    short: Tally
    alone_p99: float
    memory: tuple[float, float]


def unbounded_answers(database: Path, paths: Sequence[str], seconds: float, *, forwarded: bool) -> int:
    """Return how many answers 64 connections of one kind get from a server without admission, beside a short client."""
    addresses = HEAVY_ADDRESSES if forwarded else ()
    with (
        serving(database, program="tests.attack.unbounded") as server,
        in_a_process(closed_loop, server.port, paths, addresses, HEAVY_CONNECTIONS, seconds) as crowd,
        in_a_process(short_client, server.port, short_paths(), "", seconds),
    ):
        return crowd().answers


def heavy_trial(server: Server, kind: str, paths: Sequence[str], seconds: float, *, forwarded: bool) -> HeavyTrial:
    """Run 64 connections of one kind beside a short client, from nine addresses or all from the loopback."""
    short, address = short_paths(), SHORT_ADDRESS if forwarded else ""
    alone = short_client(server.port, short[:400], address, min(seconds, 3))
    before = server.memory
    addresses = HEAVY_ADDRESSES if forwarded else ()
    with in_a_process(closed_loop, server.port, paths, addresses, HEAVY_CONNECTIONS, seconds) as crowd:
        time.sleep(0.3)
        beside = short_client(server.port, short[400:], address, seconds - 0.6)
        heavy = crowd()
    time.sleep(TRIM_SECONDS + 2)
    return HeavyTrial(kind, heavy, beside, alone.percentile(99), (before, server.memory))


def leavers_trial(server: Server) -> tuple[float, int]:
    """Return the seconds that a search takes after 40 clients left theirs, and its status."""
    leave(server.port, heavy_kinds()["long phrases"][:LEAVERS])
    connection = Connection(server.port)
    started = time.perf_counter()
    response = connection.get(f"/v1/articles?q={word(17)}+{word(19)}")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds, status(response)


@dataclass(frozen=True, slots=True)
class CapacityTrial:
    """The capacity in answers per second, what five times as many requests got, and the p99 before and after, in ms."""

    capacity: float
    flood: Tally
    flood_seconds: float
    p99: tuple[float, float]


def capacity_trial(server: Server, seconds: float, *, rest_seconds: float = 5.0) -> CapacityTrial:
    """Measure the capacity with 8 connections, send five times as much, and ask again after a rest."""
    paths = short_paths()
    with in_a_process(closed_loop, server.port, paths, (), 8, max(5.0, seconds / 6)) as crowd:
        tally = crowd()
    capacity = tally.answers / max(5.0, seconds / 6)
    before = short_client(server.port, paths[400:], "", 3).percentile(99)
    with in_a_process(open_loop, server.port, paths, 5 * capacity, seconds) as crowd:
        flood = crowd()
    time.sleep(rest_seconds)
    after = short_client(server.port, paths[800:], "", 3).percentile(99)
    return CapacityTrial(capacity, flood, seconds, (before, after))
