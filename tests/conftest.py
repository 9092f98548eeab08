"""How the tests reach a database.

- A run migrates one file once (`migrated`) and never writes to it again.
- A test copies that file (`database`), which takes less than a tenth of a millisecond, and owns the copy.
- Records go in as a user's do: `load_jsonl` writes JSON Lines and runs `python -m seed load` in this process.
- Settings are handed to `create_app`; nothing is patched, and no test sees the environment's database.
- The server looks for a new corpus version before each request, so that tests need not wait.
- Hypothesis tests draw a corpus, load it into a copy (`Shelf.load`) and ask many questions of one application.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.db import writer_engine
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def database_url(database: Path) -> str:
    """Return the URL of a database file."""
    return f"sqlite:///{database}"


def app_for(database: Path, *, text_search_seconds: float = 60) -> FastAPI:
    """Make an application that serves a database file and sees a publish at once."""
    from app.main import create_app

    return create_app(
        Settings(database_url=database_url(database), snapshot_check_ms=0, text_search_seconds=text_search_seconds)
    )


def seed(database: Path, *arguments: str) -> str:
    """Run `python -m seed` in this process; return what it prints, or fail with it."""
    from seed.__main__ import app as seed_command

    result = CliRunner().invoke(seed_command, arguments, env={"DATELINE_DATABASE_URL": database_url(database)})
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def load_jsonl(database: Path, records: list[dict[str, Any]]) -> None:
    """Load records and publish them; fail if one is refused."""
    source = database.with_suffix(".jsonl")
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    seed(database, "load", str(source))


def migrate(database: Path) -> None:
    """Create the tables in a database file."""
    engine = writer_engine(database_url(database))
    config = Config(toml_file=ROOT / "pyproject.toml")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without an article; copy it, never write to it."""
    database = tmp_path_factory.mktemp("migrated") / "dateline.db"
    migrate(database)
    return database


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    """A migrated database without an article, the test's own."""
    return Path(shutil.copy(migrated, tmp_path / "dateline.db"))


@pytest.fixture
def client(database: Path) -> Iterator[TestClient]:
    """A client of an application on the test's own database."""
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        yield client
