"""`init`, `load`, `inspect`: store and publish the records of files, folders and URLs, or only show them."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import typer
from sqlalchemy import Engine

from seed.cli import options
from seed.cli.inputs import create_client, preview_places, read_places
from seed.cli.inspection import describe_record
from seed.cli.output import exit_on_error, print_message, print_result
from seed.cli.progress import show_progress
from seed.cli.runtime import (
    database_writer,
    load_resources,
    optional_workers,
    print_published_version,
    print_refusal,
)
from seed.pipeline.context import LoadSummary
from seed.pipeline.load import load
from seed.pipeline.report import Notes
from seed.publish.publish import served_version
from seed.readers import Overrides
from seed.readers.input.byte_counter import ByteCounter
from seed.records import Refusal

SHIPPED_CORPUS = Path(__file__).resolve().parents[1] / "corpus"
"""The folder of the small collection that ships with Dateline."""


def init_command() -> None:
    """Create or migrate the database; load the shipped collection if nothing has been published yet."""
    with database_writer() as engine:
        version = served_version(engine)
        if version:
            print_message(f"The database is ready; corpus version {version} is published.")
        else:
            _print_summary(_load(engine, [str(SHIPPED_CORPUS)], Overrides()))


def load_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    places: options.PlacesArgument,
    date: options.DateOption = None,
    source: options.SourceOption = None,
    manifest: options.ManifestOption = None,
    format: options.FormatOption = None,  # noqa: A002 - the name of the option
    encoding: options.EncodingOption = None,
    map: options.MapOption = None,  # noqa: A002 - the name of the option
    dry_run: options.DryRunOption = False,
    refetch: options.RefetchOption = False,
    workers: options.WorkersOption = 1,
) -> None:
    """Load files, folders and URLs, then publish what is new or changed; exit code 1 if anything was refused."""
    overrides = Overrides(date, source, manifest, format, encoding, tuple(map or ()))
    if dry_run:
        _dry_run(places, overrides, workers)
    else:
        with database_writer() as engine:
            _print_summary(_load(engine, places, overrides, refetch=refetch, workers=workers))


def inspect_command(  # noqa: PLR0913, PLR0917 - each is an option of the command
    places: options.PlacesArgument,
    date: options.DateOption = None,
    source: options.SourceOption = None,
    manifest: options.ManifestOption = None,
    format: options.FormatOption = None,  # noqa: A002 - the name of the option
    encoding: options.EncodingOption = None,
    map: options.MapOption = None,  # noqa: A002 - the name of the option
    limit: options.LimitOption = 10,
) -> None:
    """Show what would be loaded and where each field comes from; no database is needed."""
    overrides = Overrides(date, source, manifest, format, encoding, tuple(map or ()))
    refused = 0
    with exit_on_error():
        records = preview_places(places, overrides)
        for record in islice(records, limit):
            refused += isinstance(record, Refusal)
            print_result("\n".join(describe_record(record)))
        if next(records, None) is not None:
            print_result("… more records follow; use --limit to show them.")
    raise typer.Exit(code=int(refused > 0))


def _load(
    engine: Engine, places: Sequence[str], overrides: Overrides, *, refetch: bool = False, workers: int = 1
) -> LoadSummary:
    notes = Notes()
    with show_progress() as progress, optional_workers(workers) as processes:
        # Documents read earlier were read without these values: they have to be fetched again to get them.
        client = create_client(None if refetch or overrides.change_documents() else engine)
        byte_counter = ByteCounter()
        records = read_places(places, overrides, client, processes, byte_counter)
        records = notes.collect(progress.count_records(records, byte_counter))
        summary = load(engine, records, load_resources(processes), progress=progress.update)
    _print_notes(notes)
    return summary


def _dry_run(places: Sequence[str], overrides: Overrides, workers: int) -> None:
    """Read as a load does, and print how many records it could load; only the database knows which are new."""
    notes, byte_counter = Notes(), ByteCounter()
    count = refused = 0
    with exit_on_error(), show_progress() as progress, optional_workers(workers) as processes:
        records = preview_places(places, overrides, processes, byte_counter)
        for record in notes.collect(progress.count_records(records, byte_counter)):
            count += 1
            if isinstance(record, Refusal):
                refused += 1
                print_refusal(record)
    _print_notes(notes)
    print_message(f"{count:,} read: {count - refused:,} can be loaded, {refused:,} refused; nothing was stored")
    raise typer.Exit(code=int(refused > 0))


def _print_notes(notes: Notes) -> None:
    for line in notes.lines():
        print_message(line, err=True)


def _print_summary(summary: LoadSummary) -> None:
    for refusal in summary.refused:
        print_refusal(refusal)
    for refusal in summary.removed:
        print_message(f"skipped {refusal.origin}: {refusal.reason}", err=True)
    removed = f", {len(summary.removed):,} removed earlier" if summary.removed else ""
    print_message(
        f"{summary.read:,} read: {summary.loaded:,} loaded, {summary.updated:,} updated, "
        f"{summary.unchanged:,} unchanged, {len(summary.refused):,} refused{removed}, in {summary.seconds:.1f} s"
    )
    print_published_version(summary)
    if summary.refused:
        raise typer.Exit(code=1)
