"""Many parallel requests: none waits for a resource of another that itself waits for a thread."""

from pathlib import Path

import anyio
import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from tests.databases import url_of

# More than the connections of a default pool, and ten times the threads.
PARALLEL_REQUESTS = 40

URLS = (
    "/v1/articles?facet=actor&limit=5",
    "/v1/statements?limit=5",
    "/v1/entities?limit=5",
    "/v1/articles.ndjson",
)


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.unmeasured
def test_many_parallel_requests_are_all_answered(shipped_database: Path, threads: int) -> None:
    app = create_app(Settings(database_url=url_of(shipped_database), threads=threads))
    statuses: list[int] = []

    async def get(client: httpx.AsyncClient, url: str) -> None:
        statuses.append((await client.get(url)).status_code)

    async def main() -> None:
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://t") as client,
        ):
            with anyio.fail_after(60):
                async with anyio.create_task_group() as group:
                    for number in range(PARALLEL_REQUESTS):
                        group.start_soon(get, client, URLS[number % len(URLS)])

    anyio.run(main)
    assert statuses == [200] * PARALLEL_REQUESTS
