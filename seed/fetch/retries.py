"""Throttle requests to each host, and retry those that failed temporarily."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

from seed.fetch.clock import Clock, TimeBudget
from seed.fetch.errors import NotFetchedError, UnreachedError
from seed.fetch.guard import host_of
from seed.fetch.http_exchange import Exchange, HttpResponse

TEMPORARY_STATUSES = frozenset({408, 429})
"""4xx statuses that are temporary, as all 5xx are."""

_SECONDS = re.compile(r"\d{1,9}")

Jitter = Callable[[], float]
"""Returns a random number from 0 to 1."""

RANDOM_JITTER: Jitter = random.SystemRandom().random


class Throttle:
    """Enforces a delay between two requests to the same host, counted from the end of the first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_request: dict[str, float] = {}

    def wait(self, host: str, delay: float) -> None:
        """Sleep until the next request to the host is allowed."""
        if host in self._last_request:
            remaining = self._last_request[host] + delay - self._clock.monotonic()
            if remaining > 0:
                self._clock.sleep(remaining)

    def record_request(self, host: str) -> None:
        """Record that a request to the host has just ended."""
        self._last_request[host] = self._clock.monotonic()


@dataclass(frozen=True, slots=True)
class RetryingRequester:
    """Sends requests with throttling and retries; `delay` is the minimum pause per host in seconds."""

    exchange: Exchange
    throttle: Throttle
    clock: Clock
    jitter: Jitter
    delay: float

    def request(
        self, url: httpx.URL, headers: Mapping[str, str], *, budget: TimeBudget, limit: int, delay: float = 0.0
    ) -> HttpResponse:
        """Return the response, after several attempts if needed; raise NotFetchedError if all failed."""
        attempt = 1
        while True:
            try:
                return self._attempt(url, headers, budget=budget, limit=limit, delay=max(delay, self.delay))
            except UnreachedError as error:
                self.clock.sleep(self._seconds_to_wait(error, attempt, budget))
            attempt += 1

    def _attempt(
        self, url: httpx.URL, headers: Mapping[str, str], *, budget: TimeBudget, limit: int, delay: float
    ) -> HttpResponse:
        host = host_of(url)
        self.throttle.wait(host, delay)
        try:
            response = self.exchange.request(url, headers, budget=budget, limit=limit)
        finally:
            self.throttle.record_request(host)
        if response.status in TEMPORARY_STATUSES or response.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            after = retry_after(response.headers.get("retry-after"), now=self.clock.now())
            raise UnreachedError(describe_status(response), after)
        return response

    def _seconds_to_wait(self, error: UnreachedError, attempt: int, budget: TimeBudget) -> float:
        """Return the seconds until the next attempt; raise NotFetchedError if there is none."""
        limits = self.exchange.limits
        if attempt == limits.attempts:
            raise NotFetchedError(f"{error}, {attempt} times in a row") from error
        if budget.left() <= 0:
            raise NotFetchedError(f"took longer than {budget.seconds:g} s ({error})") from error
        wait = backoff(attempt, self.jitter) if error.after is None else error.after
        budget.waited += wait
        if budget.waited > limits.wait:
            raise NotFetchedError(f"{error}, and would require a wait of {wait:.0f} s") from error
        return wait


def describe_status(response: HttpResponse) -> str:
    """Return a status for messages, such as `answered 404 Not Found`."""
    return f"answered {response.status} {httpx.codes.get_reason_phrase(response.status)}".rstrip()


def backoff(attempt: int, jitter: Jitter) -> float:
    """Return seconds before attempt 1, 2, …: 1, 2, 4 ± 50 % at random, so that clients do not return together."""
    return float(2 ** (attempt - 1) * (0.5 + jitter()))


def retry_after(value: str | None, *, now: float) -> float | None:
    """Return the seconds in a `Retry-After` header, a number or a date (RFC 9110 10.2.3); None without either."""
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
