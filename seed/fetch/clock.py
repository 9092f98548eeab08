"""Clocks and time budgets for fetching; tests pass a clock that does not make them wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """A monotonic clock and UTC time, both in seconds, and a function that sleeps."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class TimeBudget:
    """The seconds of network time for one URL, including all its redirects and attempts.

    `waited` sums the pauses before further attempts, which do not count as network time.
    """

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.seconds = seconds
        self.waited = 0.0
        self._left = seconds
        self._clock = clock
        self._started: float | None = None

    def left(self) -> float:
        """Return the seconds left, 0 or less if none are; they only run down inside the context manager."""
        running = 0.0 if self._started is None else self._clock.monotonic() - self._started
        return self._left - running

    def __enter__(self) -> "TimeBudget":
        self._started = self._clock.monotonic()
        return self

    def __exit__(self, *_error: object) -> None:
        self._left = self.left()
        self._started = None
