"""Every error as problem+json (RFC 9457), and the declaration of the statuses that a route may answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Response

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
from app.wire.problems import Problem, ProblemError

MEDIA_TYPE = "application/problem+json"

RETRY_SECONDS = 5
"""What a client should wait after a search that took too long: the default time limit of one search."""


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
