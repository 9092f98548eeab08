"""`/mcp` over HTTP: hosts, origins and methods, both eras of the protocol, and bodies that nobody meant."""

import asyncio
import json
import random
import string
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from starlette.testclient import TestClient

from app.main import create_app
from app.mcp.tools import TOOLS
from app.settings import Settings
from tests.conftest import SOAK
from tests.mcp.conftest import ORIGIN, app_of, modern
from tests.serving import serving

LEGACY = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

FUZZED_BODIES = 200
"""Number of bodies in the gate; `SOAK=50` sends 10,000."""

FAILURES = (0, -32603)
"""Codes of errors in the server itself."""


def test_it_is_off_by_default(database: Path) -> None:
    with TestClient(create_app(Settings(database_url=f"sqlite:///{database}"))) as client:
        assert client.post("/mcp", content=b"{}").status_code == 404


def test_a_request_of_the_newest_revision_is_answered(http: TestClient) -> None:
    body, headers = modern("tools/call", {"name": "find_entity", "arguments": {"name": "Putin"}})
    response = http.post("/mcp", content=body, headers=headers)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    result = response.json()["result"]
    assert (result["resultType"], result["isError"]) == ("complete", False)
    assert result["structuredContent"]["permalink"] == f"{ORIGIN}/?actor=vladimir-putin"


def test_a_client_of_the_older_era_is_answered(http: TestClient) -> None:
    params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    opening = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    response = http.post("/mcp", json=opening, headers=LEGACY)
    assert response.json()["result"]["protocolVersion"] == "2025-11-25"
    assert "mcp-session-id" not in response.headers
    later = {**LEGACY, "MCP-Protocol-Version": "2025-11-25"}
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert http.post("/mcp", json=initialized, headers=later).status_code == 202
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    tools = http.post("/mcp", json=listing, headers=later).json()["result"]["tools"]
    assert [tool["name"] for tool in tools] == list(TOOLS)


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_the_official_client_works_over_http_in_both_eras(initialized: Path, mode: str) -> None:
    async def use(port: int) -> tuple[str, bool]:
        async with Client(f"http://127.0.0.1:{port}/mcp", mode=mode) as client:
            result = await client.call_tool("who_said", {"speaker": "Shoigu", "limit": 1})
            return result.structured_content["items"][0]["cite"]["permalink"], result.is_error

    with serving(app_of(initialized)) as port:
        permalink, is_error = asyncio.run(use(port))
    base = f"http://127.0.0.1:{port}"
    assert (permalink, is_error) == (f"{base}/?article=9vgje4hzdcgb&as_of=1#text=692-811", False)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="a program"),
        pytest.param({"Origin": ORIGIN}, 200, id="our own page"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="a page of another origin"),
        pytest.param({"Origin": "null"}, 403, id="a page without an origin"),
        pytest.param({"Host": "evil.example"}, 421, id="another name of this server"),
        pytest.param({"Host": "localhost:9"}, 200, id="another port"),
        pytest.param({"Accept": "text/html"}, 406, id="a client that accepts no JSON"),
        pytest.param({"Content-Type": "text/plain"}, 400, id="a body that is not JSON"),
        pytest.param({"MCP-Protocol-Version": "1999-01-01"}, 400, id="an unknown revision"),
        pytest.param({"Mcp-Method": "tools/call"}, 400, id="a header that disagrees with the body"),
    ],
)
def test_hosts_origins_and_headers_are_checked(http: TestClient, headers: dict[str, str], status: int) -> None:
    body, common = modern("tools/list")
    assert http.post("/mcp", content=body, headers={**common, **headers}).status_code == status


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
def test_each_message_is_a_post(http: TestClient, method: str) -> None:
    response = http.request(method, "/mcp")
    assert (response.status_code, response.headers["allow"]) == (405, "OPTIONS, POST")


def test_hosts_and_origins_can_be_allowed(initialized: Path) -> None:
    body, headers = modern("tools/list", Origin="https://desk.example", Host="news.example")
    app = app_of(initialized, mcp_hosts=("*.example", "news.example"), mcp_origins=("https://desk.example",))
    with TestClient(app) as client:
        assert client.post("/mcp", content=body, headers=headers).status_code == 200
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "mcp-method, mcp-name"}
        assert client.options("/mcp", headers={**headers, **asked}).status_code == 200
    with TestClient(app_of(initialized, mcp_hosts=("*",), mcp_origins=("*",))) as client:
        assert client.post("/mcp", content=body, headers=headers).status_code == 200


def test_the_public_url_names_a_host_and_makes_the_links(initialized: Path) -> None:
    body, headers = modern("tools/call", {"name": "find_entity", "arguments": {"name": "Putin"}})
    with TestClient(
        app_of(initialized, public_url="https://news.example/desk"), base_url="http://news.example"
    ) as client:
        answer = client.post("/desk/mcp", content=body, headers=headers).json()
    link = "https://news.example/desk/?actor=vladimir-putin"
    assert answer["result"]["structuredContent"]["permalink"] == link


