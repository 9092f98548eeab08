"""The corpus that the service answers from: it opens the last published snapshot and replaces it after a publish.

A snapshot reads its rows from the generation of the database that it was opened from, never from another one: revision
ids may mean other articles there.
"""

import threading
import time
from dataclasses import replace

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.deadline import Deadline
from app.errors import DamagedError, SearchTimeoutError, UnavailableError
from app.models import Publish
from app.search.index.digests import readable_values
from app.search.index.snapshot import UNPUBLISHED, Snapshot
from app.search.index.storage import open_snapshot
from app.stores.schema import require_known_schema, require_schema, schema_query
from app.stores.store import Generation, InterruptedReadError, Store, explained_errors, pinned_engine

_NEWEST_TOKEN = select(col(Publish.token)).order_by(col(Publish.version).desc()).limit(1).scalar_subquery()
_CHECK = select(_NEWEST_TOKEN.label("token"), schema_query().scalar_subquery().label("schema"))
"""The token of the newest publish, None if there is none, and the migration of the database."""


# All requests wait for it, and none has a deadline yet; a migration may lock tables for longer.
CHECK_SECONDS = 5.0
"""Seconds that a check of the database may take."""


class CurrentSnapshot:
    """Provides the current snapshot; checks for a newer one, and for another database, every `check_seconds`."""

    def __init__(self, store: Store, *, connections: int = 4, check_seconds: float) -> None:
        self._store = store
        self._connections = connections
        self._check_seconds = check_seconds
        self.generation: Generation | None = None
        """What is read now; None before it is first opened."""
        self.opened = 0
        """How many snapshots have been opened."""
        self._snapshot: Snapshot | None = None
        self._last_check = self._last_damage = float("-inf")
        self._damage = ""
        self._lock = threading.Lock()

    def fresh(self) -> Snapshot | None:
        """Return the snapshot if no check of the database is due, None otherwise."""
        generation = self.generation
        if generation is None or generation.is_replaced:
            return None
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

    def close(self) -> None:
        """Close the database as soon as the requests that read it have ended."""
        with self._lock:
            self.generation = self._snapshot = None

    def _refresh(self) -> Snapshot:
        # A large index takes long to read up to its damage: requests would wait for each other without end.
        if time.monotonic() - self._last_damage < self._check_seconds:
            raise DamagedError(self._damage)
        try:
            try:
                return self._open_newest()
            except InterruptedReadError:
                return self._open_newest()
        except DamagedError as error:
            self._damage, self._last_damage = str(error), time.monotonic()
            raise

    def _open_newest(self) -> Snapshot:
        with explained_errors(self._store), readable_values():
            return self._open_if_changed(self._current_generation())

    def _current_generation(self) -> Generation:
        """Return the generation of the database; open it if there is none or if another one took its place."""
        if self.generation is not None and (self.generation.is_replaced or not self.generation.is_current()):
            # Closed before the next one is opened: the two may share a file whose log was deleted.
            self.generation = self._snapshot = None
        if self.generation is None:
            generation = self._store.open_generation(connections=self._connections)
            require_schema(generation.engine)
            self.generation = generation
        return self.generation

    def _open_if_changed(self, generation: Generation) -> Snapshot:
        token, schema = _check(generation.engine)
        require_known_schema(schema)
        if self._snapshot is None or (token or UNPUBLISHED) != self._snapshot.token:
            with Session(generation.engine) as session:
                snapshot = open_snapshot(session, self._snapshot)
            engine = pinned_engine(generation, snapshot.version, snapshot.token)
            self._snapshot = replace(snapshot, engine=engine).warm_up()
            self.opened += 1
        self._last_check = time.monotonic()
        return self._snapshot


def _check(engine: Engine) -> tuple[str | None, str | None]:
    """Return the token of the newest publish and the migration of the database, each None if there is none.

    Raise UnavailableError if the database does not answer in time.
    """
    try:
        with Deadline(CHECK_SECONDS).apply(), engine.connect() as connection:
            token, schema = connection.execute(_CHECK).one()
    except SearchTimeoutError as error:
        raise UnavailableError(f"The database has not answered for {CHECK_SECONDS:g} seconds.") from error
    return token, schema
