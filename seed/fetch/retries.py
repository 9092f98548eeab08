"""Asking a host with patience: not too often, and again if it could not answer."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

from seed.fetch.clock import Budget, Clock
from seed.fetch.errors import NotFetchedError, UnreachedError
from seed.fetch.guard import host_of
from seed.fetch.http_exchange import Exchange, Reply

TRY_AGAIN = frozenset({408, 429})
"""Answers of 4xx that say "not now", as all of 5xx do."""

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


@dataclass(frozen=True, slots=True)
class Asking:
    """`delay` is the least number of seconds between two requests of one host."""

    exchange: Exchange
    pace: Pace
    clock: Clock
    jitter: Jitter
    delay: float

    def ask(
        self, url: httpx.URL, headers: Mapping[str, str], *, budget: Budget, limit: int, delay: float = 0.0
    ) -> Reply:
        """The answer, after some attempts perhaps; raises NotFetchedError if none of them brought one."""
        attempt = 1
        while True:
            try:
                return self._once(url, headers, budget=budget, limit=limit, delay=max(delay, self.delay))
            except UnreachedError as error:
                self.clock.sleep(self._wait(error, attempt, budget))
            attempt += 1

    def _once(self, url: httpx.URL, headers: Mapping[str, str], *, budget: Budget, limit: int, delay: float) -> Reply:
        host = host_of(url)
        self.pace.wait(host, delay)
        try:
            reply = self.exchange.ask(url, headers, budget=budget, limit=limit)
        finally:
            self.pace.asked(host)
        if reply.status in TRY_AGAIN or reply.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            after = retry_after(reply.headers.get("retry-after"), now=self.clock.now())
            raise UnreachedError(answered(reply), after)
        return reply

    def _wait(self, error: UnreachedError, attempt: int, budget: Budget) -> float:
        """How long to wait before the next attempt; raises NotFetchedError if there is to be none."""
        limits = self.exchange.limits
        if attempt == limits.attempts:
            raise NotFetchedError(f"{error}, {attempt} times in a row") from error
        if budget.left() <= 0:
            raise NotFetchedError(f"took longer than {budget.seconds:g} s ({error})") from error
        wait = backoff(attempt, self.jitter) if error.after is None else error.after
        budget.waited += wait
        if budget.waited > limits.wait:
            raise NotFetchedError(f"{error}, and is to be left alone for {wait:.0f} s") from error
        return wait


def answered(reply: Reply) -> str:
    """A status as a reason says it."""
    return f"answered {reply.status} {httpx.codes.get_reason_phrase(reply.status)}".rstrip()


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
