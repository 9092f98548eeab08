"""Errors as problem+json (RFC 9457), and the declaration of the error statuses of a route."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import iter_route_contexts
from pydantic import Field
from sqlalchemy.exc import DatabaseError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.errors import (
    STATUS,
    BusyError,
    CursorExpiredError,
    DamagedError,
    DatelineError,
    DroppedError,
    ErrorCode,
    InvalidRequestError,
    MovedError,
    NotFoundError,
    NotInstalledError,
    ParameterProblem,
    RemovedError,
    SearchTimeoutError,
    SplitError,
    TooLargeError,
    UnavailableError,
)
from app.http.request_url import raw_path, route_path
from app.stores.store import Store
from app.text.fuzzy import nearest
from app.wire.base import Out, ProblemError, problem_error

MEDIA_TYPE = "application/problem+json"

# The default time limit of one search.
RETRY_AFTER_SECONDS = 5
"""Seconds that a client should wait after any 503, by default."""

# Higher than for words, because all paths begin alike.
PATH_CUTOFF = 75
"""Minimum similarity, in percent, of a path that is suggested for an unknown one."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A problem type: its HTTP status, the last part of its URN, and its title."""

    status: int
    slug: str
    title: str


UNKNOWN_PATH = ProblemType(404, "unknown-path", "There is nothing at this path")

METHOD_NOT_ALLOWED = ProblemType(405, "method-not-allowed", "This method is not supported here")

URL_TOO_LONG = ProblemType(414, "url-too-long", "The URL is too long")

MISDIRECTED_REQUEST = ProblemType(421, "misdirected-request", "This server does not serve this host")

INTERNAL_ERROR = ProblemType(500, "internal-error", "Internal error")

PROBLEM_TYPES: dict[type[DatelineError], ProblemType] = {
    error: ProblemType(STATUS[error], slug, title)
    for error, slug, title in (
        (InvalidRequestError, "invalid-request", "The request cannot be understood"),
        (TooLargeError, "too-large", "The body is too large"),
        (NotFoundError, "not-found", "Nothing is published under this id"),
        (SplitError, "split", "The entity was split"),
        (RemovedError, "removed", "The article was removed"),
        (DroppedError, "dropped", "This version is no longer stored"),
        (CursorExpiredError, "cursor-expired", "The cursor has expired"),
        (UnavailableError, "unavailable", "The database cannot be served yet"),
        (DamagedError, "damaged", "The database is damaged"),
        (SearchTimeoutError, "search-timeout", "The search took too long"),
        (BusyError, "busy", "The server is busy"),
        (NotInstalledError, "not-installed", "The server cannot write this format"),
    )
}
"""The problem type of each exception; an exception that is missing here is an internal error."""


MOVED_RESPONSE = {"description": "The article has another id now, which `Location` has"}


def status_problem_type(status: int) -> ProblemType:
    """Return the problem type of a status that only the framework raises."""
    known = {type_.status: type_ for type_ in (UNKNOWN_PATH, METHOD_NOT_ALLOWED, URL_TOO_LONG, INTERNAL_ERROR)}
    phrase = HTTPStatus(status).phrase
    return known.get(status, ProblemType(status, phrase.lower().replace(" ", "-"), phrase))


def problem_response(
    type_: ProblemType,
    detail: str,
    *,
    errors: Iterable[ParameterProblem] = (),
    headers: Mapping[str, str] | None = None,
    split_into: Sequence[str] | None = None,
) -> Response:
    """Return an error as problem+json that no cache stores."""
    fields: dict[str, Any] = {
        "type": f"urn:dateline:problem:{type_.slug}",
        "title": type_.title,
        "status": type_.status,
        "detail": detail,
        "errors": list(map(problem_error, errors)),
    }
    body = Problem(**fields) if split_into is None else SplitProblem(**fields, split_into=list(split_into))
    return Response(
        body.model_dump_json(), type_.status, {**(headers or {}), "Cache-Control": "no-store"}, media_type=MEDIA_TYPE
    )


def error_response(error: DatelineError) -> Response:
    """Return one of our exceptions as problem+json; raise it again if it has no status."""
    type_ = next((PROBLEM_TYPES[cls] for cls in type(error).__mro__ if cls in PROBLEM_TYPES), None)
    if type_ is None:
        raise error
    errors = error.errors if isinstance(error, InvalidRequestError | NotFoundError) else ()
    split_into = error.split_into if isinstance(error, SplitError) else None
    return problem_response(type_, str(error), errors=errors, headers=_retry_after(error, type_), split_into=split_into)


def _retry_after(error: DatelineError, type_: ProblemType) -> Mapping[str, str] | None:
    if isinstance(error, BusyError):
        return {"Retry-After": str(error.retry_after)}
    return {"Retry-After": str(RETRY_AFTER_SECONDS)} if type_.status == HTTPStatus.SERVICE_UNAVAILABLE else None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return a declaration that a route may respond with problems of these statuses, for `responses=`."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _titles(status), "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }


def _titles(status: int) -> str:
    titles = [type_.title for type_ in PROBLEM_TYPES.values() if type_.status == status]
    return "; ".join(titles) or status_problem_type(status).title


class Problem(Out):
    """RFC 9457 problem details: the one schema of every error."""

    type: str = Field(description="URN of the problem type.", examples=["urn:dateline:problem:invalid-request"])
    title: str = Field(description="The problem type in words.", examples=["The request cannot be understood"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(
        description="What happened, as a sentence.",
        examples=["actor is “Putni”: expected the id, Wikidata id or name of an actor"],
    )
    errors: list[ProblemError] = Field(description="Each cause: parameter, value, code and what was expected.")


class SplitProblem(Problem):
    """The problem of an entity that is several now."""

    split_into: list[str] = Field(
        description="Ids of the entities that took its place, at most 100.",
        examples=[["john-smith--7h2k9m4p6q8r", "john-smith--united-kingdom"]],
    )


SPLIT_RESPONSE: dict[int | str, dict[str, Any]] = {
    410: {
        "description": PROBLEM_TYPES[SplitError].title,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/SplitProblem"}}},
    }
}
"""The declaration of a route of one entity, for `responses=`."""


async def response_to_exception(request: Request, error: Exception) -> Response:
    """Return the response to any exception: its problem if it has a status, an internal error otherwise."""
    if isinstance(error, DatelineError) and isinstance(error, tuple(PROBLEM_TYPES)):
        return error_response(error)
    return await internal_error(request, error)


def add_handlers(app: FastAPI) -> None:
    """Make the app answer every exception that reaches it with a problem."""
    app.add_exception_handler(DatelineError, _handle_dateline_error)
    app.add_exception_handler(HTTPException, _handle_http_exception)
    app.add_exception_handler(DatabaseError, _handle_database_error)
    app.add_exception_handler(ClientDisconnect, _handle_disconnect)


async def internal_error(request: Request, error: Exception) -> Response:
    """Log an unexpected exception and answer with a fixed text: the cause is for the log, not for the client."""
    # As it came over the wire: decoded, it could contain line breaks that forge a log line, or not be valid text. The
    # query may be private.
    path = raw_path(request.scope).decode("ascii", "backslashreplace")
    _log.error("%s %s failed, request %s", request.method, path, request.state.request_id, exc_info=error)
    return problem_response(INTERNAL_ERROR, "Something went wrong in Dateline; the operator's log has the details.")


async def _handle_dateline_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DatelineError)  # noqa: S101 - Starlette types every handler for any exception
    return _redirect(request, error.article) if isinstance(error, MovedError) else error_response(error)


def _redirect(request: Request, article: str) -> Response:
    """Return a redirect to the same view of an article that has another id now."""
    former, *view = route_path(request.scope).partition("/articles/")[2].split("/")
    suffix = ".jsonld" if former.endswith(".jsonld") else ""
    location = "/".join([*([".."] * len(view)), article + suffix, *view])
    return RedirectResponse("?".join(filter(None, (location, request.url.query))), status_code=308)


async def _handle_database_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DatabaseError)  # noqa: S101 - as above
    store: Store = request.app.state.store
    if (meaning := store.explain(error)) is None:
        raise error
    if isinstance(meaning, UnavailableError):
        _log.error("%s", meaning)
    return error_response(meaning)


async def _handle_disconnect(_request: Request, _error: Exception) -> Response:
    # Nobody reads it. The status is what logs of other servers show for a client that left.
    return Response(status_code=499)


async def _handle_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    if error.status_code == UNKNOWN_PATH.status:
        return _unknown_path(request)
    if error.status_code == METHOD_NOT_ALLOWED.status:
        return _method_not_allowed(request, error)
    return problem_response(status_problem_type(error.status_code), error.detail, headers=error.headers)


def _method_not_allowed(request: Request, error: HTTPException) -> Response:
    methods = {method.strip() for method in (error.headers or {})["Allow"].split(",")}
    head = {"HEAD"} if "GET" in methods else set()
    allow = {"Allow": ", ".join(sorted({*methods, *head, "OPTIONS"}))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    detail = f"{request.method} is not supported here; Dateline is read-only."
    return problem_response(METHOD_NOT_ALLOWED, detail, headers=allow)


def _unknown_path(request: Request) -> Response:
    path, root = request.scope["path"], request.scope.get("root_path", "")
    similar = nearest(route_path(request.scope), _paths(request.app), cutoff=PATH_CUTOFF)
    suggestions = tuple(root + known_path for known_path in similar)
    hint = f"the nearest is {suggestions[0]}" if suggestions else f"{root}/docs lists all paths"
    errors = [ParameterProblem("path", path, "a path of this API", suggestions, code=ErrorCode.UNKNOWN)]
    return problem_response(UNKNOWN_PATH, f"There is no {path}; {hint}.", errors=errors)


def _paths(app: FastAPI) -> Sequence[str]:
    contexts = iter_route_contexts(app.routes)
    return sorted({c.path_format for c in contexts if c.path_format and getattr(c, "include_in_schema", False)})
