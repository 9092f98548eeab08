"""A backup is whole, verified and of one moment, or is not there; and it comes back under running servers."""

from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.errors import DatelineError
from app.stores.lock import WriterBusyError, locked
from app.stores.sqlite import file_url, writer_engine
from seed.maintenance.backup import backup, restore
from seed.maintenance.database import open_writer
from seed.maintenance.verify import verify
from tests.conftest import app_for
from tests.seed.loading import load_into, natural, report

FIRST, SECOND = report("Ferry resumes", text="Amsel waits."), report("Tide turns", text="Amsel waits on.")


@pytest.fixture
def kept(database: Path, tmp_path: Path) -> Path:
    """A backup of a database with one article; the database has two since."""
    load_into(database, [FIRST])
    target = tmp_path / "kept.db"
    backup(file_url(database), target)
    load_into(database, [SECOND])
    return target


def total(client: TestClient) -> int:
    """Return how many articles are served."""
    found: int = client.get("/v1/articles").json()["total"]
    return found


def test_a_backup_is_the_database_at_that_moment(database: Path, kept: Path) -> None:
    with TestClient(app_for(kept)) as client:
        assert total(client) == 1
    with TestClient(app_for(database)) as client:
        assert total(client) == 2


def test_a_backup_is_made_while_others_read_and_write(database: Path, tmp_path: Path) -> None:
    """A loader that is not done holds it up as little as a server does."""
    load_into(database, [FIRST])
    with TestClient(app_for(database)) as client, open_writer(file_url(database)) as engine:
        assert total(client) == 1
        with engine.begin() as connection:
            connection.execute(text("UPDATE source SET name = 'half done'"))
            backup(file_url(database), tmp_path / "kept.db")
            connection.rollback()
    assert natural(tmp_path / "kept.db") == natural(database)


def test_a_running_server_goes_on_with_what_was_restored(database: Path, kept: Path) -> None:
    with TestClient(app_for(database)) as client:
        before = client.get("/v1/articles")
        assert before.json()["total"] == 2
        restore(file_url(database), kept, replace=True)
        assert total(client) == 1
        assert client.get("/v1/articles", headers={"If-None-Match": before.headers["etag"]}).status_code == 200
    load_into(database, [SECOND])
    with TestClient(app_for(database)) as client:
        assert total(client) == 2


def test_a_database_that_is_gone_comes_back(database: Path, kept: Path) -> None:
    """Without being asked to replace anything."""
    for part in database.parent.glob("dateline.db*"):
        part.unlink()
    restore(file_url(database), kept, replace=False)
    with TestClient(app_for(database)) as client:
        assert total(client) == 1


def test_a_database_that_is_none_any_more_is_set_aside(database: Path, kept: Path) -> None:
    for part in database.parent.glob("dateline.db-*"):
        part.unlink()
    database.write_bytes(b"no database at all " * 1000)
    restore(file_url(database), kept, replace=True)
    with TestClient(app_for(database)) as client:
        assert total(client) == 1
    assert (database.parent / "dateline.db.damaged").read_bytes().startswith(b"no database")


def test_a_backup_of_an_earlier_release_is_brought_to_this_one(database: Path, kept: Path) -> None:
    """The backup itself stays as it is."""
    older(kept)
    before = kept.read_bytes()
    restore(file_url(database), kept, replace=True)
    assert kept.read_bytes() == before
    with TestClient(app_for(database)) as client:
        assert total(client) == 1


def older(database: Path) -> None:
    """Take a database back by one migration."""
    engine = writer_engine(file_url(database))
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE revision DROP COLUMN language_detected"))
        connection.execute(text("UPDATE alembic_version SET version_num = '2026_11_25_e'"))
        connection.commit()
    engine.dispose()


def damage(database: Path) -> None:
    """Change a word of a text."""
    engine = writer_engine(file_url(database))
    with engine.begin() as connection:
        connection.execute(text("UPDATE revision SET text = 'Amsel went.'"))
    engine.dispose()


def test_a_damaged_database_makes_no_backup(database: Path, tmp_path: Path) -> None:
    """And leaves none behind."""
    load_into(database, [FIRST])
    damage(database)
    with pytest.raises(DatelineError, match=r"kept\.db\.part' is not what was stored: revision 1 of article"):
        backup(file_url(database), tmp_path / "kept.db")
    assert list(tmp_path.glob("kept*")) == []


def test_a_damaged_backup_replaces_nothing(database: Path, kept: Path) -> None:
    damage(kept)
    with pytest.raises(DatelineError, match="is not what was stored: revision 1"):
        restore(file_url(database), kept, replace=True)
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
def test_what_is_no_backup_is_refused(database: Path, tmp_path: Path, content: bytes | None, wanted: str) -> None:
    source = tmp_path / "none.db"
    if content:
        source.write_bytes(content)
    with pytest.raises(DatelineError, match=wanted):
        restore(file_url(database), source, replace=True)
    with open_writer(file_url(database)) as engine:
        assert list(verify(engine)) == []


def test_nothing_is_overwritten_unasked(database: Path, kept: Path) -> None:
    with pytest.raises(DatelineError, match=r"kept\.db' is there already; name another file\.$"):
        backup(file_url(database), kept)
    with pytest.raises(DatelineError, match=r"dateline\.db'; --replace puts the backup in its place\.$"):
        restore(file_url(database), kept, replace=False)


def test_a_restore_waits_for_no_loader(database: Path, kept: Path) -> None:
    with open_writer(file_url(database)), pytest.raises(WriterBusyError):
        restore(file_url(database), kept, replace=True)


def test_a_folder_that_is_not_there(database: Path, tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"^There is no folder '.*none' for 'kept\.db\.part'\.$"):
        backup(file_url(database), tmp_path / "none" / "kept.db")


@pytest.mark.parametrize("suffix", ["", "-journal", "-wal"])
def test_what_a_killed_backup_left_is_in_nobodys_way(database: Path, tmp_path: Path, suffix: str) -> None:
    """Half a copy, or what belongs to one."""
    load_into(database, [FIRST])
    (tmp_path / f"kept.db.part{suffix}").write_bytes(b"half a page " * 900)
    backup(file_url(database), tmp_path / "kept.db")
    assert natural(tmp_path / "kept.db") == natural(database)
    assert sorted(path.name for path in tmp_path.glob("kept*")) == ["kept.db"]


def test_two_backups_under_one_name_do_not_meet(database: Path, tmp_path: Path) -> None:
    load_into(database, [FIRST])
    with locked(tmp_path / "kept.db.part"), pytest.raises(WriterBusyError, match=r"kept\.db\.part\.lock"):
        backup(file_url(database), tmp_path / "kept.db")
