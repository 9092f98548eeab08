"""A database whose index has the format of another release: it is never called damaged, and `init` repairs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.errors import DamagedError
from app.stores import store_of
from app.stores.schema import INIT_COMMAND
from app.stores.sqlite import file_url
from seed.cli.program import app as seed_command
from seed.publish.publish import rebuild_outdated_index
from tests.conftest import app_for, load_jsonl, seed

RECORDS: list[dict[str, Any]] = [
    {"title": "Ferry", "source": "Gazette", "text": "“It sails,” Bo Ek said.", "authors": ["Bo Ek"], "language": "en"},
    {"title": "Tide", "source": "Courier", "text": "It turns.", "published": "2015-11-20"},
]
PATHS = ("/v1/articles?facet=author&facet=source&facet=language", "/v1/statements", "/v1/corpus", "/v1/entities")


@pytest.fixture
def shelf(database: Path) -> Path:
    """Return a database with two publishes, an article that was removed, and one that is pending."""
    load_jsonl(database, RECORDS)
    load_jsonl(database, [{"title": "Quay", "source": "Gazette", "text": "It stands.", "id": "quay"}])
    return database


@contextmanager
def writing(database: Path) -> Iterator[Connection]:
    engine = store_of(file_url(database)).writer_engine()
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def bodies(database: Path) -> list[object]:
    with TestClient(app_for(database)) as client:
        return [client.get(path).json() for path in PATHS]


def make_outdated(database: Path, change: str) -> None:
    """Change the format of the index, and drop what only that format has."""
    with writing(database) as connection:
        connection.execute(text(change))
        connection.execute(text("DELETE FROM snapshot_part WHERE name = 'manifest'"))


CHANGES = (
    "DELETE FROM snapshot_part WHERE name = 'format'",
    "UPDATE snapshot_part SET data = CAST('1' AS BLOB) WHERE name = 'format'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_init_builds_an_outdated_index_again(shelf: Path, change: str) -> None:
    """Version, token and time stay, so that clients need not load anything again."""
    before = bodies(shelf)
    make_outdated(shelf, change)
    with TestClient(app_for(shelf)) as client:
        response = client.get("/v1/articles")
        assert response.status_code == 503
        assert response.json()["type"] == "urn:dateline:problem:unavailable"
        assert "init`, which builds it again" in response.json()["detail"]
        assert client.get("/readyz").json() == response.json()
    assert seed(shelf, "verify") == "0 faults\n"
    seed(shelf, "init")
    assert bodies(shelf) == before


@pytest.mark.unmeasured
def test_removed_and_pending_articles_stay_out(shelf: Path) -> None:
    with TestClient(app_for(shelf)) as client:
        ids = {item["title"]: item["id"] for item in client.get("/v1/articles").json()["items"]}
    seed(shelf, "remove", ids["Quay"])
    before = bodies(shelf)
    with writing(shelf) as connection:
        tide = {"id": ids["Tide"]}
        connection.execute(text("UPDATE article SET revision_id = 0 WHERE id = :id"), tide)
        connection.execute(text("INSERT INTO pending (article_id) VALUES (:id)"), tide)
    make_outdated(shelf, CHANGES[0])
    engine = store_of(file_url(shelf)).writer_engine()
    with engine.begin() as connection:
        assert rebuild_outdated_index(connection)
        assert not rebuild_outdated_index(connection)
    engine.dispose()
    assert bodies(shelf) == before


def test_an_index_that_cannot_be_built_again_is_damage(shelf: Path) -> None:
    """A revision that is served is missing."""
    make_outdated(shelf, CHANGES[0])
    with writing(shelf) as connection:
        for statement in (
            "DELETE FROM statement",
            "DELETE FROM mention",
            "DELETE FROM revision WHERE title = 'Tide'",
        ):
            connection.execute(text(statement))
    engine = store_of(file_url(shelf)).writer_engine()
    wanted = "2 of the 3 articles that it served are stored"
    with pytest.raises(DamagedError, match=wanted), engine.begin() as connection:
        rebuild_outdated_index(connection)
    engine.dispose()


def test_an_index_of_a_newer_release_is_named_as_such(shelf: Path) -> None:
    """No command builds it again: the newer release could not read it any more."""
    make_outdated(shelf, "UPDATE snapshot_part SET data = CAST('99' AS BLOB) WHERE name = 'format'")
    expected = "written by a newer release of Dateline (it has format 99, and this release knows those up to "
    with TestClient(app_for(shelf)) as client:
        for path in ("/v1/articles", "/readyz"):
            response = client.get(path)
            assert (response.status_code, response.json()["type"]) == (503, "urn:dateline:problem:unavailable")
            assert expected in response.json()["detail"]
            assert INIT_COMMAND not in response.json()["detail"]
    for command in ("init", "status", "verify", "compact"):
        result = CliRunner().invoke(seed_command, [command], env={"DATELINE_DATABASE_URL": file_url(shelf)})
        assert (result.exit_code, expected in result.stderr) == (1, True), command
