"""The live corpus: after a publish, one caller opens the new snapshot while the others use the old one."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlmodel import Session, select

from app.deadline import check_deadline
from app.errors import DamagedError, ReplacedError, UnavailableError
from app.models import Revision
from app.search.index import live
from app.search.index.live import CurrentSnapshot
from app.search.index.snapshot import Snapshot
from app.search.index.storage import open_snapshot
from app.stores import store_of
from app.stores.sqlite import file_url
from app.stores.store import InterruptedReadError, Store
from seed.maintenance.backup import restore
from tests.seed.loading import load_into, report

NEVER = 3600.0
"""Seconds between two checks: more than a test takes."""


@pytest.fixture
def store(database: Path) -> Store:
    """Return the store of a server."""
    return store_of(file_url(database))


def engine_of(corpus: CurrentSnapshot) -> Engine:
    """Return the engine that a corpus checks and opens with."""
    assert corpus.generation is not None
    return corpus.generation.engine


def test_an_unpublished_corpus_is_empty(store: Store) -> None:
    """A second request gets the same snapshot."""
    corpus = CurrentSnapshot(store, check_seconds=0)
    assert corpus.current().version == 0
    assert corpus.current() is corpus.current()


def test_only_a_publish_opens_a_new_snapshot(database: Path, store: Store) -> None:
    """This holds for the first publish and the next; a load that changes nothing does not publish."""
    corpus = CurrentSnapshot(store, check_seconds=0)
    assert corpus.current().version == 0
    load_into(database, [report()])
    first = corpus.current()
    assert (first.version, len(first)) == (1, 1)
    load_into(database, [report()])
    assert corpus.current() is first
    load_into(database, [report("Tide turns")])
    assert len(corpus.current()) == 2
    assert len(first) == 1


def test_checks_are_no_more_frequent_than_configured(database: Path, store: Store) -> None:
    """Between two checks there is no SQL statement."""
    statements: list[str] = []
    corpus = CurrentSnapshot(store, check_seconds=NEVER)
    before = corpus.current()
    event.listen(
        engine_of(corpus), "before_cursor_execute", lambda _c, _k, statement, *_rest: statements.append(statement)
    )
    count = len(statements)
    load_into(database, [report()])
    assert all(corpus.current() is before for _ in range(100))
    assert len(statements) == count


def test_a_check_is_one_statement(store: Store) -> None:
    """It reads the token and the migration only."""
    corpus = CurrentSnapshot(store, check_seconds=0)
    corpus.current()
    statements: list[str] = []
    event.listen(
        engine_of(corpus), "before_cursor_execute", lambda _c, _k, statement, *_rest: statements.append(statement)
    )
    corpus.current()
    assert [statement for statement in statements if statement != "BEGIN"] == [
        statement for statement in statements if "publish.token" in statement
    ]


def test_one_caller_opens_while_the_others_continue(database: Path, store: Store) -> None:
    """Only the caller that opens the new snapshot waits for it."""
    corpus = CurrentSnapshot(store, check_seconds=0)
    old = corpus.current()
    load_into(database, [report()])
    opened, may_continue = threading.Event(), threading.Event()
    openers: list[int] = []

    def hold(_connection: Connection) -> None:
        openers.append(threading.get_ident())
        opened.set()
        assert may_continue.wait(30)

    event.listen(engine_of(corpus), "begin", hold)
    with ThreadPoolExecutor(1) as pool:
        opener = pool.submit(corpus.current)
        assert opened.wait(30)
        assert all(corpus.current() is old for _ in range(10))
        may_continue.set()
        new = opener.result(30)
    assert new.version == 1
    assert len(set(openers)) == 1
    assert corpus.current() is new


def test_the_first_callers_wait_for_the_same_snapshot(database: Path, store: Store) -> None:
    """There is no older snapshot to use."""
    load_into(database, [report()])
    corpus = CurrentSnapshot(store, check_seconds=0)
    ready = threading.Barrier(4)

    def ask() -> int:
        ready.wait(30)
        return id(corpus.current())

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(ask) for _ in range(4)]
        assert len({future.result(30) for future in futures}) == 1


def test_a_failed_check_lets_the_next_one_run(database: Path, store: Store) -> None:
    """The lock is released."""
    corpus = CurrentSnapshot(store, check_seconds=0)
    corpus.current()
    failing = [True]

    def fail(_connection: Connection) -> None:
        if failing:
            failing.pop()
            raise TimeoutError

    event.listen(engine_of(corpus), "begin", fail)
    load_into(database, [report()])
    with pytest.raises(TimeoutError):
        corpus.current()
    assert corpus.current().version == 1


@pytest.mark.parametrize("failures", [1, 2])
def test_an_interrupted_check_is_repeated_once(database: Path, store: Store, failures: int) -> None:
    """As one that the end of a host interrupts, since another host may be read."""
    corpus = CurrentSnapshot(store, check_seconds=0)
    corpus.current()
    left = [failures]

    def interrupt(_connection: Connection) -> None:
        if left[0]:
            left[0] -= 1
            raise InterruptedReadError("the host has ended")

    event.listen(engine_of(corpus), "begin", interrupt)
    load_into(database, [report()])
    if failures == 2:
        with pytest.raises(InterruptedReadError):
            corpus.current()
    assert corpus.current().version == 1


def test_a_database_created_later_is_found(database: Path, tmp_path: Path) -> None:
    """Until then, each request fails with the command to run."""
    later = tmp_path / "later.db"
    corpus = CurrentSnapshot(store_of(file_url(later)), check_seconds=NEVER)
    for _ in range(2):
        with pytest.raises(UnavailableError, match="dateline init"):
            corpus.current()
    shutil.copy(database, later)
    assert corpus.current().version == 0


def test_a_new_database_is_another_corpus_of_the_same_version(database: Path, migrated: Path, store: Store) -> None:
    """The token identifies the corpus, not the version; the server notices that the file was replaced."""
    load_into(database, [report()])
    corpus = CurrentSnapshot(store, check_seconds=0)
    old = corpus.current()
    replacement = database.with_name("replacement.db")
    shutil.copy(migrated, replacement)
    load_into(replacement, [report("Tide turns"), report("Dunes")])
    replacement.replace(database)
    new = corpus.current()
    assert (old.version, new.version) == (1, 1)
    assert (len(old), len(new)) == (1, 2)


def test_a_snapshot_is_fresh_until_the_next_check_is_due(database: Path) -> None:
    store = store_of(file_url(database))
    patient, eager = CurrentSnapshot(store, check_seconds=60), CurrentSnapshot(store, check_seconds=0)
    assert patient.fresh() is None
    assert patient.current() is patient.fresh()
    eager.current()
    assert eager.fresh() is None


def test_a_replaced_file_is_read_with_a_snapshot_of_its_own(database: Path, migrated: Path, store: Store) -> None:
    """A request that began before continues to read the old file, and the next one reads the new one."""
    load_into(database, [report()])
    corpus = CurrentSnapshot(store, check_seconds=NEVER)
    old = corpus.current()
    replacement = Path(shutil.copy(migrated, database.with_name("replacement.db")))
    load_into(replacement, [report("Tide turns")])
    with Session(old.engine) as first:
        assert titles(first) == ["Ferry resumes"]
        replacement.replace(database)
        with pytest.raises(ReplacedError), Session(old.engine) as second:
            titles(second)
        assert titles(first) == ["Ferry resumes"]
    assert corpus.fresh() is None
    new = corpus.current()
    assert new.token != old.token
    with Session(new.engine) as session:
        assert titles(session) == ["Tide turns"]


def titles(session: Session) -> list[str]:
    return list(session.exec(select(Revision.title)))


def test_a_restored_publish_is_not_read_with_the_old_snapshot(database: Path, migrated: Path, store: Store) -> None:
    """The file stays, and its content is another one."""
    load_into(database, [report()])
    corpus = CurrentSnapshot(store, check_seconds=NEVER)
    old = corpus.current()
    other = Path(shutil.copy(migrated, database.with_name("other.db")))
    load_into(other, [report("Tide turns")])
    restore(file_url(database), other, replace=True)
    assert corpus.fresh() is old
    with pytest.raises(ReplacedError), Session(old.engine) as session:
        titles(session)


def test_a_deleted_database_is_unavailable(database: Path, store: Store) -> None:
    corpus = CurrentSnapshot(store, check_seconds=0)
    corpus.current()
    database.unlink()
    with pytest.raises(UnavailableError, match="dateline init"):
        corpus.current()


def test_a_newer_release_is_named_while_the_server_runs(database: Path, store: Store) -> None:
    corpus = CurrentSnapshot(store, check_seconds=0)
    corpus.current()
    with store.writer_engine().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2099_01_01_a'"))
    with pytest.raises(UnavailableError, match="newer release"):
        corpus.current()


def test_a_damaged_publish_is_noticed(database: Path, store: Store) -> None:
    """Its time and its token are covered by a checksum of the index."""
    load_into(database, [report()])
    for change in ("UPDATE publish SET published_at = published_at + 1", "UPDATE publish SET token = 'another'"):
        with store.writer_engine().begin() as connection:
            connection.execute(text(change))
        with pytest.raises(DamagedError, match="publish"):
            CurrentSnapshot(store, check_seconds=0).current()


def test_a_damaged_index_is_not_read_again_until_the_next_check_is_due(
    database: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests would otherwise wait for each other, however many there are."""
    load_into(database, [report()])
    sound = Path(shutil.copy(database, database.with_suffix(".sound")))
    with store.writer_engine().begin() as connection:
        connection.execute(text("UPDATE snapshot_part SET data = x'00' WHERE name = 'manifest'"))
    opened: list[Session] = []

    def count(session: Session, before: Snapshot | None) -> Snapshot:
        opened.append(session)
        return open_snapshot(session, before)

    monkeypatch.setattr("app.search.index.live.open_snapshot", count)
    patient, eager = CurrentSnapshot(store, check_seconds=NEVER), CurrentSnapshot(store, check_seconds=0)
    for corpus, attempts in ((patient, 1), (eager, 3)):
        opened.clear()
        for _ in range(3):
            with pytest.raises(DamagedError, match="manifest"):
                corpus.current()
        assert len(opened) == attempts
    restore(store.url, sound, replace=True)
    assert len(eager.current()) == 1


def test_a_database_that_does_not_answer_in_time_cannot_be_used(
    database: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise all requests would wait for it."""
    corpus = CurrentSnapshot(store, check_seconds=0)
    corpus.current()
    event.listen(engine_of(corpus), "begin", lambda _connection: check_deadline())
    monkeypatch.setattr(live, "CHECK_SECONDS", -1.0)
    with pytest.raises(UnavailableError, match="The database has not answered for -1 seconds"):
        corpus.current()
    monkeypatch.undo()
    assert corpus.current().version == 0
