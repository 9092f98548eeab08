"""From bytes to text, never more than one record at a time."""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

Line = tuple[int, bytes | None]

_END = re.compile(rb"\r\n?|\n")


class UnreadableError(ValueError):
    """A file that is not read to its end, and why."""


LINE_LIMIT = 10_000_000
"""Bytes of one record. A long book has a tenth of it; more is no article but a mistake."""

MOST_BLANK = 100_000
"""Lines on end that hold nothing; a bomb has a thousand times as many, and each takes time."""

LONGEST_LINE = 100 * LINE_LIMIT
"""Bytes after which a line is not passed over but ends the reading: an archive can hold one of any length."""


def lines(stream: BinaryIO, *, blank: Callable[[bytes], bool] = lambda line: not line.strip()) -> Iterator[Line]:
    r"""Each line with its number (from 1); None stands for a line longer than `LINE_LIMIT`. `\r` ends one, too.

    Raises UnreadableError after `MOST_BLANK` lines on end that are `blank`, or a line longer than `LONGEST_LINE`.
    """
    empty = 0
    for number, line in enumerate(_lines(stream), start=1):
        empty = empty + 1 if line is not None and blank(line) else 0
        if empty > MOST_BLANK:
            raise UnreadableError(f"more than {MOST_BLANK} blank lines on end: wanted records")
        yield number, line


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    rest = b""
    while chunk := rest + stream.readline(LINE_LIMIT + 1 - len(rest)):
        # What follows a "\r" at the end of what was cut may be its "\n".
        cut = len(chunk) > LINE_LIMIT and not chunk.endswith(b"\n")
        start = 0
        # In nearly all lines there is no "\r" to look for.
        for end in _END.finditer(chunk, 0, len(chunk) - cut) if b"\r" in chunk else ():
            yield chunk[start : end.end()]
            start = end.end()
        rest = chunk[start:]
        if not cut:
            yield from filter(None, [rest])
            rest = b""
        elif start == 0:
            yield None
            rest = _behind(rest, stream)


def _behind(line: bytes, stream: BinaryIO) -> bytes:
    """What was read already of the line behind one that is passed over."""
    passed = 0
    while line:
        line += stream.read(1) if line.endswith(b"\r") else b""
        if end := _END.search(line):
            return line[end.end() :]
        passed += len(line)
        if passed > LONGEST_LINE:
            raise UnreadableError(f"a line is longer than {LONGEST_LINE} bytes: the rest of the file is not read")
        line = stream.readline(LINE_LIMIT)
    return b""


def whole(stream: BinaryIO) -> str:
    """The text of a file that is one record, its line ends unified; raises ValueError if it is none."""
    return decoded(limited(stream)).replace("\r\n", "\n").replace("\r", "\n")


def limited(stream: BinaryIO) -> bytes:
    """The bytes of a file that is one record; raises ValueError if they are too many."""
    content = stream.read(LINE_LIMIT + 1)
    if len(content) > LINE_LIMIT:
        raise ValueError(f"the file is too long: wanted at most {LINE_LIMIT} bytes a record")
    return content


def decoded(content: bytes) -> str:
    """UTF-8 as text, without a byte order mark; raises ValueError naming the first byte that is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = content[error.start]
        raise ValueError(f"byte 0x{byte:02x} at {error.start} is not UTF-8: wanted text in UTF-8") from None


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # Before UTF-16, whose mark begins the same way.
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def marked_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark at the beginning names."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


_TEXT_CODECS = re.compile(
    r"ascii|utf-(8|16|32)(-[bl]e)?|iso(8859|2022)[-_].*|cp\d+|koi8-[rtu]|gb\w*|big5\w*|euc_\w+|shift_jis\w*|mac-\w+|johab"
    r"|hz|tis.620"
)
"""Encodings of text, by Python's names for them; it knows others, some of which take long over hostile bytes."""


def text_encoding(declared: str) -> str | None:
    """Python's name of a declared encoding; None if it is none of text, or UTF-7, which no browser reads either."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return None
    return name if _TEXT_CODECS.fullmatch(name) else None


def in_utf8(stream: BinaryIO, encoding: str) -> BinaryIO:
    """The same text in UTF-8; reading it raises UnreadableError where bytes are not of the encoding."""
    return io.BufferedReader(_InUtf8(stream, encoding))


class _InUtf8(io.RawIOBase):
    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - the base class says no more of it
        while not self._ready and not self._ended:
            content = self._stream.read(65_536)
            self._ended = not content
            try:
                text = self._decoder.decode(content, final=self._ended)
            except UnicodeDecodeError as error:
                raise UnreadableError(
                    f"byte 0x{error.object[error.start]:02x} is not {self._encoding}: wanted text in {self._encoding}"
                ) from None
            self._ready = text.encode("utf-8", "surrogatepass")
        view = memoryview(buffer)
        count = min(len(view), len(self._ready))
        view[:count], self._ready = self._ready[:count], self._ready[count:]
        return count


def beginning(head: bytes) -> str:
    """How a file begins, as text to tell its format by; bytes that are no text are replaced."""
    return head.decode(marked_encoding(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n\f")
