"""Opening a database for its only writer: the lock, the migration, and the errors."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text
from sqlmodel import Session

from app.errors import DatelineError, OutdatedIndexError
from app.search.index.storage import open_snapshot
from app.stores import store_of
from app.stores.schema import SCHEMA, require_schema
from app.stores.sqlite import file_url
from app.stores.store import WriterBusyError
from seed.maintenance.database import open_writer
from seed.maintenance.verify import verify
from tests.conftest import ROOT
from tests.seed.loading import dump, load_into, report, store_earlier_index, words, writing


def test_a_database_is_created_and_migrated(tmp_path: Path) -> None:
    """From nothing, and readers can use it."""
    database = tmp_path / "new.db"
    with open_writer(file_url(database)) as engine:
        assert "article_text" in inspect(engine).get_table_names()
    reader = store_of(file_url(database)).reader_engine()
    require_schema(reader)
    reader.dispose()


def test_an_up_to_date_database_does_not_change(database: Path) -> None:
    """Opening writes nothing."""
    load_into(database, [report()])
    before = dump(database)
    with open_writer(file_url(database)):
        pass
    assert dump(database) == before


def downgrade(database: Path, to: str) -> None:
    """Take a database back to an earlier migration."""
    engine = store_of(file_url(database)).writer_engine()
    with engine.begin() as connection:
        config = Config(toml_file=ROOT / "pyproject.toml")
        config.attributes["connection"] = connection
        command.downgrade(config, to)
    engine.dispose()


def test_an_unfinished_migration_is_completed(database: Path) -> None:
    """From any migration that the database is at."""
    downgrade(database, "2026_11_22_a")
    with open_writer(file_url(database)) as writer, writer.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == SCHEMA
        assert connection.scalar(text("SELECT count(*) FROM article_text")) == 0


def test_a_migration_counts_the_entities_of_existing_revisions(database: Path) -> None:
    """As the loader counts them now, without credits."""
    load_into(database, [report(text="Amsel waits. So does Amsel. (Photo: Amsel)")])
    before = [row["named"] for row in dump(database)["revision"]]
    assert [counts["amsel"] for counts in before] == [2]
    assert "credit" in {row["kind"] for row in dump(database)["mention"]}
    store_earlier_index(database)
    downgrade(database, "2026_11_22_b")
    with open_writer(file_url(database)):
        pass
    assert [row["named"] for row in dump(database)["revision"]] == before


def test_without_their_column_details_are_no_damage(database: Path) -> None:
    """Checksums count only details that an article has, and those that count some are dropped with them."""
    load_into(database, [report(details={"page": "A4"}), report("Tide", details={})])
    digests = [row["digest"] for row in dump(database)["revision"]]
    downgrade(database, "2026_11_30_b")
    with open_writer(file_url(database)) as writer:
        assert list(verify(writer)) == []
    assert [row["digest"] for row in dump(database)["revision"]] == ["", digests[1]]


def test_a_second_writer_is_told_which_process_is_writing(database: Path) -> None:
    """And can open the database once that process is done."""
    url = file_url(database)
    with open_writer(url):
        wanted = rf"^Process {os.getpid()} is writing to this database \(.*dateline\.db\.lock\); wait until it ends\.$"
        with pytest.raises(WriterBusyError, match=wanted), open_writer(url):
            pass
    with open_writer(url):
        pass


def test_a_writer_without_a_process_id_is_unknown(database: Path) -> None:
    """Between taking the lock and writing its process id."""
    lock = database.with_name("dateline.db.lock")
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(WriterBusyError, match=r"^Process unknown is writing"), open_writer(file_url(database)):
            pass


def test_the_process_id_of_a_dead_writer_locks_nobody_out(database: Path) -> None:
    """The kernel has released the lock, whatever the file says."""
    lock = database.with_name("dateline.db.lock")
    lock.write_text("999999999", encoding="ascii")
    with open_writer(file_url(database)):
        assert lock.read_text(encoding="ascii") == str(os.getpid())


def _garbage(database: Path) -> None:
    database.write_text("This is no database, though it has enough characters for one. " * 20, encoding="ascii")


def _later_release(database: Path) -> None:
    engine = store_of(file_url(database)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2099_01_01_a'"))
    engine.dispose()


UNUSABLE = {
    r"^'.*dateline\.db' cannot be opened as a database \(file is not a database\)\.$": _garbage,
    r"^The database was written by a newer release of Dateline \(it is at migration 2099_01_01_a, ": _later_release,
}


@pytest.mark.parametrize("reason", UNUSABLE)
def test_an_unusable_file_is_refused_with_the_reason(database: Path, reason: str) -> None:
    """And the lock is released."""
    spoil: Callable[[Path], None] = UNUSABLE[reason]
    spoil(database)
    for _ in range(2):
        with pytest.raises(DatelineError, match=reason), open_writer(file_url(database)):
            pass


def test_links_to_a_database_share_its_lock(database: Path) -> None:
    """From whatever folder they link to it."""
    link = database.with_name("folder") / "link.db"
    link.parent.mkdir()
    link.symlink_to(database)
    with open_writer(file_url(link)):
        with pytest.raises(WriterBusyError), open_writer(file_url(database)):
            pass
        assert [path.name for path in link.parent.iterdir()] == ["link.db"]


def test_a_lock_that_cannot_be_opened_is_named(database: Path) -> None:
    """As on a read-only disk."""
    database.with_name("dateline.db.lock").mkdir()
    with pytest.raises(DatelineError, match="which every writer locks"), open_writer(file_url(database)):
        pass


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """Dateline creates databases but no folders."""
    url = file_url(tmp_path / "missing" / "dateline.db")
    wanted = f"^DATELINE_DATABASE_URL is '{url}', but the folder '{tmp_path / 'missing'}' does not exist\\.$"
    with pytest.raises(DatelineError, match=wanted), open_writer(url):
        pass


def test_a_migration_indexes_texts_again(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All texts, pending and replaced ones too, with progress; what clients keep expires."""
    monkeypatch.setattr("app.stores.sqlite_text.REVISIONS_PER_SLICE", 2)
    load_into(database, [report(title, text=f"{title}: Łódź, 東京 and a Su-24.") for title in ("One", "Two", "Three")])
    load_into(database, [report("One", text="Ceased.")])
    expected, tokens = words(database), [row["token"] for row in dump(database)["publish"]]
    assert ("lodz", "text", 1) in expected[1]
    assert ("su24", "joined", 0) in expected[1]
    downgrade(database, "2026_11_29_a")
    assert ("su24", "joined", 0) not in words(database)[1]
    progress: list[tuple[int, int]] = []
    with open_writer(file_url(database), lambda done, total: progress.append((done, total))):
        pass
    assert words(database) == expected
    assert progress == [(2, 4), (4, 4)]
    assert [row["token"] for row in dump(database)["publish"]][:-1] == tokens[:-1]
    assert dump(database)["publish"][-1]["token"] != tokens[-1]


@pytest.mark.parametrize(
    "statement", ["DELETE FROM article_text_tokenizer", "UPDATE article_text_tokenizer SET version = 0"]
)
def test_an_index_of_another_tokenizer_is_not_served_until_it_is_made_again(database: Path, statement: str) -> None:
    load_into(database, [report()])
    with writing(database) as engine, engine.begin() as connection:
        connection.execute(text("INSERT INTO article_text(article_text) VALUES ('delete-all')"))
        connection.execute(text(statement))
    reader = store_of(file_url(database)).reader_engine()
    with Session(reader) as session, pytest.raises(OutdatedIndexError, match=r"^The text index was written by another"):
        open_snapshot(session)
    assert list(store_of(file_url(database)).word_faults(reader)) == []
    with open_writer(file_url(database)):
        pass
    with Session(reader) as session:
        assert len(open_snapshot(session)) == 1
    assert list(verify(reader)) == []
    reader.dispose()
