"""Read a file of a known format; formats that are read in one go become tasks that a worker process can run."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import BinaryIO

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.input.archives import InputFile
from seed.readers.input.decoding import (
    UnreadableError,
    bom_encoding,
    head_encoding,
    transcode_to_utf8,
)
from seed.readers.input.encoding_labels import codec_of_label
from seed.readers.registry import FORMATS
from seed.records import NoArticle, Origin, RawArticle, ReadItem, Refusal

MAX_CONSECUTIVE_REFUSALS = 10_000
"""Maximum number of consecutive refusals; after more, the file is evidently not of the detected format."""


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A file that is read in one go: format name, content in bytes, the name to show, and the reader's context.

    `notes` are those of the file, for its first article.
    """

    format: str
    content: bytes
    path: str
    context: ReaderContext
    notes: tuple[str, ...] = ()

    def read(self) -> Iterator[ReadItem]:
        """Yield the records of the file."""
        return _read(self.format, BytesIO(self.content), self.path, self.context, self.notes)


TaskRunner = Callable[[Iterable[ReadItem | ReadTask]], Iterator[ReadItem]]
"""Replace tasks by the records they read, keeping the order."""


def run_inline(items: Iterable[ReadItem | ReadTask]) -> Iterator[ReadItem]:
    """Run each task in this process when its turn comes."""
    for item in items:
        yield from item.read() if isinstance(item, ReadTask) else (item,)


def read_or_defer(format_name: str, file: InputFile, context: ReaderContext) -> Iterator[ReadItem | ReadTask]:
    """Yield a task if the format is read in one go, otherwise the records of the stream."""
    forced = context.encoding and (codec_of_label(context.encoding) or context.encoding)
    encoding = None if file.kind else forced or head_encoding(file.head)
    has_mark = bool(forced) or encoding == bom_encoding(file.head)
    notes = () if has_mark else (f"the file has no byte order mark, and was read as {encoding}",)
    stream = file.stream if encoding in {None, "utf-8-sig"} else transcode_to_utf8(file.stream, str(encoding))
    if not FORMATS[format_name].is_buffered:
        yield from _read(format_name, stream, file.name, context, notes)
        return
    try:
        yield ReadTask(format_name, FORMATS[format_name].load(stream), file.name, context, notes)
    except UnreadableError as error:
        yield Refusal(Origin(file.name), str(error))


def read_as_format(format_name: str, file: InputFile, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of a file or archive member of a known format."""
    return run_inline(read_or_defer(format_name, file, context))


def _read(
    format_name: str, stream: BinaryIO, path: str, context: ReaderContext, notes: tuple[str, ...]
) -> Iterator[ReadItem]:
    """Yield the records of a stream; what cannot be read any further is one refusal, after the records before it.

    A stream without records, such as `[]` or a table of only a header, is noted.
    """
    activity = "read"
    item: ReadItem | None = None
    try:
        for item in _stop_after_refusals(FORMATS[format_name].read(stream, path, context)):
            if notes and isinstance(item, RawArticle):
                yield replace(item, notes=(*notes, *item.notes))
                notes = ()
            else:
                yield item
            activity = f"read after {item.origin}"
        if item is None:
            yield NoArticle(Origin(path), "the file holds no article")
    except UnreadableError as error:
        yield Refusal(Origin(path), str(error))
    except Exception as error:
        yield refuse_unexpected(error, Origin(path), activity)


def _stop_after_refusals(items: Iterable[ReadItem]) -> Iterator[ReadItem]:
    refused = 0
    for item in items:
        yield item
        refused = refused + 1 if isinstance(item, Refusal) else 0
        if refused == MAX_CONSECUTIVE_REFUSALS:
            raise UnreadableError(f"{refused} consecutive records were refused: the rest of the file is not read")
