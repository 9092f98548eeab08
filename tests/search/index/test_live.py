"""The corpus as it is served: swapped when another publish appears, by one caller, while the others go on."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from app.errors import UnavailableError
from app.search.index.live import Corpus
from app.stores.sqlite import file_url, reader_engine
from tests.seed.loading import load_into, report

NEVER = 3600.0
"""Seconds between two looks: more than a test takes."""


@pytest.fixture
def engine(database: Path) -> Iterator[Engine]:
    """An engine of a server."""
    engine = reader_engine(file_url(database))
    yield engine
    engine.dispose()


def test_nothing_was_published(engine: Engine) -> None:
    """The corpus is empty, and asked for again it is the same."""
    corpus = Corpus(engine, check_seconds=0)
    assert corpus.current().version == 0
    assert corpus.current() is corpus.current()


def test_a_publish_is_seen_and_what_stays_is_not_opened_again(database: Path, engine: Engine) -> None:
    """The first publish and the next; a load that changes nothing is none."""
    corpus = Corpus(engine, check_seconds=0)
    assert corpus.current().version == 0
    load_into(database, [report()])
    first = corpus.current()
    assert (first.version, len(first)) == (1, 1)
    load_into(database, [report()])
    assert corpus.current() is first
    load_into(database, [report("Tide turns")])
    assert len(corpus.current()) == 2
    assert len(first) == 1


def test_it_looks_no_more_often_than_it_may(database: Path, engine: Engine) -> None:
    """Between two looks no statement is made."""
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: statements.append(statement))
    corpus = Corpus(engine, check_seconds=NEVER)
    before = corpus.current()
    made = len(statements)
    load_into(database, [report()])
    assert all(corpus.current() is before for _ in range(100))
    assert len(statements) == made


def test_a_look_is_one_statement(engine: Engine) -> None:
    """The token is enough to know."""
    corpus = Corpus(engine, check_seconds=0)
    corpus.current()
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: statements.append(statement))
    corpus.current()
    assert [statement for statement in statements if statement != "BEGIN"] == [
        statement for statement in statements if "publish.token" in statement
    ]


def test_one_opens_while_the_others_go_on(database: Path, engine: Engine) -> None:
    """Nobody waits for the new snapshot but the one who opens it."""
    corpus = Corpus(engine, check_seconds=0)
    old = corpus.current()
    load_into(database, [report()])
    opening, go_on = threading.Event(), threading.Event()
    openers: list[int] = []

    def hold(_connection: Connection) -> None:
        openers.append(threading.get_ident())
        opening.set()
        assert go_on.wait(30)

    event.listen(engine, "begin", hold)
    with ThreadPoolExecutor(1) as pool:
        opener = pool.submit(corpus.current)
        assert opening.wait(30)
        assert all(corpus.current() is old for _ in range(10))
        go_on.set()
        new = opener.result(30)
    assert new.version == 1
    assert len(openers) == 1
    assert corpus.current() is new


def test_the_first_callers_wait_for_one_snapshot(database: Path, engine: Engine) -> None:
    """There is nothing older to answer from."""
    load_into(database, [report()])
    corpus = Corpus(engine, check_seconds=0)
    ready = threading.Barrier(4)

    def ask() -> int:
        ready.wait(30)
        return id(corpus.current())

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask) for _ in range(4)]
        assert len({answer.result(30) for answer in asked}) == 1


def test_a_failed_look_lets_the_next_one_look(database: Path, engine: Engine) -> None:
    """The lock is given back."""
    corpus = Corpus(engine, check_seconds=0)
    corpus.current()
    failing = [True]

    def fail(_connection: Connection) -> None:
        if failing:
            failing.pop()
            raise TimeoutError

    event.listen(engine, "begin", fail)
    load_into(database, [report()])
    with pytest.raises(TimeoutError):
        corpus.current()
    assert corpus.current().version == 1


def test_a_database_that_comes_later_is_found(database: Path, tmp_path: Path) -> None:
    """Until then each request is told what to do."""
    later = tmp_path / "later.db"
    engine = reader_engine(file_url(later))
    corpus = Corpus(engine, check_seconds=NEVER)
    for _ in range(2):
        with pytest.raises(UnavailableError, match="python -m seed init"):
            corpus.current()
    shutil.copy(database, later)
    assert corpus.current().version == 0
    engine.dispose()


def test_a_database_made_anew_is_another_corpus_of_the_same_version(
    database: Path, migrated: Path, engine: Engine
) -> None:
    """The token tells, not the number; whoever swaps the file starts the server anew, or has it connect anew."""
    load_into(database, [report()])
    corpus = Corpus(engine, check_seconds=0)
    old = corpus.current()
    anew = database.with_name("anew.db")
    shutil.copy(migrated, anew)
    load_into(anew, [report("Tide turns"), report("Dunes")])
    anew.replace(database)
    engine.dispose()
    new = corpus.current()
    assert (old.version, new.version) == (1, 1)
    assert (len(old), len(new)) == (1, 2)


def test_a_snapshot_is_fresh_until_it_is_time_to_look(database: Path) -> None:
    engine = reader_engine(file_url(database))
    patient, eager = Corpus(engine, check_seconds=60), Corpus(engine, check_seconds=0)
    assert patient.fresh() is None
    assert patient.current() is patient.fresh()
    eager.current()
    assert eager.fresh() is None
    engine.dispose()
