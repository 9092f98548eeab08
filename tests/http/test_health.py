"""Health checks: whether the process runs and can serve."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import __version__
from app.main import create_app
from app.settings import Settings
from seed.maintenance.database import open_writer
from tests.databases import url_of

UP = {"status": "ok", "version": __version__}


@pytest.fixture
def empty(tmp_path: Path) -> TestClient:
    """Return a client of an app whose database does not exist yet."""
    return TestClient(create_app(Settings(database_url=url_of(tmp_path / "none.db"))))


def test_a_process_without_a_database_is_alive(empty: TestClient) -> None:
    response = empty.get("/livez")
    assert (response.status_code, response.json()) == (200, UP)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_the_host_that_is_read_is_named_if_there_is_a_choice(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(database_url=url_of(database)))
    monkeypatch.setattr(app.state.store, "read_host", lambda: "db2:5432")
    with TestClient(app) as client:
        assert client.get("/readyz").json() == {**UP, "database_host": "db2:5432"}
        assert client.get("/livez").json() == UP


@pytest.mark.sqlite
def test_a_missing_database_is_not_ready_and_the_response_names_the_command(empty: TestClient) -> None:
    response = empty.get("/readyz")
    assert response.status_code == 503
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json() == {
        "type": "urn:dateline:problem:unavailable",
        "title": "The database cannot be served yet",
        "status": 503,
        "detail": "There is no database to read; run `dateline init`.",
        "errors": [],
    }


def test_an_empty_file_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    client = TestClient(create_app(Settings(database_url=url_of(tmp_path / "empty.db"))))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "dateline init" in response.json()["detail"]


def test_a_search_of_a_missing_database_names_the_command(empty: TestClient) -> None:
    response = empty.get("/v1/articles")
    assert response.status_code == 503
    assert "dateline init" in response.json()["detail"]


def test_a_migrated_database_is_ready_before_anything_is_published(tmp_path: Path) -> None:
    url = url_of(tmp_path / "migrated.db")
    with open_writer(url):
        pass
    response = TestClient(create_app(Settings(database_url=url))).get("/readyz")
    assert (response.status_code, response.json()) == (200, UP)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
