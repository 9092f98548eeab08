"""A PostgreSQL server that is killed at any point of a load loses nothing that it has confirmed, and serves on.

`tests/seed/durability/test_resume.py` kills the loader instead; with `--store postgresql` on a server, too.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.stores import store_of
from app.stores.store import UnusableError, explained_errors
from tests.conftest import app_for, migrate, seed
from tests.databases import DATABASES, OwnServer, own_server, url_of
from tests.seed.durability.test_resume import CHECKPOINTS, FIRST, SECOND
from tests.seed.loading import load_into, natural

pytestmark = [pytest.mark.unmeasured, pytest.mark.soak]

BATCH = 2
BEFORE, AFTER = "/v1/articles?facet=source&facet=place", "/v1/articles?facet=place&facet=source"
"""The same search, which no cache answers the second time."""


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    """Yield a server that may be killed."""
    with own_server() as server:
        yield server


@pytest.fixture
def served(server: OwnServer, tmp_path: Path) -> Path:
    """Return a file that stands for a migrated database on the server."""
    file = tmp_path / "dateline"
    DATABASES.create(file, server)
    migrate(file)
    return file


@pytest.fixture(scope="module")
def undisturbed(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of SQLite after both loads."""
    database = tmp_path_factory.mktemp("undisturbed") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    for records in (FIRST, SECOND):
        load_into(database, records, batch=BATCH)
    return database


def stored_articles(database: Path) -> int:
    """Return the number of articles that are stored, published or not."""
    engine = store_of(url_of(database)).reader_engine(connections=1)
    with engine.connect() as connection:
        count = int(connection.scalar(text("SELECT count(*) FROM article")) or 0)
    engine.dispose()
    return count


@pytest.mark.parametrize("at", range(len(CHECKPOINTS)), ids=[f"{at}-{name}" for at, name in enumerate(CHECKPOINTS)])
def test_a_load_on_a_server_that_is_killed_is_completed_by_the_next(
    server: OwnServer, served: Path, undisturbed: Path, at: int
) -> None:
    """Readers see one of the two versions, nothing while there is no server, and need no restart."""
    load_into(served, FIRST, batch=BATCH)
    names: list[str] = []
    stored: list[int] = []
    with TestClient(app_for(served), raise_server_exceptions=False) as client:
        before = client.get(BEFORE).json()

        def crash(name: str) -> None:
            names.append(name)
            if name == "batch committed":
                stored.append(stored_articles(served))
            if len(names) == at + 1:
                server.kill()
                for path in (f"{BEFORE}&limit=7", "/readyz"):
                    refused = client.get(path)
                    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5"), path
                server.start()

        with suppress(UnusableError), explained_errors(store_of(url_of(served))):
            load_into(served, SECOND, batch=BATCH, checkpoint=crash)
        assert names == CHECKPOINTS[: at + 1]
        assert stored_articles(served) >= max(stored, default=0)
        after = client.get(AFTER)
        assert after.status_code == 200
        assert "0 faults" in seed(served, "verify")
        if CHECKPOINTS[at] == "publish committed":
            assert after.json()["corpus_version"] == before["corpus_version"] + 1
        else:
            assert after.json() == before

        load_into(served, SECOND, batch=BATCH)
        assert client.get(AFTER).json()["corpus_version"] == before["corpus_version"] + 1
    assert natural(served) == natural(undisturbed)
    assert "0 faults" in seed(served, "verify")
