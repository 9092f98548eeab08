"""Back up a database while it is in use, and restore a backup."""

from itertools import islice
from pathlib import Path

from app.errors import DatelineError
from app.stores import store_of
from app.stores.schema import require_schema
from app.stores.store import Store
from seed.maintenance.database import open_writer
from seed.maintenance.verify import VerifyProgress, verify

MAX_REPORTED_FAULTS = 10
"""Maximum number of faults in one error message."""


def backup(url: str, target: Path, progress: VerifyProgress = lambda _done, _total: None) -> None:
    """Copy the database to a new file, and verify the copy; servers and a loader may keep running.

    The file gets its name only when it is complete. Raise DatelineError if it exists, cannot be written, or is not
    sound.
    """
    with store_of(url).backup(target) as copy:
        _require_sound(copy, progress)


def restore(url: str, source: Path, *, replace: bool, progress: VerifyProgress = lambda _done, _total: None) -> None:
    """Verify a backup, of this release or an earlier one, and atomically put it in place of the database.

    Running servers continue with its content. A database that is too damaged to be written to is set aside. Raise
    DatelineError if the backup is not sound, or a loader is running.
    """
    with store_of(url).restore(source, replace=replace) as copy:
        with open_writer(copy.url, progress) as engine:
            copy.flush_log(engine)  # It has been migrated to this release, and is complete without the log.
        _require_sound(copy, progress)


def _require_sound(copy: Store, progress: VerifyProgress) -> None:
    engine = copy.reader_engine()
    try:
        require_schema(engine)
        faults = list(islice(verify(engine, progress), MAX_REPORTED_FAULTS))
    finally:
        engine.dispose()
    if faults:
        raise DatelineError(f"{copy.name!r} is damaged: {'; '.join(faults)}.")
