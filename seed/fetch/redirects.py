"""Following redirects ourselves, one by one, so that each of them is looked at like the first address."""

from collections.abc import Callable

import httpx

from seed.fetch.errors import ForbiddenError, NotFetchedError, TooManyRedirectsError
from seed.fetch.guard import Guard
from seed.fetch.http_exchange import Reply


def followed(
    first: httpx.URL, ask: Callable[[httpx.URL], Reply], *, guard: Guard, limit: int
) -> tuple[httpx.URL, Reply]:
    """The last address and its answer; raises NotFetchedError, which says where it happened, as `ask` does."""
    passed = [first]
    while True:
        hop = passed[-1]
        try:
            reply = ask(hop)
        except NotFetchedError as error:
            error.at = error.at or (None if hop is first else str(hop))
            raise
        if reply.target is None:
            return hop, reply
        following = _following(hop, reply.target, guard)
        if following in passed:
            raise TooManyRedirectsError(f"the redirects go round: back to {following}")
        if len(passed) > limit:
            raise TooManyRedirectsError(f"is redirected more than {limit} times")
        passed.append(following)


def _following(hop: httpx.URL, target: str, guard: Guard) -> httpx.URL:
    try:
        address = str(hop.join(target))
    except httpx.InvalidURL as error:
        raise ForbiddenError(f"is redirected to what is no URL ({error})") from None
    try:
        return guard.checked(address)
    except ForbiddenError as error:
        error.at = address[:200]
        raise
