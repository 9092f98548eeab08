"""Admission: a long search waits for other long ones, a short one waits for none, and what cannot be run is refused."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from threading import Event, Lock
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from anyio import to_thread
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Message

from app.deadline import Deadline, check_deadline, current_deadline, require_thread
from app.errors import BusyError, SearchTimeoutError
from app.http.load.admission import CLIENT_LEFT_STATUS, SHORT_SECONDS, Admission
from app.http.load.lanes import MAX_PER_CLIENT, MAX_WAITING, Job, Lane
from app.http.load.request_costs import RequestCosts, request_kind
from app.http.posted_search import body_pairs
from app.http.request_url import parse_pairs
from app.http.responses import ChunkedResponse

SECONDS = 60.0
"""Time limit of a search in these tests, which none reaches."""


class Client:
    """A client that stays until it leaves."""

    def __init__(self, query: bytes = b"q=ferry", address: str | None = None) -> None:
        self._messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
        self._left = anyio.Event()
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "state": {"client": address}}
        self.request = Request(scope, self.receive)
        self.request.state.pairs = parse_pairs(query)

    def leave(self) -> None:
        self._left.set()

    async def receive(self) -> Message:
        if self._messages:
            return self._messages.pop()
        await self._left.wait()
        return {"type": "http.disconnect"}


class LongSearch:
    """A search that always exceeds the slice of short ones, and then runs until it is released or stopped."""

    def __init__(self) -> None:
        self.released = Event()
        self.slices = self.runs = self.running = self.max_running = 0
        self._lock = Lock()

    def __call__(self) -> str:
        deadline = current_deadline()
        assert deadline is not None
        with self._lock:
            is_slice = deadline.has_slice
            self.slices += is_slice
            self.runs += not is_slice
            self.running += 1
            self.max_running = max(self.max_running, self.running)
        try:
            while is_slice or not self.released.is_set():
                check_deadline()
        finally:
            with self._lock:
                self.running -= 1
        return "long"


def short() -> str:
    """Return immediately."""
    return "short"


async def run(
    admission: Admission, call: Callable[[], object], client: Client | None = None, *, is_cheap: bool = False
) -> Any:  # noqa: ANN401 - of any type
    return await admission.run(call, (client or Client()).request, path="/v1/articles", is_cheap=is_cheap)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what other tasks and threads do."""
    while not condition():
        await anyio.sleep(0.001)


