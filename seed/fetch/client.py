"""Fetch a document, or learn that it has not changed since the last visit, or why it cannot be fetched."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import httpx

from seed.fetch.clock import Clock, TimeBudget
from seed.fetch.errors import NotFetchedError
from seed.fetch.guard import host_of
from seed.fetch.http_exchange import Exchange, HttpResponse
from seed.fetch.redirects import follow_redirects
from seed.fetch.retries import RANDOM_JITTER, Jitter, RetryingRequester, Throttle, describe_status
from seed.fetch.robots import RobotsCache
from seed.records import FetchedDocument, Visit, parse_content_type

DEFAULT_DELAY = 1.0
"""Minimum number of seconds between two requests to the same host."""

LastVisit = Callable[[str], Visit | None]
"""Returns the last visit to a URL that yielded a document, None if there was none."""

_VALIDATOR = re.compile(r"[!-~][ -~]{0,499}")


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a visit yielded: a document, or None if it has not changed since the last visit."""

    document: FetchedDocument | None
    visit: Visit


class Client:
    """Fetches URLs one after the other and respects the limits and robots.txt of hosts."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        known: LastVisit = lambda _url: None,
        delay: float = DEFAULT_DELAY,
        clock: Clock | None = None,
        jitter: Jitter = RANDOM_JITTER,
    ) -> None:
        self._exchange = exchange
        self._last_visit = known
        self._clock = clock or Clock()
        self._requester = RetryingRequester(exchange, Throttle(self._clock), self._clock, jitter, delay)
        self.robots = RobotsCache(self._requester)

    def fetch(self, address: str) -> FetchResult:
        """Return the document at a URL; raise NotFetchedError with the reason as its message."""
        guard, limits = self._exchange.guard, self._exchange.limits
        budget = TimeBudget(limits.whole, self._clock)
        url, response = follow_redirects(
            guard.check_url(address), lambda hop: self._request(hop, budget), guard=guard, limit=limits.redirects
        )
        last_visit = self._last_visit(str(url))
        if last_visit is not None and response.status == httpx.codes.NOT_MODIFIED:
            return FetchResult(None, replace(last_visit, fetched_at=int(self._clock.now()), status=response.status))
        if response.status != httpx.codes.OK:
            raise NotFetchedError(describe_status(response))
        visit = self._visit(url, response)
        if last_visit is not None and last_visit.content_hash == visit.content_hash:
            return FetchResult(None, visit)
        return FetchResult(_to_document(address, url, response, visit.fetched_at), visit)

    def _request(self, hop: httpx.URL, budget: TimeBudget) -> HttpResponse:
        rules, limits = self.robots.rules_for(hop), self._exchange.limits
        if not rules.allows(hop.raw_path.decode("ascii")):
            raise NotFetchedError(rules.closed or f"the robots.txt of {host_of(hop)} does not allow it")
        if rules.delay > limits.wait:
            raise NotFetchedError(
                f"the robots.txt of {host_of(hop)} requires {rules.delay:g} s between requests: "
                f"at most {limits.wait:g} s are accepted"
            )
        headers = conditional_headers(self._last_visit(str(hop)))
        return self._requester.request(hop, headers, budget=budget, limit=limits.body, delay=rules.delay)

    def _visit(self, url: httpx.URL, response: HttpResponse) -> Visit:
        return Visit(
            url=str(url),
            etag=_safe_validator(response.headers.get("etag")),
            last_modified=_safe_validator(response.headers.get("last-modified")),
            fetched_at=int(self._clock.now()),
            status=response.status,
            content_hash=sha256(response.body).hexdigest(),
        )


def conditional_headers(last_visit: Visit | None) -> dict[str, str]:
    """Return the headers that request a document only if it changed (RFC 9110 13.1)."""
    if last_visit is None:
        return {}
    headers = {"If-None-Match": last_visit.etag, "If-Modified-Since": last_visit.last_modified}
    return {name: value for name, value in headers.items() if value is not None}


def _safe_validator(value: str | None) -> str | None:
    """Return the validator if it can be sent back safely, otherwise None."""
    return value if value is not None and _VALIDATOR.fullmatch(value) else None


def _to_document(address: str, url: httpx.URL, response: HttpResponse, fetched_at: int) -> FetchedDocument:
    content_type, charset = parse_content_type(response.headers.get("content-type", ""))
    return FetchedDocument(
        url=address,
        final_url=str(url),
        content_type=content_type,
        charset=charset,
        body=response.body,
        fetched_at=fetched_at,
    )
