"""Admission: which requests run now, which wait and which are refused, so that heavy ones never delay light ones.

What requests of a kind have cost recently decides about the next one. Cheap ones run on the event loop. **Short** and
**medium** ones, which include those of an unknown kind, get a slice of processor time, and start again among **long**
ones if they exceed it. Each class has threads of its own and a bounded queue. A request that cannot end before its
deadline is refused, one whose client has left is dropped or stopped, and a client has a bounded number in each class.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from math import ceil
from time import monotonic, thread_time
from typing import Any, Generic, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant

from app.deadline import Deadline, SliceOverError
from app.errors import BusyError, ClientLeftError
from app.http.allocator import Trimmer
from app.http.request_costs import Kind, RequestCosts, request_kind
from app.http.responses import ChunkedResponse
from app.search.fulltext.hits import SearchContext
from app.search.query.filters import ArticleFilters

# Handing work to a thread takes about a tenth of a millisecond; the event loop answers nobody in the meantime.
INLINE_SECONDS = 0.005
"""Processor time that a request may take on the event loop, in seconds."""

# Enough for most text searches: in a million articles, for all but the most frequent words.
SHORT_SECONDS = 0.02
"""Processor time above which a request is long, in seconds."""

# So that a kind is long if about half of its requests are, however long they are.
MAX_COUNTED_SECONDS = 2 * SHORT_SECONDS
"""Processor time that one request may add to the average of its kind, in seconds."""

# All of them compete with the event loop for the interpreter.
THREADS_PER_MEDIUM = 2
"""One medium request at a time is allowed per this many threads."""

# By default, one long search runs at a time and leaves a core to all others.
THREADS_PER_LONG = 4
"""One long request at a time is allowed per this many threads."""

MAX_WAITING = {"short": 256, "medium": 64, "long": 64}
"""Requests of each class that wait for a thread."""

MAX_PER_CLIENT = {"short": 32, "medium": 8, "long": 4}
"""Requests of each class that one client may have waiting and running, where its address is known."""

# A client that tries again immediately after each refusal would otherwise take the processor from all others.
REFUSAL_SECONDS = 1.0
"""Seconds for which a refusal is held back."""

MAX_HELD = 512
"""Refusals that are held back together; further ones are sent immediately."""

# Streams sink by a level each time they have had twice as many turns: short ones end before long ones continue.
TURNS_PER_LEVEL = 16
"""Turns of a stream on the first level."""

# However many come in between, those of the highest level make progress.
TURNS_PER_OLDEST = 4
"""Each time after this many turns, the job that has waited longest is next."""

CLIENT_LEFT_STATUS = 499
"""The status of a response that nobody receives, as nginx logs it."""

CLIENT_LEFT = "The client has closed the connection."

Value = TypeVar("Value")


@dataclass(slots=True, eq=False)
class Job:
    """One request: its kind, its client (None if unknown), its deadline, and its expected seconds."""

    kind: Kind
    client: str | None
    deadline: Deadline
    arrival: float = field(default_factory=monotonic)
    expected: float = SHORT_SECONDS
    level: int = 0
    """Jobs of a lower level run first, and of one level those that arrived first."""
    is_refusable: bool = True
    """Whether the job can still be refused: a response that has begun cannot."""
    turn: "asyncio.Future[None] | None" = field(default=None, init=False)
    """What the job waits for, if it waits."""

    def leave(self) -> None:
        """Stop waiting and working: the client has left."""
        self.deadline.cancel()
        if self.turn is not None and not self.turn.done():
            self.turn.set_exception(ClientLeftError(CLIENT_LEFT))


def _by_level(job: Job) -> tuple[int, float]:
    return job.level, job.arrival


class Lane:
    """The threads of one class of requests, and the bounded queue of those that wait for one."""

    def __init__(self, name: str, threads: int, limit_seconds: float) -> None:
        self._threads = self._free = threads
        self._max_waiting = MAX_WAITING[name]
        self._max_per_client = MAX_PER_CLIENT[name]
        self._limit_seconds = limit_seconds
        self._waiting: list[Job] = []
        self._turns = 0
        self._clients: Counter[str] = Counter()
        self._expected = 0.0

    @property
    def retry_after(self) -> int:
        """Whole seconds after which there is probably room."""
        return max(1, ceil(self._expected / self._threads))

    async def run(self, job: Job, call: Callable[[], Awaitable[Value]]) -> Value:
        """Run a job when it is its turn; raise BusyError if there is no room for it, or no time left."""
        with self._client_counted(job):
            self._expected += job.expected
            try:
                await self._wait_for_turn(job)
                try:
                    return await call()
                finally:
                    self._free += 1
                    self._start_next()
            finally:
                self._expected -= job.expected

    @contextmanager
    def _client_counted(self, job: Job) -> Iterator[None]:
        if job.client is None:
            yield
            return
        if job.is_refusable and self._clients[job.client] >= self._max_per_client:
            raise BusyError(self.retry_after)
        self._clients[job.client] += 1
        try:
            yield
        finally:
            self._clients[job.client] -= 1
            if not self._clients[job.client]:
                del self._clients[job.client]

    async def _wait_for_turn(self, job: Job) -> None:
        if job.deadline.is_cancelled:
            raise ClientLeftError(CLIENT_LEFT)
        if self._free:
            self._free -= 1
            return
        is_late = self._expected / self._threads > job.deadline.remaining
        if job.is_refusable and (is_late or len(self._waiting) >= self._max_waiting):
            raise BusyError(self.retry_after)
        job.turn = asyncio.get_running_loop().create_future()
        self._waiting.append(job)
        try:
            await job.turn
        except asyncio.CancelledError:
            if job.turn.done() and not job.turn.cancelled():
                self._free += 1
                self._start_next()
            raise

    def _start_next(self) -> None:
        """Give a free thread to the first job that still waits and can end in time; refuse those that cannot."""
        while self._free and (turn := self._next_turn()):
            job, granted = turn
            # A kind may have exceeded the limit only recently: it must have the chance to become faster.
            if job.is_refusable and job.deadline.remaining < min(job.expected, self._limit_seconds / 2):
                granted.set_exception(BusyError(self.retry_after))
            else:
                self._free -= 1
                granted.set_result(None)

    def _next_turn(self) -> "tuple[Job, asyncio.Future[None]] | None":
        """Remove the next job that still waits, and return it with what it waits for."""
        self._waiting = [job for job in self._waiting if job.turn is not None and not job.turn.done()]
        if not self._waiting:
            return None
        self._turns += 1
        is_oldest = self._turns % TURNS_PER_OLDEST == 0
        job = self._waiting[0] if is_oldest else min(self._waiting, key=_by_level)
        self._waiting.remove(job)
        assert job.turn is not None  # noqa: S101 - it waits
        return job, job.turn


class Admission:
    """Runs the requests of one server process."""

    def __init__(
        self, *, threads: int, seconds: float, refusal_seconds: float = REFUSAL_SECONDS, max_held: int = MAX_HELD
    ) -> None:
        """Run short requests in these threads; `seconds` is the time limit of a request, from its arrival."""
        self._seconds = seconds
        self._refusal_seconds = refusal_seconds
        self._free_holds = max_held
        self._trimmer = Trimmer()
        self._costs = RequestCosts(first=INLINE_SECONDS, max_processor=MAX_COUNTED_SECONDS)
        self._short = Lane("short", threads, seconds)
        self._medium = Lane("medium", max(1, threads // THREADS_PER_MEDIUM), seconds)
        self._long = Lane("long", max(1, threads // THREADS_PER_LONG), seconds)

    async def run(self, call: Callable[[], object], request: Request, *, path: str, is_cheap: bool) -> object:
        """Return what a handler returns, from wherever its class runs.

        Raise BusyError if it is refused, SearchTimeoutError if it takes too long.
        """
        job = Job(request_kind(path, request.state.pairs), request.state.client, Deadline(self._seconds))
        cost = self._costs.get(job.kind)
        if is_cheap and (cost is None or cost.processor <= INLINE_SECONDS):
            with suppress(SliceOverError):
                return self._run_inline(job, call)
        try:
            with _watch(request, job):
                response = await self._run_in_class(job, call)
        except ClientLeftError:
            return Response(status_code=CLIENT_LEFT_STATUS)
        if isinstance(response, ChunkedResponse):
            response.body_iterator = self._stream(response, request, job)
        return response

    def _run_inline(self, job: Job, call: Callable[[], Value]) -> Value:
        usage = _Usage(call, job.deadline, INLINE_SECONDS, is_inline=True)
        try:
            return usage.run()
        finally:
            self._costs.add(job.kind, usage.processor, usage.elapsed)

    async def _run_in_class(self, job: Job, call: Callable[[], Value]) -> Value:
        cost = self._costs.get(job.kind)
        job.expected = cost.elapsed if cost else SHORT_SECONDS
        lane = self._short if cost and cost.processor <= INLINE_SECONDS else self._medium
        try:
            if not self._is_long(job):
                with suppress(SliceOverError):
                    return await lane.run(job, lambda: self._run_slice(job, call))
            self._trimmer.schedule()
            return await self._long.run(job, lambda: self._run_in_thread(job, call))
        except BusyError:
            await self._hold_refusal(job)
            raise

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
            self._costs.add(job.kind, usage.processor, usage.elapsed)

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
        yield response.first
        for turn in count(1):
            job = Job(first.kind, None, Deadline(self._seconds), arrival=first.arrival, is_refusable=False)
            job.level = (turn // TURNS_PER_LEVEL).bit_length()
            try:
                with _watch(request, job):
                    await asyncio.sleep(0)  # A HEAD ends here.
                    chunk = await self._long.run(job, partial(_in_thread, partial(_make_chunk, response, job), job))
            except ClientLeftError:
                return
            if not chunk:
                return
            yield chunk


def _make_chunk(response: ChunkedResponse, job: Job) -> bytes:
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
    while (await request.receive())["type"] != "http.disconnect":
        pass  # The body has been read, or is not wanted.
    job.leave()


def admitted(dependant: Dependant, path: str) -> Dependant:
    """Return the dependant of a plain handler at a path, so that admission decides when and where it runs."""
    handler, request_name = dependant.call, dependant.request_param_name
    assert handler is not None  # noqa: S101 - None in dependants of parameters alone

    async def run(**values: Any) -> object:  # noqa: ANN401 - of any type
        request: Request = values[request_name] if request_name else values.pop("request")
        admission: Admission = request.app.state.admission
        return await admission.run(partial(_call, handler, values), request, path=path, is_cheap=_is_cheap(values))

    return replace(dependant, call=run, request_param_name=request_name or "request")


def _is_cheap(values: Mapping[str, object]) -> bool:
    filters = values.get("filters")
    return isinstance(filters, ArticleFilters) and filters.is_cheap


def _call(handler: Callable[..., Value], values: Mapping[str, Any]) -> Value:
    try:
        return handler(**values)
    except SliceOverError:
        for value in values.values():
            if isinstance(value, SearchContext):
                value.session.close()  # A request that waits must hold no connection.
        raise