def within(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario, and fail if it hangs."""

    async def main() -> None:
        with anyio.fail_after(SECONDS):
            await scenario()

    anyio.run(main)


@pytest.mark.parametrize("threads", [1, 4])
def test_long_searches_leave_threads_to_others(threads: int) -> None:
    long, responses = LongSearch(), []
    admission = Admission(threads=threads, seconds=SECONDS)

    async def run_long() -> None:
        responses.append(await run(admission, long))

    async def scenario() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(threads + 1):
                group.start_soon(run_long)
            await until(lambda: long.runs == threads)
            assert await run(admission, short, Client(b"q=a+b+c")) == "short"
            assert not responses
            long.released.set()

    within(scenario)
    assert responses == ["long"] * (threads + 1)
    assert long.runs == threads + 1
    assert long.max_running <= threads + max(1, threads // 2)


def work(seconds: float) -> None:
    """Take this much processor time, unless the slice or the deadline ends it."""
    ends = time.thread_time() + seconds
    while time.thread_time() < ends:
        check_deadline()
    # The clock of a thread may jump past both ends.
    check_deadline()


LEARN = partial(work, 2 * SHORT_SECONDS)
"""A search after which its kind is known as long."""


def test_a_kind_that_was_long_gets_no_slice_until_it_is_short_again() -> None:
    admission, has_slice = Admission(threads=1, seconds=SECONDS), []

    def search(seconds: float) -> None:
        deadline = current_deadline()
        assert deadline is not None
        has_slice.append(deadline.has_slice)
        work(seconds)

    async def scenario() -> None:
        for seconds in (2 * SHORT_SECONDS, 2 * SHORT_SECONDS, *[0] * 10):
            await run(admission, partial(search, seconds))

    within(scenario)
    assert has_slice[:4] == [True, False, False, False]
    assert has_slice[-1] is True


def test_a_cheap_search_needs_no_thread() -> None:
    admission = Admission(threads=1, seconds=SECONDS)

    async def scenario() -> None:
        to_thread.current_default_thread_limiter().total_tokens = 0
        assert await run(admission, short, is_cheap=True) == "short"

    within(scenario)


def test_a_search_that_is_not_as_cheap_as_it_seemed_moves_to_a_thread() -> None:
    """And the next one of its kind runs there from the beginning, until one could have stayed."""
    admission = Admission(threads=1, seconds=SECONDS)
    ran: list[str] = []

    def search(call: Callable[[], None]) -> None:
        deadline = current_deadline()
        assert deadline is not None
        ran.append("inline" if deadline.is_inline else "thread")
        call()

    async def scenario() -> None:
        calls: list[Callable[[], None]] = [require_thread, require_thread, check_deadline, check_deadline]
        expensive = partial(work, SHORT_SECONDS / 2)
        for call in calls:
            await run(admission, partial(search, call), Client(b"actor=a"), is_cheap=True)
        for call in (expensive, expensive):
            await run(admission, partial(search, call), Client(b"q=a"), is_cheap=True)

    within(scenario)
    assert ran == ["inline", "thread", "thread", "thread", "inline", "inline", "thread", "thread"]


def test_a_search_that_exceeds_its_limit_is_refused() -> None:
    long, admission = LongSearch(), Admission(threads=1, seconds=0.01)

    async def scenario() -> None:
        with pytest.raises(SearchTimeoutError, match=r"longer than 0\.01 seconds"):
            await run(admission, long)

    within(scenario)
    assert long.running == 0


def test_a_client_that_leaves_is_dropped_from_the_queue_and_stops_what_runs() -> None:
    long, admission = LongSearch(), Admission(threads=1, seconds=SECONDS)
    clients, statuses = [Client() for _ in range(10)], []

    async def run_long(client: Client) -> None:
        response = await run(admission, long, client)
        statuses.append(response.status_code)

    async def scenario() -> None:
        async with anyio.create_task_group() as group:
            for client in clients:
                group.start_soon(run_long, client)
            await until(lambda: long.runs == 1 and long.running == 1)
            for client in clients:
                client.leave()
        assert await run(admission, short) == "short"

    within(scenario)
    assert statuses == [CLIENT_LEFT_STATUS] * len(clients)
    assert long.runs == 1
    assert long.running == 0


def test_a_full_queue_refuses_the_next_one_and_says_when_to_retry() -> None:
    long, admission = LongSearch(), Admission(threads=1, seconds=SECONDS, refusal_seconds=0)
    outcomes: list[object] = []

    async def run_long() -> None:
        try:
            outcomes.append(await run(admission, long))
        except BusyError as error:
            outcomes.append(error.retry_after)

    async def scenario() -> None:
        await run(admission, LEARN)
        async with anyio.create_task_group() as group:
            for _ in range(1 + MAX_WAITING["long"] + 5):
                group.start_soon(run_long)
            await until(lambda: len(outcomes) == 5)
            assert all(isinstance(seconds, int) and seconds >= 1 for seconds in outcomes)
            long.released.set()

    within(scenario)
    assert outcomes[5:] == ["long"] * (1 + MAX_WAITING["long"])


def test_a_client_has_few_long_searches() -> None:
    """Others are not affected, and neither are clients whose address is not known."""
    long, admission = LongSearch(), Admission(threads=1, seconds=SECONDS, refusal_seconds=0)
    refused: list[str | None] = []

    async def run_long(address: str | None) -> None:
        try:
            await run(admission, long, Client(address=address))
        except BusyError:
            refused.append(address)

    async def scenario() -> None:
        await run(admission, LEARN)
        async with anyio.create_task_group() as group:
            for address in ("198.51.100.1", "198.51.100.2", None):
                for _ in range(MAX_PER_CLIENT["long"] + 1):
                    group.start_soon(run_long, address)
            await until(lambda: len(refused) == 2)
            long.released.set()
        await run_long("198.51.100.1")

    within(scenario)
    assert sorted(map(str, refused)) == ["198.51.100.1", "198.51.100.2"]


def job(seconds: float = SECONDS, expected: float = 0.01) -> Job:
    """Return a job of any kind."""
    return Job(request_kind("/", []), None, Deadline(seconds), expected=expected)


def test_a_search_that_can_no_longer_end_in_time_is_refused_instead_of_run() -> None:
    """The queue would otherwise be full of searches that all run until their limit, and no response would go out."""
    lane, release, outcomes = Lane("long", 1, 4 * SECONDS), anyio.Event(), []
    waiting = job()

    async def run_waiting() -> None:
        try:
            await lane.run(waiting, anyio.sleep_forever)
        except BusyError:
            outcomes.append("refused when it would start")

    async def scenario() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(lane.run, job(expected=SECONDS / 2), release.wait)
            await anyio.sleep(0)
            group.start_soon(run_waiting)
            await until(lambda: waiting.turn is not None)
            with pytest.raises(BusyError):
                await lane.run(job(seconds=SECONDS / 4), anyio.sleep_forever)
            outcomes.append("refused when it arrived")
            waiting.expected = 4 * SECONDS
            release.set()
        await lane.run(job(), anyio.lowlevel.checkpoint)

    within(scenario)
    assert outcomes == ["refused when it arrived", "refused when it would start"]


def test_the_lower_level_is_next_and_each_fourth_turn_goes_to_the_job_that_has_waited_longest() -> None:
    lane, release, order = Lane("long", 1, SECONDS), anyio.Event(), []

    async def run_level(level: int) -> None:
        turn = job()
        turn.level = level

        async def note() -> None:
            order.append(level)

        await lane.run(turn, note)

    async def scenario() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(lane.run, job(), release.wait)
            await anyio.sleep(0)
            for level in (9, 5, 4, 3, 2, 1):
                group.start_soon(run_level, level)
                await anyio.sleep(0)
            release.set()

    within(scenario)
    assert order == [1, 2, 3, 9, 4, 5]


def test_a_turn_of_a_request_that_is_cancelled_goes_to_the_next_one() -> None:
    """Even if it was granted just before."""
    lane, release = Lane("long", 1, SECONDS), anyio.Event()

    async def scenario() -> None:
        async def first() -> None:
            await lane.run(job(), release.wait)
            second.cancel()

        task = asyncio.create_task(first())
        await anyio.sleep(0)
        second = asyncio.create_task(lane.run(job(), anyio.sleep_forever))
        await anyio.sleep(0)
        release.set()
        await asyncio.wait([task, second])
        assert second.cancelled()
        await lane.run(job(), anyio.lowlevel.checkpoint)

    within(scenario)


def test_a_request_that_is_cancelled_while_it_waits_takes_no_turn() -> None:
    lane, release = Lane("long", 1, SECONDS), anyio.Event()

    async def scenario() -> None:
        first = asyncio.create_task(lane.run(job(), release.wait))
        await anyio.sleep(0)
        second = asyncio.create_task(lane.run(job(), anyio.sleep_forever))
        await anyio.sleep(0)
        second.cancel()
        await asyncio.wait([second])
        assert second.cancelled()
        assert not first.done()
        release.set()
        await lane.run(job(), anyio.lowlevel.checkpoint)
        await first

    within(scenario)


def test_a_request_that_is_refused_and_cancelled_returns_no_turn() -> None:
    """It had none: more requests would run together than there are threads."""
    lane, release = Lane("long", 1, SECONDS), anyio.Event()
    late = job(seconds=0.1, expected=0)

    async def scenario() -> None:
        async def first() -> None:
            await lane.run(job(), release.wait)
            second.cancel()

        task = asyncio.create_task(first())
        await anyio.sleep(0)
        second = asyncio.create_task(lane.run(late, anyio.sleep_forever))
        await anyio.sleep(0)
        await until(lambda: late.deadline.remaining < 0)
        release.set()
        await asyncio.wait([task, second])
        assert second.cancelled()
        third = asyncio.create_task(lane.run(job(), anyio.sleep_forever))
        fourth = asyncio.create_task(lane.run(job(), anyio.lowlevel.checkpoint))
        await anyio.wait_all_tasks_blocked()
        assert not fourth.done()
        third.cancel()
        await fourth

    within(scenario)


def test_few_refusals_are_held_back_together() -> None:
    """What is more than that is sent immediately: they take memory and connections."""
    long, admission = LongSearch(), Admission(threads=1, seconds=SECONDS, refusal_seconds=SECONDS, max_held=0)

    async def scenario() -> None:
        await run(admission, LEARN)
        async with anyio.create_task_group() as group:
            for _ in range(MAX_PER_CLIENT["long"]):
                group.start_soon(run, admission, long, Client(address="198.51.100.1"))
            await until(lambda: long.runs == 1)
            with pytest.raises(BusyError):
                await run(admission, long, Client(address="198.51.100.1"))
            long.released.set()

    within(scenario)


def test_a_refusal_is_held_back_until_its_client_leaves() -> None:
    admission = Admission(threads=1, seconds=SECONDS, refusal_seconds=SECONDS)
    long, client, responses = LongSearch(), Client(address="198.51.100.1"), []

    async def run_long() -> None:
        await run(admission, long, Client(address="198.51.100.1"))

    async def run_refused() -> None:
        responses.append(await run(admission, long, client))

    async def scenario() -> None:
        await run(admission, LEARN)
        async with anyio.create_task_group() as group:
            for _ in range(MAX_PER_CLIENT["long"]):
                group.start_soon(run_long)
            await until(lambda: long.runs == 1)
            group.start_soon(run_refused)
            await anyio.sleep(0)
            client.leave()
            await until(lambda: bool(responses))
            long.released.set()

    within(scenario)
    assert [response.status_code for response in responses] == [CLIENT_LEFT_STATUS]


def test_a_stream_takes_turns_with_long_searches_and_ends_when_its_client_leaves() -> None:
    admission, client, made = Admission(threads=1, seconds=SECONDS), Client(), []

    def chunks() -> Iterator[bytes]:
        for number in range(1_000_000):
            made.append(number)
            work(2 * SHORT_SECONDS)
            yield b"%d " % number

    async def scenario() -> None:
        response = await run(admission, lambda: ChunkedResponse(b"first ", chunks(), "text/csv"), client)
        assert isinstance(response, ChunkedResponse)
        body = []
        async for chunk in response.body_iterator:
            body.append(chunk)
            if len(body) == 3:
                client.leave()
        assert body == [b"first ", b"0 ", b"1 "]

    within(scenario)
    assert len(made) <= 4


def test_a_stream_that_is_not_read_to_its_end_is_freed() -> None:
    """It is part of a cycle of references: a collection that comes minutes later must not be what frees its rows."""
    admission, client, closed = Admission(threads=1, seconds=SECONDS), Client(), []

    def chunks() -> Iterator[bytes]:
        try:
            while True:
                yield b"more "
        finally:
            closed.append(True)

    async def send(message: Message) -> None:
        if message.get("body", b"").startswith(b"more"):
            raise OSError

    async def scenario() -> None:
        response = await run(admission, lambda: ChunkedResponse(b"first ", chunks(), "text/csv"), client)
        assert isinstance(response, ChunkedResponse)
        scope = {**client.request.scope, "asgi": {"spec_version": "2.4"}}
        with pytest.raises(ClientDisconnect):
            await response(scope, client.receive, send)
        assert closed

    within(scenario)


def test_a_client_has_few_streams() -> None:
    """They count as long requests until they are sent; once a path is known to stream, before any work for it."""
    admission, made = Admission(threads=1, seconds=SECONDS, refusal_seconds=0), []
    ended = anyio.Event()
    outcomes: list[str] = []

    def stream() -> ChunkedResponse:
        made.append(1)
        return ChunkedResponse(b"first ", iter([b"last"]), "text/csv")

    async def send(_message: Message) -> None:
        await ended.wait()

    async def serve(address: str | None) -> None:
        client = Client(address=address)
        try:
            response = await run(admission, stream, client)
        except BusyError:
            outcomes.append("busy")
        else:
            await response(client.request.scope, client.receive, send)
            outcomes.append("sent")

    async def scenario() -> None:
        first = ["198.51.100.1", None] * MAX_PER_CLIENT["long"]
        async with anyio.create_task_group() as group:
            for address in first:
                group.start_soon(serve, address)
            await until(lambda: len(made) == len(first))
            await anyio.wait_all_tasks_blocked()
            for address in ("198.51.100.1", "198.51.100.2", None):
                group.start_soon(serve, address)
            await until(lambda: len(made) == len(first) + 2)
            await until(lambda: outcomes == ["busy"])
            ended.set()
        await serve("198.51.100.1")

    within(scenario)
    assert outcomes == ["busy", *["sent"] * (2 * MAX_PER_CLIENT["long"] + 3)]


def test_the_first_stream_of_a_client_with_many_long_requests_is_refused() -> None:
    admission, client = Admission(threads=1, seconds=SECONDS, refusal_seconds=0), Client(address="198.51.100.1")

    async def scenario() -> None:
        with ExitStack() as requests:
            for _ in range(MAX_PER_CLIENT["long"]):
                requests.enter_context(admission._long.counted("198.51.100.1"))
            with pytest.raises(BusyError):
                await run(admission, lambda: ChunkedResponse(b"first ", iter([b"last"]), "text/csv"), client)

    within(scenario)


def test_streams_of_a_client_that_begin_together_are_few() -> None:
    """Nobody knows of the first ones that they are streams."""
    admission, ended = Admission(threads=1, seconds=SECONDS, refusal_seconds=0), anyio.Event()
    outcomes: list[str] = []

    async def send(_message: Message) -> None:
        await ended.wait()

    async def serve() -> None:
        client = Client(address="198.51.100.1")
        try:
            response = await run(admission, lambda: ChunkedResponse(b"first ", iter([b"last"]), "text/csv"), client)
        except BusyError:
            outcomes.append("busy")
        else:
            await response(client.request.scope, client.receive, send)
            outcomes.append("sent")

    async def scenario() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(MAX_PER_CLIENT["medium"]):
                group.start_soon(serve)
            await until(lambda: "busy" in outcomes)
            await anyio.wait_all_tasks_blocked()
            ended.set()

    within(scenario)
    assert outcomes.count("busy") == MAX_PER_CLIENT["medium"] - MAX_PER_CLIENT["long"]


def test_a_cancelled_request_stops_its_work() -> None:
    """A server that ends cancels its requests."""
    long, admission = LongSearch(), Admission(threads=1, seconds=SECONDS)

    async def scenario() -> None:
        task = asyncio.create_task(run(admission, long))
        waiting = asyncio.create_task(run(admission, long))
        await until(lambda: long.runs == 1)
        task.cancel()
        waiting.cancel()
        await asyncio.wait([task, waiting])
        await until(lambda: long.running == 0)
        assert await run(admission, short) == "short"

    within(scenario)


KINDS = {
    b"q=a": b"q=b",
    b"q=a+b+c": b"q=%22a&q=b",
    b"said=a+b+c": b"said=%22a",
    b"actor=a": b"actor=b",
    b"actor=a&actor=b&actor=c": b"actor=c&actor=b&actor=a",
    b"limit=100&sort=relevance": b"sort=relevance&limit=101",
}
"""Queries, each with another one."""


def test_kinds_are_told_by_what_costs() -> None:
    same = [request_kind("/", parse_pairs(a)) == request_kind("/", parse_pairs(b)) for a, b in KINDS.items()]
    assert same == [True, False, False, True, True, True]
    posted = [b'{"q": "b"}', b'{"actor": ["c", "b", "a"]}', b'{"sort": "relevance", "limit": 101}']
    in_urls = [b"q=a", b"actor=a&actor=b&actor=c", b"limit=100&sort=relevance"]
    assert [request_kind("/", body_pairs(body)) for body in posted] == [
        request_kind("/", parse_pairs(query)) for query in in_urls
    ]
    assert request_kind("/a", []) != request_kind("/b", [])
    for hostile in (b"limit=9999999999999999999999999", b"limit=%D9%A3", b"limit=", b"sort=" + b"x" * 5000):
        request_kind("/", parse_pairs(hostile))


def test_the_number_of_known_kinds_is_bounded() -> None:
    costs = RequestCosts(first=1, max_processor=1, max_kinds=2)
    for path in ("/a", "/b", "/a", "/c"):
        costs.add(request_kind(path, []), 5, 5)
    known = [path for path in ("/a", "/b", "/c") if costs.get(request_kind(path, []))]
    assert known == ["/a", "/c"]
