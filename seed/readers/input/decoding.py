"""Decode bytes to text, at most one record at a time."""

import codecs
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

Line = tuple[int, bytes | None]

_LINE_END = re.compile(rb"\r\n?|\n")


class UnreadableError(ValueError):
    """A file that is not read to its end, and why."""


MAX_RECORD_BYTES = 10_000_000
"""Maximum size of one record in bytes. A long book has a tenth; anything larger is a mistake, not an article."""

MAX_RECORD_LINES = 100_000
"""Maximum number of lines in a record of a press database or RIS; the longest reports have a hundredth."""

MAX_BLANK_LINES = 100_000
"""Maximum number of consecutive blank lines; a bomb has a thousand times as many, and each takes time."""

MAX_SKIPPED_LINE_BYTES = 100 * MAX_RECORD_BYTES
"""Maximum size of a skipped line in bytes. A longer line aborts the file: an archive can hold one of any length."""


def read_lines(
    stream: BinaryIO, *, is_blank: Callable[[bytes], bool] = lambda line: not line.strip()
) -> Iterator[Line]:
    r"""Yield each line, ended by any of three line ends, with its number from 1; None replaces an overlong one.

    A line is overlong if it has more than `MAX_RECORD_BYTES`. Raise UnreadableError after `MAX_BLANK_LINES`
    consecutive lines for which `is_blank` is true, or at a line of more than `MAX_SKIPPED_LINE_BYTES`.
    """
    blank_count = 0
    for number, line in enumerate(_split_lines(stream), start=1):
        blank_count = blank_count + 1 if line is not None and is_blank(line) else 0
        if blank_count > MAX_BLANK_LINES:
            raise UnreadableError(f"more than {MAX_BLANK_LINES} consecutive blank lines: expected records")
        yield number, line


def _split_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    remaining = b""
    while chunk := remaining + stream.readline(MAX_RECORD_BYTES + 1 - len(remaining)):
        # The character after a "\r" at the end of a cut chunk may be its "\n".
        is_cut = len(chunk) > MAX_RECORD_BYTES and not chunk.endswith(b"\n")
        start = 0
        # Nearly all lines have no "\r"; what follows an overlong line may have any line end.
        has_ends = b"\r" in chunk or b"\n" in remaining
        for end in _LINE_END.finditer(chunk, 0, len(chunk) - is_cut) if has_ends else ():
            yield chunk[start : end.end()]
            start = end.end()
        remaining = chunk[start:]
        if not is_cut:
            yield from filter(None, [remaining])
            remaining = b""
        elif start == 0:
            yield None
            remaining = _skip_line(remaining, stream)


def _skip_line(line: bytes, stream: BinaryIO) -> bytes:
    """Skip the rest of an overlong line and return the bytes already read of the next one."""
    skipped = 0
    while line:
        line += stream.read(1) if line.endswith(b"\r") else b""
        if end := _LINE_END.search(line):
            return line[end.end() :]
        skipped += len(line)
        if skipped > MAX_SKIPPED_LINE_BYTES:
            raise UnreadableError(
                f"a line is longer than {MAX_SKIPPED_LINE_BYTES} bytes: the rest of the file is not read"
            )
        line = stream.readline(MAX_RECORD_BYTES)
    return b""


def read_text(stream: BinaryIO) -> str:
    """Return the text of a one-record file with unified line ends; raise ValueError if it is too long or not UTF-8."""
    return decode_utf8(read_bytes(stream)).replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(stream: BinaryIO) -> bytes:
    """Return the bytes of a one-record file; raise ValueError if there are too many."""
    content = stream.read(MAX_RECORD_BYTES + 1)
    if len(content) > MAX_RECORD_BYTES:
        raise ValueError(f"the file is too long: expected at most {MAX_RECORD_BYTES} bytes per record")
    return content


def decode_utf8(content: bytes, *, is_start: bool = True) -> str:
    """Decode UTF-8; raise ValueError naming the first invalid byte, and the encoding in which it would be text.

    A byte order mark is dropped at the start of a file; anywhere else, U+FEFF is a character of the text.
    """
    try:
        return content.decode("utf-8-sig" if is_start else "utf-8")
    except UnicodeDecodeError as error:
        byte = content[error.start]
        wanted = f"expected text in UTF-8{suggest_encoding(content, error.start)}"
        raise ValueError(f"byte 0x{byte:02x} at {error.start} is not UTF-8: {wanted}") from None


SUGGESTED_ENCODINGS = (
    *("windows-1252", "macintosh", "windows-1250", "windows-1251", "koi8-r", "windows-1253", "windows-1254"),
    *("windows-1255", "windows-1256", "cp850", "gb18030", "shift_jis", "euc-kr", "big5"),
)
"""Encodings in which programs write tables, the most common first."""

_SAMPLE_BYTES = 200
_PREVIEW_LENGTH = 24
_MIN_PLAUSIBILITY = 0.8
_QUOTES = "“„‘‚«‹”’»›"


