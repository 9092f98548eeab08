"""Days that count from today become absolute ones before anything else sees the request.

The response, its ETag and the cursors in it are those of the resolved URL, which `Content-Location` names (RFC 9110,
8.7): they change at midnight and not before. A cursor holds the days of its first page, so that a walk goes on with
them after midnight.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.dates import resolve_day, time_zones
from app.http.cache import is_cacheable
from app.http.request_url import QueryPair, parse_pairs
from app.http.responses import url_with_query
from app.wire.cursors import days_of

_MAY_BE_RELATIVE = re.compile(rb"(?:^|&)(?:from|to|[^&=]*%[^&=]*)=(?![0-9])")
"""A parameter that may be `from` or `to`, with a value that does not begin with a digit: cached hits wait for this."""


class RelativeDaysMiddleware:
    """Replaces relative days in the query; the one that the client sent stays in the state of the request."""

    def __init__(self, app: ASGIApp, now: datetime | None) -> None:
        """Count from `now`, or from the clock if it is None."""
        self.app = app
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its days resolved, and name the URL that has them."""
        query = scope.get("query_string", b"")
        if not _MAY_BE_RELATIVE.search(query) or not is_cacheable(scope):
            return await self.app(scope, receive, send)
        resolved = resolve_query(query, self._now)
        if resolved == query:
            return await self.app(scope, receive, send)
        scope = {**scope, "query_string": resolved, "state": {**scope.get("state", {}), "requested_query": query}}
        location = url_with_query(Request(scope), resolved.decode("ascii", "replace")).encode("ascii", "replace")
        return await self.app(scope, receive, partial(_send_with_location, send, location))


async def _send_with_location(send: Send, location: bytes, message: Message) -> None:
    if message["type"] == "http.response.start" and message["status"] in {200, 304}:
        message = {**message, "headers": [*message["headers"], (b"content-location", location)]}
    await send(message)


def resolve_query(query: bytes, now: datetime | None) -> bytes:
    """Return a query with absolute days in place of relative ones, and without the zone in which they counted.

    A query without relative days, or with an unknown zone, stays as it is.
    """
    pairs = parse_pairs(query)
    days = _resolved_days(pairs, now)
    if not days:
        return query
    pieces = [piece for piece in query.split(b"&") if piece]
    kept = (at for at, pair in enumerate(pairs) if pair.name != "tz")
    return b"&".join(f"{pairs[at].name}={days[at]}".encode() if at in days else pieces[at] for at in kept)


def resolve_pairs(pairs: list[QueryPair], now: datetime | None) -> list[QueryPair]:
    """Return the pairs of a body as `resolve_query` returns those of a query."""
    days = _resolved_days(pairs, now)
    if not days:
        return pairs
    kept = ((at, pair) for at, pair in enumerate(pairs) if pair.name != "tz")
    return [QueryPair(pair.name, days[at]) if at in days else pair for at, pair in kept]


def _resolved_days(pairs: Sequence[QueryPair], now: datetime | None) -> dict[int, str]:
    """Return the absolute days of the pairs that have relative ones, by their places; counted from `now`."""
    values = {pair.name: pair.value for pair in pairs}
    zone = values.get("tz", "UTC")
    if zone not in time_zones():
        return {}
    today = partial(_today, now, zone)
    first_page = days_of(values.get("cursor"))
    return {
        at: first_page.get(pair.name) or day
        for at, pair in enumerate(pairs)
        if pair.name in {"from", "to"} and (day := resolve_day(pair.value, today))
    }


def _today(now: datetime | None, zone: str) -> date:
    return (now or datetime.now(UTC)).astimezone(ZoneInfo(zone)).date()
