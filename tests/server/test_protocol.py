"""The protocol on a transport that the test controls: slow readers, a stop of the server, cancelled requests."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from app.server.connections import ConnectionLimits
from app.server.deadlines import Deadlines, Phase
from app.server.protocol import MAX_WRITE_BYTES, MIN_PROGRESS_BYTES, BoundedProtocol
from tests.server.conftest import HOST

LIMITS = ConnectionLimits(header_seconds=60, body_seconds=60, write_seconds=0, grace_seconds=0)


@dataclass(eq=False)
class Timer:
    """A timer of a clock."""

    end: float
    callback: Callable[[], object]
    is_cancelled: bool = False

    def when(self) -> float:
        """Return when it is due."""
        return self.end

    def cancel(self) -> None:
        """Do not run it."""
        self.is_cancelled = True


class Clock:
    """The methods of an event loop that deadlines use, with a time that the test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.set_timers = 0
        self._timers: list[Timer] = []

    def time(self) -> float:
        """Return the time."""
        return self.now

    def call_at(self, when: float, callback: Callable[[], object]) -> Timer:
        """Set a timer."""
        timer = Timer(when, callback)
        self._timers.append(timer)
        self.set_timers += 1
        return timer

    @property
    def timers(self) -> list[Timer]:
        """The timers that will run."""
        return [timer for timer in self._timers if not timer.is_cancelled]

    def advance(self, now: float) -> int:
        """Run the timers that are due; return how many there were."""
        self.now = now
        due = [timer for timer in self.timers if timer.when() <= now]
        self._timers = [timer for timer in self.timers if timer not in due]
        for timer in due:
            timer.callback()
        return len(due)


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def expired() -> list[Phase]:
    """Return the phases that took too long."""
    return []


@pytest.fixture
def deadlines(clock: Clock, expired: list[Phase]) -> Deadlines:
    """Return deadlines on the clock."""
    loop: Any = clock
    return Deadlines(loop, expired.append)


def test_a_phase_expires_once(clock: Clock, deadlines: Deadlines, expired: list[Phase]) -> None:
    deadlines.start(Phase.HEADER, 10)
    clock.advance(9)
    assert (expired, deadlines.has(Phase.HEADER)) == ([], True)
    clock.advance(10)
    clock.advance(100)
    assert (expired, deadlines.has(Phase.HEADER)) == ([Phase.HEADER], False)


def test_a_thousand_requests_need_one_timer(clock: Clock, deadlines: Deadlines, expired: list[Phase]) -> None:
    for second in range(1000):
        clock.now = second / 1000
        deadlines.start(Phase.BODY, 10)
        deadlines.stop(Phase.BODY)
    assert clock.set_timers == 1
    deadlines.start(Phase.HEADER, 10)
    assert [clock.advance(10), clock.advance(11)] == [1, 1]
    assert expired == [Phase.HEADER]


def test_an_earlier_deadline_moves_the_timer(clock: Clock, deadlines: Deadlines, expired: list[Phase]) -> None:
    deadlines.start(Phase.WRITE, 30)
    deadlines.start(Phase.HEADER, 10)
    assert len(clock.timers) == 1
    clock.advance(10)
    clock.advance(30)
    assert expired == [Phase.HEADER, Phase.WRITE]


def test_nothing_expires_on_a_closed_connection(clock: Clock, deadlines: Deadlines, expired: list[Phase]) -> None:
    deadlines.close()
    deadlines.start(Phase.WRITE, 30)
    deadlines.close()
    assert (clock.advance(30), expired) == (0, [])


class Transport(asyncio.Transport):
    """A transport whose client reads what the test says."""

    def __init__(self, connection: socket.socket | None = None) -> None:
        super().__init__({"socket": connection})
        self.written = b""
        self.unsent = 0
        self.is_aborted = False
        self.is_connected = True

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        """Keep the data."""
        self.written += data

    def get_write_buffer_size(self) -> int:
        """Return what the test set."""
        return self.unsent

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Check that any unsent byte counts."""
        assert (high, low) == (0, None)

    def pause_reading(self) -> None:
        """Do nothing."""

    def resume_reading(self) -> None:
        """Do nothing."""

    def write_eof(self) -> None:
        """Raise OSError like a socket whose client has left."""
        if not self.is_connected:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    def is_closing(self) -> bool:
        """Return whether the connection ends."""
        return self.is_aborted

    def close(self) -> None:
        """End the connection."""
        self.is_aborted = True

    def abort(self) -> None:
        """End the connection."""
        self.is_aborted = True


async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer with a body of three slices, in two messages."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"a" * (2 * MAX_WRITE_BYTES + 1), "more_body": True})
    await send({"type": "http.response.body", "body": b"b" * (MAX_WRITE_BYTES + 1)})


async def wait(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Wait for ever."""
    await asyncio.Event().wait()


