"""The databases of the tests.

- A run migrates one file once (`migrated`) and never writes to it again.
- A test copies that file (`database`), which takes less than a tenth of a millisecond, and owns the copy.
- Records are loaded as JSON Lines, like those of users: `load_jsonl` loads and publishes in milliseconds, since it has
  no lexicon; `seed` runs `dateline …` itself, in this process, with everything that ships.
- Settings are passed to `create_app`; no setting is patched, and no test uses the database of the environment.
- The server checks for a new corpus version before each request, so that tests need not wait.
- Hypothesis tests draw a corpus, load it into a copy (`shelved`) and send many requests to one application.
- `shipped_database` is a copy of the database after `dateline init`; only tests of `init` itself run it.
- Tests that draw or repeat many cases run without coverage: the other tests cover everything. They try few cases;
  `make soak` sets `SOAK` and with it tries several times as many.
- Garbage is collected less often than in the program, which would take a tenth of the time of all tests.
"""

import gc
import json
import os
import pickle
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from fastapi import FastAPI, applications
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from py3langid.langid import LanguageIdentifier
from sqlalchemy import URL, Engine, create_engine
from starlette.routing import BaseRoute
from starlette.testclient import TestClient
from typer import testing
from typer.main import get_command
from typer.testing import CliRunner

from app.main import create_app
from app.settings import ServeText, Settings
from app.stores import sqlite, store_of
from app.stores.postgresql import engines as postgresql_engines
from seed.cli.program import app as seed_command
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon
from seed.pipeline.context import Resources
from seed.pipeline.load import load
from seed.readers import Overrides, read_paths
from seed.readers.outlets import load_sources
from tests.databases import DATABASES, Server, started_server, url_of
from tests.openapi import dereferenced
from tests.proxy import MOUNT, mounted

ROOT = Path(__file__).resolve().parents[1]

SOAK = int(os.environ.get("SOAK", "1"))
"""Factor by which tests that draw or repeat cases try more of them; `make soak` sets it."""

# On a busy machine a good example can take long to draw and to run: neither is a finding. The gate draws the same
# examples in every run, so that a change fails and not the next one; `make soak` draws others. Each profile that ships
# with Hypothesis is registered again, since it loads "ci" by itself where it recognizes a CI service.
for _profile in ("default", "ci"):
    hypothesis_settings.register_profile(
        _profile,
        hypothesis_settings.get_profile(_profile),
        deadline=None,
        derandomize=SOAK == 1,
        suppress_health_check=[HealthCheck.too_slow],
    )
hypothesis_settings.load_profile(hypothesis_settings.get_current_profile_name())


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run below a prefix: `make test-stores` uses them."""
    parser.addoption("--store", choices=("sqlite", "postgresql"), default="sqlite", help="where databases are")
    parser.addoption("--root-path", default="", help="serve the applications of the tests below this prefix")
    parser.addoption("--proxy", choices=("strips", "keeps"), default="strips", help="what a proxy does with the prefix")


def pytest_configure(config: pytest.Config) -> None:
    """Mount the applications of this run, and create no garbage to collect until its tests are collected."""
    MOUNT.root_path, MOUNT.proxy = config.getoption("--root-path"), config.getoption("--proxy")
    if config.getoption("--store") == "postgresql":
        # Tests may leave an application to the garbage collector.
        config.addinivalue_line("filterwarnings", "ignore:.*was deleted while still open:ResourceWarning")
    gc.disable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what is about files of SQLite in a run on PostgreSQL."""
    for item in items if config.getoption("--store") == "postgresql" else ():
        if item.get_closest_marker("sqlite"):
            item.add_marker(pytest.mark.skip("about a file of SQLite"))


