"""A migrated database on a PostgreSQL server, and copies of it for single tests."""

from pathlib import Path

import pytest

from tests.conftest import migrate
from tests.databases import DATABASES, Server


@pytest.fixture(scope="session")
def migrated_on_server(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that stands for a migrated database on the server; copy it, never write to it."""
    file = tmp_path_factory.mktemp("server") / "migrated"
    DATABASES.create(file, server)
    migrate(file)
    return file


@pytest.fixture
def served(migrated_on_server: Path, server: Server, tmp_path: Path) -> Path:
    """Return a file that stands for a migrated database on the server, for this test alone."""
    file = tmp_path / "dateline"
    file.write_text(migrated_on_server.read_text())
    DATABASES.create(file, server)
    return file
