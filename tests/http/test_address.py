"""The public address of a request: public URL, allowed hosts, and hostile `Host` headers."""

import json
from collections.abc import Iterable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import anyio
import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message

from app.http.responses import api_url, json_ld_response, link_pages, url_with_query
from app.http.strict_params import v1_router
from app.settings import Settings
from tests.http.frame import client_of, frame
from tests.serving import TIMEOUT_SECONDS, serving
from tests.test_hosts import HOSTILE

router = v1_router("addresses")


@router.get("/addresses")
def get_addresses(request: Request) -> Any:  # noqa: ANN401 - a response in JSON
    """Return the URLs of this request."""
    urls = {"api": api_url(request), "self": url_with_query(request, "a=1"), "bare": url_with_query(request, "")}
    return link_pages(request, json_ld_response(urls, "application/json"), "x")


def client_with(**settings: Any) -> TestClient:  # noqa: ANN401 - values of settings have any type
    """Return a client of an app with these settings, whose route shows its URLs."""
    return client_of(app_with(**settings))


def app_with(**settings: Any) -> ASGIApp:  # noqa: ANN401 - as above
    return frame(router, settings=Settings(**settings))[0]


def urls_below(base: str) -> dict[str, str]:
    """Return the URLs of the route below a public URL."""
    path = f"{base}/v1/addresses"
    return {"api": f"{base}/v1", "self": f"{path}?a=1", "bare": path}


def links_below(base: str) -> str:
    """Return the Link header of the route below a public URL."""
    return f'<{base}/v1/addresses?cursor=x>; rel="next", <{base}/v1/addresses>; rel="first"'


PUBLIC = "https://example.org/news"


@pytest.mark.parametrize("url", ["http://testserver", "http://10.0.0.1:8000", "https://other.example"])
@pytest.mark.parametrize("prefix", ["", "/news"], ids=["proxy strips the prefix", "proxy keeps the prefix"])
def test_absolute_urls_are_made_from_the_public_url(url: str, prefix: str) -> None:
    response = client_with(public_url=PUBLIC).get(f"{url}{prefix}/v1/addresses")
    assert response.json() == urls_below(PUBLIC)
    assert response.headers["Link"] == links_below(PUBLIC)


@pytest.mark.parametrize(
    ("root_path", "prefixes"),
    [
        ("", ("", "/news")),
        ("/news", ("", "/news", "/news/news")),
        ("/news/", ("", "/news", "/news/", "/news//news")),
        ("/other", ("", "/news", "/other", "/other/news")),
    ],
)
def test_the_path_of_the_public_url_replaces_the_root_path(root_path: str, prefixes: tuple[str, ...]) -> None:
    """Whether the server has one, and whatever of both is in the path of the request."""
    client = TestClient(app_with(public_url=PUBLIC), root_path=root_path)
    for prefix in prefixes:
        assert client.get(f"{prefix}/v1/addresses").json() == urls_below(PUBLIC)


def test_a_public_url_without_a_path_leaves_the_root_path_as_it_is() -> None:
    client = TestClient(app_with(public_url="https://example.org:8443"), root_path="/news")
    assert client.get("/news/v1/addresses").json() == urls_below("https://example.org:8443/news")


@pytest.mark.parametrize("root_path", ["news", "news/", "/news/", "/news"])
@pytest.mark.parametrize("path", ["/v1/addresses", "/news/v1/addresses"])
def test_a_root_path_may_be_written_with_or_without_slashes(root_path: str, path: str) -> None:
    """As Uvicorn does it: the root path as it is, before the path of the request."""
    for prefix in ("", root_path):
        client = TestClient(app_with(), root_path=root_path)
        scope = {"path": prefix + path, "raw_path": (prefix + path).encode(), "root_path": root_path}
        assert json.loads(body_of(client.app, [(b"host", b"a")], **scope)) == urls_below("http://a/news")


def test_prefix_and_host_that_a_client_forwards_are_ignored() -> None:
    """Its links would reach other clients through the cache."""
    headers = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert client_with().get("/v1/addresses", headers=headers).json() == urls_below("http://testserver")
    assert client_with(public_url=PUBLIC).get("/v1/addresses", headers=headers).json() == urls_below(PUBLIC)


def test_all_hosts_of_a_public_url_share_one_etag() -> None:
    """Their responses have the same bytes."""
    client = client_with(public_url=PUBLIC)
    urls = ("http://one.example", "https://two.example", "http://two.example:81/news")
    tags = {client.get(f"{url}/v1/addresses").headers["ETag"] for url in urls}
    assert len(tags) == 1
    unmodified = client.get("http://three.example/v1/addresses", headers={"If-None-Match": tags.pop()})
    assert unmodified.status_code == 304


def test_without_a_public_url_each_host_has_its_own_etag() -> None:
    client = client_with()
    tags = [
        client.get("/v1/addresses", headers={"Host": host}).headers["ETag"]
        for host in ("a.example", "A.EXAMPLE.", "a.example:80", "b.example", "a.example:81")
    ]
    assert tags[0] == tags[1] == tags[2]
    assert len(set(tags)) == 3


def test_a_path_is_escaped_in_its_url() -> None:
    client = TestClient(app_with(), root_path="/м'<")
    response = client.get("/м'</v1/addresses")
    assert response.json() == urls_below("http://testserver/%D0%BC'%3C")
    assert response.headers["Link"].startswith("<http://testserver/%D0%BC'%3C/v1/addresses?cursor=x>")


HOSTS = ("example.org", "*.example.net", "[::1]")


@pytest.mark.parametrize("host", ["example.org", "EXAMPLE.ORG.", "example.org:8000", "a.b.example.net", "[::1]:81"])
def test_allowed_hosts_are_served_at_any_port(host: str) -> None:
    assert client_with(allowed_hosts=HOSTS).get("/v1/addresses", headers={"Host": host}).status_code == 200


