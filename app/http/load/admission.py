"""Admission: which requests run now, which wait and which are refused, so that heavy ones never delay light ones.

What requests of a kind have cost recently decides about the next one. Cheap ones run on the event loop. **Short** and
**medium** ones, which include those of an unknown kind, get a slice of processor time, and start again among **long**
ones if they exceed it. Each class has threads of its own and a bounded queue. A request that cannot end before its
deadline is refused, one whose client has left is dropped or stopped, and a client has a bounded number in each class.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from inspect import iscoroutinefunction
from time import monotonic, thread_time
from typing import Any, Generic, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from sqlalchemy.exc import DatabaseError

from app.deadline import Deadline, SliceOverError
from app.errors import BusyError, ClientLeftError
from app.http.cache import CLIENT_LEFT
from app.http.load.allocator import Trimmer
from app.http.load.lanes import Job, Lane
from app.http.load.request_costs import RequestCosts, request_kind
from app.http.responses import ChunkedResponse
from app.search.fulltext.hits import SearchContext
from app.search.query.filters import ArticleFilters
from app.stores.store import InterruptedReadError, is_interrupted

# Handing work to a thread takes about a tenth of a millisecond; the event loop answers nobody in the meantime.
INLINE_SECONDS = 0.01
"""Processor time that a request may take on the event loop, in seconds."""

# Enough for most text searches: in a million articles, for all but the most frequent words.
SHORT_SECONDS = 0.03
"""Processor time above which a request is long, in seconds."""

# So that a kind is long if about half of its requests are, however long they are.
MAX_COUNTED_SECONDS = 2 * SHORT_SECONDS
"""Processor time that one request may add to the average of its kind, in seconds."""

# All of them compete with the event loop for the interpreter.
THREADS_PER_MEDIUM = 2
"""One medium request at a time is allowed per this many threads."""

# A client that tries again immediately after each refusal would otherwise take the processor from all others.
REFUSAL_SECONDS = 1.0
"""Seconds for which a refusal is held back."""

MAX_HELD = 512
"""Refusals that are held back together; further ones are sent immediately."""

# The shortest is next: one that takes a millisecond is not noticed by one that takes ten.
LEVELS_PER_SECOND = 1_000
"""Levels of short and medium requests per second of their expected processor time."""

# Streams sink by a level each time they have had twice as many turns: short ones end before long ones continue.
TURNS_PER_LEVEL = 16
"""Turns of a stream on the first level."""

CLIENT_LEFT_STATUS = 499
"""The status of a response that nobody receives, as nginx logs it."""

Value = TypeVar("Value")


class Admission:
    """Runs the requests of one server process."""

    def __init__(
        self, *, threads: int, seconds: float, refusal_seconds: float = REFUSAL_SECONDS, max_held: int = MAX_HELD
    ) -> None:
        """Run short requests in these threads; `seconds` is the time limit of a request, from its arrival."""
        self._seconds = seconds
        self._refusal_seconds = refusal_seconds
        self._free_holds = max_held
        self.trimmer = Trimmer()
        self._stream_paths: set[str] = set()
        self._costs = RequestCosts(first=INLINE_SECONDS, max_processor=MAX_COUNTED_SECONDS)
        self._short = Lane("short", threads, seconds)
        self._medium = Lane("medium", max(1, threads // THREADS_PER_MEDIUM), seconds)
        self._long = Lane("long", threads, seconds)

    async def run(self, call: Callable[[], object], request: Request, *, path: str, is_cheap: bool) -> object:
        """Return what a handler returns, from wherever its class runs.

        Raise BusyError if it is refused, SearchTimeoutError if it takes too long.
        """
        kind = request_kind(path, request.state.pairs)
        job = Job(kind, request.state.client, Deadline(self._seconds), SHORT_SECONDS)
        cost = self._costs.get(job.kind)
        if is_cheap and (cost is None or (cost.processor <= INLINE_SECONDS and not cost.needs_thread)):
            with suppress(SliceOverError):
                return self._run_inline(job, call)
        try:
            with _watch(request, job):
                response = await self._run_in_class(job, call)
        except ClientLeftError:
            return Response(status_code=CLIENT_LEFT_STATUS)
        if isinstance(response, ChunkedResponse):
            response.while_sent = self._long.counted(job.client)
            response.body_iterator = self._stream(response, request, job)
        return response

    def _run_inline(self, job: Job, call: Callable[[], Value]) -> Value:
        usage = _Usage(call, job.deadline, INLINE_SECONDS, is_inline=True)
        try:
            return usage.run()
        finally:
            self._add_cost(job, usage)

    async def _run_in_class(self, job: Job, call: Callable[[], Value]) -> Value:
        """Return the result; hold back the refusal of a client with as many long requests as it may have.

        Each stream is one of them.
        """
        try:
            result = await self._run_in_lane(job, call)
            if isinstance(result, ChunkedResponse):
                self._stream_paths.add(job.kind[0])
                self._long.require_room(job.client)
        except BusyError:
            await self._hold_refusal(job)
            raise
        return result

    async def _run_in_lane(self, job: Job, call: Callable[[], Value]) -> Value:
        cost = self._costs.get(job.kind)
        if cost is not None:
            job.expected = cost.elapsed
        if job.kind[0] in self._stream_paths:
            self._long.require_room(job.client)
        lane = self._short if cost and cost.processor <= INLINE_SECONDS else self._medium
        if not self._is_long(job):
            job.level = int((cost.processor if cost else SHORT_SECONDS) * LEVELS_PER_SECOND)
            with suppress(SliceOverError):
                return await lane.run(job, lambda: self._run_slice(job, call))
            job.level = 0
        self.trimmer.schedule()
        return await self._long.run(job, lambda: self._run_in_thread(job, call))

    def _is_long(self, job: Job) -> bool:
        cost = self._costs.get(job.kind)
        return cost is not None and cost.processor > SHORT_SECONDS

    async def _run_slice(self, job: Job, call: Callable[[], Value]) -> Value:
        if self._is_long(job):  # Others of its kind have shown it while this one waited.
            raise SliceOverError
        return await self._run_in_thread(job, call, SHORT_SECONDS)

    async def _run_in_thread(self, job: Job, call: Callable[[], Value], slice_seconds: float | None = None) -> Value:
        usage = _Usage(call, job.deadline, slice_seconds)
        try:
            return await _in_thread(usage.run, job)
        except SliceOverError:
            usage.processor = MAX_COUNTED_SECONDS  # All that is known is that it takes longer.
            raise
        finally:
            self._add_cost(job, usage)

    def _add_cost(self, job: Job, usage: "_Usage[Any]") -> None:
        self._costs.add(job.kind, usage.processor, usage.elapsed, needs_thread=job.deadline.has_required_thread)

    async def _hold_refusal(self, job: Job) -> None:
        """Wait before a refusal is sent; raise ClientLeftError if the client leaves meanwhile."""
        if not self._free_holds:
            return
        self._free_holds -= 1
        job.turn = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._refusal_seconds):
                await job.turn
        except TimeoutError:
            return
        finally:
            self._free_holds += 1

    async def _stream(self, response: ChunkedResponse, request: Request, first: Job) -> AsyncIterator[bytes]:
        """Yield the chunks of a response; each is made in a turn among the long requests, with a deadline of its own.

        A response that has begun is not refused any more.
        """
        try:
            yield response.first
            turn = 0
            while True:
                turn += 1
                job = Job(first.kind, None, Deadline(self._seconds), SHORT_SECONDS, first.arrival, is_refusable=False)
                job.level = (turn // TURNS_PER_LEVEL).bit_length()
                try:
                    with _watch(request, job):
                        await asyncio.sleep(0)  # A HEAD ends here.
                        chunk = await self._long.run(job, partial(_in_thread, partial(_make_chunk, response, job), job))
                except ClientLeftError:
                    setattr(request.state, CLIENT_LEFT, True)
                    return
                if chunk is None:
                    return
                if chunk:
                    yield chunk
        finally:
            self.trimmer.schedule()


def _make_chunk(response: ChunkedResponse, job: Job) -> bytes | None:
    job.deadline.restart()
    with job.deadline.apply():
        return response.next_chunk(SHORT_SECONDS)


class _Usage(Generic[Value]):
    """A call under a deadline, and the time that it took, in seconds."""

    def __init__(
        self, call: Callable[[], Value], deadline: Deadline, slice_seconds: float | None, *, is_inline: bool = False
    ) -> None:
        self._call = call
        self._deadline = deadline
        self._slice_seconds = slice_seconds
        self._is_inline = is_inline
        self.processor = self.elapsed = 0.0

    def run(self) -> Value:
        processor, elapsed = thread_time(), monotonic()
        try:
            with self._deadline.apply(self._slice_seconds, is_inline=self._is_inline):
                return self._call()
        finally:
            self.processor, self.elapsed = thread_time() - processor, monotonic() - elapsed


async def _in_thread(call: Callable[[], Value], job: Job) -> Value:
    try:
        # The lane has a free thread; anyio would count it a second time.
        return await to_thread.run_sync(call, limiter=CapacityLimiter(1))
    except asyncio.CancelledError:
        job.deadline.cancel()
        raise


@contextmanager
def _watch(request: Request, job: Job) -> Iterator[None]:
    """Let the job leave when its client closes the connection."""
    watcher = asyncio.create_task(_leave_at_disconnect(request, job))
    try:
        yield
    finally:
        watcher.cancel()


async def _leave_at_disconnect(request: Request, job: Job) -> None:
    # A body that nobody has read comes first.
    while (message := await request.receive()).get("more_body"):
        pass
    if message["type"] == "http.request":
        message = await request.receive()
    # A server that does not keep to the specification repeats the body: then nobody notices when its client leaves.
    if message["type"] == "http.disconnect":
        job.leave()


def admitted(dependant: Dependant, path: str) -> Dependant:
    """Return the dependant of a handler at a path; when and where a plain function runs is up to admission."""
    handler, request_name = dependant.call, dependant.request_param_name
    if handler is None or iscoroutinefunction(handler):
        return dependant  # It waits by itself, for something else than a thread.

    async def run(**values: Any) -> object:  # noqa: ANN401 - of any type
        request: Request = values[request_name] if request_name else values.pop("request")
        admission: Admission = request.app.state.admission
        return await admission.run(
            partial(_call_again, handler, values), request, path=path, is_cheap=_is_cheap(values)
        )

    return replace(dependant, call=run, request_param_name=request_name or "request")


def _is_cheap(values: Mapping[str, object]) -> bool:
    filters = values.get("filters")
    return isinstance(filters, ArticleFilters) and filters.is_cheap


def _call_again(handler: Callable[..., Value], values: Mapping[str, Any]) -> Value:
    """Call a handler; if the database interrupts it, as a host does that ends, call it again, once."""
    try:
        return _call(handler, values)
    except (DatabaseError, InterruptedReadError) as error:
        sessions = [value.session for value in values.values() if isinstance(value, SearchContext)]
        if not any(is_interrupted(session.get_bind(), error) for session in sessions):
            raise
        for session in sessions:
            session.close()
    return _call(handler, values)


def _call(handler: Callable[..., Value], values: Mapping[str, Any]) -> Value:
    """Call a handler, and give its connection back.

    The end of a transaction may wait for a server, which the event loop must not; and a request that waits for another
    thread, or for its client, must hold no connection.
    """
    try:
        return handler(**values)
    finally:
        for value in values.values():
            if isinstance(value, SearchContext):
                value.session.close()
