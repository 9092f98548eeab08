"""A real server on the loopback, for what a test client hides."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

TIMEOUT_SECONDS = 10.0
"""Seconds after which a test stops waiting and fails."""


@contextmanager
def serving(app: FastAPI, *, root_path: str = "") -> Iterator[int]:
    """Serve an application on a free port of the loopback; yield the port."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on", root_path=root_path))
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
