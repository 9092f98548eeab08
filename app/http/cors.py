"""Who may call from a page of another origin."""

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from app.http.problems import Kind, problem_response

METHODS = ("GET", "HEAD", "OPTIONS", "POST")
"""POST for questions that are too long for a URL."""

REQUEST_HEADERS = ("Content-Type", "If-None-Match", "X-Request-ID")
EXPOSED = ("Link", "ETag", "Retry-After", "X-Request-ID")
MAX_AGE = 7200
"""Seconds that a browser may remember the answer to a preflight: the most that Chromium does."""

REFUSED = Kind(400, "preflight-refused", "This origin, method or header is not allowed")


class Cors(CORSMiddleware):
    """Starlette's CORS, whose refusals are problems like all others."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer a preflight."""
        response = super().preflight_response(request_headers)
        if response.status_code != REFUSED.status:
            return response
        headers = {k: v for k, v in response.headers.items() if k.startswith("access-control-") or k == "vary"}
        return problem_response(REFUSED, bytes(response.body).decode() + ".", headers=headers)


def cors(origins: tuple[str, ...]) -> Middleware:
    """Allow these origins (`*` is any), never with credentials."""
    return Middleware(
        Cors,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=REQUEST_HEADERS,
        expose_headers=EXPOSED,
        max_age=MAX_AGE,
    )
