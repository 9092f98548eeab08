"""gzip and zip: streamed within bounds; what is not read is named."""

import gzip
import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.input import archives
from seed.readers.input.archives import MAX_EXPANSION_RATIO, MAX_MEMBERS, MAX_UNPACKED_BYTES, ArchiveError, UnpackBudget
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.records import RawArticle, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.input.test_files import Locked
from tests.seed.readers.only import only_article, only_reason

RECORD = b"---\ntitle: Ferry\nsource: Gazette\n---\nA text."
LINE = b'{"title": "Tide", "source": "Gazette", "text": "A text."}\n'


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content, compress_type=method)
    return file.getvalue()


def said(found: list[RawArticle | Refusal]) -> list[tuple[str, str]]:
    """Return the file name of each item, and its title or the beginning of its reason."""
    return [
        (item.origin.path.rpartition("/")[2], item.title if isinstance(item, RawArticle) else item.reason[:33])
        for item in found
    ]


@pytest.mark.parametrize("name", ["ferry.md.gz", "ferry.gz", "ferry.bin"])
def test_gzip_is_detected_by_its_content(reading: Reading, name: str) -> None:
    article = only_article(reading(name, gzip.compress(RECORD)))
    assert article.title == "Ferry"
    assert article.origin.path.endswith(name.removesuffix(".gz"))


def test_a_zip_holds_any_formats(reading: Reading) -> None:
    content = zipped(("ferry.md", RECORD), ("lines/", b""), ("lines/a.jsonl", LINE * 2), ("note", b"?"), ("e.md", b""))
    assert said(reading("all.zip", content)) == [
        ("all.zip!ferry.md", "Ferry"),
        ("a.jsonl", "Tide"),
        ("a.jsonl", "Tide"),
        ("all.zip!note", "the format '' is not supported, a"),
        ("all.zip!e.md", "the file is empty: expected at le"),
    ]


def test_hidden_members_are_skipped(reading: Reading) -> None:
    content = zipped((".DS_Store", b"x"), ("__MACOSX/._a.md", b"x"), (".git/a.md", RECORD))
    assert reading("a.zip", content) == []
    assert reading("empty.zip", zipped()) == []


def member(name: str, **fields: int) -> zipfile.ZipInfo:
    """Return a member with some of its fields set."""
    info = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


