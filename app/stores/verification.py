"""Verification of a database in the background, for damage that no request would notice: answers that lack matches."""

import logging
import os
import threading
import time
from contextlib import suppress
from itertools import chain

from sqlalchemy.exc import DatabaseError

from app.errors import DamagedError, DatelineError
from app.stores.schema import REPAIR_HINT, require_schema
from app.stores.store import Store, explained_errors

REST_PER_WORK = 4.0
"""Seconds of rest for each second of work: one fifth of a core at most."""

MAX_REST_SECONDS = 1.0
"""Maximum time of one rest: a statement that rests keeps its transaction open."""

# A restored database is served again without a restart, and a host that was lost is back or another one is read.
RECHECK_SECONDS = 300.0
"""Seconds after which a database is verified again that has a fault or could not be read to the end."""

LOWEST_PRIORITY = 19

_log = logging.getLogger(__name__)


class _StoppedError(Exception):
    """The verification is to end."""


class Verification:
    """Verifies a database at the start and then every `hours`, in a thread of its own; never if `hours` is 0."""

    def __init__(self, store: Store, *, hours: float, rest_per_work: float = REST_PER_WORK) -> None:
        self.fault: str | None = None
        """The sentence for the operator about the damage that the last verification found."""
        self._store = store
        self._seconds = hours * 3600
        self._rest_per_work = rest_per_work
        self._is_stopping = threading.Event()
        self._last_pause = 0.0
        self._thread = threading.Thread(target=self._run, name="verification", daemon=True)

    def start(self) -> None:
        """Start the thread, unless the operator has turned it off."""
        if self._seconds:
            self._thread.start()

    def stop(self) -> None:
        """End the thread soon, and wait for it."""
        self._is_stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def require_sound(self) -> None:
        """Raise DamagedError if the last verification found damage."""
        if self.fault is not None:
            raise DamagedError(self.fault)

    def _run(self) -> None:
        with suppress(AttributeError, OSError):  # On Linux, a thread has a priority of its own.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)
        while not self._is_stopping.is_set():
            is_complete = self.verify()
            self._is_stopping.wait(self._seconds if is_complete and not self.fault else RECHECK_SECONDS)

    def verify(self) -> bool:
        """Verify the database once, and keep what is found; log a fault when it is first found.

        Return whether all of it could be read.
        """
        engine = self._store.background_engine(self._pause)
        self._last_pause = time.monotonic()
        fault = self.fault
        try:
            with explained_errors(self._store):
                require_schema(engine)
                faults = chain(self._store.faults(engine), self._store.word_faults(engine, self._pause))
                first = next(faults, None)
                fault = first and f"The database is damaged ({first}); {REPAIR_HINT}."
        except DamagedError as error:
            fault = str(error)
        except (DatelineError, DatabaseError, _StoppedError):
            return False  # It cannot be read now, for a reason that requests name, or the server ends.
        finally:
            engine.dispose()
        if fault and self.fault is None:
            _log.error("%s", fault)
        self.fault = fault
        return True

    def _pause(self) -> None:
        """Rest in proportion to the work since the last rest; raise if the verification is to end."""
        worked = time.monotonic() - self._last_pause
        self._is_stopping.wait(min(worked * self._rest_per_work, MAX_REST_SECONDS))
        if self._is_stopping.is_set():
            raise _StoppedError
        self._last_pause = time.monotonic()
