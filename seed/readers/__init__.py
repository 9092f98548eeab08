"""One module a format: a file -> the articles in it, strings as found."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

from seed.readers import jsonlines, markdown, page
from seed.readers.desk import Desk
from seed.readers.facts import Fact, load_facts
from seed.readers.files import files, printable
from seed.readers.overrides import Manifest, Overrides, load_manifest
from seed.readers.sources import LEXICON, Sources, load_sources
from seed.records import Origin, RawArticle, Refusal

__all__ = ["FORMATS", "Overrides", "read"]

Reader = Callable[[BinaryIO, str, Desk], Iterator[RawArticle | Refusal]]
DeskOf = Callable[[Path], Desk]

FORMATS: dict[str, Reader] = {
    ".md": markdown.read,
    ".jsonl": jsonlines.read,
    ".ndjson": jsonlines.read,
    ".txt": page.read,
}
"""Reader by file suffix. Adding a format is one module and one line here."""


def read(
    paths: Iterable[Path], *, overrides: Overrides, lexicon: Iterable[Path] = ()
) -> Iterator[RawArticle | Refusal]:
    """The articles in files and folders, one record in memory at a time, and a refusal for each that can't be taken.

    `lexicon` are folders whose sources and facts add to those that ship. Raises ValueError at once if `overrides` or
    the data are wrong.
    """
    paths = tuple(paths)
    sources, facts = _data(LEXICON, *lexicon)
    options, manifest = overrides.options(), _manifest(overrides.manifest, paths)
    return _read(
        _files(paths, overrides.manifest), lambda path: Desk({**options, **manifest.given(path)}, sources, facts)
    )


@cache
def _data(*folders: Path) -> tuple[Sources, tuple[Fact, ...]]:
    """Outlets and facts, read once a process: many small calls would spend their time on nothing else."""
    return load_sources(*folders), load_facts(*folders)


def _manifest(path: Path | None, paths: Iterable[Path]) -> Manifest:
    if path is None:
        return Manifest()
    manifest = load_manifest(path)
    manifest.check(found for found in _files(paths, path) if isinstance(found, Path))
    return manifest


def _files(paths: Iterable[Path], manifest: Path | None) -> Iterator[Path | Refusal]:
    """The manifest often lies beside the files that it speaks of; it is none of them."""
    beside = manifest and manifest.absolute()
    return (found for found in files(paths) if isinstance(found, Refusal) or found.absolute() != beside)


def _read(found: Iterable[Path | Refusal], desk_of: DeskOf) -> Iterator[RawArticle | Refusal]:
    for path in found:
        if isinstance(path, Refusal):
            yield path
        else:
            yield from _read_file(path, desk_of)


def _read_file(path: Path, desk_of: DeskOf) -> Iterator[RawArticle | Refusal]:
    origin = Origin(printable(path))
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        yield Refusal(origin, f"the format {path.suffix!r} is not read: wanted one of {', '.join(FORMATS)}")
        return
    try:
        with path.open("rb") as stream:
            yield from reader(stream, origin.path, desk_of(path))
    except OSError as error:
        yield Refusal(origin, f"cannot be read: {error.strerror or error}")
