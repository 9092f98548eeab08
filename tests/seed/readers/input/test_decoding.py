"""Lines with any line end, one at a time, within bounds."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seed.readers.input import decoding
from seed.readers.input.decoding import (
    MAX_RECORD_BYTES,
    UnreadableError,
    head_encoding,
    read_lines,
    suggest_encoding,
    text_codec_name,
)


class Endless(io.RawIOBase):
    """An endless file without line ends."""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # The base class says no more of it.
        view[:] = bytes(len(view))
        return len(view)


@example(b"aaaaa\ra\na", 4)
@given(
    st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r", b"\r\n", b" "]), max_size=40).map(b"".join), st.integers(1, 9)
)
def test_a_line_ends_where_text_says_it_does(content: bytes, limit: int) -> None:
    """Lines are those of `splitlines`, however small the limit; longer ones are skipped."""
    wanted = [line if len(line.rstrip(b"\r\n")) <= limit else None for line in content.splitlines(keepends=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "MAX_RECORD_BYTES", limit)
        found = [line for _, line in read_lines(io.BytesIO(content))]
    assert len(found) == len(wanted)
    for got, line in zip(found, wanted, strict=True):
        # A line as long as the limit may be skipped because of its two line ends.
        assert got == line or (got is None and line is not None and len(line) > limit)


def test_a_line_that_a_full_chunk_cuts_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_RECORD_BYTES", 3)
    assert [line for _, line in read_lines(io.BytesIO(b"a\rbcd"))] == [b"a\r", b"bcd"]


def test_endless_blank_lines_abort_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is lower here; a table is tested with the limit of 100,000 lines."""
    monkeypatch.setattr(decoding, "MAX_BLANK_LINES", 1000)
    for blank in (b"\n", b"\r", b" \r\n"):
        good = list(read_lines(io.BytesIO(blank * 1000 + b"a" + blank * 1000)))
        assert good[-1] == (2000, blank)
        with pytest.raises(UnreadableError, match="more than 1000 consecutive blank lines: expected records"):
            list(read_lines(io.BytesIO(blank * 1001)))
    with pytest.raises(UnreadableError, match="blank lines"):
        list(read_lines(io.BytesIO(b"#\n" * 1001), is_blank=lambda line: line.startswith(b"#")))


def test_an_endless_line_aborts_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_SKIPPED_LINE_BYTES", 2 * MAX_RECORD_BYTES)
    found = read_lines(io.BufferedReader(Endless(), MAX_RECORD_BYTES))
    assert next(found) == (1, None)
    with pytest.raises(UnreadableError, match=f"a line is longer than {2 * MAX_RECORD_BYTES} bytes"):
        next(found)


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("Windows-1251", "cp1251"),
        ("utf8", "utf-8"),
        ("Shift_JIS", "shift_jis"),
        ("utf-7", None),
        ("punycode", None),
        ("bz2", None),
        ("no-such", None),
        ("a\0b", None),
    ],
)
def test_only_encodings_of_text_are_read(declared: str, name: str | None) -> None:
    assert text_codec_name(declared) == name


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1252", "Le président français a été reçu à l’Élysée – “Bonjour”"),
        ("windows-1252", "Café"),
        ("windows-1252", "It’s 5 € – “hello”"),
        ("windows-1252", "el señor Niño: «ya está…»"),
        ("macintosh", "Le président français a été reçu à l’Élysée – “Bonjour”"),
        ("windows-1251", "Паром снова ходит на остров Сула"),
        ("koi8-r", "Паром снова ходит на остров Сула"),
        ("windows-1250", "Łódź: mieszkańcy żądają wyjaśnień, święto"),
        ("windows-1253", "Το πλοίο φτάνει στο νησί"),
        ("windows-1256", "العبارة تعود إلى الجزيرة"),
        ("cp850", "Fähre nach Müßig, début"),
        ("gb18030", "渡轮恢复航行"),
        ("shift_jis", "フェリーが再開"),
    ],
)
def test_the_encoding_is_suggested_in_which_the_text_reads_best(encoding: str, text: str) -> None:
    content = text.encode(encoding)
    position = next(index for index, byte in enumerate(content) if byte > 127)
    hint = suggest_encoding(content, position)
    assert hint.startswith(f", or --encoding {encoding} if '")
    assert hint.endswith("' is right")
    shown = hint.removeprefix(f", or --encoding {encoding} if '").removesuffix("' is right")
    assert shown in text


def test_nothing_is_suggested_for_damage() -> None:
    content = "„Fähre“ – nach Müßig".encode()
    damaged = content.replace("ü".encode(), b"\xfc")
    assert suggest_encoding(damaged, damaged.index(b"\xfc")) == ""
    assert suggest_encoding(b"a\xff\xfe\x81b", 1) == ", or --encoding with the name of its encoding"


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("title,text\r\n一,A\u200d 🛥\n".encode("utf-16-le"), "utf-16-le"),
        ('[{"title": "Паром"'.encode("utf-16-be"), "utf-16-be"),
        ('[{"title": "Паром"'.encode("utf-16-le") + b"x", "utf-16-le"),
        ("🛥🛥a".encode("utf-16-le")[:6], None),
        ("ab🛥".encode("utf-16-le")[:6], "utf-16-le"),
        ("ab".encode("utf-16-le") + b"\x00\xdcx\0", None),
        (b"a\0b\0\x05\0\x01\0", None),
        (b"\0\0\0\0", None),
        (b"a\0", None),
        (b"title", None),
        (b"", None),
        ("title".encode("utf-16"), "utf-16"),
    ],
)
def test_utf_16_is_recognized_without_a_mark(head: bytes, encoding: str | None) -> None:
    assert head_encoding(head) == encoding
