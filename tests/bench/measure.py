"""All measurements of one corpus size, from loading to the last number."""

import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.client import Times, body, get, header, throughput, timed
from tests.bench.corpus import FIRST_DAY, LAST_DAY, Corpus
from tests.bench.loading import LoadTimes
from tests.bench.questions import AGAIN, SPELLINGS, Question, questions, respelled, views
from tests.bench.rival import Sql, build, repeated
from tests.bench.servers import ROOT, Server, datasette, dateline, static
from tests.bench.sets import Sets, opened

# Alternating, so that both see the same machine.
ROUNDS = 5
"""Rounds in which Dateline and the static floor are measured alternately."""

ARRIVING = 100
"""Articles of a small publish on top of all others."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: requests and seconds per question, seconds per throughput."""

    max_requests: int = 200
    seconds: float = 2.0
    rival_seconds: float = 6.0
    load_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Row:
    """The times of one question by system; `cpu` is the worker's processor time per request, in milliseconds."""

    question: Question
    total: int
    size: int
    cpu: float
    times: dict[str, Times]

    def ratio(self, other: str, to: str) -> float | None:
        """Return the median of `other` divided by that of `to`; None if one of them was not measured."""
        if other not in self.times or to not in self.times:
            return None
        return self.times[other].median / self.times[to].median


@dataclass(frozen=True, slots=True)
class Measurement:
    """All numbers of one corpus size."""

    size: int
    load_times: LoadTimes | None
    rows: list[Row]
    numbers: dict[str, float]
    views: dict[str, Times]

    @property
    def is_compared(self) -> bool:
        """Whether other systems were measured, too."""
        return any("sql" in row.times for row in self.rows)


def measure(
    size: int, folder: Path, effort: Effort, *, program: Path | None, loaded_database: Path | None = None, rivals: bool
) -> Measurement:
    """Load, serve and measure a corpus, or use a loaded database; `program` runs Datasette."""
    database = loaded_database or folder / f"dateline-{size}.db"
    load_times = None if loaded_database else load(database, size)
    other = folder / f"rival-{size}" / "rival.db"
    if rivals and not other.exists():
        other.parent.mkdir()
        corpus = Corpus(size)
        build(other, corpus.articles(), corpus.entities)
    sql = Sql(other) if rivals else None
    datasette_server: AbstractContextManager[Server | None] = nullcontext()
    if rivals and program:
        datasette_server = datasette(program, other)
    with dateline(database) as server, opened(database) as sets, datasette_server as rival:
        table = [
            QuestionRequests(question, sets.cursor(question) if question.deep else None) for question in questions(size)
        ]
        with static(_bodies(folder, server, table)) as floor:
            bench = _Bench(server, floor, sets, sql, rival, effort, len(sets.snapshot) - size)
            rows = [_row(bench, number, requests) for number, requests in enumerate(table)]
            numbers = {"start to first answer, s": server.ready} | _under_load(bench, size)
        numbers |= _isolation(server, size, effort)
        view_times = _views(server, size, effort)
        numbers["memory of the worker, MB"] = server.memory
        numbers |= _publishes(server, database, size)
    return Measurement(size, load_times, rows, numbers, view_times)


@dataclass(frozen=True, slots=True)
class QuestionRequests:
    """A question, and the cursor that it needs."""

    question: Question
    cursor: str | None

    @property
    def paths(self) -> Iterator[str]:
        """The request paths of the question."""
        return self.question.paths(self.cursor)

    @property
    def again(self) -> Iterator[str]:
        """The same requests in another spelling."""
        return self.question.paths(self.cursor, spelling=AGAIN)


@dataclass(frozen=True, slots=True)
class _Bench:
    """The systems that are measured, and how much."""

    server: Server
    floor: Server
    sets: Sets
    sql: Sql | None
    rival: Server | None
    effort: Effort
    later: int
    """Articles that an earlier run published on top, in a database that was kept."""


def _bodies(folder: Path, server: Server, table: Sequence[QuestionRequests]) -> Path:
    """Write the response to each question, for the static floor to serve."""
    bodies = Path(tempfile.mkdtemp(dir=folder))
    for number, requests in enumerate(table):
        (bodies / str(number)).write_bytes(body(get(server.port, next(requests.paths))))
    return bodies


def load(database: Path, size: int, *arguments: str) -> LoadTimes:
    """Load articles in a separate process."""
    command = [sys.executable, "-m", "tests.bench.loading", str(database), str(size), *arguments]
    process = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return LoadTimes(**json.loads(process.stdout))


def _row(bench: _Bench, number: int, requests: QuestionRequests) -> Row:
    question = requests.question
    first = body(get(bench.server.port, next(requests.paths)))
    total = first.count(b"\r\n") - 1 if question.export else int(json.loads(first)["total"])
    times, cpu = _alternate(bench, requests.paths, f"/{number}")
    if not question.export:
        count = len(times["dateline"].seconds)
        times["again"] = timed(bench.server.port, requests.again, max_requests=count, seconds=bench.effort.seconds)
        times["sets"] = repeated(
            partial(bench.sets.answer, question), max_requests=bench.effort.max_requests, seconds=1
        )
    return Row(question, total, len(first), cpu, times | _rivals(bench, question, total))


