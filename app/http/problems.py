"""Every error as problem+json (RFC 9457), and the declaration of the statuses that a route may answer."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import Field
from sqlalchemy.exc import DatabaseError
from starlette.exceptions import HTTPException

from app.errors import (
    STATUS,
    CursorExpiredError,
    DamagedError,
    DatelineError,
    DroppedError,
    InvalidParameter,
    InvalidRequestError,
    NotFoundError,
    RemovedError,
    SearchTimeoutError,
    TooLargeError,
    UnavailableError,
)
from app.http.scope import raw_url, route_path
from app.http.validation import translated
from app.stores.sqlite import damage
from app.text.fuzzy import nearest
from app.wire.base import Out

MEDIA_TYPE = "application/problem+json"

RETRY_SECONDS = 5
"""What a client should wait after a search that took too long: the default time limit of one search."""

PATH_CUTOFF = 75
"""Higher than for words: all paths begin alike."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its HTTP status, the last part of its URN, and its title."""

    status: int
    slug: str
    title: str


UNKNOWN_PATH = Kind(404, "unknown-path", "There is nothing at this path")

METHOD_NOT_ALLOWED = Kind(405, "method-not-allowed", "This method is not answered here")

URL_TOO_LONG = Kind(414, "url-too-long", "The URL is too long")

INTERNAL_ERROR = Kind(500, "internal-error", "Dateline failed")

KINDS: dict[type[DatelineError], Kind] = {
    error: Kind(STATUS[error], slug, title)
    for error, slug, title in (
        (InvalidRequestError, "invalid-request", "The request cannot be understood"),
        (TooLargeError, "too-large", "The body is too large"),
        (NotFoundError, "not-found", "Nothing is published under this id"),
        (RemovedError, "removed", "The article was removed"),
        (DroppedError, "dropped", "This version is no longer stored"),
        (CursorExpiredError, "cursor-expired", "The order that the cursor belongs to has changed"),
        (UnavailableError, "unavailable", "The database cannot be served yet"),
        (DamagedError, "damaged", "The database is damaged"),
        (SearchTimeoutError, "search-timeout", "The search took too long"),
    )
}
"""The kind of each exception; one that is missing here is a fault of ours."""


def kind_of_status(status: int) -> Kind:
    """Return the kind of a status that only the framework raises."""
    known = {kind.status: kind for kind in (UNKNOWN_PATH, METHOD_NOT_ALLOWED, URL_TOO_LONG, INTERNAL_ERROR)}
    phrase = HTTPStatus(status).phrase
    return known.get(status, Kind(status, phrase.lower().replace(" ", "-"), phrase))


def problem_response(
    kind: Kind, detail: str, *, errors: Iterable[InvalidParameter] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error as problem+json; it is never stored."""
    body = Problem(
        type=f"urn:dateline:problem:{kind.slug}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        errors=[
            ProblemError(parameter=e.parameter, value=e.value, wanted=e.wanted, nearest=list(e.nearest)) for e in errors
        ],
    )
    return Response(
        body.model_dump_json(), kind.status, {**(headers or {}), "Cache-Control": "no-store"}, media_type=MEDIA_TYPE
    )


def problem_of(error: DatelineError) -> Response:
    """Return an exception of ours as problem+json; raise it again if it stands for no status."""
    kind = next((KINDS[cls] for cls in type(error).__mro__ if cls in KINDS), None)
    if kind is None:
        raise error
    errors = error.errors if isinstance(error, InvalidRequestError) else ()
    headers = {"Retry-After": str(RETRY_SECONDS)} if isinstance(error, SearchTimeoutError) else None
    return problem_response(kind, str(error), errors=errors, headers=headers)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare that a route may answer these statuses with a problem; the value of `responses=`."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _titles(status), "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }


def _titles(status: int) -> str:
    titles = [kind.title for kind in KINDS.values() if kind.status == status]
    return "; ".join(titles) or kind_of_status(status).title


class ProblemError(Out):
    """One thing wrong with a request."""

    parameter: str = Field(description="The parameter at fault.", examples=["actor"])
    value: str | None = Field(description="The value it had.", examples=["Putni"])
    wanted: str = Field(description="What was wanted.", examples=["the id, Wikidata id or name of an actor"])
    nearest: list[str] = Field(description="The nearest known values.", examples=[["vladimir-putin"]])


class Problem(Out):
    """RFC 9457 problem details: the one shape of every error."""

    type: str = Field(description="URN of the kind of problem.", examples=["urn:dateline:problem:invalid-request"])
    title: str = Field(description="The kind in words.", examples=["The request cannot be understood"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(description="What happened, in a sentence.", examples=["actor: unknown name “Putni”"])
    errors: list[ProblemError] = Field(description="Each cause: parameter, value and what was wanted.")


def add_handlers(app: FastAPI) -> None:
    """Let the app answer every exception that reaches it with a problem."""
    app.add_exception_handler(DatelineError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(DatabaseError, _unread)


async def failed(request: Request, error: Exception) -> Response:
    """Answer a fault of ours with a fixed text: what went wrong is for the log, not for the client."""
    # As it came over the wire: decoded, it could hold line breaks that forge a log, or be no text at all.
    url = raw_url(request.scope).decode("ascii", "backslashreplace")
    _log.error("%s %s failed, request %s", request.method, url, request.state.request_id, exc_info=error)
    return problem_response(INTERNAL_ERROR, "Something went wrong inside Dateline; the operator's log says what.")


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DatelineError)  # noqa: S101 - Starlette types every handler for any exception
    return problem_of(error)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    return problem_of(InvalidRequestError(*translated(error.errors())))


async def _unread(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DatabaseError)  # noqa: S101 - as above
    return problem_of(damage(error))


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    if error.status_code == UNKNOWN_PATH.status:
        return _unknown_path(request)
    if error.status_code == METHOD_NOT_ALLOWED.status:
        return _other_method(request, error)
    return problem_response(kind_of_status(error.status_code), error.detail, headers=error.headers)


def _other_method(request: Request, error: HTTPException) -> Response:
    declared = {method.strip() for method in (error.headers or {})["Allow"].split(",")}
    heads = {"HEAD"} if "GET" in declared else set()
    allow = {"Allow": ", ".join(sorted({*declared, *heads, "OPTIONS"}))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    detail = f"{request.method} is not answered here; Dateline is read-only."
    return problem_response(METHOD_NOT_ALLOWED, detail, headers=allow)


def _unknown_path(request: Request) -> Response:
    path, root = request.scope["path"], request.scope.get("root_path", "")
    close = tuple(root + near for near in nearest(route_path(request.scope), _paths(request.app), cutoff=PATH_CUTOFF))
    hint = f"the nearest is {close[0]}" if close else f"{root}/docs lists all paths"
    errors = [InvalidParameter("path", path, "a path of this API", close)]
    return problem_response(UNKNOWN_PATH, f"There is no {path}; {hint}.", errors=errors)


def _paths(app: FastAPI) -> Sequence[str]:
    contexts = iter_route_contexts(app.routes)
    return sorted({c.path_format for c in contexts if c.path_format and getattr(c, "include_in_schema", False)})
