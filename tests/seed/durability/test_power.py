"""Power failures: writes that were not on the disk yet are partly lost, and the database is that of some commit.

Each commit waits for the disk (`tests/stores/test_sqlite.py`), so only later writes can be lost: the end of the log,
pieces of it in any order, or pages that are being copied from the log into the file.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.stores import store_of
from app.stores.sqlite import file_url
from app.stores.store import connected_store
from seed.maintenance.database import open_writer
from seed.pipeline.load import load
from tests.conftest import SOAK
from tests.seed.durability.test_kills import MORE, prepare
from tests.seed.loading import RESOURCES, natural, writing
from tests.seed.maintenance.test_verify import faults

pytestmark = pytest.mark.unmeasured

HEADER, FRAME, PAGE = 32, 24 + 4096, 4096
"""Bytes of the header of the log, of a frame, and of a page. See https://www.sqlite.org/fileformat2.html#walformat"""

Contents = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LoadFiles:
    """The files of a load: the database and its log; the end of each commit in the log, and the contents there."""

    file: bytes
    log: bytes
    commit_ends: list[int]
    contents: list[Contents]

    def contents_within(self, length: int) -> Contents:
        """Return the contents at the last commit that is complete within a prefix of the log."""
        return self.contents[sum(end <= length for end in self.commit_ends)]


@pytest.fixture(scope="module")
def written(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> LoadFiles:
    """Return the files of a load whose log has not been copied into the database yet."""
    database = prepare(tmp_path_factory.mktemp("power"), migrated)
    contents = [natural(database)]

    def checkpoint(name: str) -> None:
        if name in {"batch committed", "publish committed"}:
            contents.append(natural(database))

    engine = store_of(file_url(database)).writer_engine()
    load(engine, MORE, RESOURCES, batch=2, checkpoint=checkpoint)
    file, log = database.read_bytes(), log_of(database).read_bytes()
    engine.dispose()
    files = LoadFiles(file, log, list(commit_ends(log)), contents)
    assert len(files.commit_ends) + 1 == len(contents) == 6  # The lexicon had been stored before.
    return files


def log_of(database: Path) -> Path:
    """Return the write-ahead log of a database."""
    return database.with_name(database.name + "-wal")


def commit_ends(log: bytes) -> Iterator[int]:
    """Yield the end of each commit in a log."""
    for start in range(HEADER, len(log) - FRAME + 1, FRAME):
        if int.from_bytes(log[start + 4 : start + 8], "big"):
            yield start + FRAME


def common_length(log: bytes | bytearray, other: bytes) -> int:
    """Return the number of bytes at the beginning of two logs that are the same."""
    pairs = zip(log, other, strict=False)
    return next((index for index, (one, two) in enumerate(pairs) if one != two), min(len(log), len(other)))


def lay_files(folder: Path, file: bytes, log: bytes) -> Path:
    """Write the files of a database after a power failure."""
    for old in folder.glob("left.db*"):
        old.unlink()
    database = folder / "left.db"
    database.write_bytes(file)
    log_of(database).write_bytes(log)
    return database


def rerun_load(database: Path) -> Contents:
    """Run the load again, and return the contents of the database."""
    with writing(database) as engine:
        load(engine, MORE, RESOURCES, batch=2)
    return natural(database)


def test_a_log_that_ends_anywhere(written: LoadFiles, tmp_path: Path) -> None:
    """At the end of a commit, one byte before or after it, or anywhere; followed by nothing or by zeros."""
    generator = random.Random("power")
    cuts = {
        *(end + byte for end in written.commit_ends for byte in (-1, 0, 1)),
        *generator.sample(range(len(written.log)), 5 * SOAK),
    }
    for number, cut in enumerate(sorted(cuts | {0, HEADER})):
        zeros = bytes(max(0, len(written.log) - cut)) if number % 3 == 0 else b""
        log = written.log[:cut] + zeros
        database = lay_files(tmp_path, written.file, log)
        # What was cut off may have been zeros.
        assert natural(database) == written.contents_within(common_length(log, written.log))
        if number % 4 == 0:
            assert faults(database) == []
            assert rerun_load(database) == written.contents[-1]
            assert faults(database) == []


def test_a_log_of_which_pieces_were_written(written: LoadFiles, tmp_path: Path) -> None:
    """Disks write in any order: frames after a missing or damaged one are ignored."""
    generator = random.Random("pieces")
    for _ in range(5 * SOAK):
        at = generator.randrange(HEADER, len(written.log))
        log = bytearray(written.log)
        if generator.random() < 0.5:
            log[at] ^= 1 << generator.randrange(8)
        else:
            log[at : at + 512] = bytes(len(log[at : at + 512]))
        database = lay_files(tmp_path, written.file, bytes(log))
        first = common_length(log, written.log)
        assert natural(database) == written.contents_within(HEADER + (first - HEADER) // FRAME * FRAME)
        assert faults(database) == []


def test_pages_that_were_being_copied_into_the_file(written: LoadFiles, tmp_path: Path) -> None:
    """The log is complete until all of them are written, in whatever order."""
    checkpointed = lay_files(tmp_path, written.file, written.log)
    engine = store_of(file_url(checkpointed)).writer_engine()
    connected_store(engine).flush_log(engine)
    engine.dispose()
    file = checkpointed.read_bytes()
    generator = random.Random("pages")
    for _ in range(4 * SOAK):
        mixed = bytearray(written.file)
        for start in generator.sample(range(0, len(file), PAGE), len(file) // PAGE // 2):
            mixed += bytes(max(0, start - len(mixed)))
            mixed[start : start + PAGE] = file[start : start + PAGE]
        database = lay_files(tmp_path, bytes(mixed), written.log)
        assert natural(database) == written.contents[-1]
        assert faults(database) == []


def test_a_file_without_its_log(written: LoadFiles, tmp_path: Path) -> None:
    """As if only the file was copied: it has the contents of the last copy of the log into it."""
    database = lay_files(tmp_path, written.file, b"")
    log_of(database).unlink()
    assert natural(database) == written.contents[0]
    assert rerun_load(database) == written.contents[-1]


def test_a_database_that_was_being_created(migrated: Path, tmp_path: Path) -> None:
    """The next command creates it."""
    new = tmp_path / "new.db"
    with open_writer(file_url(new)):
        file, log = new.read_bytes(), log_of(new).read_bytes()
    for cut in random.Random("new").sample(range(len(log)), 3):
        database = lay_files(tmp_path, file, log[:cut])
        with open_writer(file_url(database)):
            pass
        assert natural(database) == natural(migrated)


def test_an_uncommitted_end_of_the_log(written: LoadFiles, tmp_path: Path) -> None:
    """Pages of a transaction that were written before its end are ignored."""
    for start, end in zip([HEADER, *written.commit_ends], written.commit_ends, strict=False):
        if end - start > FRAME:
            database = lay_files(tmp_path, written.file, written.log[: end - FRAME])
            assert natural(database) == written.contents_within(start)


def test_a_log_with_old_frames(written: LoadFiles, tmp_path: Path) -> None:
    """Frames of an earlier generation after the newest ones, in a log that was restarted, are ignored."""
    database = lay_files(tmp_path, written.file, written.log)
    engine = store_of(file_url(database)).writer_engine()
    connected_store(engine).flush_log(engine)
    load(engine, [MORE[0]], RESOURCES)
    file, log = database.read_bytes(), log_of(database).read_bytes()
    contents = natural(database)
    engine.dispose()
    assert natural(lay_files(tmp_path, file, log + written.log[len(log) :])) == contents