def suggest_encoding(content: bytes, position: int) -> str:
    """Return a hint at the option `--encoding` for bytes that are not UTF-8 at a position.

    It shows how the text would read in the most plausible encoding, because only a person can tell whether that is
    right: the same bytes are text in many encodings. Among text in UTF-8, a bad byte is damage: nothing is suggested.
    """
    start = max(0, position - _SAMPLE_BYTES)
    sample = content[start : position + _SAMPLE_BYTES]
    as_utf8 = sample.decode("utf-8", "replace")
    if sum(char > "\x7f" for char in as_utf8) > 2 * as_utf8.count("\ufffd"):
        return ""
    readings = ((name, sample.decode(name, "replace")) for name in SUGGESTED_ENCODINGS)
    name, text = max(readings, key=lambda reading: _plausibility(reading[1]))
    if _plausibility(text) < _MIN_PLAUSIBILITY:
        return ", or --encoding with the name of its encoding"
    before = len(content[start:position].decode(name, "replace"))
    preview = " ".join(text[max(0, before - _PREVIEW_LENGTH) : before + _PREVIEW_LENGTH].split())
    return f", or --encoding {name} if {preview!r} is right"


def _plausibility(text: str) -> float:
    """Return how much the characters outside ASCII look like letters and punctuation of a text, on average."""
    padded = f" {text} "
    scores = [
        _plausibility_between(padded[index], char, padded[index + 2])
        for index, char in enumerate(text)
        if char > "\x7f"
    ]
    return sum(scores) / len(scores)


def _plausibility_between(before: str, char: str, after: str) -> int:
    """Return how plausible a character outside ASCII is between two others."""
    if char.isalpha():
        return _plausibility_of_letter(before, char, after)
    if char in _QUOTES:
        return -1 if before.isalnum() and after.isalnum() and char != "’" else 2
    is_odd = before.isalpha() or after.isalpha() or not char.isprintable() or char == "\ufffd"
    return 2 if char in "–—…" else 0 if char.isspace() else -3 if is_odd else 0


def _plausibility_of_letter(before: str, char: str, after: str) -> int:
    neighbours = [letter for letter in (before, after) if letter.isalpha()]
    if char >= "\u3040":  # The scripts of East Asia.
        is_odd = any(letter.isascii() for letter in neighbours) or "\uff61" <= char <= "\uff9f"
        return -3 if is_odd else 3 if char <= "\u30ff" else 2
    if any(_script(letter) != _script(char) for letter in neighbours) or (before.islower() and char.isupper()):
        return -3
    # Latin words have letters of ASCII, too.
    is_odd = _script(char) == 0 and not any(map(str.isascii, neighbours))
    return 0 if not neighbours else -1 if is_odd else 2


def _script(letter: str) -> int:
    """Return a number that is different for letters of Latin, Greek, Cyrillic and later scripts."""
    return sum(letter >= first for first in ("\u0370", "\u0400", "\u0530", "\u0600"))


_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # Before UTF-16, whose mark has the same first bytes.
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def bom_encoding(head: bytes) -> str | None:
    """Return the encoding that a leading byte order mark indicates."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)), None)


def head_encoding(head: bytes) -> str | None:
    """Return the encoding of a file that begins with these bytes: by its byte order mark, or UTF-16 without one.

    No other text has a zero in every other of its first bytes, and is text in UTF-16 as well.
    """
    marked = bom_encoding(head)
    if marked is not None:
        return marked
    for encoding, low, high in (("utf-16-le", 0, 1), ("utf-16-be", 1, 0)):
        if head[high:4:2] == b"\0\0" and head[low:4:2].isascii() and _is_text(head[: len(head) // 2 * 2], encoding):
            return encoding
    return None


def _is_text(head: bytes, encoding: str) -> bool:
    """Return whether the beginning of a file has only characters of texts in an encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char.isspace() or unicodedata.category(char) == "Cf" for char in text)


_TEXT_CODECS = re.compile(
    r"ascii|utf-(8|16|32)(-[bl]e)?|iso(8859|2022)[-_].*|cp\d+|koi8-[rtu]|gb\w*|big5\w*|euc_\w+|shift_jis\w*|mac-\w+|johab"
    r"|hz|tis.620"
)
"""Python's names of text encodings; it knows other codecs, some of which take long on hostile bytes."""


def text_codec_name(declared: str) -> str | None:
    """Return Python's name of a declared encoding; None for codecs that are not of text, and UTF-7."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return None
    return name if _TEXT_CODECS.fullmatch(name) else None


def transcode_to_utf8(stream: BinaryIO, encoding: str) -> BinaryIO:
    """Return the stream transcoded to UTF-8; reading invalid bytes raises UnreadableError."""
    return io.BufferedReader(_Utf8Stream(stream, encoding))


class _Utf8Stream(io.RawIOBase):
    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - the base class declares no narrower type
        while not self._ready and not self._ended:
            content = self._stream.read(65_536)
            self._ended = not content
            try:
                text = self._decoder.decode(content, final=self._ended)
            except UnicodeDecodeError as error:
                raise UnreadableError(
                    f"byte 0x{error.object[error.start]:02x} is not {self._encoding}: expected text in {self._encoding}"
                ) from None
            self._ready = text.encode("utf-8", "surrogatepass")
        view = memoryview(buffer)
        count = min(len(view), len(self._ready))
        view[:count], self._ready = self._ready[:count], self._ready[count:]
        return count


def decode_head(head: bytes) -> str:
    """Decode the first bytes of a file for format detection, replacing what is not text."""
    return head.decode(head_encoding(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n\f\x1e")
