"""Assistants for the tests: they call the tools in this process, through the SDK's own client.

The collection that ships is only read, by one application for the whole run of these tests.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from mcp import Client
from mcp_types import CallToolResult, TextContent
from starlette.testclient import TestClient

from app.main import create_app
from app.mcp.calls import Api
from app.mcp.server import McpServer
from app.settings import Settings
from tests.databases import url_of

ORIGIN = "http://127.0.0.1:8000"


def app_of(database: Path, **settings: Any) -> FastAPI:  # noqa: ANN401 - any settings
    """Return an application with `/mcp` on a database."""
    own = {"snapshot_check_ms": 0, "verify_hours": 0, "mcp": True, **settings}
    return create_app(Settings(database_url=url_of(database), **own))


@dataclass(frozen=True)
class Assistant:
    """A connected client in this process, in an event loop of its own."""

    app: FastAPI
    client: Client
    portal: BlockingPortal

    def call(self, tool: str, **arguments: Any) -> CallToolResult:  # noqa: ANN401 - any JSON
        """Return the result of a tool; `from_` is the parameter `from`."""
        named = {name.removesuffix("_"): value for name, value in arguments.items()}
        result: CallToolResult = self.portal.call(self.client.call_tool, tool, named)
        return result

    def data(self, tool: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Return the data of a tool's answer; fail if it was refused."""
        result = self.call(tool, **arguments)
        assert not result.is_error, text_of(result)
        data: dict[str, Any] = result.structured_content
        return data

    def get(self, path: str) -> dict[str, Any]:
        """Return what the API answers."""
        return self.portal.call(Api(self.app, ORIGIN).get, path)


@contextmanager
def connected(app: FastAPI, mode: str = "auto") -> Iterator[Assistant]:
    """Yield an assistant of an application: in mode `legacy` it speaks the older era of the protocol."""
    with start_blocking_portal() as portal:
        client = Client(McpServer(app).protocol_server(), mode=mode)
        with (
            portal.wrap_async_context_manager(app.router.lifespan_context(app)),
            portal.wrap_async_context_manager(client),
        ):
            yield Assistant(app, client, portal)


def text_of(result: CallToolResult) -> str:
    """Return the text of a result."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@pytest.fixture(scope="session")
def assistant(initialized: Path) -> Iterator[Assistant]:
    """Yield an assistant that asks the collection that ships, which no test changes."""
    with connected(app_of(initialized)) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def http(initialized: Path) -> Iterator[TestClient]:
    """Yield an HTTP client of an application with `/mcp` on the collection that ships."""
    with TestClient(app_of(initialized), base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


def modern(method: str, params: dict[str, Any] | None = None, **headers: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a request of the revision 2026-07-28."""
    version = "2026-07-28"
    meta = {"io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": {}}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**(params or {}), "_meta": meta}}
    name = (params or {}).get("name") or (params or {}).get("uri")
    own = {"MCP-Protocol-Version": version, "Mcp-Method": method, **({"Mcp-Name": name} if name else {})}
    common = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    return json.dumps(body).encode(), {**common, **own, **headers}
