"""The cache middleware: one snapshot per request, an ETag and a place in the response cache for each 200.

It is below the request ids, CORS and HEAD, which make responses differ from request to request, and above everything
else: what it stores is what went out, whatever other middleware added to it.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.caching.etag import CacheLookup, ResponseCache, is_cacheable, not_modified_headers, with_cache_headers
from app.http.caching.store import ResponseRecorder, StoredResponse
from app.http.problems import response_to_exception
from app.search.index.snapshot import Snapshot

_SNAPSHOT_THREADS: RunVar[CapacityLimiter] = RunVar("dateline_snapshot_threads")


async def current_snapshot(request: Request) -> Snapshot:
    """Return the snapshot to answer from: the one that this request's ETag was made from.

    A POST has no ETag and gets the current one.
    """
    snapshot: Snapshot | None = getattr(request.state, "snapshot", None)
    return await _newest_snapshot(request.scope) if snapshot is None else snapshot


SnapshotDep = Annotated[Snapshot, Depends(current_snapshot)]


async def is_json_ld_preferred(request: Request) -> bool:
    """Return whether to answer in JSON-LD, as this request's ETag assumes, where a resource has both."""
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
        if not is_cacheable(scope):
            return await self.app(scope, receive, send)
        try:
            snapshot = await _newest_snapshot(scope)
        except Exception as error:  # What turns exceptions into responses is further in.
            response = await response_to_exception(Request(scope), error)
            return await response(scope, receive, send)
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
            return {**message, "status": 304, "headers": list(not_modified_headers(self._tag))}
        if message["status"] == 200:
            headers = with_cache_headers(message["headers"], self._tag)
            self._recorder = ResponseRecorder(headers)
            message = {**message, "headers": headers}
        return message
