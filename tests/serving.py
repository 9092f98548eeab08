"""A real server on the loopback, for what a test client hides."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from app.server.connections import ConnectionLimits
from app.server.protocol import BoundedProtocol

TIMEOUT_SECONDS = 10.0
"""Seconds after which a test stops waiting and fails."""


@contextmanager
def serving(
    app: ASGIApp, *, root_path: str = "", limits: ConnectionLimits | None = None, log_level: str = "critical"
) -> Iterator[int]:
    """Serve an application on a free port of the loopback as `dateline serve` does; yield the port."""
    # uvicorn takes anything that makes a protocol, although its types say otherwise.
    protocol: Any = partial(BoundedProtocol, limits=limits or ConnectionLimits())
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        log_level=log_level,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        root_path=root_path,
    )
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield _wait_for_port(server, listener)
        finally:
            server.should_exit = True
            thread.join(TIMEOUT_SECONDS)
    assert not thread.is_alive()


def _wait_for_port(server: uvicorn.Server, listener: socket.socket) -> int:
    end = time.monotonic() + TIMEOUT_SECONDS
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    assert server.started
    port: int = listener.getsockname()[1]
    return port
