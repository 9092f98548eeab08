"""The memory allocator of the process: what it holds back after many requests at once, where it is glibc's.

glibc gives each thread an arena of its own, and keeps what is freed in the middle of one. After 64 heavy clients
that was more than everything that the caches hold.
"""

import asyncio
import ctypes
from collections.abc import Callable
from time import monotonic

M_ARENA_MAX = -8
"""The parameter of `mallopt` for the maximum number of arenas."""

# The threads of requests hardly ever allocate at the same time: the interpreter runs one of them.
MAX_ARENAS = 2

# Returning takes some milliseconds, and the next requests take back what they need.
TRIM_SECONDS = 5.0
"""Seconds between heavy work and the return of the memory that it used."""


def limit_arenas() -> None:
    """Let new threads share the arenas that there are."""
    _call("mallopt", M_ARENA_MAX, MAX_ARENAS)


def trim() -> None:
    """Return free memory to the system."""
    _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    """Call a function of the C library if it has it; those of other systems return memory by themselves."""
    function = getattr(ctypes.CDLL(None), name, None)
    if function is not None:
        function(*arguments)


class Trimmer:
    """Returns free memory some time after heavy work, at most every `seconds`."""

    def __init__(self, seconds: float = TRIM_SECONDS, trim: Callable[[], None] = trim) -> None:
        self._seconds = seconds
        self._trim = trim
        self._last = float("-inf")

    def schedule(self) -> None:
        """Return free memory later, unless that is due already."""
        if monotonic() - self._last > self._seconds:
            self._last = monotonic()
            loop = asyncio.get_running_loop()
            loop.call_later(self._seconds, loop.run_in_executor, None, self._trim)
