"""Read articles from files: one module per format, field values as they are in the file."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.dates.facts import Fact, load_facts
from seed.readers.fetched import CaptureTask
from seed.readers.fields.recipe_files import RECIPE_FOLDER, load_recipes
from seed.readers.formats.url_list import URL_LIST as LIST
from seed.readers.input.archives import InputFile, unpack
from seed.readers.input.byte_counter import ByteCounter
from seed.readers.input.decoding import decode_head
from seed.readers.input.files import printable, walk_files
from seed.readers.inputs import ReadTask, TaskRunner, read_or_defer, run_inline
from seed.readers.outlets import DATA_FOLDER, Sources, load_sources
from seed.readers.overrides import ARCHIVE, Manifest, Overrides, load_manifest
from seed.readers.registry import FORMAT_BY_SUFFIX, FORMATS, HEAD_BYTES, detect_format, suffix_of
from seed.records import Link, NoArticle, Origin, ReadItem, Refusal, SkippedFiles

__all__ = ["FORMATS", "Overrides", "read_paths", "reader_context"]

MAY_BE_EMPTY = frozenset({"csv", "json-lines", "mbox", LIST})
"""The formats of lines and mailboxes: an empty file has none of them; an empty file of another format is broken."""

ContextFactory = Callable[[Path], ReaderContext]


def read_paths(  # noqa: PLR0913 - the last four have defaults
    paths: Iterable[Path | Link],
    *,
    overrides: Overrides,
    lexicon: Iterable[Path] = (),
    recipes: Iterable[Path] = (),
    run_tasks: TaskRunner = run_inline,
    byte_counter: ByteCounter | None = None,
) -> Iterator[ReadItem]:
    """Yield the articles in files and folders, one record in memory at a time, and a refusal for each unusable one.

    Links among the paths, and links that files list, are yielded unchanged. `lexicon` are folders whose sources and
    facts add to the shipped ones, `recipes` those whose recipes come before them; `run_tasks` reads the files that are
    read in one go, in this process or another; `byte_counter` counts the bytes read. Raise ValueError before anything
    is read if `overrides`, the lexicon data or a recipe are invalid.
    """
    paths = tuple(paths)
    sources, facts = load_lexicon_data(DATA_FOLDER, *lexicon)
    known_recipes = load_recipes(RECIPE_FOLDER, *recipes)
    options, forced, manifest = overrides.options(), overrides.forced(), _manifest(overrides, paths)
    if byte_counter is not None:
        byte_counter.expect(_files(paths, overrides.manifest))
    items = _read_entries(
        _files(paths, overrides.manifest),
        lambda path: ReaderContext(
            {**options, **manifest.values_for(path)}, sources, facts, *forced, recipes=known_recipes
        ),
        byte_counter or ByteCounter(),
    )
    return run_tasks(items)


def reader_context(overrides: Overrides, lexicon: Iterable[Path] = (), recipes: Iterable[Path] = ()) -> ReaderContext:
    """Return the context for documents that are not files; raise ValueError as `read_paths` does.

    A forced format of URL lists is ignored, because only files can be such lists.
    """
    forced = overrides.forced()
    return ReaderContext(
        overrides.options(),
        *load_lexicon_data(DATA_FOLDER, *lexicon),
        None if forced.format == LIST else forced.format,
        encoding=forced.encoding,
        paths=forced.paths,
        strict=forced.strict,
        sheets=forced.sheets,
        recipes=load_recipes(RECIPE_FOLDER, *recipes),
    )


@cache
def load_lexicon_data(*folders: Path) -> tuple[Sources, tuple[Fact, ...]]:
    """Return outlets and facts, loaded once per process, as callers may have many small inputs."""
    return load_sources(*folders), load_facts(*folders)


def _manifest(overrides: Overrides, paths: Iterable[Path | Link]) -> Manifest:
    if overrides.manifest is None:
        return Manifest()
    manifest = load_manifest(overrides.manifest)
    manifest.check(
        (path for path in _files(paths, overrides.manifest) if isinstance(path, Path)),
        format_of=lambda path: _format_of(path, overrides.format),
    )
    return manifest


def _format_of(path: Path, forced: str | None) -> str | None:
    """Return the format of a file, `ARCHIVE` for a zip, None if the file cannot be read; reading then refuses it."""
    try:
        with path.open("rb") as stream:
            unpacked = unpack(stream, path.name, HEAD_BYTES)
            file = next((item for item in unpacked if not isinstance(item, SkippedFiles | NoArticle)), None)
            if not isinstance(file, InputFile):
                return None
            zipped = "!" in file.name.removeprefix(path.name)
            return ARCHIVE if zipped else forced or detect_format(file.head, file.name)
    except OSError:
        return None


def _files(paths: Iterable[Path | Link], manifest: Path | None) -> Iterator[Path | Refusal | Link | SkippedFiles]:
    """Yield the files and links of all paths without the manifest, which is often in the same folder as its files."""
    manifest_path = manifest and manifest.absolute()
    for path in paths:
        for entry in (path,) if isinstance(path, Link) else walk_files([path]):
            if not isinstance(entry, Path) or entry.absolute() != manifest_path:
                yield entry


def _read_entries(
    entries: Iterable[Path | Refusal | Link | SkippedFiles], context_for: ContextFactory, byte_counter: ByteCounter
) -> Iterator[ReadItem | ReadTask]:
    for path in entries:
        if isinstance(path, Path):
            yield from _read_file(path, context_for, byte_counter)
        elif isinstance(path, SkippedFiles):
            byte_counter.skip(path)
        else:
            yield path


def _read_file(path: Path, context_for: ContextFactory, byte_counter: ByteCounter) -> Iterator[ReadItem | ReadTask]:
    origin = Origin(printable(path))
    try:
        with byte_counter.open(path) as stream:
            file = None
            for file in unpack(stream, origin.path, HEAD_BYTES):
                if isinstance(file, SkippedFiles):
                    byte_counter.skip(file)
                else:
                    yield from _read_or_defer(file, context_for(path)) if isinstance(file, InputFile) else (file,)
            if file is None:
                yield NoArticle(origin, "the archive holds no file to read")
    except OSError as error:
        yield Refusal(origin, f"cannot be read: {error.strerror or error}")
    except Exception as error:
        yield refuse_unexpected(error, origin, "read")


def _read_or_defer(file: InputFile, context: ReaderContext) -> Iterator[ReadItem | ReadTask]:
    if file.capture is not None:
        yield CaptureTask("html", file.stream.read(), file.name, context, capture=file.capture)
        return
    suffix = suffix_of(file.name)
    kind = None if context.format else file.kind
    if kind is not None and kind.name not in FORMATS:
        yield Refusal(Origin(file.name), kind.reason_to_refuse(suffix))
        return
    name = context.format or (kind.name if kind else detect_format(file.head, file.name))
    if name not in MAY_BE_EMPTY and len(file.head) < HEAD_BYTES and not decode_head(file.head):
        yield Refusal(Origin(file.name), "the file is empty: expected at least one article")
    elif name is None:
        wanted = f"expected one of {', '.join(FORMAT_BY_SUFFIX)}, or --format"
        yield Refusal(
            Origin(file.name),
            f"the format {suffix!r} is not supported, and the content matches no known format: {wanted}",
        )
    else:
        yield from read_or_defer(name, file, context)
