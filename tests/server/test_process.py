"""A server process ends in time, raises its limit of descriptors, and does not flood its log."""

import asyncio
import errno
import gc
import logging
import os
import resource
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from app.server.connections import RESERVED_DESCRIPTORS, environment_limits, limits_of, raise_descriptor_limit
from app.server.process import bounded_stop, exempt_startup_objects, limit_accept_log
from app.settings import Settings

UNLIMITED = resource.RLIM_INFINITY


@pytest.fixture
def handled() -> Iterator[list[int]]:
    """Return the signals that the handler of a server gets; SIGINT keeps that of Python."""
    signals: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        signals.append(number)

    previous = signal.signal(signal.SIGTERM, handle)
    yield signals
    signal.signal(signal.SIGTERM, previous)


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the alarms that are set, instead of setting them."""
    seconds: list[int] = []
    monkeypatch.setattr(signal, "alarm", seconds.append)
    return seconds


def test_a_signal_reaches_the_server_and_sets_an_alarm(handled: list[int], alarms: list[int]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with bounded_stop(7):
        os.kill(os.getpid(), signal.SIGTERM)
    assert (handled, alarms) == ([signal.SIGTERM], [7])
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_second_signal_ends_the_process(
    handled: list[int], alarms: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it would without a handler."""
    ended: list[object] = []
    monkeypatch.setattr(signal, "raise_signal", lambda number: ended.append((number, signal.getsignal(number))))
    with bounded_stop():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        assert ended == []
        os.kill(os.getpid(), signal.SIGTERM)
    assert ended == [(signal.SIGTERM, signal.SIG_DFL)]
    assert (handled[:1], len(alarms)) == ([signal.SIGTERM], 3)


def test_a_signal_without_a_handler_keeps_its_default() -> None:
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    with bounded_stop():
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_signals_are_left_alone_outside_the_main_thread(handled: list[int]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    def run() -> None:
        with bounded_stop():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]


def test_failures_to_accept_are_logged_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.new_event_loop()
    for seconds, lines in ((60.0, 1), (0.0, 1000)):
        caplog.clear()
        limit_accept_log(loop, seconds)
        for _ in range(1000):
            error = OSError(errno.EMFILE, "Too many open files")
            loop.call_exception_handler(
                {"message": "socket.accept() out of system resource", "exception": error, "socket": "127.0.0.1"}
            )
        assert [record.getMessage() for record in caplog.records] == [
            "New connections wait, because the system refuses to open them: Too many open files"
        ] * lines
    loop.close()


@pytest.mark.parametrize(
    "context",
    [
        {"message": "Something else"},
        {"message": "Something else", "exception": OSError(errno.EMFILE, "Too many open files")},
        {"message": "socket.accept() failed", "exception": OSError(errno.EPERM, "Not permitted")},
    ],
)
def test_other_errors_of_the_loop_are_logged_by_asyncio(
    context: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.new_event_loop()
    limit_accept_log(loop)
    for _ in range(2):
        loop.call_exception_handler(context)
    loop.close()
    assert [(record.name, record.levelno) for record in caplog.records] == [("asyncio", logging.ERROR)] * 2


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        (256, 900, 900),
        (256, 100_000, 500 + RESERVED_DESCRIPTORS),
        (256, UNLIMITED, 500 + RESERVED_DESCRIPTORS),
        (1024, 1024, None),
        (65_536, 100_000, None),
        (UNLIMITED, UNLIMITED, None),
    ],
)
def test_the_limit_of_descriptors_is_raised_as_far_as_needed(
    soft: int, hard: int, raised: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: limits.append(pair))
    raise_descriptor_limit(500)
    assert limits == ([] if raised is None else [(raised, hard)])


@pytest.mark.parametrize(
    ("soft", "connections"),
    [(1024, 1024 - RESERVED_DESCRIPTORS), (65_536, 1000), (UNLIMITED, 1000), (64, 1)],
)
def test_connections_leave_descriptors_for_the_database(
    soft: int, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, soft))
    assert limits_of(Settings()).connections == connections


def test_the_limits_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"MAX_CONNECTIONS": "9", "HEADER_SECONDS": "1", "BODY_SECONDS": "2", "WRITE_SECONDS": "3"}
    for name, value in values.items():
        monkeypatch.setenv(f"DATELINE_{name}", value)
    environment_limits.cache_clear()
    limits = environment_limits()
    environment_limits.cache_clear()
    assert (limits.connections, limits.header_seconds, limits.body_seconds, limits.write_seconds) == (9, 1.0, 2.0, 3.0)


def test_objects_of_the_start_are_exempt_from_garbage_collection_once() -> None:
    gc.unfreeze()
    exempt_startup_objects.cache_clear()
    exempt_startup_objects()
    exempt = gc.get_freeze_count()
    assert exempt > len(gc.get_objects())
    later = [[number] for number in range(10_000)]
    exempt_startup_objects()
    # An exempt object that is freed counts no longer.
    assert gc.get_freeze_count() <= exempt
    assert len(gc.get_objects()) >= len(later)