def _alternate(bench: _Bench, paths: Iterator[str], same: str) -> tuple[dict[str, Times], float]:
    ours: list[Times] = []
    floors: list[Times] = []
    busy, requests = 0.0, 0
    max_requests, seconds = bench.effort.max_requests // ROUNDS, bench.effort.seconds / ROUNDS
    for _ in range(ROUNDS):
        before = bench.server.busy
        ours.append(timed(bench.server.port, paths, max_requests=max_requests, seconds=seconds, min_requests=1))
        busy, requests = busy + bench.server.busy - before, requests + len(ours[-1].seconds)
        floors.append(
            timed(bench.floor.port, itertools.repeat(same), max_requests=max_requests, seconds=seconds, min_requests=1)
        )
    return {"dateline": _merge(ours), "static": _merge(floors)}, busy / requests * 1000


def _merge(rounds: list[Times]) -> Times:
    return Times(tuple(seconds for times in rounds for seconds in times.seconds), rounds[-1].size)


def _rivals(bench: _Bench, question: Question, total: int) -> dict[str, Times]:
    """Return the times of plain SQL and Datasette; raise RuntimeError if their totals differ."""
    sql, seconds = bench.sql, bench.effort.rival_seconds
    if sql is None:
        return {}
    _check_total(bench, question, total, sql.total(question))
    after = sql.deep(len(bench.sets.snapshot)) if question.deep else None
    times = {"sql": repeated(lambda turn: sql.answer(question, turn, after), max_requests=20, seconds=seconds)}
    path = question.datasette(after)
    if bench.rival and path:
        times["datasette"] = timed(
            bench.rival.port, itertools.repeat(path), max_requests=20, seconds=seconds, min_requests=1
        )
        if not question.export:
            response = json.loads(body(get(bench.rival.port, path)))
            _check_total(bench, question, total, response["filtered_table_rows_count"])
    return times


def _check_total(bench: _Bench, question: Question, total: int, other: int) -> None:
    if not 0 <= total - other <= bench.later:
        raise RuntimeError(f"{question.name}: Dateline finds {total}, another {other}")


def _under_load(bench: _Bench, size: int) -> dict[str, float]:
    """Return requests per second over 16 connections: a mix, one repeated request, and revalidations."""
    mixed = [question for question in questions(size) if question.is_filter_only and not question.deep]
    mix = itertools.chain.from_iterable(zip(*(question.paths() for question in mixed), strict=True))
    path = next(mixed[1].paths())
    tag = header(get(bench.server.port, path), "etag")
    measure_throughput = partial(throughput, seconds=bench.effort.load_seconds)
    port, same, floor = bench.server.port, itertools.repeat(path), itertools.repeat("/1")
    return {
        "static answers a second": measure_throughput(bench.floor.port, floor),
        "mixed requests a second": measure_throughput(port, mix),
        "identical requests a second": measure_throughput(port, same),
        "revalidations (304) a second": measure_throughput(port, same, expected_status=304, etag=tag),
        "static answers a second, again": measure_throughput(bench.floor.port, floor),
    }


def _isolation(server: Server, size: int, effort: Effort) -> dict[str, float]:
    """Return the times of short requests alone, and while long text searches run one after the other."""
    by_name = {question.name: question for question in questions(size)}
    short, long = by_name["rare actor"].paths(), by_name["the same by relevance"].paths()
    alone = timed(server.port, short, max_requests=effort.max_requests, seconds=effort.seconds)
    done = threading.Event()

    def keep_busy() -> None:
        while not done.is_set():
            get(server.port, next(long))

    thread = threading.Thread(target=keep_busy)
    thread.start()
    loaded = timed(server.port, short, max_requests=effort.max_requests, seconds=effort.seconds)
    done.set()
    thread.join()
    return {"short request, p99 alone, ms": alone.p99, "short request, p99 beside long ones, ms": loaded.p99}


def _views(server: Server, size: int, effort: Effort) -> dict[str, Times]:
    """Return the times of the other views, each time in a new spelling, so that none comes from the cache."""
    article = json.loads(body(get(server.port, "/v1/articles?limit=1")))["items"][0]["id"]
    time_view = partial(timed, server.port, max_requests=min(SPELLINGS, effort.max_requests), seconds=effort.seconds)
    return {name: time_view(respelled(path)) for name, path in views(size, article).items()}


def _publishes(server: Server, database: Path, size: int) -> dict[str, float]:
    """Return the times of publishing a few articles on top, and how long until the server shows them."""
    numbers: dict[str, float] = {}
    days = {"newest": LAST_DAY + 1, "older": (FIRST_DAY + LAST_DAY) // 2}
    for number, (name, day) in enumerate(days.items()):
        before = _version(server)
        seen: list[float] = []
        watcher = threading.Thread(target=_watch, args=(server, before, seen))
        watcher.start()
        load_times = load(database, ARRIVING, str(size + number + int(time.time())), f"{name}-{before}", str(day))
        watcher.join()
        numbers[f"publish of {ARRIVING} {name}, s"] = load_times.publishing
        numbers[f"publish of {ARRIVING} {name}, s of processor"] = load_times.publishing_cpu
        numbers[f"from publish to visible ({name}), s"] = seen[0] - load_times.published_at
    return numbers


def _version(server: Server) -> int:
    corpus: dict[str, Any] = json.loads(body(get(server.port, "/v1/corpus")))
    return int(corpus["version"])


def _watch(server: Server, before: int, seen: list[float]) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if _version(server) > before:
            seen.append(time.time())
            return
        time.sleep(0.05)
