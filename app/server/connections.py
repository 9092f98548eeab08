"""The bounds of the connections of one server process: their number, and how long each may keep it waiting."""

import resource
from dataclasses import dataclass
from functools import cache

from app.settings import Settings, read_settings

# Connections that the kernel has accepted and the server has not; the event loop takes as many in one step.
BACKLOG = 128
"""Connections that may wait to be accepted; `dateline serve` sets it."""

# Three steps of the event loop pass between the acceptance of a connection and the end of the one that it replaces. The
# rest is for the database, its log, and the files of Python.
RESERVED_DESCRIPTORS = 3 * BACKLOG + 64
"""File descriptors that connections must leave free."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits of the connections of one server process; times are in seconds."""

    connections: int = 1000
    header_seconds: float = 10.0
    body_seconds: float = 20.0
    write_seconds: float = 30.0

    # Enough for a response to reach a client that still sends.
    linger_seconds: float = 2.0
    """Time for which a refused client may continue to send, so that it reads the response instead of a reset."""

    # Most requests take less; with the time of a cancellation it stays below the limit of a stop.
    grace_seconds: float = 5.0
    """Time for which a stopping server lets responses end."""

    cors_origins: tuple[str, ...] = ("*",)
    """Origins whose pages may read the refusals."""


def limits_of(settings: Settings) -> ConnectionLimits:
    """Return the limits that the settings and the file descriptors of this process allow; at least one connection."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    connections = settings.max_connections
    if soft != resource.RLIM_INFINITY:
        connections = max(1, min(connections, soft - RESERVED_DESCRIPTORS))
    return ConnectionLimits(
        connections,
        settings.header_seconds,
        settings.body_seconds,
        settings.write_seconds,
        cors_origins=settings.cors_origins,
    )


@cache
def environment_limits() -> ConnectionLimits:
    """Return the limits that the environment of this process sets."""
    return limits_of(read_settings())


def raise_descriptor_limit(connections: int) -> None:
    """Allow this process the file descriptors that these connections need, or as many as the operator permits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + RESERVED_DESCRIPTORS
    wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
