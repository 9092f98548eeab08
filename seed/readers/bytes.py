"""From bytes to text, never more than one record at a time."""

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
