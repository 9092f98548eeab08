"""`status`, `compact`, `remove`, `verify`, `backup`, `restore`: maintain a database."""

from functools import partial

import typer

from app.errors import DatelineError
from app.settings import Settings
from seed.cli import options
from seed.cli.output import exit_on_error, pluralize, print_message
from seed.cli.progress import show_progress
from seed.cli.runtime import database_reader, database_writer
from seed.maintenance.backup import backup, restore
from seed.maintenance.compact import compact
from seed.maintenance.remove import remove, undo_removal
from seed.maintenance.status import status
from seed.maintenance.verify import verify


def status_command() -> None:
    """Show what the database holds and serves."""
    with database_reader() as engine:
        for label, value in status(engine):
            print_message(f"{label + ':':<23}{value}")


def compact_command() -> None:
    """Delete revisions that are no longer served, and free their disk space."""
    with database_writer() as engine:
        summary = compact(engine)
    revisions = pluralize(summary.revisions, "revision")
    entities = pluralize(summary.entities, "entity", "entities")
    print_message(f"Deleted {revisions} and {entities} no longer in use.")


def remove_command(
    articles: options.ArticlesArgument, reason: options.ReasonOption = None, undo: options.UndoOption = False
) -> None:
    """Stop serving articles, and publish; no load brings them back, only --undo does."""
    with database_writer() as engine:
        if undo and reason:
            raise DatelineError("--reason cannot be combined with --undo.")
        reason = (reason or "").strip() or None
        summary = undo_removal(engine, articles) if undo else remove(engine, articles, reason=reason)
    changed, unchanged = len(summary.articles), len(summary.unchanged)
    if undo:
        print_message(f"{changed} brought back, {unchanged} not removed")
    else:
        print_message(f"{changed} removed, {unchanged} already removed")
    for article in summary.without_text:
        print_message(f"{article}: its text was deleted by `compact`; load the article again", err=True)
    print_message(f"published corpus version {summary.version}" if summary.version else "nothing new to publish")


def verify_command() -> None:
    """Read everything that is stored, and report what is damaged; exit code 1 if anything is."""
    count = 0
    with database_reader() as engine, show_progress() as progress:
        for fault in verify(engine, partial(progress.count_items, "revisions")):
            count += 1
            print_message(fault, err=True)
    print_message(pluralize(count, "fault"))
    raise typer.Exit(code=int(count > 0))


def backup_command(file: options.BackupArgument) -> None:
    """Copy the database to a new file, and verify the copy; servers and a loader may keep running."""
    with exit_on_error(), show_progress() as progress:
        backup(Settings().database_url, file, partial(progress.count_items, "revisions"))
    print_message(f"Copied the database to {file} and verified the copy.")


def restore_command(file: options.BackupArgument, replace: options.ReplaceOption = False) -> None:
    """Verify a backup, and put it in place of the database."""
    with exit_on_error(), show_progress() as progress:
        count_revisions = partial(progress.count_items, "revisions")
        restore(Settings().database_url, file, replace=replace, progress=count_revisions)
    print_message(f"Restored the database from {file}.")
