"""Connections of readers: they open the files of one generation, and a file in a read-only folder as it is."""

import gc
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlmodel import col

from app.errors import ReplacedError, UnavailableError
from app.models import Publish
from app.sqlite_driver import DRIVER
from app.stores import sqlite_reading, store_of
from app.stores.sqlite import file_url
from app.stores.sqlite_files import OpenMode, connection_factory
from app.stores.sqlite_reading import Folder, inspect_folder, refusal
from app.stores.store import Generation, pinned_engine
from tests.seed.loading import load_into, report

SUFFIXES = ("-wal", "-shm")
VERSIONS = select(col(Publish.version))


def opened(database: Path) -> Generation:
    return store_of(file_url(database)).open_generation()


@pytest.fixture
def loaded(database: Path) -> Path:
    load_into(database, [report()])
    return database


def test_a_generation_is_current_until_its_files_are_replaced(loaded: Path) -> None:
    generation = opened(loaded)
    assert generation.is_current()
    load_into(loaded, [report("Tide turns")])
    assert generation.is_current()
    Path(shutil.copy(loaded, loaded.with_name("copy.db"))).replace(loaded)
    assert not generation.is_current()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_deleted_log_is_noticed(loaded: Path, suffix: str) -> None:
    generation = opened(loaded)
    loaded.with_name(loaded.name + suffix).unlink()
    assert not generation.is_current()


def test_an_engine_opens_no_other_generation(loaded: Path) -> None:
    generation = opened(loaded)
    copy = Path(shutil.copy(loaded, loaded.with_name("copy.db")))
    with generation.engine.connect() as first:
        assert first.scalars(VERSIONS).all() == [1]
        copy.replace(loaded)
        with pytest.raises(ReplacedError, match="send the request again"):
            generation.engine.connect()
        assert first.scalars(VERSIONS).all() == [1]
    assert generation.is_replaced
    with generation.engine.connect() as pooled:
        assert pooled.scalars(VERSIONS).all() == [1]


def test_a_pinned_engine_requires_its_publish(loaded: Path) -> None:
    generation = opened(loaded)
    with generation.engine.connect() as connection:
        (token,) = connection.execute(text("SELECT token FROM publish")).scalars()
    with pinned_engine(generation, 1, token).begin() as connection:
        assert connection.scalars(VERSIONS).all() == [1]
    for version, other in ((1, "another"), (2, token)):
        with pytest.raises(ReplacedError), pinned_engine(generation, version, other).begin():
            pass


def test_no_descriptor_of_an_old_generation_stays_open(loaded: Path) -> None:
    """Neither of one that was read nor of one that was only opened; a request keeps its own open."""
    generations = [opened(loaded), opened(loaded)]
    reader = pinned_engine(generations[0], 0, "")
    assert versions(reader) == [1]
    before = len(open_files(loaded))
    generations.clear()
    assert 0 < len(open_files(loaded)) < before
    assert versions(reader) == [1]
    del reader
    gc.collect()
    assert open_files(loaded) == []


def versions(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(VERSIONS))


def open_files(database: Path) -> list[str]:
    """Return the names of the files of a database that this process has open."""
    names = []
    for descriptor in Path("/dev/fd").iterdir():
        with suppress(OSError):
            names.append(str(descriptor.readlink()))
    return [name for name in names if name.startswith(str(database))]