def connected(app: ASGIApp, connection: socket.socket | None = None) -> tuple[BoundedProtocol, Transport]:
    """Return a protocol on a transport, which has a real connection if one is given."""
    any_app: Any = app
    config = uvicorn.Config(any_app, log_config=None, access_log=False, proxy_headers=False, ws="none")
    protocol, transport = BoundedProtocol(config, ServerState(), {}, limits=LIMITS), Transport(connection)
    protocol.connection_made(transport)
    return protocol, transport


REQUEST = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"


@pytest.fixture
def run() -> Iterator[Callable[[Callable[[], Awaitable[None]]], None]]:
    """Return a function that runs a coroutine in an event loop of its own."""
    with asyncio.Runner() as runner:
        yield lambda scenario: runner.run(_awaited(scenario))


async def _awaited(scenario: Callable[[], Awaitable[None]]) -> None:
    await scenario()


Run = Callable[[Callable[[], Awaitable[None]]], None]


def test_a_slow_reader_is_kept_while_it_reads(run: Run) -> None:
    async def scenario() -> None:
        protocol, transport = connected(wait)
        transport.unsent = 3 * MIN_PROGRESS_BYTES
        protocol.pause_writing()
        for unsent, is_aborted in ((2, False), (1, False), (1, True)):
            transport.unsent = unsent * MIN_PROGRESS_BYTES
            protocol._expire(Phase.WRITE)
            assert transport.is_aborted is is_aborted
        protocol.resume_writing()
        protocol.connection_lost(None)

    run(scenario)


def test_no_response_waits_for_more_to_send(run: Run) -> None:
    """A socket that workers share does not name its protocol, and neither do its connections; asyncio skips those."""

    async def scenario() -> None:
        await asyncio.sleep(0)
        with (
            socket.create_server(("127.0.0.1", 0)) as listener,
            socket.create_connection(listener.getsockname()),
            socket.socket(fileno=listener.detach()) as shared,
            shared.accept()[0] as connection,
        ):
            assert not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            connected(answer, connection)
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        ours, others = socket.socketpair()
        with ours, others:
            connected(answer, ours)

    run(scenario)


def test_a_large_body_is_written_in_slices(run: Run) -> None:
    async def scenario() -> None:
        protocol, transport = connected(answer)
        protocol.data_received(REQUEST)
        while not transport.written.endswith(b"0\r\n\r\n"):
            await asyncio.sleep(0)
        assert transport.written.count(b"a" * MAX_WRITE_BYTES + b"\r\n") == 2
        assert transport.written.count(b"b" * MAX_WRITE_BYTES + b"\r\n") == 1
        protocol.connection_lost(None)

    run(scenario)


@pytest.mark.parametrize("sent", [b"", REQUEST[:9], REQUEST, b"nonsense\r\n\r\n"])
def test_a_stopping_server_ends_each_connection(run: Run, sent: bytes) -> None:
    """After a grace if it still waits for a response."""

    async def scenario() -> None:
        protocol, transport = connected(wait)
        if sent:
            protocol.data_received(sent)
        protocol.shutdown()
        assert transport.is_aborted is (sent is not REQUEST)
        while not transport.is_aborted:
            await asyncio.sleep(0)
        protocol.connection_lost(None)
        for task in protocol.tasks:
            task.cancel()

    run(scenario)


def test_a_cancelled_request_is_not_logged(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """Only its connection ends."""

    async def scenario() -> None:
        protocol, transport = connected(wait)
        protocol.data_received(REQUEST)
        (task,) = protocol.tasks
        await asyncio.sleep(0)
        protocol.connection_lost(None)
        task.cancel()
        await task
        assert transport.is_aborted

    run(scenario)
    assert caplog.text == ""


def test_a_refused_client_may_have_left(run: Run) -> None:
    async def scenario() -> None:
        protocol, transport = connected(wait)
        transport.is_connected = False
        protocol.data_received(b"nonsense\r\n\r\n")
        assert transport.is_aborted
        protocol.connection_lost(None)

    run(scenario)
