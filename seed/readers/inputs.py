"""A file of a known format -> its records; what is read in one go can be read elsewhere, by another process."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.input.archives import Part
from seed.readers.input.decoding import LINE_LIMIT, UnreadableError, in_utf8, marked_encoding
from seed.readers.registry import FORMATS
from seed.records import Link, Origin, RawArticle, Refusal

MOST_REFUSED = 10_000
"""Refusals on end after which a file is of another kind than its reader takes it for."""

Item = RawArticle | Refusal | Link
"""What readers yield."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that is read in one go: the name of its format, its bytes, the name to show, and what to read it with."""

    format: str
    content: bytes
    path: str
    context: ReaderContext

    def read(self) -> Iterator[Item]:
        """The records in it."""
        return _read(self.format, BytesIO(self.content), self.path, self.context)


Through = Callable[[Iterable[Item | Input]], Iterator[Item]]
"""What puts the records in place of the inputs that hold them, in the same order."""


def at_once(items: Iterable[Item | Input]) -> Iterator[Item]:
    """Read each input when its turn comes, in this process."""
    for item in items:
        yield from item.read() if isinstance(item, Input) else (item,)


def inputs(name: str, part: Part, context: ReaderContext) -> Iterator[Item | Input]:
    """A file, or a file in an archive, of the format of that name: an input, or else the records of its stream."""
    encoding = context.encoding or marked_encoding(part.head)
    stream = part.stream if encoding in {None, "utf-8-sig"} else in_utf8(part.stream, str(encoding))
    if not FORMATS[name].whole:
        yield from _read(name, stream, part.name, context)
        return
    try:
        # One byte more than it may have: its reader says that it is too long.
        yield Input(name, stream.read(LINE_LIMIT + 1), part.name, context)
    except UnreadableError as error:
        yield Refusal(Origin(part.name), str(error))


def read_as(name: str, part: Part, context: ReaderContext) -> Iterator[Item]:
    """The articles of a file, or of a file in an archive, which is of the format of that name."""
    return at_once(inputs(name, part, context))


def _read(name: str, stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[Item]:
    try:
        yield from _while_any_is_good(FORMATS[name].read(stream, path, context))
    except UnreadableError as error:
        yield Refusal(Origin(path), str(error))


def _while_any_is_good(items: Iterable[Item]) -> Iterator[Item]:
    bad = 0
    for item in items:
        yield item
        bad = bad + 1 if isinstance(item, Refusal) else 0
        if bad == MOST_REFUSED:
            raise UnreadableError(f"{bad} records on end were refused: the rest of the file is not read")
