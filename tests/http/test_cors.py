"""CORS: calls from pages of other origins."""

import pytest
from fastapi.testclient import TestClient

from app.settings import Settings
from tests.http.frame import client_of, frame

PAGE = "https://pages.example"


def preflight(client: TestClient, origin: str, method: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Send the preflight of a call; return status, headers and body."""
    request_headers = {"Origin": origin, "Access-Control-Request-Method": method, **headers}
    response = client.options("/v1/things", headers=request_headers)
    return response.status_code, dict(response.headers), response.content


@pytest.fixture
def restricted() -> TestClient:
    """Return a client of an app that only pages of one origin may call."""
    return client_of(frame(settings=Settings(cors_origins=(PAGE,)))[0])


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_any_page_may_call(client: TestClient, method: str) -> None:
    status, headers, _ = preflight(client, PAGE, method)
    assert status == 200
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert headers["access-control-max-age"] == "7200"
    assert "access-control-allow-credentials" not in headers


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "names",
    [
        "if-none-match, x-request-id",
        "content-type",
        "traceparent",
        "tracestate,traceparent",
        "baggage,sentry-trace",
        "x-requested-with",
        "authorization",
        "range",
        "cache-control",
    ],
)
def test_a_page_may_send_what_libraries_add(client: TestClient, names: str) -> None:
    """Conditional requests, ids, bodies, tracing, sessions and caching; the response to the call is the same."""
    status, headers, _ = preflight(client, PAGE, "POST", **{"Access-Control-Request-Headers": names})
    allowed = {name.strip().lower() for name in headers["access-control-allow-headers"].split(",")}
    assert status == 200
    assert set(names.replace(" ", "").split(",")) <= allowed
    sent = {name.strip(): "x" for name in names.split(",")}
    plain, traced = (client.get("/v1/things", headers={"Origin": PAGE, **more}) for more in ({}, sent))
    assert (traced.status_code, traced.content) == (plain.status_code, plain.content)


@pytest.mark.parametrize(("headers", "status"), [((), 400), (("X-Trace-ID", "X-Tenant"), 200), (("*",), 200)])
def test_the_operator_may_allow_more_headers(headers: tuple[str, ...], status: int) -> None:
    client = client_of(frame(settings=Settings(cors_headers=headers))[0])
    names = {"Access-Control-Request-Headers": "x-tenant, traceparent"}
    assert preflight(client, PAGE, "GET", **names)[0] == status
    assert preflight(client, PAGE, "GET", **{"Access-Control-Request-Headers": "traceparent"})[0] == 200


def test_a_page_that_tries_to_write_gets_a_problem(client: TestClient) -> None:
    status, headers, body = preflight(client, PAGE, "DELETE")
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    assert headers["cache-control"] == "no-store"
    assert headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert b'"detail":"Disallowed CORS method."' in body


def test_responses_and_errors_expose_our_headers_to_any_page(client: TestClient) -> None:
    for path in ("/v1/things", "/v1/nothing"):
        headers = client.get(path, headers={"Origin": PAGE}).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        exposed = "Link, ETag, Content-Disposition, Content-Location, Retry-After, X-Request-ID"
        assert headers["Access-Control-Expose-Headers"] == exposed


def test_the_operator_may_choose_the_origins(restricted: TestClient) -> None:
    headers = restricted.get("/v1/things", headers={"Origin": PAGE}).headers
    assert headers["Access-Control-Allow-Origin"] == PAGE
    assert headers["Vary"] == "Accept, Accept-Encoding, Origin"
    assert preflight(restricted, PAGE, "GET")[0] == 200


def test_other_origins_are_not_allowed_then(restricted: TestClient) -> None:
    headers = restricted.get("/v1/things", headers={"Origin": "https://other.example"}).headers
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Vary"] == "Accept, Accept-Encoding, Origin"
    assert preflight(restricted, "https://other.example", "GET")[0] == 400
