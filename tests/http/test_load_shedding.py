"""Requests that arrive faster than the event loop serves them: some are refused before any work, and none is lost."""

from collections import Counter
from time import monotonic

import anyio
import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from app.http.load.shedding import LoadSheddingMiddleware

REQUESTS = 10


ROUND_SECONDS = 0.02


async def served(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer on the event loop, and take longer than a round."""
    ends = monotonic() + 1.5 * ROUND_SECONDS
    while monotonic() < ends:
        pass
    await PlainTextResponse("served")(scope, receive, send)


async def statuses(path: str, max_round_seconds: float, *, together: bool) -> Counter[int]:
    app = LoadSheddingMiddleware(served, max_round_seconds)
    counts: Counter[int] = Counter()

    async def get(client: httpx.AsyncClient) -> None:
        response = await client.get(path)
        counts[response.status_code] += 1
        if response.status_code == 503:
            assert response.headers["retry-after"] == "1"
            assert response.headers["cache-control"] == "no-store"
            assert response.json()["type"] == "urn:dateline:problem:busy"

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://t") as client:
        if not together:
            for _ in range(REQUESTS):
                await get(client)
            return counts
        async with anyio.create_task_group() as group:
            for _ in range(REQUESTS):
                group.start_soon(get, client)
    return counts


@pytest.mark.parametrize(
    ("path", "seconds", "together", "expected"),
    [
        ("/v1/articles", 60, True, {200: REQUESTS}),
        ("/v1/articles", ROUND_SECONDS, False, {200: REQUESTS}),
        # The first takes the whole round, the second one the next.
        ("/v1/articles", ROUND_SECONDS, True, {200: 2, 503: REQUESTS - 2}),
        ("/livez", ROUND_SECONDS, True, {200: REQUESTS}),
        ("/readyz", ROUND_SECONDS, True, {200: REQUESTS}),
    ],
)
def test_what_a_round_of_the_event_loop_has_no_time_for_is_refused(
    path: str, seconds: float, together: bool, expected: dict[int, int]
) -> None:
    async def main() -> Counter[int]:
        return await statuses(path, seconds, together=together)

    assert anyio.run(main) == expected


def test_other_protocols_pass_through() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: object, _send: object) -> None:
        seen.append(scope["type"])

    async def main() -> None:
        middleware = LoadSheddingMiddleware(app, 0)
        for _ in range(2):
            await middleware({"type": "lifespan"}, None, None)  # type: ignore[arg-type]

    anyio.run(main)
    assert seen == ["lifespan"] * 2
