"""Count how much of the input was read, in bytes on the disk."""

import gzip
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.input.byte_counter import ByteCounter
from seed.records import Link, Origin, Refusal

LINE = b'{"title": "Ferry", "source": "G", "text": "%06d"}\n'
DIGESTS = (sha256(bytes([number // 250, number % 250])).hexdigest().encode() for number in range(2_000))
LINES = b"".join(LINE.replace(b"%06d", digest * 3) for digest in DIGESTS)
"""Lines that remain long when they are compressed."""


def shares(place: Path, byte_counter: ByteCounter) -> list[float]:
    """Return the number of bytes read at each record."""
    records = read_paths([place], overrides=Overrides(), byte_counter=byte_counter)
    assert byte_counter.total is not None
    return [byte_counter.bytes_read / byte_counter.total for _ in records]


def test_plain_files_count_as_they_are_read(tmp_path: Path) -> None:
    """Unreadable files count, too, once they are skipped."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG" * 1000)
    (tmp_path / "b.jsonl").write_bytes(LINE * 2)
    byte_counter = ByteCounter()
    found = shares(tmp_path, byte_counter)
    assert byte_counter.total == 4000 + 2 * len(LINE)
    assert byte_counter.bytes_read == byte_counter.total
    assert found[1] >= 4000 / byte_counter.total


@pytest.mark.unmeasured
def test_gzip_counts_in_its_compressed_size(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(LINES))
    found = shares(tmp_path, ByteCounter())
    assert found == sorted(found)
    assert found[len(found) // 5] < 0.6
    assert found[len(found) * 4 // 5] > 0.4


@pytest.mark.unmeasured
def test_members_of_a_zip_count_in_their_compressed_size(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in "abcd":
            archive.writestr(f"{name}.jsonl", LINES[: len(LINES) // 4])
    found = shares(tmp_path, ByteCounter())
    assert found == sorted(found)
    assert found[len(found) // 5] < 0.5
    assert found[len(found) * 4 // 5] > 0.5


def test_an_address_has_no_size_and_what_is_missing_none(tmp_path: Path) -> None:
    byte_counter = ByteCounter()
    byte_counter.expect([Link(Origin("https://g.example/1"), "https://g.example/1")])
    assert (byte_counter.total, byte_counter.bytes_read) == (None, 0)
    byte_counter.expect([Refusal(Origin("a"), "no"), tmp_path / "missing"])
    assert byte_counter.total == 0
