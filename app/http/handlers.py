"""What becomes of each exception on its way out."""

import logging
from collections.abc import Sequence

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DatabaseError
from starlette.exceptions import HTTPException

from app.errors import DatelineError, InvalidParameter, InvalidRequestError
from app.http.limits import raw_url
from app.http.problems import INTERNAL_ERROR, METHOD_NOT_ALLOWED, UNKNOWN_PATH, kind_of_status, problem_of
from app.http.problems import problem_response as respond
from app.http.validation import translated
from app.stores.sqlite import damage
from app.text.fuzzy import nearest

PATH_CUTOFF = 75
"""Higher than for words: all paths begin alike."""

_log = logging.getLogger(__name__)


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
    return respond(INTERNAL_ERROR, "Something went wrong inside Dateline; the operator's log says what.")


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
    return respond(kind_of_status(error.status_code), error.detail, headers=error.headers)


def _other_method(request: Request, error: HTTPException) -> Response:
    declared = {method.strip() for method in (error.headers or {})["Allow"].split(",")}
    heads = {"HEAD"} if "GET" in declared else set()
    allow = {"Allow": ", ".join(sorted({*declared, *heads, "OPTIONS"}))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    detail = f"{request.method} is not answered here; Dateline is read-only."
    return respond(METHOD_NOT_ALLOWED, detail, headers=allow)


def _unknown_path(request: Request) -> Response:
    path = request.scope["path"]
    close = nearest(path, _paths(request.app), cutoff=PATH_CUTOFF)
    hint = f"the nearest is {close[0]}" if close else "/docs lists all paths"
    errors = [InvalidParameter("path", path, "a path of this API", close)]
    return respond(UNKNOWN_PATH, f"There is no {path}; {hint}.", errors=errors)


def _paths(app: FastAPI) -> Sequence[str]:
    contexts = iter_route_contexts(app.routes)
    return sorted({c.path_format for c in contexts if c.path_format and getattr(c, "include_in_schema", False)})
