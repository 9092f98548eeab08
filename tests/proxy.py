"""A proxy of the tests: it serves an application below a prefix to tests that know nothing of one.

`pytest tests/contract --root-path /news` puts it in front of all applications that the tests make, so that they see the
contract as clients of a sub-path do. It checks that each URL in a response has the prefix, and removes it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ProxyKind = Literal["strips", "keeps"]

FILES = re.compile(r"/|/openapi\.json|/page/.*|/docs/.*")
"""Paths of files, whose URLs are relative to themselves or to the servers of the OpenAPI document."""

URL_HEADERS = (b"link", b"location", b"content-location")

_PATH = rb"/(?:v1|docs|livez|readyz|openapi\.json)\b"
_PAGE = rb"/(?=[?\"<])"
"""The rest of a URL of the page: nothing or a query."""


@dataclass
class Mount:
    """Where the tests serve their applications; the whole run has one."""

    root_path: str = ""
    proxy: ProxyKind = "strips"


MOUNT = Mount()


def mounted(app: FastAPI, mount: Mount = MOUNT) -> FastAPI:
    """Return the application, behind the proxy if there is a root path."""
    if mount.root_path:
        app.middleware_stack = Proxy(app.build_middleware_stack(), mount)
    return app


class Proxy:
    """An ASGI application that forwards each request as Uvicorn does with `--root-path`, and takes the prefix away."""

    def __init__(self, app: ASGIApp, mount: Mount) -> None:
        self.app = app
        self._root = mount.root_path
        # Uvicorn puts the root path before each path, also if the proxy left it there.
        self._prefix = mount.root_path * (2 if mount.proxy == "keeps" else 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward the request; raise AssertionError if a URL of the response lacks the prefix."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        response = _Response()
        await self.app(self._forwarded(scope), self._body_with_prefix(receive), response.send)
        body = response.body
        if scope["method"] == "HEAD":
            full = _Response()
            await self.app(self._forwarded({**scope, "method": "GET"}), receive, full.send)
            body = full.body
        is_file = bool(FILES.fullmatch(scope["path"]))
        body = body if is_file else self._without_prefix(body)
        headers = [(k, self._without_prefix(v) if k in URL_HEADERS else v) for k, v in response.headers]
        headers = [(k, str(len(body)).encode() if k == b"content-length" else v) for k, v in headers]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _forwarded(self, scope: Scope) -> Scope:
        headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        query = self._with_prefix(scope["query_string"])
        changes = {
            "root_path": self._root,
            "path": self._prefix + scope["path"],
            "headers": headers,
            "query_string": query,
        }
        if scope.get("raw_path"):
            changes["raw_path"] = self._prefix.encode() + scope["raw_path"]
        return {**scope, **changes}

    def _with_prefix(self, content: bytes) -> bytes:
        """Return a query or a body with the prefix in the URLs of this API, as clients of a sub-path write them."""
        return re.sub(_PATH, lambda path: self._root.encode() + path[0], content)

    def _body_with_prefix(self, receive: Receive) -> Receive:

        async def received() -> Message:
            message = await receive()
            if body := message.get("body"):
                message["body"] = self._with_prefix(body)
            return message

        return received

    def _without_prefix(self, content: bytes) -> bytes:
        root = self._root.encode()
        bare = re.search(rb"(?<!%b)%b" % (re.escape(root), _PATH), content)
        assert bare is None, f"no prefix in {content[max(0, bare.start() - 60) : bare.end() + 60]!r}"
        assert root * 2 not in content, "a URL has the prefix twice"
        return re.sub(rb"%b(?=%b|%b)" % (re.escape(root), _PATH, _PAGE), b"", content)


class _Response:
    """A whole response."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Iterable[tuple[bytes, bytes]] = ()
        self.body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.body += message.get("body", b"")
