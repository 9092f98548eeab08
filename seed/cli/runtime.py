"""What the commands that write or extract share: the engine, the lexicon, worker processes, printed refusals."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import typer
from sqlalchemy import Engine

from app.server.process import exempt_startup_objects
from app.settings import read_settings
from app.stores import store_of
from seed.cli.database import database_reader
from seed.cli.output import is_verbose, print_message, print_note
from seed.cli.progress import LINE_INTERVAL_SECONDS, Progress
from seed.corrections.file import corrections_path, read_decisions
from seed.extract.annotator import Annotator
from seed.extract.extractor_id import extractor_id
from seed.extract.lexicon.lexicon import LEXICON_FOLDER, load_lexicon
from seed.maintenance.database import open_writer
from seed.pipeline.context import Resources
from seed.pipeline.workers import Workers, start_workers
from seed.publish.publish import count_pending, served_version
from seed.readers.input.files import printable
from seed.readers.outlets import load_sources
from seed.records import Refusal


@contextmanager
def database_writer() -> Iterator[Engine]:
    """Yield the engine that may write to the configured database; on Ctrl-C, print the state that it is left in.

    Lines on stderr say how far a migration is that indexes texts again; a bar belongs to the command.
    """
    progress = partial(Progress(print_note, LINE_INTERVAL_SECONDS).count_items, "revisions indexed")
    with open_writer(read_settings().database_url, progress) as engine:
        try:
            yield engine
        except KeyboardInterrupt:
            print_message(_interruption_message(), err=True)
            raise typer.Exit(code=130) from None


def _interruption_message() -> str:
    # The interrupted engine may still hold its connection and with it the write lock, so a reader is opened.
    with database_reader() as engine:
        version, pending = served_version(engine), count_pending(engine)
    served = f"corpus version {version} is served" if version else "nothing has been published yet"
    stored = "article is" if pending == 1 else "articles are"
    return (
        f"interrupted: {served}; {pending:,} {stored} stored but not yet published; "
        "run the same command again to continue"
    )


def recipe_folders() -> tuple[Path, ...]:
    """Return the folder of the user's own recipes, if one is configured."""
    own = read_settings().recipes
    return () if own is None else (own,)


def lexicon_folders() -> tuple[Path, ...]:
    """Return the folder of the shipped lexicon and, if one is configured, the user's own."""
    own = read_settings().lexicon
    return (LEXICON_FOLDER,) if own is None else (LEXICON_FOLDER, own)


def load_resources(workers: Workers | None = None) -> Resources:
    """Return the configured lexicon with its annotator and sources."""
    return replace(_cached_resources(lexicon_folders()), workers=workers)


def corrections_file() -> Path | None:
    """Return the file of corrections; None if the database is on a server and no file is configured."""
    settings = read_settings()
    return corrections_path(settings.corrections, store_of(settings.database_url).folder())


def writer_resources(workers: Workers | None = None) -> Resources:
    """Return the resources of commands that write annotations: with the decisions of the file of corrections."""
    return replace(load_resources(workers), decisions=read_decisions(corrections_file()))


@cache
def _cached_resources(folders: tuple[Path, ...]) -> Resources:
    """Load the lexicon once per process: this takes as long as loading a hundred articles."""
    lexicon = load_lexicon(*folders)
    # A lexicon lives as long as the process: the garbage collector need not visit it.
    annotator = Annotator(lexicon, on_compiled=gc.freeze)
    resources = Resources(lexicon, annotator, load_sources(*folders), extractor=extractor_id(*folders))
    exempt_startup_objects()
    return resources


@contextmanager
def optional_workers(count: int) -> Iterator[Workers | None]:
    """Yield this many worker processes, or None for a count of 1: this process does the work then."""
    if count == 1:
        yield None
        return
    with start_workers(count, lexicon_folders()) as workers:
        yield workers


def print_refusal(refusal: Refusal) -> None:
    """Print a refused record to stderr, and its traceback as `print_trace` does."""
    print_message(f"refused {refusal.origin}: {refusal.reason}", err=True)
    print_trace(refusal)


def print_trace(refusal: Refusal) -> None:
    """Print the traceback of an unexpected error to stderr, if there was one and the user asked for it."""
    if is_verbose():
        for line in refusal.trace.splitlines():
            print_message(printable(line), err=True)
