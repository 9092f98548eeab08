"""Load shedding: when more requests arrive than the event loop can serve, some are refused before any work.

The event loop takes in what has arrived and runs all of it before it looks again: a round. When a round has taken too
long, the requests left over wait for the next one, and those that have waited for too long are refused. What the cache
of responses answers costs no more than a refusal, so this is below it.
"""

import asyncio
from time import monotonic

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import BusyError
from app.http.problems import error_response
from app.http.request_url import HEALTH_PATHS, route_path

# A short request that arrives at the beginning of a round waits for two of them at most: about as long as users notice.
MAX_ROUND_SECONDS = 0.1
"""Seconds for which the event loop runs requests before it looks for others, and that a request waits for that."""


class LoadSheddingMiddleware:
    """Refuses the requests that would wait too long for the event loop."""

    def __init__(self, app: ASGIApp, max_round_seconds: float = MAX_ROUND_SECONDS) -> None:
        self.app = app
        self._max_seconds = max_round_seconds
        self._refusal = error_response(BusyError())
        self._round_ends: float | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when its round begins, or answer it with 503 if it has waited for too long.

        Health is never refused: a server that is busy is neither dead nor unready.
        """
        arrival = monotonic()
        if scope["type"] == "http" and route_path(scope) not in HEALTH_PATHS:
            while self._is_round_over():
                if monotonic() - arrival > self._max_seconds:
                    return await self._refusal(scope, receive, send)
                await asyncio.sleep(0)
        return await self.app(scope, receive, send)

    def _is_round_over(self) -> bool:
        """Return whether the event loop has had enough of the requests that it runs before it looks for others."""
        if self._round_ends is None:
            self._round_ends = monotonic() + self._max_seconds
            asyncio.get_running_loop().call_soon(self._end_round)
        return monotonic() > self._round_ends

    def _end_round(self) -> None:
        self._round_ends = None
