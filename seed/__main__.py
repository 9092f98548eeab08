"""`python -m seed …`: load a collection, look at it, look after it."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app.db import reader_engine, require_schema
from app.errors import DatelineError
from app.settings import Settings
from seed.annotate import annotated
from seed.compact import compact as compact_database
from seed.database import open_writer
from seed.extract.annotator import Annotator
from seed.extract.lexicon import FOLDER, load_lexicon
from seed.extract.lexicon_check import check as check_lexicon
from seed.inspection import inspected
from seed.load import Summary, Tools
from seed.load import load as load_records
from seed.notes import Notes
from seed.progress import show_progress
from seed.publish import served_version
from seed.readers import FORMATS, Overrides, read
from seed.readers.sources import load_sources
from seed.reannotate import reannotate as reannotate_database
from seed.records import Refusal
from seed.status import status as status_lines

CORPUS = Path(__file__).resolve().parent / "corpus"
"""The small collection that ships."""

app = typer.Typer(
    name="python -m seed",
    help="Load articles and their entities into the database that DATELINE_DATABASE_URL names.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Paths = Annotated[list[Path], typer.Argument(help="Files of any format in docs/loading.md, or folders of them.")]
Date = Annotated[str | None, typer.Option(help="Printed date of every record: YYYY[-MM[-DD[Thh:mm±zz:zz]]].")]
Source = Annotated[str | None, typer.Option(help="Source of every record: its id, name or domain.")]
Manifest = Annotated[Path | None, typer.Option(help="CSV with a row a file; its values win. See docs/loading.md.")]
Format = Annotated[str | None, typer.Option(help=f"Read every file as one of: {', '.join(FORMATS)}.")]
Encoding = Annotated[str | None, typer.Option(help="Read every file in this encoding, as windows-1251.")]
Map = Annotated[
    list[str] | None,
    typer.Option(help="FIELD=COLUMN: where tables and JSON have a field; a.b is b in a. May be given again."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read everything, store nothing; no database is needed.")]
Limit = Annotated[int, typer.Option(min=1, help="How many records to show.")]
Texts = Annotated[Path, typer.Argument(help='JSON Lines of {"id", "text"}; - is standard input.')]


@app.command()
def init() -> None:
    """Create or migrate the database; load the collection that ships if nothing was ever published."""
    with _writer() as engine:
        version = served_version(engine)
        if version:
            typer.echo(f"The database is ready; corpus version {version} is published.")
        else:
            _report(_load(engine, [CORPUS], Overrides()))


@app.command()
def load(  # noqa: PLR0913, PLR0917 - an argument an option
    paths: Paths,
    date: Date = None,
    source: Source = None,
    manifest: Manifest = None,
    format: Format = None,  # noqa: A002 - the name of the option
    encoding: Encoding = None,
    map: Map = None,  # noqa: A002 - the name of the option
    dry_run: DryRun = False,
) -> None:
    """Load files, then publish what is new or changed; exit code 1 if anything was refused."""
    overrides = Overrides(date, source, manifest, format, encoding, tuple(map or ()))
    if dry_run:
        _dry_run(paths, overrides)
    else:
        with _writer() as engine:
            _report(_load(engine, paths, overrides))


@app.command()
def inspect(  # noqa: PLR0913, PLR0917 - an argument an option
    paths: Paths,
    date: Date = None,
    source: Source = None,
    manifest: Manifest = None,
    format: Format = None,  # noqa: A002 - the name of the option
    encoding: Encoding = None,
    map: Map = None,  # noqa: A002 - the name of the option
    limit: Limit = 10,
) -> None:
    """Show what would be loaded and where each field came from; no database is needed."""
    overrides = Overrides(date, source, manifest, format, encoding, tuple(map or ()))
    refused = 0
    with _refusing():
        records = read(paths, overrides=overrides, lexicon=_folders()[1:])
        for record in islice(records, limit):
            refused += isinstance(record, Refusal)
            typer.echo("\n".join(inspected(record)))
        if next(records, None) is not None:
            typer.echo(f"… more than {limit}; --limit shows more.")
    raise typer.Exit(code=int(refused > 0))


@app.command()
def status() -> None:
    """Say what the database holds and serves."""
    with _refusing():
        engine = reader_engine(Settings().database_url)
        require_schema(engine)
        for label, value in status_lines(engine):
            typer.echo(f"{label + ':':<23}{value}")
        engine.dispose()


@app.command()
def annotate(file: Texts = Path("-")) -> None:
    """Print the mentions and statements of texts as JSON Lines; nothing is stored."""
    refused = 0
    with _refusing(), _opened(file) as lines:
        tools = _tools()
        for found in annotated(lines, str(file), tools.annotator, tools.lexicon):
            if isinstance(found, Refusal):
                refused += 1
                typer.echo(f"refused {found.origin}: {found.reason}", err=True)
            else:
                typer.echo(json.dumps(found, ensure_ascii=False))
    raise typer.Exit(code=int(refused > 0))


@app.command()
def compact() -> None:
    """Drop revisions that nothing serves, and give the space back to the disk."""
    with _writer() as engine:
        done = compact_database(engine)
    typer.echo(f"Dropped {done.revisions} revisions and {done.entities} entities that nothing serves.")


@app.command()
def reannotate() -> None:
    """Apply a changed lexicon to everything loaded: new revisions where something else is found, then one publish."""
    with _writer() as engine, show_progress() as progress:
        done = reannotate_database(engine, _tools(), progress=progress)
    typer.echo(
        f"{done.read} articles: {done.updated} annotated anew, {done.unchanged} unchanged, in {done.seconds:.1f} s"
    )
    _tell_version(done)


lexicon_app = typer.Typer(help="Look after the lexicon.", no_args_is_help=True)
app.add_typer(lexicon_app, name="lexicon")


@lexicon_app.command()
def check() -> None:
    """Say what is wrong with the lexicon that ships and your own; exit code 1 if anything is."""
    with _refusing():
        problems = check_lexicon(*_folders())
    for problem in problems:
        typer.echo(problem, err=True)
    typer.echo(f"{len(problems)} problems")
    raise typer.Exit(code=int(bool(problems)))


def _folders() -> tuple[Path, ...]:
    """Return the lexicon that ships and, if there is one, the user's own."""
    own = Settings().lexicon
    return (FOLDER,) if own is None else (FOLDER, own)


