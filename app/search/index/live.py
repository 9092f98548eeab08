"""The corpus as it is served: opens the snapshot of the last publish and swaps it when another appears."""

import threading
import time

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from app.models import Publish
from app.search.index.snapshot import UNPUBLISHED, Snapshot
from app.search.index.storage import open_snapshot
from app.stores.schema import require_schema
from app.stores.sqlite import damage


class Corpus:
    """Gives each request the current snapshot; asks for a newer one at most every `check_seconds`."""

    def __init__(self, engine: Engine, *, check_seconds: float) -> None:
        self._engine = engine
        self._check_seconds = check_seconds
        self._snapshot: Snapshot | None = None
        self._checked = float("-inf")
        self._lock = threading.Lock()

    def fresh(self) -> Snapshot | None:
        """Return the snapshot if it needs no look at the database, None otherwise."""
        return self._snapshot if time.monotonic() - self._checked < self._check_seconds else None

    def current(self) -> Snapshot:
        """Return the current snapshot; raise UnavailableError if there is no migrated database.

        When another version was published, one caller opens it while the others go on with the old one.
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
        try:
            return self._look()
        except DatabaseError as error:
            raise damage(error) from error

    def _look(self) -> Snapshot:
        if self._snapshot is None:
            require_schema(self._engine)
        with Session(self._engine) as session:
            token = session.exec(select(Publish.token).order_by(col(Publish.version).desc()).limit(1)).first()
            if self._snapshot is None or (token or UNPUBLISHED) != self._snapshot.token:
                self._snapshot = open_snapshot(session).warmed()
        self._checked = time.monotonic()
        return self._snapshot
