"""One snapshot a request; each 200 gets its tag and is kept."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import DatelineError
from app.http.caching.etag import Answers, Asked, is_validated, validators
from app.http.caching.store import Answer, Recording
from app.http.middleware import HEADER, request_id
from app.http.problems import problem_of
from app.http.scope import values
from app.search.index.snapshot import Snapshot

_THREADS: RunVar[CapacityLimiter] = RunVar("dateline_snapshot_threads")

VARY_BY_ORIGIN = (b"vary", b"Accept, Accept-Encoding, Origin")
"""As CORS leaves it, which stands further out and adds Origin."""


async def current_snapshot(request: Request) -> Snapshot:
    """Return the snapshot from which this request's ETag was made: the one to answer from.

    What is posted has no ETag and takes the current one.
    """
    snapshot: Snapshot | None = getattr(request.state, "snapshot", None)
    return await _current(request.scope) if snapshot is None else snapshot


SnapshotDep = Annotated[Snapshot, Depends(current_snapshot)]


async def preferred_json_ld(request: Request) -> bool:
    """Tell whether the answer for which this request's ETag was made is JSON-LD, where there are that and JSON."""
    json_ld: bool = request.state.json_ld
    return json_ld


JsonLdDep = Annotated[bool, Depends(preferred_json_ld)]


class Validators:
    """Gives each request of the API its snapshot, each 200 its weak tag, and answers before any work where it can."""

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self.app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with snapshot and validators, what is no other path or method and not answered already."""
        if not is_validated(scope, {"GET", "HEAD"}):
            return await self.app(scope, receive, send)
        try:
            snapshot = await _current(scope)
        except DatelineError as error:
            return await problem_of(error)(scope, receive, send)
        asked = self._answers.asked(scope, snapshot)
        if asked.answer is not None:
            return await asked.answer.send(send)
        scope.setdefault("state", {}).update(snapshot=snapshot, json_ld=asked.json_ld)
        sender = _Tagging(send, asked, partial(self._answers.kept.put, asked.key))
        return await self.app(scope, receive, sender.send)


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


class _Tagging:
    """One response: a 200 gets its validators and is kept, or is a 304 for a client that has any answer already."""

    def __init__(self, send: Send, asked: Asked, keep: Callable[[Answer], None]) -> None:
        self._send = send
        self._tag = asked.tag
        self._keep = keep
        self._unmodified = asked.any_answer
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
            return {**message, "status": 304, "headers": list(validators(self._tag))}
        if message["status"] == 200:
            added = validators(self._tag)
            names = {name for name, _ in added}
            message["headers"] = [*(pair for pair in message["headers"] if pair[0] not in names), *added]
            self._recording = Recording(message["headers"])
        return message


class Shortcut:
    """Gives what is answered already before anything else looks at the request.

    The way through all that surrounds the routes takes several times as long. It is left to those who need something
    of it: pages of another origin, HEAD, and whoever comes first after the corpus was looked at last.
    """

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self.app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        answer = self._answer(scope)
        if answer is None:
            return await self.app(scope, receive, send)
        return await answer.send(send)

    def _answer(self, scope: Scope) -> Answer | None:
        if not is_validated(scope, {"GET"}) or values(scope, b"origin"):
            return None
        snapshot: Snapshot | None = scope["app"].state.corpus.fresh()
        answer = self._answers.asked(scope, snapshot).answer if snapshot is not None else None
        if answer is None:
            return None
        headers = (*answer.headers[:-1], VARY_BY_ORIGIN, (HEADER, request_id(scope)))
        return Answer(headers, answer.body, answer.status)
