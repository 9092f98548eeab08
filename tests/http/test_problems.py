"""All errors have one schema, whatever raises them."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Response
from fastapi.testclient import TestClient
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import (
    STATUS,
    Candidate,
    CursorExpiredError,
    DamagedError,
    DatelineError,
    ErrorCode,
    InvalidRequestError,
    NotFoundError,
    ParameterProblem,
    SearchTimeoutError,
    UnavailableError,
)
from app.http.problems import MEDIA_TYPE, PROBLEM_TYPES, error_response
from app.http.responses import stream_response
from tests.http.frame import Shelf, client_of, failing_chunks, frame, raising


@dataclass(frozen=True)
class ErrorResponse:
    """An error as a client sees it."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


def response_to(error: Exception) -> ErrorResponse:
    """Return the response that a page of another origin gets when a handler raises this error."""
    app, _ = frame(raising(error))
    response = client_of(app).get("/v1/fails", headers={"Origin": "https://pages.example"})
    return ErrorResponse(response.status_code, response.headers, response.json())


def with_query(app: FastAPI, query: bytes) -> ASGIApp:
    """Return the app with this query in every request, which no client library would send."""

    async def replace_query(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "query_string": query}, receive, send)

    return replace_query


def test_a_refused_request_lists_every_cause() -> None:
    error = InvalidRequestError(
        ParameterProblem(
            "actor",
            "Putni",
            "the id or name of an actor",
            ("vladimir-putin",),
            code=ErrorCode.UNKNOWN,
            candidates=(Candidate("vladimir-putin", "Vladimir Putin", "person"),),
        ),
        ParameterProblem("to", "soon", "a day"),
    )
    assert response_to(error).body == {
        "type": "urn:dateline:problem:invalid-request",
        "title": "The request cannot be understood",
        "status": 422,
        "detail": "actor is “Putni”: expected the id or name of an actor; to is “soon”: expected a day",
        "errors": [
            {
                "parameter": "actor",
                "value": "Putni",
                "code": "unknown",
                "wanted": "the id or name of an actor",
                "nearest": ["vladimir-putin"],
                "candidates": [{"id": "vladimir-putin", "name": "Vladimir Putin", "type": "person"}],
            },
            {
                "parameter": "to",
                "value": "soon",
                "code": "malformed",
                "wanted": "a day",
                "nearest": [],
                "candidates": [],
            },
        ],
    }


@pytest.mark.parametrize(
    ("error", "slug", "title"),
    [
        (NotFoundError("No article has the id x."), "not-found", "Nothing is published under this id"),
        (CursorExpiredError("Begin again."), "cursor-expired", "The cursor has expired"),
        (UnavailableError("Run `x`."), "unavailable", "The database cannot be served yet"),
        (SearchTimeoutError("Over 5 seconds."), "search-timeout", "The search took too long"),
    ],
)
def test_an_exception_of_ours_becomes_the_detail(error: DatelineError, slug: str, title: str) -> None:
    response = response_to(error)
    assert (response.status, response.headers["Content-Type"]) == (STATUS[type(error)], MEDIA_TYPE)
    assert response.body == {
        "type": f"urn:dateline:problem:{slug}",
        "title": title,
        "status": response.status,
        "detail": str(error),
        "errors": [],
    }


def test_every_exception_with_a_status_has_a_problem_type() -> None:
    assert {error: type_.status for error, type_ in PROBLEM_TYPES.items()} == STATUS


def test_a_subclass_is_answered_like_its_parent() -> None:
    class NoSuchSourceError(NotFoundError):
        pass

    assert response_to(NoSuchSourceError("No source has the id x.")).status == 404


def test_an_exception_without_a_status_is_an_internal_error() -> None:
    with pytest.raises(DatelineError, match="no status"):
        error_response(DatelineError("no status"))


def test_every_503_has_retry_after() -> None:
    assert response_to(SearchTimeoutError("")).headers["Retry-After"] == "5"
    assert response_to(UnavailableError("")).headers["Retry-After"] == "5"
    assert response_to(DamagedError("")).headers["Retry-After"] == "5"
    assert "Retry-After" not in response_to(NotFoundError("")).headers


def test_an_error_is_never_cached_or_tagged_and_can_be_read_by_any_page() -> None:
    headers = response_to(NotFoundError("")).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in headers


def test_a_failure_leaks_nothing_and_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = response_to(RuntimeError("secret"))
    assert response.body == {
        "type": "urn:dateline:problem:internal-error",
        "title": "Internal error",
        "status": 500,
        "detail": "Something went wrong in Dateline; the operator's log has the details.",
        "errors": [],
    }
    assert "GET /v1/fails failed" in caplog.text
    assert "RuntimeError: secret" in caplog.text


def test_a_database_that_cannot_be_used_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    """The log has its cause."""
    with caplog.at_level(logging.ERROR):
        response = response_to(OperationalError("SELECT 1", {}, Exception("database is locked")))
    assert (response.status, response.body["type"]) == (503, "urn:dateline:problem:unavailable")
    assert response.headers["Retry-After"] == "5"
    assert "database is locked" in caplog.text