@pytest.mark.parametrize("name", ["../a.md", "/etc/a.md", "b/../../a.md", "..\\a.md", "C:/a.md", "C:\\a.md"])
def test_a_name_that_leads_out_is_refused_and_never_used(reading: Reading, tmp_path: Path, name: str) -> None:
    assert only_reason(reading("a.zip", zipped((name, RECORD)))).startswith("the member's name leads out")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_link_in_a_zip_is_refused(reading: Reading) -> None:
    link = member("a.md", external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert only_reason(reading("a.zip", zipped((link, b"/etc/passwd")))) == "the member is a link: expected a file"


def test_an_encrypted_member_is_refused(reading: Reading) -> None:
    content = bytearray(zipped(("a.md", RECORD), ("b.md", RECORD)))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert said(reading("a.zip", bytes(content))) == [
        ("a.zip!a.md", "the member is encrypted: expected"),
        ("a.zip!b.md", "Ferry"),
    ]


def test_other_compression_methods_are_refused(reading: Reading) -> None:
    reason = only_reason(reading("a.zip", zipped(("a.md", RECORD), method=zipfile.ZIP_LZMA)))
    assert reason == "the member is compressed by method 14: expected stored or deflated"


@pytest.mark.parametrize("outer", [gzip.compress, lambda inner: zipped(("a", inner))])
@pytest.mark.parametrize("inner", [gzip.compress(RECORD), zipped(("a.md", RECORD))])
def test_an_archive_in_an_archive_is_refused(reading: Reading, outer: type, inner: bytes) -> None:
    assert only_reason(reading("a", outer(inner))).startswith("is an archive in an archive, which is not read")


def test_an_office_document_is_no_archive(reading: Reading) -> None:
    content = zipped(("[Content_Types].xml", b"<Types/>"), ("a.md", RECORD))
    assert only_reason(reading("a.odt", content)).startswith("the format '.odt' is not supported")
    assert only_reason(reading("a.docx", content)).startswith("the archive is broken (word/document.xml is missing)")


def test_a_name_is_shown_on_one_line(reading: Reading) -> None:
    (item,) = reading("a.zip", zipped(("a\n\x1b[2J.md", RECORD)))
    assert item.origin.path.endswith("a.zip!a\ufffd\ufffd[2J.md")


BOMB = b" " * (MAX_EXPANSION_RATIO * 200_000)
"""It compresses to a thousandth of its size."""


def zipped_lines(lines: bytes) -> bytes:
    """Return an archive with one member."""
    return zipped(("a.jsonl", lines))


@pytest.mark.parametrize("pack", [gzip.compress, zipped_lines])
def test_a_bomb_is_refused(reading: Reading, pack: Callable[[bytes], bytes]) -> None:
    content = pack(BOMB)
    assert len(content) < MAX_RECORD_BYTES / MAX_EXPANSION_RATIO
    assert any("the archive is a bomb" in str(item) for item in reading("a.jsonl", content))


def test_many_members_share_one_budget(reading: Reading) -> None:
    member = RECORD.replace(b"\n", b" " * 4_000_000 + b"\n", 1)
    found = said(reading("a.zip", zipped(*[(f"{number}.md", member) for number in range(4)])))
    assert [title for _, title in found] == ["Ferry", "Ferry", *["the archive is a bomb: expected a"] * 2]


def test_an_archive_may_not_hold_more_than_the_total() -> None:
    with pytest.raises(ArchiveError, match="the archive contains too much"):
        UnpackBudget(MAX_UNPACKED_BYTES).count(MAX_UNPACKED_BYTES + 1)


@pytest.mark.unmeasured
@pytest.mark.parametrize("pack", [gzip.compress, zipped_lines])
def test_a_broken_archive_is_reported_as_broken(reading: Reading, pack: Callable[[bytes], bytes]) -> None:
    content = pack(LINE * 1_500)
    cut = reading("a.jsonl", content[: len(content) // 2])
    assert isinstance(cut[-1], Refusal)
    assert "the archive is broken" in cut[-1].reason
    spoilt = content[: len(content) // 2] + b"\0\1\2" + content[len(content) // 2 + 3 :]
    assert "the archive is broken" in str(reading("a.jsonl", spoilt)[-1])


def test_an_invalid_local_header_is_refused(reading: Reading) -> None:
    content = bytearray(zipped(("a.md", RECORD), ("b.md", RECORD)))
    content[content.rindex(b"PK\x03\x04")] = 0
    assert said(reading("a.zip", bytes(content))) == [
        ("a.zip!a.md", "Ferry"),
        ("a.zip!b.md", "the archive is broken (Bad magic "),
    ]


@pytest.mark.parametrize("wide", [False, True])
def test_a_list_of_members_that_is_too_long_is_refused(reading: Reading, wide: bool) -> None:
    length = 300 * MAX_MEMBERS + 1
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, length, 0) + b"PK\x06\x07" + b"\0" * 16
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 0xFFFFFFFF if wide else length, 0, 0)
    content = b"PK\x03\x04" + (end64 if wide else b"") + end
    assert only_reason(reading("a.zip", content)).startswith("the archive has too many members")


def test_members_are_counted_whatever_the_archive_states(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one-letter names, six times as many members as allowed would fit into the maximum size."""
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    content = zipped(("a.md", RECORD), ("b.md", RECORD), ("c.md", RECORD))
    lying = bytearray(content)
    lying[-14:-10] = struct.pack("<2H", 1, 1)
    for some in (content, bytes(lying)):
        assert only_reason(reading("a.zip", some)) == "the archive has too many members: expected at most 2"
    assert len(reading("a.zip", zipped(("a.md", RECORD), ("b.md", RECORD)))) == 2


def test_a_manifest_can_name_an_archive(tmp_path: Path) -> None:
    (tmp_path / "a.md.gz").write_bytes(gzip.compress(RECORD))
    (tmp_path / "b.zip").write_bytes(zipped(("b.md", RECORD)))
    (tmp_path / "c.gz").write_bytes(gzip.compress(LINE))
    table = tmp_path / "meta.csv"
    table.write_text("file,title,source\na.md.gz,Other,\nb.zip,,News\n")
    found = read_paths([tmp_path], overrides=Overrides(manifest=table))
    assert [(item.title, item.source) for item in found if isinstance(item, RawArticle)] == [
        ("Other", "Gazette"),
        ("Ferry", "News"),
        ("Tide", "Gazette"),
    ]
    for name in ("b.zip", "c.gz"):
        table.write_text(f"file,title\n{name},Other\n")
        with pytest.raises(ValueError, match="the file holds many articles"):
            read_paths([tmp_path], overrides=Overrides(manifest=table))


def test_a_manifest_can_name_an_unreadable_file(tmp_path: Path) -> None:
    """The file is refused when it is read."""
    (tmp_path / "a.gz").write_bytes(gzip.compress(gzip.compress(RECORD)))
    table = tmp_path / "meta.csv"
    table.write_text("file,title\na.gz,Other\n")
    assert only_reason(list(read_paths([tmp_path], overrides=Overrides(manifest=table)))).startswith(
        "is an archive in an archive"
    )
    locked = Locked(tmp_path / "b.md")
    Path(locked).write_bytes(RECORD)
    table.write_text("file,title\nb.md,Other\n")
    found = list(read_paths([locked], overrides=Overrides(manifest=table)))
    assert only_reason(found) == "cannot be read: Permission denied"
