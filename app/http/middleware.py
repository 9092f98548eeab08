"""HEAD for every GET (RFC 9110, 9.3.2)."""

import re
from secrets import token_hex

import anyio
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.problems import URL_TOO_LONG, Kind, problem_response
from app.http.scope import raw_url, values

URL_BYTES = 8192
"""What Apache and common proxies accept, too: a longer URL would not reach a Dateline behind one."""

HEADER = b"x-request-id"

WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,128}")
"""What goes back as it came: nothing that could break a header, a log or a page that shows it."""

RANDOM_BYTES = 8
"""Enough that two requests of one log hardly ever share a name."""

METHODS = ("GET", "HEAD", "OPTIONS", "POST")
"""POST for questions that are too long for a URL."""

REQUEST_HEADERS = ("Content-Type", "If-None-Match", "X-Request-ID")

EXPOSED = ("Link", "ETag", "Retry-After", "X-Request-ID")

MAX_AGE = 7200
"""Seconds that a browser may remember the answer to a preflight: the most that Chromium does."""

REFUSED = Kind(400, "preflight-refused", "This origin, method or header is not allowed")


class Head:
    """Answers HEAD as GET would be answered, without the body.

    It stands outside the compression, so that Content-Length and Content-Encoding are those of the GET.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; for HEAD pass a GET on whose client leaves once it has the head."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)
        exchange = _HeadOnly(send)
        # Only up to this version of the specification does Starlette watch for a client that leaves a stream.
        asgi = {**scope.get("asgi", {}), "spec_version": "2.3"}
        return await self.app({**scope, "method": "GET", "asgi": asgi}, exchange.receive, exchange.send)


class _HeadOnly:
    """One exchange that ends with the head of the response, so that nobody computes a stream for nothing."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._asked = False
        self._answered = anyio.Event()

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._answered.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            self._answered.set()


class UrlLimit:
    """Answers a URL of more than URL_BYTES with 414, before anything reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is short enough."""
        length = len(raw_url(scope)) if scope["type"] == "http" else 0
        if length <= URL_BYTES:
            return await self.app(scope, receive, send)
        detail = f"The URL has {length} bytes; wanted are at most {URL_BYTES}."
        return await problem_response(URL_TOO_LONG, detail)(scope, receive, send)


def request_id(scope: Scope) -> bytes:
    """Return the id that the client gave, or a random one if it gave none, several or one that is not well-formed."""
    # A comma is in no id, so that two of them are none.
    given = b",".join(values(scope, HEADER))
    return given if WELL_FORMED.fullmatch(given) else token_hex(RANDOM_BYTES).encode()


class RequestIds:
    """Gives each response the id of its request; it stands further out than everything that answers or keeps answers.

    Only the shortcut, which stands around it for speed, gives its answers their ids itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the id in the state of the request, and put it on the way out."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        id_ = request_id(scope)
        scope.setdefault("state", {})["request_id"] = id_.decode()

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (HEADER, id_)]}
            await send(message)

        return await self.app(scope, receive, named)


class Cors(CORSMiddleware):
    """Starlette's CORS, whose refusals are problems like all others."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer a preflight."""
        response = super().preflight_response(request_headers)
        if response.status_code != REFUSED.status:
            return response
        headers = {k: v for k, v in response.headers.items() if k.startswith("access-control-") or k == "vary"}
        return problem_response(REFUSED, bytes(response.body).decode() + ".", headers=headers)


def cors(origins: tuple[str, ...]) -> Middleware:
    """Allow these origins (`*` is any), never with credentials."""
    return Middleware(
        Cors,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=REQUEST_HEADERS,
        expose_headers=EXPOSED,
        max_age=MAX_AGE,
    )
