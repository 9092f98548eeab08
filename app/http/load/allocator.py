"""What the process holds back after many requests at once, and how it is returned to the system.

A request whose client leaves ends in a cycle of references: its rows wait for a garbage collection. And glibc's
allocator gives each thread an arena of its own, and keeps what is freed in the middle of one. After 64 heavy clients
both were more than everything that the caches hold; after some publishes the snapshots that had been replaced took as
much as the process itself.
"""

import asyncio
import ctypes
import gc
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
    """Free what requests that have ended left behind, and return free memory to the system.

    The objects that exist at the start are exempt from garbage collection, so that this takes some milliseconds.
    """
    gc.collect()
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
