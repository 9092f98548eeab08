"""The cache middleware: one snapshot per request, an ETag and a place in the response cache for each 200."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import DatelineError
from app.http.caching.etag import CacheLookup, ResponseCache, cache_headers, is_cacheable
from app.http.caching.store import ResponseRecorder, StoredResponse
from app.http.middleware import REQUEST_ID_HEADER, request_id
from app.http.problems import error_response
from app.http.scope import header_values
from app.search.index.snapshot import Snapshot

VARY_BY_ORIGIN = (b"vary", b"Accept, Accept-Encoding, Origin")
"""`Vary` as CORS, which is further out and adds Origin, leaves it."""

_SNAPSHOT_THREADS: RunVar[CapacityLimiter] = RunVar("dateline_snapshot_threads")


async def current_snapshot(request: Request) -> Snapshot:
    """Return the snapshot to answer from: the one that this request's ETag was made from.

    A POST has no ETag and gets the current one.
    """
    snapshot: Snapshot | None = getattr(request.state, "snapshot", None)
    return await _newest_snapshot(request.scope) if snapshot is None else snapshot


SnapshotDep = Annotated[Snapshot, Depends(current_snapshot)]


async def is_json_ld_preferred(request: Request) -> bool:
    """Return whether to answer in JSON-LD, as this request's ETag assumes, where a resource has that and JSON."""
    json_ld: bool = request.state.json_ld
    return json_ld


JsonLdDep = Annotated[bool, Depends(is_json_ld_preferred)]


class CacheMiddleware:
    """Gives each API request its snapshot and each 200 its weak ETag; answers from the cache where it can."""

    def __init__(self, app: ASGIApp, cache: ResponseCache) -> None:
        self.app = app
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or run the app with a snapshot and store its response; pass other requests on."""
        if not is_cacheable(scope, {"GET", "HEAD"}):
            return await self.app(scope, receive, send)
        try:
            snapshot = await _newest_snapshot(scope)
        except DatelineError as error:
            return await error_response(error)(scope, receive, send)
        lookup = self._cache.look_up(scope, snapshot)
        if lookup.response is not None:
            return await lookup.response.send(send)
        scope.setdefault("state", {}).update(snapshot=snapshot, json_ld=lookup.json_ld)
        sender = _CachingSender(send, lookup, partial(self._cache.store.put, lookup.key))
        return await self.app(scope, receive, sender.send)


async def _newest_snapshot(scope: Scope) -> Snapshot:
    corpus = scope["app"].state.corpus
    fresh: Snapshot | None = corpus.fresh()
    if fresh is not None:
        return fresh
    # Threads of its own, so that a 304 never waits for a slow search to free one.
    try:
        threads = _SNAPSHOT_THREADS.get()
    except LookupError:
        threads = CapacityLimiter(4)
        _SNAPSHOT_THREADS.set(threads)
    return await to_thread.run_sync(corpus.current, limiter=threads)


class _CachingSender:
    """Sends one response: adds the caching headers to a 200 and stores it, or turns it into the 304 of `*`."""

    def __init__(self, send: Send, lookup: CacheLookup, store: Callable[[StoredResponse], None]) -> None:
        self._send = send
        self._tag = lookup.tag
        self._store = store
        self._is_unmodified = lookup.matches_any
        self._recorder: ResponseRecorder | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = self._start(message)
        elif self._is_unmodified:
            message = {**message, "body": b""}
        elif self._recorder and (response := self._recorder.add(message)):
            self._store(response)
        await self._send(message)

    def _start(self, message: Message) -> Message:
        self._is_unmodified = self._is_unmodified and message["status"] == 200
        if self._is_unmodified:
            return {**message, "status": 304, "headers": list(cache_headers(self._tag))}
        if message["status"] == 200:
            added = cache_headers(self._tag)
            names = {name for name, _ in added}
            message["headers"] = [*(pair for pair in message["headers"] if pair[0] not in names), *added]
            self._recorder = ResponseRecorder(message["headers"])
        return message


class CacheFastPath:
    """Sends what the cache has before any other middleware looks at the request.

    The way through all middleware takes several times as long. Only requests that need some of it go that way: those
    from pages of another origin, HEAD, and the first one after the last check for a new corpus version expired.
    """

    def __init__(self, app: ASGIApp, cache: ResponseCache) -> None:
        self.app = app
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or pass the request on."""
        response = self._cached_response(scope)
        if response is None:
            return await self.app(scope, receive, send)
        return await response.send(send)

    def _cached_response(self, scope: Scope) -> StoredResponse | None:
        if not is_cacheable(scope, {"GET"}) or header_values(scope, b"origin"):
            return None
        snapshot: Snapshot | None = scope["app"].state.corpus.fresh()
        response = self._cache.look_up(scope, snapshot).response if snapshot is not None else None
        if response is None:
            return None
        headers = (*response.headers[:-1], VARY_BY_ORIGIN, (REQUEST_ID_HEADER, request_id(scope)))
        return StoredResponse(headers, response.body, response.status)
