"""One snapshot a request, and answers without work: ETag and 304 (RFC 9110, 8.8.3 and 13.1.2), and kept bytes."""

import re
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import __version__
from app.errors import DatelineError
from app.http.kept import Answer, Kept, Recording
from app.http.limits import raw_url
from app.http.problems import problem_of
from app.search.snapshot import Snapshot
from app.settings import ServeText

PREFIX = "/v1/"
"""Where answers depend on URL, release and corpus alone."""

VARY = "Accept, Accept-Encoding"
"""CORS, which stands further out, adds Origin."""

CACHE_CONTROL = "public, no-cache"

_OPAQUE = re.compile(r'(?:W/)?"([^"]*)"')
_THREADS: RunVar[CapacityLimiter] = RunVar("dateline_snapshot_threads")


async def current_snapshot(request: Request) -> Snapshot:
    """Return the snapshot from which this request's ETag was made: the one to answer from."""
    snapshot: Snapshot = request.state.snapshot
    return snapshot


SnapshotDep = Annotated[Snapshot, Depends(current_snapshot)]


class Validators:
    """Gives each request of the API its snapshot, each 200 its weak tag, and answers before any work where it can.

    A tag of ours can only come from a 200 of the same URL, release and publish token, so it is compared without
    looking further; `*` names no answer, so the request is run to learn whether there is one. An answer that is kept
    goes out again to whoever asks for the same tag and accepts the same types and codings.
    """

    def __init__(self, app: ASGIApp, serve_text: ServeText) -> None:
        self.app = app
        # The operator's choice of texts changes answers, but neither URL, release nor corpus.
        self._release = f"{__version__} {serve_text}".encode()
        self._kept = Kept()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with snapshot and validators, what is no other path or method and not answered already."""
        if not _is_validated(scope):
            return await self.app(scope, receive, send)
        try:
            snapshot = await _current(scope)
        except DatelineError as error:
            return await problem_of(error)(scope, receive, send)
        tag = self._tag(snapshot, scope)
        headers = Headers(scope=scope)
        known = ",".join(headers.getlist("if-none-match")).strip()
        if known and tag in _OPAQUE.findall(known):
            return await _not_modified(tag)(scope, receive, send)
        key = tag, headers.get("accept"), headers.get("accept-encoding")
        kept = self._kept.get(key)
        if kept is not None and known != "*":
            return await kept.send(send)
        scope.setdefault("state", {})["snapshot"] = snapshot
        sender = _Tagging(send, tag, partial(self._kept.put, key), unmodified=known == "*")
        return await self.app(scope, receive, sender.send)

    def _tag(self, snapshot: Snapshot, scope: Scope) -> str:
        parts = (self._release, snapshot.token.encode(), raw_url(scope))
        return blake2b(b"\0".join(parts), digest_size=12).hexdigest()


def _is_validated(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and scope["path"].startswith(PREFIX)


async def _current(scope: Scope) -> Snapshot:
    corpus = scope["app"].state.corpus
    fresh: Snapshot | None = corpus.fresh()
    if fresh is not None:
        return fresh
    # Threads of its own, so that a 304 never waits until a slow search gives a thread back.
    try:
        threads = _THREADS.get()
    except LookupError:
        threads = CapacityLimiter(4)
        _THREADS.set(threads)
    return await to_thread.run_sync(corpus.current, limiter=threads)


def _validators(tag: str) -> dict[str, str]:
    return {"ETag": f'W/"{tag}"', "Cache-Control": CACHE_CONTROL, "Vary": VARY}


def _not_modified(tag: str) -> Response:
    return Response(status_code=304, headers=_validators(tag))


class _Tagging:
    """One response: a 200 gets its validators and is kept, or is a 304 for a client that has any answer already."""

    def __init__(self, send: Send, tag: str, keep: Callable[[Answer], None], *, unmodified: bool) -> None:
        self._send = send
        self._tag = tag
        self._keep = keep
        self._unmodified = unmodified
        self._recording: Recording | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = self._start(message)
        elif self._unmodified:
            message = {**message, "body": b""}
        elif self._recording and (answer := self._recording.add(message)):
            self._keep(answer)
        await self._send(message)

    def _start(self, message: Message) -> Message:
        self._unmodified = self._unmodified and message["status"] == 200
        if self._unmodified:
            return {**message, "status": 304, "headers": _not_modified(self._tag).raw_headers}
        if message["status"] == 200:
            MutableHeaders(scope=message).update(_validators(self._tag))
            self._recording = Recording(message["headers"])
        return message