@pytest.mark.unmeasured
@pytest.mark.parametrize("path", ["/v1/addresses", "/", "/docs", "/openapi.json", "/v1/nothing", "/docs/favicon.png"])
@pytest.mark.parametrize("host", ["evil.com", "example.net", "example.org.evil.com", "", "127.0.0.1"])
def test_foreign_hosts_are_refused(host: str, path: str) -> None:
    headers = {"Host": host, "Origin": "https://pages.example"}
    response = client_with(allowed_hosts=HOSTS).get(path, headers=headers)
    assert (response.status_code, response.headers["Content-Type"]) == (421, "application/problem+json")
    assert response.json() == {
        "type": "urn:dateline:problem:misdirected-request",
        "title": "This server does not serve this host",
        "status": 421,
        "detail": "This server does not serve the host of the request.",
        "errors": [],
    }
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Request-ID"] == "a-test"


def test_the_host_of_the_public_url_is_allowed() -> None:
    client = client_with(public_url=PUBLIC, allowed_hosts=("other.example",))
    statuses = {
        host: client.get("/v1/addresses", headers={"Host": host}).status_code
        for host in ("example.org", "other.example", "third.example")
    }
    assert statuses == {"example.org": 200, "other.example": 200, "third.example": 421}


@pytest.mark.parametrize("host", ["evil.com", "a b", ""])
@pytest.mark.parametrize("root_path", ["", "/news"])
def test_health_checks_come_from_any_host(host: str, root_path: str) -> None:
    client = TestClient(app_with(allowed_hosts=HOSTS), root_path=root_path)
    # The frame has no such routes; they get as far as the routing.
    assert client.get(f"{root_path}/livez", headers={"Host": host}).status_code == 404


def test_head_is_refused_like_get() -> None:
    response = client_with(allowed_hosts=HOSTS).head("/v1/addresses")
    assert (response.status_code, response.content) == (421, b"")


def test_preflights_do_not_depend_on_the_host() -> None:
    headers = {"Origin": "https://pages.example", "Access-Control-Request-Method": "GET"}
    assert client_with(allowed_hosts=HOSTS).options("/v1/addresses", headers=headers).status_code == 200


def messages_of(app: ASGIApp, headers: Iterable[tuple[bytes, bytes]], **changes: object) -> list[Message]:
    """Return what the app sends for a GET with exactly these headers."""
    messages: list[Message] = []
    scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/v1/addresses", "query_string": b"",
             "root_path": "", "headers": list(headers), "server": ("127.0.0.1", 8000), "client": ("c", 1)}  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    anyio.run(app, {**scope, **changes}, receive, send)
    return messages


def body_of(app: ASGIApp, headers: Iterable[tuple[bytes, bytes]], **changes: object) -> bytes:
    """Return the body of the response to a GET with exactly these headers."""
    return b"".join(message.get("body", b"") for message in messages_of(app, headers, **changes))


@pytest.mark.parametrize("host", HOSTILE)
@pytest.mark.unmeasured
def test_a_hostile_host_is_replaced_by_that_of_the_server(host: str) -> None:
    """And is foreign where hosts are named."""
    headers = [(b"host", host.encode("utf-8"))]
    # A tab around a value is no part of it.
    base = "http://example.org" if host == "example.org\t" else "http://127.0.0.1:8000"
    start, body, *_ = messages_of(app_with(), headers)
    assert (start["status"], json.loads(body["body"])) == (200, urls_below(base))
    assert dict(start["headers"])[b"link"] == links_below(base).encode()
    assert messages_of(app_with(allowed_hosts=("a.example",)), headers)[0]["status"] == 421
    assert json.loads(body_of(app_with(public_url=PUBLIC), headers)) == urls_below(PUBLIC)


def test_two_hosts_are_none() -> None:
    headers = [(b"host", b"example.org"), (b"host", b"example.org")]
    assert json.loads(body_of(app_with(), headers)) == urls_below("http://127.0.0.1:8000")
    assert messages_of(app_with(allowed_hosts=HOSTS), headers)[0]["status"] == 421


@pytest.mark.parametrize(
    ("server", "base"),
    [
        (("127.0.0.1", 8000), "http://127.0.0.1:8000"),
        (("127.0.0.1", 80), "http://127.0.0.1"),
        (("::1", 8000), "http://[::1]:8000"),
        (("fe80::1%eth0", 8000), "http://[fe80::1]:8000"),
        (("/run/dateline.sock", None), ""),
        (None, ""),
    ],
)
@pytest.mark.parametrize("headers", [[], [(b"host", b"")]], ids=["missing", "empty"])
def test_a_request_without_a_host_is_for_the_address_of_the_server(
    server: tuple[str, int | None] | None, base: str, headers: list[tuple[bytes, bytes]]
) -> None:
    """Where that is a file, links have no host."""
    assert json.loads(body_of(app_with(), headers, server=server)) == urls_below(base)
    assert messages_of(app_with(allowed_hosts=("example.org",)), headers, server=server)[0]["status"] == 421
    assert json.loads(body_of(app_with(public_url=PUBLIC), headers, server=server)) == urls_below(PUBLIC)


def test_a_host_of_http_1_0_may_be_missing() -> None:
    with (
        serving(frame(router)[0]) as port,
        closing(HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)) as connection,
    ):
        connection._http_vsn_str = "HTTP/1.0"  # type: ignore[attr-defined]
        connection.putrequest("GET", "/v1/addresses", skip_host=True)
        connection.endheaders()
        assert json.loads(connection.getresponse().read()) == urls_below(f"http://127.0.0.1:{port}")
