"""What a server process does besides answering: it ends in time, and does not flood its log."""

import asyncio
import errno
import gc
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Any

# Docker kills a container ten seconds after it asked it to stop; a parent process needs some of them.
STOP_SECONDS = 8
"""Time within which a process ends after SIGTERM or SIGINT, whatever its threads do."""

ACCEPT_LOG_SECONDS = 60.0
"""Minimum time between two log entries about connections that cannot be accepted."""

_OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

_log = logging.getLogger(__name__)


@contextmanager
def bounded_stop(seconds: int = STOP_SECONDS) -> Iterator[None]:
    """End the process this long after a first SIGTERM or SIGINT, and immediately after a second one of the same kind.

    It adds to the handlers of the server, and does nothing outside the main thread, which alone may do so. The time
    limit is an alarm of the kernel: it needs neither the event loop nor the interpreter lock, which may be what hangs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    received: set[int] = set()

    def stop(number: int, frame: FrameType | None) -> None:
        if number in received:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        received.add(number)
        signal.alarm(seconds)
        handler = handlers[signal.Signals(number)]
        assert callable(handler)  # noqa: S101 - only those are replaced
        handler(number, frame)

    replaced = [number for number, handler in handlers.items() if callable(handler)]
    for number in replaced:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in replaced:
            signal.signal(number, handlers[number])


def limit_accept_log(loop: asyncio.AbstractEventLoop, seconds: float = ACCEPT_LOG_SECONDS) -> None:
    """Log failures to accept a connection at most once in this time; asyncio would log thousands per second."""
    last: float | None = None

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal last
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in _OUT_OF_RESOURCES and "accept" in context["message"]):
            return loop.default_exception_handler(context)
        if last is None or loop.time() >= last + seconds:
            last = loop.time()
            _log.error("New connections wait, because the system refuses to open them: %s", error.strerror)
        return None

    loop.set_exception_handler(handle)


@cache
def exempt_startup_objects() -> None:
    """Exempt the objects that exist now from garbage collection, once in a process.

    Modules, models and the lexicon are some 170,000 objects that live as long as the process. Each full collection
    would examine all of them: 150 ms or more in which a server answers nobody.
    """
    gc.collect()
    gc.freeze()
