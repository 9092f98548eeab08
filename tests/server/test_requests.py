"""Requests as clients, scanners and attackers send them: answered, or refused with a problem."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.http.middleware import MAX_URL_BYTES
from app.server.connections import ConnectionLimits
from app.server.http_request import MAX_HEADER_BYTES
from tests.server.conftest import HOST, Gate, connect, exchange, problem, read_response, read_to_end, sample_app
from tests.serving import serving

NAMED = b"X-Request-ID: a-client\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def get(target: bytes, version: bytes = b"1.1", fields: bytes = HOST, method: bytes = b"GET") -> bytes:
    """Return a request without a body."""
    return method + b" " + target + b" HTTP/" + version + b"\r\n" + fields + b"\r\n"


def post(fields: bytes, body: bytes, version: bytes = b"1.1") -> bytes:
    """Return a request with a body."""
    return get(b"/v1/read", version, HOST + fields, b"POST") + body


ANSWERED = {
    "origin form": (get(b"/livez"), 200),
    "absolute form": (get(b"http://other.example/v1/things?q=ferry"), 200),
    "absolute form, capitals": (get(b"HTTPS://other.example:443/v1/counts"), 200),
    "absolute form without a path": (get(b"http://other.example"), 404),
    "absolute form with a query only": (get(b"http://other.example?q=1"), 404),
    "asterisk form": (get(b"*", method=b"OPTIONS"), 204),
    "asterisk form, absolute": (get(b"http://other.example", method=b"OPTIONS"), 204),
    "HTTP/1.0": (get(b"/livez", b"1.0", b""), 200),
    "a later HTTP/1": (get(b"/livez", b"1.2"), 200),
    "empty host": (get(b"/livez", fields=b"Host:\r\n"), 200),
    "IPv6 host": (get(b"/livez", fields=b"Host: [::1]:8000\r\n"), 200),
    "websocket": (get(b"/livez", fields=HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"), 200),
    "upgrade to HTTP/2": (get(b"/livez", fields=HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n"), 200),
    "TRACE": (get(b"/livez", method=b"TRACE"), 405),
    "a folded header": (get(b"/livez", fields=HOST + b"X-Long: a\r\n b\r\n"), 200),
    "bare line feeds": (b"GET /livez HTTP/1.1\nHost: a\n\n", 200),
    "equal lengths": (post(b"Content-Length: 2, 2\r\n", b"{}"), 200),
    "chunks": (post(CHUNKED, b"2\r\n{}\r\n0\r\n\r\n"), 200),
    "two slashes": (get(b"//other.example/v1/counts"), 404),
    "a long URL": (get(b"/" + b"a" * MAX_URL_BYTES), 414),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_unusual_requests_are_answered(port: int, name: str) -> None:
    request, status = ANSWERED[name]
    response, body = exchange(port, request)
    assert response.status == status
    assert len(response.headers.get_all("X-Request-ID", [])) == 1
    if status >= 400:
        problem(response, body, is_closed=False)


def test_an_absolute_form_has_path_and_query(port: int) -> None:
    response, body = exchange(port, get(b"http://other.example/v1/things?q=ferry"))
    assert (response.status, json.loads(body)["given"]) == (200, {"q": "ferry"})


def test_the_host_of_an_absolute_form_replaces_the_header(port: int) -> None:
    _, body = exchange(port, get(b"http://other.example:81/v1/host"))
    assert json.loads(body)["given"] == {"host": "other.example:81"}


def test_options_of_the_server_name_the_methods(port: int) -> None:
    response, _ = exchange(port, get(b"*", method=b"OPTIONS"))
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


REFUSED = {
    "HTTP/2": (get(b"/livez", b"2.0"), 505, "http-version-not-supported"),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http-version-not-supported"),
    "HTTP/0.9": (get(b"/livez", b"0.9"), 505, "http-version-not-supported"),
    "no version": (b"GET /livez\r\n\r\n", 400, "bad-request"),
    "CONNECT": (get(b"other.example:443", method=b"CONNECT"), 501, "not-implemented"),
    "no host": (get(b"/livez", fields=b""), 400, "bad-request"),
    "two hosts": (get(b"/livez", fields=HOST * 2), 400, "bad-request"),
    "a host with a space": (get(b"/livez", fields=b"Host: a b\r\n"), 400, "bad-request"),
    "a host with a path": (get(b"/livez", fields=b"Host: a/b\r\n"), 400, "bad-request"),
    "a relative path": (get(b"livez"), 400, "bad-request"),
    "an asterisk for GET": (get(b"*"), 400, "bad-request"),
    "another scheme": (get(b"ftp://other.example/"), 400, "bad-request"),
    "a user in the URL": (get(b"http://me@other.example/"), 400, "bad-request"),
    "a URL with an invalid host": (get(b"http://other^example/"), 400, "bad-request"),
    "a space before the colon": (get(b"/livez", fields=b"Host : a\r\n"), 400, "bad-request"),
    "a NUL": (get(b"/livez", fields=HOST + b"X-A: \0\r\n"), 400, "bad-request"),
    "bare carriage returns": (b"GET /livez HTTP/1.1\rHost: a\r\n\r\n", 400, "bad-request"),
    "bytes outside ASCII": (get("/é".encode()), 400, "bad-request"),
    "TLS": (bytes.fromhex("16030100a5010000a10303") + b"x" * 99, 400, "bad-request"),
    "two lengths": (post(b"Content-Length: 2\r\nContent-Length: 3\r\n", b"{}"), 400, "bad-request"),
    "a length with a sign": (post(b"Content-Length: +2\r\n", b"{}"), 400, "bad-request"),
    "length and chunks": (post(b"Content-Length: 2\r\n" + CHUNKED, b"0\r\n\r\n"), 400, "bad-request"),
    "chunks in HTTP/1.0": (post(CHUNKED, b"0\r\n\r\n", b"1.0"), 400, "bad-request"),
    "chunks twice": (post(CHUNKED * 2, b"0\r\n\r\n"), 501, "not-implemented"),
    "another encoding": (post(b"Transfer-Encoding: gzip\r\n", b""), 501, "not-implemented"),
    "another encoding in chunks": (post(b"Transfer-Encoding: gzip, chunked\r\n", b""), 501, "not-implemented"),
    "an invalid chunk": (post(CHUNKED, b"x\r\n"), 400, "bad-request"),
    "a URL too long to read": (get(b"/" + b"a" * MAX_HEADER_BYTES), 414, "url-too-long"),
    "an endless URL": (b"GET /" + b"a" * 1_000_000, 414, "url-too-long"),
    "a large field": (
        get(b"/", fields=HOST + b"X-A: " + b"a" * MAX_HEADER_BYTES + b"\r\n"),
        431,
        "request-header-fields-too-large",
    ),
    "many fields": (get(b"/", fields=HOST + b"X-A: a\r\n" * 9_000), 431, "request-header-fields-too-large"),
    "endless fields": (b"GET / HTTP/1.1\r\n" + b"X-A: a\r\n" * 200_000, 431, "request-header-fields-too-large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_a_request_is_refused_with_a_problem(port: int, name: str) -> None:
    """Even if the client continues to send."""
    request, status, type_ = REFUSED[name]
    response, body = exchange(port, request)
    document = problem(response, body)
    assert (response.status, document["type"]) == (status, f"urn:dateline:problem:{type_}")
    assert b"bytearray" not in body


def test_a_refusal_has_the_request_id_of_the_client(port: int) -> None:
    response, _ = exchange(port, get(b"/livez", b"2.0", HOST + NAMED))
    assert response.headers["X-Request-ID"] == "a-client"


ORIGIN = "https://page.example"
"""The only origin whose pages may read the refusals of a server."""

EXPOSED_HEADERS = "Link, ETag, Content-Disposition, Content-Location, Retry-After, X-Request-ID"
FIELDS = HOST + f"Origin: {ORIGIN}\r\n".encode() + NAMED
WITH_ORIGIN = {
    "another version": get(b"/livez", b"2.0", FIELDS),
    "many fields": get(b"/", fields=FIELDS + b"X-A: a\r\n" * 9_000),
    "a space that does not end": get(b"/", fields=FIELDS + b"X-A:" + b" " * 100_000),
    "half a header": b"GET / HTTP/1.1\r\n" + FIELDS,
    "half a body": b"POST /v1/read HTTP/1.1\r\n" + FIELDS + b"Content-Length: 9\r\n\r\n{",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_has_the_headers_of_every_error(port: int, name: str) -> None:
    """Pages of any origin may read it."""
    response, _ = exchange(port, REFUSED[name][0])
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Expose-Headers"] == EXPOSED_HEADERS
    assert response.headers["Vary"] == "Origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.fixture(scope="module")
def page_port(gate: Gate) -> Iterator[int]:
    """Serve to pages of one origin, with short deadlines."""
    limits = ConnectionLimits(header_seconds=0.2, body_seconds=0.2, cors_origins=(ORIGIN,))
    with serving(sample_app(gate), limits=limits) as port:
        yield port


@pytest.mark.parametrize("name", WITH_ORIGIN)
def test_a_refusal_is_for_the_origins_that_are_allowed(page_port: int, name: str) -> None:
    """Even if the request was not read to its end."""
    request = WITH_ORIGIN[name]
    response, _ = exchange(page_port, request)
    assert response.status in {408, 431, 505}
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["X-Request-ID"] == "a-client"
    response, _ = exchange(page_port, request.replace(b"page.example", b"else.example"))
    assert response.headers["Access-Control-Allow-Origin"] is None


def test_requests_before_an_invalid_one_are_answered(port: int) -> None:
    with closing(connect(port)) as client:
        client.sendall(get(b"/livez") * 2 + b"nonsense\r\n\r\n")
        received = read_to_end(client)
    assert [line.split()[1] for line in received.split(b"HTTP/1.1 ")[1:]] == [b"OK", b"OK", b"Bad"]


def test_what_follows_an_invalid_request_is_not_read_as_one(port: int) -> None:
    with closing(connect(port)) as client:
        client.sendall(post(b"Content-Length: 2\r\n" + CHUNKED, b"0\r\n\r\n" + get(b"/livez")))
        received = read_to_end(client)
    assert received.count(b"HTTP/1.1 ") == 1


def test_a_connection_survives_an_upgrade_that_is_not_made(port: int) -> None:
    with closing(connect(port)) as client:
        for _ in range(2):
            client.sendall(get(b"/livez", fields=HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"))
            assert read_response(client)[0].status == 200
