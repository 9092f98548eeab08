"""The start and the end of the app."""

import anyio.to_thread
from fastapi.testclient import TestClient

from app.http.strict_params import v1_router
from app.settings import Settings
from tests.http.frame import Thing, frame


def test_the_operator_sets_the_number_of_threads() -> None:
    router = v1_router("threads")

    @router.get("/threads")
    async def count_threads() -> Thing:
        return Thing(version=int(anyio.to_thread.current_default_thread_limiter().total_tokens), given={})

    with TestClient(frame(router, settings=Settings(threads=3))[0]) as client:
        assert client.get("/v1/threads").json()["version"] == 3


def test_the_corpus_is_closed_at_the_end() -> None:
    app, shelf = frame()
    with TestClient(app):
        assert shelf.closed == 0
    assert shelf.closed == 1
