"""A text search that takes long waits for others like it; what is short waits for neither."""

from pathlib import Path
from threading import Event, Lock

import anyio
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import Response
from sqlmodel import Session

from app.errors import SearchTimeoutError
from app.routes.dependencies import MOMENT, worked
from app.search.fulltext.hits import TextSearch
from app.search.index.snapshot import Snapshot
from app.stores.sqlite import file_url, reader_engine

SECONDS = 60.0
"""What a text search may take in these tests."""


@pytest.fixture
def text(database: Path) -> TextSearch:
    return TextSearch(Session(reader_engine(file_url(database))), Snapshot.unpublished(), SECONDS)


class Long:
    """Work whose text search is never done in a moment, and goes on until it is let go."""

    def __init__(self) -> None:
        self.let_go = Event()
        self.tries: list[float] = []
        self.running = self.most = 0
        self._lock = Lock()

    def __call__(self, text: TextSearch) -> Response:
        with self._lock:
            self.tries.append(text.seconds)
        if text.seconds <= MOMENT:
            raise SearchTimeoutError("More than a moment.")
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.let_go.wait(SECONDS)
        with self._lock:
            self.running -= 1
        return Response("long")


def short(_text: TextSearch) -> Response:
    """Return at once."""
    return Response("short")


@pytest.mark.parametrize(("threads", "at_once"), [(1, 1), (4, 1), (8, 2)])
def test_long_searches_leave_the_threads_to_others(text: TextSearch, threads: int, at_once: int) -> None:
    long, done = Long(), []

    async def ask() -> None:
        done.append(await worked(long, text))

    async def main() -> None:
        current_default_thread_limiter().total_tokens = threads
        with anyio.fail_after(SECONDS):
            async with anyio.create_task_group() as group:
                for _ in range(threads + 1):
                    group.start_soon(ask)
                while len(long.tries) < threads + 1 + at_once:
                    await anyio.sleep(0.001)
                assert (await worked(short, text)).body == b"short"
                assert not done
                long.let_go.set()

    anyio.run(main)
    assert [answer.body for answer in done] == [b"long"] * (threads + 1)
    assert sorted(long.tries) == [MOMENT] * (threads + 1) + [SECONDS] * (threads + 1)
    assert long.most == at_once


def test_quick_work_needs_no_thread(text: TextSearch) -> None:
    async def main() -> bytes:
        current_default_thread_limiter().total_tokens = 0
        with anyio.fail_after(SECONDS):
            return bytes((await worked(short, text, quick=True)).body)

    assert anyio.run(main) == b"short"


def test_a_search_may_be_allowed_less_than_a_moment(text: TextSearch) -> None:
    """Then the second try is refused like the first."""

    def refused(text: TextSearch) -> Response:
        raise SearchTimeoutError(f"{text.seconds}")

    async def main() -> Response:
        return await worked(refused, TextSearch(text.session, text.snapshot, MOMENT / 2))

    with pytest.raises(SearchTimeoutError, match=str(MOMENT / 2)):
        anyio.run(main)
