"""All measurements of one corpus size, from loading to the last number."""

import itertools
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import rival
from tests.bench.client import Connection, Times, get, header, throughput, timed
from tests.bench.corpus import FIRST_DAY, LAST_DAY, Corpus, write_articles
from tests.bench.engines import Datasette, Dateline, Engine, Static, fetch
from tests.bench.loading import LoadTimes, load_file, publish_in_process
from tests.bench.questions import SPELLINGS, Question, Search, questions, respelled, views
from tests.bench.rival import Sql
from tests.bench.servers import Server, datasette, dateline, static
from tests.bench.sets import opened
from tests.bench.tantivy_engine import Tantivy
from tests.bench.typesense_engine import HEADERS, Typesense, typesense

ARRIVING = 100
"""Articles of a small publish on top of all others."""

WARMING = 5
"""Questions that two workers answer before they are measured."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    searches: int = 200
    """Searches of a question."""

    seconds: float = 4.0
    """Seconds after which an engine is no longer asked a question."""

    load_seconds: float = 5.0
    """Seconds of each throughput."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """The alternatives: the Python of their environment, with or without Datasette; plain SQL needs none."""

    python: Path | None = None
    datasette: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The times of one question by engine; `cpu` is the worker's processor time per request, in milliseconds."""

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

    def row(self, name: str) -> Row:
        """Return the row of a question."""
        return next(row for row in self.rows if row.question.name == name)


def measure(size: int, folder: Path, effort: Effort, rivals: Rivals | None) -> Measurement:
    """Load, serve and measure a corpus; a database of an earlier run in the folder is not loaded again."""
    database = folder / f"dateline-{size}.db"
    load_times = None if database.exists() else load(database, size, folder)
    asked = questions(size)
    with ExitStack() as stack:
        server = stack.enter_context(dateline(database))
        sets = stack.enter_context(opened(database))
        engine = Dateline(_connected(stack, server), sets.cursor())
        later = len(sets.snapshot) - size
        floor = stack.enter_context(static())
        engines: list[Engine] = [engine, Static(_connected(stack, floor), engine), sets]
        engines += _started(stack, folder, size, rivals) if rivals else []
        rows = [_row(server, engines, question, effort, later) for question in asked]
        numbers = {"start to first answer, s": server.ready}
        numbers |= _under_load(server, floor, engine, asked, effort)
        numbers |= _of_typesense(engines, asked, effort)
        numbers |= _isolation(engine, asked, effort)
        view_times = _views(server, size, effort)
        numbers["memory of the worker, MB"] = server.memory
        numbers |= _publishes(server, database, size)
    numbers |= _two_workers(database, engine, asked, effort)
    return Measurement(size, load_times, rows, numbers, view_times)


def _connected(stack: ExitStack, server: Server, headers: str = "") -> Connection:
    return stack.enter_context(closing(Connection(server.port, headers)))


def load(database: str | Path, size: int, folder: Path) -> LoadTimes:
    """Load a corpus from a file, which is written into a folder, through the real command."""
    file = folder / f"articles-{size}.jsonl"
    write_articles(Corpus(size).articles(), file)
    try:
        return load_file(database, file, size)
    finally:
        file.unlink()


def _started(stack: ExitStack, folder: Path, size: int, rivals: Rivals) -> Iterator[Engine]:
    """Build, start and yield the alternatives."""
    corpus = Corpus(size)
    other = folder / f"rival-{size}" / "rival.db"
    if not other.exists():
        other.parent.mkdir()
        rival.build(other, corpus.articles(), corpus.entities)
    sql = Sql(stack.enter_context(closing(rival.opened(other))))
    yield sql
    if rivals.python and rivals.datasette:
        served = stack.enter_context(datasette(rivals.python.with_name("datasette"), other))
        yield Datasette(_connected(stack, served), sql.after)
    if rivals.python:
        server = stack.enter_context(typesense(rivals.python, folder / f"typesense-{size}", corpus.articles()))
        yield Typesense(_connected(stack, server, HEADERS))
        yield stack.enter_context(Tantivy(rivals.python, folder / f"tantivy-{size}", corpus.articles()))


def _row(server: Server, engines: Sequence[Engine], question: Question, effort: Effort, later: int) -> Row:
    """Ask each search once of each engine, in turns; raise RuntimeError if their totals differ.

    `later` articles were published on top by an earlier run, in a database that was kept.
    """
    took: dict[str, list[float]] = {}
    silent: set[str] = set()
    total, size, busy = 0, 0, server.busy
    for turn, search in enumerate(question.searches[: effort.searches]):
        totals: dict[str, int] = {}
        for engine in _in_turns(engines, turn):
            if engine.name in silent or sum(took.get(engine.name, ())) > effort.seconds:
                continue
            answer = engine.ask(question, search)
            if answer is None:
                silent.add(engine.name)
                continue
            took.setdefault(engine.name, []).append(answer.seconds)
            if answer.total is not None:
                totals[engine.name] = answer.total
            if engine.name == "dateline" and turn == 0:
                total, size = totals["dateline"], len(answer.body)
        if totals and max(totals.values()) - min(totals.values()) > later:
            raise RuntimeError(f"{question.name}, search {turn}: {totals}")
    cpu = (server.busy - busy) / len(took["dateline"]) * 1000
    times = {name: Times(tuple(seconds), size) for name, seconds in took.items()}
    ours = next(engine for engine in engines if isinstance(engine, Dateline))
    if not question.export:
        again = [ours.again(question, search).seconds for search in question.searches[: len(took["dateline"])]]
        times["again"] = Times(tuple(again), size)
    return Row(question, total, size, cpu, times)


