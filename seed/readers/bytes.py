"""From bytes to text, never more than one record at a time."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

LINE_LIMIT = 10_000_000
"""Bytes of one record. A long book has a tenth of it; more is no article but a mistake."""


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number (from 1); None stands for a line longer than `LINE_LIMIT`."""
    number = 0
    while chunk := stream.readline(LINE_LIMIT + 1):
        number += 1
        if len(chunk) > LINE_LIMIT and not chunk.endswith(b"\n"):
            _pass_over_rest(stream)
            yield number, None
        else:
            yield number, chunk


def _pass_over_rest(stream: BinaryIO) -> None:
    while (chunk := stream.readline(LINE_LIMIT)) and not chunk.endswith(b"\n"):
        pass


def whole(stream: BinaryIO) -> str:
    """The text of a file that is one record, its line ends unified; raises ValueError if it is none."""
    content = stream.read(LINE_LIMIT + 1)
    if len(content) > LINE_LIMIT:
        raise ValueError(f"the file is too long: wanted at most {LINE_LIMIT} bytes a record")
    return decoded(content).replace("\r\n", "\n").replace("\r", "\n")


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


def beginning(head: bytes) -> str:
    """How a file begins, as text to tell its format by; bytes that are no text are replaced."""
    return head.decode(marked_encoding(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n\f")
