"""What commands run with: the database, the lexicon, and one line in place of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app.errors import DatelineError
from app.settings import Settings
from app.stores.schema import require_schema
from app.stores.sqlite import reader_engine
from seed.cli.output import tell
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import FOLDER, load_lexicon
from seed.maintenance.database import open_writer
from seed.pipeline.context import Resources, Summary
from seed.pipeline.workers import Workers
from seed.pipeline.workers import workers as start_workers
from seed.publish.publish import served_version, unpublished
from seed.readers.outlets import load_sources
from seed.records import Refusal


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what Dateline refuses into one line and exit code 1."""
    try:
        yield
    except (DatelineError, ValueError, OSError) as error:
        tell(f"error: {error}", err=True)
        raise typer.Exit(code=1) from None
    except OperationalError as error:  # a full disk, a file that is locked or may only be read
        tell(f"error: the database cannot be used ({error.orig})", err=True)
        raise typer.Exit(code=1) from None


@contextmanager
def writer() -> Iterator[Engine]:
    """Give the engine that may write into the database of the settings; Ctrl-C says where that leaves it."""
    with refusing(), open_writer(Settings().database_url) as engine:
        try:
            yield engine
        except KeyboardInterrupt:
            tell(_left(), err=True)
            raise typer.Exit(code=130) from None


def _left() -> str:
    # What was interrupted may keep its connection for a moment, and with it the right to write.
    with reader() as engine:
        version, waiting = served_version(engine), unpublished(engine)
    served = f"corpus version {version} is served" if version else "nothing is published yet"
    return (
        f"interrupted: {served}; {waiting:,} articles are stored and not yet published; "
        "the same command goes on from there"
    )


@contextmanager
def reader() -> Iterator[Engine]:
    """Give an engine that can only read the database of the settings."""
    with refusing():
        engine = reader_engine(Settings().database_url)
        try:
            require_schema(engine)
            yield engine
        finally:
            engine.dispose()


def lexicon_folders() -> tuple[Path, ...]:
    """Return the lexicon that ships and, if there is one, the user's own."""
    own = Settings().lexicon
    return (FOLDER,) if own is None else (FOLDER, own)


def resources(workers: Workers | None = None) -> Resources:
    """Return what is needed to understand records, with the lexicon of the settings."""
    return replace(_read_resources(lexicon_folders()), workers=workers)


@cache
def _read_resources(folders: tuple[Path, ...]) -> Resources:
    """Read the lexicon once a process: it takes as long as loading a hundred articles."""
    lexicon = load_lexicon(*folders)
    return Resources(lexicon, Annotator(lexicon), load_sources(*folders))


@contextmanager
def several(cores: int) -> Iterator[Workers | None]:
    """Give as many worker processes if they are several; one core is this process itself."""
    if cores == 1:
        yield None
        return
    with start_workers(cores, lexicon_folders()) as started:
        yield started


def tell_refused(refusal: Refusal) -> None:
    """Name a record that was not taken, on stderr."""
    tell(f"refused {refusal.origin}: {refusal.reason}", err=True)


def tell_version(summary: Summary) -> None:
    """Say which corpus version was published, if one was."""
    tell(f"published corpus version {summary.version}" if summary.version else "nothing new to publish")
