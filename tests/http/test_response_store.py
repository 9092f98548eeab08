"""The response cache: the same bytes for the same request, within a bound, until the corpus version changes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.http.cache import (
    MAX_RESPONSE_BYTES,
    OVERHEAD_BYTES,
    CacheMiddleware,
    ResponseRecorder,
    ResponseStore,
    StoredResponse,
)
from app.http.etag import validators
from app.search.index.snapshot import Snapshot

HEADER_BYTES = len(b"content-typetext/plain")


def response_of(size: int) -> StoredResponse:
    return StoredResponse(((b"content-type", b"text/plain"),), b"x" * size)


def test_the_least_recently_used_response_is_evicted_first() -> None:
    store = ResponseStore(max_bytes=3 * (10 + HEADER_BYTES + OVERHEAD_BYTES))
    for key in "abc":
        store.put(key, response_of(10))
    assert store.get("a") is not None
    store.put("d", response_of(10))
    assert [key for key in "abcd" if store.get(key)] == ["a", "c", "d"]
    assert store.size == 3 * (10 + HEADER_BYTES + OVERHEAD_BYTES)


def test_long_headers_count() -> None:
    """The link to the next page can be as long as a URL."""
    store = ResponseStore(max_bytes=100_000)
    for key in range(100):
        store.put(key, StoredResponse(((b"link", b"x" * 8_000),), b""))
    assert sum(store.get(key) is not None for key in range(100)) == 100_000 // (8_004 + OVERHEAD_BYTES)


def test_a_response_that_is_stored_again_counts_once() -> None:
    store = ResponseStore()
    store.put("a", response_of(10))
    store.put("a", response_of(20))
    assert store.size == 20 + HEADER_BYTES + OVERHEAD_BYTES


def test_a_response_is_complete_with_its_last_chunk() -> None:
    recorder = ResponseRecorder(((b"a", b"b"),))
    assert recorder.add({"type": "http.response.body", "body": b"one ", "more_body": True}) is None
    assert recorder.add({"type": "http.response.body", "body": b"two"}) == StoredResponse(((b"a", b"b"),), b"one two")


def test_a_large_response_is_not_recorded() -> None:
    recorder = ResponseRecorder(())
    chunk = {"type": "http.response.body", "body": b"x" * MAX_RESPONSE_BYTES, "more_body": True}
    assert [recorder.add(chunk), recorder.add(chunk), recorder.add({"type": "http.response.body"})] == [None] * 3


def test_a_key_is_short_whatever_a_client_accepts() -> None:
    """The limit counts the bytes of responses: a key must not be as long as a header can be."""

    def key(*headers: tuple[bytes, bytes]) -> bytes:
        scope = {"type": "http", "scheme": "http", "path": "/v1/page", "query_string": b"", "headers": list(headers)}
        return validators(scope, b"0.1.0 full", "token").key

    json, any_type = (b"accept", b"application/json"), (b"accept", b"*/*")
    brotli = (b"accept-encoding", b"br")
    header_sets = [
        (),
        (json,),
        (any_type,),
        (json, any_type),
        (any_type, json),
        (brotli,),
        (json, brotli),
        (brotli, brotli),
    ]
    assert len({key(*headers) for headers in header_sets}) == len(header_sets)
    assert {len(key(*headers)) for headers in [*header_sets, ((b"accept", b"x" * 60_000),)]} == {16}


class CountingApp:
    """Routes behind the cache middleware that count how often they run."""

    def __init__(self) -> None:
        self.runs = 0
        self.snapshot = Snapshot.unpublished()
        app = Starlette(
            routes=[Route("/v1/page", self.page), Route("/v1/stream", self.stream), Route("/v1/none", self.none)]
        )
        app.state.corpus = self
        app.state.admission = None
        app.add_middleware(CacheMiddleware, served="full")
        self.client = TestClient(app)

    def fresh(self) -> Snapshot:
        return self.snapshot

    async def page(self, request: Request) -> Response:
        self.runs += 1
        return PlainTextResponse(f"{request.url.query} {self.runs}")

    async def none(self, _request: Request) -> Response:
        self.runs += 1
        return PlainTextResponse("none", 404)

    async def stream(self, _request: Request) -> Response:
        self.runs += 1

        def chunks() -> Iterator[bytes]:
            yield from (b"one ", b"two")

        return StreamingResponse(chunks())


@pytest.mark.parametrize("path", ["/v1/page", "/v1/page?a=b", "/v1/stream"])
def test_the_same_request_runs_once(path: str) -> None:
    counting = CountingApp()
    first, second = counting.client.get(path), counting.client.get(path)
    assert counting.runs == 1
    assert (second.content, second.headers, second.status_code) == (first.content, first.headers, 200)


@pytest.mark.parametrize("headers", [{"accept": "text/csv"}, {"accept-encoding": "identity"}, {"if-none-match": "*"}])
def test_a_client_that_accepts_something_else_gets_a_new_response(headers: dict[str, str]) -> None:
    counting = CountingApp()
    counting.client.get("/v1/page")
    counting.client.get("/v1/page", headers=headers)
    assert counting.runs == 2


def test_another_url_is_another_request() -> None:
    counting = CountingApp()
    assert counting.client.get("/v1/page?a=1").text != counting.client.get("/v1/page?a=2").text


@pytest.mark.parametrize("host", ["http://other.example", "https://testserver"])
def test_another_scheme_or_host_is_another_request(host: str) -> None:
    """No client gets links that the Host header of another client has put there."""
    counting = CountingApp()
    counting.client.get("/v1/page")
    assert counting.client.get(f"{host}/v1/page").text.endswith("2")


def test_a_publish_ends_the_use_of_stored_responses() -> None:
    counting = CountingApp()
    counting.client.get("/v1/page")
    another = "another"
    counting.snapshot = replace(counting.snapshot, token=another)
    assert counting.client.get("/v1/page").text.endswith("2")


def test_an_error_is_not_stored() -> None:
    counting = CountingApp()
    counting.client.get("/v1/none")
    counting.client.get("/v1/none")
    assert counting.runs == 2
