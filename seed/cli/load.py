"""`init`, `load`, `inspect`: store and publish the records of files, folders and URLs, or only show them."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import typer
from sqlalchemy import Engine

from app.settings import read_settings
from app.stores import store_of
from seed.cli.inspection import InspectedRecord, inspect_record
from seed.cli.options import InspectOptions, LoadOptions, ReadingOptions, ResultOptions
from seed.cli.output import pluralize, print_note
from seed.cli.progress import show_progress
from seed.cli.results import DryRunReport, InitReport, LoadReport, ReportedRecord
from seed.cli.runtime import (
    database_writer,
    lexicon_folders,
    optional_workers,
    print_refusal,
    print_trace,
    recipe_folders,
    writer_resources,
)
from seed.fetch.client import Client
from seed.fetch.guard import Guard
from seed.fetch.http_exchange import Exchange, user_agent
from seed.maintenance.status import status
from seed.pipeline.bulk import garbage_collection_rare
from seed.pipeline.context import LoadSummary
from seed.pipeline.language import detect_missing_languages, note_language_mismatch
from seed.pipeline.links import gather_lists, last_visit, resolve_links
from seed.pipeline.load import load
from seed.pipeline.report import MAX_KEPT_REFUSALS, Notes, Refusals
from seed.pipeline.workers import Workers
from seed.publish.publish import served_version
from seed.readers import Overrides, read_paths, reader_context
from seed.readers.formats import url_list
from seed.readers.input.byte_counter import ByteCounter
from seed.readers.inputs import run_inline
from seed.records import NoArticle, RawArticle, Record, Refusal

SHIPPED_CORPUS = Path(__file__).resolve().parents[1] / "corpus"
"""The folder of the small collection that ships with Dateline."""


SKIPPED = "styles, scripts, media, parts of saved pages, files of the system"
"""What is skipped without a refusal."""


NOTHING_READ = "nothing was read: expected at least one article in the files, or a document that has not changed"
"""What is said of a load whose files hold no article at all; its exit code is 1."""


def init_command(_options: ResultOptions) -> Iterator[InitReport]:
    """Create or migrate the database; load the shipped collection if nothing has been published yet."""
    with database_writer() as engine:
        summary = None if served_version(engine) else _load(engine, [str(SHIPPED_CORPUS)], Overrides(), Notes())
        ready = status(engine)
    report = None if summary is None else _report(summary)
    name = store_of(read_settings().database_url).name
    yield InitReport(name, ready.corpus_version or 0, ready.articles, report)
    raise typer.Exit(code=int(report is not None and report.refused > 0))


def load_command(options: LoadOptions) -> Iterator[LoadReport | DryRunReport]:
    """Load files, folders and URLs, then publish what is new or changed.

    Exit with code 1 if anything was refused, or if there was nothing to read.
    """
    overrides, notes = _overrides(options), Notes()
    if options.dry_run:
        report: LoadReport | DryRunReport = _dry_run(options, overrides, notes)
    else:
        with database_writer() as engine:
            summary = _load(
                engine,
                options.places,
                overrides,
                notes,
                refetch=options.refetch,
                workers=options.workers,
                fetch_listed=options.fetch,
            )
        report = _report(summary)
    if not notes.has_records:
        print_note(NOTHING_READ)
    yield report
    raise typer.Exit(code=int(report.refused > 0 or not notes.has_records))


def inspect_command(options: InspectOptions) -> Iterator[InspectedRecord]:
    """Show what would be loaded and where each field comes from; no database is needed."""
    refused, is_empty = 0, True
    byte_counter = ByteCounter()
    records = preview_places(options.places, _overrides(options), byte_counter=byte_counter, fetch_listed=options.fetch)
    for record in islice(records, options.limit):
        yield inspect_record(record)
        is_empty = is_empty and isinstance(record, NoArticle)
        if isinstance(record, Refusal):
            refused += 1
            print_trace(record)
    if next(records, None) is not None:
        print_note("… more records follow; use --limit to show them.")
    elif is_empty:
        refused += 1
        print_note(NOTHING_READ)
    _print_notes(Notes(), byte_counter.skipped_files)
    raise typer.Exit(code=int(refused > 0))


def _overrides(options: ReadingOptions) -> Overrides:
    return Overrides(
        options.date,
        options.source,
        options.manifest,
        options.format,
        options.encoding,
        tuple(options.map or ()),
        options.strict,
        tuple(options.sheet or ()),
    )


def _load(  # noqa: PLR0913 - the last three have defaults
    engine: Engine,
    places: Sequence[str],
    overrides: Overrides,
    notes: Notes,
    *,
    refetch: bool = False,
    workers: int = 1,
    fetch_listed: bool = False,
) -> LoadSummary:
    with garbage_collection_rare(), show_progress() as progress, optional_workers(workers) as processes:
        # Documents read earlier were read without these values: they have to be fetched again to get them.
        client = create_client(None if refetch or overrides.change_documents() else engine)
        byte_counter = ByteCounter()
        read = read_places(places, overrides, client, processes, byte_counter, fetch_listed=fetch_listed)
        records = notes.collect(progress.count_records(read, byte_counter))
        summary = load(engine, records, writer_resources(processes), progress=progress.update)
    _print_notes(notes, byte_counter.skipped_files)
    _print_notes(summary.notes)
    return summary


def _dry_run(options: LoadOptions, overrides: Overrides, notes: Notes) -> DryRunReport:
    """Read as a load does, and count the records it could load; only the database knows which are new."""
    byte_counter, refusals = ByteCounter(), Refusals()
    count = 0
    with show_progress() as progress, optional_workers(options.workers) as processes:
        records = preview_places(options.places, overrides, processes, byte_counter, fetch_listed=options.fetch)
        for record in notes.collect(progress.count_records(records, byte_counter)):
            count += 1
            if isinstance(record, Refusal):
                refusals.append(record)
                print_refusal(record)
    _print_notes(notes, byte_counter.skipped_files)
    return DryRunReport(count, count - len(refusals), len(refusals), _listed(refusals))


def _print_notes(notes: Notes, skipped_files: int = 0) -> None:
    for line in notes.lines():
        print_note(line)
    if skipped_files:
        holds = "holds" if skipped_files == 1 else "hold"
        print_note(f"note: {pluralize(skipped_files, 'file')} skipped that {holds} no articles: {SKIPPED}")


def _report(summary: LoadSummary) -> LoadReport:
    """Return the report of a load, and print its refusals and the records that it skipped."""
    for refusal in summary.refused:
        print_refusal(refusal)
    for refusal in summary.removed:
        print_note(f"skipped {refusal.origin}: {refusal.reason}")
    for renaming in summary.renamed:
        print_note(f"renamed {renaming.origin}: {renaming.reason}")
    return LoadReport(
        read=summary.read,
        loaded=summary.loaded,
        updated=summary.updated,
        unchanged=summary.unchanged,
        refused=len(summary.refused),
        skipped=len(summary.removed),
        renamed=len(summary.renamed),
        seconds=round(summary.seconds, 3),
        published_version=summary.version,
        refused_records=_listed(summary.refused),
        skipped_records=_listed(summary.removed),
        renamed_records=_listed(summary.renamed),
    )


def _listed(refusals: Iterable[Refusal]) -> tuple[ReportedRecord, ...]:
    """Return the refusals that are kept; the line that stands for the remaining ones is no record."""
    kept = islice(refusals, MAX_KEPT_REFUSALS)
    return tuple(ReportedRecord(refusal.origin.path, refusal.origin.line, refusal.reason) for refusal in kept)


def read_places(  # noqa: PLR0913 - the last three have defaults
    places: Sequence[str],
    overrides: Overrides,
    client: Client,
    workers: Workers | None = None,
    byte_counter: ByteCounter | None = None,
    *,
    fetch_listed: bool = False,
) -> Iterator[Record]:
    """Yield the records of files, folders and URLs, and of the pages that files list without texts if they are fetched.

    Only files are read by workers: fetched documents are read in this process, as waiting for hosts takes much longer.
    """
    lexicon, recipes = lexicon_folders()[1:], recipe_folders()
    inputs = [url_list.parse_link(place) or Path(place) for place in places]
    run_tasks = run_inline if workers is None else workers.read_all
    records = read_paths(
        inputs, overrides=overrides, lexicon=lexicon, recipes=recipes, run_tasks=run_tasks, byte_counter=byte_counter
    )
    records_and_pages = gather_lists(records, fetch=fetch_listed, announce=print_note)
    context = reader_context(overrides, lexicon, recipes)
    return detect_missing_languages(resolve_links(records_and_pages, client.fetch, context))


def preview_places(
    places: Sequence[str],
    overrides: Overrides,
    workers: Workers | None = None,
    byte_counter: ByteCounter | None = None,
    *,
    fetch_listed: bool = False,
) -> Iterator[RawArticle | Refusal | NoArticle]:
    """Yield the articles and refusals of files, folders and URLs as a first load would see them, and what it skips."""
    client = create_client(None)
    for record in read_places(places, overrides, client, workers, byte_counter, fetch_listed=fetch_listed):
        if isinstance(record, RawArticle):
            yield note_language_mismatch(record)
        elif isinstance(record, Refusal | NoArticle):
            yield record


def create_client(engine: Engine | None) -> Client:
    """Return a client with the configured limits.

    With an engine, it makes conditional requests that are based on the visits stored in that database.
    """
    settings = read_settings()
    guard = Guard.of(settings.fetch_allow, settings.fetch_ports)
    exchange = Exchange(guard, user_agent(settings.contact))
    known = (lambda _url: None) if engine is None else partial(last_visit, engine)
    return Client(exchange, known=known, delay=settings.fetch_delay_seconds)
