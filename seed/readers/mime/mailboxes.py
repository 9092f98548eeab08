"""Mailboxes in the format mbox (RFC 4155): one message at a time, in the variants that mail programs write."""

import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from seed.readers.mime.parts import read_chunks

# `From ada@harbour.example Mon Mar  4 18:30:00 2019`, with a zone at the end or before the year in some programs.
_SEPARATOR = re.compile(
    rb"From .{0,300}?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b(?=.{0,60}[0-9]:[0-9]{2})(?=.{0,60}\b[0-9]{4}\b)"
)
_FIELD = re.compile(rb"[!-9;-~]{1,80}[ \t]*:|>?From ")
_QUOTED = re.compile(rb">+From ")


def is_separator(line: bytes) -> bool:
    """Return whether a line may begin a message of a mailbox: it ends with a weekday, a time and a year."""
    return line.startswith(b"From ") and _SEPARATOR.match(line) is not None


def split_mailbox(stream: BinaryIO) -> Iterator[Iterator[bytes]]:
    """Yield the lines of each message; they are to be read before the next one, otherwise they are left out.

    A message begins with a line such as `From ada@harbour.example Mon Mar  4 18:30:00 2019` after a blank line and
    before a header field; any other line with `From ` is of a text. One `>` before `From ` is removed, which quotes it.
    """
    chunks = _Chunks(stream)
    while chunks.peek() is not None:
        message = _message(chunks)
        yield message
        for _ in message:
            pass


class _Chunks:
    """The chunks of a mailbox, of which the next two are in view."""

    def __init__(self, stream: BinaryIO) -> None:
        self._chunks = read_chunks(stream)
        self._ahead: deque[bytes | None] = deque()

    def peek(self, distance: int = 0) -> bytes | None:
        """Return the next chunk, or the one after it; None at the end."""
        while len(self._ahead) <= distance:
            self._ahead.append(next(self._chunks, None))
        return self._ahead[distance]

    def drop(self) -> None:
        """Go to the next chunk."""
        self._ahead.popleft()

    def begin_message(self) -> bool:
        """Return whether the next two lines are those that begin a message."""
        line, following = self.peek() or b"", self.peek(1)
        return is_separator(line) and (following is None or _FIELD.match(following) is not None)


def _message(chunks: _Chunks) -> Iterator[bytes]:
    is_first, is_blank, starts = True, False, True
    while (chunk := chunks.peek()) is not None:
        if starts and is_blank and chunk.startswith(b"From ") and chunks.begin_message():
            return
        chunks.drop()
        if not (is_first and is_separator(chunk)):
            yield chunk[1:] if starts and chunk.startswith(b">") and _QUOTED.match(chunk) else chunk
        is_first = False
        is_blank = starts and not chunk.strip(b"\r\n")
        starts = chunk.endswith((b"\n", b"\r"))
