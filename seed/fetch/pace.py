"""When a host may be asked again, and how long to wait after it could not answer."""

import random
import re
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

from seed.fetch.clock import Clock

_SECONDS = re.compile(r"\d{1,9}")

Jitter = Callable[[], float]
"""Draws a number from 0 to 1."""

JITTER: Jitter = random.SystemRandom().random


class Pace:
    """One request at a time, and between two of the same host a delay from the end of the first on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: dict[str, float] = {}

    def wait(self, host: str, delay: float) -> None:
        """Wait until the host may be asked."""
        if host in self._asked:
            left = self._asked[host] + delay - self._clock.monotonic()
            if left > 0:
                self._clock.sleep(left)

    def asked(self, host: str) -> None:
        """Note that a request of the host has just ended."""
        self._asked[host] = self._clock.monotonic()


def backoff(attempt: int, jitter: Jitter) -> float:
    """Seconds before attempt 1, 2, …: 1, 2, 4, half as much more or less, lest all who failed come back at once."""
    return float(2 ** (attempt - 1) * (0.5 + jitter()))


def retry_after(value: str | None, *, now: float) -> float | None:
    """The seconds that a `Retry-After` asks for, as a number or a date (RFC 9110 10.2.3); None if it says nothing."""
    if value is None:
        return None
    if _SECONDS.fullmatch(value.strip()):
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(aware.timestamp() - now, 0.0)
