"""`init`, `load`, `inspect`: what is at some places is stored and published, or only looked at."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import typer
from sqlalchemy import Engine

from seed.cli import options
from seed.cli.inputs import client, found_at, records_at
from seed.cli.inspection import inspected
from seed.cli.output import show, tell
from seed.cli.progress import show_progress
from seed.cli.runtime import refusing, resources, several, tell_refused, tell_version, writer
from seed.pipeline.context import Summary
from seed.pipeline.load import load as load_records
from seed.pipeline.report import Notes
from seed.publish.publish import served_version
from seed.readers import Overrides
from seed.readers.input.byte_counter import ByteCounter
from seed.records import Refusal

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
"""The small collection that ships."""


def init() -> None:
    """Create or migrate the database; load the collection that ships if nothing was ever published."""
    with writer() as engine:
        version = served_version(engine)
        if version:
            tell(f"The database is ready; corpus version {version} is published.")
        else:
            _report(_load(engine, [str(CORPUS)], Overrides()))


def load(  # noqa: PLR0913, PLR0917 - each is an option of the command
    places: options.Places,
    date: options.Date = None,
    source: options.Source = None,
    manifest: options.Manifest = None,
    format: options.Format = None,  # noqa: A002 - the name of the option
    encoding: options.Encoding = None,
    map: options.Map = None,  # noqa: A002 - the name of the option
    dry_run: options.DryRun = False,
    refetch: options.Refetch = False,
    workers: options.Cores = 1,
) -> None:
    """Load files and what lies at URLs, then publish what is new or changed; exit code 1 if anything was refused."""
    overrides = Overrides(date, source, manifest, format, encoding, tuple(map or ()))
    if dry_run:
        _dry_run(places, overrides, workers)
    else:
        with writer() as engine:
            _report(_load(engine, places, overrides, refetch=refetch, workers=workers))


def inspect(  # noqa: PLR0913, PLR0917 - each is an option of the command
    places: options.Places,
    date: options.Date = None,
    source: options.Source = None,
    manifest: options.Manifest = None,
    format: options.Format = None,  # noqa: A002 - the name of the option
    encoding: options.Encoding = None,
    map: options.Map = None,  # noqa: A002 - the name of the option
    limit: options.Limit = 10,
) -> None:
    """Show what would be loaded and where each field came from; no database is needed."""
    overrides = Overrides(date, source, manifest, format, encoding, tuple(map or ()))
    refused = 0
    with refusing():
        records = found_at(places, overrides)
        for record in islice(records, limit):
            refused += isinstance(record, Refusal)
            show("\n".join(inspected(record)))
        if next(records, None) is not None:
            show(f"… more than {limit}; --limit shows more.")
    raise typer.Exit(code=int(refused > 0))


def _load(
    engine: Engine, places: Sequence[str], overrides: Overrides, *, refetch: bool = False, workers: int = 1
) -> Summary:
    notes = Notes()
    with show_progress() as progress, several(workers) as processes:
        # What was read before was read without these values: it has to come again to get them.
        asking = client(None if refetch or overrides.change_documents() else engine)
        intake = ByteCounter()
        records = progress.records(records_at(places, overrides, asking, processes, intake), intake)
        summary = load_records(engine, notes.watched(records), resources(processes), progress=progress.stored)
    _tell_notes(notes)
    return summary


def _dry_run(places: Sequence[str], overrides: Overrides, workers: int) -> None:
    """Read as a load does, and say what it would find; only the database knows what of it is new."""
    notes, intake = Notes(), ByteCounter()
    count = refused = 0
    with refusing(), show_progress() as progress, several(workers) as processes:
        found = found_at(places, overrides, processes, intake)
        for record in notes.watched(progress.records(found, intake)):
            count += 1
            if isinstance(record, Refusal):
                refused += 1
                tell_refused(record)
    _tell_notes(notes)
    tell(f"{count} read: {count - refused} can be loaded, {refused} refused; nothing was stored")
    raise typer.Exit(code=int(refused > 0))


def _tell_notes(notes: Notes) -> None:
    for line in notes.lines():
        tell(line, err=True)


def _report(summary: Summary) -> None:
    for refusal in summary.refused:
        tell_refused(refusal)
    for refusal in summary.removed:
        tell(f"removed {refusal.origin}: {refusal.reason}", err=True)
    passed_over = f", {len(summary.removed)} removed before" if summary.removed else ""
    tell(
        f"{summary.read} read: {summary.loaded} loaded, {summary.updated} updated, {summary.unchanged} unchanged, "
        f"{len(summary.refused)} refused{passed_over}, in {summary.seconds:.1f} s"
    )
    tell_version(summary)
    if summary.refused:
        raise typer.Exit(code=1)
