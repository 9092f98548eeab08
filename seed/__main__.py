"""`python -m seed …`: load a collection, look at it, look after it."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
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
from seed.backup import backup as backup_database
from seed.backup import restore as restore_database
from seed.compact import compact as compact_database
from seed.database import open_writer
from seed.extract.annotator import Annotator
from seed.extract.lexicon import FOLDER, load_lexicon
from seed.extract.lexicon_check import check as check_lexicon
from seed.extract.workers import workers as start_workers
from seed.fetch.client import Client
from seed.fetch.exchange import Exchange, user_agent
from seed.fetch.guard import Guard
from seed.fetch.visits import known_visit
from seed.follow import followed
from seed.inspection import inspected
from seed.language import with_doubts, with_languages
from seed.load import Summary, Tools
from seed.load import load as load_records
from seed.notes import Notes
from seed.progress import show_progress
from seed.publish import served_version
from seed.readers import FORMATS, Overrides, desk_for, read, urls
from seed.readers.sources import load_sources
from seed.reannotate import reannotate as reannotate_database
from seed.records import RawArticle, Record, Refusal
from seed.remove import bring_back
from seed.remove import remove as remove_articles
from seed.status import status as status_lines
from seed.verify import verify as verify_database

CORPUS = Path(__file__).resolve().parent / "corpus"
"""The small collection that ships."""

app = typer.Typer(
    name="python -m seed",
    help="Load articles and their entities into the database that DATELINE_DATABASE_URL names.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Places = Annotated[
    list[str],
    typer.Argument(metavar="PLACE...", help="Files of any format in docs/loading.md, folders of them, http(s) URLs."),
]
Date = Annotated[str | None, typer.Option(help="Printed date of every record: YYYY[-MM[-DD[Thh:mm±zz:zz]]].")]
Source = Annotated[str | None, typer.Option(help="Source of every record: its id, name or domain.")]
Manifest = Annotated[Path | None, typer.Option(help="CSV with a row a file; its values win. See docs/loading.md.")]
Cores = Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that find entities; same result.")]
Copy = Annotated[Path, typer.Argument(help="The copy of the database.")]
Replace = Annotated[bool, typer.Option("--replace", help="Put it in the place of the database that is there.")]
Format = Annotated[str | None, typer.Option(help=f"Read everything as one of: {', '.join(FORMATS)}.")]
Encoding = Annotated[str | None, typer.Option(help="Read everything in this encoding, as windows-1251.")]
Map = Annotated[
    list[str] | None,
    typer.Option(help="FIELD=COLUMN: where tables and JSON have a field; a.b is b in a. May be given again."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read everything, store nothing; no database is needed.")]
Limit = Annotated[int, typer.Option(min=1, help="How many records to show.")]
Refetch = Annotated[bool, typer.Option("--refetch", help="Fetch URLs whole, also what did not change since last time.")]
Texts = Annotated[Path, typer.Argument(help='JSON Lines of {"id", "text"}; - is standard input.')]
Names = Annotated[list[str], typer.Argument(help="Articles: public ids, ids of your own or URLs.")]
Reason = Annotated[str | None, typer.Option(help="Why, for whoever asks for the article.")]
Undo = Annotated[bool, typer.Option("--undo", help="Bring them back.")]


@app.command()
def init() -> None:
    """Create or migrate the database; load the collection that ships if nothing was ever published."""
    with _writer() as engine:
        version = served_version(engine)
        if version:
            typer.echo(f"The database is ready; corpus version {version} is published.")
        else:
            _report(_load(engine, [str(CORPUS)], Overrides()))


@app.command()
def load(  # noqa: PLR0913, PLR0917 - each is an option of the command
    places: Places,
    date: Date = None,
    source: Source = None,
    manifest: Manifest = None,
    format: Format = None,  # noqa: A002 - the name of the option
    encoding: Encoding = None,
    map: Map = None,  # noqa: A002 - the name of the option
    dry_run: DryRun = False,
    refetch: Refetch = False,
    workers: Cores = 1,
) -> None:
    """Load files and what lies at URLs, then publish what is new or changed; exit code 1 if anything was refused."""
    overrides = Overrides(date, source, manifest, format, encoding, tuple(map or ()))
    if dry_run:
        _dry_run(places, overrides)
    else:
        with _writer() as engine:
            _report(_load(engine, places, overrides, refetch=refetch, workers=workers))


@app.command()
def inspect(  # noqa: PLR0913, PLR0917 - each is an option of the command
    places: Places,
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
        records = _found(places, overrides)
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
def reannotate(workers: Cores = 1) -> None:
    """Apply a changed lexicon to everything loaded: new revisions where something else is found, then one publish."""
    with _writer() as engine, show_progress() as progress, _tools_on(workers) as tools:
        done = reannotate_database(engine, tools, progress=progress)
    typer.echo(
        f"{done.read} articles: {done.updated} annotated anew, {done.unchanged} unchanged, in {done.seconds:.1f} s"
    )
    _tell_version(done)


@app.command()
def remove(names: Names, reason: Reason = None, undo: Undo = False) -> None:
    """Take articles out of what is served, then publish; no load brings them back, but --undo does."""
    with _writer() as engine:
        if undo and reason:
            raise DatelineError("--reason has no place beside --undo.")
        said = (reason or "").strip() or None
        done = bring_back(engine, names) if undo else remove_articles(engine, names, reason=said)
    typer.echo(f"{len(done.articles)} {'brought back' if undo else 'removed'}, {len(done.already)} already so")
    for article in done.without_text:
        typer.echo(f"{article}: its text was compacted; load it again", err=True)
    typer.echo(f"published corpus version {done.version}" if done.version else "nothing new to publish")


@app.command()
def verify() -> None:
    """Read all that is stored and say what is damaged; exit code 1 if anything is."""
    found = 0
    with _refusing():
        engine = reader_engine(Settings().database_url)
        require_schema(engine)
        for fault in verify_database(engine):
            found += 1
            typer.echo(fault, err=True)
        engine.dispose()
    typer.echo(f"{found} faults")
    raise typer.Exit(code=int(found > 0))


@app.command()
def backup(file: Copy) -> None:
    """Copy the database to a new file and verify the copy; servers and a loader may go on."""
    with _refusing():
        backup_database(Settings().database_url, file)
    typer.echo(f"The database is copied to {file} and verified.")


@app.command()
def restore(file: Copy, replace: Replace = False) -> None:
    """Verify a backup and put it in the place of the database."""
    with _refusing():
        restore_database(Settings().database_url, file, replace=replace)
    typer.echo(f"The database is what {file} says.")


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
def _tools_on(cores: int) -> Iterator[Tools]:
    if cores == 1:
        yield _tools()
        return
    with start_workers(cores, _folders()) as several:
        yield replace(_tools(), workers=several)


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


def _load(
    engine: Engine, places: Sequence[str], overrides: Overrides, *, refetch: bool = False, workers: int = 1
) -> Summary:
    notes = Notes()
    with show_progress() as progress, _tools_on(workers) as tools:
        # What was read before was read without these values: it has to come again to get them.
        client = _client(None if refetch or overrides.change_documents() else engine)
        records = notes.watched(_read(places, overrides, client))
        summary = load_records(engine, records, tools, progress=progress)
    _tell_notes(notes)
    return summary


def _read(places: Sequence[str], overrides: Overrides, client: Client) -> Iterator[Record]:
    lexicon = _folders()[1:]
    listed = read([urls.link_of(place) or Path(place) for place in places], overrides=overrides, lexicon=lexicon)
    return with_languages(followed(listed, client.fetch, desk_for(overrides, lexicon)))


def _found(places: Sequence[str], overrides: Overrides) -> Iterator[RawArticle | Refusal]:
    """What there is to load, as if for the first time."""
    records = _read(places, overrides, _client(None))
    for record in records:
        if isinstance(record, RawArticle | Refusal):
            yield with_doubts(record) if isinstance(record, RawArticle) else record


def _dry_run(places: Sequence[str], overrides: Overrides) -> None:
    """Read as a load does, and say what it would find; only the database knows what of it is new."""
    notes = Notes()
    count = refused = 0
    with _refusing():
        for record in notes.watched(_found(places, overrides)):
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


def _client(engine: Engine | None) -> Client:
    """A client as the settings want it; it asks only for what changed since the visits that a database remembers."""
    settings = Settings()
    guard = Guard.of(settings.fetch_allow, settings.fetch_ports)
    exchange = Exchange(guard, user_agent(settings.contact))
    known = (lambda _url: None) if engine is None else partial(known_visit, engine)
    return Client(exchange, known=known, delay=settings.fetch_delay_seconds)


def _report(summary: Summary) -> None:
    for refusal in summary.refused:
        typer.echo(f"refused {refusal.origin}: {refusal.reason}", err=True)
    for refusal in summary.removed:
        typer.echo(f"removed {refusal.origin}: {refusal.reason}", err=True)
    passed_over = f", {len(summary.removed)} removed before" if summary.removed else ""
    typer.echo(
        f"{summary.read} read: {summary.loaded} loaded, {summary.updated} updated, {summary.unchanged} unchanged, "
        f"{len(summary.refused)} refused{passed_over}, in {summary.seconds:.1f} s"
    )
    _tell_version(summary)
    if summary.refused:
        raise typer.Exit(code=1)


def _tell_version(summary: Summary) -> None:
    typer.echo(f"published corpus version {summary.version}" if summary.version else "nothing new to publish")


if __name__ == "__main__":
    app()
