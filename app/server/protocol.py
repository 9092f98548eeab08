"""uvicorn's HTTP protocol with deadlines, a bounded number of connections, and problems for what is not HTTP.

`dateline serve` uses it; uvicorn does with `--http app.server.protocol:BoundedProtocol`.
"""

import asyncio
import logging
import socket
from collections.abc import Iterable
from typing import Any

import h11
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from app.http.middleware import error_headers
from app.http.problems import RETRY_AFTER_SECONDS, ProblemType, problem_response, status_problem_type
from app.server.connections import ConnectionLimits, environment_limits
from app.server.deadlines import Deadlines, Phase
from app.server.http_request import MAX_HEADER_BYTES, Refusal, RequestParser

# The transport copies what it cannot send at once; the whole body is in memory only once, however many clients read it.
MAX_WRITE_BYTES = 262_144
"""Maximum size of one write to a transport; it takes the next one when the client has read this one."""

# In 30 seconds, about 550 bytes per second: slower than any modem.
MIN_PROGRESS_BYTES = 16_384
"""A client reads a response if it takes this much of it within the time limit of a write."""

REQUEST_TIMEOUT = status_problem_type(408)

TOO_MANY_CONNECTIONS = ProblemType(503, "too-many-connections", "The server has too many connections")

_log = logging.getLogger(__name__)


