"""An address -> what lies there, or that nothing changed there since last time, or why it could not be had."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import httpx

from seed.fetch.clock import Budget, Clock
from seed.fetch.errors import NotFetchedError
from seed.fetch.guard import host_of
from seed.fetch.http_exchange import Exchange, Reply
from seed.fetch.redirects import followed
from seed.fetch.retries import JITTER, Asking, Jitter, Pace, answered
from seed.fetch.robots import HouseRules
from seed.records import Fetched, Visit

DELAY = 1.0
"""Seconds between two requests of one host, unless it asks for more."""

Known = Callable[[str], Visit | None]
"""An address -> the last visit that brought something."""

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s\";,]{1,40})", re.IGNORECASE)
_VALIDATOR = re.compile(r"[!-~][ -~]{0,499}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visit brought: a document, or None if it is the one that was there last time."""

    document: Fetched | None
    visit: Visit


class Client:
    """Fetches one address after the other, as its hosts would have it."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        known: Known = lambda _url: None,
        delay: float = DELAY,
        clock: Clock | None = None,
        jitter: Jitter = JITTER,
    ) -> None:
        self._exchange = exchange
        self._known = known
        self._clock = clock or Clock()
        self._asking = Asking(exchange, Pace(self._clock), self._clock, jitter, delay)
        self.rules = HouseRules(self._asking)

    def fetch(self, address: str) -> Answer:
        """What lies at an address; raises NotFetchedError, of which `str()` is the reason."""
        guard, limits = self._exchange.guard, self._exchange.limits
        budget = Budget(limits.whole, self._clock)
        url, reply = followed(
            guard.checked(address), lambda hop: self._ask(hop, budget), guard=guard, limit=limits.redirects
        )
        known = self._known(str(url))
        if known is not None and reply.status == httpx.codes.NOT_MODIFIED:
            return Answer(None, replace(known, fetched_at=int(self._clock.now()), status=reply.status))
        if reply.status != httpx.codes.OK:
            raise NotFetchedError(answered(reply))
        visit = self._visit(url, reply)
        if known is not None and known.content_hash == visit.content_hash:
            return Answer(None, visit)
        return Answer(_document(address, url, reply, visit.fetched_at), visit)

    def _ask(self, hop: httpx.URL, budget: Budget) -> Reply:
        rules, limits = self.rules.of(hop), self._exchange.limits
        if not rules.allows(hop.raw_path.decode("ascii")):
            raise NotFetchedError(rules.closed or f"the robots.txt of {host_of(hop)} does not allow it")
        if rules.delay > limits.wait:
            raise NotFetchedError(
                f"the robots.txt of {host_of(hop)} wants {rules.delay:g} s between requests: "
                f"at most {limits.wait:g} s are waited"
            )
        headers = conditions(self._known(str(hop)))
        return self._asking.ask(hop, headers, budget=budget, limit=limits.body, delay=rules.delay)

    def _visit(self, url: httpx.URL, reply: Reply) -> Visit:
        return Visit(
            url=str(url),
            etag=_validator(reply.headers.get("etag")),
            last_modified=_validator(reply.headers.get("last-modified")),
            fetched_at=int(self._clock.now()),
            status=reply.status,
            content_hash=sha256(reply.body).hexdigest(),
        )


def conditions(known: Visit | None) -> dict[str, str]:
    """The headers that ask for a document only if it changed (RFC 9110 13.1)."""
    if known is None:
        return {}
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value is not None}


def _validator(value: str | None) -> str | None:
    """A validator as it can be sent back, None if it is none that could."""
    return value if value is not None and _VALIDATOR.fullmatch(value) else None


def _document(address: str, url: httpx.URL, reply: Reply, fetched_at: int) -> Fetched:
    declared = reply.headers.get("content-type", "")
    charset = _CHARSET.search(declared)
    return Fetched(
        url=address,
        final_url=str(url),
        content_type=declared.partition(";")[0].strip().lower(),
        charset=charset[1].lower() if charset else None,
        body=reply.body,
        fetched_at=fetched_at,
    )