def test_any_other_database_error_is_an_internal_error(caplog: pytest.LogCaptureFixture) -> None:
    """The log has its cause."""
    with caplog.at_level(logging.ERROR):
        response = response_to(IntegrityError("SELECT 1", {}, Exception("secret: UNIQUE constraint failed")))
    assert (response.status, response.body["type"]) == (500, "urn:dateline:problem:internal-error")
    assert "secret" not in str(response.body)
    assert "secret" in caplog.text


def test_damage_of_the_database_is_a_problem_with_the_commands() -> None:
    response = response_to(DatabaseError("SELECT 1", {}, Exception("database disk image is malformed")))
    assert response.body == {
        "type": "urn:dateline:problem:damaged",
        "title": "The database is damaged",
        "status": 503,
        "detail": "The database is damaged (database disk image is malformed); `dateline verify` says where, and "
        "`dateline restore` puts a backup in its place.",
        "errors": [],
    }


def test_the_log_shows_the_path_as_sent_and_no_query(caplog: pytest.LogCaptureFixture) -> None:
    router = APIRouter()
    router.add_api_route("/fails/{name}", lambda name: 1 / 0)
    client = client_of(with_query(frame(router)[0], b"a=\xff"))
    assert client.get("/fails/a%0Aforged").status_code == 500
    assert "GET /fails/a%0Aforged failed, request a-test" in caplog.text
    assert "xff" not in caplog.text


def test_an_unknown_path_with_an_undecodable_query_is_404() -> None:
    assert client_of(with_query(frame()[0], b"a=\xff")).get("/nothing").status_code == 404


def test_a_failure_can_be_read_by_any_page() -> None:
    headers = response_to(RuntimeError()).headers
    assert headers["Content-Type"] == MEDIA_TYPE
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cache-Control"] == "no-store"


def test_a_failure_is_raised_to_the_server_so_that_tests_see_it() -> None:
    app, _ = frame(raising(RuntimeError("seen")))
    with pytest.raises(RuntimeError, match="seen"):
        TestClient(app).get("/v1/fails")


def test_an_export_that_fails_at_its_start_is_a_problem() -> None:
    def failing() -> Response:
        chunks = failing_chunks()
        next(chunks)
        return stream_response(chunks, "text/csv")

    router = APIRouter()
    router.add_api_route("/failing", failing)
    assert client_of(frame(router)[0]).get("/failing").status_code == 500


def test_an_unknown_path_names_the_nearest(client: TestClient) -> None:
    response = client.get("/v1/thigns")
    assert (response.status_code, response.headers["Content-Type"]) == (404, MEDIA_TYPE)
    assert response.json() == {
        "type": "urn:dateline:problem:unknown-path",
        "title": "There is nothing at this path",
        "status": 404,
        "detail": "There is no /v1/thigns; the nearest is /v1/things.",
        "errors": [
            {
                "parameter": "path",
                "value": "/v1/thigns",
                "code": "unknown",
                "wanted": "a path of this API",
                "nearest": ["/v1/things"],
                "candidates": [],
            }
        ],
    }


def test_a_path_unlike_all_others_points_to_the_docs(client: TestClient) -> None:
    assert client.get("/wp-login.php").json()["detail"] == "There is no /wp-login.php; /docs lists all paths."


def test_a_trailing_slash_is_another_path(client: TestClient) -> None:
    assert client.get("/v1/things/").status_code == 404


@pytest.mark.unmeasured
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/v1/things", "/v1/things/a", "/openapi.json", "/docs"])
def test_another_method_gets_the_list_of_supported_ones(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json() == {
        "type": "urn:dateline:problem:method-not-allowed",
        "title": "This method is not supported here",
        "status": 405,
        "detail": f"{method} is not supported here; Dateline is read-only.",
        "errors": [],
    }


def test_options_lists_the_methods(client: TestClient) -> None:
    response = client.options("/v1/things")
    assert (response.status_code, response.headers["Allow"], response.content) == (204, "GET, HEAD, OPTIONS", b"")


def test_options_of_an_unknown_path_is_404(client: TestClient) -> None:
    assert client.options("/v1/nothing").status_code == 404


def test_any_other_error_of_the_framework_is_a_problem_with_its_headers() -> None:
    response = response_to(HTTPException(415, "Send nothing.", {"Accept-Post": "none"}))
    assert response.headers["Accept-Post"] == "none"
    assert response.body == {
        "type": "urn:dateline:problem:unsupported-media-type",
        "title": "Unsupported Media Type",
        "status": 415,
        "detail": "Send nothing.",
        "errors": [],
    }


def test_a_corpus_that_cannot_be_served_is_a_problem_with_the_command(client: TestClient, shelf: Shelf) -> None:
    shelf.failure = UnavailableError("There is no database; run `dateline init`.")
    response = client.get("/v1/things")
    assert (response.status_code, response.headers["Content-Type"]) == (503, MEDIA_TYPE)
    assert response.json()["detail"] == "There is no database; run `dateline init`."
