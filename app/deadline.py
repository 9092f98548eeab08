"""Deadlines: how long a request may take, where its work is interrupted, and whether anybody still waits for it.

The deadline in effect is carried by the context, as `anyio` carries cancellation, so that a loop deep in an aggregation
and each statement of a database obey it without passing it on.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from app.errors import ClientLeftError, SearchTimeoutError

# Processor time is what a slice limits, but work that waits for a disk holds its thread, too.
SLICE_ELAPSED_SECONDS = 0.25
"""Seconds after which a slice ends, however little processor time it took."""


class SliceOverError(Exception):
    """The work takes longer than its slice, and has to start again where that matters less."""


class Deadline:
    """The end of the time of one request, `seconds` from now; other threads may cancel it."""

    __slots__ = (
        "_elapsed_ends",
        "_ends",
        "_interrupt",
        "_processor_ends",
        "has_required_thread",
        "is_cancelled",
        "is_inline",
        "seconds",
    )

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        self.is_cancelled = self.is_inline = False
        self.has_required_thread = False
        """Whether the work has been such that it must not run on the event loop."""
        self._processor_ends: float | None = None
        self._elapsed_ends = 0.0
        self._interrupt: Callable[[], None] | None = None

    @property
    def remaining(self) -> float:
        """Seconds to the end, negative after it."""
        return self._ends - time.monotonic()

    @property
    def waiting_seconds(self) -> float:
        """Seconds for which the work may wait for something else, such as a server; negative after the end."""
        end = self._ends if self._processor_ends is None else min(self._ends, self._elapsed_ends)
        return end - time.monotonic()

    @property
    def has_slice(self) -> bool:
        """Whether the work has a slice of processor time."""
        return self._processor_ends is not None

    def restart(self) -> None:
        """Begin the time of the request now."""
        self._ends = time.monotonic() + self.seconds

    def cancel(self) -> None:
        """Stop the work: the client has left."""
        self.is_cancelled = True
        if (interrupt := self._interrupt) is not None:
            interrupt()

    @contextmanager
    def interruptible(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Let `cancel` call this function during the block, which waits for something else; it must not block.

        It is called in another thread, and at the latest while the block ends. Raise what `check` raises.
        """
        self._interrupt = interrupt
        try:
            self.check()  # Whoever cancelled before did not know the function.
            yield
        finally:
            self._interrupt = None

    @contextmanager
    def apply(self, slice_seconds: float | None = None, *, is_inline: bool = False) -> Iterator[None]:
        """Put the deadline into effect for this thread, optionally with a slice of its processor time.

        `is_inline` says that the thread is the one of the event loop.
        """
        self.is_inline, self.has_required_thread = is_inline, False
        self._processor_ends = None if slice_seconds is None else time.thread_time() + slice_seconds
        self._elapsed_ends = time.monotonic() + SLICE_ELAPSED_SECONDS
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    def check(self) -> None:
        """Raise ClientLeftError, SearchTimeoutError or SliceOverError if the work has to end."""
        if self.is_cancelled:
            raise ClientLeftError("The client has closed the connection.")
        now = time.monotonic()
        if now > self._ends:
            raise SearchTimeoutError(f"The search took longer than {self.seconds:g} seconds.")
        if self._processor_ends is not None and (now > self._elapsed_ends or time.thread_time() > self._processor_ends):
            raise SliceOverError

    def require_thread(self) -> None:
        """Raise SliceOverError on the event loop."""
        self.has_required_thread = True
        if self.is_inline:
            raise SliceOverError

    def is_over(self) -> bool:
        """Return whether the work has to end, for callbacks that must not raise."""
        try:
            self.check()
        except (ClientLeftError, SearchTimeoutError, SliceOverError):
            return True
        return False


_CURRENT: ContextVar[Deadline | None] = ContextVar("dateline_deadline", default=None)


def current_deadline() -> Deadline | None:
    """Return the deadline in effect, or None."""
    return _CURRENT.get()


def check_deadline() -> None:
    """Raise what ends the work if its deadline is over; loops that can take long call this in each round."""
    deadline = _CURRENT.get()
    if deadline is not None:
        deadline.check()


def require_thread() -> None:
    """Raise what moves the work to a thread if it runs on the event loop; called before work that is never cheap."""
    deadline = _CURRENT.get()
    if deadline is not None:
        deadline.require_thread()
