"""A long text search waits for other long ones; a short one waits for none."""

from pathlib import Path
from threading import Event, Lock

import anyio
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import Response
from sqlmodel import Session

from app.errors import SearchTimeoutError
from app.routes.dependencies import SHORT_SEARCH_SECONDS, run_by_cost
from app.search.fulltext.hits import SearchContext
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticlePage
from app.stores import store_of
from app.stores.sqlite import file_url

SECONDS = 60.0
"""Time limit of a text search in these tests."""


@pytest.fixture
def text(database: Path) -> SearchContext:
    return SearchContext(Session(store_of(file_url(database)).reader_engine()), Snapshot.unpublished(), SECONDS)


class LongSearch:
    """A search that always exceeds the limit of short ones, and then runs until it is released."""

    def __init__(self) -> None:
        self.released = Event()
        self.limits: list[float] = []
        self.running = self.max_running = 0
        self._lock = Lock()

    def __call__(self, filters: ArticlePage, context: SearchContext) -> Response:
        with self._lock:
            self.limits.append(context.seconds)
        if context.seconds <= SHORT_SEARCH_SECONDS:
            raise SearchTimeoutError("Longer than a short search.")
        with self._lock:
            self.running += 1
            self.max_running = max(self.max_running, self.running)
        self.released.wait(SECONDS)
        with self._lock:
            self.running -= 1
        return Response("long")


def short(filters: ArticlePage, context: SearchContext) -> Response:
    """Return immediately."""
    return Response("short")


WORDS = ArticlePage(q="ferry")
"""Filters whose search may take long."""


@pytest.mark.parametrize(("threads", "max_running"), [(1, 1), (4, 1), (8, 2)])
def test_long_searches_leave_threads_to_others(text: SearchContext, threads: int, max_running: int) -> None:
    long, responses = LongSearch(), []

    async def run() -> None:
        responses.append(await run_by_cost(long)(filters=WORDS, context=text))

    async def main() -> None:
        current_default_thread_limiter().total_tokens = threads
        with anyio.fail_after(SECONDS):
            async with anyio.create_task_group() as group:
                for _ in range(threads + 1):
                    group.start_soon(run)
                while len(long.limits) < threads + 1 + max_running:
                    await anyio.sleep(0.001)
                assert (await run_by_cost(short)(filters=WORDS, context=text)).body == b"short"
                assert not responses
                long.released.set()

    anyio.run(main)
    assert [response.body for response in responses] == [b"long"] * (threads + 1)
    assert sorted(long.limits) == [SHORT_SEARCH_SECONDS] * (threads + 1) + [SECONDS] * (threads + 1)
    assert long.max_running == max_running


def test_a_cheap_search_needs_no_thread(text: SearchContext) -> None:
    async def main() -> bytes:
        current_default_thread_limiter().total_tokens = 0
        with anyio.fail_after(SECONDS):
            return bytes((await run_by_cost(short)(filters=ArticlePage(), context=text)).body)

    assert anyio.run(main) == b"short"


def test_the_limit_of_searches_may_be_shorter_than_a_short_search(text: SearchContext) -> None:
    """Then the second run is refused like the first."""

    def refuse(filters: ArticlePage, context: SearchContext) -> Response:
        raise SearchTimeoutError(f"{context.seconds}")

    async def main() -> Response:
        context = SearchContext(text.session, text.snapshot, SHORT_SEARCH_SECONDS / 2)
        return await run_by_cost(refuse)(filters=WORDS, context=context)

    with pytest.raises(SearchTimeoutError, match=str(SHORT_SEARCH_SECONDS / 2)):
        anyio.run(main)
