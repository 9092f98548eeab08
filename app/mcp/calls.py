"""Calls of our own API within the process: validation, limits, snapshots and rights hold as for every other client."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from starlette.types import ASGIApp, Scope

from app.mcp.links import Pair

# What `dateline serve` serves by default: links in the answers of `dateline mcp` lead there.
DEFAULT_BASE = "http://127.0.0.1:8000"
"""The base URL of the service if no public URL and no request name one."""


class RefusalError(Exception):
    """The API refused a call; `problem` is its problem (RFC 9457)."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(problem["detail"])
        self.problem = problem


class Api:
    """The API of an application, as the client of one request sees it."""

    def __init__(self, app: ASGIApp, base: str, scope: Scope | None = None) -> None:
        self.base = base
        root_path: str = httpx.URL(base).path.rstrip("/")
        transport = httpx.ASGITransport(
            app,
            raise_app_exceptions=False,
            root_path=root_path,
            client=(scope and scope.get("client")) or ("127.0.0.1", 0),
        )
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if scope is not None:
            headers["X-Request-ID"] = scope["state"]["request_id"]
        self._client = httpx.AsyncClient(transport=transport, headers=headers, follow_redirects=True, trust_env=False)

    async def get(self, path: str, pairs: Iterable[Pair] = ()) -> dict[str, Any]:
        """Return the answer to a GET; raise RefusalError if it is a problem."""
        query = urlencode(list(pairs), errors="surrogatepass")
        return _answer(await self._client.get(f"{self.base}{path}?{query}" if query else self.base + path))

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a POST of JSON; raise RefusalError if it is a problem."""
        return _answer(await self._client.post(self.base + path, json=body))


def segment(id_: str) -> str:
    """Return an id as a segment of a path."""
    return quote(id_, safe="", errors="surrogatepass")


def _answer(response: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    if response.status_code != httpx.codes.OK:
        raise RefusalError(body)
    return body
