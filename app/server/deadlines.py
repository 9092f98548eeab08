"""The deadlines of one connection, which share one timer."""

import asyncio
from collections.abc import Callable
from enum import Enum


class Phase(Enum):
    """What a connection waits for from its client."""

    HEADER = "the header of a request"
    BODY = "the body of a request"
    WRITE = "the client to read a response"
    LINGER = "a refused client to stop sending"


class Deadlines:
    """Calls a function when a phase of a connection takes too long.

    A phase begins and ends without touching the timer unless it has to fire earlier than planned, so that a request
    costs no more than a change of a dictionary.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, expire: Callable[[Phase], None]) -> None:
        self._loop = loop
        self._expire = expire
        self._ends: dict[Phase, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def start(self, phase: Phase, seconds: float) -> None:
        """Begin a phase, or begin it again."""
        end = self._ends[phase] = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > end:
            self._set_timer(end)

    def has(self, phase: Phase) -> bool:
        """Return whether a phase has begun and not ended."""
        return phase in self._ends

    def stop(self, phase: Phase) -> None:
        """End a phase in time; do nothing if it has not begun."""
        self._ends.pop(phase, None)

    def close(self) -> None:
        """End all phases, and the timer."""
        self._ends.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self, end: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(end, self._check)

    def _check(self) -> None:
        self._timer = None
        now = self._loop.time()
        for phase in [phase for phase, end in self._ends.items() if end <= now]:
            del self._ends[phase]
            self._expire(phase)
        if self._ends and self._timer is None:
            self._set_timer(min(self._ends.values()))