def _in_turns(engines: Sequence[Engine], turn: int) -> list[Engine]:
    """Return the engines, each turn another one first."""
    at = turn % len(engines)
    return [*engines[at:], *engines[:at]]


def new_searches(asked: Sequence[Question]) -> list[tuple[Question, Search]]:
    """Return searches without words that no question has, one of each question in turns.

    They find the same articles from an earlier first day on, or those of a year that begins a day later.
    """
    filters = [one for one in asked if not one.has_words and not one.deep and not one.export]
    groups = itertools.zip_longest(*([(question, search) for search in question.searches] for question in filters))
    pairs = [pair for group in groups for pair in group if pair]
    return [(question, _moved(search, number)) for number, (question, search) in enumerate(pairs)]


def _moved(search: Search, number: int) -> Search:
    if search.days and search.days[1] != LAST_DAY:
        return replace(search, days=(search.days[0] + 1, search.days[1] + 1))
    return replace(search, days=(FIRST_DAY - 10_000 - number, LAST_DAY))


def _under_load(
    server: Server, floor: Server, engine: Dateline, asked: Sequence[Question], effort: Effort
) -> dict[str, float]:
    """Return requests per second over 16 connections: new searches, one repeated request, and revalidations."""
    path = engine.path(asked[1], asked[1].searches[0])
    engine.ask(asked[1], asked[1].searches[0])
    tag = header(get(server.port, path), "etag")
    measured = partial(throughput, seconds=effort.load_seconds)
    same, stored = itertools.repeat(path), itertools.repeat(f"/{engine.last_size}")
    busy = server.busy
    rate, answers = measured(server.port, itertools.starmap(engine.path, new_searches(asked)))
    return {
        "new searches a second": rate,
        "processor of a new search, ms": (server.busy - busy) / answers * 1000,
        "identical requests a second": measured(server.port, same)[0],
        "revalidations (304) a second": measured(server.port, same, expected_status=304, etag=tag)[0],
        "static answers a second": measured(floor.port, stored)[0],
    }


def _two_workers(database: Path, engine: Dateline, asked: Sequence[Question], effort: Effort) -> dict[str, float]:
    """Return the requests per second of two workers, and their processor time and memory."""
    with dateline(database, workers=2) as server:
        # Both open the index, and what they share is loaded.
        for question in asked[:WARMING]:
            throughput(server.port, iter([engine.path(question, question.searches[0])] * 32), seconds=60)
        busy = server.busy
        paths = itertools.starmap(engine.path, new_searches(asked))
        rate, answers = throughput(server.port, paths, seconds=effort.load_seconds)
        return {
            "two workers: new searches a second": rate,
            "two workers: processor of a new search, ms": (server.busy - busy) / answers * 1000,
            "two workers: memory, MB": server.memory,
        }


def _of_typesense(engines: Sequence[Engine], asked: Sequence[Question], effort: Effort) -> dict[str, float]:
    """Return the requests per second of Typesense, if it runs."""
    for engine in engines:
        if isinstance(engine, Typesense):
            paths = itertools.starmap(engine.path, new_searches(asked))
            rate, _ = throughput(engine.port, paths, seconds=effort.load_seconds, headers=HEADERS)
            return {"Typesense: new searches a second": rate}
    return {}


def _isolation(engine: Dateline, asked: Sequence[Question], effort: Effort) -> dict[str, float]:
    """Return the times of short requests alone, and while long text searches run one after the other."""
    by_name = {question.name: question for question in asked}
    short, long = by_name["rare actor"], by_name["the same by relevance"]
    paths = [engine.path(short, _moved(search, -1 - number)) for number, search in enumerate(short.searches)]
    half = len(paths) // 2
    alone = timed(engine.port, iter(paths[:half]), max_requests=half, seconds=effort.seconds, min_requests=1)
    done = threading.Event()

    def keep_busy() -> None:
        for search in itertools.cycle(long.searches):
            if done.is_set():
                return
            get(engine.port, engine.path(long, replace(search, days=(FIRST_DAY - 1, LAST_DAY))))

    thread = threading.Thread(target=keep_busy)
    thread.start()
    loaded = timed(engine.port, iter(paths[half:]), max_requests=half, seconds=effort.seconds, min_requests=1)
    done.set()
    thread.join()
    return {"short request, p99 alone, ms": alone.p99, "short request, p99 next to long ones, ms": loaded.p99}


def _views(server: Server, size: int, effort: Effort) -> dict[str, Times]:
    """Return the times of the other views, each time in a new spelling, so that none comes from the cache."""
    article = json.loads(fetch(server.port, "/v1/articles?limit=1"))["items"][0]["id"]
    time_view = partial(timed, server.port, max_requests=min(SPELLINGS, effort.searches), seconds=effort.seconds)
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
        seed = size + number + int(time.time())
        took = publish_in_process(database, ARRIVING, seed, f"{name}-{before}", day)
        watcher.join()
        numbers[f"publish of {ARRIVING} {name}, s"] = took.wall
        numbers[f"publish of {ARRIVING} {name}, s of processor"] = took.cpu
        numbers[f"publish of {ARRIVING} {name}, MB written"] = took.written
        numbers[f"from publish to visible ({name}), s"] = seen[0] - took.published_at
    return numbers


def _version(server: Server) -> int:
    corpus: dict[str, Any] = json.loads(fetch(server.port, "/v1/corpus"))
    return int(corpus["version"])


def _watch(server: Server, before: int, seen: list[float]) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if _version(server) > before:
            seen.append(time.time())
            return
        time.sleep(0.05)
