"""Asking a host with patience: not too often, and again if it could not answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from seed.fetch.clock import Budget, Clock
from seed.fetch.exchange import Exchange, Reply
from seed.fetch.failures import NotFetchedError, UnreachedError
from seed.fetch.guard import host_of
from seed.fetch.pace import Jitter, Pace, backoff, retry_after

TRY_AGAIN = frozenset({408, 429})
"""Answers of 4xx that say "not now", as all of 5xx do."""


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
