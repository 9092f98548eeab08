"""A full disk at any point: a one-line error says so, what was published is served, and nothing is lost.

A process of its own mounts a small disk in memory, which no other process sees, and fills it up to a given size.
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
from seed.cli.program import app
from seed.maintenance.backup import backup
from seed.maintenance.database import open_writer
from seed.pipeline.load import load
from tests.seed.durability.crashing import exit_of
from tests.seed.durability.test_kills import MORE, answers, prepare
from tests.seed.loading import RESOURCES, load_into, natural, report
from tests.seed.maintenance.test_verify import faults

NO_DISK = 77
"""The exit code of a process that is not allowed to mount a disk."""

DISK = 8_000_000
KIB = 1024

Outcome = tuple[int, str]
"""Exit code and stderr of a command."""


def run(database: Path, *arguments: object) -> Outcome:
    """Run a command as users do."""
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(app, words, env={"DATELINE_DATABASE_URL": file_url(database)})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stderr


def mount_small_disk(folder: Path) -> None:
    """Mount a small disk that only this process sees, or exit."""
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
    """Fill a disk up to this many free bytes; return the file to remove to free the space again."""
    filler = folder / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(folder).free - free))
    return filler


@contextmanager
def filled(folder: Path, free: int) -> Iterator[None]:
    """Leave this many bytes of a disk free during the block."""
    filler = fill(folder, free)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def limited_file_size(size: int) -> Iterator[None]:
    """Limit the size of every file of this process during the block: a full disk where none can be mounted."""
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))


def load_more(database: Path) -> Outcome:
    """Load like the command, but with the small lexicon of the tests."""
    try:
        with open_writer(file_url(database)) as engine:
            load(engine, MORE, RESOURCES, batch=2)
    except DatelineError as error:
        return 1, f"error: {error}\n"
    return 0, ""


def back_up(database: Path) -> Outcome:
    """Make a backup, unless it exists."""
    target = database.with_name("copy.db")
    return (0, "") if target.exists() else run(database, "backup", target)


ACTIONS: dict[str, Callable[[Path], Outcome]] = {
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
"""Free KiB: with or without room for the index of the log, for a batch, the publish, the new file, or everything."""


def fails_and_recovers(name: str, database: Path, full: AbstractContextManager[None]) -> bool:
    """Run an action on a full disk, then again when there is room; return whether it failed at first."""
    before, after = (database.with_name(name) / "dateline.db" for name in ("before", "after"))
    action, expected = ACTIONS[name], (answers(before), answers(after))
    with full:
        code, output = action(database)
        if code:
            assert code == 1
            assert re.fullmatch(r"error: .*(full|disk I/O error).*\n", output), output
            seen = answers(database)
            assert has_no_room(seen) or seen in expected
    assert faults(database) == []
    assert action(database) == (0, "")
    assert natural(database) == natural(after)
    copy = database.with_name("copy.db")
    assert not copy.exists() or natural(copy) == natural(database)
    return bool(code)


def has_no_room(seen: dict[str, tuple[int, str]]) -> bool:
    """Return whether a server refuses every request because there is no room for the index of the log."""
    return all(status == 503 and "is its disk full?" in body for status, body in seen.values())


def lay_databases(folder: Path, base: Path, name: str) -> Path:
    """Create a database with a backup, and copies from before and after an action."""
    shutil.rmtree(folder, ignore_errors=True)
    for target in (folder, folder / "before", folder / "after"):
        target.mkdir()
        shutil.copy(base, target / "dateline.db")
        shutil.copy(base.with_name("kept.db"), target)
    assert ACTIONS[name](folder / "after" / "dateline.db") == (0, "")
    return folder / "dateline.db"


def fill_a_small_disk(folder: Path, base: Path, name: str) -> None:
    """Run an action on a disk with each of its free sizes, the last of which has room for it."""
    mount_small_disk(folder)
    failed = []
    for size in SIZES[name]:
        database = lay_databases(folder / "work", base, name)
        failed.append(fails_and_recovers(name, database, filled(folder, size * KIB)))
    # Between two sizes at which a restore fails, there is one at which it takes another path.
    assert failed[0]
    assert failed.count(True) >= len(failed) - 2
    assert not failed[-1]


@pytest.fixture(scope="module")
def base(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database that all actions start with, with an earlier backup of it."""
    folder = tmp_path_factory.mktemp("base")
    database = prepare(folder, migrated)
    backup(file_url(database), folder / "kept.db")
    load_into(database, [report("Later")])
    return database


@pytest.mark.skipif(sys.platform != "linux", reason="small disks are mounted in the way of Linux")
@pytest.mark.parametrize("name", ACTIONS)
def test_a_full_small_disk(base: Path, tmp_path: Path, name: str) -> None:
    code = exit_of(fill_a_small_disk, tmp_path, base, name)
    if code == NO_DISK:
        pytest.skip("this machine does not allow users to mount disks")
    assert code == 0


@pytest.mark.parametrize(("name", "size"), [("load", 140), ("compact", 150), ("backup", 60), ("restore", 60)])
def test_limited_file_sizes(base: Path, tmp_path: Path, name: str, size: int) -> None:
    """The same where no disk can be mounted: the system refuses the writes."""
    assert fails_and_recovers(name, lay_databases(tmp_path / "work", base, name), limited_file_size(size * KIB))


def test_a_server_without_room_to_start_says_so(base: Path, tmp_path: Path) -> None:
    """It needs room for the index of the log."""
    database = Path(shutil.copy(base, tmp_path))
    with limited_file_size(20 * KIB):
        assert has_no_room(answers(database))
    assert not has_no_room(answers(database))


@pytest.mark.unmeasured
def test_a_full_database(base: Path, tmp_path: Path) -> None:
    """The error names it."""
    database = lay_databases(tmp_path / "work", base, "load")
    wanted = rf"^'{database}' cannot be used \(database or disk is full\)\. What was published stays published; "
    with pytest.raises(DatelineError, match=wanted):
        load_within(database, pages=1)
    assert load_more(database) == (0, "")
    assert natural(database) == natural(tmp_path / "work" / "after" / "dateline.db")
    assert faults(database) == []


def load_within(database: Path, *, pages: int) -> None:
    """Load into a database whose size is limited to this many pages, or to its current size."""
    with open_writer(file_url(database)) as engine:
        with engine.connect() as connection:
            connection.connection.cursor().execute(f"PRAGMA max_page_count = {pages}")
        load(engine, [*MORE, report("Long", text="Amsel. " * 20_000)], RESOURCES, batch=2)
