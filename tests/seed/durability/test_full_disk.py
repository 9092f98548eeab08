"""A disk that is full, wherever it happens: one line says so, what was published is served, and nothing is lost.

A process of its own gets a small disk in memory, which no other process sees, and fills it up to so many bytes.
"""

import ctypes
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pytest
from typer.testing import CliRunner

from app.errors import DatelineError
from app.stores.sqlite import file_url
from seed.__main__ import app
from seed.maintenance.backup import backup
from seed.maintenance.database import open_writer
from seed.pipeline.load import load
from tests.seed.durability.crashing import exit_of
from tests.seed.durability.test_kills import MORE, answers, prepare
from tests.seed.loading import RESOURCES, load_into, natural, report
from tests.seed.maintenance.test_verify import faults

NO_DISK = 77
"""The exit code of a process that may not have a disk of its own."""

DISK = 8_000_000
KIB = 1024

Done = tuple[int, str]
"""Exit code and what was said."""


def run(database: Path, *arguments: object) -> Done:
    """Run a command as its users do."""
    words = [str(argument) for argument in arguments]
    ran = CliRunner().invoke(app, words, env={"DATELINE_DATABASE_URL": file_url(database)})
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.stderr


def small_disk(folder: Path) -> None:
    """Mount a small disk that only this process sees, or end it."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    new_user, new_mounts = 0x10000000, 0x00020000
    if libc.unshare(new_user | new_mounts):
        sys.exit(NO_DISK)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    if libc.mount(b"none", str(folder).encode(), b"tmpfs", 0, f"size={DISK}".encode()):
        sys.exit(NO_DISK)


def fill(folder: Path, free: int) -> Path:
    """Leave so many bytes of a disk free; return what has to be removed to have more."""
    filler = folder / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(folder).free - free))
    return filler


@contextmanager
def filled(folder: Path, free: int) -> Iterator[None]:
    """Have so many bytes of a disk free for a while."""
    filler = fill(folder, free)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def no_longer_than(size: int) -> Iterator[None]:
    """Let no file of this process become longer for a while: a full disk for all who have no disk of their own."""
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))


def load_more(database: Path) -> Done:
    """Load as the command does, with the small lexicon of the tests."""
    try:
        with open_writer(file_url(database)) as engine:
            load(engine, MORE, RESOURCES, batch=2)
    except DatelineError as error:
        return 1, f"error: {error}\n"
    return 0, ""


def back_up(database: Path) -> Done:
    """Make a backup, unless it is there."""
    target = database.with_name("copy.db")
    return (0, "") if target.exists() else run(database, "backup", target)


ACTS: dict[str, Callable[[Path], Done]] = {
    "load": load_more,
    "remove": lambda database: run(database, "remove", "r3"),
    "compact": lambda database: run(database, "compact"),
    "backup": back_up,
    "restore": lambda database: run(database, "restore", "--replace", database.with_name("kept.db")),
}

SIZES = {
    "load": (0, 40, 150, 280, 600),
    "remove": (20, 70, 600),
    "compact": (40, 100, 220, 600),
    "backup": (20, 140, 180, 600),
    "restore": (20, 100, 140, 300, 600),
}
"""KiB that are free: room for the index of the log or not, for a batch, for the publish, for the new file, for all."""


def fails_and_goes_on(name: str, database: Path, full: AbstractContextManager[None]) -> bool:
    """Do something on a full disk, then again when there is room; return whether it failed at first."""
    before, after = (database.with_name(name) / "dateline.db" for name in ("before", "after"))
    act, wanted = ACTS[name], (answers(before), answers(after))
    with full:
        code, said = act(database)
        if code:
            assert code == 1
            assert re.fullmatch(r"error: .*(full|disk I/O error).*\n", said), said
            seen = answers(database)
            assert is_no_room(seen) or seen in wanted
    assert faults(database) == []
    assert act(database) == (0, "")
    assert natural(database) == natural(after)
    copy = database.with_name("copy.db")
    assert not copy.exists() or natural(copy) == natural(database)
    return bool(code)


def is_no_room(seen: dict[str, tuple[int, str]]) -> bool:
    """Tell whether a server refuses for want of room for the index of the log."""
    return all(status == 503 and "is its disk full?" in said for status, said in seen.values())


def lay(folder: Path, base: Path, name: str) -> Path:
    """Lay down a database with a backup, and what it is before and after an act."""
    shutil.rmtree(folder, ignore_errors=True)
    for place in (folder, folder / "before", folder / "after"):
        place.mkdir()
        shutil.copy(base, place / "dateline.db")
        shutil.copy(base.with_name("kept.db"), place)
    assert ACTS[name](folder / "after" / "dateline.db") == (0, "")
    return folder / "dateline.db"


def fill_a_small_disk(folder: Path, base: Path, name: str) -> None:
    """Do something on a disk that is full at each of its sizes, the last of which has room for it."""
    small_disk(folder)
    failed = []
    for size in SIZES[name]:
        database = lay(folder / "work", base, name)
        failed.append(fails_and_goes_on(name, database, filled(folder, size * KIB)))
    # Between two sizes at which a restore fails is one at which it takes another way.
    assert failed[0]
    assert failed.count(True) >= len(failed) - 2
    assert not failed[-1]


@pytest.fixture(scope="module")
def base(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database that all begin with, and a backup of it from an earlier moment."""
    folder = tmp_path_factory.mktemp("base")
    database = prepare(folder, migrated)
    backup(file_url(database), folder / "kept.db")
    load_into(database, [report("Later")])
    return database


@pytest.mark.skipif(sys.platform != "linux", reason="disks of one's own are made as Linux makes them")
@pytest.mark.parametrize("name", ACTS)
def test_a_small_disk_that_is_full(base: Path, tmp_path: Path, name: str) -> None:
    code = exit_of(fill_a_small_disk, tmp_path, base, name)
    if code == NO_DISK:
        pytest.skip("this machine lets nobody mount a disk of one's own")
    assert code == 0


@pytest.mark.parametrize(("name", "size"), [("load", 140), ("compact", 150), ("backup", 60), ("restore", 60)])
def test_files_that_may_not_become_longer(base: Path, tmp_path: Path, name: str, size: int) -> None:
    """The same where no disk can be made: the system refuses the writes."""
    assert fails_and_goes_on(name, lay(tmp_path / "work", base, name), no_longer_than(size * KIB))


def test_a_server_that_has_no_room_to_start_says_so(base: Path, tmp_path: Path) -> None:
    """It needs some for the index of the log."""
    database = Path(shutil.copy(base, tmp_path))
    with no_longer_than(20 * KIB):
        assert is_no_room(answers(database))
    assert not is_no_room(answers(database))


def test_a_database_that_is_full(base: Path, tmp_path: Path) -> None:
    """It says so itself, with its name."""
    database = lay(tmp_path / "work", base, "load")
    wanted = rf"^'{database}' cannot be used \(database or disk is full\)\. What was published stays published; "
    with pytest.raises(DatelineError, match=wanted):
        load_within(database, pages=1)
    assert load_more(database) == (0, "")
    assert natural(database) == natural(tmp_path / "work" / "after" / "dateline.db")
    assert faults(database) == []


def load_within(database: Path, *, pages: int) -> None:
    """Load into a database that may have so many pages, or those that it has."""
    with open_writer(file_url(database)) as engine:
        with engine.connect() as connection:
            connection.connection.cursor().execute(f"PRAGMA max_page_count = {pages}")
        load(engine, [*MORE, report("Long", text="Amsel. " * 20_000)], RESOURCES, batch=2)
