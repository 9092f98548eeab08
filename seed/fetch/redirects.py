"""Follow redirects one by one, so that each target is checked like the first URL."""

from collections.abc import Callable

import httpx

from seed.fetch.errors import ForbiddenError, NotFetchedError, TooManyRedirectsError
from seed.fetch.guard import Guard
from seed.fetch.http_exchange import HttpResponse


def follow_redirects(
    first_url: httpx.URL, request: Callable[[httpx.URL], HttpResponse], *, guard: Guard, limit: int
) -> tuple[httpx.URL, HttpResponse]:
    """Return the final URL and its response; raise NotFetchedError naming the failed redirect."""
    visited = [first_url]
    while True:
        hop = visited[-1]
        try:
            response = request(hop)
        except NotFetchedError as error:
            error.at = error.at or (None if hop is first_url else str(hop))
            raise
        if response.target is None:
            return hop, response
        target = _resolve_target(hop, response.target, guard)
        if target in visited:
            raise TooManyRedirectsError(f"is redirected in a circle: back to {target}")
        if len(visited) > limit:
            raise TooManyRedirectsError(f"is redirected more than {limit} times")
        visited.append(target)


def _resolve_target(hop: httpx.URL, target: str, guard: Guard) -> httpx.URL:
    try:
        address = str(hop.join(target))
    except httpx.InvalidURL as error:
        raise ForbiddenError(f"is redirected to an invalid URL ({error})") from None
    try:
        return guard.check_url(address)
    except ForbiddenError as error:
        error.at = address[:200]
        raise