def test_without_the_page_links_lead_to_the_api(initialized: Path) -> None:
    with TestClient(app_of(initialized, page=False), base_url=ORIGIN) as client:
        for arguments, link in (
            ({"limit": 1}, "/v1/articles/9vgje4hzdcgb?as_of=1#text=692-811"),
            ({"limit": 1}, "/v1/statements?speaker=shoigu"),
        ):
            call = {"name": "who_said", "arguments": {"speaker": "shoigu", **arguments}}
            body, headers = modern("tools/call", call)
            answer = client.post("/mcp", content=body, headers=headers).json()["result"]["structuredContent"]
            assert ORIGIN + link in {answer["permalink"], answer["items"][0]["cite"]["permalink"]}
            assert client.get(link.partition("#")[0]).status_code == 200


def test_a_server_on_a_socket_without_a_host_refuses(initialized: Path) -> None:
    async def ask() -> int:
        app, statuses = app_of(initialized), list[int]()
        scope: dict[str, Any] = {
            "type": "http",
            "method": "POST",
            "path": "/mcp",
            "query_string": b"",
            "headers": [],
            "scheme": "http",
            "server": ("/run/dateline.sock", None),
            "client": None,
            "asgi": {"version": "3.0"},
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"{}", "more_body": False}

        async def send(message: Any) -> None:  # noqa: ANN401 - of ASGI
            statuses.append(message.get("status", 0))

        async with app.router.lifespan_context(app):
            await app(scope, receive, send)
        return statuses[0]

    assert asyncio.run(ask()) == 421


def fuzzed(seed: int) -> tuple[bytes, dict[str, str]]:
    """Return a body that resembles a message, and headers of one of both eras."""
    draw = random.Random(seed)
    method = draw.choice(
        ["tools/call", "tools/list", "resources/read", "resources/list", "server/discover", "initialize", "ping", "x"]
    )
    message: Any = {
        "jsonrpc": draw.choice(["2.0", "2.0", "2.0", "1.0", None]),
        "id": draw.choice([1, "a", None, 1.5, {}, "\ud800"]),
        "method": draw.choice([method, method, method, 5, None]),
        "params": _params(draw),
    }
    for key in draw.sample(sorted(message), draw.choice([0, 0, 0, 1, 2])):
        del message[key]
    if draw.random() < 0.1:
        message = draw.choice([[message], [], None, 7, "text", [message, message]])
    body = json.dumps(message).encode()
    if draw.random() < 0.2:
        cut = draw.randrange(len(body))
        body = draw.choice(
            [body[:cut], body + b"}", body[:cut] + bytes([draw.randrange(256)]) + body[cut:], b"[" * 3000]
        )
    version = draw.choice(["2026-07-28", "2026-07-28", "2025-11-25", None])
    headers = {**LEGACY, **({"MCP-Protocol-Version": version} if version else {})}
    if version == "2026-07-28" and draw.random() < 0.8:
        name = message.get("params", {}) if isinstance(message, dict) else {}
        name = name.get("name") or name.get("uri") if isinstance(name, dict) else None
        headers |= {"Mcp-Method": method, **({"Mcp-Name": name} if isinstance(name, str) and name.isascii() else {})}
    return body, headers


def _params(draw: random.Random) -> Any:  # noqa: ANN401 - any JSON
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    name = draw.choice([*TOOLS, "nothing", 7])
    properties = list(TOOLS.get(str(name), TOOLS["timeline"]).input_schema()["properties"])
    arguments = {draw.choice([*properties, "x"]): _value(draw) for _ in range(draw.randrange(4))}
    params: dict[str, Any] = {"name": name, "arguments": draw.choice([arguments, arguments, arguments, None, [], "x"])}
    if draw.random() < 0.3:
        uri = draw.choice(["dateline://articles/9vgje4hzdcgb", "dateline://articles/", "file:///etc/passwd", "x", 1])
        params = {"uri": uri, "cursor": _value(draw)}
    return draw.choice([{**params, "_meta": meta}, {**params, "_meta": meta}, params, None, []])


def _value(draw: random.Random) -> Any:  # noqa: ANN401 - any JSON
    word = "".join(draw.choices(string.printable + "é\0\ud800🚢", k=draw.randrange(9)))
    plain = [word, "putin", "2015-11", "syria", 5, -1, 0, 10**30, 1.5, 2.0, True, False, None, {}, [], [word, 1], [[1]]]
    return draw.choice([*plain, {"a": word}, "x" * 9000, [None, "putin"], list(range(300))])


@pytest.mark.unmeasured
def test_fuzzed_bodies_have_only_the_statuses_of_the_protocol(http: TestClient) -> None:
    statuses: dict[int, int] = {}
    for seed in range(FUZZED_BODIES * SOAK):
        body, headers = fuzzed(seed)
        response = http.post("/mcp", content=body, headers=headers)
        status = response.status_code
        statuses[status] = statuses.get(status, 0) + 1
        assert status in {200, 202, 400, 404}, (seed, status, body, headers)
        code = response.json().get("error", {}).get("code") if response.content else None
        assert code not in FAILURES, (seed, response.text, body, headers)
    assert set(statuses) >= {200, 202, 400}
