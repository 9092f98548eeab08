"""Answers that are kept: the same bytes to the same question, bounded, gone with the corpus version."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.http.caching import store as kept
from app.http.caching.etag import Answers
from app.http.caching.middleware import Validators
from app.http.caching.store import OVERHEAD, Answer, Kept, Recording
from app.search.index.snapshot import Snapshot


def answer(size: int) -> Answer:
    return Answer(((b"content-type", b"text/plain"),), b"x" * size)


def test_the_answer_asked_for_longest_ago_goes_first() -> None:
    answers = Kept(memory=3 * (10 + OVERHEAD))
    for key in "abc":
        answers.put(key, answer(10))
    assert answers.get("a") is not None
    answers.put("d", answer(10))
    assert [key for key in "abcd" if answers.get(key)] == ["a", "c", "d"]
    assert answers.size == 3 * (10 + OVERHEAD)


def test_an_answer_that_is_put_again_counts_once() -> None:
    answers = Kept()
    answers.put("a", answer(10))
    answers.put("a", answer(20))
    assert answers.size == 20 + OVERHEAD


def test_an_answer_is_whole_with_its_last_part() -> None:
    recording = Recording([(b"a", b"b")])
    assert recording.add({"type": "http.response.body", "body": b"one ", "more_body": True}) is None
    assert recording.add({"type": "http.response.body", "body": b"two"}) == Answer(((b"a", b"b"),), b"one two")


def test_a_large_answer_is_let_go_of() -> None:
    recording = Recording([])
    part = {"type": "http.response.body", "body": b"x" * kept.LARGEST, "more_body": True}
    assert [recording.add(part), recording.add(part), recording.add({"type": "http.response.body"})] == [None] * 3


def test_a_key_is_short_whatever_a_client_accepts() -> None:
    """What is kept is bounded by the bytes of the answers: a key must not be as long as a header can be."""

    def key(*headers: tuple[bytes, bytes]) -> bytes:
        scope = {"type": "http", "scheme": "http", "path": "/v1/page", "query_string": b"", "headers": list(headers)}
        return Answers("full").asked(scope, Snapshot.unpublished()).key

    json, every = (b"accept", b"application/json"), (b"accept", b"*/*")
    brotli = (b"accept-encoding", b"br")
    sent = [(), (json,), (every,), (json, every), (every, json), (brotli,), (json, brotli), (brotli, brotli)]
    assert len({key(*headers) for headers in sent}) == len(sent)
    assert {len(key(*headers)) for headers in [*sent, ((b"accept", b"x" * 60_000),)]} == {16}


class Counting:
    """Routes that count how often they are run, behind the validators."""

    def __init__(self) -> None:
        self.runs = 0
        self.snapshot = Snapshot.unpublished()
        app = Starlette(
            routes=[Route("/v1/page", self.page), Route("/v1/stream", self.stream), Route("/v1/none", self.none)]
        )
        app.state.corpus = self
        app.add_middleware(Validators, answers=Answers("full"))
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
def test_the_same_question_is_worked_on_once(path: str) -> None:
    counting = Counting()
    first, second = counting.client.get(path), counting.client.get(path)
    assert counting.runs == 1
    assert (second.content, second.headers, second.status_code) == (first.content, first.headers, 200)


@pytest.mark.parametrize("headers", [{"accept": "text/csv"}, {"accept-encoding": "identity"}, {"if-none-match": "*"}])
def test_who_accepts_something_else_is_answered_anew(headers: dict[str, str]) -> None:
    counting = Counting()
    counting.client.get("/v1/page")
    counting.client.get("/v1/page", headers=headers)
    assert counting.runs == 2


def test_another_url_is_another_question() -> None:
    counting = Counting()
    assert counting.client.get("/v1/page?a=1").text != counting.client.get("/v1/page?a=2").text


@pytest.mark.parametrize("host", ["http://other.example", "https://testserver"])
def test_another_scheme_or_host_is_another_question(host: str) -> None:
    """Nobody gets links that somebody else's Host header has put there."""
    counting = Counting()
    counting.client.get("/v1/page")
    assert counting.client.get(f"{host}/v1/page").text.endswith("2")


def test_another_publish_is_answered_anew() -> None:
    counting = Counting()
    counting.client.get("/v1/page")
    another = "another"
    counting.snapshot = replace(counting.snapshot, token=another)
    assert counting.client.get("/v1/page").text.endswith("2")


def test_a_refusal_is_not_kept() -> None:
    counting = Counting()
    counting.client.get("/v1/none")
    counting.client.get("/v1/none")
    assert counting.runs == 2
