"""`compact`, `remove`, `verify`, `backup`, `restore`, `copy`: maintain a database."""

from collections.abc import Iterator
from functools import partial

import typer

from app.errors import DatelineError
from app.settings import read_settings
from seed.cli.database import database_reader
from seed.cli.options import BackupOptions, CopyOptions, RemoveOptions, RestoreOptions, ResultOptions
from seed.cli.output import print_message, print_note
from seed.cli.progress import show_progress
from seed.cli.results import BackupReport, CompactReport, CopyReport, RemovalReport, RestoreReport, VerifyReport
from seed.cli.runtime import database_writer
from seed.maintenance.backup import backup, restore
from seed.maintenance.compact import compact
from seed.maintenance.database_copy import copy_database
from seed.maintenance.remove import remove, undo_removal
from seed.maintenance.verify import verify

# Damage to a shared page can be a fault in every article; all of them are printed, but need not fit into memory.
MAX_LISTED_FAULTS = 1_000
"""Maximum number of faults in the report."""


def compact_command(_options: ResultOptions) -> Iterator[CompactReport]:
    """Delete revisions that are no longer served, and free their disk space."""
    with database_writer() as engine:
        summary = compact(engine)
    yield CompactReport(summary.revisions, summary.entities, summary.version)


def remove_command(options: RemoveOptions) -> Iterator[RemovalReport]:
    """Stop serving articles, and publish; no load brings them back, only --undo does."""
    reason = (options.reason or "").strip() or None
    with database_writer() as engine:
        if options.undo and options.reason:
            raise DatelineError("--reason cannot be combined with --undo.")
        if options.undo:
            summary = undo_removal(engine, options.articles, source=options.source)
        else:
            summary = remove(engine, options.articles, source=options.source, reason=reason)
    for article in summary.without_text:
        print_message(f"{article}: its text was deleted by `compact`; load the article again", err=True)
    yield RemovalReport(options.undo, summary.articles, summary.unchanged, summary.without_text, summary.version)


def verify_command(_options: ResultOptions) -> Iterator[VerifyReport]:
    """Read everything that is stored, and report what is damaged; exit with code 1 if anything is."""
    count, first_faults = 0, []
    with database_reader() as engine, show_progress() as progress:
        for fault in verify(engine, partial(progress.count_items, "revisions")):
            count += 1
            if count <= MAX_LISTED_FAULTS:
                first_faults.append(fault)
            print_message(fault, err=True)
    yield VerifyReport(count, tuple(first_faults))
    raise typer.Exit(code=int(count > 0))


def backup_command(options: BackupOptions) -> Iterator[BackupReport]:
    """Copy the database to a new file, and verify the copy; servers and a loader may keep running."""
    with show_progress() as progress:
        backup(read_settings().database_url, options.file, partial(progress.count_items, "revisions"))
    yield BackupReport(str(options.file))


def restore_command(options: RestoreOptions) -> Iterator[RestoreReport]:
    """Verify a backup, and put it in place of the database."""
    with show_progress() as progress:
        count_revisions = partial(progress.count_items, "revisions")
        restore(read_settings().database_url, options.file, replace=options.replace, progress=count_revisions)
    yield RestoreReport(str(options.file))


def copy_command(options: CopyOptions) -> Iterator[CopyReport]:
    """Copy a database into an empty one, of the same system or another, and verify the copy."""
    try:
        with show_progress() as progress:
            summary = copy_database(options.from_url, options.to_url, progress=progress.count_items, note=print_note)
    except KeyboardInterrupt:
        print_message("interrupted: the copy is not complete; run the same command again to continue", err=True)
        raise typer.Exit(code=130) from None
    if not summary.is_current:
        print_note(f"{summary.original!r} has changed since the copy began: what was written meanwhile is not copied")
    yield CopyReport(
        summary.original, summary.copy, summary.version, summary.rows, summary.copied, not summary.is_current
    )