def test_a_file_that_is_replaced_whenever_it_is_opened_is_refused(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_reader = sqlite_reading._open_reader

    def replace_and_open(path: Path) -> object:
        Path(shutil.copy(path, path.with_name("copy.db"))).replace(path)
        return open_reader(path)

    monkeypatch.setattr(sqlite_reading, "_open_reader", replace_and_open)
    with pytest.raises(ReplacedError):
        opened(loaded)


def test_a_database_that_cannot_be_read_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="There is no database to read"):
        opened(tmp_path / "missing.db")
    (tmp_path / "garbage.db").write_text("This is no database. " * 99, encoding="ascii")
    with pytest.raises(UnavailableError, match="names a file that cannot be read"):
        opened(tmp_path / "garbage.db")


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        (
            Folder(can_read=False, can_write_folder=True, has_log=False, has_shared_memory=False),
            "no permission to read",
        ),
        (Folder(can_read=True, can_write_folder=True, has_log=True, has_shared_memory=True), "right permissions"),
        (Folder(can_read=True, can_write_folder=False, has_log=True, has_shared_memory=False), "`dateline backup`"),
        (Folder(can_read=True, can_write_folder=False, has_log=False, has_shared_memory=True), "is read-only"),
    ],
)
def test_why_a_database_cannot_be_opened_is_named(folder: Folder, reason: str) -> None:
    message = refusal(Path("here.db"), folder)
    assert message is not None
    assert message.startswith("The database 'here.db' cannot be opened")
    assert reason in message
    assert "dateline init" not in message


def test_a_file_in_a_read_only_folder_without_a_log_can_be_read() -> None:
    folder = Folder(can_read=True, can_write_folder=False, has_log=False, has_shared_memory=False)
    assert refusal(Path("here.db"), folder) is None


def test_what_lies_next_to_a_database_is_seen(loaded: Path) -> None:
    assert inspect_folder(loaded.with_name("missing.db")) is None
    assert inspect_folder(loaded) == Folder(
        can_read=True, can_write_folder=True, has_log=False, has_shared_memory=False
    )
    loaded.with_name(f"{loaded.name}-wal").write_bytes(b"log")
    loaded.with_name(f"{loaded.name}-shm").touch()
    assert inspect_folder(loaded) == Folder(can_read=True, can_write_folder=True, has_log=True, has_shared_memory=True)


@pytest.fixture
def sealed(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a database in whose folder nobody can write, as far as the readers see."""
    connect = connection_factory

    def refuse() -> None:
        raise DRIVER.OperationalError("unable to open database file")

    def only_immutable(path: Path, mode: OpenMode) -> object:
        return refuse if mode == "ro" else connect(path, mode)

    real = inspect_folder(loaded)
    assert real is not None
    monkeypatch.setattr(sqlite_reading, "connection_factory", only_immutable)
    monkeypatch.setattr(sqlite_reading, "inspect_folder", lambda _path: real._replace(can_write_folder=False))
    return loaded


def test_an_immutable_file_is_read_and_its_change_is_noticed(sealed: Path) -> None:
    """Nothing else would notice what another machine writes to it."""
    generation = opened(sealed)
    with generation.engine.connect() as connection:
        assert connection.scalars(VERSIONS).all() == [1]
    assert generation.is_current()
    os.utime(sealed, ns=(1, 1))
    assert not generation.is_current()
    with pytest.raises(ReplacedError), generation.engine.begin():
        pass
    assert generation.is_replaced


def test_a_locked_database_is_no_reason_to_read_it_without_locks(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DRIVER.OperationalError("database is locked")

    monkeypatch.setattr(sqlite_reading, "connection_factory", lambda _path, _mode: refuse)
    with pytest.raises(UnavailableError, match="database is locked"):
        opened(loaded)


@pytest.fixture
def mounted(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the database on a read-only mount; skip where this process cannot mount."""
    folder = tmp_path_factory.mktemp("mount")
    command = ["mount", "--bind", "-o", "ro", str(loaded.parent), str(folder)]
    try:
        is_mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        is_mounted = False
    if not is_mounted:
        pytest.skip("this process cannot mount a folder")
    yield folder / loaded.name
    subprocess.run(["umount", str(folder)], check=True)


def test_a_database_on_a_read_only_mount_is_served(loaded: Path, mounted: Path) -> None:
    """Until it has a log, which belongs to it."""
    generation = opened(mounted)
    with generation.engine.connect() as connection:
        assert connection.scalars(VERSIONS).all() == [1]
    del generation
    gc.collect()
    loaded.with_name(f"{loaded.name}-wal").write_bytes(b"log")
    with pytest.raises(UnavailableError, match="its folder is read-only"):
        opened(mounted)