def pytest_collection_finish() -> None:
    """Let the garbage collector ignore the collected tests, and start after 20,000 new objects instead of 700."""
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def shared_language_model() -> Iterator[None]:
    """Unpack the model of the language detector once: that takes half a second, and each load frees it at its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LanguageIdentifier, "from_model_file", cache(LanguageIdentifier.from_model_file))
        yield


class CompiledStatements(dict[Any, Any]):
    """What SQLAlchemy compiled for any database of a run: dialects of one name, the first in each key, are the same."""

    def get(self, key: tuple[Any, ...], default: object = None) -> object:
        """Return a compiled statement."""
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: object) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


@pytest.fixture(scope="session", autouse=True)
def shared_compiled_statements() -> Iterator[None]:
    """Compile each statement once: otherwise each database compiles it again, which takes half the time of a load."""
    cached = {"compiled_cache": CompiledStatements()}

    def create(url: str | URL, *, execution_options: dict[str, Any], **options: Any) -> Engine:  # noqa: ANN401 - of an engine
        return create_engine(url, execution_options=execution_options | cached, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "create_engine", create)
        patch.setattr(postgresql_engines, "create_engine", create)
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_openapi_document() -> Iterator[None]:
    """Derive the document of the routes once: that takes a second or two, and the routes never change."""
    documents: dict[tuple[str, ...], bytes] = {}

    def derive(*, routes: Sequence[BaseRoute], servers: object, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        key = tuple(str(getattr(route, "path", "")) for route in routes)
        if key not in documents:
            documents[key] = pickle.dumps(get_openapi(routes=routes, **options))
        document: dict[str, Any] = pickle.loads(documents[key])  # noqa: S301 - our own
        return document | ({"servers": servers} if servers else {})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applications, "get_openapi", derive)
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_command_line() -> Iterator[None]:
    """Derive the command line of the program once: otherwise each command derives that of all commands again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testing, "_get_command", cache(get_command))
        yield


@cache
def _settings() -> Settings:
    """Return the settings that all applications share: to validate them takes longer than most requests."""
    return Settings(snapshot_check_ms=0, verify_hours=0)


def app_for(database: Path, *, text_search_seconds: float = 60, serve_text: ServeText = "full") -> FastAPI:
    """Return an application that serves a database file and notices each publish immediately."""
    own = {
        "database_url": url_of(database),
        "text_search_seconds": text_search_seconds,
        "serve_text": serve_text,
    }
    return mounted(create_app(_settings().model_copy(update=own)))


def seed(database: Path, *arguments: str) -> str:
    """Run `dateline` in this process; return what it prints, or fail with it."""
    result = CliRunner().invoke(seed_command, arguments, env={"DATELINE_DATABASE_URL": url_of(database)})
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


@cache
def resources() -> Resources:
    """Return what a load needs, with an empty lexicon: records that list their entities need none."""
    lexicon = Lexicon()
    return Resources(lexicon, Annotator(lexicon), load_sources())


def write_jsonl(database: Path, records: list[dict[str, Any]]) -> Path:
    """Write records as JSON Lines next to a database; return the file."""
    lines = database.with_suffix(".jsonl")
    lines.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return lines


def load_jsonl(database: Path, records: list[dict[str, Any]]) -> None:
    """Load records that list their entities, and publish them; fail if one is refused."""
    lines = write_jsonl(database, records)
    engine = store_of(url_of(database)).writer_engine()
    try:
        summary = load(engine, read_paths([lines], overrides=Overrides()), resources())
    finally:
        engine.dispose()
    assert not list(summary.refused)


def migrate(database: Path) -> None:
    """Create the tables in a database file."""
    engine = store_of(url_of(database)).writer_engine()
    config = Config(toml_file=ROOT / "pyproject.toml")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def chosen_store(request: pytest.FixtureRequest) -> None:
    """Start the server of this run, if it is one on PostgreSQL."""
    if request.config.getoption("--store") == "postgresql":
        DATABASES.server = request.getfixturevalue("server")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Yield a PostgreSQL server; skip the test if there is none."""
    with started_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(chosen_store: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated database without articles; copy it, never write to it."""
    database = tmp_path_factory.mktemp("migrated") / "dateline.db"
    migrate(database)
    return database


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    """Return a migrated database without articles, for this test alone."""
    return Path(shutil.copy(migrated, tmp_path / "dateline.db"))


@pytest.fixture(scope="session")
def initialized(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with the collection that ships; copy it, never write to it."""
    database = Path(shutil.copy(migrated, tmp_path_factory.mktemp("initialized") / "dateline.db"))
    seed(database, "init")
    return database


@pytest.fixture
def shipped_database(initialized: Path, tmp_path: Path) -> Path:
    """Return a database with the collection that ships, for this test alone."""
    return Path(shutil.copy(initialized, tmp_path / "dateline.db"))


@pytest.fixture(scope="session")
def openapi_document(migrated: Path) -> dict[str, Any]:
    """Return the OpenAPI document without shared parameters; it takes a second to make, and tests never change it."""
    with TestClient(app_for(migrated)) as client:
        return dereferenced(client.get("/openapi.json").json())


@pytest.fixture
def client(database: Path) -> Iterator[TestClient]:
    """Yield a client of an application on the database of this test."""
    with TestClient(app_for(database), raise_server_exceptions=False) as client:
        yield client
