"""Minutes of mixed requests while reports are published: no error, no answer that mixes two versions, no growth."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

from tests.attack.corpus import load_reports
from tests.attack.overload import serving, short_paths
from tests.bench.client import Connection, body, status

CLIENTS = 8
REPORTS_PER_PUBLISH = 7

WHOLE = "/v1/articles?facet=source&facet_size=100&limit=3&fields=id&from=2010&to=2030"
"""A request whose total is known for each version, and whose facet must have the same sum."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The server at one time: seconds since the start, memory in MB, open descriptors."""

    seconds: float
    memory: float
    descriptors: int


@dataclass(frozen=True, slots=True)
class MixedTrial:
    """Responses by status, answers that mix versions, the versions seen, and samples of the server."""

    statuses: Counter[int]
    mixed: int
    versions: int
    samples: list[Sample]


def _ask(port: int, paths: Sequence[str], base: int, seconds: float) -> tuple[Counter[int], int, set[int]]:
    """Send requests in turn with WHOLE; return the statuses, the number of mixed answers, and the versions seen."""
    statuses: Counter[int] = Counter()
    mixed, versions = 0, set()
    end = time.monotonic() + seconds
    turns = cycle(paths)
    with closing(Connection(port)) as connection:
        while time.monotonic() < end:
            statuses[status(connection.get(next(turns)))] += 1
            response = connection.get(WHOLE)
            statuses[status(response)] += 1
            if status(response) != 200:
                continue
            answer = json.loads(body(response))
            version, total = answer["corpus_version"], answer["total"]
            counted = sum(value["count"] for value in answer["facets"]["source"])
            mixed += total != counted or total != base + REPORTS_PER_PUBLISH * (version - 1)
            versions.add(version)
    return statuses, mixed, versions


def mixed_trial(database: Path, count: int, seconds: float, *, publish_seconds: float = 20) -> MixedTrial:
    """Ask mixed questions for so long while a publish follows every `publish_seconds`; the database is changed."""
    paths = short_paths()
    with serving(database) as server, ProcessPoolExecutor(CLIENTS, get_context("fork")) as pool:
        futures = [pool.submit(_ask, server.port, paths[n * 500 :], count, seconds) for n in range(CLIENTS)]
        begun, samples, publishes = time.monotonic(), [], 0
        while (passed := time.monotonic() - begun) < seconds:
            descriptors = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
            samples.append(Sample(passed, server.memory, descriptors))
            if passed < seconds - publish_seconds:
                load_reports(database, REPORTS_PER_PUBLISH, first=count + publishes * REPORTS_PER_PUBLISH)
                publishes += 1
            time.sleep(max(0.0, min(publish_seconds, seconds - (time.monotonic() - begun))))
        results = [future.result() for future in futures]
    statuses = sum((result[0] for result in results), Counter())
    versions = {version for result in results for version in result[2]}
    return MixedTrial(statuses, sum(result[1] for result in results), len(versions), samples)
