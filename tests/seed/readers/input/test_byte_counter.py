"""Count how much of the input was read, in bytes on the disk."""

import gzip
import zipfile
from pathlib import Path

from seed.readers import Overrides, read_paths
from seed.readers.input.byte_counter import ByteCounter
from seed.records import Link, Origin, Refusal

LINE = b'{"title": "Ferry", "source": "G", "text": "%06d"}\n'
LINES = b"".join(LINE % number for number in range(20_000))


def shares(place: Path, intake: ByteCounter) -> list[float]:
    """Return the number of bytes read at each record."""
    records = read_paths([place], overrides=Overrides(), intake=intake)
    assert intake.total is not None
    return [intake.bytes_read / intake.total for _ in records]


def test_plain_files_count_as_they_are_read(tmp_path: Path) -> None:
    """Unreadable files count, too, once they are skipped."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG" * 1000)
    (tmp_path / "b.jsonl").write_bytes(LINE * 2)
    intake = ByteCounter()
    found = shares(tmp_path, intake)
    assert intake.total == 4000 + 2 * len(LINE)
    assert intake.bytes_read == intake.total
    assert found[1] >= 4000 / intake.total


def test_gzip_counts_in_its_compressed_size(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(LINES))
    found = shares(tmp_path, ByteCounter())
    assert found == sorted(found)
    assert found[len(found) // 5] < 0.6
    assert found[len(found) * 4 // 5] > 0.4


def test_members_of_a_zip_count_in_their_compressed_size(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in "abcd":
            archive.writestr(f"{name}.jsonl", LINES[: len(LINES) // 4])
    found = shares(tmp_path, ByteCounter())
    assert found == sorted(found)
    assert found[len(found) // 5] < 0.5
    assert found[len(found) * 4 // 5] > 0.5


def test_an_address_has_no_size_and_what_is_missing_none(tmp_path: Path) -> None:
    intake = ByteCounter()
    intake.expect([Link(Origin("https://g.example/1"), "https://g.example/1")])
    assert (intake.total, intake.bytes_read) == (None, 0)
    intake.expect([Refusal(Origin("a"), "no"), tmp_path / "missing"])
    assert intake.total == 0
