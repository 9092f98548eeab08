"""`status`, `compact`, `remove`, `verify`, `backup`, `restore`: looking after what is stored."""

from functools import partial

import typer

from app.errors import DatelineError
from app.settings import Settings
from seed.cli import options
from seed.cli.output import tell
from seed.cli.progress import show_progress
from seed.cli.runtime import reader, refusing, writer
from seed.maintenance.backup import backup as backup_database
from seed.maintenance.backup import restore as restore_database
from seed.maintenance.compact import compact as compact_database
from seed.maintenance.remove import bring_back
from seed.maintenance.remove import remove as remove_articles
from seed.maintenance.status import status as status_lines
from seed.maintenance.verify import verify as verify_database


def status() -> None:
    """Say what the database holds and serves."""
    with reader() as engine:
        for label, value in status_lines(engine):
            tell(f"{label + ':':<23}{value}")


def compact() -> None:
    """Drop revisions that nothing serves, and give the space back to the disk."""
    with writer() as engine:
        done = compact_database(engine)
    tell(f"Dropped {done.revisions} revisions and {done.entities} entities that nothing serves.")


def remove(names: options.Names, reason: options.Reason = None, undo: options.Undo = False) -> None:
    """Take articles out of what is served, then publish; no load brings them back, but --undo does."""
    with writer() as engine:
        if undo and reason:
            raise DatelineError("--reason has no place beside --undo.")
        said = (reason or "").strip() or None
        done = bring_back(engine, names) if undo else remove_articles(engine, names, reason=said)
    tell(f"{len(done.articles)} {'brought back' if undo else 'removed'}, {len(done.already)} already so")
    for article in done.without_text:
        tell(f"{article}: its text was compacted; load it again", err=True)
    tell(f"published corpus version {done.version}" if done.version else "nothing new to publish")


def verify() -> None:
    """Read all that is stored and say what is damaged; exit code 1 if anything is."""
    found = 0
    with reader() as engine, show_progress() as progress:
        for fault in verify_database(engine, partial(progress.counted, "revisions")):
            found += 1
            tell(fault, err=True)
    tell(f"{found} faults")
    raise typer.Exit(code=int(found > 0))


def backup(file: options.Copy) -> None:
    """Copy the database to a new file and verify the copy; servers and a loader may go on."""
    with refusing(), show_progress() as progress:
        backup_database(Settings().database_url, file, partial(progress.counted, "revisions"))
    tell(f"The database is copied to {file} and verified.")


def restore(file: options.Copy, replace: options.Replace = False) -> None:
    """Verify a backup and put it in the place of the database."""
    with refusing(), show_progress() as progress:
        looked = partial(progress.counted, "revisions")
        restore_database(Settings().database_url, file, replace=replace, progress=looked)
    tell(f"The database is what {file} says.")
