"""One module a format: a file -> the articles in it, strings as found."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from seed.readers.context import ReaderContext
from seed.readers.dates.facts import Fact, load_facts
from seed.readers.formats.url_list import NAME as LIST
from seed.readers.input.archives import Part, parts
from seed.readers.input.byte_counter import ByteCounter
from seed.readers.input.files import files, printable
from seed.readers.inputs import Input, Item, Through, at_once, inputs
from seed.readers.outlets import LEXICON, Sources, load_sources
from seed.readers.overrides import ARCHIVE, Manifest, Overrides, load_manifest
from seed.readers.registry import FORMATS, HEAD, SUFFIXES, suffix_of, told
from seed.records import Link, Origin, Refusal

__all__ = ["FORMATS", "Overrides", "read", "reader_context"]

DeskOf = Callable[[Path], ReaderContext]


def read(
    paths: Iterable[Path | Link],
    *,
    overrides: Overrides,
    lexicon: Iterable[Path] = (),
    through: Through = at_once,
    intake: ByteCounter | None = None,
) -> Iterator[Item]:
    """The articles in files and folders, one record in memory at a time, and a refusal for each that can't be taken.

    Links among the paths, and those that files list, come out as they are. `lexicon` are folders whose sources and
    facts add to those that ship; `through` reads what is read in one go, here or elsewhere, and `intake` counts the
    bytes. Raises ValueError at once if `overrides` or the data are wrong.
    """
    paths = tuple(paths)
    sources, facts = data(LEXICON, *lexicon)
    options, forced, manifest = overrides.options(), overrides.forced(), _manifest(overrides, paths)
    if intake is not None:
        intake.expect(_files(paths, overrides.manifest))
    found = _read(
        _files(paths, overrides.manifest),
        lambda path: ReaderContext({**options, **manifest.given(path)}, sources, facts, *forced),
        intake or ByteCounter(),
    )
    return through(found)


def reader_context(overrides: Overrides, lexicon: Iterable[Path] = ()) -> ReaderContext:
    """What readers have at hand for what is no file; raises ValueError as `read` does.

    Lists of URLs are files: there, to force their format says nothing.
    """
    name, encoding, named = overrides.forced()
    return ReaderContext(
        overrides.options(), *data(LEXICON, *lexicon), None if name == LIST else name, encoding=encoding, paths=named
    )


@cache
def data(*folders: Path) -> tuple[Sources, tuple[Fact, ...]]:
    """Outlets and facts, read once a process: many small calls would spend their time on nothing else."""
    return load_sources(*folders), load_facts(*folders)


def _manifest(overrides: Overrides, paths: Iterable[Path | Link]) -> Manifest:
    if overrides.manifest is None:
        return Manifest()
    manifest = load_manifest(overrides.manifest)
    manifest.check(
        (found for found in _files(paths, overrides.manifest) if isinstance(found, Path)),
        form_of=lambda path: _form(path, overrides.format),
    )
    return manifest


def _form(path: Path, forced: str | None) -> str | None:
    """The format of a file, `ARCHIVE` if it is a zip; what cannot be read is refused when it is read."""
    try:
        with path.open("rb") as stream:
            first = next(parts(stream, path.name, HEAD), None)
            if not isinstance(first, Part):
                return None
            zipped = "!" in first.name.removeprefix(path.name)
            return ARCHIVE if zipped else forced or told(first.head, first.name)
    except OSError:
        return None


def _files(paths: Iterable[Path | Link], manifest: Path | None) -> Iterator[Path | Refusal | Link]:
    """The manifest often lies beside the files that it speaks of; it is none of them."""
    beside = manifest and manifest.absolute()
    for place in paths:
        for found in (place,) if isinstance(place, Link) else files([place]):
            if not isinstance(found, Path) or found.absolute() != beside:
                yield found


def _read(found: Iterable[Path | Refusal | Link], desk_of: DeskOf, intake: ByteCounter) -> Iterator[Item | Input]:
    for path in found:
        if isinstance(path, Path):
            yield from _read_file(path, desk_of, intake)
        else:
            yield path


def _read_file(path: Path, desk_of: DeskOf, intake: ByteCounter) -> Iterator[Item | Input]:
    origin = Origin(printable(path))
    try:
        with intake.opened(path) as stream:
            for part in parts(stream, origin.path, HEAD):
                yield from (part,) if isinstance(part, Refusal) else _inputs(part, desk_of(path))
    except OSError as error:
        yield Refusal(origin, f"cannot be read: {error.strerror or error}")


def read_part(part: Part, context: ReaderContext) -> Iterator[Item]:
    """The articles of a file, or of a file in an archive, whatever its format."""
    return at_once(_inputs(part, context))


def _inputs(part: Part, context: ReaderContext) -> Iterator[Item | Input]:
    name = context.format or told(part.head, part.name)
    if name is None:
        suffix = suffix_of(part.name)
        wanted = f"wanted one of {', '.join(SUFFIXES)}, or --format"
        yield Refusal(Origin(part.name), f"the format {suffix!r} is not read, and the content is of none: {wanted}")
    else:
        yield from inputs(name, part, context)
