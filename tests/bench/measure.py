"""One size of corpus from the first record to the last number."""

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
from tests.bench.corpus import FIRST, LAST, Corpus
from tests.bench.loading import Loaded
from tests.bench.questions import AGAIN, SPELLINGS, Question, questions, respelled, views
from tests.bench.rival import Sql, build, repeated
from tests.bench.servers import ROOT, Server, datasette, dateline, static
from tests.bench.sets import Sets, opened

ROUNDS = 5
"""Dateline and the floor are asked in turns, so that both see the same machine."""

ARRIVING = 100
"""Articles of a small publish on top of all others."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is asked: requests and seconds a question, seconds of a throughput."""

    most: int = 200
    seconds: float = 2.0
    rival_seconds: float = 6.0
    load_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one question took, by who was asked: median and p99 in milliseconds; `cpu` of the worker a request."""

    question: Question
    total: int
    size: int
    cpu: float
    times: dict[str, Times]

    def ratio(self, other: str, to: str) -> float | None:
        """Return how many times the median of `to` that of `other` is."""
        if other not in self.times or to not in self.times:
            return None
        return self.times[other].median / self.times[to].median


@dataclass(frozen=True, slots=True)
class Measured:
    """All numbers of one size."""

    size: int
    loaded: Loaded | None
    rows: list[Row]
    numbers: dict[str, float]
    views: dict[str, Times]

    @property
    def compared(self) -> bool:
        """Whether others were asked the same."""
        return any("sql" in row.times for row in self.rows)


def measure(
    size: int, folder: Path, effort: Effort, *, program: Path | None, kept: Path | None = None, rivals: bool
) -> Measured:
    """Load, serve and ask a corpus; `kept` is a database that is loaded already, `program` runs Datasette."""
    database = kept or folder / f"dateline-{size}.db"
    loaded = None if kept else load(database, size)
    other = folder / f"rival-{size}" / "rival.db"
    if rivals and not other.exists():
        other.parent.mkdir()
        corpus = Corpus(size)
        build(other, corpus.articles(), corpus.cast)
    sql = Sql(other) if rivals else None
    aside: AbstractContextManager[Server | None] = nullcontext()
    if rivals and program:
        aside = datasette(program, other)
    with dateline(database) as server, opened(database) as sets, aside as rival:
        table = [Asking(question, sets.cursor(question) if question.deep else None) for question in questions(size)]
        with static(_bodies(folder, server, table)) as floor:
            bench = _Bench(server, floor, sets, sql, rival, effort, len(sets.snapshot) - size)
            rows = [_row(bench, number, asking) for number, asking in enumerate(table)]
            numbers = {"start to first answer, s": server.ready} | _under_load(bench, size)
        numbers |= _isolation(server, size, effort)
        seen = _views(server, size, effort)
        numbers["memory of the worker, MB"] = server.memory
        numbers |= _publishes(server, database, size)
    return Measured(size, loaded, rows, numbers, seen)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question, and the cursor that it needs."""

    question: Question
    cursor: str | None

    @property
    def paths(self) -> Iterator[str]:
        """The question as Dateline is asked it."""
        return self.question.paths(self.cursor)

    @property
    def again(self) -> Iterator[str]:
        """The same once more, in other letters."""
        return self.question.paths(self.cursor, spelling=AGAIN)


@dataclass(frozen=True, slots=True)
class _Bench:
    """Who is asked, and how much."""

    server: Server
    floor: Server
    sets: Sets
    sql: Sql | None
    rival: Server | None
    effort: Effort
    later: int
    """Articles that were published on top in an earlier run: a database that is kept has them."""


def _bodies(folder: Path, server: Server, table: Sequence[Asking]) -> Path:
    """Write the answer to each question, for the floor to give."""
    bodies = Path(tempfile.mkdtemp(dir=folder))
    for number, asking in enumerate(table):
        (bodies / str(number)).write_bytes(body(get(server.port, next(asking.paths))))
    return bodies


