"""Reads that the database interrupts: they are repeated once, with the same snapshot, and nobody notices."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, event
from sqlalchemy.exc import DatabaseError, OperationalError
from starlette.testclient import TestClient

from app.errors import DatelineError
from app.main import create_app
from app.settings import Settings
from app.stores.store import InterruptedReadError, UnusableError
from tests.databases import url_of
from tests.seed.loading import load_into, report

ENDED = "the host has ended"

PATHS = (
    ("/v1/articles?q=ferry", "/v1/articles?q=ferry&sort=-published"),
    ("/v1/articles.ndjson", "/v1/articles.ndjson?text_kind=full"),
    ("/v1/articles.csv?q=ferry", "/v1/articles.csv?q=ferry&text_kind=full"),
)
"""Two requests each that have the same answer, although they are not the same."""


@pytest.fixture
def app(database: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """Return an application that checks for publishes only at its start, and takes one error for an interruption."""
    load_into(database, [report(f"Ferry {number}", id=f"r{number}") for number in range(150)])
    app = create_app(Settings(database_url=url_of(database), snapshot_check_ms=60_000, verify_hours=0))
    explain: Callable[[DatabaseError], DatelineError | None] = app.state.store.explain

    def explain_end(error: DatabaseError) -> DatelineError | None:
        return InterruptedReadError(ENDED) if ENDED in str(error.orig) else explain(error)

    monkeypatch.setattr(app.state.store, "explain", explain_end)
    return app


@contextmanager
def failing(app: FastAPI, errors: list[Exception]) -> Iterator[None]:
    """Raise these errors at the beginning of the next transactions."""

    def fail(_connection: Connection) -> None:
        if errors:
            raise errors.pop()

    engine: Any = app.state.corpus.generation.engine
    event.listen(engine, "begin", fail)
    try:
        yield
    finally:
        event.remove(engine, "begin", fail)


def end_of_host() -> OperationalError:
    """Return the error of a driver whose connection is gone."""
    return OperationalError("SELECT 1", {}, Exception(ENDED))


@pytest.mark.parametrize(("path", "again"), PATHS)
def test_an_interrupted_read_is_repeated_once(app: FastAPI, path: str, again: str) -> None:
    with TestClient(app, raise_server_exceptions=False) as client:
        expected = client.get(path)
        with failing(app, [end_of_host()]):
            response = client.get(again)
        assert (response.status_code, response.text) == (200, expected.text)


@pytest.mark.parametrize(
    ("errors", "detail"),
    [
        ([InterruptedReadError("too late"), InterruptedReadError(ENDED)], "the database cannot be used (too late)"),
        ([UnusableError("a full disk")], "the database cannot be used (a full disk)"),
        (
            [OperationalError("SELECT 1", {}, Exception("disk is full"))],
            "the database cannot be used (disk is full)",
        ),
    ],
)
def test_a_read_that_cannot_succeed_is_not_repeated_for_ever(
    app: FastAPI, errors: list[Exception], detail: str
) -> None:
    with TestClient(app, raise_server_exceptions=False) as client:
        client.get("/readyz")
        with failing(app, errors):
            response = client.get("/v1/articles?q=ferry")
    assert (response.status_code, response.json()["detail"]) == (503, detail)
    assert errors == []


@pytest.mark.parametrize(("reasons", "is_whole"), [([ENDED], True), ([ENDED, ENDED], False), (["disk is full"], False)])
def test_an_interrupted_batch_of_an_export_is_read_again(app: FastAPI, reasons: list[str], is_whole: bool) -> None:
    """Although the response has begun; a second interruption ends it, and so does any other error."""
    with TestClient(app) as client:
        expected = client.get("/v1/articles.ndjson").text
        errors = [None, *(OperationalError("SELECT 1", {}, Exception(reason)) for reason in reasons)]

        def fail(_connection: Connection) -> None:
            error = errors.pop(0) if errors else None
            if error is not None:
                raise error

        event.listen(app.state.corpus.generation.engine, "begin", fail)
        if is_whole:
            assert client.get("/v1/articles.ndjson?text_kind=full").text == expected
        else:
            with pytest.raises(RuntimeError, match="response already started"):
                client.get("/v1/articles.ndjson?text_kind=full")
    assert errors == []
