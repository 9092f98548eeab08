"""Who a client is, and which scheme it uses, behind reverse proxies that are trusted, and in front of others."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.http.proxies import MAX_HOPS, ProxyMiddleware
from app.main import create_app
from app.settings import Settings
from tests.conftest import load_jsonl
from tests.databases import url_of

TRUSTED = ("127.0.0.1", "::1", "10.0.0.0/8", "2001:db8:ffff::/48")

PROXY = "127.0.0.1"

CLIENTS: list[tuple[str | None, list[tuple[str, str]], str | None]] = [
    # Peers that forward nothing: only a public address means a client.
    ("8.8.8.8", [], "8.8.8.8"),
    ("2600:1f18:1:2:3:4:5:6", [], "2600:1f18:1:2::/64"),
    ("::ffff:8.8.8.8", [], "8.8.8.8"),
    ("127.0.0.1", [], None),
    ("127.8.8.8", [], None),
    ("192.168.1.9", [], None),
    ("fe80::1%eth0", [], None),
    ("fd00::1", [], None),
    ("10.1.2.3", [], None),
    ("testclient", [], None),
    ("", [], None),
    (None, [], None),
    # Peers that are not trusted, whatever they send.
    ("8.8.8.8", [("X-Forwarded-For", "1.1.1.1")], "8.8.8.8"),
    ("192.168.1.9", [("X-Forwarded-For", "1.1.1.1")], None),
    (None, [("X-Forwarded-For", "1.1.1.1")], None),
    # Trusted proxies: the last address that is not theirs, be it private.
    (PROXY, [("X-Forwarded-For", "1.1.1.1")], "1.1.1.1"),
    ("::1", [("X-Forwarded-For", "1.1.1.1")], "1.1.1.1"),
    ("::ffff:127.0.0.1", [("X-Forwarded-For", "1.1.1.1")], "1.1.1.1"),
    (PROXY, [("X-Forwarded-For", "6.6.6.6, 1.1.1.1")], "1.1.1.1"),
    (PROXY, [("X-Forwarded-For", "6.6.6.6, 1.1.1.1, 10.2.3.4 ,10.9.9.9")], "1.1.1.1"),
    (PROXY, [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "10.2.3.4")], "1.1.1.1"),
    (PROXY, [("X-Forwarded-For", "192.168.7.7")], "192.168.7.7"),
    (PROXY, [("X-Forwarded-For", "10.2.3.4, 127.0.0.1")], None),
    (PROXY, [("X-Forwarded-For", "1.1.1.1:4711")], "1.1.1.1"),
    (PROXY, [("X-Forwarded-For", "[2600:1f18:1:2:3::1]:4711")], "2600:1f18:1:2::/64"),
    (PROXY, [("X-Forwarded-For", "2600:1f18:1:2:3::1")], "2600:1f18:1:2::/64"),
    (PROXY, [("X-Forwarded-For", "fe80::1%eth0")], "fe80::/64"),
    (PROXY, [("X-Forwarded-For", "1.1.1.1, 2001:db8:ffff::7")], "1.1.1.1"),
    (PROXY, [("Forwarded", "for=1.1.1.1")], "1.1.1.1"),
    (PROXY, [("Forwarded", 'For="[2600:1f18:1:2:3::1]:4711";proto=https;by=10.1.1.1')], "2600:1f18:1:2::/64"),
    (PROXY, [("Forwarded", "for=6.6.6.6, proto=http; for=1.1.1.1;x, for=10.1.1.1")], "1.1.1.1"),
    (PROXY, [("Forwarded", "for=6.6.6.6"), ("X-Forwarded-For", "1.1.1.1")], "1.1.1.1"),
    # What no proxy sends: it names nobody, and nothing before it is believed.
    (PROXY, [("X-Forwarded-For", "")], None),
    (PROXY, [("X-Forwarded-For", "1.1.1.1, unknown")], None),
    (PROXY, [("X-Forwarded-For", "1.1.1.1,,")], None),
    (PROXY, [("X-Forwarded-For", "1.1.1.1, 999.1.1.1")], None),
    (PROXY, [("X-Forwarded-For", "1.1.1.1, [::x")], None),
    (PROXY, [("X-Forwarded-For", "[], ]:[")], None),
    (PROXY, [("X-Forwarded-For", "\xe9\xff%0a")], None),
    (PROXY, [("X-Forwarded-For", "1" * 60_000)], None),
    (PROXY, [("X-Forwarded-For", "6.6.6.6" + ",10.0.0.1" * 10_000)], None),
    (PROXY, [("X-Forwarded-For", "6.6.6.6" + ",10.0.0.1" * (MAX_HOPS - 1))], "6.6.6.6"),
    (PROXY, [("X-Forwarded-For", "6.6.6.6,garbage" * 5_000 + ",1.1.1.1")], "1.1.1.1"),
    (PROXY, [("Forwarded", "for=_hidden")], None),
    (PROXY, [("Forwarded", ";;;=,=;for")], None),
    (PROXY, [("X-Forwarded-Proto", "https")], None),
]
"""The peer, the headers of a request, and the client that it counts for."""

SCHEMES: list[tuple[str, list[tuple[str, str]], str]] = [
    (PROXY, [], "http"),
    (PROXY, [("X-Forwarded-Proto", "https")], "https"),
    (PROXY, [("X-Forwarded-Proto", " HTTPS ")], "https"),
    (PROXY, [("X-Forwarded-Proto", "http, https")], "https"),
    (PROXY, [("X-Forwarded-Proto", "javascript")], "http"),
    (PROXY, [("X-Forwarded-Proto", "")], "http"),
    (PROXY, [("Forwarded", "for=1.1.1.1;proto=http, for=1.1.1.1;Proto=https")], "https"),
    (PROXY, [("Forwarded", "for=1.1.1.1")], "http"),
    ("8.8.8.8", [("X-Forwarded-Proto", "https")], "http"),
]
"""The peer, the headers of a request, and its scheme."""


def forwarded(peer: str | None, headers: list[tuple[str, str]]) -> tuple[str | None, str]:
    """Return the client and the scheme that an app sees."""
    seen: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    scope = {
        "type": "http",
        "client": None if peer is None else (peer, 4711),
        "scheme": "http",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
    }
    anyio.run(ProxyMiddleware(app, [ip_network(network) for network in TRUSTED]), scope, _no_message, _no_message)
    return seen[0]["state"]["client"], seen[0]["scheme"]


async def _no_message(*_message: object) -> Any:  # noqa: ANN401 - of any type
    raise AssertionError


@pytest.mark.parametrize(("peer", "headers", "client"), CLIENTS)
def test_a_client_is_an_address_that_means_one(
    peer: str | None, headers: list[tuple[str, str]], client: str | None
) -> None:
    assert forwarded(peer, headers)[0] == client


@pytest.mark.parametrize(("peer", "headers", "scheme"), SCHEMES)
def test_the_scheme_is_the_one_that_a_trusted_proxy_forwards(
    peer: str, headers: list[tuple[str, str]], scheme: str
) -> None:
    assert forwarded(peer, headers)[1] == scheme


def test_other_protocols_pass_through() -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    anyio.run(ProxyMiddleware(app, []), {"type": "lifespan"}, _no_message, _no_message)
    assert seen == [{"type": "lifespan"}]


def test_urls_have_the_scheme_that_the_proxy_forwards(database: Path) -> None:
    load_jsonl(database, [{"title": "Ferry", "source": "Gazette", "text": "It sails."}])
    urls = []
    for trusted in ("10.0.0.1", "127.0.0.1"):
        settings = Settings(database_url=url_of(database), trusted_proxies=trusted)
        with TestClient(create_app(settings), client=("127.0.0.1", 1)) as client:
            feed = client.get("/v1/articles.jsonfeed", headers={"X-Forwarded-Proto": "https"}).json()
            urls.append(feed["feed_url"])
    assert urls == ["http://testserver/v1/articles.jsonfeed", "https://testserver/v1/articles.jsonfeed"]