def _tools() -> Tools:
    return _read_tools(_folders())


@cache
def _read_tools(folders: tuple[Path, ...]) -> Tools:
    """Read the lexicon once a process: it takes as long as loading a hundred articles."""
    lexicon = load_lexicon(*folders)
    return Tools(lexicon, Annotator(lexicon), load_sources(*folders))


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn what Dateline refuses into one line and exit code 1."""
    try:
        yield
    except (DatelineError, ValueError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(code=1) from None
    except OperationalError as error:  # a full disk, a file that is locked or may only be read
        typer.echo(f"error: the database cannot be used ({error.orig})", err=True)
        raise typer.Exit(code=1) from None


@contextmanager
def _writer() -> Iterator[Engine]:
    with _refusing(), open_writer(Settings().database_url) as engine:
        yield engine


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
    else:
        with file.open("rb") as stream:
            yield stream


def _load(engine: Engine, paths: Sequence[Path], overrides: Overrides) -> Summary:
    notes = Notes()
    with show_progress() as progress:
        records = notes.watched(read(paths, overrides=overrides, lexicon=_folders()[1:]))
        summary = load_records(engine, records, _tools(), progress=progress)
    _tell_notes(notes)
    return summary


def _dry_run(paths: Sequence[Path], overrides: Overrides) -> None:
    """Read as a load does, and say what it would find; only the database knows what of it is new."""
    notes = Notes()
    count = refused = 0
    with _refusing():
        for record in notes.watched(read(paths, overrides=overrides, lexicon=_folders()[1:])):
            count += 1
            if isinstance(record, Refusal):
                refused += 1
                typer.echo(f"refused {record.origin}: {record.reason}", err=True)
    _tell_notes(notes)
    typer.echo(f"{count} read: {count - refused} can be loaded, {refused} refused; nothing was stored")
    raise typer.Exit(code=int(refused > 0))


def _tell_notes(notes: Notes) -> None:
    for line in notes.lines():
        typer.echo(line, err=True)


def _report(summary: Summary) -> None:
    for refusal in summary.refused:
        typer.echo(f"refused {refusal.origin}: {refusal.reason}", err=True)
    typer.echo(
        f"{summary.read} read: {summary.loaded} loaded, {summary.updated} updated, {summary.unchanged} unchanged, "
        f"{len(summary.refused)} refused, in {summary.seconds:.1f} s"
    )
    _tell_version(summary)
    if summary.refused:
        raise typer.Exit(code=1)


def _tell_version(summary: Summary) -> None:
    typer.echo(f"published corpus version {summary.version}" if summary.version else "nothing new to publish")


if __name__ == "__main__":
    app()
