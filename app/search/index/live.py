"""The corpus that the service answers from: it opens the last published snapshot and replaces it after a publish."""

import threading
import time

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.models import Publish
from app.search.index.snapshot import UNPUBLISHED, Snapshot
from app.search.index.storage import open_snapshot
from app.stores.schema import require_schema
from app.stores.store import connected_store, explained_errors


class CurrentSnapshot:
    """Provides the current snapshot; checks for a newer one at most every `check_seconds`."""

    def __init__(self, engine: Engine, *, check_seconds: float) -> None:
        self._engine = engine
        self._check_seconds = check_seconds
        self._snapshot: Snapshot | None = None
        self._last_check = float("-inf")
        self._lock = threading.Lock()

    def fresh(self) -> Snapshot | None:
        """Return the snapshot if no check of the database is due, None otherwise."""
        return self._snapshot if time.monotonic() - self._last_check < self._check_seconds else None

    def current(self) -> Snapshot:
        """Return the current snapshot; raise UnavailableError if there is no migrated database.

        After a publish, one caller opens the new snapshot while the others continue with the old one.
        """
        snapshot = self.fresh()
        if snapshot is not None:
            return snapshot
        snapshot = self._snapshot
        if snapshot is None:
            with self._lock:
                return self._refresh()
        if self._lock.acquire(blocking=False):
            try:
                return self._refresh()
            finally:
                self._lock.release()
        return snapshot

    def _refresh(self) -> Snapshot:
        with explained_errors(connected_store(self._engine)):
            return self._open_if_changed()

    def _open_if_changed(self) -> Snapshot:
        if self._snapshot is None:
            require_schema(self._engine)
        with Session(self._engine) as session:
            token = session.exec(select(Publish.token).order_by(col(Publish.version).desc()).limit(1)).first()
            if self._snapshot is None or (token or UNPUBLISHED) != self._snapshot.token:
                self._snapshot = open_snapshot(session).warm_up()
        self._last_check = time.monotonic()
        return self._snapshot