def load(database: Path, size: int, *arguments: str) -> Loaded:
    """Load articles in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.loading", str(database), str(size), *arguments]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Loaded(**json.loads(told.stdout))


def _row(bench: _Bench, number: int, asking: Asking) -> Row:
    question = asking.question
    first = body(get(bench.server.port, next(asking.paths)))
    total = first.count(b"\r\n") - 1 if question.export else int(json.loads(first)["total"])
    times, cpu = _in_turns(bench, asking.paths, f"/{number}")
    if not question.export:
        asked = len(times["dateline"].seconds)
        times["again"] = timed(bench.server.port, asking.again, most=asked, seconds=bench.effort.seconds)
        times["sets"] = repeated(partial(bench.sets.answer, question), most=bench.effort.most, seconds=1)
    return Row(question, total, len(first), cpu, times | _rivals(bench, question, total))


def _in_turns(bench: _Bench, paths: Iterator[str], same: str) -> tuple[dict[str, Times], float]:
    ours: list[Times] = []
    floors: list[Times] = []
    busy, asked = 0.0, 0
    most, seconds = bench.effort.most // ROUNDS, bench.effort.seconds / ROUNDS
    for _ in range(ROUNDS):
        before = bench.server.busy
        ours.append(timed(bench.server.port, paths, most=most, seconds=seconds, least=1))
        busy, asked = busy + bench.server.busy - before, asked + len(ours[-1].seconds)
        floors.append(timed(bench.floor.port, itertools.repeat(same), most=most, seconds=seconds, least=1))
    return {"dateline": _together(ours), "static": _together(floors)}, busy / asked * 1000


def _together(parts: list[Times]) -> Times:
    return Times(tuple(seconds for part in parts for seconds in part.seconds), parts[-1].size)


def _rivals(bench: _Bench, question: Question, total: int) -> dict[str, Times]:
    """Return the times of plain SQL and Datasette; raise if they do not find as many articles."""
    sql, seconds = bench.sql, bench.effort.rival_seconds
    if sql is None:
        return {}
    _agree(bench, question, total, sql.total(question))
    after = sql.deep(len(bench.sets.snapshot)) if question.deep else None
    found = {"sql": repeated(lambda turn: sql.answer(question, turn, after), most=20, seconds=seconds)}
    path = question.datasette(after)
    if bench.rival and path:
        found["datasette"] = timed(bench.rival.port, itertools.repeat(path), most=20, seconds=seconds, least=1)
        if not question.export:
            answer = json.loads(body(get(bench.rival.port, path)))
            _agree(bench, question, total, answer["filtered_table_rows_count"])
    return found


def _agree(bench: _Bench, question: Question, total: int, other: int) -> None:
    if not 0 <= total - other <= bench.later:
        raise RuntimeError(f"{question.name}: Dateline finds {total}, another {other}")


def _under_load(bench: _Bench, size: int) -> dict[str, float]:
    """Return requests a second at 16 connections: a mix, one request again and again, and revalidations."""
    mixed = [question for question in questions(size) if question.filter_only and not question.deep]
    mix = itertools.chain.from_iterable(zip(*(question.paths() for question in mixed), strict=True))
    path = next(mixed[1].paths())
    tag = header(get(bench.server.port, path), "etag")
    asked = partial(throughput, seconds=bench.effort.load_seconds)
    port, same, floor = bench.server.port, itertools.repeat(path), itertools.repeat("/1")
    return {
        "static answers a second": asked(bench.floor.port, floor),
        "mixed requests a second": asked(port, mix),
        "identical requests a second": asked(port, same),
        "revalidations (304) a second": asked(port, same, wanted=304, etag=tag),
        "static answers a second, again": asked(bench.floor.port, floor),
    }


def _isolation(server: Server, size: int, effort: Effort) -> dict[str, float]:
    """Return what short requests take alone, and while one long text search after the other runs."""
    by_name = {question.name: question for question in questions(size)}
    short, long = by_name["rare actor"].paths(), by_name["the same by relevance"].paths()
    alone = timed(server.port, short, most=effort.most, seconds=effort.seconds)
    done = threading.Event()

    def keep_busy() -> None:
        while not done.is_set():
            get(server.port, next(long))

    thread = threading.Thread(target=keep_busy)
    thread.start()
    beside = timed(server.port, short, most=effort.most, seconds=effort.seconds)
    done.set()
    thread.join()
    return {"short request, p99 alone, ms": alone.p99, "short request, p99 beside long ones, ms": beside.p99}


def _views(server: Server, size: int, effort: Effort) -> dict[str, Times]:
    """Return what the other views take, each asked in other letters each time, so that no answer is a kept one."""
    article = json.loads(body(get(server.port, "/v1/articles?limit=1")))["items"][0]["id"]
    asked = partial(timed, server.port, most=min(SPELLINGS, effort.most), seconds=effort.seconds)
    return {name: asked(respelled(path)) for name, path in views(size, article).items()}


def _publishes(server: Server, database: Path, size: int) -> dict[str, float]:
    """Return what publishing a few articles on top takes, and how long until the server shows them."""
    found: dict[str, float] = {}
    days = {"newest": LAST + 1, "older": (FIRST + LAST) // 2}
    for number, (name, day) in enumerate(days.items()):
        before = _version(server)
        seen: list[float] = []
        watcher = threading.Thread(target=_watch, args=(server, before, seen))
        watcher.start()
        done = load(database, ARRIVING, str(size + number + int(time.time())), f"{name}-{before}", str(day))
        watcher.join()
        found[f"publish of {ARRIVING} {name}, s"] = done.publishing
        found[f"publish of {ARRIVING} {name}, s of processor"] = done.publishing_cpu
        found[f"from publish to visible ({name}), s"] = seen[0] - done.published_at
    return found


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
