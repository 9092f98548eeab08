"""One module a format: a file -> the articles in it, strings as found."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

from seed.readers import jsonlines, markdown, page, urls
from seed.readers.desk import Desk
from seed.readers.facts import Fact, load_facts
from seed.readers.files import files, printable
from seed.readers.overrides import Manifest, Overrides, load_manifest
from seed.readers.sources import LEXICON, Sources, load_sources
from seed.records import Link, Origin, RawArticle, Refusal

__all__ = ["FORMATS", "Overrides", "desk_for", "read"]

Reader = Callable[[BinaryIO, str, Desk], Iterator[RawArticle | Refusal | Link]]
DeskOf = Callable[[Path], Desk]

FORMATS: dict[str, Reader] = {
    ".md": markdown.read,
    ".jsonl": jsonlines.read,
    ".ndjson": jsonlines.read,
    ".txt": page.read,
    ".urls": urls.read,
}
"""Reader by file suffix. Adding a format is one module and one line here."""

NAMED: dict[str, Reader] = {"urls": urls.read}
"""Reader by the name that `--format` forces."""


def read(
    paths: Iterable[Path | Link], *, overrides: Overrides, lexicon: Iterable[Path] = (), form: str | None = None
) -> Iterator[RawArticle | Refusal | Link]:
    """The articles in files and folders, one record in memory at a time, and a refusal for each that can't be taken.

    Links among the paths, and those that files list, come out as they are. `lexicon` are folders whose sources and
    facts add to those that ship, `form` is the one format to take everything for. Raises ValueError at once if
    `overrides`, `form` or the data are wrong.
    """
    paths = tuple(paths)
    forced = None if form is None else _named(form)
    sources, facts = _data(LEXICON, *lexicon)
    options, manifest = overrides.options(), _manifest(overrides.manifest, paths)
    return _read(
        _files(paths, overrides.manifest),
        lambda path: Desk({**options, **manifest.given(path)}, sources, facts),
        forced,
    )


def desk_for(overrides: Overrides, lexicon: Iterable[Path] = ()) -> Desk:
    """What readers have at hand for what is no file; raises ValueError as `read` does."""
    return Desk(overrides.options(), *_data(LEXICON, *lexicon))


def _named(form: str) -> Reader:
    if form not in NAMED:
        raise ValueError(f"--format is {form!r}: wanted one of {', '.join(NAMED)}")
    return NAMED[form]


@cache
def _data(*folders: Path) -> tuple[Sources, tuple[Fact, ...]]:
    """Outlets and facts, read once a process: many small calls would spend their time on nothing else."""
    return load_sources(*folders), load_facts(*folders)


def _manifest(path: Path | None, paths: Iterable[Path | Link]) -> Manifest:
    if path is None:
        return Manifest()
    manifest = load_manifest(path)
    manifest.check(found for found in _files(paths, path) if isinstance(found, Path))
    return manifest


def _files(paths: Iterable[Path | Link], manifest: Path | None) -> Iterator[Path | Refusal | Link]:
    """The manifest often lies beside the files that it speaks of; it is none of them."""
    beside = manifest and manifest.absolute()
    for place in paths:
        for found in (place,) if isinstance(place, Link) else files([place]):
            if not isinstance(found, Path) or found.absolute() != beside:
                yield found


def _read(
    found: Iterable[Path | Refusal | Link], desk_of: DeskOf, forced: Reader | None
) -> Iterator[RawArticle | Refusal | Link]:
    for path in found:
        if isinstance(path, Path):
            yield from _read_file(path, desk_of, forced)
        else:
            yield path


def _read_file(path: Path, desk_of: DeskOf, forced: Reader | None) -> Iterator[RawArticle | Refusal | Link]:
    origin = Origin(printable(path))
    reader = forced or FORMATS.get(path.suffix.lower())
    if reader is None:
        yield Refusal(origin, f"the format {path.suffix!r} is not read: wanted one of {', '.join(FORMATS)}")
        return
    try:
        with path.open("rb") as stream:
            if reader is page.read and urls.lists_urls(stream):
                reader = urls.read
            yield from reader(stream, origin.path, desk_of(path))
    except OSError as error:
        yield Refusal(origin, f"cannot be read: {error.strerror or error}")
