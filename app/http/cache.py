"""The response cache: whole responses as the bytes that went out, so that a repeated request costs no work.

Its middleware gives each request one snapshot, and each 200 an ETag and a place in the cache.

It is below the request ids, CORS and HEAD, which make responses differ from request to request, and above everything
else: what it stores is what went out, whatever other middleware added to it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import __version__
from app.http.etag import Validators, validators
from app.http.problems import response_to_exception
from app.search.index.snapshot import Snapshot

API_PREFIX = "/v1/"
"""The beginning of all paths, below the root path, whose responses depend on URL, release and corpus alone."""

CITATION_SUFFIX = "/citation"
"""The end of the paths whose responses say when they were made: the day of access."""

# CORS, which is further out, adds Origin.
VARY = (b"Accept", b"Accept-Encoding")
"""The request headers that every response of the API depends on."""

CACHE_CONTROL = b"public, no-cache"

# Some thousand pages; little next to the snapshot of a large corpus.
MAX_STORE_BYTES = 16 * 1024 * 1024
"""Maximum size of all stored responses together, in bytes."""

# A page of 100 articles takes half of it.
MAX_RESPONSE_BYTES = 256 * 1024
"""Maximum size of one stored body, in bytes; a longer export passes through without being stored."""

OVERHEAD_BYTES = 1024
"""Bytes that a stored response takes in addition to its body and headers: its key and the objects around them."""

Headers = tuple[tuple[bytes, bytes], ...]
"""Names, in lower case, and values of headers, as they go over the wire."""

# Nobody receives its end, but a copy of it would be sent to others as if it were whole.
CLIENT_LEFT = "client_left"
"""The name in the state of a request whose stream ended early, because its client had left."""

_SNAPSHOT_THREADS: RunVar[CapacityLimiter] = RunVar("dateline_snapshot_threads")


async def current_snapshot(request: Request) -> Snapshot:
    """Return the snapshot to answer from: the one that this request's ETag was made from."""
    snapshot: Snapshot = request.state.snapshot
    return snapshot


SnapshotDep = Annotated[Snapshot, Depends(current_snapshot)]


async def is_json_ld_preferred(request: Request) -> bool:
    """Return whether to answer in JSON-LD, as this request's ETag assumes, where a resource has both."""
    json_ld: bool = request.state.json_ld
    return json_ld


