"""`/mcp` over HTTP (streamable HTTP): each POST is one message, answered with JSON; nothing is kept between two.

Hosts and origins are checked first, as the specification orders, against a page that reaches this server by a name of
its own (DNS rebinding).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.hosts import is_host_in, parse_authority
from app.http.problems import METHOD_NOT_ALLOWED, MISDIRECTED_REQUEST, ProblemType, problem_response
from app.http.strict_params import MAX_BODY_BYTES
from app.mcp.server import McpServer
from app.settings import Settings

ORIGIN_REFUSED = ProblemType(403, "origin-refused", "Pages of this origin may not call this server")


class McpEndpoint:
    """The ASGI application at `/mcp`; it answers while `run` is entered."""

    def __init__(self, app: FastAPI) -> None:
        settings: Settings = app.state.settings
        self._server = McpServer(app)
        self._manager: StreamableHTTPSessionManager | None = None
        public = urlsplit(settings.public_url or "")
        own_hosts = (parse_authority(public.netloc, public.scheme).host,) if settings.public_url else ()
        self._hosts = (*settings.mcp_hosts, *own_hosts)
        self._origins = settings.mcp_origins

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Answer requests until the end of this context."""
        manager = StreamableHTTPSessionManager(
            self._server.protocol_server(),
            json_response=True,
            stateless=True,
            max_request_body_size=MAX_BODY_BYTES,
        )
        async with manager.run():
            self._manager = manager
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it: 421 for a foreign host, 403 for a foreign origin, 405 for another method."""
        assert self._manager is not None  # noqa: S101 - the lifespan of the application enters `run`
        refusal = self._refusal(scope)
        if refusal is not None:
            return await refusal(scope, receive, send)

        async def send_uncached(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"cache-control", b"no-store")]}
            await send(message)

        return await self._manager.handle_request(scope, receive, send_uncached)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the refusal of a request; its host is in normal form already, and missing if it is not known."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host"), headers.get("origin")
        if host is None or not is_host_in(parse_authority(host, scope["scheme"]).host, self._hosts):
            detail = "DATELINE_MCP_HOSTS does not name the host of the request."
            return problem_response(MISDIRECTED_REQUEST, detail)
        own = f"{scope['scheme']}://{host}"
        if origin is not None and origin != own and not {"*", origin} & set(self._origins):
            return problem_response(ORIGIN_REFUSED, "DATELINE_MCP_ORIGINS does not name the origin of the request.")
        if scope["method"] != "POST":
            detail = f"{scope['method']} is not supported here: each message is a POST."
            return problem_response(METHOD_NOT_ALLOWED, detail, headers={"Allow": "OPTIONS, POST"})
        return None
