"""One module a format: a file -> the articles in it, strings as found."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from seed.readers import jsonlines, markdown
from seed.readers.desk import Desk
from seed.readers.files import files, printable
from seed.readers.overrides import Overrides
from seed.records import Origin, RawArticle, Refusal

__all__ = ["FORMATS", "Overrides", "read"]

Reader = Callable[[BinaryIO, str, Desk], Iterator[RawArticle | Refusal]]

FORMATS: dict[str, Reader] = {
    ".md": markdown.read,
    ".jsonl": jsonlines.read,
    ".ndjson": jsonlines.read,
}
"""Reader by file suffix. Adding a format is one module and one line here."""


def read(paths: Iterable[Path], *, overrides: Overrides) -> Iterator[RawArticle | Refusal]:
    """The articles in files and folders, one at a time, and a refusal for each record that cannot be taken."""
    given: dict[str, object] = {"published": overrides.date, "source": overrides.source}
    desk = Desk({name: value for name, value in given.items() if value is not None})
    for path in files(paths):
        if isinstance(path, Refusal):
            yield path
        else:
            yield from _read_file(path, desk)


def _read_file(path: Path, desk: Desk) -> Iterator[RawArticle | Refusal]:
    origin = Origin(printable(path))
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        yield Refusal(origin, f"the format {path.suffix!r} is not read: wanted one of {', '.join(FORMATS)}")
        return
    try:
        with path.open("rb") as stream:
            yield from reader(stream, origin.path, desk)
    except OSError as error:
        yield Refusal(origin, f"cannot be read: {error.strerror or error}")
