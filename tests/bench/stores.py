"""`python -m tests.bench.stores ARTICLES`: the same corpus and the same questions on SQLite and PostgreSQL.

A PostgreSQL server of our own, with its default settings, is reached through a socket. Requests to both alternate, and
each search is new: what is remembered costs the same on both.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tests.bench.client import Connection
from tests.bench.engines import Dateline
from tests.bench.loading import LoadTimes
from tests.bench.measure import load
from tests.bench.questions import Question, questions
from tests.bench.servers import Server, busy_seconds, dateline
from tests.databases import OwnServer, own_server

LOADS = 2
"""Loads on each store, alternately, each into a new database; the median counts."""

MAX_SEARCHES = 25
"""Searches of a question; fewer where it has fewer."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took on one store: seconds, and seconds of processor time of all processes."""

    elapsed: float
    processor: float


Row = tuple[str, Cost, Cost]
"""A name, and its costs on SQLite and PostgreSQL."""


def compare(size: int, folder: Path, server: OwnServer) -> Iterator[Row]:
    """Yield the costs of a load and of each question, the medians of alternating rounds."""
    loads: list[tuple[Cost, Cost]] = []
    for number in range(LOADS):
        databases = (folder / f"{number}.db", server.url_of(server.create()))
        loads.append((_load(databases[0], size, folder, None), _load(databases[1], size, folder, server)))
    yield "load and publish", _median([of for of, _ in loads]), _median([of for _, of in loads])
    server.run("CHECKPOINT")  # Nothing of the load is left to be written later.
    with ExitStack() as stack:
        both = [stack.enter_context(dateline(database)) for database in databases]
        engines = [Dateline(stack.enter_context(closing(Connection(one.port))), "") for one in both]
        for question in _all_questions(size):
            yield _ask(question, both, engines, server)


def _load(database: str | Path, size: int, folder: Path, server: OwnServer | None) -> Cost:
    before = busy_seconds(server.pid) if server else 0.0
    times: LoadTimes = load(database, size, folder)
    of_server = busy_seconds(server.pid) - before if server else 0.0
    return Cost(times.wall, times.cpu + of_server)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(float(np.median(values)) for values in zip(*((c.elapsed, c.processor) for c in costs), strict=True)))


def _all_questions(size: int) -> Iterator[Question]:
    """Yield the questions that need no cursor, those with words alone by relevance, too."""
    for question in questions(size):
        if question.deep:
            continue
        yield question
        if question.has_words and not question.relevance and not question.searches[0].actors:
            yield replace(question, name=f"{question.name}, by relevance", relevance=True)


def _ask(question: Question, both: Sequence[Server], engines: Sequence[Dateline], server: OwnServer) -> Row:
    """Ask each search of both stores, the other one first each time; raise RuntimeError if their totals differ."""
    searches = question.searches[:MAX_SEARCHES]
    seconds: list[list[float]] = [[], []]
    busy = [-_busy(both[0], None), -_busy(both[1], server)]
    for turn, search in enumerate(searches):
        totals: list[int | None] = []
        for number in (turn % 2, 1 - turn % 2):
            answer = engines[number].ask(question, search)
            seconds[number].append(answer.seconds)
            totals.append(answer.total)
        if totals[0] != totals[1]:
            raise RuntimeError(f"{question.name}, search {turn}: {totals}")
    busy = [busy[0] + _busy(both[0], None), busy[1] + _busy(both[1], server)]
    of_sqlite, of_postgresql = (
        Cost(float(np.median(own)), used / len(searches)) for own, used in zip(seconds, busy, strict=True)
    )
    return question.name, of_sqlite, of_postgresql


def _busy(one: Server, server: OwnServer | None) -> float:
    return one.busy + (busy_seconds(server.pid) if server else 0.0)


HEAD = """\
| | SQLite, ms | PostgreSQL, ms | ratio | processor, ms | | ratio |
|---|---:|---:|---:|---:|---:|---:|"""


def line(row: Row) -> str:
    """Return a row as a line of a table in Markdown."""
    name, one, other = row
    numbers = [one.elapsed * 1000, other.elapsed * 1000, other.elapsed / one.elapsed]
    numbers += [one.processor * 1000, other.processor * 1000, other.processor / max(one.processor, 1e-9)]
    return f"| {name} | {' | '.join(f'{number:,.2f}' for number in numbers)} |"


def main(articles: str = "20000") -> None:
    """Compare both stores with this number of articles, and print a table in Markdown."""
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder, own_server({}) as server:
        print(HEAD)  # noqa: T201
        for row in compare(int(articles), Path(folder), server):
            print(line(row), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
