"""Time as fetching needs it; tests hand in one that does not make them wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds that only ever grow, seconds since 1970 in UTC, and a way to let some pass."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class Budget:
    """The seconds that one address may take on the network, all its redirects and attempts together.

    `waited` are those that passed before further attempts; they are not taken from the others.
    """

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.seconds = seconds
        self.waited = 0.0
        self._left = seconds
        self._clock = clock
        self._started: float | None = None

    def left(self) -> float:
        """Seconds that are left, 0 or less if none are; they only run while something is asked."""
        running = 0.0 if self._started is None else self._clock.monotonic() - self._started
        return self._left - running

    def __enter__(self) -> "Budget":
        self._started = self._clock.monotonic()
        return self

    def __exit__(self, *_error: object) -> None:
        self._left = self.left()
        self._started = None
