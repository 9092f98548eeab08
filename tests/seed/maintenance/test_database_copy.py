"""A copy has the same rows and gives the same answers, or cannot be used; the same command completes it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from app.errors import DatelineError
from app.stores import store_of
from app.stores.schema import INCOMPLETE_COPY, SCHEMA, record_schema
from app.stores.sqlite import file_url
from app.stores.store import WriterBusyError
from seed.maintenance import table_rows
from seed.maintenance.compact import compact
from seed.maintenance.database import open_writer
from seed.maintenance.database_copy import CopySummary, copy_database
from seed.maintenance.remove import remove
from seed.maintenance.verify import verify
from seed.records import Origin, Visit, VisitEnd
from tests.conftest import SOAK, app_for
from tests.seed.loading import LEXICON, SOURCES, dump, load_into, report, words, writing
from tests.seed.maintenance.copied import add_history, bodies, rows_of
from tests.seed.maintenance.test_database import downgrade

pytestmark = pytest.mark.sqlite

FIRST, SECOND = report("Ferry resumes", text="Amsel waits."), report("Tide turns", text="Amsel waits on.")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return a file that does not exist yet."""
    return tmp_path / "target.db"


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy two or three rows at once."""
    monkeypatch.setattr(table_rows, "FIRST_BATCH_ROWS", 2)
    monkeypatch.setattr(table_rows, "MAX_BATCH_ROWS", 3)


def copy(database: Path, target: Path) -> CopySummary:
    """Copy a database."""
    return copy_database(file_url(database), file_url(target))


class InterruptedCopyError(Exception):
    """The copy ends here."""


def interrupt(database: Path, target: Path, checkpoint: str, number: int = 1) -> None:
    """Copy until a checkpoint has been reached for this time."""
    reached: list[str] = []

    def stop(name: str) -> None:
        reached.append(name)
        if reached.count(checkpoint) == number:
            raise InterruptedCopyError

    with pytest.raises(InterruptedCopyError):
        copy_database(file_url(database), file_url(target), checkpoint=stop)


def faults(database: Path) -> list[str]:
    """Return what `verify` finds."""
    engine = store_of(file_url(database)).reader_engine()
    try:
        return list(verify(engine))
    finally:
        engine.dispose()


def test_a_copy_has_the_same_rows_and_words(database: Path, target: Path) -> None:
    load_into(database, [FIRST, SECOND])
    load_into(database, [report("Ferry resumes", text="Amsel rests.")])
    summary = copy(database, target)
    assert rows_of(file_url(target)) == rows_of(file_url(database))
    assert words(target) == words(database)
    assert faults(target) == []
    rows = {name: len(rows) for name, rows in dump(database).items()}
    assert summary == CopySummary(str(database), str(target), 2, rows, sum(rows.values()), is_current=True)


@pytest.mark.unmeasured
def test_a_long_history_is_copied_there_and_back(database: Path, target: Path) -> None:
    """Versions, removals, lifted removals, deleted texts, pending articles, visits; all answers to the byte."""
    add_history(database, 300 * SOAK)  # `make soak` copies some thousand.
    copy(database, target)
    back = target.with_name("back.db")
    copy(target, back)
    assert rows_of(file_url(back)) == rows_of(file_url(database))
    assert bodies(file_url(back)) == bodies(file_url(database))
    assert faults(back) == []


@pytest.mark.unmeasured
def test_the_shipped_collection_is_copied(shipped_database: Path, target: Path) -> None:
    copy(shipped_database, target)
    assert bodies(file_url(target)) == bodies(file_url(shipped_database))


def test_a_database_without_articles_is_copied(database: Path, target: Path) -> None:
    assert copy(database, target).version is None
    assert rows_of(file_url(target)) == rows_of(file_url(database))


def test_both_databases_continue_in_the_same_way(database: Path, target: Path) -> None:
    """No id of a revision is used twice, even if the newest ones were deleted."""
    load_into(database, [FIRST, SECOND])
    with writing(database) as engine:
        remove(engine, [row["id"] for row in dump(database)["article"]])
        compact(engine)
    copy(database, target)
    for file in (database, target):
        load_into(file, [report("Storm", text="Amsel waits again.")])
    assert [row["id"] for row in dump(target)["revision"]] == [3]
    assert dump(target)["revision"] == dump(database)["revision"]


def test_rows_are_read_in_batches_of_bounded_size(
    database: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_into(database, [report(f"Report {number}", text=f"Amsel {number} waits. " * 100) for number in range(12)])
    monkeypatch.setattr(table_rows, "FIRST_BATCH_ROWS", 4)
    monkeypatch.setattr(table_rows, "BATCH_BYTES", 5_000)
    counted: list[tuple[str, int, int]] = []
    copy_database(
        file_url(database), file_url(target), progress=lambda noun, done, total: counted.append((noun, done, total))
    )
    total = sum(map(len, dump(database).values()))
    assert [one for one in counted if one[1] == one[2]] == [
        ("rows", total, total),
        ("rows compared", total, total),
        ("revisions verified", 12, 12),
    ]
    assert list(map(len, _batches(database, "revision"))) == [4, 2, 2, 2, 2]
    assert set(map(len, _batches(database, "snapshot_part"))) == {1}


def _batches(database: Path, table: str) -> list[list[tuple[object, ...]]]:
    engine = store_of(file_url(database)).reader_engine()
    try:
        with engine.connect() as connection:
            model = table_rows.MODELS[table]
            return list(table_rows.read_batches(connection, model.metadata.tables[table], table_rows.Checksum()))
    finally:
        engine.dispose()


def test_a_load_may_go_on(database: Path, target: Path) -> None:
    """What it writes after the copy began is not copied, which the summary says."""
    load_into(database, [FIRST])
    before = rows_of(file_url(database))

    def load_another(checkpoint: str) -> None:
        if checkpoint == "tables created":
            load_into(database, [SECOND])

    summary = copy_database(file_url(database), file_url(target), checkpoint=load_another)
    assert (summary.version, summary.is_current) == (1, False)
    assert rows_of(file_url(target)) == before


def test_an_incomplete_copy_cannot_be_used(database: Path, target: Path) -> None:
    """By no server and no command, until it is complete; a running server notices that it is."""
    load_into(database, [FIRST])
    with TestClient(app_for(target), raise_server_exceptions=False) as client:
        assert client.get("/v1/articles").status_code == 503
        interrupt(database, target, "copy verified")
        refused = client.get("/v1/articles")
        assert refused.status_code == 503
        assert "is a copy that is not complete: run the same `dateline copy FROM_URL TO_URL`" in refused.text
        with pytest.raises(DatelineError, match="is a copy that is not complete"), open_writer(file_url(target)):
            pass
        with pytest.raises(DatelineError, match=r"target\.db' cannot be copied: The database is a copy that is not"):
            copy(target, target.with_name("other.db"))
        assert copy(database, target).copied == 0
        assert client.get("/v1/articles").json()["total"] == 1


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("checkpoint", ["tables created", "batch written", "batch committed", "rows copied"])
def test_an_interrupted_copy_goes_on(database: Path, target: Path, checkpoint: str) -> None:
    load_into(database, [FIRST, SECOND])
    interrupt(database, target, checkpoint, 1 if checkpoint in {"tables created", "rows copied"} else 3)
    summary = copy(database, target)
    assert summary.copied < sum(summary.rows.values()) or checkpoint == "tables created"
    assert rows_of(file_url(target)) == rows_of(file_url(database))
    assert faults(target) == []


CHANGES: dict[str, tuple[Callable[[Path], object], bool]] = {
    "a new text": (lambda database: load_into(database, [report("Storm", text="Amsel waits for the storm.")]), True),
    "a visit less": (lambda database: execute(database, "DELETE FROM fetched"), True),
    "a visit more": (lambda database: load_into(database, [visited("g")]), False),
}
"""Changes of a database, and whether a copy of it must begin again."""


def visited(name: str) -> VisitEnd:
    """Return the end of a fetched document."""
    url = f"https://harbour-gazette.example/{name}"
    return VisitEnd(Origin(url), Visit(url, None, None, 1_600_000_000, 200, "00"))


def execute(database: Path, statement: str) -> None:
    """Change a database."""
    with writing(database) as engine, engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("change", CHANGES)
def test_a_database_may_change_before_its_copy_goes_on(database: Path, target: Path, change: str) -> None:
    """If rows that were copied are others now, the copy begins again, and says so."""
    load_into(database, [FIRST, SECOND, report("Storm", text="“We sail,” Admiral Ada Byrne said."), visited("f")])
    interrupt(database, target, "rows copied")
    action, begins_again = CHANGES[change]
    action(database)
    notes: list[str] = []
    copy_database(file_url(database), file_url(target), note=notes.append)
    assert rows_of(file_url(target)) == rows_of(file_url(database))
    assert words(target) == words(database)
    assert faults(target) == []
    assert notes == [f"{str(database)!r} has changed since the copy began: it begins again"] * begins_again


def test_a_complete_copy_is_found_to_be_equal(database: Path, target: Path) -> None:
    """If the command was killed right after its last commit, it says so when it runs again."""
    load_into(database, [FIRST])
    interrupt(database, target, "copy completed")
    assert copy(database, target).copied == 0


@pytest.mark.parametrize("is_shorter", [False, True])
def test_a_target_with_other_articles_is_refused(database: Path, target: Path, is_shorter: bool) -> None:
    """A former copy is one, whether articles are missing or were added since."""
    load_into(database, [FIRST])
    copy(database, target)
    load_into(target if is_shorter else database, [SECOND])
    before = target.read_bytes()
    reason = (
        f"^TO_URL names {str(target)!r}, which is no copy of {str(database)!r} as it is now: name an empty database\\.$"
    )
    with pytest.raises(DatelineError, match=reason):
        copy(database, target)
    assert target.read_bytes() == before


def foreign(file: Path) -> None:
    """Make a database of another program."""
    engine = store_of(file_url(file)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoice (id INTEGER)"))
    engine.dispose()


def garbage(file: Path) -> None:
    """Make a file that is no database."""
    file.write_text("This is no database, though it has enough characters for one. " * 20, encoding="ascii")


def another_release(file: Path) -> None:
    """Make a copy that another release began."""
    engine = store_of(file_url(file)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        name = INCOMPLETE_COPY.replace(SCHEMA, "2026_11_22_a")
        connection.execute(text("INSERT INTO alembic_version VALUES (:name)"), {"name": name})
    engine.dispose()


UNFIT: dict[str, Callable[[Path], None]] = {
    "^TO_URL names a database of another program, with tables such as 'invoice': name another one": foreign,
    "cannot be opened as a database": garbage,
    "^TO_URL names '.*', a copy that another release began: name an empty database": another_release,
}


@pytest.mark.parametrize("reason", UNFIT)
def test_an_unfit_target_is_refused(database: Path, target: Path, reason: str) -> None:
    UNFIT[reason](target)
    before = target.read_bytes()
    with pytest.raises(DatelineError, match=reason):
        copy(database, target)
    assert target.read_bytes() == before


def test_a_target_of_an_older_schema_is_refused(database: Path, target: Path) -> None:
    shutil.copy(database, target)
    downgrade(target, "2026_11_30_b")
    with pytest.raises(
        DatelineError, match=r"target\.db' cannot be written: The database is at migration 2026_11_30_b"
    ):
        copy(database, target)


def test_an_unfit_source_is_refused(database: Path, target: Path) -> None:
    """Nothing is created then."""
    missing = target.with_name("missing.db")
    with pytest.raises(DatelineError, match=r"^FROM_URL names '.*missing\.db', which does not exist\.$"):
        copy(missing, target)
    garbage(missing)
    with pytest.raises(DatelineError, match="FROM_URL names a file that cannot be read"):
        copy(missing, target)
    missing.unlink()
    foreign(missing)
    with pytest.raises(DatelineError, match="FROM_URL names a database of another program"):
        copy(missing, target)
    downgrade(database, "2026_11_30_b")
    older = r"dateline\.db' cannot be copied: The database is at migration 2026_11_30_b, .*; run `dateline init`"
    with pytest.raises(DatelineError, match=older):
        copy(database, target)
    assert not target.exists()


def test_an_outdated_index_is_not_copied(database: Path, target: Path) -> None:
    load_into(database, [FIRST])
    execute(database, "UPDATE article_text_tokenizer SET version = 0")
    with pytest.raises(DatelineError, match="cannot be copied: The text index was written by another release"):
        copy(database, target)


@pytest.mark.parametrize("link", [None, "link.db"])
def test_a_database_is_not_copied_to_itself(database: Path, link: str | None) -> None:
    other = database if link is None else database.with_name(link)
    if link:
        other.symlink_to(database)
    with pytest.raises(DatelineError, match=r"^FROM_URL and TO_URL name the same database, '.*dateline\.db'\.$"):
        copy(database, other)


def test_two_copies_to_one_target_exclude_each_other(database: Path, target: Path) -> None:
    with store_of(file_url(target)).writer_lock(), pytest.raises(WriterBusyError):
        copy(database, target)


DAMAGES = {
    "UPDATE revision SET text = 'Amsel went.'": r"^'.*dateline\.db' is damaged, and so is its copy, which stays "
    r"incomplete: revision 1 of article .* differs from what was stored",
    "DELETE FROM source": r"^'.*dateline\.db' is damaged: a row of revision cannot be stored \(FOREIGN KEY",
    "UPDATE snapshot_part SET data = x'00' WHERE name NOT IN ('format', 'manifest')": r"index: part \w+ was changed",
    "UPDATE revision SET title = CAST(x'ff' AS TEXT)": r"^'.*dateline\.db' cannot be read: The database is damaged",
}


@pytest.mark.parametrize("statement", DAMAGES)
def test_a_damaged_database_makes_no_copy(database: Path, target: Path, statement: str) -> None:
    load_into(database, [FIRST, SECOND])
    engine = store_of(file_url(database)).writer_engine()
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr] # there is one
        connection.execute(text(statement))
        connection.commit()
    engine.dispose()
    with pytest.raises(DatelineError, match=DAMAGES[statement]):
        copy(database, target)
    with pytest.raises(DatelineError, match="is a copy that is not complete"), open_writer(file_url(target)):
        pass


def test_a_copy_that_is_damaged_while_it_is_made_stays_incomplete(database: Path, target: Path) -> None:
    load_into(database, [FIRST])

    def damage(checkpoint: str) -> None:
        if checkpoint == "rows copied":
            engine = store_of(file_url(target)).writer_engine()
            with engine.begin() as connection:
                connection.execute(text("UPDATE source SET name = 'Gazette'"))
            engine.dispose()

    with pytest.raises(DatelineError, match=r"target\.db' does not have the rows of source that were copied into it"):
        copy_database(file_url(database), file_url(target), checkpoint=damage)
    with pytest.raises(DatelineError, match="is a copy that is not complete"), open_writer(file_url(target)):
        pass


@pytest.mark.parametrize("checkpoint", ["batch written", "copy completed"])
def test_a_full_disk_is_named_and_the_copy_goes_on(database: Path, target: Path, checkpoint: str) -> None:
    load_into(database, [FIRST])

    def fail(name: str) -> None:
        if name == checkpoint:
            raise OperationalError("INSERT", None, Exception("database or disk is full"))

    reason = r"^'.*target\.db' cannot be written \(database or disk is full\); once the cause is fixed, run the same"
    with pytest.raises(DatelineError, match=reason):
        copy_database(file_url(database), file_url(target), checkpoint=fail)
    copy(database, target)
    assert rows_of(file_url(target)) == rows_of(file_url(database))


def test_an_incomplete_copy_has_no_other_rows(database: Path, target: Path) -> None:
    """It begins again, although its rows are first those of the original."""
    load_into(database, [FIRST])
    copy(database, target)
    load_into(target, [SECOND])
    with writing(target) as engine, engine.begin() as connection:
        record_schema(connection, INCOMPLETE_COPY)
    copy(database, target)
    assert rows_of(file_url(target)) == rows_of(file_url(database))


def test_the_lexicon_and_the_sources_are_copied(database: Path, target: Path) -> None:
    """The same ones, in the same order."""
    load_into(database, [])
    copy(database, target)
    rows = dump(target)
    assert [row["id"] for row in rows["entity"]] == sorted(LEXICON.entities)
    assert [row["id"] for row in rows["source"]] == sorted(SOURCES.entries)