class BoundedProtocol(H11Protocol):
    """One connection whose client has a limited time to send a request and to read the response."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ConnectionLimits | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.limits = limits or environment_limits()
        self.conn = self._parser = RequestParser(config.h11_max_incomplete_event_size or MAX_HEADER_BYTES, self.refuse)
        self.app = self._run_app
        self.waiting_since: float | None = None
        """When the server began to wait for this client to send or complete a request; None while it works."""
        self._config_app: ASGIApp = config.loaded_app
        self._deadlines = Deadlines(self.loop, self._expire)
        self._is_refused = False
        self._unsent_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Start to wait for a request; make room for this connection if there are too many."""
        super().connection_made(transport)
        # Any unsent byte pauses the writer, so that no response waits in a buffer without a deadline.
        transport.set_write_buffer_limits(high=0)
        _send_at_once(transport.get_extra_info("socket"))
        self.waiting_since = self.loop.time()
        self._deadlines.start(Phase.HEADER, self.limits.header_seconds)
        if len(self.connections) > self.limits.connections:
            self._make_room()

    def _make_room(self) -> None:
        """Abort the connection that has made the server wait longest, or refuse this one if all are busy."""
        others = (other for other in self.connections if isinstance(other, BoundedProtocol) and other is not self)
        waiting = [
            (other.waiting_since, number, other)
            for number, other in enumerate(others)
            if other.waiting_since is not None and not other.transport.is_closing()
        ]
        if waiting:
            return min(waiting)[2].transport.abort()
        detail = f"All {self.limits.connections:,} connections of the server are busy; try again later."
        return self.refuse(Refusal(TOO_MANY_CONNECTIONS, detail, []))

    def connection_lost(self, exc: Exception | None) -> None:
        """End the deadlines."""
        self._deadlines.close()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the client was refused: then drop what it still sends."""
        if not self._is_refused:
            super().data_received(data)

    def handle_events(self) -> None:
        """Handle what was received, then see what the connection waits for."""
        super().handle_events()
        if not self._is_refused:
            self._follow()

    def _follow(self) -> None:
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._deadlines.stop(Phase.HEADER)
            self._wait_for(Phase.BODY, self.limits.body_seconds)
        elif state is h11.IDLE:
            self._deadlines.stop(Phase.BODY)
            if self.conn.trailing_data[0]:
                self._wait_for(Phase.HEADER, self.limits.header_seconds)
            else:
                # uvicorn limits how long a connection may be idle.
                self._wait()
        else:
            self._deadlines.stop(Phase.HEADER)
            self._deadlines.stop(Phase.BODY)
            self.waiting_since = None

    def _wait_for(self, phase: Phase, seconds: float) -> None:
        if not self._deadlines.has(phase):
            self._deadlines.start(phase, seconds)
        self._wait()

    def _wait(self) -> None:
        if self.waiting_since is None:
            self.waiting_since = self.loop.time()

    def _expire(self, phase: Phase) -> None:
        if phase is Phase.WRITE and self._has_progress():
            self._start_write_deadline()
        elif phase is Phase.BODY or (phase is Phase.HEADER and self.conn.trailing_data[0]):
            detail = f"Dateline waited too long for {phase.value}."
            read = self.headers if phase is Phase.BODY else self._parser.unread_headers()
            self.refuse(Refusal(REQUEST_TIMEOUT, detail, read))
        else:
            self.transport.abort()

    def pause_writing(self) -> None:
        """Start the deadline for the client to read."""
        super().pause_writing()
        self._start_write_deadline()

    def resume_writing(self) -> None:
        """End the deadline for the client to read."""
        self._deadlines.stop(Phase.WRITE)
        super().resume_writing()

    def _start_write_deadline(self) -> None:
        self._unsent_bytes = self.transport.get_write_buffer_size()
        self._deadlines.start(Phase.WRITE, self.limits.write_seconds)

    def _has_progress(self) -> bool:
        return self._unsent_bytes - self.transport.get_write_buffer_size() >= MIN_PROGRESS_BYTES

    def _should_upgrade(self) -> bool:
        # A request to upgrade is answered as if it were none (RFC 9110, 7.8); uvicorn would log two warnings for it.
        return False

    def refuse(self, refusal: Refusal) -> None:
        """Answer with a problem if the response has not begun, and end the connection."""
        self._is_refused = True
        self._unset_keepalive_if_required()
        self._deadlines.stop(Phase.HEADER)
        self._deadlines.stop(Phase.BODY)
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self.flow.resume_writing()
        _log.debug("Refused a request with %d: %s", refusal.type.status, refusal.type.title)
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return self.transport.abort()
        self.conn.send_failed()
        headers = [*self.server_state.default_headers, *error_headers(self.limits.cors_origins, refusal.headers)]
        self.transport.write(_response(refusal, headers))
        try:
            # A connection that is closed while its client sends is reset, and the client may never see the response.
            self.transport.write_eof()
        except OSError:  # The client has left.
            return self.transport.abort()
        self.flow.resume_reading()
        return self._wait_for(Phase.LINGER, self.limits.linger_seconds)

    def shutdown(self) -> None:
        """End now if the connection is idle; otherwise after the response, or when the time for that is over."""
        self.loop.call_later(self.limits.grace_seconds, self.transport.abort)
        try:
            super().shutdown()
        except h11.LocalProtocolError:  # The request was refused.
            self.transport.close()

    async def _run_app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app with writes of a bounded size; end quietly when the server stops."""

        async def send_in_slices(message: Message) -> None:
            body = message.get("body", b"")
            if len(body) <= MAX_WRITE_BYTES:
                return await send(message)
            for at in range(0, len(body), MAX_WRITE_BYTES):
                end = at + MAX_WRITE_BYTES
                more = end < len(body) or message.get("more_body", False)
                await send({"type": message["type"], "body": body[at:end], "more_body": more})
                # The event loop reports a lost connection before the next slice, and asyncio need not warn of it.
                await asyncio.sleep(0)
            return None

        try:
            await self._config_app(scope, receive, send_in_slices)
        except asyncio.CancelledError:
            # Only a server that stops cancels a request; its connection is aborted by now.
            self.transport.abort()


def _send_at_once(connection: socket.socket | None) -> None:
    """Keep the kernel from holding the end of a response until the client confirms its beginning, up to 40 ms.

    asyncio does so, but not for the connections of a socket that workers share: that one does not name its protocol.
    """
    if connection is not None and connection.family in {socket.AF_INET, socket.AF_INET6}:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _response(refusal: Refusal, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the whole response to a refused request, with these headers and those of its body."""
    status = refusal.type.status
    response = problem_response(refusal.type, refusal.detail)
    fields = [
        *headers,
        *response.raw_headers,
        (b"connection", b"close"),
    ]
    if status == TOO_MANY_CONNECTIONS.status:
        fields.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
    lines = [
        f"HTTP/1.1 {status} {status_problem_type(status).title}".encode(),
        *(b": ".join(field) for field in fields),
    ]
    return b"\r\n".join([*lines, b"", bytes(response.body)])
