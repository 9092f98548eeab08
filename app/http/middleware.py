"""Middleware of every response: HEAD for every GET, the limit on URLs, request ids, and CORS."""

import re
from collections.abc import Iterable
from secrets import token_hex

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.problems import URL_TOO_LONG, ProblemType, problem_response
from app.http.request_url import raw_url

# Apache and common proxies accept as much: a longer URL would not reach a Dateline behind one.
MAX_URL_BYTES = 8192
"""Maximum length of path and query, in bytes."""

REQUEST_ID_HEADER = b"x-request-id"

# Nothing that could break a header, a log or a page that shows it.
VALID_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
"""The form of a client's request id that is returned unchanged."""

# Enough that two requests in one log hardly ever share an id.
RANDOM_ID_BYTES = 8
"""Length of a generated request id, in bytes before hexadecimal encoding."""

# POST is for searches that are too long for a URL.
ALLOWED_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
"""Methods that pages of other origins may use."""

# Besides our own, libraries for tracing, sessions and caches add theirs to every request, which change no response.
ALLOWED_HEADERS = (
    "Authorization",
    "Cache-Control",
    "Content-Type",
    "If-None-Match",
    "Range",
    "X-Request-ID",
    "X-Requested-With",
    "baggage",
    "sentry-trace",
    "traceparent",
    "tracestate",
)
"""Request headers that pages of other origins may send."""

EXPOSED_HEADERS = ("Link", "ETag", "Content-Disposition", "Content-Location", "Retry-After", "X-Request-ID")
"""Response headers that pages of other origins may read."""

# The maximum that Chromium honors.
PREFLIGHT_MAX_AGE_SECONDS = 7200
"""Seconds for which a browser may cache the response to a preflight."""

# Frontends fetch these responses. A browser that opens one shows what others wrote, and must run none of it.
SECURITY_HEADERS = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Security headers of every response that has none of its own; pages allow what they need (CSP level 3)."""

PREFLIGHT_REFUSED = ProblemType(400, "preflight-refused", "This origin, method or header is not allowed")


class HeadMiddleware:
    """Answers HEAD like GET, without the body (RFC 9110, 9.3.2).

    It is outside the compression, so that Content-Length and Content-Encoding are the same as for the GET.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a HEAD as a GET whose client disconnects after the headers; pass all other requests on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)
        exchange = _HeadExchange(receive, send)
        # Starlette watches for a client that leaves a stream only up to this version of the specification.
        asgi = {**scope.get("asgi", {}), "spec_version": "2.3"}
        return await self.app({**scope, "method": "GET", "asgi": asgi}, exchange.receive, exchange.send)


class _HeadExchange:
    """One exchange that ends after the headers of the response, so that no stream is computed for nothing."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._headers_sent = anyio.Event()

    async def receive(self) -> Message:
        """Return the next message of the client, or that it has disconnected as soon as the headers are sent."""
        if self._headers_sent.is_set():
            return {"type": "http.disconnect"}
        message: Message = {"type": "http.disconnect"}
        async with anyio.create_task_group() as group:
            group.start_soon(self._cancel_when_sent, group.cancel_scope)
            message = await self._receive()
            group.cancel_scope.cancel()
        return message

    async def _cancel_when_sent(self, scope: anyio.CancelScope) -> None:
        await self._headers_sent.wait()
        scope.cancel()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            self._headers_sent.set()


class UrlLimitMiddleware:
    """Answers a URL of more than MAX_URL_BYTES with 414 before anything reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests whose URL is short enough."""
        length = len(raw_url(scope)) if scope["type"] == "http" else 0
        if length <= MAX_URL_BYTES:
            return await self.app(scope, receive, send)
        detail = f"The URL has {length:,} bytes; the limit is {MAX_URL_BYTES:,}."
        return await problem_response(URL_TOO_LONG, detail)(scope, receive, send)


def request_id(scope: Scope) -> bytes:
    """Return the id that the client sent, or a random one if it sent none, several or an invalid one."""
    # No valid id contains a comma, so two of them are invalid.
    client_id = b",".join([value for name, value in scope["headers"] if name == REQUEST_ID_HEADER])
    return client_id if VALID_REQUEST_ID.fullmatch(client_id) else token_hex(RANDOM_ID_BYTES).encode()


class SecurityHeadersMiddleware:
    """Adds to each response the SECURITY_HEADERS that it does not have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                names = {name for name, _ in headers}
                added = (pair for pair in SECURITY_HEADERS if pair[0] not in names)
                message = {**message, "headers": [*headers, *added]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


class RequestIdMiddleware:
    """Adds the id of the request to each response; it is outside everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its id in the state."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        id_ = request_id(scope)
        scope.setdefault("state", {})["request_id"] = id_.decode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (REQUEST_ID_HEADER, id_)]}
            await send(message)

        return await self.app(scope, receive, send_with_id)


class ProblemCorsMiddleware(CORSMiddleware):
    """Starlette's CORS middleware, whose refusals are problems like all others."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Return the response to a preflight."""
        response = super().preflight_response(request_headers)
        if response.status_code != PREFLIGHT_REFUSED.status:
            return response
        headers = {k: v for k, v in response.headers.items() if k.startswith("access-control-") or k == "vary"}
        return problem_response(PREFLIGHT_REFUSED, bytes(response.body).decode() + ".", headers=headers)


def cors_middleware(origins: tuple[str, ...], headers: tuple[str, ...] = ()) -> Middleware:
    """Return middleware that allows these origins and more request headers (`*` is any), never with credentials."""
    return Middleware(
        ProblemCorsMiddleware,
        allow_origins=origins,
        allow_methods=ALLOWED_METHODS,
        allow_headers=(*ALLOWED_HEADERS, *headers),
        expose_headers=EXPOSED_HEADERS,
        max_age=PREFLIGHT_MAX_AGE_SECONDS,
    )


def error_headers(
    origins: tuple[str, ...], request_headers: Iterable[tuple[bytes, bytes]]
) -> list[tuple[bytes, bytes]]:
    """Return the headers that middleware adds to every error, for one that no app answers.

    If the headers of the request could not be read, its origin is not known: only a permission of all origins helps.
    """
    cors = ProblemCorsMiddleware(Response(), allow_origins=origins, expose_headers=EXPOSED_HEADERS)
    headers = MutableHeaders({**cors.simple_headers, "Vary": "Origin"})
    origin = Headers(raw=list(request_headers)).get("origin")
    if origin is not None and not cors.allow_all_origins and cors.is_allowed_origin(origin):
        headers["Access-Control-Allow-Origin"] = origin
    return [*headers.raw, *SECURITY_HEADERS, (REQUEST_ID_HEADER, request_id({"headers": request_headers}))]
