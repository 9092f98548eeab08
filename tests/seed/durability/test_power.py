"""Power that fails: what was not on the disk yet is gone in part, and what is left is a database of one commit, whole.

The disk is waited for at each commit (`tests/stores/test_sqlite.py`), so that only what came after it can be lost: the
end of the log, pieces of it in any order, or pages that are on their way from the log into the file.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.stores.sqlite import checkpoint, file_url, writer_engine
from seed.maintenance.database import open_writer
from seed.pipeline.load import load
from tests.seed.durability.test_kills import MORE, prepare
from tests.seed.loading import RESOURCES, natural, writing
from tests.seed.maintenance.test_verify import faults

HEADER, FRAME, PAGE = 32, 24 + 4096, 4096
"""Bytes of the log's header, of a frame in it, and of a page. See https://www.sqlite.org/fileformat2.html#walformat"""

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What a load wrote: the file, the log beside it, the ends of its commits there, and what each commit says."""

    file: bytes
    log: bytes
    ends: list[int]
    said: list[Said]

    def said_within(self, length: int) -> Said:
        """Return what the last commit says that is whole in so much of the log."""
        return self.said[sum(end <= length for end in self.ends)]


@pytest.fixture(scope="module")
def written(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A load of which nothing went from the log into the file yet."""
    database = prepare(tmp_path_factory.mktemp("power"), migrated)
    said = [natural(database)]

    def checkpoint(name: str) -> None:
        if name in {"batch committed", "publish committed"}:
            said.append(natural(database))

    engine = writer_engine(file_url(database))
    load(engine, MORE, RESOURCES, batch=2, checkpoint=checkpoint)
    file, log = database.read_bytes(), log_of(database).read_bytes()
    engine.dispose()
    written = Written(file, log, list(commits(log)), said)
    assert len(written.ends) + 1 == len(said) == 6  # The lexicon was stored before.
    return written


def log_of(database: Path) -> Path:
    """Return the write-ahead log of a database."""
    return database.with_name(database.name + "-wal")


def commits(log: bytes) -> Iterator[int]:
    """Yield where each commit ends in a log."""
    for start in range(HEADER, len(log) - FRAME + 1, FRAME):
        if int.from_bytes(log[start + 4 : start + 8], "big"):
            yield start + FRAME


def left(folder: Path, file: bytes, log: bytes) -> Path:
    """Lay down what is left of a database."""
    for old in folder.glob("left.db*"):
        old.unlink()
    database = folder / "left.db"
    database.write_bytes(file)
    log_of(database).write_bytes(log)
    return database


def completed(database: Path) -> Said:
    """Return what a database says after the load was run again."""
    with writing(database) as engine:
        load(engine, MORE, RESOURCES, batch=2)
    return natural(database)


def test_a_log_that_ends_anywhere(written: Written, tmp_path: Path) -> None:
    """At the end of a commit, a byte before or behind it, anywhere; with nothing behind, or with zeros."""
    some = random.Random("power")
    cuts = {*(end + byte for end in written.ends for byte in (-1, 0, 1)), *some.sample(range(len(written.log)), 14)}
    for number, cut in enumerate(sorted(cuts | {0, HEADER})):
        rest = bytes(max(0, len(written.log) - cut)) if number % 3 == 0 else b""
        database = left(tmp_path, written.file, written.log[:cut] + rest)
        assert natural(database) == written.said_within(cut)
        if number % 4 == 0:
            assert faults(database) == []
            assert completed(database) == written.said[-1]
            assert faults(database) == []


def test_a_log_of_which_pieces_arrived(written: Written, tmp_path: Path) -> None:
    """Disks write in any order: what follows a frame that is missing or spoilt counts for nothing."""
    some = random.Random("pieces")
    for _ in range(12):
        at = some.randrange(HEADER, len(written.log))
        log = bytearray(written.log)
        if some.random() < 0.5:
            log[at] ^= 1 << some.randrange(8)
        else:
            log[at : at + 512] = bytes(len(log[at : at + 512]))
        database = left(tmp_path, written.file, bytes(log))
        first = next((place for place, (a, b) in enumerate(zip(log, written.log, strict=True)) if a != b), len(log))
        assert natural(database) == written.said_within(HEADER + (first - HEADER) // FRAME * FRAME)
        assert faults(database) == []


def test_pages_that_were_on_their_way_into_the_file(written: Written, tmp_path: Path) -> None:
    """The log is whole until all of them are there, whichever came first."""
    folded = left(tmp_path, written.file, written.log)
    engine = writer_engine(file_url(folded))
    checkpoint(engine)
    engine.dispose()
    file = folded.read_bytes()
    some = random.Random("pages")
    for _ in range(8):
        mixed = bytearray(written.file)
        for start in some.sample(range(0, len(file), PAGE), len(file) // PAGE // 2):
            mixed += bytes(max(0, start - len(mixed)))
            mixed[start : start + PAGE] = file[start : start + PAGE]
        database = left(tmp_path, bytes(mixed), written.log)
        assert natural(database) == written.said[-1]
        assert faults(database) == []


def test_a_file_whose_log_is_gone(written: Written, tmp_path: Path) -> None:
    """As when only the file was copied: it is what it was when the log was last written into it."""
    database = left(tmp_path, written.file, b"")
    log_of(database).unlink()
    assert natural(database) == written.said[0]
    assert completed(database) == written.said[-1]


def test_a_database_that_was_being_made(migrated: Path, tmp_path: Path) -> None:
    """It is made by the next command."""
    new = tmp_path / "new.db"
    with open_writer(file_url(new)):
        file, log = new.read_bytes(), log_of(new).read_bytes()
    for cut in random.Random("new").sample(range(len(log)), 3):
        database = left(tmp_path, file, log[:cut])
        with open_writer(file_url(database)):
            pass
        assert natural(database) == natural(migrated)


def test_an_uncommitted_end_of_the_log(written: Written, tmp_path: Path) -> None:
    """Pages of a transaction that went out before its end count for nothing."""
    for start, end in zip([HEADER, *written.ends], written.ends, strict=False):
        if end - start > FRAME:
            database = left(tmp_path, written.file, written.log[: end - FRAME])
            assert natural(database) == written.said_within(start)


def test_a_log_of_another_time(written: Written, tmp_path: Path) -> None:
    """Frames of an earlier round that still stand behind the newest, in a log that began anew, count for nothing."""
    database = left(tmp_path, written.file, written.log)
    engine = writer_engine(file_url(database))
    checkpoint(engine)
    load(engine, [MORE[0]], RESOURCES)
    file, log = database.read_bytes(), log_of(database).read_bytes()
    said = natural(database)
    engine.dispose()
    assert natural(left(tmp_path, file, log + written.log[len(log) :])) == said
