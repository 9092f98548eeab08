"""A database moves from a file to a server and back, and every row, answer and export is the same."""

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from app.errors import DatelineError
from app.stores import store_of
from app.stores.sqlite import file_url
from app.stores.store import WriterBusyError
from seed.maintenance.compact import compact
from seed.maintenance.database_copy import copy_database
from seed.maintenance.remove import remove
from seed.maintenance.verify import verify
from seed.publish.publish import no_checkpoint
from tests.conftest import SOAK
from tests.databases import DATABASES, Server, url_of
from tests.seed.durability.test_copy_kills import LAST_STEPS, assert_unusable, kill_at_each_step, load_two_versions
from tests.seed.loading import dump, load_into, report, words, writing
from tests.seed.maintenance.copied import add_history, bodies, rows_of, without_cursors

pytestmark = [pytest.mark.unmeasured, pytest.mark.sqlite]

ARTICLES = 300 * SOAK
"""`make soak` copies some thousand."""

TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


@pytest.fixture
def empty(server: Server, tmp_path: Path) -> Path:
    """Return a file that stands for an empty database on the server."""
    file = tmp_path / "empty"
    DATABASES.create(file, server)
    return file


def faults(url: str) -> list[str]:
    """Return what `verify` finds."""
    engine = store_of(url).reader_engine()
    try:
        return list(verify(engine))
    finally:
        engine.dispose()


def assert_moves_there_and_back(database: Path, server_url: str) -> None:
    """Copy a file to a server, and the copy to another file; compare rows, words, and answers."""
    back = database.with_name("back.db")
    copy_database(file_url(database), server_url)
    copy_database(server_url, file_url(back))
    expected = rows_of(file_url(database))
    assert rows_of(server_url) == expected
    assert rows_of(file_url(back)) == expected
    assert words(back) == words(database)
    assert (faults(server_url), faults(file_url(back))) == ([], [])
    answers = bodies(file_url(database))
    assert without_cursors(bodies(server_url)) == without_cursors(answers)
    assert bodies(file_url(back)) == answers


def test_the_shipped_collection_moves_there_and_back(shipped_database: Path, empty: Path) -> None:
    assert_moves_there_and_back(shipped_database, url_of(empty))


def test_a_long_history_moves_there_and_back(database: Path, empty: Path) -> None:
    """Versions, removals, lifted removals, deleted texts, pending articles, visits."""
    add_history(database, ARTICLES)
    assert_moves_there_and_back(database, url_of(empty))


def test_a_server_copies_to_another_database(database: Path, empty: Path, server: Server) -> None:
    load_into(database, [report()])
    copy_database(file_url(database), url_of(empty))
    other = server.url_of(server.create())
    copy_database(url_of(empty), other)
    assert rows_of(other) == rows_of(file_url(database))


@pytest.mark.parametrize("are_deleted", [False, True])
def test_ids_continue_after_the_last_one_that_ever_was(database: Path, empty: Path, are_deleted: bool) -> None:
    """On the server and back in a file, even if the newest revisions were deleted."""
    load_into(database, [report("One"), report("Two")])
    if are_deleted:
        with writing(database) as engine:
            remove(engine, [row["id"] for row in dump(database)["article"]])
            compact(engine)
    back = database.with_name("back.db")
    copy_database(file_url(database), url_of(empty))
    copy_database(url_of(empty), file_url(back))
    for file in (database, empty, back):
        load_into(file, [report("Three")])
        assert [row["id"] for row in dump(file)["revision"]][-1] == 3


def test_ids_of_an_empty_database_begin_with_one(database: Path, empty: Path) -> None:
    copy_database(file_url(database), url_of(empty))
    load_into(empty, [report()])
    assert [row["id"] for row in dump(empty)["revision"]] == [1]


def test_a_copy_goes_on_however_often_it_is_killed(database: Path, empty: Path) -> None:
    load_two_versions(database)
    kills = kill_at_each_step(file_url(database), url_of(empty))
    assert set(kills) == {"tables created", "batch written", "batch committed", *LAST_STEPS}
    assert rows_of(url_of(empty)) == rows_of(file_url(database))
    assert faults(url_of(empty)) == []


@pytest.mark.parametrize("checkpoint", ["tables created", "batch written", "batch committed", "copy verified"])
def test_a_lost_server_is_named_and_the_copy_goes_on(
    database: Path, empty: Path, server: Server, checkpoint: str
) -> None:
    load_into(database, [report()])
    store = store_of(url_of(empty))

    def terminate(name: str) -> None:
        if name == checkpoint:
            server.run(TERMINATE, (empty.read_text(),))

    with pytest.raises(
        DatelineError, match=r"' cannot be (?:written|read) \(.*\); .* run the same command again"
    ) as lost:
        copy_database(file_url(database), store.url, checkpoint=terminate)
    assert store.name in str(lost.value)
    assert_unusable(store.url)
    copy_database(file_url(database), store.url, checkpoint=no_checkpoint)
    assert rows_of(store.url) == rows_of(file_url(database))


def test_a_database_that_has_changed_since_is_copied_from_the_beginning(database: Path, empty: Path) -> None:
    load_into(database, [report("One"), report("Two")])

    def stop(name: str) -> None:
        if name == "rows copied":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_database(file_url(database), url_of(empty), checkpoint=stop)
    load_into(database, [report("One", text="Amsel rests.")])
    notes: list[str] = []
    copy_database(file_url(database), url_of(empty), note=notes.append)
    assert len(notes) == 1
    assert rows_of(url_of(empty)) == rows_of(file_url(database))
    assert faults(url_of(empty)) == []


def test_a_database_is_not_copied_to_itself(served: Path) -> None:
    """Whatever its URLs."""
    other = f"{url_of(served)}&application_name=other"
    with pytest.raises(DatelineError, match=r"^FROM_URL and TO_URL name the same database, 'postgresql://"):
        copy_database(url_of(served), other)


def test_a_database_that_is_written_to_is_no_target(database: Path, empty: Path) -> None:
    engine = store_of(url_of(empty)).writer_engine()
    with engine.connect(), pytest.raises(WriterBusyError):
        copy_database(file_url(database), url_of(empty))
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE revision SET title = 'a' || char(0)", "a row of revision cannot be stored"),
        ("UPDATE revision SET first_day = 'soon'", "a row of revision cannot be stored"),
        ("UPDATE publish SET articles = 9", "and so is its copy, which stays incomplete: log: publishes"),
    ],
)
def test_a_damaged_file_makes_no_copy(database: Path, empty: Path, statement: str, reason: str) -> None:
    load_into(database, [report()])
    with writing(database) as engine, engine.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises(DatelineError, match=reason):
        copy_database(file_url(database), url_of(empty))
    assert_unusable(url_of(empty))


def test_a_server_that_is_away_is_named_by_its_argument(database: Path) -> None:
    away = "postgresql://nobody@127.0.0.1:1/nothing"
    for urls, argument in (((away, file_url(database)), "FROM_URL"), ((file_url(database), away), "TO_URL")):
        before = time.monotonic()
        with pytest.raises(DatelineError, match=rf"Connection refused.*, and that {argument} names them\.$"):
            copy_database(*urls)
        assert time.monotonic() - before < 10