JsonLdDep = Annotated[bool, Depends(is_json_ld_preferred)]


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A whole response: its headers as they are below CORS, its body and its status."""

    headers: Headers
    body: bytes
    status: int = 200

    @property
    def size(self) -> int:
        """The number of bytes that it takes in the store."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + OVERHEAD_BYTES

    async def send(self, send: Send) -> None:
        """Send the response; middleware further out may add headers."""
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class ResponseStore:
    """Responses by key, at most `max_bytes` in total; the least recently used is evicted first."""

    def __init__(self, max_bytes: int = MAX_STORE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._responses: OrderedDict[Hashable, StoredResponse] = OrderedDict()
        self.size = 0

    def get(self, key: Hashable) -> StoredResponse | None:
        """Return the response stored under this key, or None."""
        response = self._responses.get(key)
        if response is not None:
            self._responses.move_to_end(key)
        return response

    def put(self, key: Hashable, response: StoredResponse) -> None:
        """Store a response and evict what no longer fits."""
        previous = self._responses.pop(key, None)
        self._responses[key] = response
        self.size += response.size - (previous.size if previous else 0)
        while self.size > self._max_bytes:
            self.size -= self._responses.popitem(last=False)[1].size


class ResponseRecorder:
    """Copies one 200 while it passes; drops the copy of a response that is too large."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers
        self._body: bytearray | None = bytearray()

    def add(self, message: Message) -> StoredResponse | None:
        """Add the next chunk of the body; return the whole response after the last chunk."""
        if self._body is None:
            return None
        self._body += message.get("body", b"")
        if len(self._body) > MAX_RESPONSE_BYTES:
            self._body = None
            return None
        return None if message.get("more_body", False) else StoredResponse(self._headers, bytes(self._body))


class CacheMiddleware:
    """Gives each API request its snapshot and each 200 its weak ETag; answers from the cache where it can."""

    def __init__(self, app: ASGIApp, served: str, now: datetime | None = None) -> None:
        """Take `now` for the current time, or the clock if it is None; `served` is what the operator serves."""
        self.app = app
        self.store = ResponseStore()
        self._now = now
        # The operator's choice changes responses, but neither URL, release nor corpus.
        self._release = f"{__version__} {served}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or run the app with a snapshot and store its response; pass other requests on."""
        if not is_cacheable(scope):
            return await self.app(scope, receive, send)
        try:
            snapshot = await newest_snapshot(scope)
        except Exception as error:  # What turns exceptions into responses is further in.
            response = await response_to_exception(Request(scope), error)
            return await response(scope, receive, send)
        release = self._dated_release() if scope["path"].endswith(CITATION_SUFFIX) else self._release
        request = validators(scope, release, snapshot.token)
        if request.has_tag:
            return await StoredResponse(not_modified_headers(request.tag), b"", 304).send(send)
        stored = None if request.has_any else self.store.get(request.key)
        if stored is not None:
            return await stored.send(send)
        state = scope.setdefault("state", {})
        state.update(snapshot=snapshot, json_ld=request.json_ld)
        sender = _CachingSender(send, request, partial(self.store.put, request.key), state)
        return await self.app(scope, receive, sender.send)

    def _dated_release(self) -> bytes:
        """Return what a response depends on besides URL and corpus if it says when it was made."""
        today = (self._now or datetime.now(UTC)).astimezone(UTC).date()
        return self._release + f" {today}".encode()


def is_cacheable(scope: Scope) -> bool:
    """Return whether a request reads from the API; a HEAD is a GET here."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return bool(scope["path"].startswith(scope.get("root_path", "") + API_PREFIX))


async def newest_snapshot(scope: Scope) -> Snapshot:
    """Return the newest snapshot, and give back the memory of an older one; raise an error if there is none.

    It is an UnavailableError or a DamagedError.
    """
    corpus, admission = scope["app"].state.corpus, scope["app"].state.admission
    fresh: Snapshot | None = corpus.fresh()
    if fresh is not None:
        return fresh
    # Threads of its own, so that a 304 never waits for a slow search to free one.
    try:
        threads = _SNAPSHOT_THREADS.get()
    except LookupError:
        threads = CapacityLimiter(4)
        _SNAPSHOT_THREADS.set(threads)
    opened = corpus.opened
    snapshot: Snapshot = await to_thread.run_sync(corpus.current, limiter=threads)
    if corpus.opened != opened:
        admission.trimmer.schedule()
    return snapshot


class _CachingSender:
    """Sends one response: adds the caching headers to a 200 and stores it, or turns it into the 304 of `*`."""

    def __init__(
        self, send: Send, request: Validators, store: Callable[[StoredResponse], None], state: Mapping[str, object]
    ) -> None:
        self._send = send
        self._tag = request.tag
        self._store = store
        self._state = state
        self._is_unmodified = request.has_any
        self._recorder: ResponseRecorder | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = self._start(message)
        elif self._is_unmodified:
            message = {**message, "body": b""}
        elif self._recorder and (response := self._recorder.add(message)) and CLIENT_LEFT not in self._state:
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


def not_modified_headers(tag: bytes) -> Headers:
    """Return the headers of a 304."""
    return _caching_headers(tag, VARY)


def with_cache_headers(headers: Iterable[tuple[bytes, bytes]], tag: bytes) -> Headers:
    """Return the headers of a 200 with its caching headers; `Vary` keeps what others have added to it."""
    names = {name: None for key, value in headers if key == b"vary" for name in value.split(b", ")}
    vary = (*VARY, *(name for name in names if name not in VARY))
    others = (pair for pair in headers if pair[0] not in {b"etag", b"cache-control", b"vary"})
    return *others, *_caching_headers(tag, vary)


def _caching_headers(tag: bytes, vary: Iterable[bytes]) -> Headers:
    return (b"etag", b'W/"%b"' % tag), (b"cache-control", CACHE_CONTROL), (b"vary", b", ".join(vary))
