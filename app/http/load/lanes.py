"""Lanes: the threads of each class of requests, and the bounded queues of those that wait for one."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from time import monotonic
from typing import TypeVar

from app.deadline import Deadline
from app.errors import BusyError, ClientLeftError
from app.http.load.request_costs import Kind

MAX_WAITING = {"short": 256, "medium": 64, "long": 64}
"""Requests of each class that wait for a thread."""

MAX_PER_CLIENT = {"short": 32, "medium": 8, "long": 4}
"""Requests of each class that one client may have waiting and running, where its address is known."""

# However many come in between, those of the highest level make progress.
TURNS_PER_OLDEST = 4
"""Each time after this many turns, the job that has waited longest is next."""

CLIENT_LEFT = "The client has closed the connection."

Value = TypeVar("Value")


@dataclass(slots=True, eq=False)
class Job:
    """One request: its kind, its client (None if unknown), its deadline, and its expected seconds."""

    kind: Kind
    client: str | None
    deadline: Deadline
    expected: float
    arrival: float = field(default_factory=monotonic)
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
        if job.is_refusable:
            self.require_room(job.client)
        with self.counted(job.client):
            expected = job.expected
            self._expected += expected
            try:
                await self._wait_for_turn(job)
                try:
                    return await call()
                finally:
                    self._free += 1
                    self._start_next()
            finally:
                self._expected -= expected

    def require_room(self, client: str | None) -> None:
        """Raise BusyError if a client has as many requests waiting and running as it may have."""
        if client is not None and self._clients[client] >= self._max_per_client:
            raise BusyError(self.retry_after)

    @contextmanager
    def counted(self, client: str | None) -> Iterator[None]:
        """Count one more request of a client, unless its address is not known."""
        if client is None:
            yield
            return
        self._clients[client] += 1
        try:
            yield
        finally:
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]

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
            if job.turn.done() and not job.turn.cancelled() and job.turn.exception() is None:
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
