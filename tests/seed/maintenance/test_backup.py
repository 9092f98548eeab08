"""A backup is complete, verified and consistent, or does not exist; and it is restored under running servers."""

from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.errors import DatelineError
from app.stores import store_of
from app.stores.sqlite import file_url
from app.stores.sqlite_files import writer_lock
from app.stores.store import WriterBusyError
from seed.maintenance.backup import backup, restore
from seed.maintenance.database import open_writer
from seed.maintenance.verify import verify
from tests.conftest import app_for
from tests.seed.loading import load_into, natural, report
from tests.seed.maintenance.test_database import downgrade

FIRST, SECOND = report("Ferry resumes", text="Amsel waits."), report("Tide turns", text="Amsel waits on.")


@pytest.fixture
def copy(database: Path, tmp_path: Path) -> Path:
    """Return the backup of a database with one article, which has got another since."""
    load_into(database, [FIRST])
    target = tmp_path / "kept.db"
    backup(file_url(database), target)
    load_into(database, [SECOND])
    return target


def total(client: TestClient) -> int:
    """Return how many articles are served."""
    count: int = client.get("/v1/articles").json()["total"]
    return count


def test_a_backup_is_the_database_at_that_moment(database: Path, copy: Path) -> None:
    with TestClient(app_for(copy)) as client:
        assert total(client) == 1
    with TestClient(app_for(database)) as client:
        assert total(client) == 2


def test_a_backup_is_made_during_reads_and_writes(database: Path, tmp_path: Path) -> None:
    """Neither a server nor an unfinished load delays it."""
    load_into(database, [FIRST])
    with TestClient(app_for(database)) as client, open_writer(file_url(database)) as engine:
        assert total(client) == 1
        with engine.begin() as connection:
            connection.execute(text("UPDATE source SET name = 'half done'"))
            backup(file_url(database), tmp_path / "kept.db")
            connection.rollback()
    assert natural(tmp_path / "kept.db") == natural(database)


@pytest.mark.unmeasured
def test_a_running_server_continues_with_the_restored_database(database: Path, copy: Path) -> None:
    with TestClient(app_for(database)) as client:
        before = client.get("/v1/articles")
        assert before.json()["total"] == 2
        restore(file_url(database), copy, replace=True)
        assert total(client) == 1
        assert client.get("/v1/articles", headers={"If-None-Match": before.headers["etag"]}).status_code == 200
    load_into(database, [SECOND])
    with TestClient(app_for(database)) as client:
        assert total(client) == 2


def test_a_missing_database_is_restored(database: Path, copy: Path) -> None:
    """Without --replace."""
    for file in database.parent.glob("dateline.db*"):
        file.unlink()
    restore(file_url(database), copy, replace=False)
    with TestClient(app_for(database)) as client:
        assert total(client) == 1


def test_a_file_that_is_no_longer_a_database_is_set_aside(database: Path, copy: Path) -> None:
    for file in database.parent.glob("dateline.db-*"):
        file.unlink()
    database.write_bytes(b"no database at all " * 1000)
    restore(file_url(database), copy, replace=True)
    with TestClient(app_for(database)) as client:
        assert total(client) == 1
    assert (database.parent / "dateline.db.damaged").read_bytes().startswith(b"no database")


def test_a_backup_of_an_earlier_release_is_migrated(database: Path, copy: Path) -> None:
    """The backup itself does not change."""
    older(copy)
    before = copy.read_bytes()
    restore(file_url(database), copy, replace=True)
    assert copy.read_bytes() == before
    with TestClient(app_for(database)) as client:
        assert total(client) == 1


def older(database: Path) -> None:
    """Take a database back to an earlier migration."""
    downgrade(database, "2026_11_29_a")
    engine = store_of(file_url(database)).writer_engine()
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE revision DROP COLUMN language_detected"))
        connection.execute(text("UPDATE alembic_version SET version_num = '2026_11_25_e'"))
        connection.commit()
    engine.dispose()


def damage(database: Path) -> None:
    """Change a word of a text."""
    engine = store_of(file_url(database)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE revision SET text = 'Amsel went.'"))
    engine.dispose()


def test_a_damaged_database_makes_no_backup(database: Path, tmp_path: Path) -> None:
    """And no file is left."""
    load_into(database, [FIRST])
    damage(database)
    with pytest.raises(DatelineError, match=r"kept\.db\.part' is damaged: revision 1 of article"):
        backup(file_url(database), tmp_path / "kept.db")
    assert list(tmp_path.glob("kept*")) == []


def test_a_damaged_backup_replaces_nothing(database: Path, copy: Path) -> None:
    damage(copy)
    with pytest.raises(DatelineError, match="is damaged: revision 1"):
        restore(file_url(database), copy, replace=True)
    with TestClient(app_for(database)) as client:
        assert total(client) == 2
    assert list(database.parent.glob("*.part*")) == []


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (None, r"^There is no file '.*none\.db'\.$"),
        (b"x" * 5000, r"none\.db' cannot be copied to .* \(file is not a database\)"),
    ],
)
def test_a_file_that_is_not_a_backup_is_refused(
    database: Path, tmp_path: Path, content: bytes | None, wanted: str
) -> None:
    source = tmp_path / "none.db"
    if content:
        source.write_bytes(content)
    with pytest.raises(DatelineError, match=wanted):
        restore(file_url(database), source, replace=True)
    with open_writer(file_url(database)) as engine:
        assert list(verify(engine)) == []


def test_nothing_is_overwritten_by_default(database: Path, copy: Path) -> None:
    with pytest.raises(DatelineError, match=r"kept\.db' already exists; name another file\.$"):
        backup(file_url(database), copy)
    with pytest.raises(
        DatelineError, match=r"^A database already exists at .*dateline\.db'; --replace puts the backup in its place\.$"
    ):
        restore(file_url(database), copy, replace=False)


def test_a_restore_is_refused_during_a_load(database: Path, copy: Path) -> None:
    with open_writer(file_url(database)), pytest.raises(WriterBusyError):
        restore(file_url(database), copy, replace=True)


def test_a_missing_folder_is_named(database: Path, tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"^There is no folder '.*none' for 'kept\.db\.part'\.$"):
        backup(file_url(database), tmp_path / "none" / "kept.db")


@pytest.mark.unmeasured
@pytest.mark.parametrize("suffix", ["", "-journal", "-wal"])
def test_files_of_a_killed_backup_are_replaced(database: Path, tmp_path: Path, suffix: str) -> None:
    """Half a copy, or its journal or log."""
    load_into(database, [FIRST])
    (tmp_path / f"kept.db.part{suffix}").write_bytes(b"half a page " * 900)
    backup(file_url(database), tmp_path / "kept.db")
    assert natural(tmp_path / "kept.db") == natural(database)
    assert sorted(path.name for path in tmp_path.glob("kept*")) == ["kept.db"]


def test_two_backups_with_one_name_exclude_each_other(database: Path, tmp_path: Path) -> None:
    load_into(database, [FIRST])
    with writer_lock(tmp_path / "kept.db.part"), pytest.raises(WriterBusyError, match=r"kept\.db\.part\.lock"):
        backup(file_url(database), tmp_path / "kept.db")
