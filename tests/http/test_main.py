"""The app as a server creates it."""

import sys
import tomllib
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app import __version__
from app.main import SWITCH_SECONDS, create_app
from app.search.index.live import CurrentSnapshot
from tests.conftest import app_for

ROOT = Path(__file__).resolve().parents[2]


def test_without_settings_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_DATABASE_URL", "sqlite:///elsewhere.db")
    monkeypatch.setenv("DATELINE_THREADS", "2")
    app = create_app()
    assert (app.state.settings.database_url, app.state.settings.threads) == ("sqlite:///elsewhere.db", 2)
    assert isinstance(app.state.corpus, CurrentSnapshot)


def test_the_release_is_the_one_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    source = ROOT / project["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{__version__}"' in source.read_text(encoding="utf-8")


def test_a_server_lets_the_event_loop_have_the_interpreter_soon(database: Path) -> None:
    with TestClient(app_for(database)):
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
